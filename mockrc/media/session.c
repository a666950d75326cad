#include "media/session_parts.h"

#include "media/dtmf.h"

#include <string.h>

void session_init(struct session *session, uint64_t id, uint64_t seed)
{
    *session = (struct session){.id = id};
    id_init(&session->chance, seed);
    session->ssrc = (uint32_t)id_next(&session->chance);
    session->ts = (uint32_t)id_next(&session->chance);
    /* RFC 3711 3.3.1: in the lower half, so that a lost first packet does not turn the roll-over. */
    session->seq = (uint16_t)id_below(&session->chance, 0x8000);
}

void session_done(struct session *session)
{
    session_drop_held(session);
    srtp_line_free(session->srtp);
    clip_drop(session->wish.clip);
}

void session_secure(struct session *session, const unsigned char in[MEDIA_KEY_LEN],
                    const unsigned char out[MEDIA_KEY_LEN])
{
    if (session->has_keys && memcmp(session->key_in, in, MEDIA_KEY_LEN) == 0 &&
        memcmp(session->key_out, out, MEDIA_KEY_LEN) == 0)
        return;
    session->has_keys = true;
    memcpy(session->key_in, in, MEDIA_KEY_LEN);
    memcpy(session->key_out, out, MEDIA_KEY_LEN);
    srtp_line_free(session->srtp);
    session->srtp = NULL;
}

void session_set(struct session *session, const struct media_wish *wish)
{
    const struct media_wish *now = &session->wish;
    if (wish->is_secure && !wish->web.is_on)
        session_secure(session, wish->key_in, wish->key_out);
    if (now->source != wish->source || now->clip != wish->clip) {
        session->position = 0;
        session->due_us = 0;
    }
    if (now->source != wish->source || now->from != wish->from)
        session->is_mapped = false;
    struct clip *before = session->wish.clip;
    session->wish = *wish;
    clip_keep(session->wish.clip);
    clip_drop(before);
}

bool session_dial(struct session *session, const char *digits)
{
    size_t len = strlen(session->dial), more = strlen(digits);
    if (!session->wish.dtmf || len + more > MEDIA_DIGITS_MAX)
        return false;
    memcpy(session->dial + len, digits, more + 1);
    return true;
}

void session_read(const struct session *session, struct media_figures *ret)
{
    *ret = session->figures;
    ret->received = rtp_received(&session->in);
    ret->lost = rtp_lost(&session->in);
    ret->late = session->in.late;
    ret->jitter_us = rtp_jitter_us(&session->in);
    int hz = session->wish.clock_hz;
    ret->audio_ms = hz > 0 ? (int64_t)(session->in.ticks * 1000 / (uint64_t)hz) : 0;
}

bool session_ready_srtp(struct session *session, const struct session_net *net)
{
    if (!session->has_keys)
        return false;
    if (!session->srtp && net->srtp)
        session->srtp = srtp_line_new(net->srtp, session->key_in, session->key_out);
    if (!session->srtp)
        session->figures.trouble = net->srtp_trouble ? net->srtp_trouble : "SRTP does not start";
    return session->srtp != NULL;
}

bool session_put(struct session *session, const struct session_net *net, const uint8_t *bytes,
                 size_t len)
{
    bool is_sent = net->send(net->context, session, bytes, len);
    session->figures.sent += is_sent;
    return is_sent;
}

void session_emit(struct session *session, const struct session_net *net, const struct rtp *rtp)
{
    uint8_t bytes[RTP_DATAGRAM_MAX + SRTP_MORE];
    if (!net->can_send(net->context, session))
        return;
    size_t len = rtp_write(rtp, bytes, RTP_DATAGRAM_MAX);
    if (!len)
        return;
    if (session->wish.is_secure &&
        (!session_ready_srtp(session, net) || !srtp_line_seal(session->srtp, bytes, &len)))
        return;
    if (session_harm(session, net, true, bytes, len))
        session_put(session, net, bytes, len);
}

/* A digit comes in several packets of one timestamp; the first that arrives tells it. */
static void hear_digit(struct session *session, const struct session_net *net,
                       const struct rtp *rtp)
{
    struct dtmf dtmf;
    bool is_known =
        session->has_digit && session->digit_ts == rtp->ts && session->digit_ssrc == rtp->ssrc;
    if (is_known || !dtmf_read(rtp->body, rtp->body_len, &dtmf) || !dtmf.digit)
        return;
    session->has_digit = true;
    session->digit_ts = rtp->ts;
    session->digit_ssrc = rtp->ssrc;
    char *digits = session->figures.digits;
    size_t len = strlen(digits);
    if (len == MEDIA_DIGITS_MAX)
        memmove(digits, digits + 1, len--);
    digits[len] = dtmf.digit;
    digits[len + 1] = '\0';
    net->digit(net->context, session, dtmf.digit);
}

static void pass_on(struct session *session, const struct session_net *net, const struct rtp *rtp,
                    bool is_digit)
{
    struct session *other = session->wish.from ? net->line(net->context, session->wish.from) : NULL;
    if (session->wish.source == MEDIA_ECHO)
        session_pass(session, net, session, rtp, is_digit);
    if (other && other->wish.source == MEDIA_LINE && other->wish.from == session->id)
        session_pass(other, net, session, rtp, is_digit);
}

void session_take(struct session *session, const struct session_net *net, uint8_t *bytes,
                  size_t len)
{
    struct rtp rtp;
    /* Sealed, not even the padding's length can be read before. */
    bool is_open = !session->wish.is_secure || (session_ready_srtp(session, net) &&
                                                srtp_line_unseal(session->srtp, bytes, &len));
    bool is_read = is_open && rtp_read(bytes, len, &rtp);
    if (!is_read) {
        session->figures.refused++;
        return;
    }
    bool is_digit = session->wish.dtmf && rtp.payload == session->wish.dtmf;
    bool is_audio = rtp.payload == session->wish.payload && session->wish.clock_hz > 0;
    rtp_hear(&session->in, &rtp, net->now_us, session->wish.clock_hz, is_audio && !is_digit);
    if (is_digit)
        hear_digit(session, net, &rtp);
    if (is_digit || is_audio)
        pass_on(session, net, &rtp, is_digit);
}

void session_hear(struct session *session, const struct session_net *net, uint8_t *bytes,
                  size_t len)
{
    bool is_control = rtp_is_rtcp(bytes, len);
    session->figures.control += is_control;
    if (is_control)
        return; /* nobody here reads it, and none is sent */
    if (session_harm(session, net, false, bytes, len))
        session_take(session, net, bytes, len);
}

int64_t session_tick(struct session *session, const struct session_net *net)
{
    int64_t released = session_release(session, net);
    int64_t played = session_play(session, net);
    return !released || (played && played < released) ? played : released;
}
