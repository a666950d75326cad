/* FSync, ISync and their tokens. Bob gets a call each hour for ten hours; number n is n + 1 hours ago
 * counted from the newest, so numbers rise with time: 0 is ten hours old, 9 one hour. */
#include "support/rest_world.h"

enum { HOUR_MS = 3600000, CALLS = 10 };

#define SYNC     ACCOUNT_PATH "/call-log-sync"
#define BOB_SYNC ACCOUNT_PATH "/extension/7102/call-log-sync"

static uint32_t add_call(struct rest *rest, uint32_t user, enum call_result result)
{
    uint32_t number;
    int64_t now = clock_now(rest->world);
    struct call_record record = {.start_ms = now - 60000,
                                 .modified_ms = now,
                                 .duration_ms = 60000,
                                 .user = user,
                                 .queue = CALL_NO_QUEUE,
                                 .other = 15557770001,
                                 .result = (uint8_t)result};
    assert_true(call_log_append(rest->world, &record, &number));
    return number;
}

static int setup(void **state)
{
    struct rest *rest = rest_new();
    for (int i = 0; i < CALLS; i++) {
        add_call(rest, 1, i == 4 ? CALL_MISSED : CALL_ACCEPTED);
        clock_advance(rest->world, HOUR_MS);
    }
    rest_as(rest, "Ann");
    *state = rest;
    return 0;
}

static const char *numbers(struct rest *rest)
{
    const char *all = "";
    for (const struct node *record = node_first(rest_at(rest, "records")); record;
         record = record->next) {
        uint32_t number = UINT32_MAX;
        assert_true(call_log_by_id(rest->world, node_get(record, "id")->text, &number));
        all = arena_printf(&rest->arena, "%s%s%u", all, *all ? " " : "", (unsigned)number);
    }
    return all;
}

/* The target of an ISync with the last answer's token. */
static void next_target(const struct rest *rest, const char *path, const char *more, char *out,
                        size_t out_len)
{
    snprintf(out, out_len, "%s?syncType=ISync&syncToken=%s%s", path,
             rest_text(rest, "syncInfo.syncToken"), more);
}

static void a_full_sync_gives_the_newest_and_a_token(void **state)
{
    struct rest *rest = *state;
    assert_int_equal(rest_get(rest, SYNC "?syncType=FSync&recordCount=3"), 200);
    assert_string_equal(numbers(rest), "9 8 7");
    assert_string_equal(rest_text(rest, "syncInfo.syncType"), "FSync");
    assert_true(strlen(rest_text(rest, "syncInfo.syncToken")) > 20);
    assert_string_equal(rest_text(rest, "syncInfo.syncTime"), "2026-01-05T19:00:00.000Z");
    assert_string_equal(event_get(&rest->event, EVENT_RECORDS), "3");
    rest_get(rest, SYNC "?recordCount=2");
    assert_string_equal(rest_text(rest, "syncInfo.syncType"), "FSync");
}

static void an_incremental_sync_gives_what_changed_since(void **state)
{
    struct rest *rest = *state;
    char target[600];
    rest_get(rest, SYNC "?recordCount=3");
    next_target(rest, SYNC, "", target, sizeof target);
    assert_int_equal(rest_get(rest, target), 200);
    assert_string_equal(numbers(rest), "");
    clock_advance(rest->world, 120000);
    add_call(rest, 0, CALL_ACCEPTED);
    add_call(rest, 1, CALL_ACCEPTED);
    next_target(rest, SYNC, "", target, sizeof target);
    rest_get(rest, target);
    assert_string_equal(numbers(rest), "11 10");
    assert_string_equal(rest_text(rest, "syncInfo.syncType"), "ISync");
    /* What changed in the very millisecond of a sync is told twice rather than lost. */
    next_target(rest, SYNC, "", target, sizeof target);
    clock_advance(rest->world, 1);
    rest_get(rest, target);
    assert_string_equal(numbers(rest), "11 10");
    next_target(rest, SYNC, "", target, sizeof target);
    rest_get(rest, target);
    assert_string_equal(numbers(rest), "");
}

static void deletions_are_changes_for_those_who_ask(void **state)
{
    struct rest *rest = *state;
    char plain[600], with_deleted[600];
    rest_get(rest, SYNC "?recordCount=3");
    next_target(rest, SYNC, "", plain, sizeof plain);
    next_target(rest, SYNC, "&showDeleted=true", with_deleted, sizeof with_deleted);
    clock_advance(rest->world, 120000);
    call_log_delete(rest->world, 5);
    rest_get(rest, plain);
    assert_string_equal(numbers(rest), "");
    rest_get(rest, with_deleted);
    assert_string_equal(numbers(rest), "5");
    assert_true(rest_at(rest, "records[0].deleted")->boolean);
}

static void the_frame_of_the_first_sync_stays(void **state)
{
    struct rest *rest = *state;
    char target[600];
    rest_get(rest, BOB_SYNC "?recordCount=250&view=Detailed&statusGroup=Missed");
    assert_string_equal(numbers(rest), "4");
    assert_non_null(rest_at(rest, "records[0].legs"));
    next_target(rest, BOB_SYNC, "&view=Simple&statusGroup=All", target, sizeof target);
    clock_advance(rest->world, 120000);
    add_call(rest, 0, CALL_MISSED);
    add_call(rest, 1, CALL_ACCEPTED);
    add_call(rest, 1, CALL_MISSED);
    rest_get(rest, target);
    assert_string_equal(numbers(rest), "12");
    assert_non_null(rest_at(rest, "records[0].legs"));
    assert_non_null(strstr(rest_text(rest, "records[0].uri"), "/extension/7102/"));
}

