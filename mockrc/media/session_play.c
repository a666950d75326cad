#include "media/session_parts.h"

#include "media/dtmf.h"
#include "media/g711.h"
#include "world/tone.h"

#include <string.h>

enum {
    FRAME_SAMPLES = 160, /* 20 ms of 8 kHz */
    LATE_US = 200000,    /* that far behind, what was missed is not made up for */
    DIGIT_STEPS = 10,    /* of 20 ms: six packets, then a pause */
    OPUS_NO_FRAME = 0x48 /* RFC 6716 3.1: SILK, wideband, 20 ms, mono, one frame, which is empty */
};

/* --- passing on --- */

static size_t recode(const struct session *to, const struct session *from, const struct rtp *rtp,
                     uint8_t out[RTP_DATAGRAM_MAX])
{
    bool is_to_alaw = to->wish.codec == MEDIA_PCMA && from->wish.codec == MEDIA_PCMU;
    for (size_t i = 0; i < rtp->body_len; i++)
        out[i] = is_to_alaw ? g711_to_alaw(g711_of_ulaw(rtp->body[i]))
                            : g711_to_ulaw(g711_of_alaw(rtp->body[i]));
    return rtp->body_len;
}

static bool is_g711(enum media_codec codec)
{
    return codec == MEDIA_PCMU || codec == MEDIA_PCMA;
}

/* The numbers of one stream go on from where our own are, gaps and order kept. */
static void map(struct session *session, const struct session *from, const struct rtp *rtp)
{
    if (session->is_mapped && session->mapped_ssrc == rtp->ssrc && session->mapped_line == from->id)
        return;
    session->is_mapped = true;
    session->mapped_ssrc = rtp->ssrc;
    session->mapped_line = from->id;
    session->seq_shift = (uint16_t)(session->seq + 1 - rtp->seq);
    session->ts_shift = session->ts + (uint32_t)session->wish.clock_hz / 50 - rtp->ts;
}

static uint16_t scaled(uint16_t duration, int from_hz, int to_hz)
{
    int64_t scaled = from_hz ? (int64_t)duration * to_hz / from_hz : duration;
    return scaled > UINT16_MAX ? UINT16_MAX : (uint16_t)scaled;
}

/* A digit lasts as long where its clock is another (RFC 4733 2.1). */
static size_t retime(const struct session *to, const struct session *from, const struct rtp *rtp,
                     uint8_t out[RTP_DATAGRAM_MAX])
{
    memcpy(out, rtp->body, rtp->body_len);
    if (rtp->body_len >= DTMF_LEN) {
        uint16_t duration =
            scaled((uint16_t)(out[2] << 8 | out[3]), from->wish.dtmf_hz, to->wish.dtmf_hz);
        out[2] = (uint8_t)(duration >> 8);
        out[3] = (uint8_t)duration;
    }
    return rtp->body_len;
}

void session_pass(struct session *session, const struct session_net *net,
                  const struct session *from, const struct rtp *rtp, bool is_digit)
{
    const struct media_wish *to = &session->wish, *of = &from->wish;
    uint8_t other[RTP_DATAGRAM_MAX];
    struct rtp out = *rtp;
    bool is_same = to->codec == of->codec && to->clock_hz == of->clock_hz;
    if (to->is_deaf || (is_digit && !to->dtmf))
        return;
    if (!is_digit && !is_same && !(is_g711(to->codec) && is_g711(of->codec))) {
        session->figures.trouble = "the two phones speak different codecs";
        return;
    }
    bool is_retimed = is_digit && to->dtmf_hz != of->dtmf_hz;
    if (is_retimed || (!is_digit && !is_same)) {
        out.body_len =
            is_digit ? retime(session, from, rtp, other) : recode(session, from, rtp, other);
        out.body = other;
    }
    map(session, from, rtp);
    out.payload = is_digit ? to->dtmf : to->payload;
    out.ssrc = session->ssrc;
    out.seq = (uint16_t)(rtp->seq + session->seq_shift);
    out.ts = rtp->ts + session->ts_shift;
    if ((int16_t)(out.seq - session->seq) > 0) {
        session->seq = out.seq;
        session->ts = out.ts;
    }
    session_emit(session, net, &out);
}

