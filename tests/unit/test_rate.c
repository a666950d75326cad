/* Edges of the rate limits, in frozen world time. */
#include "support/cmocka_all.h"

#include "world/world.h"

#include <stdlib.h>

enum { ANN = 1, BOB = 2 };

struct fixture {
    struct world *world;
    struct app *one, *two;
};

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    fixture->world = world_new(1, CLOCK_FROZEN, 1000000);
    fixture->one = app_add(fixture->world, "one");
    fixture->two = app_add(fixture->world, "two");
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    world_free(fixture->world);
    free(fixture);
    return 0;
}

static struct rate_answer heavy(struct fixture *fixture)
{
    return rate_count(fixture->world, ANN, fixture->one, RATE_HEAVY);
}

static void use_up(struct fixture *fixture)
{
    for (int i = 0; i < 10; i++)
        assert_false(heavy(fixture).is_refused);
}

static void as_many_as_the_limit_pass(void **state)
{
    struct fixture *fixture = *state;
    for (int left = 9; left >= 0; left--) {
        struct rate_answer answer = heavy(fixture);
        assert_false(answer.is_refused);
        assert_int_equal(answer.limit, 10);
        assert_int_equal(answer.remaining, left);
        assert_int_equal(answer.window_s, 60);
    }
    struct rate_answer answer = heavy(fixture);
    assert_true(answer.is_refused);
    assert_int_equal(answer.remaining, 0);
    assert_int_equal(answer.retry_after_s, 60);
}

static void the_window_slides(void **state)
{
    struct fixture *fixture = *state;
    for (int i = 0; i < 10; i++) {
        assert_false(heavy(fixture).is_refused);
        clock_advance(fixture->world, 1000);
    }
    /* 50 s later the first two calls have left the window, the third has not. */
    clock_advance(fixture->world, 51000);
    assert_int_equal(heavy(fixture).remaining, 1);
    assert_int_equal(heavy(fixture).remaining, 0);
    assert_true(heavy(fixture).is_refused);
}

static void a_call_leaves_the_window_to_the_millisecond(void **state)
{
    struct fixture *fixture = *state;
    fixture->world->knobs.rate_penalty_ms = 0;
    use_up(fixture);
    clock_advance(fixture->world, 59999);
    struct rate_answer answer = heavy(fixture);
    assert_true(answer.is_refused);
    assert_int_equal(answer.retry_after_s, 1);
    clock_advance(fixture->world, 1);
    assert_false(heavy(fixture).is_refused);
}

static void each_refused_call_begins_the_penalty_again(void **state)
{
    struct fixture *fixture = *state;
    use_up(fixture);
    assert_true(heavy(fixture).is_refused);
    for (int i = 0; i < 100; i++) {
        clock_advance(fixture->world, 59999);
        assert_int_equal(heavy(fixture).retry_after_s, 60);
    }
    clock_advance(fixture->world, 60000);
    assert_false(heavy(fixture).is_refused);
}

static void with_the_knob_off_the_penalty_runs_out(void **state)
{
    struct fixture *fixture = *state;
    fixture->world->knobs.rate_reset_on_hit = false;
    use_up(fixture);
    assert_true(heavy(fixture).is_refused);
    clock_advance(fixture->world, 40000);
    assert_int_equal(heavy(fixture).retry_after_s, 20);
    clock_advance(fixture->world, 19999);
    assert_int_equal(heavy(fixture).retry_after_s, 1);
    clock_advance(fixture->world, 1);
    assert_false(heavy(fixture).is_refused);
}

static void user_app_and_group_have_their_own_counts(void **state)
{
    struct fixture *fixture = *state;
    struct world *world = fixture->world;
    use_up(fixture);
    assert_true(heavy(fixture).is_refused);
    assert_int_equal(rate_count(world, BOB, fixture->one, RATE_HEAVY).remaining, 9);
    assert_int_equal(rate_count(world, ANN, fixture->two, RATE_HEAVY).remaining, 9);
    assert_int_equal(rate_count(world, ANN, fixture->one, RATE_MEDIUM).remaining, 39);
    assert_int_equal(rate_count(world, ANN, fixture->one, RATE_LIGHT).remaining, 49);
    assert_int_equal(rate_count(world, ANN, fixture->one, RATE_AUTH).remaining, 4);
}

static void switched_off_or_without_a_group_nothing_is_counted(void **state)
{
    struct fixture *fixture = *state;
    for (int i = 0; i < 100; i++) {
        struct rate_answer answer = rate_count(fixture->world, ANN, fixture->one, RATE_NONE);
        assert_false(answer.is_refused);
        assert_int_equal(answer.limit, 0);
    }
    fixture->world->knobs.rate_limits = KNOB_RATE_OFF;
    for (int i = 0; i < 100; i++)
        assert_false(heavy(fixture).is_refused);
    fixture->world->knobs.rate_limits = KNOB_RATE_REAL;
    assert_int_equal(heavy(fixture).remaining, 9);
}

