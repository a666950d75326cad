/* What is said beside a call with the platform's own apps: P-rc and MESSAGE (sip.md 4.3). */
#include "support/sip_call_scene.h"

#include "sip/agent.h"
#include "world/switchboard.h"

/* User 101 calls 102, who has an app (802002) and a desk phone (802003), both registered over TCP. */
static int given_app(void **state)
{
    given_scene(state);
    struct scene *scene = *state;
    struct world *world = scene->world;
    struct user *user = user_add(world, 102, 1);
    user_set_extension(world, user, "102");
    xset(&user->name, "Agent \"One\"");
    static const char *const phones[][2] = {{"802002", "12025550102*102"},
                                            {"802003", "12025550103"}};
    for (size_t i = 0; i < 2; i++) {
        sip_world_phone(world, phones[i][0], phones[i][1], 102)->type =
            i ? DEVICE_OTHER_PHONE : DEVICE_WEB_PHONE;
        struct binding_key key = {.aor = phones[i][1], .contact = i ? "sip:desk@h" : "sip:app@h"};
        struct binding *binding = binding_put(world, &key);
        binding->expires_ms = clock_now(world) + 3600000;
        binding->proxy = proxy_named(world, "a");
        binding->flow = 5 + i;
    }
    given_registered(scene);
    assert_int_equal(calls(scene, "102"), 100);
    return 0;
}

/* The oldest message of that kind for `uri`, the ones before it put aside. */
static struct sip_out *next_for(struct scene *scene, const char *method, const char *uri)
{
    struct sip_out *out;
    while ((out = sip_out_take(scene->world))) {
        if (out->kind == SIP_OUT_REQUEST && strcmp(out->method, method) == 0 &&
            strcmp(out->uri, uri) == 0)
            return out;
        sip_out_free(out);
    }
    fail_msg("no %s for %s", method, uri);
    return NULL;
}

static void an_app_is_told_who_calls(void **state)
{
    struct scene *scene = *state;
    struct sip_out *out = next_for(scene, "INVITE", "sip:app@h");
    const char *line = strstr(out->headers, "\r\nP-rc: ");
    assert_non_null(line);
    struct agent_message message;
    line += strlen("\r\nP-rc: ");
    assert_true(agent_read(&scene->arena, arena_strndup(&scene->arena, line, strcspn(line, "\r")),
                           &message));
    assert_string_equal(agent_get(&message.head, "Cmd"), "6");
    assert_string_equal(agent_get(&message.head, "To"), "12025550102*102");
    assert_string_equal(agent_get(&message.body, "Phn"), "101");
    assert_string_equal(agent_get(&message.body, "ToNm"), "Agent \"One\"");
    const char *guid = agent_get(&message.head, "Req");
    assert_int_equal(strlen(guid), 38);
    assert_int_equal(guid[15], '4');
    const char *ids = strstr(out->headers, "\r\np-rc-api-ids: party-id=p-");
    assert_non_null(ids);
    assert_non_null(strstr(ids, "-2;session-id=s-"));
    assert_non_null(
        strstr(out->headers, "\r\np-rc-api-call-info: callAttributes=reject,send-vm\r\n"));
    assert_non_null(strstr(out->headers, "\r\nCall-Info: <"));
    assert_null(strstr(out->headers, "Answer-After"));
    sip_out_free(out);
    /* The desk phone of the same user hears none of it. */
    out = next_for(scene, "INVITE", "sip:desk@h");
    assert_null(strstr(out->headers, "P-rc"));
    assert_null(strstr(out->headers, "p-rc"));
    assert_null(strstr(out->headers, "Call-Info"));
    sip_out_free(out);
}

/* A MESSAGE of the app about call 1, as the vendor's phone sends it. */
static int says(struct scene *scene, const char *command, const char *more)
{
    struct sip_request *request = &scene->request;
    request->method = "MESSAGE";
    request->uri_user = request->to_user = "#880001";
    request->from_user = "12025550102*102";
    request->from_tag = "fresh";
    request->to_tag = NULL;
    request->has_credentials = false;
    request->content_type = "x-rc/agent";
    request->body = arena_printf(
        &scene->arena,
        "<Msg><Hdr SID=\"900000000001\" Req=\"{G}\" From=\"12025550102*102@d.test:5060\" "
        "To=\"#880001@d.test:5060\" Cmd=\"%s\"/><Bdy Cln=\"802002\"%s/></Msg>",
        command, more);
    return scene_sends(scene);
}

