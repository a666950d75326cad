#include "support/cmocka_all.h"

#include "sip/sdp.h"

#include <string.h>

#define KEY  "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd" /* bytes 0 to 29 */
#define HEAD "v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\n"

static bool is_same(const struct sdp_audio *a, const struct sdp_audio *b)
{
    return a->is_there == b->is_there && a->is_secure == b->is_secure && a->has_key == b->has_key &&
           a->key_tag == b->key_tag && a->payload == b->payload && a->has_dtmf == b->has_dtmf &&
           a->dtmf == b->dtmf && a->direction == b->direction && strcmp(a->codec, b->codec) == 0;
}

static void an_offer_is_read_to_what_matters(void **state)
{
    static const struct {
        const char *label, *text;
        struct sdp_audio want;
    } rows[] = {
        {"plain",
         HEAD "m=audio 4000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\n",
         {.is_there = true, .codec = "PCMU/8000", .has_dtmf = true, .dtmf = 101}},
        {"the softphone's",
         HEAD "m=audio 4000 RTP/SAVP 109 101\r\na=rtpmap:109 OPUS/16000\r\n"
              "a=rtpmap:101 telephone-event/8000\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" KEY
              "\r\n",
         {.is_there = true,
          .is_secure = true,
          .has_key = true,
          .key_tag = 1,
          .payload = 109,
          .codec = "OPUS/16000",
          .has_dtmf = true,
          .dtmf = 101}},
        {"the first we know counts",
         HEAD "m=audio 4000 RTP/AVP 97 8 0\r\na=rtpmap:97 SPEEX/8000\r\n",
         {.is_there = true, .payload = 8, .codec = "PCMA/8000"}},
        {"a codec with channels",
         HEAD "m=audio 4000 RTP/AVP 111\r\na=rtpmap:111 opus/48000/2\r\n",
         {.is_there = true, .payload = 111, .codec = "opus/48000/2"}},
        {"on hold",
         HEAD "m=audio 4000 RTP/AVP 0\r\na=sendonly\r\n",
         {.is_there = true, .codec = "PCMU/8000", .direction = SDP_SENDONLY}},
        {"on hold for all streams",
         HEAD "a=inactive\r\nm=audio 4000 RTP/AVP 0\r\n",
         {.is_there = true, .codec = "PCMU/8000", .direction = SDP_INACTIVE}},
        {"video beside it",
         HEAD "m=video 4002 RTP/AVP 96\r\na=recvonly\r\nm=audio 4000 RTP/AVP 0\r\n"
              "a=sendrecv\r\nm=video 4004 RTP/AVP 97\r\na=inactive\r\n",
         {.is_there = true, .codec = "PCMU/8000"}},
        {"no codec of ours",
         HEAD "m=audio 4000 RTP/AVP 97\r\na=rtpmap:97 SPEEX/8000\r\n",
         {.is_there = true}},
        {"no port", HEAD "m=audio 0 RTP/AVP 0\r\n", {.is_there = false}},
        {"another profile", HEAD "m=audio 4000 UDP/TLS/RTP/SAVPF 0\r\n", {.is_there = false}},
        {"no key but another's",
         HEAD "m=audio 4000 RTP/SAVP 0\r\na=crypto:1 AES_256 inline:x\r\n",
         {.is_there = true, .is_secure = true, .codec = "PCMU/8000"}},
        {"the first key of ours, as numbered",
         HEAD "m=audio 4000 RTP/SAVP 0\r\na=crypto:1 AES_256_CM_HMAC_SHA1_80 inline:x\r\n"
              "a=crypto:22 AES_CM_128_HMAC_SHA1_80 inline:" KEY "|2^20|1:4\r\n"
              "a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline:" KEY "\r\n",
         {.is_there = true,
          .is_secure = true,
          .has_key = true,
          .key_tag = 22,
          .codec = "PCMU/8000"}},
        {"a key too short, and one that is none",
         HEAD "m=audio 4000 RTP/SAVP 0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAEC\r\n"
              "a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:*\r\na=crypto:3 AES_CM_128_HMAC_SHA1",
         {.is_there = true, .is_secure = true, .codec = "PCMU/8000"}},
        {"a port that is none", HEAD "m=audio 65536 RTP/AVP 0\r\n", {.is_there = false}},
        {"newlines alone",
         "v=0\nm=audio 4000 RTP/AVP 0\n",
         {.is_there = true, .codec = "PCMU/8000"}},
        {"no session description", "hello", {.is_there = false}},
        {"broken lines",
         "m=audio\r\nm=audio x RTP/AVP\r\na=rtpmap:\r\na=rtpmap:999 x\r\na=\r\nm=",
         {.is_there = false}},
        {"payload types out of range",
         HEAD "m=audio 4000 RTP/AVP 999 -1 0 x\r\n",
         {.is_there = true, .codec = "PCMU/8000"}},
        {"nothing", NULL, {.is_there = false}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sdp_audio got;
        const struct sdp_audio *want = &rows[i].want;
        sdp_read(rows[i].text, SDP_ALL, &got);
        if (!is_same(&got, want))
            fail_msg("%s: there %d, secure %d, key %d, payload %d, codec %s, dtmf %d %d, direction "
                     "%d",
                     rows[i].label, got.is_there, got.is_secure, got.has_key, got.payload,
                     got.codec, got.has_dtmf, got.dtmf, got.direction);
    }
}

/* The stream's own address counts, of another stream none; what is no number is not looked up. */
static void the_address_and_the_key_are_the_audios_own(void **state)
{
    static const struct {
        const char *text, *address;
        int port;
    } rows[] = {
        {HEAD "m=audio 4000 RTP/AVP 0\r\n", "10.0.0.1", 4000},
        {HEAD "m=audio 4000 RTP/AVP 0\r\nc=IN IP6 ::1\r\n", "::1", 4000},
        {HEAD "m=video 5000 RTP/AVP 96\r\nc=IN IP4 10.0.0.9\r\nm=audio 65535 RTP/AVP 0\r\n"
              "m=video 5002 RTP/AVP 96\r\nc=IN IP4 10.0.0.8\r\n",
         "10.0.0.1", 65535},
        {"v=0\r\nc=IN IP4 224.2.1.1/127\r\nm=audio 4000 RTP/AVP 0\r\n", "224.2.1.1", 4000},
        {"v=0\r\nc=IN IP4 phone.test\r\nm=audio 4000 RTP/AVP 0\r\n", "", 4000},
        {"v=0\r\nc=IN IP4\r\nm=audio 4000 RTP/AVP 0\r\n", "", 4000},
        {"v=0\r\nc=IN IP4 "
         "1111111111111111111111111111111111111111111111111111\r\nm=audio 4000 RTP/AVP 0\r\n",
         "", 4000},
    };
    struct sdp_audio got;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sdp_read(rows[i].text, SDP_ALL, &got);
        assert_string_equal(got.address, rows[i].address);
        assert_int_equal(got.port, rows[i].port);
    }
    sdp_read("m=audio 1 RTP/SAVP 0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" KEY "\r\n",
             SDP_ALL, &got);
    for (int i = 0; i < SDP_KEY_LEN; i++)
        assert_int_equal(got.key[i], i);
}

