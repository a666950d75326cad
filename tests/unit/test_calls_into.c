/* A phone that calls into a call that stands: a conference's token, the place of a parked call. sip.md
 * 4.1. */
#include "support/sip_call_scene.h"

static void a_phone_that_dials_a_conference_is_in_it(void **state)
{
    struct scene *scene = *state;
    given_registered(scene);
    struct phone_call *conference =
        switch_conference(scene->world, user_by_id(scene->world, 101), 0);
    assert_non_null(conference);
    assert_int_equal(calls(scene, conference->token), 100);
    assert_string_equal(left(scene), "183 200");
    assert_int_equal(phone_call_count(scene->world), 1);
    calls_taken(&scene->service, 77, SIP_TAKEN_ACKED, NULL);
    clock_advance(scene->world, 60000); /* somebody is in it: it stays */
    assert_int_equal(phone_call_count(scene->world), 1);
    assert_int_equal(sends_in_dialog(scene, "BYE"), 200);
    assert_ended(scene, "200", "a phone hung up");
}

static void a_phone_takes_a_parked_call_by_its_place(void **state)
{
    struct scene *scene = *state;
    const struct switch_callee answers = {true, {.does = PARTY_ANSWERS}};
    given_registered(scene);
    struct phone_call *call = switch_begin(
        scene->world,
        &(struct switch_draft){.from = "+13035550199", .to = "101", .is_simulated = true});
    switch_dial(scene->world, call, &answers);
    clock_advance(scene->world, 1000);
    struct phone_party *parked = switch_park(scene->world, phone_party_by_number(call, 2));
    assert_non_null(parked);
    left(scene);
    assert_int_equal(calls(scene, arena_printf(&scene->arena, "*%s", parked->park_id)), 100);
    assert_string_equal(left(scene), "183 200");
    assert_int_equal(parked->status, PHONE_ANSWERED);
    assert_int_equal(phone_call_count(scene->world), 1);
    calls_taken(&scene->service, 77, SIP_TAKEN_ACKED, NULL);
    assert_int_equal(sends_in_dialog(scene, "BYE"), 200);
    assert_ended(scene, "200", "a phone hung up");
}

static void a_token_and_a_place_of_nobody_lead_nowhere(void **state)
{
    static const char *const numbers[] = {"conf_0123", "*801", "prk801", "*", "prk"};
    struct scene *scene = *state;
    given_registered(scene);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        assert_int_equal(calls(scene, numbers[i]), 100);
        assert_string_equal(left(scene), "183 486");
        assert_int_equal(phone_call_count(scene->world), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_scene(a_phone_that_dials_a_conference_is_in_it),
        in_scene(a_phone_takes_a_parked_call_by_its_place),
        in_scene(a_token_and_a_place_of_nobody_lead_nowhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
