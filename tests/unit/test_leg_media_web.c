/* What is wanted of a browser's line, description by description. */
#include "support/media_carrier.h"

#include "sip/sdp_web.h"

#define EIGHT "01:23:45:67:89:AB:CD:EF"
#define OFFER_OF(ufrag, more)                                                                      \
    "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111 0 110 126\r\na=rtpmap:111 opus/48000/2\r\n"            \
    "a=rtpmap:110 telephone-event/48000\r\na=rtpmap:126 telephone-event/8000\r\n"                  \
    "a=ice-ufrag:" ufrag "\r\na=ice-pwd:p\r\na=fingerprint:sha-256 " EIGHT ":" EIGHT ":" EIGHT     \
    ":" EIGHT "\r\na=setup:actpass\r\na=mid:0\r\n" more

static int given_browser(void **state)
{
    given_carried(state);
    told->request.transport = "wss";
    given_registered(told);
    return 0;
}

/* The description that left last, and what it says. */
static const char *said(struct scene *scene, struct sdp_web *ret)
{
    const char *body = NULL;
    struct sip_out *out;
    while ((out = sip_out_take(scene->world))) {
        if (out->body)
            body = arena_strdup(&scene->arena, out->body);
        sip_out_free(out);
    }
    assert_non_null(body);
    sdp_web_read(body, SDP_ALL, ret);
    return body;
}

static int again(struct scene *scene, uint64_t taken, const char *offer)
{
    scene->request.body = offer;
    scene->request.taken = taken;
    return sends_in_dialog(scene, "INVITE");
}

static void what_a_browser_offers_becomes_a_line_of_ice_and_dtls(void **state)
{
    static const unsigned char print[] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef};
    struct scene *scene = *state;
    const struct media_wish *wish = &carrier.wishes[0];
    struct sdp_web answer;
    assert_int_equal(offers(scene, OFFER_OF("u1", "")), 100);
    const char *text = said(scene, &answer);
    assert_true(wish->web.is_on && wish->is_secure);
    assert_false(wish->web.is_client);
    assert_int_equal(wish->codec, MEDIA_OPUS);
    assert_int_equal(wish->clock_hz, 48000);
    assert_int_equal(wish->dtmf, 110);
    assert_int_equal(wish->dtmf_hz, 48000);
    assert_int_equal(wish->web.print_len, 32);
    assert_memory_equal(wish->web.print, print, sizeof print);
    assert_string_equal(answer.ufrag, wish->web.ufrag);
    assert_non_null(strstr(text, wish->web.pwd));
    assert_int_equal(strlen(wish->web.pwd), 32);
    assert_non_null(strstr(text, "a=candidate:1 1 udp 2130706431 127.0.0.1 40001 typ host\r\n"));
    assert_non_null(strstr(text, "a=fingerprint:sha-256 AA:"));
    clock_advance(scene->world, 2000);
    struct event start = last_of(scene, "media.start");
    assert_string_equal(event_get(&start, EVENT_TRANSPORT), "dtls-srtp");
    assert_string_equal(event_get(&start, EVENT_CODEC), "opus/48000/2");
}

/* RFC 8839 4.4: other words are a restart, which only the offer may ask for. */
static void ice_begins_anew_only_when_the_offer_says_so(void **state)
{
    struct scene *scene = *state;
    const struct media_wish *wish = &carrier.wishes[0];
    struct sdp_web first, held, restart;
    assert_int_equal(offers(scene, OFFER_OF("u1", "")), 100);
    said(scene, &first);
    clock_advance(scene->world, 2000);
    calls_taken(&scene->service, 77, SIP_TAKEN_ACKED, NULL);
    again(scene, 78, OFFER_OF("u1", "a=sendonly\r\n"));
    said(scene, &held);
    assert_true(wish->is_deaf);
    assert_string_equal(held.ufrag, first.ufrag);
    assert_int_equal(held.direction, SDP_RECVONLY);
    calls_taken(&scene->service, 78, SIP_TAKEN_ACKED, NULL);
    again(scene, 79, OFFER_OF("u2", ""));
    said(scene, &restart);
    assert_false(wish->is_deaf);
    assert_string_not_equal(restart.ufrag, first.ufrag);
    assert_string_equal(restart.ufrag, wish->web.ufrag);
    assert_int_equal(scene->world->phone_calls->legs->line.described, 3);
    assert_int_equal(carrier.opened, 1); /* the same port */
}

static void a_knob_says_which_codecs(void **state)
{
    struct scene *scene = *state;
    scene_knob(scene, "rtp.codecs", "g711");
    assert_int_equal(offers(scene, OFFER_OF("u1", "")), 100);
    assert_int_equal(carrier.wishes[0].codec, MEDIA_PCMU);
    assert_int_equal(carrier.wishes[0].dtmf, 126);
    assert_int_equal(carrier.wishes[0].dtmf_hz, 8000);
}

static void without_a_port_a_browser_has_no_call_either(void **state)
{
    struct scene *scene = *state;
    carrier.has_no_port = true;
    assert_int_equal(offers(scene, OFFER_OF("u1", "")), 100);
    assert_ended(scene, "503", "no port is free for its audio");
}

/* Our offer, and what comes of the browser's answer to it. */
static void what_a_browser_answers_completes_the_line(void **state)
{
    static const char answer[] =
        "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0 101\r\na=rtpmap:101 telephone-event/8000\r\n"
        "a=ice-ufrag:theirs\r\na=ice-pwd:p\r\na=fingerprint:sha-256 " EIGHT ":" EIGHT ":" EIGHT
        ":" EIGHT "\r\na=setup:active\r\na=mid:0\r\n";
    struct scene *scene = *state;
    struct sdp_web offer;
    assert_int_equal(offers(scene, OFFER_OF("u1", "")), 100);
    struct phone_leg *leg = scene->world->phone_calls->legs;
    struct phone_leg called = *leg; /* another leg of the call, that a line is opened for */
    called.line = (struct media_line){0};
    const char *text = leg_media_offer(scene->world, &called, &scene->arena);
    const struct media_wish *wish = &carrier.wishes[1];
    sdp_web_read(text, SDP_ALL, &offer);
    assert_string_equal(offer.setup, "actpass");
    assert_string_equal(offer.codec, "opus/48000/2");
    assert_string_equal(offer.ufrag, wish->web.ufrag); /* checks may come before the answer */
    assert_int_equal(wish->web.print_len, 0);
    leg_media_answered(scene->world, &called, "nothing of use");
    assert_int_equal(wish->web.print_len, 0);
    leg_media_answered(scene->world, &called, answer);
    assert_int_equal(wish->web.print_len, 32);
    assert_int_equal(wish->codec, MEDIA_PCMU);
    assert_int_equal(wish->dtmf, 101);
    assert_false(wish->web.is_client);
    /* A later offer of the browser's, of the same words, is no restart. */
    sdp_web_read(leg_media_describe(scene->world, &called, &scene->arena, answer), SDP_ALL, &offer);
    assert_string_equal(offer.ufrag, wish->web.ufrag);
    media_line_close(scene->world, &called);
}

#define browsing(test) cmocka_unit_test_setup_teardown(test, given_browser, carried_done)

int main(void)
{
    const struct CMUnitTest tests[] = {
        browsing(what_a_browser_offers_becomes_a_line_of_ice_and_dtls),
        browsing(ice_begins_anew_only_when_the_offer_says_so),
        browsing(a_knob_says_which_codecs),
        browsing(without_a_port_a_browser_has_no_call_either),
        browsing(what_a_browser_answers_completes_the_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