static void a_record_count_reaches_into_the_past(void **state)
{
    struct rest *rest = *state;
    char target[600];
    rest_get(rest, SYNC "?recordCount=1");
    next_target(rest, SYNC, "&recordCount=4", target, sizeof target);
    clock_advance(rest->world, 120000);
    add_call(rest, 1, CALL_ACCEPTED);
    rest_get(rest, target);
    assert_string_equal(numbers(rest), "10 9 8 7");
}

static void too_many_changes_ask_for_a_full_sync(void **state)
{
    struct rest *rest = *state;
    char target[600];
    rest->world->knobs.sync_max = 3;
    rest_get(rest, SYNC "?recordCount=250");
    assert_int_equal(rest_count(rest, "records"), 3);
    next_target(rest, SYNC, "", target, sizeof target);
    clock_advance(rest->world, 120000);
    for (int i = 0; i < 3; i++)
        add_call(rest, 1, CALL_ACCEPTED);
    assert_int_equal(rest_get(rest, target), 200);
    add_call(rest, 1, CALL_ACCEPTED);
    rest_get(rest, target);
    assert_refused(rest, 400, "CLG-103");
}

static void a_reset_or_an_old_token_asks_for_a_full_sync(void **state)
{
    struct rest *rest = *state;
    char target[600];
    rest_get(rest, SYNC "?recordCount=1");
    next_target(rest, SYNC, "", target, sizeof target);
    rest->world->call_log_resets++;
    rest->world->call_log_reset_cause = 77;
    rest_get(rest, target);
    assert_refused(rest, 400, "CLG-104");
    assert_int_equal(rest->event.cause, 77);

    rest_get(rest, SYNC "?recordCount=1");
    next_target(rest, SYNC, "", target, sizeof target);
    rest->world->knobs.sync_token_ttl_ms = 119999;
    clock_advance(rest->world, 120000);
    rest_as(rest, "Ann");
    rest_get(rest, target);
    assert_refused(rest, 400, "CLG-102");
}

static void a_token_is_good_for_its_own_log_only(void **state)
{
    struct rest *rest = *state;
    char target[600];
    static const char *const tokens[] = {"x", "AAAA", "%%%", "Li4uLi4u", "MS4yLjMuNC41LjYuNy44Ljk"};
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++) {
        print_message("%s\n", tokens[i]);
        snprintf(target, sizeof target, "%s?syncType=ISync&syncToken=%s", SYNC,
                 i == 2 ? "%25%25" : tokens[i]);
        rest_get(rest, target);
        assert_refused(rest, 400, "CLG-101");
    }
    rest_get(rest, BOB_SYNC "?recordCount=1");
    next_target(rest, SYNC, "", target, sizeof target);
    rest_get(rest, target);
    assert_refused(rest, 400, "CLG-105");
    rest_get(rest, SYNC "?recordCount=1");
    next_target(rest, SYNC, "", target, sizeof target);
    target[strlen(target) - 3] ^= 1; /* one bit of the sum */
    rest_get(rest, target);
    assert_refused(rest, 400, "CLG-101");
}

static void what_is_missing_or_wrong_is_named(void **state)
{
    static const struct {
        const char *query, *code, *parameter;
    } rows[] = {
        {"syncType=FSync", "CMN-100", "recordCount"},
        {"syncType=ISync", "CMN-100", "syncToken"},
        {"syncType=ISync&syncToken=", "CMN-100", "syncToken"},
        {"syncType=Half", "CMN-101", "syncType"},
        {"recordCount=0", "CMN-101", "recordCount"},
        {"recordCount=1&statusGroup=Some", "CMN-101", "statusGroup"},
        {"recordCount=1&view=Full", "CMN-101", "view"},
        {"recordCount=1&dateFrom=soon", "CMN-101", "dateFrom"},
        {"recordCount=1&dateFrom=2025-12-06T18:59:59.999Z", "CMN-101", "dateFrom"},
        {"recordCount=1&recordingType=Any", "CMN-101", "recordingType"},
    };
    struct rest *rest = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char target[300];
        print_message("%s\n", rows[i].query);
        snprintf(target, sizeof target, "%s?%s", SYNC, rows[i].query);
        rest_get(rest, target);
        assert_refused(rest, 400, rows[i].code);
        assert_string_equal(rest_text(rest, "parameterName"), rows[i].parameter);
    }
    assert_int_equal(rest_get(rest, SYNC "?recordCount=1&dateFrom=2025-12-06T19:00:00Z"), 200);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, rest_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_full_sync_gives_the_newest_and_a_token),
        TEST(an_incremental_sync_gives_what_changed_since),
        TEST(deletions_are_changes_for_those_who_ask),
        TEST(the_frame_of_the_first_sync_stays),
        TEST(a_record_count_reaches_into_the_past),
        TEST(too_many_changes_ask_for_a_full_sync),
        TEST(a_reset_or_an_old_token_asks_for_a_full_sync),
        TEST(a_token_is_good_for_its_own_log_only),
        TEST(what_is_missing_or_wrong_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) ? 1 : 0;
}
