#include "media/rtp.h"

#include <string.h>

enum {
    DROPOUT_MAX = 3000, /* RFC 3550 A.1: a gap this long is another stream */
    LATE_MAX = 100,
    FRAMES_A_SECOND = 50,
};

static uint16_t get16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static uint32_t get32(const uint8_t *at)
{
    return (uint32_t)get16(at) << 16 | get16(at + 2);
}

static void put16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
    put16(at, (uint16_t)(value >> 16));
    put16(at + 2, (uint16_t)value);
}

bool rtp_is_rtcp(const uint8_t *bytes, size_t len)
{
    return len >= 2 && bytes[0] >> 6 == 2 && bytes[1] >= 192 && bytes[1] <= 223;
}

bool rtp_read(const uint8_t *bytes, size_t len, struct rtp *ret)
{
    if (len < RTP_HEADER || bytes[0] >> 6 != 2 || rtp_is_rtcp(bytes, len))
        return false;
    size_t head = RTP_HEADER + 4 * (size_t)(bytes[0] & 15), padding = 0;
    if (bytes[0] & 0x10) {
        if (len < head + 4)
            return false;
        head += 4 + 4 * (size_t)get16(bytes + head + 2);
    }
    if (bytes[0] & 0x20) {
        padding = bytes[len - 1];
        if (padding == 0)
            return false;
    }
    if (len < head + padding)
        return false;
    *ret = (struct rtp){
        .has_marker = bytes[1] >> 7,
        .payload = bytes[1] & 0x7f,
        .seq = get16(bytes + 2),
        .ts = get32(bytes + 4),
        .ssrc = get32(bytes + 8),
        .body = bytes + head,
        .body_len = len - head - padding,
    };
    return true;
}

size_t rtp_write(const struct rtp *rtp, uint8_t *out, size_t cap)
{
    if (cap < RTP_HEADER || rtp->body_len > cap - RTP_HEADER)
        return 0;
    out[0] = 0x80;
    out[1] = (uint8_t)((rtp->has_marker ? 0x80 : 0) | rtp->payload);
    put16(out + 2, rtp->seq);
    put32(out + 4, rtp->ts);
    put32(out + 8, rtp->ssrc);
    memmove(out + RTP_HEADER, rtp->body, rtp->body_len);
    return RTP_HEADER + rtp->body_len;
}

static uint64_t lost_of(const struct rtp_stream *stream)
{
    uint64_t expected = (uint64_t)stream->cycles + stream->last_seq - stream->first_seq + 1;
    return stream->is_begun && expected > stream->received ? expected - stream->received : 0;
}

/* Another source, or the same after so long a gap that it is as good as one. */
static void begin(struct rtp_stream *stream, const struct rtp *rtp, int clock_hz)
{
    stream->lost_before += lost_of(stream);
    stream->before += stream->received;
    stream->is_begun = true;
    stream->ssrc = rtp->ssrc;
    stream->first_seq = stream->last_seq = rtp->seq;
    stream->cycles = 0;
    stream->is_doubtful = false;
    stream->received = 0;
    stream->step = (uint32_t)clock_hz / FRAMES_A_SECOND;
    stream->last_us = 0;
}

/* RFC 3550 A.1: true when the packet follows on what came before. */
static bool follows(struct rtp_stream *stream, const struct rtp *rtp)
{
    uint16_t ahead = (uint16_t)(rtp->seq - stream->last_seq);
    if (ahead < DROPOUT_MAX) {
        if (rtp->seq < stream->last_seq)
            stream->cycles += 1 << 16;
        stream->last_seq = rtp->seq;
        stream->is_doubtful = false;
    } else if (ahead > UINT16_MAX - LATE_MAX) {
        stream->late++;
    } else if (stream->is_doubtful && rtp->seq == stream->other_seq) {
        return false; /* two in a row: the sender began anew */
    } else {
        stream->is_doubtful = true;
        stream->other_seq = (uint16_t)(rtp->seq + 1);
    }
    return true;
}

/* RFC 3550 6.4.1 and A.8, in microseconds. */
static void hear_jitter(struct rtp_stream *stream, const struct rtp *rtp, int64_t now_us,
                        int clock_hz)
{
    int64_t sent_us = (int64_t)(int32_t)(rtp->ts - stream->last_ts) * 1000000 / clock_hz;
    int64_t apart_us = now_us - stream->last_us - sent_us;
    uint64_t off_us = (uint64_t)(apart_us < 0 ? -apart_us : apart_us);
    if (stream->last_us && off_us < 10000000)
        stream->jitter_16 += off_us - (stream->jitter_16 + 8) / 16;
}

void rtp_hear(struct rtp_stream *stream, const struct rtp *rtp, int64_t now_us, int clock_hz,
              bool is_audio)
{
    uint16_t last_seq = stream->last_seq;
    bool is_new = !stream->is_begun || rtp->ssrc != stream->ssrc || !follows(stream, rtp);
    if (is_new)
        begin(stream, rtp, clock_hz);
    stream->received++;
    if (!is_audio || clock_hz <= 0)
        return;
    uint32_t step = rtp->ts - stream->last_ts;
    bool is_next = !is_new && rtp->seq == (uint16_t)(last_seq + 1);
    if (is_next && step > 0 && step <= (uint32_t)clock_hz / 5)
        stream->step = step;
    stream->ticks += stream->step;
    hear_jitter(stream, rtp, now_us, clock_hz);
    stream->last_ts = rtp->ts;
    stream->last_us = now_us;
}

uint64_t rtp_received(const struct rtp_stream *stream)
{
    return stream->before + stream->received;
}

uint64_t rtp_lost(const struct rtp_stream *stream)
{
    return stream->lost_before + lost_of(stream);
}

int64_t rtp_jitter_us(const struct rtp_stream *stream)
{
    return (int64_t)(stream->jitter_16 / 16);
}
