/* Records one by one: appending, naming, ids. Pages: test_call_log_page.c. */
#include "support/acme.h"
#include "support/cmocka_all.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef char *make_id_fn(const struct world *world, uint32_t number, char out[CALL_ID_LEN]);
typedef bool by_id_fn(const struct world *world, const char *id, uint32_t *ret_number);

static const struct {
    const char *label;
    make_id_fn *make;
    by_id_fn *find;
} kinds[] = {
    {"record", call_log_id, call_log_by_id},
    {"session", call_session_id, call_by_session_id},
    {"telephony session", call_telephony_id, call_by_telephony_id},
    {"recording", recording_id, recording_by_id},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* Which record an id of that kind leads to. */
static uint32_t leads_to(const struct world *world, int kind, uint32_t number)
{
    bool has_session = kinds[kind].make == call_session_id || kinds[kind].make == call_telephony_id;
    return has_session && call_log_at(world, number)->is_mirror ? number - 1 : number;
}

static void every_id_leads_back_to_its_record(void **state)
{
    struct world *world = acme_world("acme-rc", 9, 20000);
    for (int kind = 0; kind < KINDS; kind++)
        for (uint32_t number = 0; number < 20000; number++) {
            char id[CALL_ID_LEN];
            uint32_t back = UINT32_MAX;
            bool is_recording = kinds[kind].make == recording_id;
            kinds[kind].make(world, number, id);
            assert_true(strlen(id) < CALL_ID_LEN);
            if (is_recording && !call_log_at(world, number)->has_recording) {
                assert_false(kinds[kind].find(world, id, &back));
            } else {
                assert_true(kinds[kind].find(world, id, &back));
                assert_int_equal(back, leads_to(world, kind, number));
            }
        }
    world_free(world);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void no_two_records_share_an_id(void **state)
{
    enum { COUNT = 20000 };
    struct world *world = acme_world("acme-rc", 9, COUNT);
    char(*ids)[CALL_ID_LEN] = xcalloc(COUNT, sizeof *ids);
    for (int kind = 0; kind < KINDS; kind++) {
        size_t count = 0;
        for (uint32_t number = 0; number < COUNT; number++)
            if (leads_to(world, kind, number) == number)
                kinds[kind].make(world, number, ids[count++]);
        qsort(ids, count, sizeof *ids, by_text);
        for (size_t i = 1; i < count; i++)
            assert_string_not_equal(ids[i - 1], ids[i]);
    }
    free(ids);
    world_free(world);
}

static void ids_look_like_the_platforms(void **state)
{
    struct world *world = acme_world("acme-rc", 9, 2400);
    char id[CALL_ID_LEN];
    for (uint32_t number = 0; number < 2400; number++) {
        call_log_id(world, number, id);
        assert_true(id[0] == 'Q' && strlen(id) == 12);
        call_session_id(world, number, id);
        assert_true(strlen(id) == 12 && strspn(id, "0123456789") == 12 && id[0] != '0');
        recording_id(world, number, id);
        assert_true(strlen(id) == 12 && strspn(id, "0123456789") == 12 && id[0] != '0');
        call_telephony_id(world, number, id);
        assert_true(strncmp(id, "s-", 2) == 0 && strchr(id, 'z') == id + 10 && strlen(id) == 19);
        assert_int_equal(strspn(id + 2, "0123456789abcdefz"), 17);
    }
    char party[CALL_ID_LEN];
    call_telephony_id(world, 7, id);
    call_party_id(world, 7, 2, party);
    assert_true(party[0] == 'p' && strncmp(party + 1, id + 1, 18) == 0);
    assert_string_equal(party + 19, "-2");
    world_free(world);
}

static void what_is_no_id_leads_nowhere(void **state)
{
    static const char *const wrong[] = {
        "",
        "Q",
        "QAAAAAAAAAA",
        "QAAAAAAAAAAAA",
        "R00000000000",
        "Q___________",
        "Q+/+/+/+/+/+",
        "Q 0000000000",
        "000000000000",
        "399999999999",
        "949755813888",
        "999999999999",
        "40000000000",
        "4000000000000",
        "40000000000x",
        "-40000000000",
        "s-",
        "s-0000000000000000",
        "s-00000000y00000000",
        "s-00000000z0000000g",
        "s-00000000z0000000G",
        "s-0000000zz00000000",
        "p-00000000z00000000",
        "s-00000000z000000000",
        "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
    };
    struct world *world = acme_world("acme-rc", 9, 2400);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        for (int kind = 0; kind < KINDS; kind++) {
            uint32_t number;
            if (kinds[kind].find(world, wrong[i], &number))
                fail_msg("%s id \"%s\" leads to %u", kinds[kind].label, wrong[i], number);
        }
    world_free(world);
}

/* One changed letter of a good id leads nowhere: there are far fewer records than ids. */
static void a_guessed_id_leads_nowhere(void **state)
{
    struct world *world = acme_world("acme-rc", 9, 2400);
    size_t hits = 0;
    for (uint32_t guess = 0; guess < 100000; guess++) {
        char id[CALL_ID_LEN];
        uint32_t number;
        snprintf(id, sizeof id, "%u", 400000000 + guess);
        memcpy(id + 9, "001", 4);
        hits += call_by_session_id(world, id, &number);
        snprintf(id, sizeof id, "Q%011u", guess);
        hits += call_log_by_id(world, id, &number);
    }
    assert_true(hits < 3);
    world_free(world);
}

/* Ids made in a longer log of the same seed, and good ones changed by hand. */
static void an_id_of_no_record_here_leads_nowhere(void **state)
{
    struct world *world = acme_world("acme-rc", 9, 1000), *longer = acme_world("acme-rc", 9, 3000);
    char id[CALL_ID_LEN], other[CALL_ID_LEN];
    uint32_t number, mirrors = 0;
    for (int kind = 0; kind < KINDS; kind++) {
        kinds[kind].make(longer, 1000, id);
        assert_false(kinds[kind].find(world, id, &number));
    }
    for (uint32_t i = 0; i < 1000; i++)
        if (call_log_at(world, i)->is_mirror && !call_log_at(longer, i)->is_mirror) {
            call_session_id(longer, i, id);
            assert_false(call_by_session_id(world, id, &number));
            call_telephony_id(longer, i, id);
            assert_false(call_by_telephony_id(world, id, &number));
            mirrors++;
        }
    assert_true(mirrors > 10);

    call_log_id(world, 5, id);
    for (int i = 0; i < 16; i++) { /* sixteen letters on: two bits too many */
        id[1] = (char)('Q' + i < 'Z' + 1 ? 'Q' + i : 'a' + (i - 10));
        assert_false(call_log_by_id(world, id, &number));
    }
    call_telephony_id(world, 5, id);
    id[10] = '0';
    assert_false(call_by_telephony_id(world, id, &number));
    for (uint32_t i = 0; i < 100; i++) {
        call_session_id(world, i, id);
        recording_id(world, i, other);
        assert_string_not_equal(id, other);
        if (id[10] == '0')
            continue;
        id[10]--; /* the same value, if ':' were a digit above nine */
        id[11] = (char)(id[11] + 10);
        assert_false(call_by_session_id(world, id, &number));
    }
    world_free(world);
    world_free(longer);
}

static void ids_belong_to_a_seed(void **state)
{
    struct world *one = acme_world("acme-rc", 1, 1000), *two = acme_world("acme-rc", 2, 1000);
    for (int kind = 0; kind < KINDS; kind++) {
        char id[CALL_ID_LEN], other[CALL_ID_LEN];
        kinds[kind].make(one, 5, id);
        kinds[kind].make(two, 5, other);
        assert_string_not_equal(id, other);
    }
    world_free(one);
    world_free(two);
}

static struct call_record given_record(struct world *world, int64_t start_ms)
{
    return (struct call_record){
        .start_ms = start_ms,
        .modified_ms = start_ms + 61000,
        .duration_ms = 60000,
        .user = 1,
        .queue = CALL_NO_QUEUE,
        .other = 12025550177,
        .name = call_log_name(world, "Somebody New"),
        .line = call_log_line(world, "+16505550102"),
        .result = CALL_ACCEPTED,
    };
}

static void an_appended_record_is_the_newest(void **state)
{
    struct world *world = acme_world("acme-rc", 9, 1000);
    struct call_record record = given_record(world, clock_now(world));
    const struct call_filter rows[] = {
        {.direction = -1, .kind = -1, .recording = -1, .transport = -1},
        {.direction = -1, .kind = -1, .recording = -1, .transport = -1, .number = "12025550177"},
        {.direction = -1, .kind = -1, .recording = -1, .transport = -1, .number = "16505550102"},
        {.direction = CALL_INBOUND,
         .kind = CALL_VOICE,
         .recording = -1,
         .transport = 0,
         .user_id = world->users[1]->id},
    };
    uint32_t number, page[2];
    bool more;
    assert_true(call_log_append(world, &record, &number));
    assert_int_equal(number, 1000);
    assert_int_equal(call_log_at(world, number)->number, number);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(call_log_page(world, &rows[i], 0, 2, page, &more) > 0);
        assert_int_equal(page[0], number);
    }
    assert_string_equal(call_outside_name(world, call_log_at(world, number)), "Somebody New");
    assert_int_equal(call_inside_number(world, call_log_at(world, number)), 16505550102);
    world_free(world);
}

static void the_first_record_may_be_appended_to_no_log(void **state)
{
    struct world world = {0};
    uint32_t number;
    for (int64_t id = 1; id <= 3; id++)
        user_add(&world, id, 1);
    struct call_record record = given_record(&world, 1000);
    assert_true(call_log_append(&world, &record, &number));
    assert_int_equal(call_log_count(&world), 1);
    call_log_done(&world);
    assert_int_equal(call_log_count(&world), 0);
    users_done(&world);
}

static void a_deleted_record_is_shown_on_demand_only(void **state)
{
    struct world *world = acme_world("acme-rc", 9, 1000);
    struct call_filter filter = {.direction = -1, .kind = -1, .recording = -1, .transport = -1};
    uint32_t before[1000], after[1000];
    bool more;
    size_t count = call_log_page(world, &filter, 0, 1000, before, &more);
    call_log_delete(world, before[3]);
    call_log_delete(world, before[3]);
    assert_int_equal(call_log_page(world, &filter, 0, 1000, after, &more), count - 1);
    assert_int_equal(after[3], before[4]);
    assert_true(call_log_at(world, before[3])->is_deleted);
    assert_true(call_log_at(world, before[3])->modified_ms == clock_now(world));
    filter.with_deleted = true;
    assert_int_equal(call_log_page(world, &filter, 0, 1000, after, &more), count);
    assert_memory_equal(before, after, sizeof before);
    world_free(world);
}

static void names_and_lines_are_kept_once(void **state)
{
    struct world world = {0};
    uint16_t first = call_log_name(&world, "A"), line = call_log_line(&world, "+12025550100");
    assert_true(first > 0 && line > 0);
    assert_int_equal(call_log_name(&world, "B"), first + 1);
    assert_int_equal(call_log_name(&world, "A"), first);
    assert_int_equal(call_log_name(&world, ""), 0);
    assert_int_equal(call_log_line(&world, "12025550100"), line);
    assert_int_equal(call_log_line(&world, "+12025550101"), line + 1);
    assert_int_equal(call_log_line(&world, "none"), 0);
    assert_int_equal(call_log_line(&world, ""), 0);
    assert_int_equal(call_log_line(&world, NULL), 0);
    call_log_done(&world);
}

static void lines_end_at_what_a_record_can_hold(void **state)
{
    struct world world = {0};
    char text[24];
    for (int i = 1; i <= UINT16_MAX; i++) {
        snprintf(text, sizeof text, "%d", i);
        assert_int_equal(call_log_line(&world, text), i);
    }
    assert_int_equal(call_log_line(&world, "70000"), 0);
    assert_int_equal(call_log_line(&world, "70001"), 0);
    assert_int_equal(call_log_line(&world, "65535"), UINT16_MAX);
    call_log_done(&world);
}

static void names_end_at_what_a_record_can_hold(void **state)
{
    struct world world = {0};
    char text[24];
    for (int i = 1; i <= UINT16_MAX; i++) {
        snprintf(text, sizeof text, "name %d", i);
        assert_int_equal(call_log_name(&world, text), i);
    }
    assert_int_equal(call_log_name(&world, "one more"), 0);
    assert_int_equal(call_log_name(&world, "and another"), 0);
    assert_int_equal(call_log_name(&world, "name 65535"), UINT16_MAX);
    call_log_done(&world);
}

static void a_log_is_full_at_its_maximum(void **state)
{
    struct world world = {0};
    uint32_t number = 0;
    user_add(&world, 1, 1);
    const struct call_record record = {.queue = CALL_NO_QUEUE};
    for (size_t i = 0; i < CALL_LOG_MAX; i++)
        call_log_append(&world, &record, &number);
    assert_int_equal(number, CALL_LOG_MAX - 1);
    assert_false(call_log_append(&world, &record, &number));
    assert_int_equal(call_log_count(&world), CALL_LOG_MAX);
    call_log_done(&world);
    users_done(&world);
}

static void a_call_inside_through_a_queue_is_shown_once(void **state)
{
    struct world *world = acme_world("acme-rc", 9, 100);
    struct call_record record = given_record(world, clock_now(world));
    size_t queue;
    uint32_t number, page[2];
    bool more;
    user_index(world, user_named(world, "201")->id, &queue);
    record.queue = (uint32_t)queue;
    record.other = queue;
    record.is_internal = true;
    call_log_append(world, &record, &number);
    const struct call_filter filter = {.direction = -1,
                                       .kind = -1,
                                       .recording = -1,
                                       .transport = 1,
                                       .party_user_id = world->users[queue]->id};
    assert_int_equal(call_log_page(world, &filter, 0, 2, page, &more), 1);
    assert_int_equal(page[0], number);
    world_free(world);
}

static void every_result_has_a_name(void **state)
{
    for (int i = 0; i < CALL_RESULT_COUNT; i++) {
        assert_non_null(call_result_name((enum call_result)i));
        for (int j = 0; j < i; j++)
            assert_string_not_equal(call_result_name((enum call_result)i),
                                    call_result_name((enum call_result)j));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_id_leads_back_to_its_record),
        cmocka_unit_test(no_two_records_share_an_id),
        cmocka_unit_test(ids_look_like_the_platforms),
        cmocka_unit_test(what_is_no_id_leads_nowhere),
        cmocka_unit_test(a_guessed_id_leads_nowhere),
        cmocka_unit_test(ids_belong_to_a_seed),
        cmocka_unit_test(an_appended_record_is_the_newest),
        cmocka_unit_test(the_first_record_may_be_appended_to_no_log),
        cmocka_unit_test(a_deleted_record_is_shown_on_demand_only),
        cmocka_unit_test(names_and_lines_are_kept_once),
        cmocka_unit_test(lines_end_at_what_a_record_can_hold),
        cmocka_unit_test(an_id_of_no_record_here_leads_nowhere),
        cmocka_unit_test(names_end_at_what_a_record_can_hold),
        cmocka_unit_test(a_log_is_full_at_its_maximum),
        cmocka_unit_test(a_call_inside_through_a_queue_is_shown_once),
        cmocka_unit_test(every_result_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
