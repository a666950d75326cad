/* What RFC 3261 wants of a server and the library leaves to us, of calls. */
#include "support/sip_call_scene.h"

/* A call of the phone rings; its credentials stay in the request. */
static void given_ringing(struct scene *scene)
{
    given_registered(scene);
    assert_int_equal(calls(scene, "12025559999"), 100);
    left(scene);
}

static void given_up(struct scene *scene)
{
    given_ringing(scene);
    clock_advance(scene->world, 2000);
    calls_taken(&scene->service, 77, SIP_TAKEN_ACKED, NULL);
    left(scene);
}

static void an_invite_that_comes_by_two_ways_is_one_call(void **state)
{
    struct scene *scene = *state;
    given_ringing(scene);
    scene->request.cseq--; /* scene_sends counts it on: the same number */
    scene->request.branch = "z9hG4bK-other-way";
    scene->request.taken = 78;
    assert_int_equal(scene_sends(scene), 482);
    assert_int_equal(phone_call_count(scene->world), 1);
    assert_int_equal(scene_sends(scene), 100); /* another number is another request */
}

static void a_body_nobody_reads_is_told_what_would_be_read(void **state)
{
    static const struct {
        const char *type, *encoding;
        bool is_optional;
        int want;
    } rows[] = {
        {"application/sdp", NULL, false, 407},
        {"APPLICATION/SDP", NULL, false, 407},
        {NULL, NULL, false, 407},
        {"text/plain", NULL, false, 415},
        {"text/plain", NULL, true, 407},
        {"application/sdp", "gzip", false, 415},
        {"application/sdp", "identity", false, 407},
    };
    struct scene *scene = *state;
    given_registered(scene);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        given_invite(scene, arena_printf(&scene->arena, "1202555000%zu", i));
        scene->request.has_credentials = false;
        scene->request.content_type = rows[i].type;
        scene->request.content_encoding = rows[i].encoding;
        scene->request.is_body_optional = rows[i].is_optional;
        if (scene_sends(scene) != rows[i].want)
            fail_msg("row %zu: wanted %d, saw %d", i, rows[i].want, scene->answer.status);
        if (rows[i].want == 415 && !rows[i].encoding)
            assert_string_equal(scene->answer.accept, "application/sdp");
        if (rows[i].want == 415 && rows[i].encoding)
            assert_string_equal(scene->answer.accept_encoding, "identity");
    }
}

static void an_answer_the_client_would_not_read_is_not_acceptable(void **state)
{
    static const struct {
        const char *accept;
        int want;
    } rows[] = {{"application/sdp", 407},
                {"text/html application/SDP", 407},
                {"application/*", 407},
                {"*/*", 407},
                {"text/html text/*", 406},
                {"application/sdpx", 406},
                {"*", 406}};
    struct scene *scene = *state;
    given_registered(scene);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        given_invite(scene, "12025550001");
        scene->request.has_credentials = false;
        scene->request.accept = rows[i].accept;
        if (scene_sends(scene) != rows[i].want)
            fail_msg("%s: wanted %d, saw %d", rows[i].accept, rows[i].want, scene->answer.status);
    }
}

static void a_request_that_was_overtaken_is_out_of_order(void **state)
{
    struct scene *scene = *state;
    given_up(scene);
    scene->request.cseq += 10;
    assert_int_equal(sends_in_dialog(scene, "OPTIONS"), 200);
    scene->request.cseq -= 5;
    assert_int_equal(sends_in_dialog(scene, "OPTIONS"), 500);
    assert_int_equal(phone_call_count(scene->world), 1);
}

static void a_second_invite_waits_until_the_first_is_answered(void **state)
{
    struct scene *scene = *state;
    given_ringing(scene);
    scene->request.taken = 78;
    assert_int_equal(sends_in_dialog(scene, "INVITE"), 500);
    assert_in_range(scene->answer.retry_after_s, 1, 10);
    clock_advance(scene->world, 2000);
    assert_int_equal(sends_in_dialog(scene, "INVITE"), 100); /* its ACK may have been lost */
}

static void a_hold_with_a_body_nobody_reads_is_refused(void **state)
{
    struct scene *scene = *state;
    given_up(scene);
    scene->request.content_type = "text/plain";
    assert_int_equal(sends_in_dialog(scene, "INVITE"), 415);
    scene->request.content_type = "application/sdp";
    assert_int_equal(sends_in_dialog(scene, "INVITE"), 100);
}

/* The library has it only when the delay is over: what is repeated until then is ours to know. */
static void a_delayed_invite_that_is_repeated_is_one_call(void **state)
{
    struct scene *scene = *state;
    given_registered(scene);
    scene_arm(scene, "{match: {op: sip.invite}, kind: delay, delay: 1s}");
    scene->request.transport = "udp";
    scene->request.branch = "z9hG4bK-first";
    given_invite(scene, "12025559999");
    scene->request.has_credentials = false;
    assert_int_equal(scene_sends(scene), 407);
    sip_answer_challenge(&scene->arena, &scene->request, scene->answer.challenge, &scene->secret);
    scene->request.branch = "z9hG4bK-second";
    assert_int_equal(scene_sends(scene), 100);
    assert_int_equal(scene->plan.kind, PLAN_DELAY);
    scene->request.cseq--;
    assert_int_equal(scene_sends(scene), 0);
    assert_int_equal(phone_call_count(scene->world), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_scene(an_invite_that_comes_by_two_ways_is_one_call),
        in_scene(a_body_nobody_reads_is_told_what_would_be_read),
        in_scene(an_answer_the_client_would_not_read_is_not_acceptable),
        in_scene(a_request_that_was_overtaken_is_out_of_order),
        in_scene(a_second_invite_waits_until_the_first_is_answered),
        in_scene(a_delayed_invite_that_is_repeated_is_one_call),
        in_scene(a_hold_with_a_body_nobody_reads_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
