#include "scenario/runner.h"
#include "scenario/scenario.h"

#include "base/text.h"
#include "explain/failure.h"
#include "support/control_scene.h"

#include <stdio.h>

/* The head of a good file, for rows about one thing in it. */
#define GOOD "scenario: t\nsteps:\n"

static int read_text(const char *text, struct scenario *scenario, struct diag *diag)
{
    return scenario_read("s.yaml", text, strlen(text), scenario, diag);
}

static const struct {
    const char *text, *says; /* the whole message, with file, line and column */
} wrong[] = {
    {"", "s.yaml:1:1: a scenario is a map (scenario:, steps: ...), saw nothing"},
    {"- a\n", "s.yaml:1:1: a scenario is a map (scenario:, steps: ...), saw a list"},
    {"scenario: t\n", "s.yaml:1:1: \"steps:\" is missing"},
    {"steps: [save]\n", "s.yaml:1:1: \"scenario:\" is missing"},
    {"scenario: t\nstep: []\n", "s.yaml:2:1: unknown key \"step\"; did you mean \"steps\"?"},
    {"scenario: [t]\nsteps: [save]\n", "s.yaml:1:11: scenario: wanted text, saw a list"},
    {"scenario:\nsteps: [save]\n", "s.yaml:1:10: scenario: wanted text, saw nothing"},
    {"scenario: t\nsteps: []\n", "s.yaml:2:8: steps: wanted 1 to 1000, saw 0"},
    {"scenario: t\nsteps: save\n", "s.yaml:2:8: steps: wanted a list of steps, saw text"},
    {"scenario: t\nseed: 0\nsteps: [save]\n",
     "s.yaml:2:7: seed: wanted a whole number from 1 to 9007199254740991, saw 0"},
    {"scenario: t\nseed: x\nsteps: [save]\n",
     "s.yaml:2:7: seed: wanted a whole number from 1 to 9007199254740991, saw x"},
    {"scenario: t\nrecords: 1000001\nsteps: [save]\n",
     "s.yaml:2:10: records: wanted a whole number from 1 to 1000000, saw 1000001"},
    {"scenario: t\nstart: noon\nsteps: [save]\n",
     "s.yaml:2:8: start: wanted a time (2026-01-05T09:00:00Z), saw noon"},
    {"scenario: t\nfailure: pasword-rotated-stale-grant\nsteps: [save]\n",
     "s.yaml:2:10: failure: no such id \"pasword-rotated-stale-grant\"; did you mean "
     "\"password-rotated-stale-grant\"?"},
    {"scenario: t\nknobs: { oauth.acess_ttl: 1m }\nsteps: [save]\n",
     "s.yaml:2:10: set: unknown knob \"oauth.acess_ttl\"; did you mean \"oauth.access_ttl\"?"},
    {"scenario: t\nknobs: { oauth.access_ttl: often }\nsteps: [save]\n",
     "s.yaml:2:10: set: knob oauth.access_ttl wants a duration (250ms, 61m, 7d), not \"often\""},
    {"scenario: t\nknobs: []\nsteps: [save]\n",
     "s.yaml:2:8: set: wanted a map of arguments, saw a list"},
    {"scenario: t\nfaults: { kind: drop }\nsteps: [save]\n",
     "s.yaml:2:9: faults: wanted a list of rules, saw a map"},
    {"scenario: t\nfaults:\n  - { match: {op: oauth.token} }\nsteps: [save]\n",
     "s.yaml:3:5: a fault needs `kind:` (answer, delay, drop, close, *)"},
    {"scenario: t\nfaults:\n  - { match: {stauts: 200}, kind: drop }\nsteps: [save]\n",
     "s.yaml:3:15: unknown key \"stauts\"; did you mean \"status\"?"},
    {"scenario: t\nfaults:\n  - { match: {op: oauth.tokn}, kind: drop }\nsteps: [save]\n",
     "s.yaml:3:19: op: nothing is named \"oauth.tokn\"; did you mean \"oauth.token\"?"},
    {"scenario: t\nfaults:\n  - { match: {op: oauth.token}, kind: delay }\nsteps: [save]\n",
     "s.yaml:3:5: a fault of kind delay needs `delay:`"},
    {GOOD "  - rotate-pasword: superadmin\n",
     "s.yaml:3:5: unknown step \"rotate-pasword\"; did you mean \"rotate-password\"?"},
    {GOOD "  - sleep: 5\n",
     "s.yaml:3:5: unknown step \"sleep\"; mockrc-scenario(5) lists the steps"},
    {GOOD "  - save:{ saved: true }\n",
     "s.yaml:3:5: unknown step \"save:{ saved\"; a blank belongs behind the colon"},
    {GOOD "  - expect: { op:save }\n",
     "s.yaml:3:15: unknown key \"op:save\"; a blank belongs behind the colon"},
    {GOOD "  - sav\n", "s.yaml:3:5: unknown step \"sav\"; did you mean \"save\"?"},
    {GOOD "  - 7\n",
     "s.yaml:3:5: a step is one word with its arguments (\"- save:\"), saw a number"},
    {GOOD "  - save:\n    sync:\n",
     "s.yaml:3:5: a step is one word with its arguments (\"- save:\"), saw several words; is one "
     "indented too little?"},
    {GOOD "  - []\n",
     "s.yaml:3:5: a step is one word with its arguments (\"- save:\"), saw a list"},
    {GOOD "  - rotate-password:\n", "s.yaml:3:5: rotate-password: \"user\" is missing: whose"},
    {GOOD "  - rotate-password: { user: superadmin, session: lazily }\n",
     "s.yaml:3:42: rotate-password: unknown argument \"session\"; did you mean \"sessions\"?"},
    {GOOD "  - rotate-password: { user: superadmin, sessions: lazy }\n",
     "s.yaml:3:52: sessions: wanted at-once|lazily, saw \"lazy\"; did you mean \"lazily\"?"},
    {GOOD "  - advance: soon\n",
     "s.yaml:3:14: by: wanted a duration (250ms, 61m, 7d), saw \"soon\""},
    {GOOD "  - advance: 9999d\n", "s.yaml:3:14: advance: wanted at most 3660d, saw 9999d"},
    {GOOD "  - move-proxy: { proxy: a, udp: 99999 }\n",
     "s.yaml:3:34: udp: wanted a port (0 to 65535), saw \"99999\""},
    {GOOD "  - set-role: { user: superadmin, role: emperor }\n",
     "s.yaml:3:41: role: wanted a role, saw \"emperor\""},
    {GOOD "  - set: { rest.rate.limits: often }\n",
     "s.yaml:3:12: set: knob rest.rate.limits wants one of: real off no-plan, not \"often\""},
    {GOOD "  - fault: { match: {}, kind: dorp }\n",
     "s.yaml:3:31: unknown fault kind \"dorp\"; wanted one of answer, delay, drop, close, *; did "
     "you "
     "mean \"drop\"?"},
    {GOOD "  - fault: { match: {op: readExtention}, kind: drop }\n",
     "s.yaml:3:26: op: nothing is named \"readExtention\"; did you mean \"readExtension\"?"},
    {GOOD "  - expect: { stat: 200 }\n",
     "s.yaml:3:15: unknown key \"stat\"; did you mean \"status\"?"},
    {GOOD "  - expect:\n", "s.yaml:3:5: wanted a map of key: value, as { op: *}, saw nothing"},
    {GOOD "  - expect: oauth.token\n",
     "s.yaml:3:13: wanted a map of key: value, as { op: *}, saw text"},
    {GOOD "  - expect: { within: 5m }\n",
     "s.yaml:3:13: expect: wanted at least one key of an event (op, status ...)"},
    {GOOD "  - expect: { op: oauth.token, within: soon }\n",
     "s.yaml:3:40: within: wanted a duration (30s, 5m), saw soon"},
    {GOOD "  - expect: { op: oauth.token, times: 0 }\n",
     "s.yaml:3:39: times: wanted a whole number from 1 to 1000, saw 0"},
    {GOOD "  - expect: { op: oauth.token, absent: 1 }\n",
     "s.yaml:3:40: absent: wanted true or false, saw 1"},
    {GOOD "  - expect: { op: oauth.token, absent: true, times: 2 }\n",
     "s.yaml:3:53: times: says nothing beside absent"},
    {GOOD "  - expect: { op: oauth.tokens }\n",
     "s.yaml:3:19: op: nothing is named \"oauth.tokens\"; did you mean \"oauth.token\"?"},
    {GOOD "  - expect: { op: [oauth.token, sip.registre] }\n",
     "s.yaml:3:33: op: nothing is named \"sip.registre\"; did you mean \"sip.register\"?"},
    {GOOD "  - expect: { status: {} }\n",
     "s.yaml:3:23: status: wanted text, a number or a list of these, saw a map"},
    {GOOD "  - note:\n", "s.yaml:3:5: note: wanted text, saw nothing"},
    {GOOD "  - connect: { proxi: x }\n",
     "s.yaml:3:16: connect: unknown word \"proxi\"; did you mean \"proxy\"?"},
    {GOOD "  - connect: here\n", "s.yaml:3:14: connect: wanted a map, saw text"},
    {GOOD "  - connect: { recording: maybe }\n",
     "s.yaml:3:27: recording: wanted yes|no, saw \"maybe\""},
    {GOOD "  - connect: { secondary: [a] }\n", "s.yaml:3:27: secondary: wanted text, saw a list"},
    {GOOD "  - authenticate: { decline: please }\n",
     "s.yaml:3:30: decline: wanted true or false, saw \"please\""},
    {GOOD "  - status: { profile: naïve }\n",
     "s.yaml:3:24: profile: wanted good|naive, saw \"naïve\"; did you mean \"naive\"?"},
    {GOOD "  - status: { api_auth: {} }\n",
     "s.yaml:3:25: api_auth: wanted a value or a list of values, saw a map"},
    {GOOD "  - status: { api_auth: [] }\n",
     "s.yaml:3:25: api_auth: wanted a value or a list of values, saw an empty list"},
    {GOOD "  - sync: { expect: 1 }\n",
     "s.yaml:3:21: expect: wanted a map of path: value, saw a number"},
    {GOOD "  - sync: { expect: {} }\n",
     "s.yaml:3:21: expect: wanted a map of path: value, saw an empty one"},
    {GOOD "  - diagnose: PRIMARY_PROXY_DWON\n",
     "s.yaml:3:15: diagnose: no diagnosis \"PRIMARY_PROXY_DWON\"; did you mean "
     "\"PRIMARY_PROXY_DOWN\"?"},
    {GOOD "  - diagnose: { also: [HEALTHY, HELTHY] }\n",
     "s.yaml:3:33: diagnose: no diagnosis \"HELTHY\"; did you mean \"HEALTHY\"?"},
    {GOOD "  - connect: { proxy: \"${proxi.a}\" }\n",
     "s.yaml:3:23: no such variable \"${proxi.a}\"; did you mean \"${proxy.a}\"?"},
    {GOOD "  - connect: { proxy: \"${bass}\" }\n",
     "s.yaml:3:23: no such variable \"${bass}\"; did you mean \"${base}\"?"},
    {GOOD "  - connect: { proxy: \"${base\" }\n",
     "s.yaml:3:23: a variable is written ${name}, saw \"${base\""},
    {GOOD "  - connect: { proxy: \"${}\" }\n",
     "s.yaml:3:23: a variable is written ${name}, saw \"${}\""},
    {GOOD "  - advance: 1m\n    x: 2\n", "s.yaml:3:5: a step is one word with its arguments "
                                         "(\"- save:\"), saw several words; is one indented too "
                                         "little?"},
    {"scenario: t\nscenario: u\nsteps: [save]\n", "s.yaml:2:1: \"scenario\" is there twice"},
    {"scenario: &a t\nsteps: [save]\n",
     "s.yaml:1:11: anchors (&name) are not supported: write it out"},
    {"scenario: \"t\nsteps: [save]\n", "s.yaml:*: not YAML: *"},
    {"\tscenario: t\n", "s.yaml:*: not YAML: *"},
};

