/*
 * A phone in front of sip_serve that registers and calls, for tests of calls without sockets.
 */
#ifndef MOCKRC_TESTS_SIP_CALL_SCENE_H
#define MOCKRC_TESTS_SIP_CALL_SCENE_H

#include "support/sip_scene.h"

#include "sip/calls.h"

#define OFFER "v=0\r\nm=audio 4000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n"

/* What left for phones since the last look, in order: "183 200 BYE". */
static inline const char *left(struct scene *scene)
{
    char *text = arena_strdup(&scene->arena, "");
    struct sip_out *out;
    while ((out = sip_out_take(scene->world))) {
        const char *word = out->kind == SIP_OUT_ANSWER
                               ? arena_printf(&scene->arena, "%d", out->status)
                           : out->kind == SIP_OUT_CANCEL ? "CANCEL"
                                                         : out->method;
        text = arena_printf(&scene->arena, "%s%s%s", text, *text ? " " : "", word);
        sip_out_free(out);
    }
    return text;
}

/* The newest event of that op; seq 0: none. */
static inline struct event last_of(struct scene *scene, const char *op)
{
    struct event event = {0};
    for (uint64_t seq = journal_last(scene->journal); seq; seq--) {
        assert_true(journal_get(scene->journal, seq, &event));
        if (strcmp(event.op, op) == 0)
            return event;
    }
    event.seq = 0;
    return event;
}

static inline void assert_ended(struct scene *scene, const char *status, const char *reason)
{
    struct event event = last_of(scene, "call.end");
    assert_int_not_equal(event.seq, 0);
    assert_string_equal(event_get(&event, EVENT_STATUS), status);
    if (reason)
        assert_string_equal(event_get(&event, EVENT_REASON), reason);
    assert_int_equal(phone_call_count(scene->world), 0);
}

static inline void given_registered(struct scene *scene)
{
    scene_contact(scene, "sip:1@h:5060", "urn:1", 300);
    assert_int_equal(scene_registers(scene), 200);
}

/* User 102, whose desk phone is registered over UDP at the second proxy. */
static inline void given_neighbour(struct world *world)
{
    user_set_extension(world, user_add(world, 102, 1), "102");
    sip_world_phone(world, "802002", "12025550102", 102);
    struct binding *binding =
        binding_put(world, &(struct binding_key){.aor = "12025550102", .contact = "sip:desk@h"});
    binding->expires_ms = clock_now(world) + 3600000;
    binding->proxy = proxy_named(world, "b");
    xset(&binding->peer, "127.0.0.1:40000");
}

static inline void given_invite(struct scene *scene, const char *number)
{
    scene->request.method = "INVITE";
    scene->request.uri_user = scene->request.to_user = number;
    scene->request.call_id = arena_printf(&scene->arena, "call-%s", number);
    scene->request.from_tag = "phone";
    scene->request.to_tag = NULL;
    scene->request.body = OFFER;
    scene->request.content_type = "application/sdp";
    scene->request.taken = 77;
    scene->request.contact_count = 0;
    scene_contact(scene, "sip:1@h:5060", NULL, -1);
}

/* Without credentials, then with; the status of the second. */
static inline int calls_offering(struct scene *scene, const char *number, const char *offer)
{
    given_invite(scene, number);
    scene->request.body = offer;
    scene->request.has_credentials = false;
    int status = scene_sends(scene);
    if (status != 407)
        return status;
    scene->request.credentials = (struct sip_credentials){0};
    sip_answer_challenge(&scene->arena, &scene->request, scene->answer.challenge, &scene->secret);
    return scene_sends(scene);
}

static inline int calls(struct scene *scene, const char *number)
{
    return calls_offering(scene, number, OFFER);
}

/* A request of the phone within its dialog. */
static inline int sends_in_dialog(struct scene *scene, const char *method)
{
    scene->request.method = method;
    scene->request.to_tag =
        scene->world->phone_calls && scene->world->phone_calls->legs
            ? arena_strdup(&scene->arena, scene->world->phone_calls->legs->local_tag)
            : scene->request.to_tag;
    return scene_sends(scene);
}

#endif
