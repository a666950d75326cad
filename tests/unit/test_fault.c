#include "fault/fault.h"

#include "base/json.h"
#include "support/cmocka_all.h"

#include <string.h>

static int arm(struct faults *faults, struct arena *arena, const char *json, struct diag *diag)
{
    const struct node *map = json_parse(arena, json, strlen(json), NULL);
    assert_non_null(map);
    return fault_arm(faults, map, "f.yaml", 1000, 5, NULL, diag);
}

static struct event given_event(void)
{
    struct event event;
    event_init(&event, LAYER_OAUTH, "oauth.token");
    event_set(&event, EVENT_GRANT_TYPE, "refresh_token");
    return event;
}

static void a_rule_fires_as_often_as_it_says(void **state)
{
    struct arena arena;
    arena_init(&arena);
    struct faults *faults = faults_new();
    struct diag diag;
    struct plan plan;
    struct event event = given_event();
    int line, col;
    struct buf unfired;
    buf_init(&unfired, 200);
    assert_int_equal(
        arm(faults, &arena,
            "{\"name\":\"sick\",\"match\":{\"op\":\"oauth.token\"},\"kind\":\"answer\","
            "\"status\":503,\"code\":\"CMN-201\",\"retry_after\":\"30s\",\"times\":2}",
            &diag),
        0);
    assert_true(faults_unfired(faults, &unfired, &line, &col));
    assert_int_equal(line, 0); /* JSON has none */
    assert_string_equal(buf_text(&unfired), "sick");
    for (int i = 0; i < 2; i++) {
        fault_decide(faults, &event, 1000, &plan);
        assert_int_equal(plan.kind, PLAN_ANSWER);
        assert_int_equal(plan.status, 503);
        assert_string_equal(plan.code, "CMN-201");
        assert_string_equal(plan.rule, "sick");
        assert_int_equal(plan.retry_after_s, 30);
        assert_int_equal(plan.cause, 5);
    }
    fault_decide(faults, &event, 1000, &plan);
    assert_int_equal(plan.kind, PLAN_NONE);
    assert_int_equal(plan.retry_after_s, -1);
    assert_false(faults_unfired(faults, &unfired, &line, &col));
    buf_done(&unfired);
    faults_free(faults);
    arena_done(&arena);
}

static void a_window_opens_and_closes_to_the_millisecond(void **state)
{
    struct arena arena;
    arena_init(&arena);
    struct faults *faults = faults_new();
    struct diag diag;
    struct plan plan;
    struct event event = given_event();
    assert_int_equal(arm(faults, &arena,
                         "{\"match\":{},\"kind\":\"drop\",\"from\":\"10s\",\"until\":\"20s\"}",
                         &diag),
                     0);
    static const struct {
        int64_t now_ms;
        enum plan_kind want;
    } rows[] = {{1000, PLAN_NONE},
                {10999, PLAN_NONE},
                {11000, PLAN_DROP},
                {20999, PLAN_DROP},
                {21000, PLAN_NONE}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fault_decide(faults, &event, rows[i].now_ms, &plan);
        assert_int_equal(plan.kind, rows[i].want);
    }
    faults_free(faults);
    arena_done(&arena);
}

static void a_regular_rule_comes_and_goes(void **state)
{
    struct arena arena;
    arena_init(&arena);
    struct faults *faults = faults_new();
    struct diag diag;
    struct plan plan;
    struct event event = given_event();
    assert_int_equal(arm(faults, &arena,
                         "{\"match\":{},\"kind\":\"drop\",\"from\":\"10s\",\"every\":\"60s\","
                         "\"lasts\":\"20s\"}",
                         &diag),
                     0);
    static const struct {
        int64_t now_ms;
        enum plan_kind want;
    } rows[] = {{10999, PLAN_NONE}, {11000, PLAN_DROP}, {30999, PLAN_DROP}, {31000, PLAN_NONE},
                {70999, PLAN_NONE}, {71000, PLAN_DROP}, {90999, PLAN_DROP}, {91000, PLAN_NONE}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fault_decide(faults, &event, rows[i].now_ms, &plan);
        if (plan.kind != rows[i].want)
            fail_msg("at %lld ms: %d", (long long)rows[i].now_ms, plan.kind);
    }
    faults_free(faults);
    arena_done(&arena);
}

