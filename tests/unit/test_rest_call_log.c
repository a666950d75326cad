/* The call log over REST: filters, windows, views, pages, single records. Seven calls, oldest first:
 *
 *   0  30 h ago  +15557770001 -> Bob, recorded automatically
 *   1  20 h ago  +15557770001 -> queue Sales -> Ann, recorded on demand
 *   2  10 h ago  Bob -> +15557770002
 *   3, 4  5 h ago  Ann -> Bob inside, and Bob's record of it
 *   5   2 h ago  a fax from a withheld number -> Bob
 *   6   1 h ago  +15557770003 -> queue Sales, abandoned
 */
#include "support/rest_world.h"

enum { HOUR_MS = 3600000, CALLS = 7 };

#define LOG     ACCOUNT_PATH "/call-log"
#define ALL     "dateFrom=2026-01-01T00:00:00Z"
#define BOB_LOG ACCOUNT_PATH "/extension/7102/call-log"

static uint32_t index_of(const struct rest *rest, const char *who)
{
    for (size_t i = 0; i < rest->world->user_count; i++)
        if (text_eq(rest->world->users[i]->name, who))
            return (uint32_t)i;
    fail_msg("nobody is called %s", who);
    return 0;
}

static int setup(void **state)
{
    struct rest *rest = rest_new();
    struct world *world = rest->world;
    uint32_t ann = index_of(rest, "Ann"), bob = index_of(rest, "Bob");
    uint32_t sales = index_of(rest, "Sales");
    uint16_t main_line = call_log_line(world, "+12025550100"), name = call_log_name(world, "Zoe");
    int64_t now = clock_now(world);
    const struct call_record records[CALLS] = {
        {.start_ms = now - 30 * HOUR_MS,
         .user = bob,
         .queue = CALL_NO_QUEUE,
         .other = 15557770001,
         .name = name,
         .line = main_line,
         .result = CALL_ACCEPTED,
         .has_recording = 1},
        {.start_ms = now - 20 * HOUR_MS,
         .user = ann,
         .queue = sales,
         .other = 15557770001,
         .name = name,
         .line = main_line,
         .result = CALL_ACCEPTED,
         .has_recording = 1,
         .is_on_demand = 1},
        {.start_ms = now - 10 * HOUR_MS,
         .user = bob,
         .queue = CALL_NO_QUEUE,
         .other = 15557770002,
         .line = main_line,
         .direction = CALL_OUTBOUND,
         .result = CALL_CONNECTED},
        {.start_ms = now - 5 * HOUR_MS,
         .user = ann,
         .queue = CALL_NO_QUEUE,
         .other = bob,
         .direction = CALL_OUTBOUND,
         .result = CALL_CONNECTED,
         .is_internal = 1},
        {.start_ms = now - 5 * HOUR_MS,
         .user = bob,
         .queue = CALL_NO_QUEUE,
         .other = ann,
         .direction = CALL_INBOUND,
         .result = CALL_ACCEPTED,
         .is_internal = 1,
         .is_mirror = 1},
        {.start_ms = now - 2 * HOUR_MS,
         .user = bob,
         .queue = CALL_NO_QUEUE,
         .line = main_line,
         .kind = CALL_FAX,
         .result = CALL_RECEIVED},
        {.start_ms = now - 1 * HOUR_MS,
         .user = sales,
         .queue = sales,
         .other = 15557770003,
         .line = main_line,
         .result = CALL_ABANDONED},
    };
    for (int i = 0; i < CALLS; i++) {
        struct call_record record = records[i];
        uint32_t number;
        record.duration_ms = 61500;
        record.modified_ms = record.start_ms + record.duration_ms;
        assert_true(call_log_append(world, &record, &number));
    }
    *state = rest;
    return 0;
}

/* Numbers of the records of the last answer, newest first as they came: "6 5 4". */
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

