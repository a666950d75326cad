#include "support/cmocka_all.h"

#include "sip/sdp_web.h"

#include <string.h>

#define HEAD  "v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n"
#define EIGHT "01:23:45:67:89:ab:CD:EF"
#define PRINT EIGHT ":" EIGHT ":" EIGHT ":" EIGHT
#define KEYS                                                                                       \
    "a=ice-ufrag:u1\r\na=ice-pwd:p1\r\na=fingerprint:sha-256 " PRINT                               \
    "\r\na=setup:actpass\r\na=rtcp-mux\r\na=mid:0\r\n"

static void an_offer_is_answerable_or_it_is_told_why(void **state)
{
    static const struct {
        const char *label, *text, *want;
    } rows[] = {
        {"Chromium's", HEAD "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 opus/48000/2\r\n" KEYS,
         NULL},
        {"the older profile", HEAD "m=audio 9 RTP/SAVPF 0\r\n" KEYS, NULL},
        {"keys for all streams", HEAD KEYS "m=audio 9 RTP/SAVPF 0\r\n", NULL},
        {"plain", HEAD "m=audio 9 RTP/AVP 0\r\n" KEYS, "over WebSocket audio must be by DTLS-SRTP"},
        {"SDES", HEAD "m=audio 9 RTP/SAVP 0\r\n" KEYS, "over WebSocket audio must be by DTLS-SRTP"},
        {"rejected", HEAD "m=audio 0 RTP/SAVPF 0\r\n" KEYS,
         "over WebSocket audio must be by DTLS-SRTP"},
        {"nothing", "hello", "over WebSocket audio must be by DTLS-SRTP"},
        {"no fingerprint", HEAD "m=audio 9 RTP/SAVPF 0\r\na=ice-ufrag:u\r\na=ice-pwd:p\r\n",
         "a fingerprint, or ICE's user name and password, is missing"},
        {"no ICE", HEAD "m=audio 9 RTP/SAVPF 0\r\na=fingerprint:sha-256 " PRINT "\r\n",
         "a fingerprint, or ICE's user name and password, is missing"},
        {"no codec", HEAD "m=audio 9 RTP/SAVPF 97\r\na=rtpmap:97 SPEEX/8000\r\n" KEYS,
         "nothing offered can be answered"},
        {"keys of another stream", HEAD "m=audio 9 RTP/SAVPF 0\r\nm=video 9 RTP/SAVPF 96\r\n" KEYS,
         "a fingerprint, or ICE's user name and password, is missing"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sdp_web offer;
        sdp_web_read(rows[i].text, SDP_ALL, &offer);
        const char *why = sdp_web_misfit(&offer);
        print_message("%s: %s\n", rows[i].label, why ? why : "fits");
        assert_string_equal(why ? why : "", rows[i].want ? rows[i].want : "");
    }
}

static const struct sdp_web_end end = {.address = "127.0.0.1",
                                       .port = 4002,
                                       .session = 7,
                                       .version = 2,
                                       .ufrag = "ours",
                                       .pwd = "secret",
                                       .print = PRINT};

static const char *answer(struct arena *arena, const char *text)
{
    struct sdp_web offer;
    sdp_web_read(text, SDP_ALL, &offer);
    assert_null(sdp_web_misfit(&offer));
    return sdp_web_answer(arena, &end, &offer, text);
}

static void the_answer_has_what_a_browser_insists_on(void **state)
{
    static const struct {
        const char *label, *media, *lines[4];
    } rows[] = {
        {"opus with its own events",
         "m=audio 9 UDP/TLS/RTP/SAVPF 111 0 110 126\r\na=rtpmap:111 opus/48000/2\r\n"
         "a=rtpmap:110 telephone-event/48000\r\na=rtpmap:126 telephone-event/8000\r\n",
         {"m=audio 4002 UDP/TLS/RTP/SAVPF 111 110\r\na=rtpmap:111 opus/48000/2\r\n"
          "a=rtpmap:110 telephone-event/48000\r\n",
          "a=setup:passive\r\n", "a=sendrecv\r\n", "a=group:BUNDLE 0\r\n"}},
        {"G.711 with events of its clock",
         "m=audio 9 RTP/SAVPF 8 110 126\r\na=rtpmap:110 telephone-event/48000\r\n"
         "a=rtpmap:126 telephone-event/8000\r\na=sendonly\r\n",
         {"m=audio 4002 RTP/SAVPF 8 126\r\na=rtpmap:8 PCMA/8000\r\n", "a=recvonly\r\n",
          "a=mid:0\r\n", "a=rtcp-mux\r\n"}},
        {"no events",
         "m=audio 9 RTP/SAVPF 0\r\na=inactive\r\n",
         {"m=audio 4002 RTP/SAVPF 0\r\na=rtpmap:0 PCMU/8000\r\na=mid:0\r\n", "a=inactive\r\n",
          "a=ice-lite\r\n", "a=candidate:1 1 udp 2130706431 127.0.0.1 4002 typ host\r\n"}},
    };
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *got = answer(&arena, arena_printf(&arena, HEAD "%s" KEYS, rows[i].media));
        for (size_t j = 0; j < 4; j++)
            if (!strstr(got, rows[i].lines[j]))
                fail_msg("%s: no %s in\n%s", rows[i].label, rows[i].lines[j], got);
        assert_non_null(strstr(got, "\r\no=- 7 2 IN IP4 127.0.0.1\r\n"));
        assert_non_null(strstr(got, "a=ice-ufrag:ours\r\na=ice-pwd:secret\r\n"
                                    "a=fingerprint:sha-256 " PRINT "\r\n"));
        assert_string_equal(got + strlen(got) - 2, "\r\n");
    }
    arena_done(&arena);
}

