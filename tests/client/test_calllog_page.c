/* A page of the call log: what is read of it, what is none, and its way into the store. */
#include "calllog_page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/cmocka_all.h"
#include "text.h"

#define START "\"startTime\":\"2025-03-01T09:00:00.000Z\""

struct given {
    struct client client;
    struct rest rest;
};

static int given_store(void **state)
{
    struct given *given = calloc(1, sizeof(*given));
    char why[300] = "";
    given->client.store = store_open(":memory:", false, why, sizeof(why));
    given->client.web = web_new("test");
    given->rest.client = &given->client;
    text_copy(given->rest.settings.recording, sizeof(given->rest.settings.recording), "yes");
    assert_non_null(given->client.store);
    *state = given;
    return 0;
}

static int no_store(void **state)
{
    struct given *given = *state;
    store_free(given->client.store);
    web_free(given->client.web);
    free(given);
    return 0;
}

/* The page of these records into the store, as one transaction. */
static struct calllog_counts keep(struct given *given, const char *records)
{
    struct calllog_counts counts = {0};
    struct calllog_page page;
    struct sb text = SB_MAX(8 * 1024 * 1024);
    sb_addf(&text, "{\"records\":[%s]}", records);
    assert_true(calllog_page_read(sb_text(&text), text.len, &page));
    assert_true(store_begin(given->client.store));
    assert_true(calllog_page_keep(&given->rest, &page, &counts));
    assert_true(store_commit(given->client.store));
    calllog_page_done(&page);
    sb_done(&text);
    return counts;
}

static void ids_are_kept_exactly(void **state)
{
    static const struct {
        const char *written, *id; /* NULL: no record that could be found again */
    } rows[] = {
        {"\"abc\"", "abc"},
        {"12345678901234567890", "12345678901234567890"},
        {"\"12345678901234567890\"", "12345678901234567890"},
        {"\"a\\/b\\u0041\"", "a/bA"},
        {"\"00017\"", "00017"},
        {"\"\"", NULL},
        {"null", NULL},
        {"{}", NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct given *given;
        char record[200];
        given_store(state);
        given = *state;
        snprintf(record, sizeof(record), "{\"id\":%s," START "}", rows[i].written);
        struct calllog_counts counts = keep(given, record);
        struct stored_call call;
        if (counts.fresh != (rows[i].id != NULL))
            fail_msg("%s: %d kept", rows[i].written, (int)counts.fresh);
        if (rows[i].id) {
            assert_true(store_call_load(given->client.store, rows[i].id, 0, &call));
            assert_string_equal(call.json, record);
            free(call.json);
        }
        no_store(state);
    }
}

static void a_record_is_gone_when_the_platform_says_deleted(void **state)
{
    struct given *given = *state;
    struct stored_call call;
    keep(given, "{\"id\":\"c1\"," START ",\"recording\":{\"id\":\"r1\",\"type\":\"Automatic\","
                "\"contentUri\":\"http://h/restapi/x\"}},{\"id\":\"c2\"," START "}");
    assert_int_equal(store_count(given->client.store, "recording"), 1);
    struct calllog_counts counts = keep(given, "{\"deleted\":true,\"id\":\"c1\"," START "},"
                                               "{\"deleted\":true,\"id\":\"never seen\"," START "},"
                                               "{\"deleted\":false,\"id\":\"c2\"," START "}");
    assert_int_equal(counts.deleted, 1);
    assert_int_equal(counts.fresh, 0);
    assert_int_equal(store_count(given->client.store, "call"), 1);
    assert_int_equal(store_count(given->client.store, "recording"), 0);
    assert_false(store_call_load(given->client.store, "c1", 0, &call));
}

static void a_recording_that_was_deleted_leaves_its_call(void **state)
{
    struct given *given = *state;
    keep(given, "{\"id\":\"c1\"," START ",\"recording\":{\"id\":\"r1\"}},"
                "{\"id\":\"c2\"," START ",\"recording\":{\"id\":\"r2\"}}");
    keep(given,
         "{\"id\":\"c1\"," START "},{\"id\":\"c2\"," START ",\"recording\":{\"id\":\"r2\"}}");
    assert_int_equal(store_count(given->client.store, "call"), 2);
    assert_int_equal(store_count(given->client.store, "recording"), 1);
}

static void add_records(struct sb *text, int from, int to)
{
    for (int i = from; i < to; i++)
        sb_addf(text,
                "%s{\"id\":\"c%d\"," START ",\"result\":\"Call connected\",\"from\":{\"name\":"
                "\"Canyon Freight\",\"phoneNumber\":\"+1303555%04d\"},\"text\":\"%064d\"}",
                text->len ? "," : "", i, i, i);
}

static void the_records_of_a_large_page_are_packed_and_come_back(void **state)
{
    struct given *given = *state;
    struct sb text = SB_MAX(4 * 1024 * 1024);
    struct stored_call *list;
    add_records(&text, 0, 3);
    keep(given, sb_text(&text)); /* few: as text */
    sb_reset(&text);
    add_records(&text, 3, 3000);
    keep(given, sb_text(&text));
    struct call_filter filter = {.limit = 5000};
    int count = store_call_list(given->client.store, &filter, &list);
    assert_int_equal(count, 3000);
    for (int i = 0; i < count; i++) {
        struct sb one = SB_MAX(1000);
        int number = atoi(list[i].id + 1);
        add_records(&one, number, number + 1);
        assert_string_equal(list[i].json, sb_text(&one));
        sb_done(&one);
    }
    store_calls_free(list, count);
    sb_done(&text);
}

static void a_page_that_is_taken_back_leaves_no_sample(void **state)
{
    struct given *given = *state;
    struct store *store = given->client.store;
    struct call_row row = {.id = "c1",
                           .start_ms = 1,
                           .json = "{\"id\":\"c1\",\"a\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}"};
    struct stored_call call;
    char sample[100];
    bool is_new;
    assert_true(store_begin(store));
    assert_true(store_sample(store, row.json, strlen(row.json)));
    store_rollback(store);
    assert_false(store_fact_get(store, "calllog.sample", sample, sizeof(sample)));
    assert_true(store_call_put(store, &row, false, &is_new)); /* as text, or nobody could read it */
    assert_true(store_call_load(store, "c1", 1, &call));
    assert_string_equal(call.json, row.json);
    free(call.json);
}

static void too_many_records_are_no_page(void **state)
{
    struct calllog_page page;
    struct sb text = SB_MAX(1024 * 1024);
    (void)state;
    sb_add(&text, "{\"records\":[{}");
    for (int i = 1; i < CALLLOG_RECORDS_MAX; i++)
        sb_add(&text, ",{}");
    size_t len = text.len;
    sb_add(&text, "]}");
    assert_true(calllog_page_read(sb_text(&text), text.len, &page));
    assert_int_equal(page.count, CALLLOG_RECORDS_MAX);
    calllog_page_done(&page);
    memcpy(text.text + len, ",{", 2);
    sb_add(&text, "}]}");
    assert_false(calllog_page_read(sb_text(&text), text.len, &page));
    sb_done(&text);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_store, no_store)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_kept_exactly),
        TEST(a_record_is_gone_when_the_platform_says_deleted),
        TEST(a_recording_that_was_deleted_leaves_its_call),
        TEST(the_records_of_a_large_page_are_packed_and_come_back),
        TEST(a_page_that_is_taken_back_leaves_no_sample),
        cmocka_unit_test(too_many_records_are_no_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
