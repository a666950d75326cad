/* What a fixture may say. What it may not: test_fixture_bad.c. */
#include "support/cmocka_all.h"
#include "support/small_fixture.h"

#define ADD "proxies:\n" /* a place to put another section before */

static struct world *given_good(const char *old, const char *new)
{
    char complaint[800];
    struct world *world = small_fixture_with(old, new, NULL, complaint);
    assert_string_equal(complaint, "");
    return world;
}

static void a_small_file_needs_little(void **state)
{
    struct world *world = given_good("", "");
    const struct account *account = world->accounts[0];
    const struct user *ann = user_named(world, "101"), *cid = user_named(world, "102");
    assert_string_equal(account->timezone, "America/New_York");
    assert_int_equal(account->utc_offset_min, -300);
    assert_int_equal(account->status, ACCOUNT_CONFIRMED);
    assert_string_equal(ann->name, "Ann Bee");
    assert_int_equal(ann->role, ROLE_SUPER_ADMIN);
    assert_int_equal(ann->status, USER_ENABLED);
    assert_int_equal(cid->role, ROLE_STANDARD);
    assert_int_equal(cid->status, USER_DISABLED);
    assert_null(cid->password);
    assert_string_equal(world->devices[0]->sip_username, "12025550101");
    assert_int_equal(world->devices[0]->type, DEVICE_OTHER_PHONE);
    assert_true(world->devices[0]->has_line);
    assert_null(world->apps[0]->secret);
    assert_true(world->apps[0]->issues_refresh);
    assert_int_equal(world->credentials[0]->expires_ms, 0);
    assert_string_equal(world->proxies[1]->realm, "sip.small.test");
    assert_int_equal(world->proxies[1]->want[TRANSPORT_UDP], 0);
    assert_int_equal(call_log_count(world), 0);
    world_free(world);
}

static void references_find_what_stands_further_down(void **state)
{
    struct world *world = given_good("company: Small", "company: Small\n  operator: 200");
    const struct user *queue = user_named(world, "200");
    assert_int_equal(world->accounts[0]->operator_id, 502);
    assert_int_equal(queue->member_count, 2);
    assert_int_equal(queue->members[0], 500);
    assert_int_equal(queue->members[1], 501);
    assert_int_equal(phone_number_find(world, "12025550101")->user_id, 500);
    assert_int_equal(world->devices[0]->user_id, 500);
    assert_int_equal(world->credentials[0]->user_id, 500);
    assert_false(proxy_named(world, "a")->is_secondary);
    assert_true(proxy_named(world, "b")->is_secondary);
    world_free(world);
}

