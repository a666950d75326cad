/* What phones ask within their calls: hold, transfer, commands in INFO. */
#include "support/sip_call_scene.h"

#include "sip/leg_media.h"
#include "world/switchboard.h"

/* The phone's call is up; nothing waits to be sent. */
static void given_up(struct scene *scene)
{
    given_registered(scene);
    assert_int_equal(calls(scene, "12025559999"), 100);
    clock_advance(scene->world, 2000);
    calls_taken(&scene->service, 77, SIP_TAKEN_ACKED, NULL);
    left(scene);
}

static struct phone_party *caller(struct scene *scene)
{
    return scene->world->phone_calls->parties;
}

static void who_holds_is_on_hold_for_everybody(void **state)
{
    struct scene *scene = *state;
    given_up(scene);
    scene->request.body = OFFER "a=sendonly\r\n";
    assert_int_equal(sends_in_dialog(scene, "INVITE"), 100);
    calls_taken(&scene->service, 77, SIP_TAKEN_ACKED, NULL);
    assert_int_equal(caller(scene)->status, PHONE_HOLD);
    scene->request.body = OFFER;
    assert_int_equal(sends_in_dialog(scene, "INVITE"), 100);
    assert_int_equal(caller(scene)->status, PHONE_ANSWERED);
}

/* RFC 3311: what a re-INVITE can, an UPDATE can; without a description it only refreshes. */
static void an_update_holds_and_says_so(void **state)
{
    struct scene *scene = *state;
    given_up(scene);
    scene->request.body = OFFER "a=sendonly\r\n";
    assert_int_equal(sends_in_dialog(scene, "UPDATE"), 200);
    assert_string_equal(scene->answer.content_type, "application/sdp");
    assert_non_null(strstr(scene->answer.body, "m=audio "));
    assert_non_null(strstr(scene->answer.body, "a=recvonly\r\n"));
    assert_int_equal(scene->answer.contact_count, 1);
    assert_int_equal(caller(scene)->status, PHONE_HOLD);
    scene->request.body = NULL;
    scene->request.contact_count = 0;
    scene_contact(scene, "sip:1@elsewhere:5060", NULL, -1);
    assert_int_equal(sends_in_dialog(scene, "UPDATE"), 200);
    assert_null(scene->answer.body);
    assert_int_equal(caller(scene)->status, PHONE_HOLD);
    assert_string_equal(scene->world->phone_calls->legs->target, "sip:1@elsewhere:5060");
    scene->request.body = OFFER;
    assert_int_equal(sends_in_dialog(scene, "UPDATE"), 200);
    assert_int_equal(caller(scene)->status, PHONE_ANSWERED);
    scene->request.body = "v=0\r\nm=video 4000 RTP/AVP 96\r\n";
    assert_int_equal(sends_in_dialog(scene, "UPDATE"), 488);
    assert_string_equal(left(scene), "");
}

static void an_update_that_is_repeated_gets_its_description_again(void **state)
{
    struct scene *scene = *state;
    given_up(scene);
    scene->request.transport = "udp";
    scene->request.branch = "z9hG4bK-update";
    scene->request.body = OFFER;
    assert_int_equal(sends_in_dialog(scene, "UPDATE"), 200);
    const char *described = arena_strdup(&scene->arena, scene->answer.body);
    scene->request.cseq--;
    assert_int_equal(sends_in_dialog(scene, "UPDATE"), 200);
    assert_int_equal(scene->event.seq, 0);
    assert_string_equal(scene->answer.content_type, "application/sdp");
    assert_string_equal(scene->answer.body, described);
}

/* RFC 3311 5.2: its first offer has no answer that counts yet. */
static void an_update_waits_until_the_call_is_answered(void **state)
{
    struct scene *scene = *state;
    given_registered(scene);
    assert_int_equal(calls(scene, "12025559999"), 100);
    assert_int_equal(sends_in_dialog(scene, "UPDATE"), 500);
    assert_int_not_equal(scene->answer.retry_after_s, 0);
    scene->request.body = NULL;
    assert_int_equal(sends_in_dialog(scene, "UPDATE"), 200);
}

