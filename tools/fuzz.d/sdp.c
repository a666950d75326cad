/* A session description of a phone: read, answered, and our answer read as what was meant. */
#include "sip/sdp.h"

#include "fuzz.d/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const unsigned char key[SDP_KEY_LEN] = {1, 2, 3};
    const struct sdp_end end = {.address = "127.0.0.1", .port = 40000, .key = key};
    struct sdp_audio offer, answer;
    struct arena arena;
    char *text = fuzz_text(data, size);
    arena_init(&arena);
    sdp_read(text, SDP_ALL, &offer);
    assert(!offer.is_there || (offer.port > 0 && offer.port <= 65535));
    assert(offer.payload >= 0 && offer.payload < 128);
    if (offer.is_there && *offer.codec && (!offer.is_secure || offer.has_key)) {
        assert(offer.clock_hz > 0);
        sdp_read(sdp_answer(&arena, &end, &offer, text), SDP_ALL, &answer);
        assert(answer.is_there && answer.port == 40000 && answer.payload == offer.payload);
        assert(answer.is_secure == offer.is_secure);
        assert(!answer.is_secure || answer.key_tag == offer.key_tag);
        assert(strcmp(answer.codec, offer.codec) == 0);
        sdp_read(sdp_offer(&arena, &end, offer.is_secure, &offer, SDP_ALL), SDP_ALL, &answer);
        assert(answer.is_there && strcmp(answer.codec, offer.codec) == 0);
    }
    arena_done(&arena);
    free(text);
    return 0;
}