static void a_filter_leaves_what_it_names_newest_first(void **state)
{
    static const struct {
        const char *target, *numbers;
    } rows[] = {
        {LOG, "6 5 4 3 2 1"}, /* 24 hours unless asked */
        {LOG "?" ALL, "6 5 4 3 2 1 0"},
        {LOG "?dateFrom=2026-01-04T23:00:00.000Z&dateTo=2026-01-05T07:00:00.000Z", "4 3 2"},
        {LOG "?dateFrom=2026-01-05T00:00:00%2B0100", "6 5 4 3 2"},
        {LOG "?dateTo=2026-01-04T09:00:00Z", "0"},
        {LOG "?direction=Inbound", "6 5 4 1"},
        {LOG "?direction=Outbound", "3 2"},
        {LOG "?direction=Inbound&direction=Outbound", "6 5 4 3 2 1"},
        {LOG "?type=Fax", "5"},
        {LOG "?transport=VoIP", "4 3"},
        {LOG "?transport=PSTN", "6 5 2 1"},
        {LOG "?" ALL "&recordingType=All", "1 0"},
        {LOG "?" ALL "&recordingType=Automatic", "0"},
        {LOG "?" ALL "&recordingType=OnDemand", "1"},
        {LOG "?" ALL "&withRecording=true", "1 0"},
        {LOG "?" ALL "&withRecording=true&recordingType=OnDemand", "1"},
        {LOG "?" ALL "&phoneNumber=15557770001", "1 0"},
        {LOG "?phoneNumber=15550000000", ""},
        {LOG "?" ALL "&extensionNumber=102", "5 4 3 2 0"},
        {LOG "?extensionNumber=999", ""},
        {BOB_LOG "?" ALL, "5 4 2 0"},
        {BOB_LOG "?type=Voice", "4 2"},
        {ACCOUNT_PATH "/extension/7105/call-log", "6 1"},
    };
    struct rest *rest = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        print_message("%s\n", rows[i].target);
        assert_int_equal(rest_get(rest, rows[i].target), 200);
        assert_string_equal(numbers(rest), rows[i].numbers);
    }
}

static void a_session_is_asked_for_alone(void **state)
{
    static const char *const others[] = {
        "phoneNumber=1",
        "extensionNumber=1",
        "direction=Inbound",
        "type=Fax",
        ALL,
        "dateTo=2026",
        "recordingType=All",
        "withRecording=true",
        "transport=PSTN",
        "telephonySessionId=s-1",
    };
    struct rest *rest = *state;
    char id[CALL_ID_LEN], target[200];
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        print_message("%s\n", others[i]);
        snprintf(target, sizeof target, "%s?sessionId=1&%s", LOG, others[i]);
        rest_get(rest, target);
        assert_refused(rest, 400, "CLG-110");
    }
    /* Older than the default window, and found all the same. */
    snprintf(target, sizeof target, "%s?sessionId=%s", LOG, call_session_id(rest->world, 0, id));
    rest_get(rest, target);
    assert_string_equal(numbers(rest), "0");
    rest_get(rest, LOG "?sessionId=1");
    assert_string_equal(numbers(rest), "");
}

static void an_inside_call_is_one_session_of_two_records(void **state)
{
    struct rest *rest = *state;
    char id[CALL_ID_LEN], target[200];
    call_telephony_id(rest->world, 3, id);
    snprintf(target, sizeof target, "%s?telephonySessionId=%s", LOG, id);
    rest_get(rest, target);
    assert_string_equal(numbers(rest), "4 3");
    snprintf(target, sizeof target, "%s?telephonySessionId=%s", BOB_LOG, id);
    rest_get(rest, target);
    assert_string_equal(numbers(rest), "4");
    snprintf(target, sizeof target, "%s?telephonySessionId=%s&page=2", LOG, id);
    rest_get(rest, target);
    assert_string_equal(numbers(rest), "");
}

static void wrong_values_are_refused_by_name(void **state)
{
    static const struct {
        const char *query, *parameter;
    } rows[] = {
        {"dateFrom=yesterday", "dateFrom"},
        {"dateFrom=2026-13-01", "dateFrom"},
        {"dateTo=2026-01-05T25:00:00Z", "dateTo"},
        {"dateFrom=2026-01-05&dateTo=2026-01-04", "dateFrom"},
        {"phoneNumber=%2B15557770001", "phoneNumber"},
        {"phoneNumber=", "phoneNumber"},
        {"phoneNumber=abc", "phoneNumber"},
        {"phoneNumber=1555&extensionNumber=101", "extensionNumber"},
        {"view=Full", "view"},
        {"type=Video", "type"},
        {"direction=Inbound,Outbound", "direction"},
        {"recordingType=Some", "recordingType"},
        {"withRecording=1", "withRecording"},
        {"transport=IP", "transport"},
        {"showBlocked=x", "showBlocked"},
        {"showDeleted=x", "showDeleted"},
        {"page=0", "page"},
        {"perPage=many", "perPage"},
    };
    struct rest *rest = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char target[200];
        print_message("%s\n", rows[i].query);
        snprintf(target, sizeof target, "%s?%s", LOG, rows[i].query);
        rest_get(rest, target);
        assert_refused(rest, 400, "CMN-101");
        assert_string_equal(rest_text(rest, "parameterName"), rows[i].parameter);
    }
}