/* RFC 3262: who insists on hearing the 183 may go on from it before the call is answered. */
static void a_183_that_was_heard_is_gone_on_from(void **state)
{
    struct scene *scene = *state;
    given_registered(scene);
    scene->request.require = "100rel";
    assert_int_equal(calls(scene, "12025559999"), 100);
    left(scene);
    scene->request.require = NULL;
    assert_int_equal(sends_in_dialog(scene, "PRACK"), 481); /* of nothing */
    scene->request.body = NULL;
    scene->request.is_prack_due = true;
    assert_int_equal(sends_in_dialog(scene, "PRACK"), 200);
    assert_null(scene->answer.body);
    scene->request.body = OFFER "a=sendonly\r\n";
    assert_int_equal(sends_in_dialog(scene, "UPDATE"), 200);
    assert_non_null(strstr(scene->answer.body, "a=recvonly\r\n"));
    assert_int_equal(sends_in_dialog(scene, "PRACK"), 200); /* with another offer */
    assert_non_null(strstr(scene->answer.body, "a=recvonly\r\n"));
    scene->request.body = "v=0\r\nm=video 4000 RTP/AVP 96\r\n";
    assert_int_equal(sends_in_dialog(scene, "PRACK"), 488);
    assert_string_equal(left(scene), "");
}

/* Without a description in the INVITE the 183 has our offer, and the PRACK what it comes to. */
static void a_prack_answers_the_offer_of_our_183(void **state)
{
    struct scene *scene = *state;
    given_registered(scene);
    scene->request.require = "100rel";
    assert_int_equal(calls_offering(scene, "12025559999", NULL), 100);
    struct sip_out *out = sip_out_take(scene->world);
    assert_int_equal(out->status, 183);
    assert_non_null(strstr(out->body, "m=audio "));
    sip_out_free(out);
    scene->request.require = NULL;
    scene->request.is_prack_due = true;
    scene->request.body = "v=0\r\nm=video 4000 RTP/AVP 96\r\n";
    assert_int_equal(sends_in_dialog(scene, "PRACK"), 488);
    scene->request.body = "v=0\r\nm=audio 4002 RTP/AVP 8\r\n";
    assert_int_equal(sends_in_dialog(scene, "PRACK"), 200);
    assert_null(scene->answer.body);
    assert_string_equal(scene->world->phone_calls->legs->line.codec, "PCMA/8000");
}

/* Sip.md 5.1: proxies share their dialogs. The answer to a hold was lost with the first proxy. */
static void a_call_goes_on_through_another_proxy(void **state)
{
    struct scene *scene = *state;
    given_up(scene);
    scene->request.taken = 78;
    assert_int_equal(sends_in_dialog(scene, "INVITE"), 100);
    left(scene);
    scene->request.proxy = scene->world->proxies[1];
    scene->request.flow = 5;
    scene->request.taken = 79;
    scene->request.branch = "elsewhere";
    scene->request.cseq++;
    assert_int_equal(sends_in_dialog(scene, "INVITE"), 100);
    struct sip_out *out = sip_out_take(scene->world);
    assert_int_equal(out->proxy, 1);
    assert_int_equal(out->of, 79);
    sip_out_free(out);
    calls_taken(&scene->service, 78, SIP_TAKEN_LOST, NULL);
    calls_taken(&scene->service, 79, SIP_TAKEN_ACKED, NULL);
    switch_end(scene->world, scene->world->phone_calls, 480, "over");
    out = sip_out_take(scene->world);
    assert_string_equal(out->method, "BYE");
    assert_int_equal(out->proxy, 1);
    assert_int_equal(out->flow, 5);
    sip_out_free(out);
}

/* The next message that leaves; the caller frees it. */
static struct sip_out *next(struct scene *scene, const char *method)
{
    struct sip_out *out = sip_out_take(scene->world);
    assert_non_null(out);
    assert_string_equal(out->method, method);
    return out;
}

