#include "support/sip_call_scene.h"

/* Beside the caller (101) there is user 102 with two phones of one device; both are registered. */
static int given_two_users(void **state)
{
    given_scene(state);
    struct scene *scene = *state;
    struct world *world = scene->world;
    user_set_extension(world, user_add(world, 102, 1), "102");
    sip_world_phone(world, "802002", "12025550102", 102);
    phone_number_set(world, phone_number_add(world, 1, 1), "+12025550102");
    phone_number_find(world, "12025550102")->user_id = 102;
    static const char *const contacts[] = {"sip:desk@h", "sip:soft@h"};
    for (size_t i = 0; i < 2; i++) {
        struct binding_key key = {.aor = "12025550102", .contact = contacts[i]};
        struct binding *binding = binding_put(world, &key);
        binding->expires_ms = clock_now(world) + 3600000;
        binding->proxy = proxy_named(world, "b");
        binding->flow = i ? 5 : 0;
        xset(&binding->peer, i ? NULL : "127.0.0.1:40000");
    }
    given_registered(scene);
    return 0;
}

/* The INVITE that left for `contact`, the others put aside. */
static uint64_t invite_to(struct scene *scene, const char *contact)
{
    uint64_t id = 0;
    struct sip_out *out;
    while ((out = sip_out_take(scene->world))) {
        if (out->kind == SIP_OUT_REQUEST && strcmp(out->uri, contact) == 0)
            id = out->id;
        sip_out_free(out);
    }
    assert_int_not_equal(id, 0);
    return id;
}

static void replies(struct scene *scene, uint64_t id, int status)
{
    struct sip_out request = {.id = id, .method = "INVITE", .aor = "12025550102", .call_id = "x"};
    struct sip_reply reply = {
        .request = &request, .status = status, .to_tag = "callee", .contact = "sip:new@h"};
    sip_replied(&scene->service, &reply);
}

/* Devices that share an address ring once each: the one whose binding it is. */
static void a_binding_rings_once_however_many_devices_share_its_address(void **state)
{
    struct scene *scene = *state;
    struct device *shared = sip_world_phone(scene->world, "802003", "12025550102", 102);
    struct device *first = device_by_id(scene->world, "802002");
    struct binding *list = binding_list(scene->world, "12025550102");
    list->device = shared;
    list->next->device = first;
    assert_int_equal(calls(scene, "102"), 100);
    assert_string_equal(left(scene), "183 INVITE INVITE");
    const struct phone_leg *leg = scene->world->phone_calls->legs->next;
    assert_string_equal(leg->device_id, "802002");
    assert_string_equal(leg->next->device_id, "802003");
    assert_null(leg->next->next);
}

static void every_phone_of_the_callee_rings(void **state)
{
    static const char *const numbers[] = {"102", "12025550102", "+12025550102"};
    for (size_t i = 0; i < 3; i++) {
        struct scene *scene;
        given_two_users((void **)&scene);
        assert_int_equal(calls(scene, numbers[i]), 100);
        struct sip_out *out = sip_out_take(scene->world);
        assert_int_equal(out->status, 183);
        sip_out_free(out);
        for (int j = 0; j < 2; j++) {
            out = sip_out_take(scene->world);
            assert_string_equal(out->method, "INVITE");
            assert_string_equal(out->uri, j ? "sip:desk@h" : "sip:soft@h"); /* newest first */
            assert_int_equal(out->flow, j ? 0 : 5);
            assert_string_equal(out->peer, j ? "127.0.0.1:40000" : "");
            assert_string_equal(out->to, "<sip:12025550102@d.test>");
            assert_non_null(strstr(out->from, "<sip:101@d.test>;tag="));
            assert_non_null(strstr(out->headers, "Contact: <sip:101@127.0.0.1:"));
            assert_non_null(strstr(out->body, "m=audio 9 RTP/AVP 0 109 111 8 101\r\n"));
            assert_true(out->cseq > SIP_OUT_CSEQ);
            sip_out_free(out);
        }
        assert_null(sip_out_take(scene->world));
        scene_done((void **)&scene);
    }
    (void)state;
}

