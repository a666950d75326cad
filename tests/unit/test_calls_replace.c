/* INVITEs with Replaces (RFC 3891): who takes whose place, and who may not. */
#include "support/sip_call_scene.h"

/* Beside the caller (101) there are user 102, whose phone is registered, and one of another account. */
static int given_company(void **state)
{
    given_scene(state);
    struct scene *scene = *state;
    given_neighbour(scene->world);
    given_registered(scene);
    return 0;
}

/* Somebody outside calls 102, whose phone rings; its leg. */
static struct phone_leg *given_ringing(struct scene *scene)
{
    struct phone_call *call = switch_begin(
        scene->world,
        &(struct switch_draft){.from = "+13035550199", .to = "102", .is_simulated = true});
    switch_dial(scene->world, call, NULL);
    assert_string_equal(left(scene), "INVITE");
    return call->legs;
}

static void answers(struct scene *scene, const struct phone_leg *leg)
{
    struct sip_out request = {.id = leg->invite, .method = "INVITE"};
    sip_replied(&scene->service, &(struct sip_reply){.request = &request,
                                                     .status = 200,
                                                     .to_tag = "desk",
                                                     .contact = "sip:desk@h",
                                                     .body = OFFER});
    assert_string_equal(left(scene), "ACK");
}

static int takes(struct scene *scene, const char *call_id, const char *to_tag, const char *from_tag)
{
    scene->request.replaces.call_id = arena_strdup(&scene->arena, call_id);
    scene->request.replaces.to_tag = to_tag ? arena_strdup(&scene->arena, to_tag) : NULL;
    scene->request.replaces.from_tag = from_tag ? arena_strdup(&scene->arena, from_tag) : NULL;
    int status = calls(scene, "102");
    scene->request.replaces.call_id = NULL;
    return status;
}

static void a_call_that_rings_elsewhere_is_picked_up(void **state)
{
    struct scene *scene = *state;
    const struct phone_leg *leg = given_ringing(scene);
    const struct phone_call *call = leg->call;
    scene->request.replaces.is_early_only = true;
    assert_int_equal(takes(scene, leg->call_id, leg->local_tag, "0"), 100);
    assert_string_equal(left(scene), "183 CANCEL 200");
    assert_int_equal(phone_call_count(scene->world), 1);
    assert_int_equal(call->state, PHONE_CALL_UP);
    assert_int_equal(switch_peer_of(call->parties)->user_id, 101);
    calls_taken(&scene->service, 77, SIP_TAKEN_ACKED, NULL);
    assert_int_equal(sends_in_dialog(scene, "BYE"), 200);
    assert_ended(scene, "200", "a phone hung up");
}

/* As the vendor's phones name it: the session's id, and the tags of sipData, which are ours first. */
static void a_parked_call_is_taken_by_its_session(void **state)
{
    struct scene *scene = *state;
    char session[CALL_ID_LEN];
    assert_int_equal(calls(scene, "12025559999"), 100);
    clock_advance(scene->world, 2000);
    calls_taken(&scene->service, 77, SIP_TAKEN_ACKED, NULL);
    struct phone_call *call = scene->world->phone_calls;
    struct phone_leg *leg = call->legs;
    assert_non_null(switch_park(scene->world, phone_party_by_number(call, 2)));
    left(scene);
    leg->party->user_id = 102; /* another's */
    assert_int_equal(takes(scene, phone_session_id(call, session), leg->remote_tag, leg->local_tag),
                     100);
    assert_int_equal(phone_call_count(scene->world), 1);
}

static void who_has_a_call_goes_on_at_another_phone(void **state)
{
    struct scene *scene = *state;
    assert_int_equal(calls(scene, "12025559999"), 100);
    clock_advance(scene->world, 2000);
    calls_taken(&scene->service, 77, SIP_TAKEN_ACKED, NULL);
    left(scene);
    struct phone_leg *leg = scene->world->phone_calls->legs;
    const char *call_id = leg->call_id, *to_tag = leg->local_tag, *from_tag = leg->remote_tag;
    assert_int_equal(takes(scene, call_id, to_tag, from_tag), 100);
    assert_string_equal(left(scene), "183 BYE 200");
    assert_int_equal(phone_call_count(scene->world), 1);
    struct phone_call *call = scene->world->phone_calls;
    assert_int_equal(call->parties->status, PHONE_GONE);
    assert_int_equal(call->parties->reason, PHONE_CALL_FLIP);
    assert_non_null(switch_peer_of(phone_party_by_number(call, 3)));
}

static void who_may_not_is_refused(void **state)
{
    struct scene *scene = *state;
    struct phone_leg *leg = given_ringing(scene);
    assert_int_equal(takes(scene, "nobody", leg->local_tag, "0"), 481);
    assert_int_equal(takes(scene, leg->call_id, "0", "0"), 481);
    assert_int_equal(takes(scene, leg->call_id, leg->local_tag, NULL), 400);
    assert_int_equal(takes(scene, leg->call_id, NULL, leg->local_tag), 400);
    user_by_id(scene->world, 102)->account_id = 2;
    assert_int_equal(takes(scene, leg->call_id, leg->local_tag, "0"), 403);
    user_by_id(scene->world, 102)->account_id = 1;
    answers(scene, leg);
    assert_int_equal(takes(scene, leg->call_id, leg->local_tag, "other"), 481);
    assert_int_equal(takes(scene, leg->call_id, leg->local_tag, "desk"), 403);
    leg->party->user_id = 101; /* his own, but for early-only */
    scene->request.replaces.is_early_only = true;
    assert_int_equal(takes(scene, leg->call_id, leg->local_tag, "desk"), 486);
    scene->request.replaces.is_early_only = false;
    assert_string_equal(left(scene), "");
    assert_int_equal(takes(scene, leg->call_id, leg->local_tag, "desk"), 100);
}

/* RFC 3891 section 3: its own call that rings is no dialog of ours to replace. */
static void who_rings_himself_takes_no_place(void **state)
{
    struct scene *scene = *state;
    assert_int_equal(calls(scene, "12025559999"), 100);
    const struct phone_leg *leg = scene->world->phone_calls->legs;
    assert_int_equal(takes(scene, leg->call_id, leg->local_tag, leg->remote_tag), 481);
}

static void the_extension_is_known_and_for_invite_alone(void **state)
{
    struct scene *scene = *state;
    scene->request.require = "Replaces";
    assert_int_equal(calls(scene, "12025559999"), 100);
    scene->request.require = "replaces, timer";
    assert_int_equal(sends_in_dialog(scene, "INFO"), 420);
    assert_string_equal(scene->answer.unsupported, "timer");
    scene->request.require = NULL;
    scene->request.replaces.call_id = "c";
    assert_int_equal(sends_in_dialog(scene, "BYE"), 400);
    scene->request.to_tag = NULL;
    scene->request.replaces.call_id = NULL;
    scene->request.method = "OPTIONS";
    assert_int_equal(scene_sends(scene), 200);
    assert_string_equal(scene->answer.supported, "replaces");
}

#define in_company(test) cmocka_unit_test_setup_teardown(test, given_company, scene_done)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_company(a_call_that_rings_elsewhere_is_picked_up),
        in_company(a_parked_call_is_taken_by_its_session),
        in_company(who_has_a_call_goes_on_at_another_phone),
        in_company(who_may_not_is_refused),
        in_company(who_rings_himself_takes_no_place),
        in_company(the_extension_is_known_and_for_invite_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