static void the_first_rule_armed_wins_and_can_be_cleared(void **state)
{
    struct arena arena;
    arena_init(&arena);
    struct faults *faults = faults_new();
    struct diag diag;
    struct plan plan;
    struct event event = given_event();
    arm(faults, &arena, "{\"name\":\"one\",\"match\":{},\"kind\":\"close\"}", &diag);
    arm(faults, &arena, "{\"name\":\"two\",\"match\":{},\"kind\":\"delay\",\"delay\":\"5ms\"}",
        &diag);
    fault_decide(faults, &event, 1000, &plan);
    assert_int_equal(plan.kind, PLAN_CLOSE);
    assert_int_equal(fault_clear(faults, "one"), 1);
    fault_decide(faults, &event, 1000, &plan);
    assert_int_equal(plan.kind, PLAN_DELAY);
    assert_int_equal(plan.delay_ms, 5);
    assert_int_equal(fault_clear(faults, "nobody"), 0);
    assert_int_equal(fault_clear(faults, "*"), 1);
    fault_decide(faults, &event, 1000, &plan);
    assert_int_equal(plan.kind, PLAN_NONE);
    faults_free(faults);
    arena_done(&arena);
}

#define KINDS                                                                                      \
    "answer, delay, drop, close, resolve, impair, duplicate, reorder, refuse, silence, reset, "    \
    "half-close, "                                                                                 \
    "cut, dribble, "                                                                               \
    "stall, "                                                                                      \
    "garbage, alert, certificate"

