/* INVITEs without a description: the platform offers in its 200, the phone answers in its ACK (RFC 3261
 * 13.2.1, RFC 3264). */
#include "support/media_carrier.h"

#include "sip/sdp.h"

#define ANSWER                                                                                     \
    "v=0\r\nc=IN IP4 10.0.0.9\r\nm=audio 4100 RTP/AVP 8 101\r\na=rtpmap:101 "                      \
    "telephone-event/8000\r\n"

/* The next message that left; its text stays in the arena. */
static const struct sip_out *next(struct scene *scene)
{
    struct sip_out *out = sip_out_take(scene->world);
    struct sip_out *copy = arena_alloc(&scene->arena, sizeof *copy);
    assert_non_null(out);
    *copy = *out;
    copy->method = out->method ? arena_strdup(&scene->arena, out->method) : NULL;
    copy->body = out->body ? arena_strdup(&scene->arena, out->body) : NULL;
    sip_out_free(out);
    return copy;
}

static void acks(struct scene *scene, const char *body)
{
    calls_taken(&scene->service, scene->request.taken, SIP_TAKEN_ACKED, body);
}

static void the_ack_answers_our_offer(void **state)
{
    struct scene *scene = *state;
    struct sdp_audio offered;
    const struct media_wish *wish = &carrier.wishes[0];
    assert_int_equal(calls_offering(scene, "12025559999", NULL), 100);
    const struct sip_out *out = next(scene);
    assert_int_equal(out->status, 183);
    assert_null(out->body); /* what may be lost offers nothing */
    clock_advance(scene->world, 2000);
    out = next(scene);
    assert_int_equal(out->status, 200);
    sdp_read(out->body, SDP_ALL, &offered);
    assert_true(offered.is_there);
    assert_int_equal(offered.port, 40001);
    assert_int_equal(last_of(scene, "media.start").seq, 0);

    acks(scene, ANSWER);
    assert_int_equal(wish->codec, MEDIA_PCMA);
    assert_int_equal(wish->port, 4100);
    assert_string_equal(wish->address, "10.0.0.9");
    assert_int_equal(wish->dtmf, 101);
    assert_int_equal(wish->source, MEDIA_ECHO);
    struct event start = last_of(scene, "media.start");
    assert_string_equal(event_get(&start, EVENT_CODEC), "PCMA/8000");
    assert_int_equal(carrier.opened, 1);
    sends_in_dialog(scene, "BYE");
    assert_ended(scene, "200", "a phone hung up");
}

static void without_an_answer_there_is_no_call(void **state)
{
    static const char *const bodies[] = {NULL, "hello", "v=0\r\nm=audio 4100 RTP/AVP 18\r\n",
                                         "v=0\r\nm=audio 0 RTP/AVP 0\r\n",
                                         "v=0\r\nm=audio 4100 RTP/SAVP 0\r\n"};
    struct scene *scene = *state;
    scene_knob(scene, "rtp.codecs", "g711");
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        assert_int_equal(calls_offering(scene, "12025559999", NULL), 100);
        clock_advance(scene->world, 2000);
        assert_string_equal(left(scene), "183 200");
        acks(scene, bodies[i]);
        assert_string_equal(left(scene), "BYE");
        assert_ended(scene, "488", "the ACK does not answer our offer");
    }
}

/* Over TLS the audio is encrypted, whoever offers. */
static void our_offer_is_as_the_transport_wants_it(void **state)
{
    struct scene *scene = *state;
    struct sdp_audio offered;
    scene->request.transport = "tls";
    assert_int_equal(calls_offering(scene, "12025559999", NULL), 100);
    clock_advance(scene->world, 2000);
    next(scene);
    sdp_read(next(scene)->body, SDP_ALL, &offered);
    assert_true(offered.is_secure);
    assert_true(offered.has_key);
}

/* Who is called answers our offer first: what he chose is wished for in the caller's. */
static void two_phones_get_one_codec(void **state)
{
    struct scene *scene = *state;
    given_neighbour(scene->world);

    assert_int_equal(calls_offering(scene, "102", NULL), 100);
    next(scene);
    const struct sip_out *invite = next(scene);
    assert_string_equal(invite->method, "INVITE");
    assert_non_null(strstr(invite->body, "m=audio 40002 RTP/AVP "));
    struct sip_out request = {.id = invite->id, .method = "INVITE"};
    sip_replied(&scene->service, &(struct sip_reply){.request = &request,
                                                     .status = 200,
                                                     .to_tag = "callee",
                                                     .contact = "sip:new@h",
                                                     .body = ANSWER});
    assert_string_equal(next(scene)->method, "ACK");
    const struct sip_out *answer = next(scene);
    assert_int_equal(answer->status, 200);
    assert_non_null(strstr(answer->body, "m=audio 40001 RTP/AVP 8 "));
    acks(scene, "v=0\r\nm=audio 4200 RTP/AVP 8\r\n");
    assert_int_equal(carrier.wishes[0].codec, MEDIA_PCMA);
    assert_int_equal(carrier.wishes[1].codec, MEDIA_PCMA);
    assert_int_equal(carrier.wishes[0].source, MEDIA_LINE);
    assert_int_equal(carrier.wishes[1].source, MEDIA_LINE);
    assert_int_equal(carrier.wishes[0].from, 2);
}

static void a_further_one_holds_by_its_ack(void **state)
{
    struct scene *scene = *state;
    const struct media_wish *wish = &carrier.wishes[0];
    assert_int_equal(calls(scene, "12025559999"), 100);
    clock_advance(scene->world, 2000);
    left(scene);
    acks(scene, NULL); /* its offer was answered: there is nothing to say */
    const struct phone_party *party = scene->world->phone_calls->parties;

    scene->request.body = NULL;
    scene->request.taken = 78;
    assert_int_equal(sends_in_dialog(scene, "INVITE"), 100);
    assert_non_null(strstr(next(scene)->body, "m=audio 40001 RTP/AVP "));
    scene->request.body = OFFER; /* two offers at once */
    assert_int_equal(sends_in_dialog(scene, "UPDATE"), 491);
    acks(scene, ANSWER "a=sendonly\r\n");
    assert_true(wish->is_deaf);
    assert_int_equal(party->status, PHONE_HOLD);
    assert_int_equal(wish->port, 4100);

    scene->request.body = NULL;
    scene->request.taken = 79;
    assert_int_equal(sends_in_dialog(scene, "INVITE"), 100);
    acks(scene, NULL); /* no answer: as it was */
    assert_true(wish->is_deaf);
    assert_int_equal(phone_call_count(scene->world), 1);
    scene->request.taken = 80;
    assert_int_equal(sends_in_dialog(scene, "INVITE"), 100);
    acks(scene, ANSWER);
    assert_false(wish->is_deaf);
    assert_int_equal(party->status, PHONE_ANSWERED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        carried(the_ack_answers_our_offer),
        carried(without_an_answer_there_is_no_call),
        carried(our_offer_is_as_the_transport_wants_it),
        carried(two_phones_get_one_codec),
        carried(a_further_one_holds_by_its_ack),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