static void a_wrong_scenario_is_told_where_and_why(void **state)
{
    size_t bad = 0;
    assert_true(sizeof wrong / sizeof *wrong >= 40);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct scenario scenario;
        struct diag diag = {.text = "was not refused"};
        char text[900];
        int err = read_text(wrong[i].text, &scenario, &diag);
        diag_text(&diag, text, sizeof text);
        if (err != ERR_USAGE || !text_glob(wrong[i].says, text)) {
            print_error("for\n%s\nwanted %s\n   saw %s\n", wrong[i].text, wrong[i].says, text);
            bad++;
        }
        scenario_done(&scenario);
    }
    assert_int_equal(bad, 0);
}

static void a_good_scenario_is_read_whole(void **state)
{
    static const char text[] =
        "scenario: What happens\nfailure: primary-down-no-failover\nfixture: acme-aco\nseed: 7\n"
        "start: 2026-02-03T04:05:06Z\nrecords: 500\nknobs: { oauth.access_ttl: 10m }\n"
        "faults: [ { match: {op: oauth.token}, kind: drop } ]\nsteps:\n  - save\n  - note: night\n"
        "  - stop-proxy: a\n  - expect: { op: [sip.register, oauth.*], status: \">=400\" }\n";
    struct scenario scenario;
    struct diag diag;
    assert_int_equal(read_text(text, &scenario, &diag), 0);
    assert_string_equal(scenario.title, "What happens");
    assert_string_equal(scenario.failure, "primary-down-no-failover");
    assert_string_equal(scenario.fixture, "acme-aco");
    assert_int_equal(scenario.seed, 7);
    assert_int_equal(scenario.records, 500);
    assert_int_equal(scenario.start_ms, INT64_C(1770091506000));
    assert_int_equal(scenario.knobs->count, 1);
    assert_int_equal(scenario.faults->count, 1);
    assert_int_equal(scenario.step_count, 4);
    assert_string_equal(scenario.steps[2].verb->name, "stop-proxy");
    assert_int_equal(scenario.steps[3].line, 13);
    assert_int_equal(scenario.steps[3].col, 5);
    assert_true(scenario_needs_client(&scenario));
    scenario_done(&scenario);
}