static void a_wrong_rule_is_refused_in_words(void **state)
{
    static const struct {
        const char *rule, *want;
    } rows[] = {
        {"{\"match\":{}}", "a fault needs `kind:` (" KINDS ")"},
        {"{\"match\":{},\"kind\":\"anwser\"}",
         "unknown fault kind \"anwser\"; wanted one of " KINDS "; did you mean \"answer\"?"},
        {"{\"kind\":\"drop\"}", "a fault needs `match:` (for all, write match: {})"},
        {"{\"kind\":\"drop\",\"mtach\":{}}",
         "a fault needs `match:` (for all, write match: {}), saw \"mtach:\""},
        {"{\"kind\":\"cut\",\"match\":{\"op\":\"readExtension\"}}",
         "a fault of kind cut acts on connections, before anything is asked on them: match "
         "listener, proxy, transport or sni; with op: readExtension it would never fire"},
        {"{\"kind\":\"stall\",\"match\":{\"path\":\"*call-log*\"}}",
         "a fault of kind stall acts on connections, before anything is asked on them: match "
         "listener, proxy, transport or sni; with path: *call-log* it would never fire"},
        {"{\"kind\":\"resolve\",\"gives\":\"empty\",\"match\":{\"op\":[\"sip.invite\"]}}",
         "a fault of kind resolve acts on questions for names: match op: dns.query, or name; with "
         "op: ... it would never fire"},
        {"{\"kind\":\"impair\",\"match\":{\"layer\":\"sip\"}}",
         "a fault of kind impair acts on the audio of phones: match op: media.start; with layer: "
         "sip it would never fire"},
        {"{\"kind\":\"reorder\",\"match\":{\"op\":\"oauth.token\"}}",
         "a fault of kind reorder acts on what leaves for subscribers: match op: notify.webhook or "
         "ws.notification; with op: oauth.token it would never fire"},
        {"{\"kind\":\"drop\",\"match\":{\"listener\":\"http\"}}",
         "a fault of kind drop acts on what is asked and answered, and what leaves for "
         "subscribers; with listener: http it would never fire"},
        {"{\"kind\":\"drop\",\"match\":{\"op\":\"call.end\"}}",
         "a fault of kind drop acts on what is asked and answered, and what leaves for "
         "subscribers; with op: call.end it would never fire"},
        {"{\"kind\":\"drop\",\"match\":{\"status\":200}}",
         "status: is known when the answer is made, and a fault acts before; match what comes in "
         "(op, path, user ...)"},
        {"{\"kind\":\"drop\",\"match\":{\"layer\":\"ouath\"}}",
         "layer: wanted oauth|rest|sip|control|client|world|notify|media|net|dns, saw \"ouath\"; "
         "did you mean \"oauth\"?"},
        {"{\"kind\":\"cut\",\"match\":{\"listener\":\"a udp\"}}",
         "a fault of kind cut is about connections, and SIP over UDP has none; it acts on http, "
         "https, gateway, and of a proxy on tcp, tls, ws and wss"},
        {"{\"kind\":\"refuse\",\"match\":{\"transport\":\"udp\",\"proxy\":\"a\"}}",
         "a fault of kind refuse is about connections, and SIP over UDP has none; it acts on http, "
         "https, gateway, and of a proxy on tcp, tls, ws and wss"},
        {"{\"kind\":\"answer\",\"match\":{}}", "a fault of kind answer needs `status:`"},
        {"{\"kind\":\"answer\",\"match\":{},\"status\":99}",
         "status: wanted a status from 100 to 699, saw 99"},
        {"{\"kind\":\"delay\",\"match\":{},\"delay\":\"soon\"}",
         "delay: wanted a duration up to 10m, saw soon"},
        {"{\"kind\":\"delay\",\"match\":{},\"delay\":\"11m\"}",
         "delay: wanted a duration up to 10m, saw 11m"},
        {"{\"kind\":\"drop\",\"match\":{},\"status\":500}",
         "a fault of kind drop takes no `status`"},
        {"{\"kind\":\"drop\",\"match\":{},\"tiems\":2}",
         "unknown key \"tiems\" in a fault; did you mean \"times\"?"},
        {"{\"kind\":\"drop\",\"match\":{},\"times\":0}", "times: wanted a count from 1, saw 0"},
        {"{\"kind\":\"drop\",\"match\":{\"stat\":1}}",
         "unknown key \"stat\"; did you mean \"status\"?"},
        {"{\"kind\":\"drop\",\"match\":{},\"from\":\"2m\",\"until\":\"1m\"}",
         "the window is empty: until must come after from"},
        {"{\"kind\":\"drop\",\"match\":{},\"every\":\"1m\"}",
         "every and lasts go together, and lasts is the shorter one"},
        {"{\"kind\":\"drop\",\"match\":{},\"lasts\":\"1m\"}",
         "every and lasts go together, and lasts is the shorter one"},
        {"{\"kind\":\"drop\",\"match\":{},\"every\":\"1m\",\"lasts\":\"1m\"}",
         "every and lasts go together, and lasts is the shorter one"},
        {"{\"kind\":\"drop\",\"match\":{},\"to\":\"b\"}", "a fault of kind drop takes no `to`"},
        {"{\"kind\":\"refuse\",\"match\":{},\"times\":1}",
         "a fault of kind refuse takes no `times`"},
        {"{\"kind\":\"cut\",\"match\":{},\"after\":-1}", "after: wanted a count of bytes, saw -1"},
        {"{\"kind\":\"dribble\",\"match\":{},\"bytes\":65537}",
         "bytes: wanted a count of bytes from 1 to 65536, saw 65537"},
        {"{\"kind\":\"certificate\",\"match\":{}}", "a fault of kind certificate needs `is:`"},
        {"{\"kind\":\"certificate\",\"match\":{},\"is\":\"old\"}",
         "is: wanted expired, not-yet-valid, wrong-host, self-signed or unknown-ca, saw old"},
        {"{\"kind\":\"alert\",\"match\":{},\"alert\":\"boo\"}",
         "alert: wanted an alert of TLS: handshake_failure, internal_error, unknown_ca, ..., saw "
         "boo"},
        {"[]", "a fault is a map with match and kind, saw a list"},
    };
    struct arena arena;
    arena_init(&arena);
    struct faults *faults = faults_new();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct diag diag = {0};
        assert_int_equal(arm(faults, &arena, rows[i].rule, &diag), ERR_USAGE);
        assert_string_equal(diag.text, rows[i].want);
    }
    struct diag diag;
    assert_int_equal(arm(faults, &arena, "{\"name\":\"x\",\"match\":{},\"kind\":\"drop\"}", &diag),
                     0);
    assert_int_equal(arm(faults, &arena, "{\"name\":\"x\",\"match\":{},\"kind\":\"drop\"}", &diag),
                     ERR_USAGE);
    assert_string_equal(diag.text, "a fault \"x\" is armed already");
    faults_free(faults);
    arena_done(&arena);
}

