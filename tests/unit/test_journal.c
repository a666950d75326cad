#include "journal/journal.h"

#include "base/text.h"
#include "journal/event_read.h"
#include "journal/story.h"
#include "support/cmocka_all.h"

#include <string.h>

static struct event given_event(const char *op, int status)
{
    struct event event;
    event_init(&event, LAYER_REST, op);
    event.time_ms = 1767603600000;
    event_set_int(&event, EVENT_STATUS, status);
    return event;
}

static void what_was_appended_is_read_back(void **state)
{
    struct journal *journal = journal_new(NULL);
    struct event event = given_event("readExtension", 200), back;
    event_set(&event, EVENT_USER, "ann@acme.example");
    event.cause = 7;
    assert_int_equal(journal_next(journal), 1);
    assert_int_equal(journal_append(journal, &event), 1);
    assert_int_equal(event.seq, 1);
    assert_true(journal_get(journal, 1, &back));
    assert_string_equal(back.op, "readExtension");
    assert_string_equal(event_get(&back, EVENT_USER), "ann@acme.example");
    assert_string_equal(event_get(&back, EVENT_STATUS), "200");
    assert_null(event_get(&back, EVENT_CODE));
    assert_int_equal(back.cause, 7);
    assert_false(journal_get(journal, 2, &back));
    journal_free(journal);
}

static void a_full_journal_drops_the_oldest_and_counts_them(void **state)
{
    struct journal *journal = journal_new(&(struct journal_limits){.events = 100});
    struct event event, back;
    for (int i = 0; i < 1000; i++) {
        event = given_event("op", i);
        journal_append(journal, &event);
    }
    assert_int_equal(journal_first(journal), 901);
    assert_int_equal(journal_last(journal), 1000);
    assert_int_equal(journal_dropped(journal), 900);
    assert_false(journal_get(journal, 900, &back));
    for (uint64_t n = 901; n <= 1000; n++) {
        assert_true(journal_get(journal, n, &back));
        int64_t status;
        assert_true(text_int64(event_get(&back, EVENT_STATUS), &status));
        assert_int_equal(status, n - 1);
    }
    journal_free(journal);
}

static void the_limit_in_bytes_holds_too(void **state)
{
    struct journal *journal = journal_new(&(struct journal_limits){.bytes = 20000});
    char text[900];
    memset(text, 'x', sizeof text);
    for (int i = 0; i < 500; i++) {
        struct event event = given_event("op", i);
        event_set_n(&event, EVENT_REASON, text, sizeof text);
        journal_append(journal, &event);
        assert_true(journal_bytes(journal) <= 20000);
    }
    assert_true(journal_dropped(journal) > 400);
    assert_true(journal_last(journal) == 500);
    journal_free(journal);
}

static void a_value_too_long_is_cut_between_characters(void **state)
{
    char text[EVENT_TEXT_MAX * 2];
    for (size_t i = 0; i + 1 < sizeof text; i += 2)
        memcpy(text + i, "\xc3\xa9", 2); /* e acute */
    struct event event = given_event("op", 200);
    event_set_n(&event, EVENT_REASON, text, sizeof text);
    const char *kept = event_get(&event, EVENT_REASON);
    assert_true(strlen(kept) < EVENT_TEXT_MAX);
    assert_true(text_is_utf8(kept, strlen(kept)));
    event_set(&event, EVENT_CODE, "CMN-101");
    assert_true(event.text_len <= EVENT_TEXT_MAX);
}