static void only_codecs_of_the_kinds_wanted_are_taken(void **state)
{
    struct sdp_audio got;
    const char *text = HEAD "m=audio 4000 RTP/AVP 9 111 8\r\na=rtpmap:111 opus/48000/2\r\n";
    static const struct {
        unsigned kinds;
        const char *codec;
        int clock_hz;
    } rows[] = {{SDP_ALL, "G722/8000", 8000},
                {SDP_OPUS, "opus/48000/2", 48000},
                {SDP_G711, "PCMA/8000", 8000},
                {0, "", 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sdp_read(text, rows[i].kinds, &got);
        assert_string_equal(got.codec, rows[i].codec);
        assert_int_equal(got.clock_hz, rows[i].clock_hz);
    }
}

static const unsigned char our_key[SDP_KEY_LEN] = {0xfb, 0xff};

static void an_answer_fits_its_offer(void **state)
{
    static const struct {
        const char *offer;
        struct sdp_audio want;
    } rows[] = {
        {"m=audio 4000 RTP/SAVP 109 101\r\na=rtpmap:109 OPUS/16000\r\n"
         "a=rtpmap:101 telephone-event/8000\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" KEY
         "\r\n"
         "a=sendonly\r\n",
         {.is_there = true,
          .is_secure = true,
          .has_key = true,
          .key_tag = 1,
          .payload = 109,
          .codec = "OPUS/16000",
          .has_dtmf = true,
          .dtmf = 101,
          .direction = SDP_RECVONLY}},
        {"m=audio 4000 RTP/AVP 8\r\na=recvonly\r\n",
         {.is_there = true, .payload = 8, .codec = "PCMA/8000", .direction = SDP_SENDONLY}},
        {"m=audio 4000 RTP/AVP 0\r\na=inactive\r\n",
         {.is_there = true, .codec = "PCMU/8000", .direction = SDP_INACTIVE}},
    };
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sdp_audio offer, got;
        sdp_read(rows[i].offer, SDP_ALL, &offer);
        const struct sdp_end end = {"127.0.0.1", 40000, our_key, 7, 1};
        const char *text = sdp_answer(&arena, &end, &offer, rows[i].offer);
        sdp_read(text, SDP_ALL, &got);
        assert_true(is_same(&got, &rows[i].want));
        assert_int_equal(got.port, 40000);
        assert_true(!got.has_key || memcmp(got.key, our_key, SDP_KEY_LEN) == 0);
        assert_non_null(strstr(text, "\r\nc=IN IP4 127.0.0.1\r\n"));
        assert_string_equal(text + strlen(text) - 2, "\r\n");
    }
    arena_done(&arena);
}

