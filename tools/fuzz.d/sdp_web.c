/* A browser's session description: what can be answered is answered, line by line and readable. */
#include "sip/sdp_web.h"

#include "fuzz.d/fuzz.h"

#define EIGHT "01:23:45:67:89:AB:CD:EF"
#define PRINT EIGHT ":" EIGHT ":" EIGHT ":" EIGHT

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct sdp_web_end end = {
        .address = "127.0.0.1", .port = 4000, .ufrag = "u", .pwd = "p", .print = PRINT};
    struct sdp_web offer, answer;
    struct arena arena;
    char *text = fuzz_text(data, size);
    arena_init(&arena);
    sdp_web_read(text, SDP_ALL, &offer);
    if (!sdp_web_misfit(&offer)) {
        const char *said = sdp_web_answer(&arena, &end, &offer, text);
        for (const char *at = said; *at; at++)
            assert(*at != '\n' || (at > said && at[-1] == '\r'));
        sdp_web_read(said, SDP_ALL, &answer);
        assert(!sdp_web_misfit(&answer));
        assert(answer.payload == offer.payload && strcmp(answer.mid, offer.mid) == 0);
    }
    arena_done(&arena);
    free(text);
    return 0;
}