static void secrets_in_a_query_are_masked(void **state)
{
    static const struct {
        const char *query, *want;
    } rows[] = {
        {"a=1&b=2", "a=1&b=2"},
        {"access_token=s3cret", "access_token=***"},
        {"x=1&access_token=s3cret&y=2", "x=1&access_token=***&y=2"},
        {"ACCESS_TOKEN=s3cret", "ACCESS_TOKEN=***"},
        {"code=abc&state=xyz", "code=***&state=***"},
        {"token", "token"},
        {"&&", "&&"},
        {"password=", "password=***"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct event event = given_event("op", 200);
        event_set_query(&event, rows[i].query);
        assert_string_equal(event_get(&event, EVENT_QUERY), rows[i].want);
    }
}

static void an_event_prints_numbers_as_numbers(void **state)
{
    struct journal *journal = journal_new(NULL);
    struct event event = given_event("oauth.token", 400);
    event.layer = LAYER_OAUTH;
    event_set(&event, EVENT_CODE, "OAU-213");
    event.cause = 3;
    journal_append(journal, &event);
    struct buf text;
    buf_init(&text, 4096);
    struct json_out out;
    json_out_init(&out, &text);
    json_open(&out, NULL);
    event_json(&event, &out);
    json_close(&out);
    assert_string_equal(buf_text(&text),
                        "{\"seq\":1,\"time\":\"2026-01-05T09:00:00.000Z\",\"layer\":\"oauth\","
                        "\"op\":\"oauth.token\",\"status\":400,\"code\":\"OAU-213\",\"cause\":3}");
    buf_done(&text);
    journal_free(journal);
}

static const struct match *given_match(struct arena *arena, const char *json)
{
    const struct match *match = NULL;
    struct diag diag = {0};
    const struct node *map = json_parse(arena, json, strlen(json), NULL);
    if (match_from_node(arena, map, NULL, "t.yaml", &match, &diag))
        fail_msg("%s", diag.text);
    return match;
}

static void write_object(const struct event *event, struct buf *out)
{
    struct json_out json;
    json_out_init(&json, out);
    json_open(&json, NULL);
    event_json(event, &json);
    json_close(&json);
}

static void an_event_is_read_back_from_its_json(void **state)
{
    (void)state;
    struct event event, again;
    struct buf first, second;
    struct arena arena;
    const char *why;
    event_init(&event, LAYER_OAUTH, "oauth.token");
    event.seq = 20;
    event.time_ms = 1767604200006;
    event.cause = 18;
    event_set_int(&event, EVENT_STATUS, 400);
    event_set(&event, EVENT_CODE, "OAU-213");
    event_set(&event, EVENT_DEVICE, "800110100000"); /* text that looks like a number */
    buf_init(&first, 4096);
    buf_init(&second, 4096);
    arena_init(&arena);
    write_object(&event, &first);
    assert_null(event_read(json_parse(&arena, buf_text(&first), first.len, &why), &again));
    write_object(&again, &second);
    assert_string_equal(buf_text(&second), buf_text(&first));
    buf_done(&first);
    buf_done(&second);
    arena_done(&arena);
}

static void what_is_no_event_is_refused_with_a_reason(void **state)
{
    (void)state;
    static const struct {
        const char *text, *why;
    } rows[] = {
        {"[]", "no object"},
        {"{}", "\"seq\""},
        {"{\"seq\":0}", "\"seq\""},
        {"{\"seq\":1.5}", "\"seq\""},
        {"{\"seq\":1,\"time\":\"noon\"}", "\"time\""},
        {"{\"seq\":1,\"time\":\"2026-01-05T09:00:00.000Z\",\"layer\":\"soup\"}", "\"layer\""},
        {"{\"seq\":1,\"time\":\"2026-01-05T09:00:00.000Z\",\"layer\":\"sip\"}", "\"op\""},
        {"{\"seq\":1,\"time\":\"2026-01-05T09:00:00.000Z\",\"layer\":\"sip\",\"op\":\"x\","
         "\"cause\":\"y\"}",
         "\"cause\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct event event;
        struct arena arena;
        const char *no_json;
        arena_init(&arena);
        const char *why =
            event_read(json_parse(&arena, rows[i].text, strlen(rows[i].text), &no_json), &event);
        assert_non_null(why);
        assert_non_null(strstr(why, rows[i].why));
        arena_done(&arena);
    }
}

static void a_story_says_who_to_whom_and_how_it_ended(void **state)
{
    (void)state;
    static const struct {
        enum layer layer;
        const char *op, *keys[8], *want; /* keys: name, value ... */
    } rows[] = {
        {LAYER_REST,
         "readExtension",
         {"method", "GET", "path", "/restapi/v1.0/account/~/extension/~", "status", "200"},
         "#7   1d 09:00:00 client -> rest  GET      .../extension/~  200\n"},
        {LAYER_NOTIFY,
         "notify.webhook",
         {"event", "/restapi/v1.0/account/~/presence", "status", "401", "result", "failed"},
         "#7   1d 09:00:00 provider -> hook .../presence  401 failed\n"},
        {LAYER_NOTIFY,
         "notify.webhook",
         {"event", "/restapi/v1.0/account/~/presence"},
         "#7   1d 09:00:00 provider -> hook .../presence  no answer\n"},
        {LAYER_NOTIFY,
         "notify.blacklisted",
         {"records", "3"},
         "#7   1d 09:00:00 provider        notify.blacklisted  (records 3)\n"},
        {LAYER_WORLD,
         "call.end",
         {"call", "2", "from", "101", "to", "102", "status", "486"},
         "#7   1d 09:00:00 provider        call.end call 2 from 101 to 102  486\n"},
        {LAYER_SIP,
         "sip.invite",
         {"method", "INVITE", "proxy", "a", "status", "180", "direction", "out"},
         "#7   1d 09:00:00 sip -> client   INVITE   proxy a  180\n"},
        {LAYER_SIP,
         "sip.register",
         {"method", "REGISTER", "proxy", "a", "status", "200", "expires", "300"},
         "#7   1d 09:00:00 client -> sip   REGISTER proxy a  200  (for 300 s)\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct event event;
        struct buf out;
        buf_init(&out, 4096);
        event_init(&event, rows[i].layer, rows[i].op);
        event.seq = 7;
        assert_true(text_time_ms("2026-01-06T09:00:00Z", &event.time_ms));
        for (size_t at = 0; at + 1 < 8 && rows[i].keys[at]; at += 2) {
            enum event_key key;
            assert_true(event_key_named(rows[i].keys[at], &key));
            event_set(&event, key, rows[i].keys[at + 1]);
        }
        story_event_since(&event, event.time_ms - 86400000, &out);
        assert_string_equal(buf_text(&out), rows[i].want);
        buf_done(&out);
    }
}

static void terms_hold_or_not(void **state)
{
    static const struct {
        const char *match;
        bool want;
    } rows[] = {
        {"{}", true},
        {"{\"status\":400}", true},
        {"{\"status\":401}", false},
        {"{\"status\":\">=400\"}", true},
        {"{\"status\":\">400\"}", false},
        {"{\"status\":\"<500\"}", true},
        {"{\"status\":\"<=399\"}", false},
        {"{\"op\":\"oauth.token\"}", true},
        {"{\"op\":\"oauth.*\"}", true},
        {"{\"op\":\"rest.*\"}", false},
        {"{\"layer\":\"oauth\"}", true},
        {"{\"code\":[\"OAU-210\",\"OAU-213\"]}", true},
        {"{\"code\":[\"OAU-210\",\"OAU-211\"]}", false},
        {"{\"code\":\"!OAU-210\"}", true},
        {"{\"code\":\"!OAU-213\"}", false},
        {"{\"user\":null}", true},
        {"{\"code\":null}", false},
        {"{\"user\":\"!ann\"}", true},
        {"{\"user\":\"ann\"}", false},
        {"{\"cause\":3,\"code\":\"OAU-2?3\"}", true},
        {"{\"seq\":\">5\"}", false},
        {"{\"code\":\">3\"}", false},
    };
    struct arena arena;
    arena_init(&arena);
    struct event event = given_event("oauth.token", 400);
    event.layer = LAYER_OAUTH;
    event_set(&event, EVENT_CODE, "OAU-213");
    event.cause = 3;
    event.seq = 4;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (match_event(given_match(&arena, rows[i].match), &event) != rows[i].want)
            fail_msg("%s: wanted %d", rows[i].match, rows[i].want);
    arena_done(&arena);
}

static void a_wrong_key_is_refused_with_its_neighbour(void **state)
{
    struct arena arena;
    arena_init(&arena);
    struct diag diag;
    const struct match *match;
    const char *json = "{\"grant_typ\":\"x\"}";
    const struct node *map = json_parse(&arena, json, strlen(json), NULL);
    assert_int_equal(match_from_node(&arena, map, NULL, "t.yaml", &match, &diag), ERR_USAGE);
    assert_string_equal(diag.text, "unknown key \"grant_typ\"; did you mean \"grant_type\"?");
    const char *const ignore[] = {"grant_typ", NULL};
    assert_int_equal(match_from_node(&arena, map, ignore, "t.yaml", &match, &diag), 0);
    assert_int_equal(match_terms(match), 0);
    arena_done(&arena);
}

static void a_miss_says_what_was_wanted_and_seen(void **state)
{
    struct arena arena;
    arena_init(&arena);
    struct event event = given_event("oauth.token", 200);
    struct buf text;
    buf_init(&text, 4096);
    match_explain(given_match(&arena,
                              "{\"op\":\"oauth.token\",\"status\":400,\"code\":[\"OAU-213\","
                              "\"OAU-210\"]}"),
                  &event, &text);
    assert_string_equal(buf_text(&text),
                        "status: wanted 400, saw 200; code: wanted OAU-213 or OAU-210, not there");
    buf_done(&text);
    arena_done(&arena);
}

static void near_misses_come_best_and_newest_first(void **state)
{
    struct journal *journal = journal_new(NULL);
    struct arena arena;
    arena_init(&arena);
    struct event event;
    event = given_event("a", 200), journal_append(journal, &event);
    event = given_event("b", 400), journal_append(journal, &event);
    event = given_event("a", 400), journal_append(journal, &event);
    event = given_event("c", 404), journal_append(journal, &event);
    event = given_event("a", 201), journal_append(journal, &event);
    uint64_t seqs[3];
    const struct match *match = given_match(&arena, "{\"op\":\"a\",\"status\":400,\"code\":\"X\"}");
    assert_int_equal(journal_near(journal, 1, match, seqs, 3), 3);
    assert_int_equal(seqs[0], 3);
    assert_int_equal(seqs[1], 5);
    assert_int_equal(seqs[2], 2);
    assert_int_equal(journal_near(journal, 5, match, seqs, 3), 1);
    assert_false(journal_find(journal, 1, match, &event));
    match = given_match(&arena, "{\"op\":\"a\"}");
    assert_true(journal_find(journal, 2, match, &event));
    assert_int_equal(event.seq, 3);
    arena_done(&arena);
    journal_free(journal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_appended_is_read_back),
        cmocka_unit_test(a_full_journal_drops_the_oldest_and_counts_them),
        cmocka_unit_test(the_limit_in_bytes_holds_too),
        cmocka_unit_test(a_value_too_long_is_cut_between_characters),
        cmocka_unit_test(secrets_in_a_query_are_masked),
        cmocka_unit_test(an_event_prints_numbers_as_numbers),
        cmocka_unit_test(an_event_is_read_back_from_its_json),
        cmocka_unit_test(what_is_no_event_is_refused_with_a_reason),
        cmocka_unit_test(a_story_says_who_to_whom_and_how_it_ended),
        cmocka_unit_test(terms_hold_or_not),
        cmocka_unit_test(a_wrong_key_is_refused_with_its_neighbour),
        cmocka_unit_test(a_miss_says_what_was_wanted_and_seen),
        cmocka_unit_test(near_misses_come_best_and_newest_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
