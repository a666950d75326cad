#include "support/cmocka_all.h"

#include "sip/sdp_web.h"

#include <string.h>

#define HEAD "v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n"
#define KEYS                                                                                       \
    "a=ice-ufrag:u1\r\na=ice-pwd:p1\r\na=fingerprint:sha-256 "                                     \
    "AA:BB\r\na=setup:actpass\r\na=mid:0\r\n"

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
        {"no ICE", HEAD "m=audio 9 RTP/SAVPF 0\r\na=fingerprint:sha-256 AA\r\n",
         "a fingerprint, or ICE's user name and password, is missing"},
        {"no codec", HEAD "m=audio 9 RTP/SAVPF 97\r\na=rtpmap:97 SPEEX/8000\r\n" KEYS,
         "nothing offered can be answered"},
        {"keys of another stream", HEAD "m=audio 9 RTP/SAVPF 0\r\nm=video 9 RTP/SAVPF 96\r\n" KEYS,
         "a fingerprint, or ICE's user name and password, is missing"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sdp_web offer;
        sdp_web_read(rows[i].text, &offer);
        const char *why = sdp_web_misfit(&offer);
        print_message("%s: %s\n", rows[i].label, why ? why : "fits");
        assert_string_equal(why ? why : "", rows[i].want ? rows[i].want : "");
    }
}

static const struct sdp_web_end end = {.address = "127.0.0.1", .dialog = "call-1"};

static const char *answer(struct arena *arena, const char *text)
{
    struct sdp_web offer;
    sdp_web_read(text, &offer);
    assert_null(sdp_web_misfit(&offer));
    return sdp_web_answer(arena, &end, &offer);
}

static void the_answer_has_what_a_browser_insists_on(void **state)
{
    static const struct {
        const char *label, *media, *lines[4];
    } rows[] = {
        {"opus with its own events",
         "m=audio 9 UDP/TLS/RTP/SAVPF 111 0 110 126\r\na=rtpmap:111 opus/48000/2\r\n"
         "a=rtpmap:110 telephone-event/48000\r\na=rtpmap:126 telephone-event/8000\r\n",
         {"m=audio 9 UDP/TLS/RTP/SAVPF 111 110\r\na=rtpmap:111 opus/48000/2\r\n"
          "a=rtpmap:110 telephone-event/48000\r\n",
          "a=setup:passive\r\n", "a=sendrecv\r\n", "a=group:BUNDLE 0\r\n"}},
        {"G.711 with events of its clock",
         "m=audio 9 RTP/SAVPF 8 110 126\r\na=rtpmap:110 telephone-event/48000\r\n"
         "a=rtpmap:126 telephone-event/8000\r\na=sendonly\r\n",
         {"m=audio 9 RTP/SAVPF 8 126\r\na=rtpmap:8 PCMA/8000\r\n", "a=recvonly\r\n", "a=mid:0\r\n",
          "a=rtcp-mux\r\n"}},
        {"no events",
         "m=audio 9 RTP/SAVPF 0\r\na=inactive\r\n",
         {"m=audio 9 RTP/SAVPF 0\r\na=rtpmap:0 PCMU/8000\r\na=mid:0\r\n", "a=inactive\r\n",
          "a=ice-lite\r\n", "a=candidate:1 1 udp 2130706431 127.0.0.1 9 typ host\r\n"}},
    };
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *got = answer(&arena, arena_printf(&arena, HEAD "%s" KEYS, rows[i].media));
        for (size_t j = 0; j < 4; j++)
            if (!strstr(got, rows[i].lines[j]))
                fail_msg("%s: no %s in\n%s", rows[i].label, rows[i].lines[j], got);
        const char *print = strstr(got, "a=fingerprint:sha-256 ");
        assert_non_null(print);
        assert_int_equal(strspn(print + 22, "0123456789ABCDEF:"), 95);
        assert_string_equal(got + strlen(got) - 2, "\r\n");
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
                                               "a=ice-pwd:p\r\na=fingerprint:x\r\na=setup:%s\r\n",
                                               rows[i][0])),
                   rows[i][1]));
    arena_done(&arena);
}

static const char *line_of(struct arena *arena, const char *text, const char *name)
{
    const char *at = strstr(text, name);
    assert_non_null(at);
    return arena_strndup(arena, at, strcspn(at, "\r"));
}

/* RFC 8839 4.4: other words are a restart, which only the offer may ask for. */
static void ice_restarts_only_when_the_offer_does(void **state)
{
    struct arena arena;
    arena_init(&arena);
    static const char first[] = HEAD "m=audio 9 RTP/SAVPF 0\r\n" KEYS;
    static const char held[] = HEAD "m=audio 9 RTP/SAVPF 0\r\na=sendonly\r\n" KEYS;
    static const char restart[] = HEAD "m=audio 9 RTP/SAVPF 0\r\na=ice-ufrag:u2\r\na=ice-pwd:p2\r\n"
                                       "a=fingerprint:sha-256 AA:BB\r\n";
    for (int i = 0; i < 2; i++) {
        const char *name = i ? "a=ice-pwd:" : "a=ice-ufrag:";
        const char *words = line_of(&arena, answer(&arena, first), name);
        assert_string_equal(line_of(&arena, answer(&arena, held), name), words);
        assert_string_not_equal(line_of(&arena, answer(&arena, restart), name), words);
    }
    assert_string_equal(line_of(&arena, answer(&arena, restart), "a=fingerprint:"),
                        line_of(&arena, answer(&arena, first), "a=fingerprint:"));
    arena_done(&arena);
}

static void our_offer_can_be_answered_by_ourselves(void **state)
{
    struct arena arena;
    struct sdp_web offer;
    arena_init(&arena);
    sdp_web_read(sdp_web_offer(&arena, &end), &offer);
    assert_null(sdp_web_misfit(&offer));
    assert_string_equal(offer.codec, "opus/48000/2");
    assert_string_equal(offer.setup, "actpass");
    assert_string_equal(offer.mid, "0");
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_offer_is_answerable_or_it_is_told_why),
        cmocka_unit_test(the_answer_has_what_a_browser_insists_on),
        cmocka_unit_test(the_dtls_role_is_the_other_one),
        cmocka_unit_test(ice_restarts_only_when_the_offer_does),
        cmocka_unit_test(our_offer_can_be_answered_by_ourselves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