static void every_kind_of_the_table_can_be_armed(void **state)
{
    enum { FIRST_OF_CONNECTIONS = 8 };
    static const struct {
        const char *kind, *more;
    } needs[] = {{"answer", ",\"status\":500"},
                 {"delay", ",\"delay\":\"1s\""},
                 {"resolve", ",\"gives\":\"nxdomain\""},
                 {"certificate", ",\"is\":\"expired\""}};
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < fault_kind_count(); i++) {
        struct faults *faults = faults_new();
        struct diag diag;
        struct plan plan;
        struct event event = given_event();
        const char *more = "";
        for (size_t j = 0; j < sizeof needs / sizeof *needs; j++)
            if (strcmp(fault_kind_name(i), needs[j].kind) == 0)
                more = needs[j].more;
        const char *rule =
            arena_printf(&arena, "{\"match\":{\"op\":\"oauth.t*\"},\"kind\":\"%s\"%s}",
                         fault_kind_name(i), more);
        if (strcmp(fault_kind_name(i), "impair") == 0)
            event.layer = LAYER_MEDIA;
        if (strcmp(fault_kind_name(i), "duplicate") == 0 ||
            strcmp(fault_kind_name(i), "reorder") == 0)
            event.layer = LAYER_NOTIFY;
        else if (strcmp(fault_kind_name(i), "resolve") == 0)
            event.layer = LAYER_DNS;
        else if (i >= FIRST_OF_CONNECTIONS)
            event.layer = LAYER_NET;
        assert_int_equal(arm(faults, &arena, rule, &diag), 0);
        bool is_timed = false;
        bool is_of_hello = strcmp(fault_kind_name(i), "certificate") == 0;
        if (!fault_refuses(faults, &event, 1000, &plan, &is_timed))
            fault_decide(faults, &event, 1000, &plan);
        assert_int_equal(plan.kind == PLAN_NONE, is_of_hello);
        if (is_of_hello)
            fault_decide_hello(faults, &event, 1000, true, &plan);
        assert_int_not_equal(plan.kind, PLAN_NONE);
        assert_int_equal(fault_is_about(faults, &event), event.layer == LAYER_NET && !is_of_hello);
        event.layer = event.layer == LAYER_OAUTH ? LAYER_NET : LAYER_OAUTH;
        fault_decide(faults, &event, 1000, &plan); /* what it is not about, it leaves alone */
        assert_int_equal(plan.kind, PLAN_NONE);
        assert_true(strlen(fault_kind_help(i)) > 10);
        faults_free(faults);
    }
    arena_done(&arena);
}

static void who_suffers_already_is_shown_another_certificate_and_no_more(void **state)
{
    struct arena arena;
    struct diag diag;
    struct plan plan;
    struct event event;
    struct faults *faults = faults_new();
    arena_init(&arena);
    event_init(&event, LAYER_NET, "net.connect");
    event_set(&event, EVENT_SNI, "a.test");
    assert_int_equal(arm(faults, &arena, "{\"match\":{\"sni\":\"a.*\"},\"kind\":\"cut\"}", &diag),
                     0);
    assert_int_equal(
        arm(faults, &arena,
            "{\"match\":{\"sni\":\"a.*\"},\"kind\":\"certificate\",\"is\":\"expired\"}", &diag),
        0);
    fault_decide_hello(faults, &event, 1000, false, &plan);
    assert_int_equal(plan.bytes, BYTES_CUT);
    fault_decide_hello(faults, &event, 1000, true, &plan);
    assert_int_equal(plan.bytes, BYTES_CERTIFICATE);
    event_init(&event, LAYER_NET, "net.connect");
    fault_decide_hello(faults, &event, 1000, true, &plan);
    assert_int_equal(plan.kind, PLAN_NONE);
    faults_free(faults);
    arena_done(&arena);
}

