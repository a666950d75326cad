#include "scenario/expect.h"

#include "base/text.h"
#include "journal/story.h"
#include "support/control_scene.h"

#include <stdio.h>

struct desk {
    struct journal *journal;
    struct arena arena;
    struct buf text;
};

static void desk_init(struct desk *desk)
{
    desk->journal = journal_new(&(struct journal_limits){0});
    arena_init(&desk->arena);
    buf_init(&desk->text, 1 << 16);
}

static void desk_done(struct desk *desk)
{
    journal_free(desk->journal);
    arena_done(&desk->arena);
    buf_done(&desk->text);
}

static void happened(struct desk *desk, const char *op, int status, const char *code)
{
    struct event event;
    event_init(&event, LAYER_REST, op);
    event.time_ms = 1767603600000;
    event_set(&event, EVENT_METHOD, "GET");
    event_set(&event, EVENT_PATH, "/restapi/v1.0/account/~/call-log");
    event_set_int(&event, EVENT_STATUS, status);
    event_set(&event, EVENT_CODE, code);
    journal_append(desk->journal, &event);
}

static struct expectation wish(struct desk *desk, const char *json)
{
    struct expectation expectation;
    struct diag diag;
    const struct node *args = json_parse(&desk->arena, json, strlen(json), NULL);
    assert_non_null(args);
    if (expect_read(&desk->arena, args, "s.yaml", &expectation, &diag))
        fail_msg("%s: %s", json, diag.text);
    return expectation;
}

/* Looks from `*cursor`; then tells why not. */
static bool look(struct desk *desk, const char *json, uint64_t *cursor)
{
    size_t seen;
    struct expectation expectation = wish(desk, json);
    bool holds = expect_look(&expectation, desk->journal, cursor, &seen);
    buf_reset(&desk->text);
    if (!holds)
        expect_explain(&expectation, desk->journal, *cursor, seen, &desk->text);
    return holds;
}

static void events_are_consumed_in_order(void **state)
{
    struct desk desk;
    uint64_t cursor = 1;
    desk_init(&desk);
    happened(&desk, "a", 200, NULL);
    happened(&desk, "b", 200, NULL);
    happened(&desk, "a", 400, NULL);
    assert_true(look(&desk, "{\"op\":\"b\"}", &cursor));
    assert_int_equal(cursor, 3);
    assert_true(look(&desk, "{\"op\":\"a\"}", &cursor));
    assert_int_equal(cursor, 4);
    assert_false(look(&desk, "{\"op\":\"a\"}", &cursor));
    assert_int_equal(cursor, 4);
    desk_done(&desk);
}

static void several_are_counted_and_taken_together(void **state)
{
    struct desk desk;
    uint64_t cursor = 1;
    desk_init(&desk);
    happened(&desk, "a", 200, NULL);
    happened(&desk, "b", 200, NULL);
    happened(&desk, "a", 200, NULL);
    assert_false(look(&desk, "{\"op\":\"a\",\"times\":3}", &cursor));
    assert_int_equal(cursor, 1);
    assert_non_null(strstr(buf_text(&desk.text), "wanted 3 times, saw 2"));
    assert_true(look(&desk, "{\"op\":\"a\",\"times\":2}", &cursor));
    assert_int_equal(cursor, 4);
    desk_done(&desk);
}

static void absence_looks_at_what_came_since_and_takes_nothing(void **state)
{
    struct desk desk;
    uint64_t cursor = 1;
    desk_init(&desk);
    happened(&desk, "a", 500, NULL);
    happened(&desk, "b", 200, NULL);
    assert_true(look(&desk, "{\"op\":\"b\"}", &cursor));
    assert_true(look(&desk, "{\"status\":500,\"absent\":true}", &cursor));
    assert_int_equal(cursor, 3);
    cursor = 1;
    assert_false(look(&desk, "{\"status\":500,\"absent\":true}", &cursor));
    assert_non_null(strstr(buf_text(&desk.text), "came all the same: #1 "));
    desk_done(&desk);
}

static void a_failure_names_the_nearest_events_and_the_keys_that_differ(void **state)
{
    struct desk desk;
    uint64_t cursor = 1;
    desk_init(&desk);
    happened(&desk, "oauth.token", 200, NULL);
    happened(&desk, "readExtension", 401, "OAU-213");
    assert_false(
        look(&desk, "{\"op\":\"oauth.token\",\"status\":400,\"code\":\"OAU-213\"}", &cursor));
    assert_string_equal(
        buf_text(&desk.text),
        "    near: #2   09:00:00 client -> rest  GET      .../call-log  401  (OAU-213)\n"
        "          op: wanted oauth.token, saw readExtension; status: wanted 400, saw 401\n"
        "    near: #1   09:00:00 client -> rest  GET      .../call-log  200\n"
        "          status: wanted 400, saw 200; code: wanted OAU-213, not there\n");
    desk_done(&desk);
}

static void a_match_that_came_too_early_is_told(void **state)
{
    struct desk desk;
    uint64_t cursor = 1;
    desk_init(&desk);
    happened(&desk, "a", 200, NULL);
    happened(&desk, "b", 200, NULL);
    assert_true(look(&desk, "{\"op\":\"b\"}", &cursor));
    assert_false(look(&desk, "{\"op\":\"a\"}", &cursor));
    assert_string_equal(buf_text(&desk.text),
                        "    #1 would do, but it is not after #2, which an earlier expectation "
                        "took\n    nothing happened since the last expectation\n");
    desk_done(&desk);
}

