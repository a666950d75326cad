#include "support/sip_scene.h"

#include "sip/repeat.h"

static void sends_as(struct scene *scene, const char *method)
{
    scene->request.method = method;
    scene_sends(scene);
}

static void a_request_gets_its_answer_by_method_and_form(void **state)
{
    static const struct row {
        const char *label, *method;
        struct {
            const char *scheme, *to_tag, *require, *malformed;
            bool has_no_hops;
        } with;
        int want;
        const char *op;
    } rows[] = {
        {"options", "OPTIONS", {0}, 200, "sip.options"},
        {"options that may go no further", "OPTIONS", {.has_no_hops = true}, 200, "sip.options"},
        {"options in no dialog of ours", "OPTIONS", {.to_tag = "t"}, 481, "sip.options"},
        {"register without hops", "REGISTER", {.has_no_hops = true}, 483, "sip.register"},
        {"register with a To tag", "REGISTER", {.to_tag = "t"}, 401, "sip.register"},
        {"sips", "REGISTER", {.scheme = "SIPS"}, 401, "sip.register"},
        {"tel", "REGISTER", {.scheme = "tel"}, 416, "sip.register"},
        {"required extension", "REGISTER", {.require = "path"}, 420, "sip.register"},
        {"malformed", "REGISTER", {.malformed = "bad Via"}, 400, "sip.register"},
        {"invite", "INVITE", {0}, 404, "sip.invite"},
        {"invite in no dialog", "INVITE", {.to_tag = "t"}, 481, "sip.invite"},
        {"bye", "BYE", {.to_tag = "t"}, 481, "sip.bye"},
        {"bye without tag", "BYE", {0}, 481, "sip.bye"},
        {"cancel of nothing", "CANCEL", {0}, 481, "sip.cancel"},
        {"cancel ignores Require", "CANCEL", {.require = "x"}, 481, "sip.cancel"},
        {"info", "INFO", {0}, 481, "sip.info"},
        {"update", "UPDATE", {0}, 481, "sip.update"},
        {"prack", "PRACK", {0}, 481, "sip.prack"},
        {"notify", "NOTIFY", {0}, 481, "sip.notify"},
        {"refer", "REFER", {0}, 405, "sip.refer"},
        {"message", "MESSAGE", {0}, 400, "sip.message"},
        {"subscribe", "SUBSCRIBE", {0}, 405, "sip.subscribe"},
        {"publish", "PUBLISH", {0}, 405, "sip.publish"},
        {"unknown", "BREW", {0}, 405, "sip.other"},
        {"methods have a case", "register", {0}, 405, "sip.other"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene *scene = *state;
        scene->request = scene_register(scene);
        if (rows[i].with.scheme)
            scene->request.uri_scheme = rows[i].with.scheme;
        if (rows[i].with.has_no_hops)
            scene->request.max_forwards = 0;
        scene->request.to_tag = rows[i].with.to_tag;
        scene->request.require = rows[i].with.require;
        scene->request.malformed = rows[i].with.malformed;
        sends_as(scene, rows[i].method);
        if (scene->answer.status != rows[i].want)
            fail_msg("%s: %d", rows[i].label, scene->answer.status);
        assert_string_equal(scene->event.op, rows[i].op);
        assert_int_equal(scene->answer.allow != NULL,
                         rows[i].want == 405 ||
                             (rows[i].want == 200 && strcmp(rows[i].method, "OPTIONS") == 0));
        if (rows[i].want == 420)
            assert_string_equal(scene->answer.unsupported, "path");
        if (rows[i].want >= 400 && rows[i].want != 401)
            assert_string_not_equal(scene_saw(scene, EVENT_REASON), "");
    }
}

static void an_ack_gets_silence_and_is_no_event(void **state)
{
    struct scene *scene = *state;
    sends_as(scene, "ACK");
    assert_int_equal(scene->answer.status, 0);
    assert_int_equal(scene->event.seq, 0);
}

static void a_draining_proxy_sends_everyone_away_for_a_while(void **state)
{
    static const char *const methods[] = {"REGISTER", "OPTIONS", "INVITE"};
    struct scene *scene = *state;
    scene->request.proxy->state = PROXY_DRAINING;
    scene->request.proxy->cause = 4;
    for (size_t i = 0; i < 3; i++) {
        sends_as(scene, methods[i]);
        assert_int_equal(scene->answer.status, 503);
        assert_int_equal(scene->answer.retry_after_s, 300);
        assert_int_equal(scene->event.cause, 4);
    }
    scene->request.proxy->state = PROXY_STOPPED;
    sends_as(scene, "OPTIONS");
    assert_int_equal(scene->answer.status, 0);
    assert_int_equal(scene->event.seq, 0);
}

static void a_fault_answers_for_the_registrar(void **state)
{
    struct scene *scene = *state;
    scene_arm(scene, "{name: f, match: {op: sip.register, proxy: a}, kind: answer, status: 503, "
                     "message: Go Away, retry_after: 30s, times: 1}");
    assert_int_equal(scene_sends(scene), 503);
    assert_string_equal(scene->answer.phrase, "Go Away");
    assert_int_equal(scene->answer.retry_after_s, 30);
    assert_string_equal(scene_saw(scene, EVENT_FAULT), "f");
    assert_string_equal(scene_saw(scene, EVENT_PLAN), "answer");
    assert_int_equal(scene->event.cause, 3);
    assert_int_equal(scene_sends(scene), 401);
    assert_int_equal(scene->event.cause, 0);
}

static void a_faked_401_carries_a_challenge(void **state)
{
    struct scene *scene = *state;
    scene_arm(scene, "{match: {op: sip.register}, kind: answer, status: 401}");
    scene_contact(scene, "sip:1@h", NULL, 60);
    assert_int_equal(scene_registers(scene), 401);
    assert_non_null(scene->answer.challenge);
}

static void a_redirection_names_the_other_proxy(void **state)
{
    static const struct {
        const char *to, *transport, *want;
    } rows[] = {
        {"b", "tcp", "sip:127.0.0.1:5081;transport=tcp"},
        {"b", "udp", "sip:127.0.0.1:5080;transport=udp"},
        {"sip.d.test:5090", "udp", "sip:sip.d.test:5090"},
        {"sips:d.test", "udp", "sips:d.test"},
        {"sipper.test", "udp", "sip:sipper.test"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene *scene = *state;
        proxy_named(scene->world, "b")->port[TRANSPORT_UDP] = 5080;
        proxy_named(scene->world, "b")->port[TRANSPORT_TCP] = 5081;
        scene->request.transport = rows[i].transport;
        fault_clear(scene->faults, "*");
        scene_arm(scene, arena_printf(&scene->arena,
                                      "{match: {proxy: a}, kind: answer, status: 302, to: '%s'}",
                                      rows[i].to));
        assert_int_equal(scene_sends(scene), 302);
        assert_int_equal(scene->answer.contact_count, 1);
        assert_string_equal(scene->answer.contacts[0].uri, rows[i].want);
        assert_int_equal(scene->answer.contacts[0].expires_s, -1);
    }
}

static void a_dropped_request_is_served_all_the_same(void **state)
{
    struct scene *scene = *state;
    scene_contact(scene, "sip:1@h", NULL, 60);
    scene_arm(scene, "{match: {op: sip.register, cseq: 2}, kind: drop}");
    scene_registers(scene);
    assert_int_equal(scene->plan.kind, PLAN_DROP);
    assert_int_equal(binding_count(scene->world, SIP_WORLD_AOR), 1);
    assert_string_equal(scene_saw(scene, EVENT_STATUS), "200");
    assert_string_equal(scene_saw(scene, EVENT_PLAN), "drop");
}

static void a_closed_connection_is_served_nothing(void **state)
{
    struct scene *scene = *state;
    scene_contact(scene, "sip:1@h", NULL, 60);
    scene_arm(scene, "{match: {op: sip.register, cseq: 2}, kind: close}");
    scene_registers(scene);
    assert_int_equal(scene->plan.kind, PLAN_CLOSE);
    assert_int_equal(scene->answer.status, 0);
    assert_int_equal(binding_count(scene->world, SIP_WORLD_AOR), 0);
    assert_string_equal(scene_saw(scene, EVENT_STATUS), "");
    assert_string_equal(scene_saw(scene, EVENT_PLAN), "close");
}

static void a_delayed_request_is_served_and_the_plan_says_how_late(void **state)
{
    struct scene *scene = *state;
    scene_arm(scene, "{match: {layer: sip}, kind: delay, delay: 1500ms}");
    assert_int_equal(scene_sends(scene), 401);
    assert_int_equal(scene->plan.kind, PLAN_DELAY);
    assert_int_equal(scene->plan.delay_ms, 1500);
}

/* Sends the same request over UDP again: CSeq and branch as they were. */
static int again(struct scene *scene)
{
    scene->request.cseq--;
    return scene_sends(scene);
}

static void a_retransmission_gets_the_same_answer_and_is_no_event(void **state)
{
    struct scene *scene = *state;
    scene->request.transport = "udp";
    scene_contact(scene, "sip:1@h", "urn:1", 60)->reg_id = 3;
    assert_int_equal(scene_sends(scene), 401);
    const char *challenge = scene->answer.challenge;
    assert_int_equal(again(scene), 401);
    assert_string_equal(scene->answer.challenge, challenge);
    assert_int_equal(scene->event.seq, 0);

    scene->request.branch = "z9hG4bK-2";
    sip_answer_challenge(&scene->arena, &scene->request, challenge, &scene->secret);
    assert_int_equal(scene_sends(scene), 200);
    clock_advance(scene->world, 31999);
    assert_int_equal(again(scene), 200); /* not 400: it is not a late request */
    assert_int_equal(scene->answer.contact_count, 1);
    assert_string_equal(scene->answer.contacts[0].uri, "sip:1@h");
    assert_string_equal(scene->answer.contacts[0].instance, "urn:1");
    assert_int_equal(scene->answer.contacts[0].reg_id, 3);
    assert_int_equal(scene->answer.contacts[0].expires_s, 60);
    assert_int_equal(scene->world->sip_retransmits, 2);
    clock_advance(scene->world, 1);
    assert_int_equal(again(scene), 400); /* too long ago to be one */
}

static void what_differs_is_no_retransmission(void **state)
{
    struct scene *scene = *state;
    struct sip_request *request = &scene->request;
    request->transport = "udp";
    scene_sends(scene);
    const struct sip_request first = *request;
    static const char *const labels[] = {"method", "branch", "call-id", "cseq", "proxy"};
    for (int i = 0; i < 5; i++) {
        *request = first;
        request->method = i == 0 ? "OPTIONS" : request->method;
        request->branch = i == 1 ? "z9hG4bK-9" : request->branch;
        request->call_id = i == 2 ? "c9" : request->call_id;
        request->cseq -= i != 3;
        request->proxy = proxy_named(scene->world, i == 4 ? "b" : "a");
        scene_sends(scene);
        if (!scene->event.seq)
            fail_msg("another %s was taken for a retransmission", labels[i]);
    }
    *request = first;
    request->transport = "tcp"; /* a stream loses nothing: the same bytes are sent on purpose */
    again(scene);
    assert_int_not_equal(scene->event.seq, 0);
}

static void what_a_fault_left_unanswered_stays_so(void **state)
{
    static const char *const kinds[] = {"drop", "close", "delay, delay: 1s"};
    for (size_t i = 0; i < 3; i++) {
        struct scene *scene;
        given_scene((void **)&scene);
        scene->request.transport = "udp";
        scene_arm(scene, arena_printf(&scene->arena,
                                      "{match: {op: sip.register}, kind: %s, times: 1}", kinds[i]));
        scene_sends(scene);
        assert_int_equal(again(scene), 0);
        assert_int_equal(scene->plan.kind, PLAN_NONE);
        assert_int_equal(scene->event.seq, 0);
        scene_done((void **)&scene);
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_scene(a_request_gets_its_answer_by_method_and_form),
        in_scene(an_ack_gets_silence_and_is_no_event),
        in_scene(a_draining_proxy_sends_everyone_away_for_a_while),
        in_scene(a_fault_answers_for_the_registrar),
        in_scene(a_faked_401_carries_a_challenge),
        in_scene(a_redirection_names_the_other_proxy),
        in_scene(a_dropped_request_is_served_all_the_same),
        in_scene(a_closed_connection_is_served_nothing),
        in_scene(a_delayed_request_is_served_and_the_plan_says_how_late),
        in_scene(a_retransmission_gets_the_same_answer_and_is_no_event),
        in_scene(what_differs_is_no_retransmission),
        cmocka_unit_test(what_a_fault_left_unanswered_stays_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