/* Somebody outside calls 102; NULL when there are too many calls. */
static struct phone_call *given_call_from_outside(struct scene *scene, int64_t lasts_ms,
                                                  uint64_t cause)
{
    struct phone_call *call =
        switch_begin(scene->world, &(struct switch_draft){.from = "+13035550199",
                                                          .name = "TEST CALLER",
                                                          .to = "102",
                                                          .is_simulated = true,
                                                          .plays = {.lasts_ms = lasts_ms},
                                                          .cause = cause});
    assert_non_null(call);
    switch_dial(scene->world, call, NULL);
    return call;
}

static void the_first_to_answer_has_the_call(void **state)
{
    struct scene *scene = *state;
    assert_int_equal(calls(scene, "102"), 100);
    uint64_t id = invite_to(scene, "sip:soft@h");
    replies(scene, id, 180);
    assert_string_equal(left(scene), "");
    replies(scene, id, 200);
    struct sip_out *ack = sip_out_take(scene->world);
    assert_string_equal(ack->method, "ACK");
    assert_string_equal(ack->uri, "sip:new@h");
    assert_non_null(strstr(ack->to, ";tag=callee"));
    uint32_t cseq = ack->cseq;
    sip_out_free(ack);
    assert_string_equal(left(scene), "CANCEL 200"); /* the other phone, then the caller */
    assert_int_equal(last_of(scene, "call.answer").layer, LAYER_WORLD);

    clock_advance(scene->world, 60000);
    assert_int_equal(phone_call_count(scene->world), 1); /* what rang out is not due any more */
    assert_int_equal(sends_in_dialog(scene, "BYE"), 200);
    struct sip_out *bye = sip_out_take(scene->world);
    assert_string_equal(bye->method, "BYE");
    assert_true(bye->cseq > cseq);
    sip_out_free(bye);
    assert_ended(scene, "200", "a phone hung up");
}

static void the_called_phone_may_hang_up_too(void **state)
{
    struct scene *scene = *state;
    assert_int_equal(calls(scene, "102"), 100);
    replies(scene, invite_to(scene, "sip:soft@h"), 200);
    left(scene);
    const struct phone_leg *callee = scene->world->phone_calls->legs->next;
    scene->request.method = "BYE";
    scene->request.from_user = "12025550102";
    scene->request.call_id = arena_strdup(&scene->arena, callee->call_id);
    scene->request.to_tag = arena_strdup(&scene->arena, callee->local_tag);
    scene->request.from_tag = "callee";
    assert_int_equal(scene_sends(scene), 200);
    assert_string_equal(left(scene), "BYE");
    assert_ended(scene, "200", NULL);
    assert_int_equal(call_log_count(scene->world), 2);
    const struct call_record *out = call_log_at(scene->world, 0);
    const struct call_record *in = call_log_at(scene->world, 1);
    assert_true(out->is_internal && in->is_internal && in->is_mirror && !out->is_mirror);
    assert_int_equal(out->direction, CALL_OUTBOUND);
    assert_int_equal(in->direction, CALL_INBOUND);
    assert_int_equal(in->result, CALL_ACCEPTED);
    assert_int_equal(scene->world->users[in->user]->id, 102);
}

static void a_call_all_phones_refuse_goes_to_voicemail(void **state)
{
    struct scene *scene = *state;
    assert_int_equal(calls(scene, "102"), 100);
    struct sip_out *out;
    uint64_t ids[2];
    size_t count = 0;
    while ((out = sip_out_take(scene->world))) {
        if (out->kind == SIP_OUT_REQUEST)
            ids[count++] = out->id;
        sip_out_free(out);
    }
    assert_int_equal(count, 2);
    replies(scene, ids[0], 486);
    clock_advance(scene->world, 5000);
    assert_string_equal(left(scene), ""); /* the other still rings */
    replies(scene, ids[1], 603);
    clock_advance(scene->world, 1999);
    assert_string_equal(left(scene), "");
    clock_advance(scene->world, 1);
    assert_string_equal(left(scene), "200");
    struct event event = last_of(scene, "call.answer");
    assert_string_equal(event_get(&event, EVENT_REASON), "voicemail");
}