static void every_field_of_the_account_is_read(void **state)
{
    struct world *world = given_good(
        "company: Small",
        "company: S\n  country_iso: GB\n  country_name: UK\n  country_id: 44\n"
        "  calling_code: 44\n  timezone: Asia/Kolkata\n  utc_offset: \"+05:30\"\n"
        "  plan_id: 7\n  plan_name: P\n  plan_edition: E\n  street: S 1\n  city: C\n"
        "  state: T\n  zip: 01234\n  status: Disabled\n  status_reason: CancelledVoluntarily\n"
        "  features_off: [WebPhone, AccountFederation]");
    const struct account *account = world->accounts[0];
    const struct {
        const char *saw, *want;
    } rows[] = {
        {account->country_iso, "GB"},
        {account->country_name, "UK"},
        {account->country_id, "44"},
        {account->calling_code, "44"},
        {account->plan_id, "7"},
        {account->plan_name, "P"},
        {account->plan_edition, "E"},
        {account->street, "S 1"},
        {account->city, "C"},
        {account->state, "T"},
        {account->zip, "01234"},
        {account->status_reason, "CancelledVoluntarily"},
        {account->brand_id, "1210"},
        {account->brand_name, "RingCentral"},
        {account->company, "S"},
        {account->timezone, "Asia/Kolkata"},
        {account->sip_domain, "sip.small.test"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(rows[i].saw, rows[i].want);
    assert_int_equal(account->utc_offset_min, 330);
    assert_int_equal(account->status, ACCOUNT_DISABLED);
    assert_true(account->features_off == ((uint64_t)1 << (account_feature_count() - 1) | 1));
    world_free(world);
}

static void every_field_of_a_user_is_read(void **state)
{
    struct world *world = given_good(
        "status: Disabled }\n",
        "status: Disabled }\n"
        "  - { id: 503, extension: 0103, name: Full Name, first_name: F, last_name: L, "
        "email: c@small.test, job_title: J, department: D, password: \"p w\", type: Limited, "
        "status: Frozen, role: Billing Admin, mfa: true, sso: true, must_change_password: true }\n"
        "  - { id: 504, first_name: Free, status: Unassigned }\n");
    const struct user *user = user_by_id(world, 503);
    assert_string_equal(user->extension_number, "0103");
    assert_string_equal(user->name, "Full Name");
    assert_string_equal(user->first_name, "F");
    assert_string_equal(user->last_name, "L");
    assert_string_equal(user->email, "c@small.test");
    assert_string_equal(user->job_title, "J");
    assert_string_equal(user->department, "D");
    assert_string_equal(user->password, "p w");
    assert_int_equal(user->type, USER_LIMITED);
    assert_int_equal(user->status, USER_FROZEN);
    assert_int_equal(user->role, ROLE_BILLING_ADMIN);
    assert_true(user->has_mfa);
    assert_true(user->has_sso);
    assert_true(user->must_change_password);
    assert_null(user_by_id(world, 504)->extension_number);
    assert_string_equal(user_by_id(world, 504)->name, "Free");
    world_free(world);
}

static void the_number_plan_is_read(void **state)
{
    struct world *world =
        given_good(ADD, "parties:\n  - { number: \"1202555*\", does: busy, after: 3s }\n"
                        "  - { number: \"+12025550199\", lasts: 20s }\n"
                        "  - { number: \"9??\", does: voicemail }\n" ADD);
    struct party party = party_of(world, "+12025550123");
    assert_int_equal(party.does, PARTY_BUSY);
    assert_int_equal(party.after_ms, 3000);
    party = party_of(world, "12025550199");
    assert_int_equal(party.does, PARTY_ANSWERS);
    assert_int_equal(party.lasts_ms, 20000);
    assert_int_equal(party_of(world, "911").does, PARTY_VOICEMAIL);
    assert_false(party_is_set(world, "13035550123", &party));
    world_free(world);
    (void)state;
}

static void every_field_of_devices_apps_and_proxies_is_read(void **state)
{
    struct world *world =
        given_good("sip_password: s3cret }\n",
                   "sip_password: s3cret, type: HardPhone, name: N, serial: 77, sip_username: u*1, "
                   "line: false }\n"
                   "  - { id: 9, user: 102, type: SoftPhone }\n");
    const struct device *device = device_by_id(world, "8001");
    assert_int_equal(device->type, DEVICE_HARD_PHONE);
    assert_string_equal(device->name, "N");
    assert_string_equal(device->serial, "77");
    assert_ptr_equal(device_by_sip_username(world, "u*1"), device);
    assert_string_equal(device->sip_password, "s3cret");
    assert_string_equal(device->number, "+12025550101");
    assert_false(device->has_line);
    assert_false(device_by_id(world, "9")->has_line);
    world_free(world);

    world = given_good("name: App",
                       "name: App, vendor: V, secret: S, issues_refresh: false, sandbox: true, "
                       "brands: [1210, \"6010\"], status: Suspended");
    const struct app *app = world->apps[0];
    assert_string_equal(app->name, "App");
    assert_string_equal(app->vendor, "V");
    assert_string_equal(app->secret, "S");
    assert_false(app->issues_refresh);
    assert_true(app->is_sandbox);
    assert_string_equal(app->brands, "1210 6010");
    assert_int_equal(app->status, APP_SUSPENDED);
    assert_true(app->scopes == SCOPE_BIT(READ_ACCOUNTS));
    assert_int_equal(app->grants, 1u << GRANT_JWT);
    world_free(world);

    world = given_good("id: j1, user: 101", "id: j1, user: 101, issued: 2026-01-02T03:04:05Z, "
                                            "expires: 2027-01-01, revoked: true");
    assert_true(world->credentials[0]->issued_ms == 1767323045000);
    assert_true(world->credentials[0]->expires_ms == 1798761600000);
    assert_true(world->credentials[0]->is_revoked);
    assert_string_equal(world->credentials[0]->client_ids, "app1");
    world_free(world);

    world = given_good("host: sip2.small.test }",
                       "host: h.test }\n  - { name: c, host: 127.0.0.1, realm: r.test, "
                       "region: APAC, listed: false, state: draining, udp: 5090, tcp: 5091 }");
    const struct proxy *proxy = proxy_named(world, "c");
    assert_string_equal(proxy->host, "127.0.0.1");
    assert_string_equal(proxy->realm, "r.test");
    assert_int_equal(proxy->region, REGION_APAC);
    assert_false(proxy->is_listed);
    assert_int_equal(proxy->state, PROXY_DRAINING);
    assert_int_equal(proxy->want[TRANSPORT_UDP], 5090);
    assert_int_equal(proxy->want[TRANSPORT_TCP], 5091);
    world_free(world);
}

static void knobs_are_set(void **state)
{
    struct world *world = given_good(
        ADD, "knobs: { oauth.access_ttl: 90s, oauth.mfa: true, rest.rate.light: 7 }\n" ADD);
    assert_int_equal(world->knobs.oauth_access_ttl_ms, 90000);
    assert_int_equal(world->knobs.oauth_mfa, 1);
    assert_int_equal(world->knobs.rate_light, 7);
    world_free(world);
}

static void the_file_says_when_the_world_begins_unless_a_flag_did(void **state)
{
    static const char clock[] = "clock: { start: 2026-03-04T05:06:07Z }\n" ADD;
    const struct fixture_options options = {.keep_clock = true};
    char complaint[800];
    struct world *world = given_good(ADD, clock);
    assert_true(clock_now(world) == 1772600767000);
    world_free(world);
    world = small_fixture_with(ADD, clock, &options, complaint);
    assert_true(clock_now(world) == 1767718800000);
    world_free(world);
}

static void calls_are_made_when_the_file_or_a_flag_asks(void **state)
{
    static const struct {
        const char *text;
        size_t option, want;
    } rows[] = {
        {ADD, 0, 0},
        {ADD, 300, 300},
        {"call_log: {}\n" ADD, 0, 2400},
        {"call_log: { records: 0 }\n" ADD, 0, 0},
        {"call_log: { records: 500, days: 3, recorded_percent: 0 }\n" ADD, 0, 500},
        {"call_log: { records: 500 }\n" ADD, 1500, 1500},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct fixture_options options = {.call_log_records = rows[i].option};
        char complaint[800];
        struct world *world = small_fixture_with(ADD, rows[i].text, &options, complaint);
        assert_string_equal(complaint, "");
        assert_int_equal(call_log_count(world), rows[i].want);
        world_free(world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_file_needs_little),
        cmocka_unit_test(references_find_what_stands_further_down),
        cmocka_unit_test(every_field_of_the_account_is_read),
        cmocka_unit_test(every_field_of_a_user_is_read),
        cmocka_unit_test(the_number_plan_is_read),
        cmocka_unit_test(every_field_of_devices_apps_and_proxies_is_read),
        cmocka_unit_test(knobs_are_set),
        cmocka_unit_test(the_file_says_when_the_world_begins_unless_a_flag_did),
        cmocka_unit_test(calls_are_made_when_the_file_or_a_flag_asks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