static void json_is_read_as_well(void **state)
{
    struct scenario scenario;
    struct diag diag;
    assert_int_equal(
        read_text("{\"scenario\": \"t\", \"steps\": [{\"advance\": \"1m\"}, \"save\"]}", &scenario,
                  &diag),
        0);
    assert_int_equal(scenario.step_count, 2);
    scenario_done(&scenario);
}

/* What counts as an expectation: with rc-client its results do, without it only `expect`. */
static void expecting_is_told_from_doing(void **state)
{
    static const struct {
        const char *steps;
        bool with_client, without;
    } rows[] = {
        {"  - save\n", false, false},
        {"  - status: { profile: naive }\n", false, false},
        {"  - status: Authenticated\n", true, false},
        {"  - status: { api_auth: Authenticated }\n", true, false},
        {"  - authenticate: superadmin\n", false, false},
        {"  - sync: { expect: { exit: 0 } }\n", true, false},
        {"  - diagnose: HEALTHY\n", true, false},
        {"  - advance: 1m\n", false, false},
        {"  - expect: { op: oauth.token }\n", true, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scenario scenario;
        struct diag diag;
        char text[200];
        snprintf(text, sizeof text, GOOD "%s", rows[i].steps);
        assert_int_equal(read_text(text, &scenario, &diag), 0);
        if (scenario_expects(&scenario, true) != rows[i].with_client ||
            scenario_expects(&scenario, false) != rows[i].without)
            fail_msg("%s", rows[i].steps);
        scenario_done(&scenario);
    }
}

/* With the fixture at hand, names are checked before anything runs. */
static void names_that_are_not_in_the_fixture_are_found_before_the_run(void **state)
{
    static const struct {
        const char *step, *says;
    } rows[] = {
        {"  - rotate-password: superadmn\n",
         "s.yaml:3:22: user: no user \"superadmn\" here; did you mean \"superadmin\"?"},
        {"  - stop-proxy: z\n", "s.yaml:3:17: proxy: no proxy \"z\" here; did you mean \"a\"?"},
        {"  - expect: { op: sip.register, proxy: [a, z] }\n",
         "s.yaml:3:44: proxy: there is none \"z\"*"},
        {"  - fault: { match: { listener: htp }, kind: cut }\n",
         "s.yaml:3:33: listener: there is none \"htp\"; did you mean \"http\"?"},
        {"  - fault: { match: { listener: a tls }, kind: cut }\n", NULL},
        {"  - expect: { op: sip.register, proxy: ~, listener: 'b*' }\n", NULL},
        {"  - authenticate: { as: nobody }\n",
         "s.yaml:3:25: as: no user \"nobody\" here; a user goes by extension number, *"},
        {"  - connect: { proxy: \"${proxy.z}\" }\n",
         "s.yaml:3:23: no such variable \"${proxy.z}\""},
        {"  - note: \"${user.999.password}\"\n",
         "s.yaml:3:11: no such variable \"${user.999.password}\""},
        {"  - set-app: { app: Akme, status: active }\n",
         "s.yaml:3:21: app: no app \"Akme\" here; *"},
        {"  - connect: { proxy: \"${proxy.a.tcp}\" }\n", NULL},
        {"  - note: \"${user.102.email} ${rotate-password.password} ${sip.domain}\"\n", NULL},
        {"  - authenticate: superadmin\n", NULL},
    };
    struct scene scene;
    scene_init(&scene);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scenario scenario;
        struct diag diag;
        char text[200], told[900] = "";
        snprintf(text, sizeof text, GOOD "%s", rows[i].step);
        assert_int_equal(read_text(text, &scenario, &diag), 0);
        int err = scenario_check_names(&scenario, scene.world, &diag);
        if (err)
            diag_text(&diag, told, sizeof told);
        if (rows[i].says ? !text_glob(rows[i].says, told) : err)
            fail_msg("%s: %s", rows[i].step, told);
        scenario_done(&scenario);
    }
    scene_done(&scene);
}

