#include "support/sip_call_scene.h"

static void a_call_rings_is_answered_and_ends(void **state)
{
    struct scene *scene = *state;
    given_registered(scene);
    assert_int_equal(calls(scene, "12025559999"), 100);
    assert_true(scene->answer.is_taken);
    assert_true(scene->answer.has_more);
    struct sip_out *progress = sip_out_take(scene->world);
    assert_int_equal(progress->kind, SIP_OUT_ANSWER);
    assert_int_equal(progress->of, 77);
    assert_int_equal(progress->status, 183);
    assert_non_null(strstr(progress->body, "m=audio 9 RTP/AVP 0 101\r\n"));
    const char *ids = strstr(progress->headers, "p-rc-api-ids: party-id=p-");
    assert_non_null(ids);
    assert_non_null(strstr(ids, "-1;session-id=s-"));
    char *described = arena_strdup(&scene->arena, progress->body);
    char *tag = arena_strdup(&scene->arena, progress->to_tag);
    sip_out_free(progress);

    clock_advance(scene->world, 1999);
    assert_string_equal(left(scene), "");
    clock_advance(scene->world, 1);
    struct sip_out *answer = sip_out_take(scene->world);
    assert_int_equal(answer->status, 200);
    assert_string_equal(answer->to_tag, tag);
    assert_string_equal(answer->body, described);
    assert_non_null(strstr(answer->headers, "Contact: <sip:12025559999@127.0.0.1:"));
    sip_out_free(answer);
    struct event event = last_of(scene, "call.answer");
    assert_string_equal(event_get(&event, EVENT_FROM), "101");
    assert_string_equal(event_get(&event, EVENT_TO), "12025559999");
    calls_taken(&scene->service, 77, SIP_TAKEN_ACKED, NULL);

    clock_advance(scene->world, 61000);
    assert_int_equal(sends_in_dialog(scene, "BYE"), 200);
    assert_string_equal(left(scene), ""); /* who hung up gets nothing more */
    assert_ended(scene, "200", "a phone hung up");
    event = last_of(scene, "call.end");
    assert_string_equal(event_get(&event, EVENT_SECONDS), "61");
    assert_int_equal(sends_in_dialog(scene, "BYE"), 481);
}

static void a_call_is_in_the_call_log_when_it_has_ended(void **state)
{
    static const struct {
        const char *knob;
        int64_t ring_ms;
        enum call_result want;
    } rows[] = {{"answer", 2000, CALL_CONNECTED},
                {"busy", 2000, CALL_BUSY},
                {"ring", 30000, CALL_NO_ANSWER}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene *scene;
        given_scene((void **)&scene);
        given_registered(scene);
        scene_knob(scene, "sip.party.does", rows[i].knob);
        scene_knob(scene, "sip.party.lasts", "5s");
        assert_int_equal(calls(scene, "12025559999"), 100);
        clock_advance(scene->world, rows[i].ring_ms + 5000);
        assert_int_equal(call_log_count(scene->world), 1);
        const struct call_record *record = call_log_at(scene->world, 0);
        assert_int_equal(record->result, rows[i].want);
        assert_int_equal(record->direction, CALL_OUTBOUND);
        assert_int_equal(record->other, 12025559999);
        assert_int_equal(record->duration_ms, i == 0 ? 5000 : 0);
        assert_int_equal(record->start_ms, SIP_WORLD_START_MS);
        scene_done((void **)&scene);
    }
    (void)state;
}

/* What the party does, and what the caller then gets. */
static void parties_do_as_they_are_set(void **state)
{
    static const struct {
        const char *pattern;
        struct party party;
        int64_t after_ms;
        const char *left, *status;
    } rows[] = {
        {"12025559999", {.does = PARTY_BUSY, .after_ms = 1000}, 1000, "486", "486"},
        {"+1202555*", {.does = PARTY_REJECTS, .after_ms = 1000}, 1000, "603", "603"},
        {"1*", {.does = PARTY_RINGS, .after_ms = 1000}, 30000, "480", "480"},
        {"*", {.does = PARTY_ANSWERS, .after_ms = 1000, .lasts_ms = 4000}, 5000, "200 BYE", "200"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene *scene;
        given_scene((void **)&scene);
        given_registered(scene);
        assert_true(party_set(scene->world, rows[i].pattern, &rows[i].party));
        assert_int_equal(calls(scene, "+12025559999"), 100);
        assert_string_equal(left(scene), "183");
        clock_advance(scene->world, rows[i].after_ms - 1);
        assert_int_equal(phone_call_count(scene->world), 1);
        clock_advance(scene->world, 1);
        assert_string_equal(left(scene), rows[i].left);
        assert_ended(scene, rows[i].status, NULL);
        scene_done((void **)&scene);
    }
    (void)state;
}

static void a_number_nobody_can_dial_is_busy_after_the_183(void **state)
{
    static const char *const numbers[] = {"hello", "12", "1234567890123456", "+", "*80"};
    struct scene *scene = *state;
    given_registered(scene);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        assert_int_equal(calls(scene, numbers[i]), 100);
        assert_string_equal(left(scene), "183 486");
        assert_ended(scene, "486", "the number cannot be dialled");
    }
}