static void a_simple_record_has_no_legs_and_its_ids_are_text(void **state)
{
    struct rest *rest = *state;
    rest_get(rest, LOG "?" ALL "&recordingType=Automatic");
    static const char *const texts[] = {"id", "sessionId", "telephonySessionId", "recording.id",
                                        "to.extensionId"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char path[64];
        snprintf(path, sizeof path, "records[0].%s", texts[i]);
        assert_int_equal(rest_at(rest, path)->kind, NODE_STRING);
    }
    assert_int_equal(rest_at(rest, "records[0].extension.id")->kind, NODE_NUMBER);
    assert_string_equal(rest_text(rest, "records[0].from.phoneNumber"), "+15557770001");
    assert_string_equal(rest_text(rest, "records[0].from.name"), "Zoe");
    assert_string_equal(rest_text(rest, "records[0].to.phoneNumber"), "+12025550100");
    assert_string_equal(rest_text(rest, "records[0].to.name"), "Bob");
    assert_string_equal(rest_text(rest, "records[0].duration"), "61");
    assert_string_equal(rest_text(rest, "records[0].durationMs"), "61500");
    assert_string_equal(rest_text(rest, "records[0].startTime"), "2026-01-04T03:00:00.000Z");
    assert_string_equal(rest_text(rest, "records[0].recording.type"), "Automatic");
    assert_true(text_starts(rest_text(rest, "records[0].recording.contentUri"),
                            "http://media.test/restapi/v1.0/account/7001/recording/"));
    assert_null(rest_at(rest, "records[0].legs"));
    assert_null(rest_at(rest, "records[0].lastModifiedTime"));
}

static void a_withheld_number_is_not_there(void **state)
{
    struct rest *rest = *state;
    rest_get(rest, LOG "?type=Fax");
    assert_null(rest_at(rest, "records[0].from.phoneNumber"));
    assert_null(rest_at(rest, "records[0].from.name"));
    assert_string_equal(rest_text(rest, "records[0].action"), "Incoming Fax");
}

static void a_detailed_queue_call_goes_through_the_queue(void **state)
{
    struct rest *rest = *state;
    rest_get(rest, LOG "?" ALL "&recordingType=OnDemand&view=Detailed");
    assert_string_equal(rest_text(rest, "records[0].transport"), "PSTN");
    assert_string_equal(rest_text(rest, "records[0].lastModifiedTime"), "2026-01-04T13:01:01.500Z");
    assert_int_equal(rest_count(rest, "records[0].legs"), 2);
    assert_true(rest_at(rest, "records[0].legs[0].master")->boolean);
    assert_string_equal(rest_text(rest, "records[0].legs[0].legType"), "Accept");
    assert_string_equal(rest_text(rest, "records[0].legs[0].extension.id"), "7105");
    assert_string_equal(rest_text(rest, "records[0].legs[1].legType"), "Hunting");
    assert_string_equal(rest_text(rest, "records[0].legs[1].extension.id"), "7101");
    assert_null(rest_at(rest, "records[0].legs[1].master"));
    assert_non_null(rest_at(rest, "records[0].legs[1].recording"));
    rest_get(rest, LOG "?view=Detailed&phoneNumber=15557770003");
    assert_int_equal(rest_count(rest, "records[0].legs"), 1);
    rest->world->knobs.calllog_view_default = KNOB_VIEW_DETAILED;
    rest_get(rest, LOG);
    assert_non_null(rest_at(rest, "records[0].legs"));
}