/* RFC 3264 section 6: each stream of the offer has its place in the answer. */
static void streams_that_are_not_taken_are_refused_in_their_place(void **state)
{
    static const struct {
        const char *offer, *want;
    } rows[] = {
        {"m=audio 4000 RTP/AVP 0\r\nm=video 4002/2 RTP/AVP 96 97\r\na=rtpmap:96 VP8/90000\r\n"
         "a=mid:v\r\n",
         "m=audio 40000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=sendrecv\r\n"
         "m=video 0 RTP/AVP 96\r\na=mid:v\r\n"},
        {"a=mid:nobodys\r\nm=video 4002 RTP/AVP 96\r\nm=audio 4004 RTP/AVPF 0\r\n"
         "m=audio 4000 RTP/AVP 8\r\na=mid:ours\r\nm=application 9 UDP/BFCP *\n",
         "m=video 0 RTP/AVP 96\r\nm=audio 0 RTP/AVPF 0\r\nm=audio 40000 RTP/AVP 8\r\n"
         "a=rtpmap:8 PCMA/8000\r\na=sendrecv\r\nm=application 0 UDP/BFCP *\r\n"},
        {"m=\r\nm=audio 4000 RTP/AVP 0",
         "m= 0  \r\nm=audio 40000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=sendrecv\r\n"},
    };
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sdp_audio offer;
        sdp_read(rows[i].offer, SDP_ALL, &offer);
        const struct sdp_end end = {"127.0.0.1", 40000, our_key, 7, 3};
        const char *text = sdp_answer(&arena, &end, &offer, rows[i].offer);
        assert_non_null(strstr(text, "\r\no=- 7 3 IN IP4 127.0.0.1\r\n"));
        assert_string_equal(strstr(text, "m="), rows[i].want);
    }
    arena_done(&arena);
}

/* The softphone takes the key by a pattern of 40 characters (sip.md 4.6). */
static void an_offer_of_ours_has_what_phones_look_for(void **state)
{
    struct arena arena;
    struct sdp_audio got;
    arena_init(&arena);
    const struct sdp_end end = {"::1", 40000, our_key, 7, 1};
    const char *text = sdp_offer(&arena, &end, true, NULL, SDP_ALL);
    sdp_read(text, SDP_ALL, &got);
    assert_true(got.is_there && got.is_secure && got.has_key && got.has_dtmf);
    assert_non_null(strstr(text, "c=IN IP6 ::1\r\n"));
    assert_non_null(strstr(text, "m=audio 40000 RTP/SAVP 109 111 0 8 101\r\n"));
    const char *key = strstr(text, "inline:");
    assert_non_null(key);
    assert_int_equal(strcspn(key + strlen("inline:"), "\r"), 40);
    text = sdp_offer(&arena, &end, false, NULL, SDP_G711);
    assert_non_null(strstr(text, "m=audio 40000 RTP/AVP 0 8 101\r\n"));
    arena_done(&arena);
}

/* No payload type and no codec is in it twice. */
static void the_codec_wished_for_comes_first(void **state)
{
    static const struct {
        struct sdp_audio first;
        const char *formats;
    } rows[] = {
        {{.payload = 8, .codec = "PCMA/8000"}, "8 109 111 0 101"},
        {{.payload = 96, .codec = "opus/48000/2", .has_dtmf = true, .dtmf = 97}, "96 109 0 8 97"},
        {{.payload = 111, .codec = "OPUS/16000"}, "111 0 8 101"},
        {{.payload = 9, .codec = "G722/8000", .has_dtmf = true, .dtmf = 111}, "9 109 0 8 111"},
    };
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct sdp_end end = {"127.0.0.1", 40000, our_key, 7, 1};
        const char *text = sdp_offer(&arena, &end, false, &rows[i].first, SDP_ALL);
        const char *want = arena_printf(&arena, "m=audio 40000 RTP/AVP %s\r\n", rows[i].formats);
        if (!strstr(text, want))
            fail_msg("wanted %s in %s", want, text);
    }
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_offer_is_read_to_what_matters),
        cmocka_unit_test(the_address_and_the_key_are_the_audios_own),
        cmocka_unit_test(only_codecs_of_the_kinds_wanted_are_taken),
        cmocka_unit_test(the_codec_wished_for_comes_first),
        cmocka_unit_test(an_answer_fits_its_offer),
        cmocka_unit_test(streams_that_are_not_taken_are_refused_in_their_place),
        cmocka_unit_test(an_offer_of_ours_has_what_phones_look_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