/* What leaves, and where the call then is. */
static void commands_of_an_app_are_done(void **state)
{
    static const struct {
        const char *command, *more, *left, *to;
    } rows[] = {
        {"17", "", "", "rings"},
        {"15", "", "", "rings"},
        {"99", "", "", "rings"},
        {"10", " FwdDly=\"0\" Phn=\"12025550123\" PhnTp=\"3\"", "CANCEL MESSAGE CANCEL",
         "12025550123"},
        {"10", " Phn=\"hello\"", "", "rings"},
        {"11", "", "CANCEL MESSAGE CANCEL", "voicemail"},
        {"12", "", "CANCEL MESSAGE CANCEL", "voicemail"},
        {"14", " RepTp=\"0\" Bdy=\"in a moment\"", "CANCEL MESSAGE CANCEL 480", "over"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene *scene;
        given_app((void **)&scene);
        left(scene);
        assert_int_equal(says(scene, rows[i].command, rows[i].more), 200);
        const char *sent = left(scene);
        if (strcmp(sent, rows[i].left) != 0)
            fail_msg("Cmd %s: wanted %s, saw %s", rows[i].command, rows[i].left, sent);
        const struct phone_call *call = scene->world->phone_calls;
        const struct phone_party *last = call ? call->parties : NULL;
        while (last && last->next)
            last = last->next;
        const char *to = !call                             ? "over"
                         : last->status == PHONE_VOICEMAIL ? "voicemail"
                         : last->user_id == 102            ? "rings"
                                                           : last->phone;
        assert_string_equal(to, rows[i].to);
        scene_done((void **)&scene);
    }
    (void)state;
}

static void the_app_that_closes_is_told_so(void **state)
{
    struct scene *scene = *state;
    left(scene);
    assert_int_equal(says(scene, "14", " RepTp=\"2\""), 200);
    struct sip_out *out = next_for(scene, "MESSAGE", "sip:app@h");
    struct agent_message message;
    assert_string_equal(out->headers, "Content-Type: x-rc/agent\r\n");
    assert_true(agent_read(&scene->arena, out->body, &message));
    assert_string_equal(agent_get(&message.head, "SID"), "900000000001");
    assert_string_equal(agent_get(&message.head, "Cmd"), "9");
    assert_string_equal(agent_get(&message.body, "Cln"), "802002");
    sip_out_free(out);
}

static void who_speaks_of_no_call_of_his_is_refused(void **state)
{
    struct scene *scene = *state;
    left(scene);
    assert_int_equal(says(scene, "17", ""), 200);
    scene->request.body = "hello";
    assert_int_equal(scene_sends(scene), 400);
    scene->request.body = NULL;
    assert_int_equal(scene_sends(scene), 400);
    scene->request.body = "<Msg><Hdr SID=\"900000000002\" Cmd=\"12\"/><Bdy Cln=\"802002\"/></Msg>";
    assert_int_equal(scene_sends(scene), 481);
    scene->request.body = "<Msg><Hdr SID=\"900000000001\" Cmd=\"12\"/><Bdy Cln=\"x\"/></Msg>";
    scene->request.from_user = "nobody";
    assert_int_equal(scene_sends(scene), 481);
    scene->request.content_type = "text/plain";
    assert_int_equal(scene_sends(scene), 415);
    assert_string_equal(scene->answer.accept, "x-rc/agent");
    assert_string_equal(left(scene), "");
}

static void every_app_hears_that_the_call_was_taken_and_is_over(void **state)
{
    struct scene *scene = *state;
    struct sip_out *invite = next_for(scene, "INVITE", "sip:app@h");
    struct sip_out request = {
        .id = invite->id, .method = "INVITE", .aor = "12025550102*102", .call_id = "x"};
    sip_out_free(invite);
    left(scene);
    struct sip_reply reply = {.request = &request, .status = 200, .to_tag = "t"};
    sip_replied(&scene->service, &reply);
    assert_string_equal(left(scene), "ACK MESSAGE CANCEL 200"); /* 7, then the desk phone */
    assert_int_equal(says(scene, "12", ""), 200);               /* too late */
    assert_string_equal(left(scene), "");
    switch_end(scene->world, scene->world->phone_calls, 200, "over");
    assert_string_equal(left(scene), "BYE BYE MESSAGE"); /* the caller's, the app's and 2 */
}

#define with_app(test) cmocka_unit_test_setup_teardown(test, given_app, scene_done)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_app(an_app_is_told_who_calls),
        cmocka_unit_test(commands_of_an_app_are_done),
        with_app(the_app_that_closes_is_told_so),
        with_app(who_speaks_of_no_call_of_his_is_refused),
        with_app(every_app_hears_that_the_call_was_taken_and_is_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
