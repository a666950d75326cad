/*
 * RTP packets (RFC 3550 section 5.1) as plain data, and what a stream of them tells: packets, lost,
 * late, interarrival jitter (appendix A). Pure; nothing here knows of sockets or keys.
 */
#ifndef MOCKRC_MEDIA_RTP_H
#define MOCKRC_MEDIA_RTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RTP_HEADER = 12, RTP_DATAGRAM_MAX = 2048 };

struct rtp {
    bool has_marker;
    int payload;
    uint16_t seq;
    uint32_t ts, ssrc;
    const uint8_t *body; /* borrowed */
    size_t body_len;
};

/* False: not version 2, or shorter than it says. CSRCs, extension and padding are skipped. */
bool rtp_read(const uint8_t *bytes, size_t len, struct rtp *ret);
/* Header and body; 0 when `cap` does not hold them. */
size_t rtp_write(const struct rtp *rtp, uint8_t *out, size_t cap);
/* RTCP on the port of RTP (RFC 5761 section 4). */
bool rtp_is_rtcp(const uint8_t *bytes, size_t len);

/* What was received. Zero before the first packet. */
struct rtp_stream {
    bool is_begun;
    uint32_t ssrc, last_ts, step; /* step: timestamps a packet */
    uint16_t first_seq, last_seq, other_seq;
    uint32_t cycles; /* of the sequence numbers, times 65536 */
    bool is_doubtful;
    uint64_t received; /* since the stream began, or began anew */
    uint64_t before, lost_before;
    uint64_t late;
    uint64_t ticks;
    int64_t last_us;
    uint64_t jitter_16; /* microseconds times 16 */
};

/* One packet, at `now_us`. `is_audio`: its timestamps tell of sound and of jitter. */
void rtp_hear(struct rtp_stream *stream, const struct rtp *rtp, int64_t now_us, int clock_hz,
              bool is_audio);
uint64_t rtp_received(const struct rtp_stream *stream);
uint64_t rtp_lost(const struct rtp_stream *stream);
int64_t rtp_jitter_us(const struct rtp_stream *stream);

#endif