static void nothing_like_it_is_told_too(void **state)
{
    struct desk desk;
    uint64_t cursor = 1;
    desk_init(&desk);
    happened(&desk, "a", 200, NULL);
    assert_false(look(&desk, "{\"proxy\":\"b\"}", &cursor));
    assert_string_equal(buf_text(&desk.text),
                        "    no event since the last expectation is like it in anything\n");
    desk_done(&desk);
}

static void within_times_and_absent_are_read(void **state)
{
    struct desk desk;
    desk_init(&desk);
    struct expectation expectation = wish(&desk, "{\"op\":\"a\",\"within\":\"5m\",\"times\":3}");
    assert_int_equal(expectation.within_ms, 300000);
    assert_int_equal(expectation.times, 3);
    assert_false(expectation.is_absent);
    expectation = wish(&desk, "{\"op\":\"a\",\"absent\":true}");
    assert_true(expectation.is_absent);
    assert_int_equal(expectation.within_ms, -1);
    assert_int_equal(match_terms(expectation.match), 1);
    desk_done(&desk);
}

/* --- stories --- */

static void each_layer_is_told_in_its_own_words(void **state)
{
    static const struct {
        enum layer layer;
        const char *op;
        struct {
            enum event_key key;
            const char *value;
        } values[6];
        uint64_t cause;
        const char *says;
    } rows[] = {
        {LAYER_OAUTH,
         "oauth.token",
         {{EVENT_METHOD, "POST"},
          {EVENT_PATH, "/restapi/oauth/token"},
          {EVENT_STATUS, "400"},
          {EVENT_CODE, "OAU-213"},
          {EVENT_GRANT_TYPE, "refresh_token"},
          {EVENT_SCOPE, "A B"}},
         7,
         "#9   09:00:00 client -> oauth POST     /restapi/oauth/token  400  (OAU-213, "
         "refresh_token, because of #7)\n"},
        {LAYER_REST,
         "readExtension",
         {{EVENT_METHOD, "GET"},
          {EVENT_PATH, "/restapi/v1.0/dictionary"},
          {EVENT_STATUS, "403"},
          {EVENT_SCOPE, "ReadAccounts"},
          {EVENT_PERMISSION, "Users"}},
         0,
         "#9   09:00:00 client -> rest  GET      .../dictionary  403  (scope ReadAccounts, needs "
         "Users)\n"},
        {LAYER_REST,
         "readExtension",
         {{EVENT_METHOD, "GET"}, {EVENT_PATH, "/x"}, {EVENT_FAULT, "sick"}, {EVENT_PLAN, "close"}},
         0,
         "#9   09:00:00 client -> rest  GET      /x  no answer  (fault sick, close)\n"},
        {LAYER_SIP,
         "sip.register",
         {{EVENT_METHOD, "REGISTER"},
          {EVENT_PROXY, "a"},
          {EVENT_TRANSPORT, "udp"},
          {EVENT_STATUS, "200"},
          {EVENT_EXPIRES, "300"},
          {EVENT_BINDINGS, "1"}},
         0,
         "#9   09:00:00 client -> sip   REGISTER proxy a udp  200  (for 300 s, bindings 1)\n"},
        {LAYER_CONTROL,
         "stop-proxy",
         {{EVENT_ARGS, "{\"proxy\":\"a\"}"}, {EVENT_RESULT, "done"}},
         0,
         "#9   09:00:00 provider        stop-proxy {\"proxy\":\"a\"}\n"},
        {LAYER_CONTROL,
         "advance",
         {{EVENT_RESULT, "refused"}, {EVENT_REASON, "why"}},
         0,
         "#9   09:00:00 provider        advance  refused  (why)\n"},
        {LAYER_CLIENT,
         "client.sync",
         {{EVENT_RESULT, "failed"}, {EVENT_CODE, "CMN-408"}},
         0,
         "#9   09:00:00 rc-client       sync: failed  (CMN-408)\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct event event;
        struct buf out;
        buf_init(&out, 4096);
        event_init(&event, rows[i].layer, rows[i].op);
        event.seq = 9;
        event.time_ms = 1767603600000;
        event.cause = rows[i].cause;
        for (size_t j = 0; j < 6 && rows[i].values[j].value; j++)
            event_set(&event, rows[i].values[j].key, rows[i].values[j].value);
        story_event(&event, &out);
        assert_string_equal(buf_text(&out), rows[i].says);
        buf_done(&out);
    }
}

static void a_later_day_is_told_with_the_time(void **state)
{
    struct buf out;
    buf_init(&out, 100);
    story_time(1767603600000 + 2 * 86400000, 1767603600000, &out);
    assert_string_equal(buf_text(&out), "2d 09:00:00");
    buf_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_are_consumed_in_order),
        cmocka_unit_test(several_are_counted_and_taken_together),
        cmocka_unit_test(absence_looks_at_what_came_since_and_takes_nothing),
        cmocka_unit_test(a_failure_names_the_nearest_events_and_the_keys_that_differ),
        cmocka_unit_test(a_match_that_came_too_early_is_told),
        cmocka_unit_test(nothing_like_it_is_told_too),
        cmocka_unit_test(within_times_and_absent_are_read),
        cmocka_unit_test(each_layer_is_told_in_its_own_words),
        cmocka_unit_test(a_later_day_is_told_with_the_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
