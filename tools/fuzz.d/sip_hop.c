/*
 * One connection of the SIP hop. The first byte says which: a client's stream in two pieces, a
 * client's WebSocket message, or the platform's stream. What comes out for the platform is whole
 * messages of a single length, with our Via and no other before it: nobody can smuggle a second
 * message behind the first.
 */
#include "front/sip_hop.h"

#include "fuzz.d/fuzz.h"

static struct sip_hop *fuzz_hop(void)
{
    struct sip_ends ends = {.transport = TRANSPORT_TLS,
                            .peer = "127.0.0.1",
                            .peer_port = 4,
                            .outer = "127.0.0.1:5",
                            .key = "key"};
    return sip_hop_new(&ends);
}

static void check_inward(struct sip_hop *hop)
{
    struct buf *out = sip_hop_inward(hop);
    size_t at = 0, scanned = 0, len;
    if (sip_hop_is_over(hop))
        return;
    while (at < out->len) {
        struct sip_message message;
        struct sip_line line;
        /* Our Via may make a message larger than the limit: then the proxy refuses it. */
        if (sip_message_find(out->data + at, out->len - at, &scanned, &len, &message) !=
            SIP_FOUND_MESSAGE) {
            assert(out->len > SIP_MESSAGE_MAX);
            return;
        }
        assert(sip_message_line(&message, "Via", 'v', &line));
        if (message.is_request)
            assert(memmem(line.value, line.value_len, ";hop-key=key;", 13));
        at += len;
    }
}

static void check_outward(struct sip_hop *hop)
{
    int64_t now_ms = 0, wait_ms;
    size_t len;
    char *bytes;
    while ((bytes = sip_hop_next(hop, now_ms, &len, &wait_ms)) || wait_ms >= 0) {
        now_ms += SIP_HOP_SPACE_MS;
        free(bytes);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct sip_hop *hop = fuzz_hop();
    size_t len = size - 2, cut = data[1] < len ? data[1] : len;
    char *text = fuzz_text(data + 2, len);
    if (data[0] % 3 == 0) {
        size_t taken = sip_hop_client(hop, text, cut);
        assert(taken <= cut);
        assert(sip_hop_client(hop, text + taken, len - taken) <= len - taken);
    } else if (data[0] % 3 == 1) {
        sip_hop_client_message(hop, text, len);
    } else {
        assert(sip_hop_platform(hop, text, len) <= len);
    }
    check_inward(hop);
    check_outward(hop);
    sip_hop_free(hop);
    free(text);
    return 0;
}
