/* What the generated past looks like. */
#include "support/acme.h"
#include "support/cmocka_all.h"

#include "world/call_hours.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HOUR_MS = 3600000, DAY_MS = 24 * HOUR_MS };

/* Hour and weekday (0: Sunday) in the account's time. */
static void local(const struct world *world, int64_t ms, int *hour, int *weekday)
{
    ms += (int64_t)world->accounts[0]->utc_offset_min * 60000;
    *hour = (int)(ms / HOUR_MS % 24);
    *weekday = (int)((ms / DAY_MS + 4) % 7);
}

static size_t percent(size_t part, size_t whole)
{
    return part * 100 / whole;
}

static void people_call_in_office_hours_of_weekdays(void **state)
{
    static const char *const names[] = {"acme-rc", "acme-aco"};
    for (size_t n = 0; n < 2; n++) {
        struct world *world = acme_world(names[n], 3, 20000);
        size_t weekend = 0, office = 0, night = 0;
        for (size_t i = 0; i < 20000; i++) {
            int hour, weekday;
            local(world, call_log_at(world, i)->start_ms, &hour, &weekday);
            weekend += weekday == 0 || weekday == 6;
            office += hour >= 8 && hour < 18;
            night += hour < 6;
        }
        assert_true(percent(weekend, 20000) >= 2 && percent(weekend, 20000) <= 8);
        assert_true(percent(office, 20000) >= 85 && percent(office, 20000) <= 96);
        assert_true(percent(night, 20000) <= 2 && night > 0);
        world_free(world);
    }
}

static void the_past_is_in_order_and_ends_now(void **state)
{
    struct world *world = acme_world("acme-rc", 3, 0);
    int64_t now = clock_now(world);
    assert_int_equal(call_log_count(world), 2400);
    for (size_t i = 0; i < 2400; i++) {
        const struct call_record *record = call_log_at(world, i);
        assert_int_equal(record->number, i);
        assert_true(record->start_ms >= now - 30 * (int64_t)DAY_MS && record->start_ms < now);
        assert_true(i == 0 || call_log_at(world, i - 1)->start_ms <= record->start_ms);
        assert_true(record->start_ms + record->duration_ms <= record->modified_ms);
        assert_true(record->modified_ms <= now);
    }
    assert_true(call_log_at(world, 0)->start_ms < now - 28 * (int64_t)DAY_MS);
    assert_true(call_log_at(world, 2399)->start_ms > now - 6 * (int64_t)HOUR_MS);
    world_free(world);
}

static void every_kind_of_call_is_there(void **state)
{
    struct world *world = acme_world("acme-rc", 3, 0);
    size_t results[CALL_RESULT_COUNT] = {0}, faxes = 0, out = 0, inside = 0, queued = 0;
    size_t answered = 0, recorded = 0, on_demand = 0;
    for (size_t i = 0; i < 2400; i++) {
        const struct call_record *record = call_log_at(world, i);
        bool is_answered = record->result == CALL_ACCEPTED || record->result == CALL_CONNECTED;
        results[record->result]++;
        faxes += record->kind == CALL_FAX;
        out += record->direction == CALL_OUTBOUND;
        inside += record->is_internal;
        queued += record->queue != CALL_NO_QUEUE;
        answered += is_answered;
        recorded += record->has_recording;
        on_demand += record->is_on_demand;
        assert_true(is_answered || !record->has_recording);
        assert_true(record->has_recording || !record->is_on_demand);
    }
    for (int i = 0; i < CALL_IN_PROGRESS; i++)
        assert_true(results[i] > 0);
    assert_int_equal(results[CALL_IN_PROGRESS], 0); /* the log is of calls that are over */
    assert_true(percent(faxes, 2400) >= 1 && percent(faxes, 2400) <= 6);
    assert_true(percent(out, 2400) >= 30 && percent(out, 2400) <= 50);
    assert_true(percent(inside, 2400) >= 7 && percent(inside, 2400) <= 20);
    assert_true(percent(queued, 2400) >= 12 && percent(queued, 2400) <= 26);
    assert_true(percent(recorded, answered) >= 33 && percent(recorded, answered) <= 45);
    assert_true(percent(on_demand, recorded) >= 8 && percent(on_demand, recorded) <= 24);
    world_free(world);
}

static void recorded_percent_is_what_was_asked(void **state)
{
    for (int want = 0; want <= 100; want += 50) {
        struct world *world = acme_world("acme-rc", 3, 0);
        size_t answered = 0, recorded = 0;
        call_log_done(world);
        call_log_generate(
            world, world->accounts[0]->id,
            &(struct call_log_options){.count = 3000, .days = 10, .recorded_percent = want});
        for (size_t i = 0; i < 3000; i++) {
            const struct call_record *record = call_log_at(world, i);
            /* of a call inside, one record has the recording */
            answered += !record->is_internal &&
                        (record->result == CALL_ACCEPTED || record->result == CALL_CONNECTED);
            recorded += !record->is_internal && record->has_recording;
        }
        assert_true(abs((int)percent(recorded, answered) - want) <= 3);
        assert_true(call_log_at(world, 0)->start_ms >= clock_now(world) - 10 * (int64_t)DAY_MS);
        world_free(world);
    }
}