static void assert_notify(struct scene *scene, const char *line, const char *state)
{
    struct sip_out *out = next(scene, "NOTIFY");
    assert_string_equal(out->body, line);
    assert_non_null(strstr(out->headers, "Event: refer\r\n"));
    assert_non_null(strstr(out->headers, state));
    assert_non_null(strstr(out->headers, "Content-Type: message/sipfrag"));
    sip_out_free(out);
}

static void a_call_is_sent_on_and_its_phone_hears_of_it(void **state)
{
    struct scene *scene = *state;
    given_up(scene);
    scene->request.refer_to = "sip:12025550123@sip.ringcentral.com";
    assert_int_equal(sends_in_dialog(scene, "REFER"), 202);
    assert_notify(scene, "SIP/2.0 100 Trying\r\n", "Subscription-State: active\r\n");
    assert_notify(scene, "SIP/2.0 200 OK\r\n", "Subscription-State: terminated");
    assert_string_equal(left(scene), "BYE");
    assert_int_equal(phone_call_count(scene->world), 1);
    assert_string_equal(scene->world->phone_calls->to, "12025550123");
    /* The phone's own BYE crossed ours. */
    assert_int_equal(sends_in_dialog(scene, "BYE"), 200);
    scene->request.from_tag = "another";
    assert_int_equal(scene_sends(scene), 481);
}

static void what_cannot_be_sent_on_stays(void **state)
{
    struct scene *scene = *state;
    given_up(scene);
    assert_int_equal(sends_in_dialog(scene, "REFER"), 400);
    scene->request.refer_to = "http://x/";
    assert_int_equal(sends_in_dialog(scene, "REFER"), 400);
    scene->request.refer_to = "sip:hello@d";
    assert_int_equal(sends_in_dialog(scene, "REFER"), 202);
    assert_notify(scene, "SIP/2.0 100 Trying\r\n", "active");
    assert_notify(scene, "SIP/2.0 603 Decline\r\n", "terminated");
    scene->request.refer_to = "sip:1@d?Replaces=nobody%3Bto-tag%3Da%3Bfrom-tag%3Db";
    assert_int_equal(sends_in_dialog(scene, "REFER"), 202);
    assert_string_equal(left(scene), "NOTIFY NOTIFY");
    assert_int_equal(phone_call_count(scene->world), 1);
    assert_int_equal(caller(scene)->status, PHONE_ANSWERED);
}

static void a_call_that_rings_cannot_be_sent_on(void **state)
{
    struct scene *scene = *state;
    given_registered(scene);
    assert_int_equal(calls(scene, "12025559999"), 100);
    left(scene);
    scene->request.refer_to = "sip:12025550123@d";
    assert_int_equal(sends_in_dialog(scene, "REFER"), 403);
    assert_string_equal(left(scene), "");
}

/* Two calls of one phone become one, of those it talked to. */
static void two_calls_are_joined(void **state)
{
    struct scene *scene = *state;
    given_up(scene);
    const struct phone_leg *first = scene->world->phone_calls->legs;
    char *first_tag = arena_strdup(&scene->arena, first->local_tag);
    scene->request.taken = 78;
    assert_int_equal(calls(scene, "12025550123"), 100);
    calls_taken(&scene->service, 77, SIP_TAKEN_ACKED, NULL);
    clock_advance(scene->world, 2000);
    calls_taken(&scene->service, 77, SIP_TAKEN_ACKED, NULL);
    left(scene);
    const struct phone_leg *second = scene->world->phone_calls->legs;
    scene->request.refer_to = arena_printf(
        &scene->arena, "sip:12025550123@d?Replaces=%s%%3Bto-tag%%3D%s%%3Bfrom-tag%%3D%s",
        second->call_id, second->local_tag, second->remote_tag);
    scene->request.method = "REFER";
    scene->request.call_id = "call-12025559999";
    scene->request.to_tag = first_tag;
    assert_int_equal(scene_sends(scene), 202);
    assert_string_equal(left(scene), "NOTIFY BYE NOTIFY BYE");
    assert_int_equal(phone_call_count(scene->world), 1);
    const struct phone_party *party = scene->world->phone_calls->parties;
    int talking = 0;
    for (; party; party = party->next)
        talking += phone_party_talks(party);
    assert_int_equal(talking, 2);
}