static void who_may_not_call_is_refused_before_anything_rings(void **state)
{
    struct scene *scene = *state;
    assert_int_equal(calls(scene, "12025559999"), 403);
    assert_string_equal(scene_saw(scene, EVENT_REASON), "the caller is not registered");
    scene->request = scene_register(scene);
    given_registered(scene);
    scene->secret.password = "old";
    assert_int_equal(calls(scene, "12025559999"), 403);
    assert_string_equal(scene_saw(scene, EVENT_REASON), "the password is wrong");
    scene->secret.password = "pw";
    device_by_id(scene->world, "802001")->has_line = false;
    assert_int_equal(calls(scene, "12025559999"), 403);
    device_by_id(scene->world, "802001")->has_line = true;
    assert_string_equal(left(scene), "");
    assert_int_equal(phone_call_count(scene->world), 0);
}

static void offers_nobody_can_answer_are_not_acceptable(void **state)
{
    static const char *const offers[] = {
        "v=0\r\nm=audio 4000 RTP/AVP 97\r\na=rtpmap:97 SPEEX/8000\r\n",
        "v=0\r\nm=audio 4000 RTP/SAVP 0\r\n", "hello"};
    struct scene *scene = *state;
    given_registered(scene);
    for (size_t i = 0; i < sizeof offers / sizeof *offers; i++) {
        calls(scene, "12025559999"); /* for its credentials */
        sends_in_dialog(scene, "BYE");
        scene->request.to_tag = NULL;
        scene->request.method = "INVITE";
        scene->request.call_id = "other";
        scene->request.body = offers[i];
        assert_int_equal(scene_sends(scene), 488);
    }
}

/* sip.md section 2: port and media go together. */
static void over_tls_audio_must_be_encrypted(void **state)
{
    static const char plain[] = "v=0\r\nm=audio 4000 RTP/AVP 0\r\n";
    static const struct {
        const char *transport;
        int want;
    } rows[] = {{"tcp", 100}, {"tls", 488}};
    struct scene *scene = *state;
    given_registered(scene);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        calls(scene, "12025559999"); /* for its credentials */
        sends_in_dialog(scene, "BYE");
        scene->request.to_tag = NULL;
        scene->request.method = "INVITE";
        scene->request.call_id = rows[i].transport;
        scene->request.transport = rows[i].transport;
        scene->request.body = plain;
        print_message("%s\n", rows[i].transport);
        assert_int_equal(scene_sends(scene), rows[i].want);
        scene->request.transport = "tcp";
    }
}

#define EIGHT "01:23:45:67:89:AB:CD:EF"
#define WEB_OFFER                                                                                  \
    "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 opus/48000/2\r\na=ice-ufrag:u\r\n"     \
    "a=ice-pwd:p\r\na=fingerprint:sha-256 " EIGHT ":" EIGHT ":" EIGHT ":" EIGHT                    \
    "\r\na=setup:actpass\r\na=mid:0\r\n"

