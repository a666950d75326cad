/*
 * One line as its packets see it: what came is counted, read and passed on, what the phone is to
 * hear is made. Bytes in, bytes out; no sockets, no threads and no clock of its own, so that a test
 * can be its network. Two sessions know each other through `session_line_fn`.
 *
 * Sound of other codecs than G.711 is passed through from phone to phone as it is; a phone of such
 * a codec that is to hear a tone or a recording hears silence where Opus has a packet for that
 * (RFC 6716 3.1: a frame of length 0), and else nothing.
 */
#ifndef MOCKRC_MEDIA_SESSION_H
#define MOCKRC_MEDIA_SESSION_H

#include "base/id.h"
#include "media/rtp.h"
#include "media/srtp.h"
#include "world/clip.h"
#include "world/media.h"

enum { SESSION_FRAME_US = 20000, SESSION_HELD_MAX = 256 /* packets that a fault makes late */ };

struct session;

/* What a session needs of the world around it. */
struct session_net {
    void *context;
    int64_t now_us; /* of this call */
    /* Sends to the phone. False: nowhere to send to, nothing is counted. */
    bool (*send)(void *context, struct session *to, const uint8_t *bytes, size_t len);
    bool (*can_send)(void *context, const struct session *to);
    /* A digit was heard. */
    void (*digit)(void *context, struct session *from, char digit);
    /* Another line; NULL when it is gone. */
    struct session *(*line)(void *context, uint64_t id);
    const struct srtp_library *srtp; /* NULL: not loaded */
    const char *srtp_trouble;        /* why not; NULL: nobody tried */
};

struct held; /* a packet that a fault makes late */

struct session {
    uint64_t id;
    struct media_wish wish; /* its clip is kept */
    struct media_figures figures;
    struct rtp_stream in;
    struct srtp_line *srtp; /* made with the first packet */
    bool has_keys;          /* the next two, of SDES or of DTLS */
    unsigned char key_in[MEDIA_KEY_LEN], key_out[MEDIA_KEY_LEN];
    struct id chance; /* of faults */

    /* Out: the last packet's, and what is added to another's numbers when its packets go out. */
    uint32_t ssrc, ts, ts_shift, mapped_ssrc;
    uint16_t seq, seq_shift;
    bool is_mapped;
    uint64_t mapped_line;

    int64_t due_us;    /* when the next frame of ours goes; 0: none */
    uint64_t position; /* samples played */
    int64_t dial_us;   /* when the next packet of a digit goes; 0: none */
    uint32_t dial_ts;  /* of the digit under way */
    int dial_step;
    char dial[MEDIA_DIGITS_MAX + 1]; /* digits that wait, the one under way first */

    bool has_digit;
    uint32_t digit_ts, digit_ssrc; /* of the digit heard last */

    struct held *held; /* in order of their moments */
    size_t held_count;
    int64_t last_due_us[2];
};

void session_init(struct session *session, uint64_t id, uint64_t seed);
void session_done(struct session *session);
void session_set(struct session *session, const struct media_wish *wish);
/* The keys that DTLS came to, of a browser's line. */
void session_secure(struct session *session, const unsigned char in[MEDIA_KEY_LEN],
                    const unsigned char out[MEDIA_KEY_LEN]);
bool session_dial(struct session *session, const char *digits);
void session_read(const struct session *session, struct media_figures *ret);

/* A datagram of the phone, as it came. `bytes` is changed. */
void session_hear(struct session *session, const struct session_net *net, uint8_t *bytes,
                  size_t len);
/* A datagram beside the audio, of ICE or DTLS: a fault loses it. */
bool session_loses(struct session *session, bool is_to_phone);
/* What is due by now; when the next thing is, or 0: nothing is. */
int64_t session_tick(struct session *session, const struct session_net *net);

#endif
