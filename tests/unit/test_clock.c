#include "support/cmocka_all.h"
#include "world/world.h"

#include <string.h>

struct trace {
    int64_t ids[16], times[16];
    size_t count;
};

static void note(struct world *world, void *context, int64_t id)
{
    struct trace *trace = context;
    trace->times[trace->count] = clock_now(world);
    trace->ids[trace->count++] = id;
}

static void again(struct world *world, void *context, int64_t id)
{
    note(world, context, id);
    if (id < 3)
        clock_schedule(world, clock_now(world) + 1000, again, context, id + 1);
}

static void a_frozen_clock_moves_only_when_told(void **state)
{
    struct world *world = world_new(1, CLOCK_FROZEN, 5000);
    assert_int_equal(clock_now(world), 5000);
    clock_advance(world, 61 * 60000);
    assert_int_equal(clock_now(world), 5000 + 61 * 60000);
    world_free(world);
}

static void what_falls_due_runs_in_order_at_its_own_moment(void **state)
{
    struct world *world = world_new(1, CLOCK_FROZEN, 1000);
    struct trace trace = {0};
    clock_schedule(world, 9000, note, &trace, 9);
    clock_schedule(world, 3000, note, &trace, 3);
    clock_schedule(world, 3000, note, &trace, 4);
    clock_schedule(world, 20000, note, &trace, 20);
    clock_schedule(world, 500, note, &trace, 0);
    assert_int_equal(clock_next_due(world), 500);
    clock_advance(world, 10000);
    static const int64_t want_ids[] = {0, 3, 4, 9}, want_times[] = {1000, 3000, 3000, 9000};
    assert_int_equal(trace.count, 4);
    assert_memory_equal(trace.ids, want_ids, sizeof want_ids);
    assert_memory_equal(trace.times, want_times, sizeof want_times);
    assert_int_equal(clock_now(world), 11000);
    assert_int_equal(clock_next_due(world), 20000);
    world_free(world);
}

static void what_runs_may_schedule_more(void **state)
{
    struct world *world = world_new(1, CLOCK_FROZEN, 0 + 1);
    struct trace trace = {0};
    clock_schedule(world, 1000, again, &trace, 1);
    clock_advance(world, 2500);
    assert_int_equal(trace.count, 2);
    clock_advance(world, 60000);
    assert_int_equal(trace.count, 3);
    assert_int_equal(trace.times[2], 3000);
    assert_int_equal(clock_next_due(world), -1);
    world_free(world);
}

static void a_running_clock_can_be_moved_and_frozen(void **state)
{
    struct world *world = world_new(1, CLOCK_REAL, 0);
    int64_t before = clock_now(world);
    assert_true(before > 1700000000000);
    clock_advance(world, 3600000);
    assert_int_equal(world->clock.mode, CLOCK_OFFSET);
    assert_true(clock_now(world) >= before + 3600000);
    clock_set_mode(world, CLOCK_FROZEN, 0);
    int64_t frozen = clock_now(world);
    assert_true(frozen >= before + 3600000 && frozen < before + 3660000);
    assert_int_equal(clock_now(world), frozen);
    world_free(world);
}

static void modes_have_names(void **state)
{
    enum clock_mode mode;
    for (int i = CLOCK_REAL; i <= CLOCK_FROZEN; i++) {
        assert_true(clock_mode_named(clock_mode_name((enum clock_mode)i), &mode));
        assert_int_equal(mode, i);
    }
    assert_false(clock_mode_named("slow", &mode));
}

static void every_knob_has_a_default_that_it_accepts(void **state)
{
    struct knobs knobs, again_knobs;
    char value[64];
    struct diag diag;
    memset(&knobs, 0xff, sizeof knobs);
    knobs_init(&knobs);
    again_knobs = knobs;
    for (size_t i = 0; i < knob_count(); i++) {
        knob_value(&knobs, i, value, sizeof value);
        if (!knobs_set(&again_knobs, knob_name(i), value, &diag))
            fail_msg("%s = %s: %s", knob_name(i), value, diag.text);
        assert_true(strlen(knob_wants(i)) > 0);
    }
    assert_memory_equal(&knobs, &again_knobs, sizeof knobs);
    assert_int_equal(knobs.oauth_access_ttl_ms, 3600000);
    assert_int_equal(knobs.oauth_lockout_threshold, 5);
    assert_int_equal(knobs.sip_on_bad_auth, KNOB_BAD_AUTH_403);
    assert_int_equal(knobs.rate_limits, KNOB_RATE_REAL);
}

static void a_wrong_knob_is_refused_in_words(void **state)
{
    static const struct {
        const char *name, *value, *want;
    } rows[] = {
        {"oauth.access_tll", "1s",
         "unknown knob \"oauth.access_tll\"; did you mean "
         "\"oauth.access_ttl\"?"},
        {"oauth.access_ttl", "soon",
         "knob oauth.access_ttl wants a duration (250ms, 61m, 7d), not \"soon\""},
        {"oauth.lockout.threshold", "-1",
         "knob oauth.lockout.threshold wants a count (0 or more), not \"-1\""},
        {"oauth.mfa", "maybe", "knob oauth.mfa wants true or false, not \"maybe\""},
        {"sip.on_bad_auth", "500",
         "knob sip.on_bad_auth wants one of: 403 401 404 drop, not \"500\""},
        {"x", "1", "unknown knob \"x\""},
    };
    struct knobs knobs, before;
    knobs_init(&knobs);
    before = knobs;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct diag diag;
        assert_false(knobs_set(&knobs, rows[i].name, rows[i].value, &diag));
        assert_string_equal(diag.text, rows[i].want);
    }
    assert_memory_equal(&knobs, &before, sizeof knobs);
}

static void mail_is_taken_by_kind_in_order(void **state)
{
    struct world *world = world_new(1, CLOCK_FROZEN, 1);
    struct outbox_item item;
    assert_false(outbox_take(world, OUTBOX_PROXY, &item));
    outbox_put(world, OUTBOX_PROXY, 1);
    outbox_put(world, OUTBOX_RESET, 2);
    outbox_put(world, OUTBOX_PROXY, 3);
    assert_true(outbox_take(world, OUTBOX_RESET, &item));
    assert_int_equal(item.number, 2);
    assert_true(outbox_take(world, OUTBOX_PROXY, &item));
    assert_int_equal(item.number, 1);
    assert_true(outbox_take(world, OUTBOX_PROXY, &item));
    assert_int_equal(item.number, 3);
    for (int i = 0; i < OUTBOX_MAX + 5; i++)
        outbox_put(world, OUTBOX_PROXY, i);
    assert_int_equal(world->outbox.overflowed, 5);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frozen_clock_moves_only_when_told),
        cmocka_unit_test(what_falls_due_runs_in_order_at_its_own_moment),
        cmocka_unit_test(what_runs_may_schedule_more),
        cmocka_unit_test(a_running_clock_can_be_moved_and_frozen),
        cmocka_unit_test(modes_have_names),
        cmocka_unit_test(every_knob_has_a_default_that_it_accepts),
        cmocka_unit_test(a_wrong_knob_is_refused_in_words),
        cmocka_unit_test(mail_is_taken_by_kind_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