/* --- INFO --- */

static int commands(struct scene *scene, const char *body)
{
    scene->request.body = body;
    scene->request.content_type = "application/json";
    return sends_in_dialog(scene, "INFO");
}

static void assert_result(struct scene *scene, const char *body)
{
    struct sip_out *out = next(scene, "INFO");
    assert_string_equal(out->body, body);
    assert_non_null(strstr(out->headers, "Content-Type: application/json;charset=utf-8\r\n"));
    assert_int_equal(strncmp(out->uri, "sip:", 4), 0);
    sip_out_free(out);
}

static void a_call_is_parked_and_its_phone_hangs_up_by_itself(void **state)
{
    struct scene *scene = *state;
    given_up(scene);
    assert_int_equal(commands(scene, "{\"request\":{\"reqid\":7,\"command\":\"callpark\"}}"), 200);
    assert_result(scene,
                  "{\"response\":{\"reqid\":7,\"command\":\"callpark\",\"result\":{\"code\":0,"
                  "\"description\":\"Succeeded\",\"park extension\":\"801\"}}}");
    assert_string_equal(left(scene), "");
    assert_int_equal(sends_in_dialog(scene, "BYE"), 200);
    assert_int_equal(phone_call_count(scene->world), 1);
    assert_non_null(switch_parked(scene->world, "801"));
}

static void recording_is_begun_and_stopped(void **state)
{
    struct scene *scene = *state;
    given_up(scene);
    commands(scene, "{\"request\":{\"reqid\":2,\"command\":\"startcallrecord\"}}");
    assert_result(scene, "{\"response\":{\"reqid\":2,\"command\":\"startcallrecord\",\"result\":{"
                         "\"code\":0,\"description\":\"Succeeded\"}}}");
    assert_int_equal(caller(scene)->recording, PHONE_RECORDED);
    commands(scene, "{\"request\":{\"reqid\":3,\"command\":\"stopcallrecord\"}}");
    assert_int_equal(caller(scene)->recording, PHONE_RECORDING_PAUSED);
    left(scene);
    scene_knob(scene, "rec.policy", "off");
    commands(scene, "{\"request\":{\"reqid\":4,\"command\":\"startcallrecord\"}}");
    assert_result(scene, "{\"response\":{\"reqid\":4,\"command\":\"startcallrecord\",\"result\":{"
                         "\"code\":1,\"description\":\"Failed\"}}}");
}

static void a_call_is_flipped_to_another_phone_of_the_user(void **state)
{
    struct scene *scene = *state;
    sip_world_phone(scene->world, "802009", "12025550109", 101);
    given_up(scene);
    struct binding_key key = {.aor = "12025550109", .contact = "sip:other@h"};
    struct binding *binding = binding_put(scene->world, &key);
    binding->expires_ms = clock_now(scene->world) + 3600000;
    binding->proxy = proxy_named(scene->world, "a");
    xset(&binding->peer, "127.0.0.1:40000");
    commands(scene, "{\"request\":{\"reqid\":1,\"command\":\"callflip\",\"target\":\"nobody\"}}");
    assert_result(scene,
                  "{\"response\":{\"reqid\":1,\"command\":\"callflip\",\"result\":{\"code\":1,"
                  "\"description\":\"Failed\"}}}");
    commands(scene,
             "{\"request\":{\"reqid\":2,\"command\":\"callflip\",\"target\":\"+12025550109\"}}");
    assert_result(scene,
                  "{\"response\":{\"reqid\":2,\"command\":\"callflip\",\"result\":{\"code\":0,"
                  "\"description\":\"Succeeded\",\"number\":\"+12025550109\",\"target\":"
                  "\"+12025550109\"}}}");
    struct sip_out *invite = next(scene, "INVITE");
    assert_string_equal(invite->uri, "sip:other@h");
    assert_non_null(strstr(invite->headers, "Alert-Info: Auto Answer\r\n"));
    assert_non_null(strstr(invite->headers, ">;purpose=info;Answer-After=0\r\n"));
    sip_out_free(invite);
    assert_int_equal(phone_party_talks(caller(scene)), true); /* the client keeps the call */
}

