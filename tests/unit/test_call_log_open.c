/* Places in the call log for calls under way: call_log_reserve, _keep, _fill, _drop, _session. */
#include "support/cmocka_all.h"
#include "support/sip_world.h"

#include <stdio.h>

static uint32_t reserve(struct world *world, uint32_t session)
{
    uint32_t number = UINT32_MAX;
    assert_true(call_log_reserve(world, session, &number));
    return number;
}

static void fill(struct world *world, uint32_t number, uint32_t duration_ms)
{
    const struct call_record record = {.duration_ms = duration_ms,
                                       .queue = CALL_NO_QUEUE,
                                       .other = 12025559999,
                                       .direction = CALL_OUTBOUND,
                                       .result = CALL_CONNECTED};
    call_log_fill(world, number, &record);
}

/* The page of the whole log, newest first, as text: "2 0". */
static const char *page(const struct world *world, int64_t modified_from_ms)
{
    static _Thread_local char text[128];
    uint32_t numbers[10];
    bool has_more;
    size_t len = 0;
    const struct call_filter filter = {.direction = -1,
                                       .kind = -1,
                                       .recording = -1,
                                       .transport = -1,
                                       .modified_from_ms = modified_from_ms};
    size_t count = call_log_page(world, &filter, 0, 10, numbers, &has_more);
    text[0] = '\0';
    for (size_t i = 0; i < count; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, i ? " %u" : "%u", numbers[i]);
    return text;
}

static void a_call_that_ends_late_stands_where_it_began(void **state)
{
    struct world *world = sip_world_new();
    uint32_t first = reserve(world, UINT32_MAX);
    clock_advance(world, 60000);
    uint32_t second = reserve(world, UINT32_MAX);
    clock_advance(world, 5000);
    assert_string_equal(page(world, 0), "");
    fill(world, second, 5000);
    assert_string_equal(page(world, 0), "1");
    int64_t synced_ms = clock_now(world) + 1;
    clock_advance(world, 3600000);
    fill(world, first, 3600000);
    assert_string_equal(page(world, 0), "1 0");
    assert_string_equal(page(world, synced_ms), "0"); /* what changed since: by the change's time */
    assert_int_equal(call_log_at(world, first)->start_ms, SIP_WORLD_START_MS);
    world_free(world);
}

static void ids_stand_from_the_start_and_lead_there_from_the_end(void **state)
{
    struct world *world = sip_world_new();
    uint32_t number = reserve(world, UINT32_MAX), found;
    char id[CALL_ID_LEN], again[CALL_ID_LEN];
    call_log_id(world, number, id);
    assert_false(call_log_by_id(world, id, &found));
    fill(world, number, 1);
    assert_true(call_log_by_id(world, id, &found));
    assert_int_equal(found, number);
    assert_string_equal(call_log_id(world, number, again), id);
    uint32_t dropped = reserve(world, UINT32_MAX);
    call_log_drop(world, dropped);
    assert_false(call_log_by_id(world, call_log_id(world, dropped, id), &found));
    assert_string_equal(page(world, 0), "0");
    world_free(world);
}

static void records_of_one_session_are_found_together(void **state)
{
    struct world *world = sip_world_new();
    char id[CALL_ID_LEN], other[CALL_ID_LEN];
    uint32_t found[8], first = reserve(world, UINT32_MAX), mirror = reserve(world, first);
    uint32_t stranger = reserve(world, UINT32_MAX), joined = reserve(world, first);
    call_telephony_id(world, first, id);
    assert_string_equal(call_telephony_id(world, mirror, other), id);
    assert_string_equal(call_telephony_id(world, joined, other), id);
    assert_string_not_equal(call_telephony_id(world, stranger, other), id);
    assert_true(call_by_telephony_id(world, id, &found[0]));
    assert_int_equal(found[0], first);
    fill(world, first, 1);
    fill(world, stranger, 1);
    assert_int_equal(call_log_session(world, first, found, 8), 1); /* the others are open */
    fill(world, mirror, 1);
    fill(world, joined, 1);
    assert_int_equal(call_log_session(world, first, found, 8), 3);
    assert_int_equal(found[0], first);
    assert_int_equal(found[1], mirror);
    assert_int_equal(found[2], joined);
    assert_int_equal(call_log_session(world, stranger, found, 8), 1);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_that_ends_late_stands_where_it_began),
        cmocka_unit_test(ids_stand_from_the_start_and_lead_there_from_the_end),
        cmocka_unit_test(records_of_one_session_are_found_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
