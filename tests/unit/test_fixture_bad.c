/* What is said of a fixture that says it wrongly: one row each. */
#include "support/cmocka_all.h"
#include "support/small_fixture.h"

#include <string.h>

#define ADD "proxies:\n" /* a place to put another section before */

static const struct {
    const char *old, *new, *want;
} bad[] = {
    /* shape */
    {small_fixture, "", "f.yaml:1:1: $: wanted a map, saw nothing"},
    {small_fixture, "- 1\n", "f.yaml:1:1: $: wanted a map, saw a list"},
    {ADD, "bogus: 1\nproxies:\n", "f.yaml:21:1: $: unknown key \"bogus\""},
    {"users:\n", "user:\n", "f.yaml:8:1: $: unknown key \"user\"; did you mean \"users\"?"},
    {"account:\n", "accounts:\n",
     "f.yaml:1:1: $: unknown key \"accounts\"; did you mean \"account\"?"},
    {"users:\n", "users: []\nusers:\n", "f.yaml:9:1: \"users\" is there twice"},
    {"numbers:\n", "numbers: {}\nbogus:\n", "f.yaml:13:1: $: unknown key \"bogus\""},
    {"devices:\n", "devices: 7\nabout:\n", "f.yaml:15:10: $.devices: wanted a list, saw 7"},
    {"  - { id: 501", "  - 17\n  - { id: 501", "f.yaml:10:5: $.users[1]: wanted a map, saw 17"},
    {"  company: Small\n", "", "f.yaml:2:3: $.account: wanted \"company\", which is missing"},
    {"  id: 500\n", "", "f.yaml:2:3: $.account: wanted \"id\", which is missing"},
    {"company: Small", "company: [Small]",
     "f.yaml:3:12: $.account.company: wanted text, saw a list"},
    {"company: Small", "company: \"\"", "f.yaml:3:12: $.account.company: wanted text, saw \"\""},
    {"company: Small", "company:", "f.yaml:3:11: $.account.company: wanted text, saw nothing"},
    {"company: Small", "company: true", "f.yaml:3:12: $.account.company: wanted text, saw true"},
    {"company: Small", "company: \"a\\tb\"",
     "f.yaml:3:12: $.account.company: wanted text, saw \"a?b\""},
    {"company: Small", "companny: Small",
     "f.yaml:3:3: $.account: unknown key \"companny\"; did you mean \"company\"?"},
    {"company: Small", "company: Small\n  \"k\\ney\": 1",
     "f.yaml:4:3: $.account: unknown key \"k?ey\""},
    /* the account */
    {"id: 500\n", "id: \"500\"\n",
     "f.yaml:2:7: $.account.id: wanted an id (a whole number above 0), saw \"500\""},
    {"id: 500\n", "id: 0\n",
     "f.yaml:2:7: $.account.id: wanted an id (a whole number above 0), saw 0"},
    {"id: 500\n", "id: 1.5\n",
     "f.yaml:2:7: $.account.id: wanted an id (a whole number above 0), saw 1.5"},
    {"id: 500\n", "id: -5\n",
     "f.yaml:2:7: $.account.id: wanted an id (a whole number above 0), saw -5"},
    {"main_number: \"+12025550100\"", "main_number: \"12025550100\"",
     "f.yaml:4:16: $.account.main_number: wanted a phone number like \"+12025550100\", saw "
     "\"12025550100\""},
    {"main_number: \"+12025550100\"", "main_number: \"+1202555\"",
     "f.yaml:4:16: $.account.main_number: wanted one of the numbers, of usage MainCompanyNumber, "
     "saw \"+1202555\""},
    {"main_number: \"+12025550100\"", "main_number: \"+1202555010x\"",
     "f.yaml:4:16: $.account.main_number: wanted a phone number like \"+12025550100\", saw "
     "\"+1202555010x\""},
    {"main_number: \"+12025550100\"", "main_number: \"+12025550199\"",
     "f.yaml:4:16: $.account.main_number: wanted one of the numbers, of usage MainCompanyNumber, "
     "saw \"+12025550199\""},
    {"main_number: \"+12025550100\"", "main_number: \"+12025550101\"",
     "f.yaml:4:16: $.account.main_number: wanted one of the numbers, of usage MainCompanyNumber, "
     "saw \"+12025550101\""},
    {"main_number: \"+12025550100\"", "main_number: [1]",
     "f.yaml:4:16: $.account.main_number: wanted a phone number like \"+12025550100\", saw a list"},
    {"sip_domain: sip.small.test", "sip_domain: sip.small.test:5060",
     "f.yaml:7:15: $.account.sip_domain: wanted a host name without a port, saw "
     "\"sip.small.test:5060\""},
    {"company: Small", "company: Small\n  status: Suspended",
     "f.yaml:4:11: $.account.status: wanted one of Initial|Unconfirmed|Confirmed|Disabled, saw "
     "\"Suspended\""},
    {"company: Small", "company: Small\n  status: Disabled",
     "f.yaml:2:3: $.account: wanted \"status_reason\", which is missing"},
    {"company: Small", "company: Small\n  status: 1",
     "f.yaml:4:11: $.account.status: wanted one of Initial|Unconfirmed|Confirmed|Disabled, saw 1"},
    {"company: Small", "company: Small\n  operator: 999",
     "f.yaml:4:13: $.account.operator: wanted the extension number of one of the users, saw 999"},
    {"company: Small", "company: Small\n  utc_offset: 5",
     "f.yaml:4:15: $.account.utc_offset: wanted an offset from UTC like \"-05:00\", saw 5"},
    {"company: Small", "company: Small\n  utc_offset: \"-25:00\"",
     "f.yaml:4:15: $.account.utc_offset: wanted an offset from UTC like \"-05:00\", saw "
     "\"-25:00\""},
    {"company: Small", "company: Small\n  utc_offset: \"+0530x\"",
     "f.yaml:4:15: $.account.utc_offset: wanted an offset from UTC like \"-05:00\", saw "
     "\"+0530x\""},
    {"company: Small", "company: Small\n  utc_offset: \"-05.00\"",
     "f.yaml:4:15: $.account.utc_offset: wanted an offset from UTC like \"-05:00\", saw "
     "\"-05.00\""},
    {"company: Small",
     "company: Small\n  status: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxééééé",
     "f.yaml:4:11: $.account.status: wanted one of Initial|Unconfirmed|Confirmed|Disabled, saw "
     "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...\""},
    {"company: Small",
     "company: "
     "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"
     "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"
     "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy",
     "f.yaml:3:12: $.account.company: wanted text of at most 256 bytes, saw "
     "\"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy...\""},
    {"company: Small", "company: Small\n  features_off: OnDemandCallRecording",
     "f.yaml:4:17: $.account.features_off: wanted a list, saw \"OnDemandCallRecording\""},
    {"company: Small", "company: Small\n  features_off: [OnDemandCallRecordin]",
     "f.yaml:4:18: $.account.features_off[0]: wanted a service feature like OnDemandCallRecording, "
     "saw \"OnDemandCallRecordin\"; did you mean \"OnDemandCallRecording\"?"},
    {"company: Small", "company: Small\n  features_off: [SMS, MMS, SMS]",
     "f.yaml:4:28: $.account.features_off[2]: \"SMS\" is there twice"},
    /* users */
    {"status: Disabled", "status: Enabeld",
     "f.yaml:10:51: $.users[1].status: wanted one of "
     "Enabled|Disabled|Frozen|NotActivated|Unassigned, saw \"Enabeld\"; did you mean \"Enabled\"?"},
    {"status: Disabled", "status: [Enabled]",
     "f.yaml:10:51: $.users[1].status: wanted one of "
     "Enabled|Disabled|Frozen|NotActivated|Unassigned, saw a list"},
    {"status: Disabled", "status: xyzzy",
     "f.yaml:10:51: $.users[1].status: wanted one of "
     "Enabled|Disabled|Frozen|NotActivated|Unassigned, saw \"xyzzy\""},
    {"status: Disabled", "type: Departement",
     "f.yaml:10:49: $.users[1].type: wanted one of "
     "User|Department|Announcement|Voicemail|IvrMenu|ParkLocation|Site|Limited, saw "
     "\"Departement\"; did you mean \"Department\"?"},
    {"status: Disabled", "role: super-admn",
     "f.yaml:10:49: $.users[1].role: wanted one of Super Admin|Phone System Admin|Billing "
     "Admin|User Admin|Manager|Standard (International)|Standard, saw \"super-admn\"; did you mean "
     "\"Super Admin\"?"},
    {"status: Disabled", "mfa: yes",
     "f.yaml:10:48: $.users[1].mfa: wanted true or false, saw \"yes\""},
    {"id: 501", "id: 500", "f.yaml:10:11: $.users[1].id: 500 is there twice"},
    {"id: 501, ", "", "f.yaml:10:5: $.users[1]: wanted \"id\", which is missing"},
    {"extension: 102", "extension: 101", "f.yaml:10:27: $.users[1].extension: 101 is there twice"},
    {"extension: 102", "extension: 10-2",
     "f.yaml:10:27: $.users[1].extension: wanted an extension number (up to 8 digits), saw "
     "\"10-2\""},
    {"extension: 102", "extension: 123456789",
     "f.yaml:10:27: $.users[1].extension: wanted an extension number (up to 8 digits), saw "
     "123456789"},
    {"extension: 102, name: Cid, status: Disabled }\n",
     "extension: 102, name: Cid }\n  - { id: 503, name: Dee }\n",
     "f.yaml:11:5: $.users[2]: wanted \"extension\", which is missing"},
    {"name: Cid", "last_name: Cid",
     "f.yaml:10:5: $.users[1]: wanted \"name\" or \"first_name\", which is missing"},
    {"name: Cid", "name: Cid, email: ANN@small.test",
     "f.yaml:10:50: $.users[1].email: \"ANN@small.test\" is there twice"},
    {"name: Cid", "name: Cid, email: ann.small.test",
     "f.yaml:10:50: $.users[1].email: wanted an e-mail address, saw \"ann.small.test\""},
    {"name: Cid", "name: Cid, email: \"@small.test\"",
     "f.yaml:10:50: $.users[1].email: wanted an e-mail address, saw \"@small.test\""},
    {"name: Cid", "name: Cid, email: \"a b@small.test\"",
     "f.yaml:10:50: $.users[1].email: wanted an e-mail address, saw \"a b@small.test\""},
    {"name: Cid", "name: Cid, email: a@b@c",
     "f.yaml:10:50: $.users[1].email: wanted an e-mail address, saw \"a@b@c\""},
    {"name: Cid", "name: Cid, members: [101]",
     "f.yaml:10:52: $.users[1].members: wanted no members but in a Department, saw a list"},
    {"members: [101, \"102\"]", "members: [101, 103]",
     "f.yaml:11:79: $.users[2].members[1]: wanted the extension number of one of the users, saw "
     "103"},
    {"members: [101, \"102\"]", "members: [101, 101]",
     "f.yaml:11:79: $.users[2].members[1]: 101 is there twice"},
    {"members: [101, \"102\"]", "members: [200]",
     "f.yaml:11:74: $.users[2].members[0]: wanted a member of type User, saw 200"},
    {"members: [101, \"102\"]", "members: 101",
     "f.yaml:11:73: $.users[2].members: wanted a list of extension numbers, saw 101"},
    /* numbers */
    {"id: 2, ", "id: 1, ", "f.yaml:14:11: $.numbers[1].id: 1 is there twice"},
    {"number: +12025550101", "number: \"+12025550100\"",
     "f.yaml:14:22: $.numbers[1].number: \"+12025550100\" is there twice"},
    {"usage: DirectNumber, user: 101", "usage: DirectNumber",
     "f.yaml:14:5: $.numbers[1]: wanted \"user\", which is missing"},
    {"usage: DirectNumber, user: 101", "usage: DirectNumber, user: 300",
     "f.yaml:14:63: $.numbers[1].user: wanted the extension number of one of the users, saw 300"},
    {"usage: DirectNumber, user: 101", "usage: Direct, user: 101",
     "f.yaml:14:43: $.numbers[1].usage: wanted one of "
     "MainCompanyNumber|CompanyNumber|DirectNumber, saw \"Direct\"; did you mean "
     "\"DirectNumber\"?"},
    {"usage: DirectNumber, user: 101", "user: 101",
     "f.yaml:14:5: $.numbers[1]: wanted \"usage\", which is missing"},
    {"usage: DirectNumber, user: 101", "usage: DirectNumber, user: [101]",
     "f.yaml:14:63: $.numbers[1].user: wanted the extension number of one of the users, saw a "
     "list"},
    /* devices */
    {"id: \"8001\"", "id: \"80-01\"",
     "f.yaml:16:11: $.devices[0].id: wanted a device id (up to 20 digits), saw \"80-01\""},
    {"id: \"8001\"", "id: \"123456789012345678901\"",
     "f.yaml:16:11: $.devices[0].id: wanted a device id (up to 20 digits), saw "
     "\"123456789012345678901\""},
    {"user: 101, number", "user: 109, number",
     "f.yaml:16:25: $.devices[0].user: wanted the extension number of one of the users, saw 109"},
    {"user: 101, number", "number", "f.yaml:16:5: $.devices[0]: wanted \"user\", which is missing"},
    {"number: \"+12025550101\", sip", "number: \"+12025550105\", sip",
     "f.yaml:16:38: $.devices[0].number: wanted one of the numbers, saw \"+12025550105\""},
    {"number: \"+12025550101\", sip", "sip",
     "f.yaml:16:5: $.devices[0]: wanted \"number\" or \"sip_username\", which is missing"},
    {", sip_password: s3cret", "",
     "f.yaml:16:5: $.devices[0]: wanted \"sip_password\", which is missing"},
    {"sip_password: s3cret", "sip_password: s3cret, type: Phone",
     "f.yaml:16:82: $.devices[0].type: wanted one of OtherPhone|HardPhone|SoftPhone|WebPhone, saw "
     "\"Phone\""},
    {"sip_password: s3cret", "sip_password: s3cret, sip_username: \"a b\"",
     "f.yaml:16:90: $.devices[0].sip_username: wanted a SIP user name (digits, letters, * - _ .), "
     "saw \"a b\""},
    {"sip_password: s3cret }\n",
     "sip_password: s }\n  - { id: \"8001\", user: 101, sip_username: x, sip_password: s }\n",
     "f.yaml:17:11: $.devices[1].id: \"8001\" is there twice"},
    {"sip_password: s3cret }\n",
     "sip_password: s }\n  - { id: 2, user: 101, number: \"+12025550101\", sip_password: s }\n",
     "f.yaml:17:33: $.devices[1].number: \"+12025550101\" is there twice"},
    {"sip_password: s3cret }\n",
     "sip_password: s, sip_username: x }\n  - { id: 2, user: 101, sip_username: x, "
     "sip_password: s }\n",
     "f.yaml:17:39: $.devices[1].sip_username: \"x\" is there twice"},
    /* apps */
    {"client_id: app1, ", "", "f.yaml:18:5: $.apps[0]: wanted \"client_id\", which is missing"},
    {"scopes: [ReadAccounts]", "scopes: [ReadAcounts]",
     "f.yaml:18:44: $.apps[0].scopes[0]: wanted an app permission like ReadAccounts, saw "
     "\"ReadAcounts\"; did you mean \"ReadAccounts\"?"},
    {"scopes: [ReadAccounts]", "scopes: [ReadAccounts, ReadAccounts]",
     "f.yaml:18:58: $.apps[0].scopes[1]: \"ReadAccounts\" is there twice"},
    {"scopes: [ReadAccounts]", "scopes: ReadAccounts",
     "f.yaml:18:43: $.apps[0].scopes: wanted a list, saw \"ReadAccounts\""},
    {"grants: [jwt]", "grants: [implicit]",
     "f.yaml:18:68: $.apps[0].grants[0]: wanted one of "
     "authorization_code|refresh_token|jwt|password, saw \"implicit\""},
    {"http://127.0.0.1/cb", "/cb",
     "f.yaml:18:90: $.apps[0].redirect_uris[0]: wanted an absolute URI without a fragment, saw "
     "\"/cb\""},
    {"http://127.0.0.1/cb", "http:/cb",
     "f.yaml:18:90: $.apps[0].redirect_uris[0]: wanted an absolute URI without a fragment, saw "
     "\"http:/cb\""},
    {"http://127.0.0.1/cb", "http://127.0.0.1/cb#part",
     "f.yaml:18:90: $.apps[0].redirect_uris[0]: wanted an absolute URI without a fragment, saw "
     "\"http://127.0.0.1/cb#part\""},
    {"http://127.0.0.1/cb", "127.0.0.1/cb",
     "f.yaml:18:90: $.apps[0].redirect_uris[0]: wanted an absolute URI without a fragment, saw "
     "\"127.0.0.1/cb\""},
    {"[\"http://127.0.0.1/cb\"]", "[\"x:y\", \"x:y\"]",
     "f.yaml:18:97: $.apps[0].redirect_uris[1]: \"x:y\" is there twice"},
    {"[\"http://127.0.0.1/cb\"]", "\"http://127.0.0.1/cb\"",
     "f.yaml:18:89: $.apps[0].redirect_uris: wanted a list of redirect URIs, saw "
     "\"http://127.0.0.1/cb\""},
    {"name: App", "name: App, brands: 1210",
     "f.yaml:18:43: $.apps[0].brands: wanted a list, saw 1210"},
    {"name: App", "name: App, brands: [\"12 10\"]",
     "f.yaml:18:44: $.apps[0].brands[0]: wanted text without a blank, saw \"12 10\""},
    {"name: App", "name: App, public_key: nonsense",
     "f.yaml:18:47: $.apps[0].public_key: wanted an RSA public key in PEM, saw \"nonsense\""},
    {"name: App", "name: App, status: Activ",
     "f.yaml:18:43: $.apps[0].status: wanted one of Active|Suspended, saw \"Activ\"; did you mean "
     "\"Active\"?"},
    {"jwt_credentials:\n",
     "  - { client_id: app1, name: B, scopes: [], grants: [] }\njwt_credentials:\n",
     "f.yaml:19:18: $.apps[1].client_id: \"app1\" is there twice"},
    /* JWT credentials */
    {"client_ids: [app1]", "client_ids: [app2]",
     "f.yaml:20:39: $.jwt_credentials[0].client_ids[0]: wanted the client id of one of the apps, "
     "saw \"app2\""},
    {"id: j1, user: 101", "id: j1, user: 108",
     "f.yaml:20:21: $.jwt_credentials[0].user: wanted the extension number of one of the users, "
     "saw 108"},
    {"id: j1, user: 101", "id: j1, user: 101, issued: yesterday",
     "f.yaml:20:34: $.jwt_credentials[0].issued: wanted a time like 2026-01-05T14:00:00Z, saw "
     "\"yesterday\""},
    {"id: j1, user: 101", "id: j1, user: 101, expires: 2026-02-30",
     "f.yaml:20:35: $.jwt_credentials[0].expires: wanted a time like 2026-01-05T14:00:00Z, saw "
     "\"2026-02-30\""},
    {"client_ids: [app1] }\n", "client_ids: [app1] }\n  - { id: j1, user: 101 }\n",
     "f.yaml:21:11: $.jwt_credentials[1].id: \"j1\" is there twice"},
    /* proxies */
    {"secondary: b", "secondary: c",
     "f.yaml:22:50: $.proxies[0].secondary: wanted the name of another of the proxies, saw \"c\""},
    {"secondary: b", "secondary: a",
     "f.yaml:22:50: $.proxies[0].secondary: wanted the name of another of the proxies, saw \"a\""},
    {"secondary: b", "secondary: b, region: EMEA",
     "f.yaml:22:50: $.proxies[0].secondary: wanted a proxy of region EMEA, saw \"b\""},
    {"secondary: b", "secondary: b, region: EU",
     "f.yaml:22:61: $.proxies[0].region: wanted one of NA|EMEA|APAC|LATAM, saw \"EU\""},
    {"secondary: b", "secondary: b, udp: 65536",
     "f.yaml:22:58: $.proxies[0].udp: wanted a port (0 to 65535), saw 65536"},
    {"secondary: b", "secondary: b, tcp: \"80\"",
     "f.yaml:22:58: $.proxies[0].tcp: wanted a port (0 to 65535), saw \"80\""},
    {"secondary: b", "secondary: b, state: off",
     "f.yaml:22:60: $.proxies[0].state: wanted one of up|stopped|draining|stale, saw \"off\""},
    {"name: b,", "name: a,", "f.yaml:23:13: $.proxies[1].name: \"a\" is there twice"},
    {"host: sip2.small.test", "host: sip2.small.test, secondary: a",
     "f.yaml:22:50: $.proxies[0].secondary: wanted no secondary of a secondary, saw \"b\""},
    {"host: sip2.small.test", "host: \"sip2.small.test:5090\"",
     "f.yaml:23:22: $.proxies[1].host: wanted a host name without a port, saw "
     "\"sip2.small.test:5090\""},
    {"host: sip2.small.test }\n", "host: h }\n  - { name: c, host: h, secondary: b }\n",
     "f.yaml:24:36: $.proxies[2].secondary: \"b\" is there twice"},
    /* parties */
    {ADD, "parties: [{ does: busy }]\nproxies:\n",
     "f.yaml:21:11: $.parties[0]: wanted \"number\", which is missing"},
    {ADD, "parties: [{ number: abc }]\nproxies:\n",
     "f.yaml:21:21: $.parties[0].number: wanted a number or a pattern (1202555*), saw \"abc\""},
    {ADD, "parties: [{ number: \"1*\", does: sleep }]\nproxies:\n",
     "f.yaml:21:33: $.parties[0].does: wanted one of answer|busy|reject|ring|voicemail, saw "
     "\"sleep\""},
    {ADD, "parties: [{ number: \"1*\", after: soon }]\nproxies:\n",
     "f.yaml:21:34: $.parties[0].after: wanted a duration (20s), saw \"soon\""},
    {ADD, "parties: [{ number: \"1*\", lasts: [1] }]\nproxies:\n",
     "f.yaml:21:34: $.parties[0].lasts: wanted a duration (20s), saw a list"},
    {ADD, "parties: [{ number: \"1*\", when: 1s }]\nproxies:\n",
     "f.yaml:21:27: $.parties[0]: unknown key \"when\""},
    /* knobs, clock, call log */
    {ADD, "knobs: [1]\nproxies:\n", "f.yaml:21:8: $.knobs: wanted a map, saw a list"},
    {ADD, "knobs: { oauth.acces_ttl: 5m }\nproxies:\n",
     "f.yaml:21:10: $.knobs: unknown key \"oauth.acces_ttl\"; did you mean \"oauth.access_ttl\"?"},
    {ADD, "knobs: { oauth.access_ttl: soon }\nproxies:\n",
     "f.yaml:21:28: $.knobs.oauth.access_ttl: knob oauth.access_ttl wants a duration (250ms, 61m, "
     "7d), not \"soon\""},
    {ADD, "knobs: { oauth.access_ttl: }\nproxies:\n",
     "f.yaml:21:28: $.knobs.oauth.access_ttl: wanted a value, saw nothing"},
    {ADD, "knobs: { \"a\\nb\": 1 }\nproxies:\n", "f.yaml:21:10: $.knobs: unknown key \"a?b\""},
    {ADD, "knobs: { oauth.access_ttl: \"a\\nb\" }\nproxies:\n",
     "f.yaml:21:28: $.knobs.oauth.access_ttl: wanted a value, saw \"a?b\""},
    {ADD, "knobs: { sip.algorithm: MD6 }\nproxies:\n",
     "f.yaml:21:25: $.knobs.sip.algorithm: knob sip.algorithm wants one of: MD5 SHA-256, not "
     "\"MD6\""},
    {ADD, "clock: 2026-01-01\nproxies:\n",
     "f.yaml:21:8: $.clock: wanted a map, saw \"2026-01-01\""},
    {ADD, "clock: {}\nproxies:\n", "f.yaml:21:8: $.clock: wanted \"start\", which is missing"},
    {ADD, "clock: { start: noon }\nproxies:\n",
     "f.yaml:21:17: $.clock.start: wanted a time like 2026-01-05T14:00:00Z, saw \"noon\""},
    {ADD, "clock: { begin: 2026-01-01 }\nproxies:\n",
     "f.yaml:21:10: $.clock: unknown key \"begin\""},
    {ADD, "call_log: { records: 1000001 }\nproxies:\n",
     "f.yaml:21:22: $.call_log.records: wanted a whole number from 0 to 1000000, saw 1000001"},
    {ADD, "call_log: { days: 0 }\nproxies:\n",
     "f.yaml:21:19: $.call_log.days: wanted a whole number from 1 to 3650, saw 0"},
    {ADD, "call_log: { recorded_percent: 101 }\nproxies:\n",
     "f.yaml:21:31: $.call_log.recorded_percent: wanted a whole number from 0 to 100, saw 101"},
    {ADD, "call_log: { record: 7 }\nproxies:\n",
     "f.yaml:21:13: $.call_log: unknown key \"record\"; did you mean \"records\"?"},
    {ADD, "call_log: 7\nproxies:\n", "f.yaml:21:11: $.call_log: wanted a map, saw 7"},
};

static void a_wrong_file_is_told_where_and_what(void **state)
{
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char complaint[800];
        world_free(small_fixture_with(bad[i].old, bad[i].new, NULL, complaint));
        if (strcmp(complaint, bad[i].want) != 0) {
            print_error("%zu: %s\n  wanted %s\n  saw    %s\n", i, bad[i].new, bad[i].want,
                        complaint);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_file_is_told_where_and_what),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
