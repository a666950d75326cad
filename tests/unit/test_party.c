#include "support/sip_world.h"

#include "support/cmocka_all.h"

#include <stdio.h>

static void the_latest_pattern_that_fits_tells(void **state)
{
    struct world *world = sip_world_new();
    party_set(world, "1202*", &(struct party){.does = PARTY_BUSY});
    party_set(world, "+12025550100", &(struct party){.does = PARTY_REJECTS});
    party_set(world, "1202555*", &(struct party){.does = PARTY_RINGS, .after_ms = 7});
    static const struct {
        const char *number;
        enum party_does want;
    } rows[] = {{"12029990000", PARTY_BUSY},
                {"+12025551234", PARTY_RINGS},
                {"12025550100", PARTY_RINGS},
                {"13035550100", PARTY_ANSWERS}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(party_of(world, rows[i].number).does, rows[i].want);
    /* Set again, it is the latest. */
    party_set(world, "12025550100", &(struct party){.does = PARTY_REJECTS});
    assert_int_equal(party_of(world, "+12025550100").does, PARTY_REJECTS);
    assert_int_equal(party_of(world, "12025551234").after_ms, 7);
    world_free(world);
}

static void who_is_not_set_behaves_as_the_knobs_say(void **state)
{
    struct world *world = sip_world_new();
    knobs_set(&world->knobs, "sip.party.does", "ring", NULL);
    knobs_set(&world->knobs, "sip.party.lasts", "9s", NULL);
    struct party party = party_of(world, "1");
    assert_int_equal(party.does, PARTY_RINGS);
    assert_int_equal(party.after_ms, 2000);
    assert_int_equal(party.lasts_ms, 9000);
    world_free(world);
}

static void there_are_only_so_many(void **state)
{
    struct world *world = sip_world_new();
    const struct party party = {.does = PARTY_BUSY};
    char number[16];
    for (int i = 0; i < PARTIES_MAX; i++) {
        snprintf(number, sizeof number, "%d", 1000 + i);
        assert_true(party_set(world, number, &party));
    }
    assert_false(party_set(world, "9999", &party));
    assert_true(party_set(world, "1000", &party)); /* known */
    world_free(world);
}

static void every_name_leads_back_to_what_it_does(void **state)
{
    for (int i = 0; i < PARTY_DOES_COUNT; i++) {
        enum party_does does = PARTY_DOES_COUNT;
        assert_true(party_does_named(party_does_name((enum party_does)i), &does));
        assert_int_equal(does, i);
    }
    for (int i = 0; i < PARTY_PLAYS_COUNT; i++) {
        enum party_plays plays = PARTY_PLAYS_COUNT;
        assert_true(party_plays_named(party_plays_name((enum party_plays)i), &plays));
        assert_int_equal(plays, i);
    }
    assert_false(party_plays_named("music", &(enum party_plays){PARTY_PLAYS_ECHO}));
    enum party_does does;
    assert_false(party_does_named("sing", &does));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_latest_pattern_that_fits_tells),
        cmocka_unit_test(who_is_not_set_behaves_as_the_knobs_say),
        cmocka_unit_test(there_are_only_so_many),
        cmocka_unit_test(every_name_leads_back_to_what_it_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
