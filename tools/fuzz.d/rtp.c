/*
 * Datagrams at a line's port, each with its length before it: through the reading of RTP, the
 * figures, digits, an echo and a relay, with faults that hold and lose packets.
 */
#include "media/session.h"

#include "fuzz.d/fuzz.h"

struct ears {
    struct session a, b;
};

static bool ears_send(void *context, struct session *to, const uint8_t *bytes, size_t len)
{
    struct rtp rtp;
    assert(rtp_read(bytes, len, &rtp)); /* what leaves is RTP, whatever came */
    assert(rtp.ssrc == to->ssrc);
    assert(rtp.body_len < RTP_DATAGRAM_MAX);
    return true;
}

static bool ears_can_send(void *context, const struct session *to)
{
    return true;
}

static void ears_digit(void *context, struct session *from, char digit)
{
    assert(strchr("0123456789*#ABCD", digit) && digit);
}

static struct session *ears_line(void *context, uint64_t id)
{
    struct ears *ears = context;
    return id == 1 ? &ears->a : id == 2 ? &ears->b : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ears ears;
    struct session_net net = {.context = &ears,
                              .now_us = 1000000,
                              .send = ears_send,
                              .can_send = ears_can_send,
                              .digit = ears_digit,
                              .line = ears_line};
    struct media_wish wish = {.codec = MEDIA_PCMU,
                              .clock_hz = 8000,
                              .dtmf = 101,
                              .dtmf_hz = 8000,
                              .source = MEDIA_LINE,
                              .from = 2};
    if (size < 1)
        return 0;
    bool is_harmed = data[0] & 1, is_echo = data[0] & 2;
    session_init(&ears.a, 1, 1);
    session_init(&ears.b, 2, 2);
    if (is_harmed)
        wish.from_phone = (struct media_harm){.loss = 10, .reorder = 30, .jitter_ms = 40};
    if (is_echo)
        wish.source = MEDIA_ECHO;
    session_set(&ears.a, &wish);
    wish.from = 1;
    wish.codec = data[0] & 4 ? MEDIA_PCMA : MEDIA_PCMU;
    wish.payload = 8;
    session_set(&ears.b, &wish);
    for (size_t at = 1; at < size; net.now_us += 20000) {
        size_t len = data[at++] * 2u;
        if (len > size - at)
            len = size - at;
        uint8_t *bytes = malloc(len + 1); /* its own, so that a byte too far is seen */
        memcpy(bytes, data + at, len);
        session_hear(&ears.a, &net, bytes, len);
        session_tick(&ears.a, &net);
        free(bytes);
        at += len;
    }
    struct media_figures figures;
    session_read(&ears.a, &figures);
    assert(strlen(figures.digits) <= MEDIA_DIGITS_MAX);
    assert(figures.audio_ms >= 0 && figures.jitter_us >= 0);
    session_done(&ears.a);
    session_done(&ears.b);
    return 0;
}
