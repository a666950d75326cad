#include "support/cmocka_all.h"

#include "sip/sdp.h"

#include <string.h>

#define HEAD "v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\n"

static bool is_same(const struct sdp_audio *a, const struct sdp_audio *b)
{
    return a->is_there == b->is_there && a->is_secure == b->is_secure && a->has_key == b->has_key &&
           a->payload == b->payload && a->has_dtmf == b->has_dtmf && a->dtmf == b->dtmf &&
           a->direction == b->direction && strcmp(a->codec, b->codec) == 0;
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
         HEAD
         "m=audio 4000 RTP/SAVP 109 101\r\na=rtpmap:109 OPUS/16000\r\n"
         "a=rtpmap:101 telephone-event/8000\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\r\n",
         {.is_there = true,
          .is_secure = true,
          .has_key = true,
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
        {"other keys",
         HEAD "m=audio 4000 RTP/SAVP 0\r\na=crypto:1 AES_256 inline:x\r\n",
         {.is_there = true, .is_secure = true, .codec = "PCMU/8000"}},
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
        sdp_read(rows[i].text, &got);
        if (!is_same(&got, want))
            fail_msg("%s: there %d, secure %d, key %d, payload %d, codec %s, dtmf %d %d, direction "
                     "%d",
                     rows[i].label, got.is_there, got.is_secure, got.has_key, got.payload,
                     got.codec, got.has_dtmf, got.dtmf, got.direction);
    }
}

static void an_answer_fits_its_offer(void **state)
{
    static const struct {
        const char *offer;
        struct sdp_audio want;
    } rows[] = {
        {"m=audio 4000 RTP/SAVP 109 101\r\na=rtpmap:109 OPUS/16000\r\n"
         "a=rtpmap:101 telephone-event/8000\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\r\n"
         "a=sendonly\r\n",
         {.is_there = true,
          .is_secure = true,
          .has_key = true,
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
    struct id ids;
    arena_init(&arena);
    id_init(&ids, 1);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sdp_audio offer, got;
        sdp_read(rows[i].offer, &offer);
        const char *text = sdp_answer(&arena, &ids, "127.0.0.1", &offer);
        sdp_read(text, &got);
        assert_true(is_same(&got, &rows[i].want));
        assert_non_null(strstr(text, "\r\nc=IN IP4 127.0.0.1\r\n"));
        assert_string_equal(text + strlen(text) - 2, "\r\n");
    }
    arena_done(&arena);
}

/* The softphone takes the key by a pattern of 40 characters (sip.md 4.6). */
static void an_offer_of_ours_has_what_phones_look_for(void **state)
{
    struct arena arena;
    struct id ids;
    struct sdp_audio got;
    arena_init(&arena);
    id_init(&ids, 1);
    const char *text = sdp_offer(&arena, &ids, "::1", true);
    sdp_read(text, &got);
    assert_true(got.is_there && got.is_secure && got.has_key && got.has_dtmf);
    assert_non_null(strstr(text, "c=IN IP6 ::1\r\n"));
    const char *key = strstr(text, "inline:");
    assert_non_null(key);
    assert_int_equal(strcspn(key + strlen("inline:"), "\r"), 40);
    sdp_read(sdp_offer(&arena, &ids, "127.0.0.1", false), &got);
    assert_false(got.is_secure);
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_offer_is_read_to_what_matters),
        cmocka_unit_test(an_answer_fits_its_offer),
        cmocka_unit_test(an_offer_of_ours_has_what_phones_look_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