static void nobody_answering_goes_to_voicemail_when_rung_long_enough(void **state)
{
    struct scene *scene = *state;
    assert_int_equal(calls(scene, "102"), 100);
    assert_string_equal(left(scene), "183 INVITE INVITE");
    clock_advance(scene->world, 29999);
    assert_string_equal(left(scene), "");
    clock_advance(scene->world, 1);
    assert_string_equal(left(scene), "CANCEL CANCEL");
    clock_advance(scene->world, 2000);
    assert_string_equal(left(scene), "200");
    assert_int_equal(sends_in_dialog(scene, "BYE"), 200);
    assert_int_equal(call_log_at(scene->world, 1)->result, CALL_VOICEMAIL);
    assert_int_equal(scene->world->users[call_log_at(scene->world, 1)->user]->id, 102);
}

static void who_has_no_phone_to_reach_has_voicemail(void **state)
{
    struct scene *scene = *state;
    binding_clear(scene->world, "12025550102");
    struct binding_key key = {.aor = "12025550102", .contact = "sip:lost@h", .is_stale = true};
    struct binding *binding = binding_put(scene->world, &key);
    binding->expires_ms = clock_now(scene->world) + 3600000;
    binding->proxy = proxy_named(scene->world, "b");
    assert_int_equal(calls(scene, "102"), 100);
    assert_string_equal(left(scene), "183"); /* nothing for the one registered into the void */
    clock_advance(scene->world, 2000);
    assert_string_equal(left(scene), "200");
}

static void a_caller_who_gives_up_stops_the_ringing(void **state)
{
    struct scene *scene = *state;
    assert_int_equal(calls(scene, "102"), 100);
    assert_string_equal(left(scene), "183 INVITE INVITE");
    calls_taken(&scene->service, 77, SIP_TAKEN_CANCELLED, NULL);
    assert_string_equal(left(scene), "487 CANCEL CANCEL");
    assert_int_equal(call_log_at(scene->world, 0)->result, CALL_HANG_UP);
    assert_int_equal(call_log_at(scene->world, 1)->result, CALL_MISSED);
    assert_int_equal(call_log_count(scene->world), 2);
}

static void somebody_outside_calls_and_hangs_up(void **state)
{
    struct scene *scene = *state;
    given_call_from_outside(scene, 10000, 4);
    replies(scene, invite_to(scene, "sip:soft@h"), 200);
    assert_string_equal(left(scene), "ACK CANCEL");
    assert_int_equal(last_of(scene, "call.answer").cause, 4);
    clock_advance(scene->world, 10000);
    assert_string_equal(left(scene), "BYE");
    assert_ended(scene, "200", "the simulated party hung up");
    const struct call_record *record = call_log_at(scene->world, 0);
    assert_int_equal(record->direction, CALL_INBOUND);
    assert_int_equal(record->other, 13035550199);
    assert_int_equal(record->duration_ms, 10000);
    assert_int_equal(call_log_count(scene->world), 1);
}

static void an_outside_call_nobody_takes_is_missed(void **state)
{
    struct scene *scene = *state;
    given_call_from_outside(scene, 0, 0);
    left(scene);
    clock_advance(scene->world, 30000);
    assert_string_equal(left(scene), "CANCEL CANCEL");
    assert_ended(scene, "480", "nobody answered");
    assert_int_equal(call_log_at(scene->world, 0)->result, CALL_MISSED);
    given_call_from_outside(scene, 0, 0);
    replies(scene, invite_to(scene, "sip:soft@h"), 486);
    assert_int_equal(phone_call_count(scene->world), 1);
    clock_advance(scene->world, 30000);
    assert_int_equal(call_log_count(scene->world), 2);
}

#define with_two(test) cmocka_unit_test_setup_teardown(test, given_two_users, scene_done)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_phone_of_the_callee_rings),
        with_two(a_binding_rings_once_however_many_devices_share_its_address),
        with_two(the_first_to_answer_has_the_call),
        with_two(the_called_phone_may_hang_up_too),
        with_two(a_call_all_phones_refuse_goes_to_voicemail),
        with_two(nobody_answering_goes_to_voicemail_when_rung_long_enough),
        with_two(who_has_no_phone_to_reach_has_voicemail),
        with_two(a_caller_who_gives_up_stops_the_ringing),
        with_two(somebody_outside_calls_and_hangs_up),
        with_two(an_outside_call_nobody_takes_is_missed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