static int rising(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void conversations_are_mostly_short_and_sometimes_long(void **state)
{
    enum { COUNT = 20000 };
    struct world *world = acme_world("acme-rc", 3, COUNT);
    static uint32_t talks[COUNT];
    size_t count = 0;
    for (size_t i = 0; i < COUNT; i++) {
        const struct call_record *record = call_log_at(world, i);
        if (record->result == CALL_ACCEPTED)
            talks[count++] = record->duration_ms;
        else if (record->result == CALL_BUSY)
            assert_true(record->duration_ms < 5000);
    }
    qsort(talks, count, sizeof *talks, rising);
    assert_in_range(talks[count / 2], 110000, 160000);
    assert_in_range(talks[count / 10], 20000, 60000);
    assert_in_range(talks[count * 9 / 10], 300000, 700000);
    assert_true(talks[count - 1] <= 7200000 && talks[count - 1] > 1200000);
    world_free(world);
}

static void records_belong_to_people_who_are_there(void **state)
{
    struct world *world = acme_world("acme-rc", 3, 20000);
    size_t of_user[64] = {0};
    for (size_t i = 0; i < 20000; i++) {
        const struct call_record *record = call_log_at(world, i);
        const struct user *owner = world->users[record->user];
        of_user[record->user]++;
        if (record->queue != CALL_NO_QUEUE) {
            const struct user *queue = world->users[record->queue];
            bool is_member = owner == queue;
            assert_int_equal(queue->type, USER_DEPARTMENT);
            for (size_t m = 0; m < queue->member_count; m++)
                is_member |= queue->members[m] == owner->id;
            assert_true(is_member);
            assert_int_equal(owner == queue, record->result == CALL_ABANDONED);
        } else {
            assert_int_equal(owner->type, USER_USER);
        }
        assert_int_equal(owner->status, USER_ENABLED);
        assert_true(record->is_internal ||
                    (record->other > 12000000000 && record->other < 20000000000));
        assert_true(record->is_internal || *call_outside_name(world, record));
    }
    for (size_t i = 0; i < world->user_count; i++) {
        const struct user *user = world->users[i];
        bool is_busy = user->status == USER_ENABLED &&
                       (user->type == USER_USER || user->type == USER_DEPARTMENT);
        assert_int_equal(of_user[i] > 0, is_busy);
    }
    world_free(world);
}

static void a_call_inside_is_two_records_of_one_session(void **state)
{
    struct world *world = acme_world("acme-rc", 3, 20000);
    char one[CALL_ID_LEN], two[CALL_ID_LEN];
    for (uint32_t i = 0; i < 20000; i++) {
        const struct call_record *called = call_log_at(world, i);
        assert_int_equal(called->is_mirror,
                         called->is_internal && called->direction == CALL_INBOUND);
        if (!called->is_mirror)
            continue;
        const struct call_record *caller = called - 1;
        assert_true(caller->is_internal && !caller->is_mirror);
        assert_int_equal(caller->direction, CALL_OUTBOUND);
        assert_true(caller->start_ms == called->start_ms);
        assert_int_equal(caller->duration_ms, called->duration_ms);
        assert_int_equal(caller->user, called->other);
        assert_int_equal(caller->other, called->user);
        assert_int_not_equal(caller->user, called->user);
        assert_false(called->has_recording);
        assert_string_equal(call_telephony_id(world, i - 1, one), call_telephony_id(world, i, two));
        assert_string_equal(call_session_id(world, i - 1, one), call_session_id(world, i, two));
        assert_string_not_equal(call_log_id(world, i - 1, one), call_log_id(world, i, two));
    }
    world_free(world);
}

static void some_callers_call_again_and_again(void **state)
{
    struct world *world = acme_world("acme-aco", 3, 0);
    struct call_filter filter = {.direction = -1, .kind = -1, .recording = -1, .transport = -1};
    size_t most = 0, once = 0;
    for (size_t i = 0; i < 2400; i++) {
        char number[24];
        uint32_t page[1000];
        bool more;
        const struct call_record *record = call_log_at(world, i);
        if (record->is_internal)
            continue;
        snprintf(number, sizeof number, "%lu", (unsigned long)record->other);
        assert_null(phone_number_find(world, number));
        assert_memory_equal(number + 4, "55501", 5); /* kept for fiction */
        filter.number = number;
        size_t count = call_log_page(world, &filter, 0, 1000, page, &more);
        most = count > most ? count : most;
        once += count == 1;
        for (size_t c = 0; c < count; c++)
            assert_string_equal(call_outside_name(world, call_log_at(world, page[c])),
                                call_outside_name(world, record));
    }
    assert_in_range(most, 15, 200);
    assert_true(once > 10);
    world_free(world);
}

static void the_same_seed_makes_the_same_past(void **state)
{
    struct world *one = acme_world("acme-rc", 3, 5000), *two = acme_world("acme-rc", 3, 5000);
    struct world *other = acme_world("acme-rc", 4, 5000);
    assert_memory_equal(call_log_at(one, 0), call_log_at(two, 0),
                        5000 * sizeof(struct call_record));
    assert_memory_not_equal(call_log_at(one, 0), call_log_at(other, 0),
                            5000 * sizeof(struct call_record));
    world_free(one);
    world_free(two);
    world_free(other);
}

static void tokens_do_not_move_with_the_size_of_the_past(void **state)
{
    struct world *small = acme_world("acme-rc", 3, 100), *large = acme_world("acme-rc", 3, 9000);
    struct id fresh;
    id_init(&fresh, 3);
    uint64_t next = id_next(&fresh);
    assert_true(id_next(&small->ids) == next && id_next(&large->ids) == next);
    world_free(small);
    world_free(large);
}

static void an_account_with_nobody_there_has_no_calls(void **state)
{
    struct world *world = acme_world("acme-rc", 3, 100);
    call_log_done(world);
    for (size_t i = 0; i < world->user_count; i++)
        world->users[i]->status = USER_DISABLED;
    call_log_generate(world, world->accounts[0]->id, &(struct call_log_options){.count = 100});
    assert_int_equal(call_log_count(world), 0);
    world_free(world);
}

static void one_person_alone_calls_nobody_inside(void **state)
{
    struct world *world = acme_world("acme-rc", 3, 100);
    call_log_done(world);
    for (size_t i = 1; i < world->user_count; i++)
        world->users[i]->status = USER_DISABLED;
    call_log_generate(world, world->accounts[0]->id, &(struct call_log_options){.count = 1001});
    assert_int_equal(call_log_count(world), 1001);
    for (size_t i = 0; i < 1001; i++) {
        assert_false(call_log_at(world, i)->is_internal);
        assert_int_equal(call_log_at(world, i)->user, 0);
    }
    world_free(world);
}

static void more_than_a_million_are_not_made(void **state)
{
    struct world *world = acme_world("acme-rc", 3, CALL_LOG_GENERATED_MAX + 5);
    assert_int_equal(call_log_count(world), CALL_LOG_GENERATED_MAX);
    world_free(world);
}

static void hours_are_cut_at_the_ends_and_miss_nothing(void **state)
{
    static const struct {
        int64_t now_ms;
        int days, utc_offset_min;
    } rows[] = {
        {1767718800000, 30, -480}, {1767718800001, 1, 0}, {1767718799999, 2, 330},
        {1767718800000, 7, -570},  {86400000, 3, 840},    {12345678, 1, -720},
    };
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        struct call_hours hours;
        struct id id;
        size_t calls = 0;
        int64_t offset = (int64_t)rows[r].utc_offset_min * 60000;
        int64_t begin = rows[r].now_ms - rows[r].days * (int64_t)DAY_MS;
        id_init(&id, 1);
        call_hours_init(&hours, &id, rows[r].now_ms, rows[r].days, rows[r].utc_offset_min, 1000);
        assert_true(hours.list[0].from_ms == begin);
        assert_true(hours.list[hours.count - 1].to_ms == rows[r].now_ms);
        for (size_t i = 0; i < hours.count; i++) {
            calls += hours.list[i].calls;
            assert_true(hours.list[i].from_ms < hours.list[i].to_ms);
            if (i > 0) {
                assert_true(hours.list[i - 1].to_ms == hours.list[i].from_ms);
                assert_int_equal((hours.list[i].from_ms + offset) % HOUR_MS, 0);
            }
        }
        assert_int_equal(calls, 1000);
        call_hours_done(&hours);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_call_in_office_hours_of_weekdays),
        cmocka_unit_test(the_past_is_in_order_and_ends_now),
        cmocka_unit_test(every_kind_of_call_is_there),
        cmocka_unit_test(recorded_percent_is_what_was_asked),
        cmocka_unit_test(conversations_are_mostly_short_and_sometimes_long),
        cmocka_unit_test(records_belong_to_people_who_are_there),
        cmocka_unit_test(a_call_inside_is_two_records_of_one_session),
        cmocka_unit_test(some_callers_call_again_and_again),
        cmocka_unit_test(the_same_seed_makes_the_same_past),
        cmocka_unit_test(tokens_do_not_move_with_the_size_of_the_past),
        cmocka_unit_test(an_account_with_nobody_there_has_no_calls),
        cmocka_unit_test(one_person_alone_calls_nobody_inside),
        cmocka_unit_test(more_than_a_million_are_not_made),
        cmocka_unit_test(hours_are_cut_at_the_ends_and_miss_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