/* --- playing --- */

/* North American ringing: 440 and 480 Hz, two seconds on, four off. */
static int ringback(uint64_t at)
{
    bool is_on = at / TONE_RATE % 6 < 2;
    return is_on ? (tone_sample(440, at) + tone_sample(480, at)) / 2 : 0;
}

static int sample_of(const struct session *session, uint64_t at)
{
    switch (session->wish.source) {
    case MEDIA_TONE:
        return tone_sample(440, at);
    case MEDIA_RINGBACK:
        return ringback(at);
    case MEDIA_CLIP:
        return session->wish.clip ? clip_sample(session->wish.clip, at) : 0;
    default:
        return 0;
    }
}

/* Of the codecs, those that we can say something in. */
static size_t fill(const struct session *session, uint8_t out[FRAME_SAMPLES])
{
    enum media_codec codec = session->wish.codec;
    if (codec == MEDIA_OPUS) {
        out[0] = OPUS_NO_FRAME;
        return 1;
    }
    if (!is_g711(codec))
        return 0;
    for (int i = 0; i < FRAME_SAMPLES; i++) {
        int16_t sample = (int16_t)sample_of(session, session->position + (uint64_t)i);
        out[i] = codec == MEDIA_PCMU ? g711_to_ulaw(sample) : g711_to_alaw(sample);
    }
    return FRAME_SAMPLES;
}

static void play_frame(struct session *session, const struct session_net *net)
{
    uint8_t body[FRAME_SAMPLES];
    size_t len = fill(session, body);
    uint32_t step = (uint32_t)session->wish.clock_hz / 50;
    if (!len)
        return;
    struct rtp rtp = {
        .has_marker = session->position == 0,
        .payload = session->wish.payload,
        .seq = ++session->seq,
        .ts = session->ts += step,
        .ssrc = session->ssrc,
        .body = body,
        .body_len = len,
    };
    session->position += FRAME_SAMPLES;
    session_emit(session, net, &rtp);
}

static void dial_packet(struct session *session, const struct session_net *net)
{
    uint8_t body[DTMF_LEN];
    struct dtmf dtmf;
    uint32_t step = (uint32_t)session->wish.clock_hz / 50;
    if (session->dial_step == 0)
        session->dial_ts = session->ts + step;
    if (dtmf_packet(session->dial[0], session->dial_step, &dtmf)) {
        dtmf.duration = scaled(dtmf.duration, DTMF_HZ, session->wish.dtmf_hz);
        dtmf_write(&dtmf, body);
        struct rtp rtp = {
            .has_marker = session->dial_step == 0,
            .payload = session->wish.dtmf,
            .seq = ++session->seq,
            .ts = session->dial_ts,
            .ssrc = session->ssrc,
            .body = body,
            .body_len = sizeof body,
        };
        session->seq_shift++; /* what is passed on comes behind it */
        session_emit(session, net, &rtp);
    }
    if (++session->dial_step < DIGIT_STEPS)
        return;
    session->dial_step = 0;
    session->ts = session->dial_ts + DIGIT_STEPS * step;
    memmove(session->dial, session->dial + 1, strlen(session->dial));
}

static bool plays(const struct session *session)
{
    enum media_source source = session->wish.source;
    return source == MEDIA_TONE || source == MEDIA_SILENCE || source == MEDIA_RINGBACK ||
           source == MEDIA_CLIP;
}

/* One frame each 20 ms: silent while a digit is dialled. */
int64_t session_play(struct session *session, const struct session_net *net)
{
    bool is_dialling = session->dial[0] != '\0';
    bool has_work = is_dialling || plays(session);
    if (!has_work || session->wish.is_deaf || !net->can_send(net->context, session)) {
        session->due_us = 0;
        return 0;
    }
    if (!session->due_us || net->now_us - session->due_us > LATE_US)
        session->due_us = net->now_us;
    for (; session->due_us <= net->now_us; session->due_us += SESSION_FRAME_US) {
        if (session->dial[0])
            dial_packet(session, net);
        else if (plays(session))
            play_frame(session, net);
    }
    return session->due_us;
}