static void what_is_no_command_is_refused(void **state)
{
    static const char *const bad[] = {"hello",
                                      "{}",
                                      "{\"request\":{}}",
                                      "{\"request\":{\"command\":\"callpark\"}}",
                                      "{\"request\":{\"reqid\":\"x\",\"command\":\"callpark\"}}",
                                      "[1]"};
    struct scene *scene = *state;
    given_up(scene);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (commands(scene, bad[i]) != 400)
            fail_msg("%s: %d", bad[i], scene->answer.status);
    assert_int_equal(commands(scene, "{\"request\":{\"reqid\":1,\"command\":\"fly\"}}"), 200);
    assert_string_equal(left(scene), "INFO");
    scene->request.content_type = "text/plain";
    assert_int_equal(sends_in_dialog(scene, "INFO"), 415);
    assert_string_equal(scene->answer.accept, "application/json, application/dtmf-relay");
    scene->request.body = NULL;
    assert_int_equal(sends_in_dialog(scene, "INFO"), 200);
}

static void digits_of_info_are_heard(void **state)
{
    struct scene *scene = *state;
    given_up(scene);
    scene->request.content_type = "application/dtmf-relay";
    scene->request.body = "Signal= 5\r\nDuration= 160\r\n";
    assert_int_equal(sends_in_dialog(scene, "INFO"), 200);
    struct event event = last_of(scene, "media.dtmf");
    assert_string_equal(event_get(&event, EVENT_DIGITS), "5");
    scene->request.body = "Signal=#";
    assert_int_equal(sends_in_dialog(scene, "INFO"), 200);
    scene->request.body = "Duration=160\r\n";
    assert_int_equal(sends_in_dialog(scene, "INFO"), 400);
    scene->request.body = "Signal=x";
    assert_int_equal(sends_in_dialog(scene, "INFO"), 400);
}

/* --- answering early --- */

static void who_was_answered_early_hears_bye_when_nobody_takes_the_call(void **state)
{
    struct scene *scene = *state;
    scene_knob(scene, "sip.answer_early", "all");
    scene_knob(scene, "sip.party.does", "busy");
    given_registered(scene);
    assert_int_equal(calls(scene, "12025559999"), 100);
    assert_string_equal(left(scene), "183 200");
    clock_advance(scene->world, 2000); /* too late for a 486 */
    assert_string_equal(left(scene), "BYE");
}

static void a_number_nobody_can_dial_is_not_answered_early(void **state)
{
    struct scene *scene = *state;
    scene_knob(scene, "sip.answer_early", "all");
    given_registered(scene);
    assert_int_equal(calls(scene, "hello"), 100);
    assert_string_equal(left(scene), "183 486");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_scene(who_holds_is_on_hold_for_everybody),
        in_scene(an_update_holds_and_says_so),
        in_scene(an_update_that_is_repeated_gets_its_description_again),
        in_scene(an_update_waits_until_the_call_is_answered),
        in_scene(a_183_that_was_heard_is_gone_on_from),
        in_scene(a_prack_answers_the_offer_of_our_183),
        in_scene(a_call_goes_on_through_another_proxy),
        in_scene(a_call_is_sent_on_and_its_phone_hears_of_it),
        in_scene(what_cannot_be_sent_on_stays),
        in_scene(a_call_that_rings_cannot_be_sent_on),
        in_scene(two_calls_are_joined),
        in_scene(a_call_is_parked_and_its_phone_hangs_up_by_itself),
        in_scene(recording_is_begun_and_stopped),
        in_scene(a_call_is_flipped_to_another_phone_of_the_user),
        in_scene(what_is_no_command_is_refused),
        in_scene(digits_of_info_are_heard),
        in_scene(who_was_answered_early_hears_bye_when_nobody_takes_the_call),
        in_scene(a_number_nobody_can_dial_is_not_answered_early),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