/* What cannot be told from the rule alone is not refused. */
static void a_rule_that_may_fire_is_taken(void **state)
{
    static const char *const rules[] = {
        "{\"kind\":\"cut\",\"match\":{\"op\":\"net.*\"}}",
        "{\"kind\":\"cut\",\"match\":{\"op\":\"*\",\"proxy\":\"a\"}}",
        "{\"kind\":\"cut\",\"match\":{\"op\":\"!oauth.token\",\"user\":null}}",
        "{\"kind\":\"drop\",\"match\":{\"op\":[\"call.end\",\"notify.webhook\"]}}",
        "{\"kind\":\"delay\",\"delay\":\"1s\",\"match\":{\"op\":\"dns.query\",\"listener\":null}}",
        "{\"kind\":\"drop\",\"match\":{\"op\":\"sip.invite\",\"status\":null}}",
        "{\"kind\":\"close\",\"match\":{\"op\":\"ws.open\"}}",
    };
    struct arena arena;
    arena_init(&arena);
    struct faults *faults = faults_new();
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        struct diag diag = {0};
        if (arm(faults, &arena, rules[i], &diag))
            fail_msg("%s: %s", rules[i], diag.text);
    }
    faults_free(faults);
    arena_done(&arena);
}

static void audio_is_impaired_and_nothing_else_is(void **state)
{
    struct arena arena;
    struct diag diag;
    struct plan plan;
    struct event media, call = given_event();
    struct faults *faults = faults_new();
    arena_init(&arena);
    event_init(&media, LAYER_MEDIA, "media.start");
    assert_int_equal(arm(faults, &arena, "{\"match\":{},\"kind\":\"close\",\"times\":1}", &diag),
                     0);
    assert_int_equal(arm(faults, &arena,
                         "{\"match\":{},\"kind\":\"impair\",\"loss\":5,\"reorder\":7,"
                         "\"jitter\":\"40ms\",\"direction\":\"to_phone\"}",
                         &diag),
                     0);
    fault_decide(faults, &media, 1000, &plan); /* closing is nothing to audio */
    assert_int_equal(plan.kind, PLAN_IMPAIR);
    assert_int_equal(plan.loss, 5);
    assert_int_equal(plan.reorder, 7);
    assert_int_equal(plan.jitter_ms, 40);
    assert_int_equal(plan.direction, FAULT_TO_PHONE);
    fault_decide(faults, &call, 1000, &plan);
    assert_int_equal(plan.kind, PLAN_CLOSE);
    fault_decide(faults, &call, 1000, &plan); /* the rule that is left is for audio */
    assert_int_equal(plan.kind, PLAN_NONE);
    faults_free(faults);
    arena_done(&arena);
}

static void an_impairment_out_of_range_is_refused(void **state)
{
    static const char *const wrong[] = {"\"loss\":101", "\"loss\":-1", "\"reorder\":\"x\"",
                                        "\"jitter\":\"2s\"", "\"direction\":\"up\""};
    struct arena arena;
    struct diag diag;
    struct faults *faults = faults_new();
    arena_init(&arena);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const char *rule = arena_printf(&arena, "{\"match\":{},\"kind\":\"impair\",%s}", wrong[i]);
        assert_int_equal(arm(faults, &arena, rule, &diag), ERR_USAGE);
    }
    faults_free(faults);
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_fires_as_often_as_it_says),
        cmocka_unit_test(a_window_opens_and_closes_to_the_millisecond),
        cmocka_unit_test(a_regular_rule_comes_and_goes),
        cmocka_unit_test(the_first_rule_armed_wins_and_can_be_cleared),
        cmocka_unit_test(a_wrong_rule_is_refused_in_words),
        cmocka_unit_test(every_kind_of_the_table_can_be_armed),
        cmocka_unit_test(who_suffers_already_is_shown_another_certificate_and_no_more),
        cmocka_unit_test(a_rule_that_may_fire_is_taken),
        cmocka_unit_test(audio_is_impaired_and_nothing_else_is),
        cmocka_unit_test(an_impairment_out_of_range_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