/* sip.md 4.1: over WebSocket the 200 comes at once and hanging up is a BYE ever after. */
static void a_browsers_call_is_answered_before_it_is(void **state)
{
    static const struct {
        const char *label, *transport, *knob, *offer, *left, *then;
    } rows[] = {
        {"WebSocket", "wss", "web", WEB_OFFER, "183 200", "BYE"},
        {"TCP", "tcp", "web", OFFER, "183", "486"},
        {"all", "tcp", "all", OFFER, "183 200", "BYE"},
        {"none", "wss", "none", WEB_OFFER, "183", "486"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene *scene;
        given_scene((void **)&scene);
        scene_knob(scene, "sip.answer_early", rows[i].knob);
        scene_knob(scene, "sip.party.does", "busy");
        scene->request.transport = rows[i].transport;
        given_registered(scene);
        assert_int_equal(calls_offering(scene, "12025559999", rows[i].offer), 100);
        print_message("%s\n", rows[i].label);
        assert_string_equal(left(scene), rows[i].left);
        assert_int_equal(last_of(scene, "call.answer").seq, 0);
        clock_advance(scene->world, 2000);
        assert_string_equal(left(scene), rows[i].then);
        assert_ended(scene, "486", NULL);
        scene_done((void **)&scene);
    }
    (void)state;
}

/* A number that is none fails before any 200: 183 and 486, on every transport (sip.md 4.1). */
static void a_browsers_call_to_no_number_fails_as_any_other(void **state)
{
    struct scene *scene = *state;
    scene->request.transport = "wss";
    given_registered(scene);
    assert_int_equal(calls_offering(scene, "nobody", WEB_OFFER), 100);
    assert_string_equal(left(scene), "183 486");
}

static void over_websocket_audio_must_be_a_browsers(void **state)
{
    struct scene *scene = *state;
    scene->request.transport = "wss";
    given_registered(scene);
    assert_int_equal(calls(scene, "12025559999"), 488);
    assert_string_equal(scene_saw(scene, EVENT_REASON),
                        "over WebSocket audio must be by DTLS-SRTP");
}

static void an_extension_has_only_so_many_calls(void **state)
{
    struct scene *scene = *state;
    given_registered(scene);
    for (int i = 0; i < 4; i++)
        assert_int_equal(calls(scene, arena_printf(&scene->arena, "1202555000%d", i)), 100);
    assert_int_equal(calls(scene, "12025550009"), 486);
    scene_knob(scene, "sip.max_calls", "0");
    assert_int_equal(calls(scene, "12025550009"), 100);
}

static void a_caller_who_gives_up_ends_the_call(void **state)
{
    struct scene *scene = *state;
    given_registered(scene);
    assert_int_equal(calls(scene, "12025559999"), 100);
    calls_taken(&scene->service, 77, SIP_TAKEN_CANCELLED, NULL);
    assert_string_equal(left(scene), "183 487");
    assert_ended(scene, "487", "the caller gave up");
    clock_advance(scene->world, 60000); /* what was due finds nothing */
    assert_string_equal(left(scene), "");
}

static void an_answer_that_never_arrives_ends_the_call(void **state)
{
    struct scene *scene = *state;
    given_registered(scene);
    assert_int_equal(calls(scene, "12025559999"), 100);
    clock_advance(scene->world, 2000);
    calls_taken(&scene->service, 77, SIP_TAKEN_LOST, NULL);
    assert_string_equal(left(scene), "183 200 BYE");
    assert_ended(scene, "408", NULL);
}

static void hold_is_answered_with_its_mirror(void **state)
{
    struct scene *scene = *state;
    given_registered(scene);
    assert_int_equal(calls(scene, "12025559999"), 100);
    clock_advance(scene->world, 2000);
    assert_string_equal(left(scene), "183 200");
    scene->request.taken = 78;
    scene->request.body = OFFER "a=sendonly\r\n";
    calls_taken(&scene->service, 77, SIP_TAKEN_ACKED, NULL);
    assert_int_equal(sends_in_dialog(scene, "INVITE"), 100);
    struct sip_out *out = sip_out_take(scene->world);
    assert_int_equal(out->of, 78);
    assert_int_equal(out->status, 200);
    assert_non_null(strstr(out->body, "a=recvonly\r\n"));
    sip_out_free(out);
    calls_taken(&scene->service, 78, SIP_TAKEN_ACKED, NULL);
    scene->request.body = NULL;
    assert_int_equal(sends_in_dialog(scene, "INFO"), 200);
    assert_int_equal(sends_in_dialog(scene, "SUBSCRIBE"), 405);
    assert_int_equal(phone_call_count(scene->world), 1);
}

static void a_dialog_is_known_by_call_id_and_tags_alone(void **state)
{
    struct scene *scene = *state;
    given_registered(scene);
    assert_int_equal(calls(scene, "12025559999"), 100);
    scene->request.uri_user = NULL; /* sip:<domain>, whatever our Contact was */
    const struct sip_request good = scene->request;
    for (int i = 0; i < 3; i++) {
        scene->request = good;
        sends_in_dialog(scene, "OPTIONS");
        assert_int_equal(scene->answer.status, 200);
        scene->request.call_id = i == 0 ? "x" : good.call_id;
        scene->request.from_tag = i == 1 ? "x" : good.from_tag;
        scene->request.to_tag = i == 2 ? "x" : scene->request.to_tag;
        assert_int_equal(scene_sends(scene), 481);
    }
}

static void a_call_that_a_fault_keeps_from_the_phone_does_not_stay(void **state)
{
    struct scene *scene = *state;
    given_registered(scene);
    calls(scene, "12025559999");
    sends_in_dialog(scene, "BYE");
    left(scene);
    scene_arm(scene, "{match: {op: sip.invite, status: ~}, kind: drop}");
    scene->request.to_tag = NULL;
    scene->request.method = "INVITE";
    scene_sends(scene);
    assert_int_equal(scene->plan.kind, PLAN_DROP);
    assert_int_equal(phone_call_count(scene->world), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_scene(a_call_rings_is_answered_and_ends),
        cmocka_unit_test(a_call_is_in_the_call_log_when_it_has_ended),
        cmocka_unit_test(parties_do_as_they_are_set),
        in_scene(a_number_nobody_can_dial_is_busy_after_the_183),
        in_scene(who_may_not_call_is_refused_before_anything_rings),
        in_scene(offers_nobody_can_answer_are_not_acceptable),
        in_scene(over_tls_audio_must_be_encrypted),
        in_scene(a_browsers_call_is_answered_before_it_is),
        in_scene(a_browsers_call_to_no_number_fails_as_any_other),
        in_scene(over_websocket_audio_must_be_a_browsers),
        in_scene(an_extension_has_only_so_many_calls),
        in_scene(a_caller_who_gives_up_ends_the_call),
        in_scene(an_answer_that_never_arrives_ends_the_call),
        in_scene(hold_is_answered_with_its_mirror),
        in_scene(a_dialog_is_known_by_call_id_and_tags_alone),
        in_scene(a_call_that_a_fault_keeps_from_the_phone_does_not_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