static void a_limit_may_change_while_counting(void **state)
{
    struct fixture *fixture = *state;
    use_up(fixture);
    fixture->world->knobs.rate_heavy = 200;
    for (int left = 189; left >= 0; left--)
        assert_int_equal(heavy(fixture).remaining, left);
    fixture->world->knobs.rate_heavy = 5;
    assert_true(heavy(fixture).is_refused);
    clock_advance(fixture->world, 60000);
    assert_int_equal(heavy(fixture).remaining, 4);
    fixture->world->knobs.rate_heavy = 0;
    assert_true(heavy(fixture).is_refused);
}

/* A day of steady calls below the limit is never refused: the ring does not lose its place. */
static void a_client_that_keeps_to_the_limit_is_never_refused(void **state)
{
    struct fixture *fixture = *state;
    for (int i = 0; i < 14400; i++) {
        assert_false(heavy(fixture).is_refused);
        clock_advance(fixture->world, 6000);
    }
}

/* The ring grows while its oldest call is not at its start: the order must hold. */
static void many_calls_after_few_leave_the_window_in_order(void **state)
{
    struct fixture *fixture = *state;
    struct world *world = fixture->world;
    world->knobs.rate_penalty_ms = 0;
    for (int i = 0; i < 6; i++)
        rate_count(world, ANN, fixture->one, RATE_MEDIUM);
    clock_advance(world, 60000);
    for (int left = 39; left >= 0; left--) {
        assert_int_equal(rate_count(world, ANN, fixture->one, RATE_MEDIUM).remaining, left);
        clock_advance(world, 1000);
    }
    /* 40 s later the first is 40 s old; from its 60 s on, one call a second is free again. */
    clock_advance(world, 19999);
    assert_true(rate_count(world, ANN, fixture->one, RATE_MEDIUM).is_refused);
    for (int i = 0; i < 40; i++) {
        clock_advance(world, i == 0 ? 1 : 1000);
        assert_false(rate_count(world, ANN, fixture->one, RATE_MEDIUM).is_refused);
        assert_true(rate_count(world, ANN, fixture->one, RATE_MEDIUM).is_refused);
    }
}

static void groups_are_named_as_on_the_wire(void **state)
{
    static const char *const names[] = {"none", "light", "medium", "heavy", "auth"};
    for (int i = 0; i < RATE_GROUP_COUNT; i++)
        assert_string_equal(rate_group_name((enum rate_group)i), names[i]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static void a_wide_limit_counts_all_who_share_it(void **state)
{
    struct fixture *fixture = *state;
    struct world *world = fixture->world;
    for (int i = 0; i < 100; i++) /* off unless a knob sets it */
        assert_int_equal(rate_count_wide(world, RATE_ACCOUNT, 7), 0);
    world->knobs.rate_account = 2;
    assert_int_equal(rate_count_wide(world, RATE_ACCOUNT, 7), 0);
    assert_int_equal(rate_count_wide(world, RATE_ACCOUNT, 7), 0);
    assert_int_equal(rate_count_wide(world, RATE_ACCOUNT, 8), 0); /* another company's */
    assert_int_equal(rate_count_wide(world, RATE_GLOBAL, 7), 0);  /* another limit */
    assert_int_equal(rate_count_wide(world, RATE_ACCOUNT, 7), 60);
    clock_advance(world, 59000);
    assert_int_equal(rate_count_wide(world, RATE_ACCOUNT, 7), 60); /* the penalty begins again */
    clock_advance(world, 60000);
    assert_int_equal(rate_count_wide(world, RATE_ACCOUNT, 7), 0);
    world->knobs.rate_limits = KNOB_RATE_OFF;
    for (int i = 0; i < 10; i++)
        assert_int_equal(rate_count_wide(world, RATE_ACCOUNT, 7), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(as_many_as_the_limit_pass),
        TEST(the_window_slides),
        TEST(a_call_leaves_the_window_to_the_millisecond),
        TEST(each_refused_call_begins_the_penalty_again),
        TEST(with_the_knob_off_the_penalty_runs_out),
        TEST(user_app_and_group_have_their_own_counts),
        TEST(switched_off_or_without_a_group_nothing_is_counted),
        TEST(a_limit_may_change_while_counting),
        TEST(a_client_that_keeps_to_the_limit_is_never_refused),
        TEST(many_calls_after_few_leave_the_window_in_order),
        TEST(a_wide_limit_counts_all_who_share_it),
        TEST(groups_are_named_as_on_the_wire),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) ? 1 : 0;
}