static void a_file_that_cannot_be_read_is_told(void **state)
{
    struct scenario scenario;
    struct diag diag;
    assert_int_equal(scenario_load(SOURCE_DIR "/scenarios/none.yaml", &scenario, &diag), ERR_USAGE);
    assert_non_null(strstr(diag.text, "cannot be read: No such file"));
    scenario_done(&scenario);
}

static void every_failure_has_a_layer_and_a_diagnosis(void **state)
{
    assert_int_equal(failure_count(), 136);
    for (size_t i = 0; i < failure_count(); i++) {
        assert_true(*failure_layer(i) && *failure_diagnosis(i));
        assert_int_equal(failure_named(failure_id(i)), i);
    }
    assert_true(failure_named("none") == SIZE_MAX);
}

static void a_folder_that_is_not_there_is_told(void **state)
{
    struct file_list list = {0};
    struct diag diag;
    assert_int_equal(file_list_add(&list, "/no/such", &diag), ERR_USAGE);
    assert_string_equal(diag.text, "cannot be read: No such file or directory");
    file_list_done(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_scenario_is_told_where_and_why),
        cmocka_unit_test(a_good_scenario_is_read_whole),
        cmocka_unit_test(json_is_read_as_well),
        cmocka_unit_test(expecting_is_told_from_doing),
        cmocka_unit_test(names_that_are_not_in_the_fixture_are_found_before_the_run),
        cmocka_unit_test(a_file_that_cannot_be_read_is_told),
        cmocka_unit_test(every_failure_has_a_layer_and_a_diagnosis),
        cmocka_unit_test(a_folder_that_is_not_there_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