/* RFC 8829 5.3.1: a browser with a camera insists on a place for it, with the mid of its offer. */
static void video_is_refused_in_its_place(void **state)
{
    static const char video[] = "m=video 4004 UDP/TLS/RTP/SAVPF 96 97\r\na=rtpmap:96 VP8/90000\r\n"
                                "a=mid:1\r\n";
    static const char audio[] = "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n" KEYS;
    struct arena arena;
    arena_init(&arena);
    const char *got = answer(&arena, arena_printf(&arena, HEAD "%s%s", audio, video));
    const char *at = strstr(got, "a=sendrecv\r\n");
    assert_non_null(at);
    assert_string_equal(at, "a=sendrecv\r\nm=video 0 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\n");
    got = answer(&arena, arena_printf(&arena, HEAD "%s%s", video, audio));
    assert_non_null(strstr(got, "m=video 0 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\nm=audio 4002 "));
    assert_non_null(strstr(got, "a=group:BUNDLE 0\r\n"));
    arena_done(&arena);
}

/* RFC 5761 5.1.1: of RTCP by the port of RTP the answer says nothing that the offer did not. */
static void rtcp_comes_by_the_same_port_when_both_want_it(void **state)
{
    static const char *const rows[][2] = {
        {"a=rtcp-mux\r\n", "yes"}, {"", NULL}, {"a=rtcp-mux-only\r\n", NULL}};
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < 3; i++) {
        const char *got = answer(&arena, arena_printf(&arena,
                                                      "v=0\r\nm=audio 9 RTP/SAVPF 0\r\n"
                                                      "a=ice-ufrag:u\r\na=ice-pwd:p\r\n%s"
                                                      "a=fingerprint:sha-256 " PRINT "\r\n",
                                                      rows[i][0]));
        assert_int_equal(strstr(got, "a=rtcp-mux\r\n") != NULL, rows[i][1] != NULL);
    }
    arena_done(&arena);
}

/* Whoever is offered to be the server of DTLS by the other must be its client. */
static void the_dtls_role_is_the_other_one(void **state)
{
    static const char *const rows[][2] = {{"actpass", "a=setup:passive\r\n"},
                                          {"active", "a=setup:passive\r\n"},
                                          {"passive", "a=setup:active\r\n"}};
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < 3; i++)
        assert_non_null(
            strstr(answer(&arena, arena_printf(&arena,
                                               "v=0\r\nm=audio 9 RTP/SAVPF 0\r\na=ice-ufrag:u\r\n"
                                               "a=ice-pwd:p\r\na=fingerprint:sha-256 " PRINT
                                               "\r\na=setup:%s\r\n",
                                               rows[i][0])),
                   rows[i][1]));
    arena_done(&arena);
}