static void pages_have_no_totals_and_repeat_every_filter(void **state)
{
    struct rest *rest = *state;
    rest_get(rest, LOG "?perPage=2&direction=Inbound");
    assert_string_equal(numbers(rest), "6 5");
    assert_null(rest_at(rest, "paging.totalElements"));
    assert_null(rest_at(rest, "paging.totalPages"));
    assert_null(rest_at(rest, "navigation.lastPage"));
    assert_null(rest_at(rest, "navigation.previousPage"));
    const char *next = rest_text(rest, "navigation.nextPage.uri");
    assert_string_equal(next, "http://api.test/restapi/v1.0/account/7001/call-log"
                              "?direction=Inbound&view=Simple"
                              "&dateFrom=2026-01-04T09%3A00%3A00.000Z&page=2&perPage=2");
    char target[300];
    snprintf(target, sizeof target, "%s", next + strlen("http://api.test"));
    rest_get(rest, target);
    assert_string_equal(numbers(rest), "4 1");
    assert_null(rest_at(rest, "navigation.nextPage"));
    assert_non_null(rest_at(rest, "navigation.previousPage"));
    assert_string_equal(rest_text(rest, "paging.pageStart"), "2");
    assert_string_equal(rest_text(rest, "paging.pageEnd"), "3");
}

static void a_page_after_the_last_is_empty(void **state)
{
    struct rest *rest = *state;
    rest_get(rest, LOG "?page=1000000000&perPage=1000");
    assert_int_equal(rest->reply.status, 200);
    assert_int_equal(rest_count(rest, "records"), 0);
    assert_null(rest_at(rest, "paging.pageStart"));
}

static void a_record_is_read_by_its_id(void **state)
{
    struct rest *rest = *state;
    char id[CALL_ID_LEN], target[200];
    call_log_id(rest->world, 1, id);
    snprintf(target, sizeof target, "%s/%s?view=Detailed", LOG, id);
    assert_int_equal(rest_get(rest, target), 200);
    assert_string_equal(rest_text(rest, "id"), id);
    assert_int_equal(rest_count(rest, "legs"), 2);
    snprintf(target, sizeof target, "/restapi/v1.0/account/7001/call-log/%s?view=Detailed", id);
    assert_string_equal(rest_text(rest, "uri") + strlen("http://api.test"), target);
    /* It is Ann's, not Bob's. */
    snprintf(target, sizeof target, "%s/%s", BOB_LOG, id);
    rest_get(rest, target);
    assert_refused(rest, 404, "CMN-102");
    assert_string_equal(rest_text(rest, "parameterName"), "callRecordId");
}

static void deleted_records_show_only_when_asked_for(void **state)
{
    struct rest *rest = *state;
    char id[CALL_ID_LEN], target[200];
    call_log_delete(rest->world, 2);
    rest_get(rest, LOG);
    assert_string_equal(numbers(rest), "6 5 4 3 1");
    rest_get(rest, LOG "?showDeleted=true");
    assert_string_equal(numbers(rest), "6 5 4 3 2 1");
    assert_true(rest_at(rest, "records[4].deleted")->boolean);
    snprintf(target, sizeof target, "%s/%s", LOG, call_log_id(rest->world, 2, id));
    rest_get(rest, target);
    assert_refused(rest, 404, "CMN-102");
}

static void the_other_account_has_no_calls(void **state)
{
    struct rest *rest = *state;
    rest_as(rest, "Eve@7901.test");
    assert_int_equal(rest_get(rest, LOG "?" ALL), 200);
    assert_int_equal(rest_count(rest, "records"), 0);
    char id[CALL_ID_LEN], target[200];
    snprintf(target, sizeof target, "%s/%s", LOG, call_log_id(rest->world, 2, id));
    rest_get(rest, target);
    assert_refused(rest, 404, "CMN-102");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, rest_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_filter_leaves_what_it_names_newest_first),
        TEST(a_session_is_asked_for_alone),
        TEST(an_inside_call_is_one_session_of_two_records),
        TEST(wrong_values_are_refused_by_name),
        TEST(a_simple_record_has_no_legs_and_its_ids_are_text),
        TEST(a_withheld_number_is_not_there),
        TEST(a_detailed_queue_call_goes_through_the_queue),
        TEST(pages_have_no_totals_and_repeat_every_filter),
        TEST(a_page_after_the_last_is_empty),
        TEST(a_record_is_read_by_its_id),
        TEST(deleted_records_show_only_when_asked_for),
        TEST(the_other_account_has_no_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) ? 1 : 0;
}