static void a_fingerprint_is_read_by_its_digest(void **state)
{
    static const struct {
        const char *label, *line;
        size_t want;
    } rows[] = {
        {"SHA-256", "sha-256 " PRINT, 32},
        {"in capitals", "SHA-256 " PRINT, 32},
        {"SHA-384", "sha-384 " PRINT ":" EIGHT ":" EIGHT, 48},
        {"SHA-512", "sha-512 " PRINT ":" PRINT, 64},
        {"another digest", "sha-1 " EIGHT ":" EIGHT ":01:02:03:04", 0},
        {"too short", "sha-256 " EIGHT, 0},
        {"too long", "sha-256 " PRINT ":00", 0},
        {"no colon", "sha-256 " EIGHT "-" EIGHT ":" EIGHT ":" EIGHT, 0},
        {"half a byte", "sha-256 " EIGHT ":" EIGHT ":" EIGHT ":01:23:45:67:89:AB:CD:E", 0},
        {"no hexadecimal", "sha-256 G1:23:45:67:89:ab:CD:EF:" EIGHT ":" EIGHT ":" EIGHT, 0},
        {"nothing", "sha-256 ", 0},
    };
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sdp_web web;
        sdp_web_read(
            arena_printf(&arena, "m=audio 9 RTP/SAVPF 0\r\na=fingerprint:%s\r\n", rows[i].line),
            SDP_ALL, &web);
        print_message("%s\n", rows[i].label);
        assert_int_equal(web.print_len, rows[i].want);
        if (rows[i].want)
            assert_memory_equal(web.print + rows[i].want - 8, "\x01\x23\x45\x67\x89\xab\xcd\xef",
                                8);
    }
    arena_done(&arena);
}

/* What only some codecs are for: knob rtp.codecs. */
static void only_the_kinds_looked_for_are_found(void **state)
{
    static const char text[] = "m=audio 9 UDP/TLS/RTP/SAVPF 111 9 0 110 126\r\n"
                               "a=rtpmap:111 opus/48000/2\r\na=rtpmap:110 telephone-event/48000\r\n"
                               "a=rtpmap:126 telephone-event/8000\r\n";
    static const struct {
        unsigned kinds;
        int payload, clock_hz, dtmf;
    } rows[] = {{SDP_ALL, 111, 48000, 110},
                {SDP_OPUS, 111, 48000, 110},
                {SDP_G711, 0, 8000, 126},
                {SDP_OTHERS, 9, 8000, 126}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sdp_web web;
        sdp_web_read(text, rows[i].kinds, &web);
        assert_int_equal(web.payload, rows[i].payload);
        assert_int_equal(web.clock_hz, rows[i].clock_hz);
        assert_int_equal(web.dtmf_hz, rows[i].clock_hz);
        assert_int_equal(web.dtmf, rows[i].dtmf);
    }
}

static void our_offer_can_be_answered_by_ourselves(void **state)
{
    static const struct {
        const char *first, *codec, *formats;
        unsigned kinds;
    } rows[] = {
        {"", "opus/48000/2", "m=audio 4002 UDP/TLS/RTP/SAVPF 111 0 8 110 101\r\n", SDP_ALL},
        {"PCMA/8000", "PCMA/8000", "m=audio 4002 UDP/TLS/RTP/SAVPF 8 111 0 110 101\r\n", SDP_ALL},
        {"OPUS/48000/2", "opus/48000/2", "m=audio 4002 UDP/TLS/RTP/SAVPF 111 0 8 110 101\r\n",
         SDP_ALL},
        {"G729/8000", "PCMU/8000", "m=audio 4002 UDP/TLS/RTP/SAVPF 0 8 110 101\r\n", SDP_G711},
    };
    struct arena arena;
    struct sdp_web offer;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *text = sdp_web_offer(&arena, &end, rows[i].first, rows[i].kinds);
        assert_non_null(strstr(text, rows[i].formats));
        sdp_web_read(text, SDP_ALL, &offer);
        assert_null(sdp_web_misfit(&offer));
        assert_string_equal(offer.codec, rows[i].codec);
        assert_true(offer.has_dtmf);
        assert_string_equal(offer.setup, "actpass");
        assert_string_equal(offer.mid, "0");
    }
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_offer_is_answerable_or_it_is_told_why),
        cmocka_unit_test(the_answer_has_what_a_browser_insists_on),
        cmocka_unit_test(video_is_refused_in_its_place),
        cmocka_unit_test(rtcp_comes_by_the_same_port_when_both_want_it),
        cmocka_unit_test(the_dtls_role_is_the_other_one),
        cmocka_unit_test(a_fingerprint_is_read_by_its_digest),
        cmocka_unit_test(only_the_kinds_looked_for_are_found),
        cmocka_unit_test(our_offer_can_be_answered_by_ourselves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
