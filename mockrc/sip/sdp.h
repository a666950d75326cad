/*
 * Session descriptions (RFC 4566, RFC 3264) as far as a platform's side of a call needs them: one
 * audio stream, the first codec we know, SDES keys when the offer is SAVP (RFC 4568). What is
 * offered beyond is refused or left out.
 */
#ifndef MOCKRC_SIP_SDP_H
#define MOCKRC_SIP_SDP_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sdp_direction { SDP_SENDRECV, SDP_SENDONLY, SDP_RECVONLY, SDP_INACTIVE };

enum { SDP_KEY_LEN = 30, SDP_ADDRESS_MAX = 46 };

/* Kinds of codecs, for who takes only some. */
enum { SDP_G711 = 1, SDP_OPUS = 2, SDP_OTHERS = 4, SDP_ALL = 7 };

/* What an offer or an answer says about its audio. */
struct sdp_audio {
    bool is_there;  /* an m=audio line with a port and a profile we speak */
    bool is_secure; /* RTP/SAVP */
    bool has_key;   /* an a=crypto line with AES_CM_128_HMAC_SHA1_80: `key`, numbered `key_tag` */
    bool has_dtmf;  /* telephone-event, payload type `dtmf` */
    int payload, dtmf;
    int clock_hz;   /* of the codec's timestamps */
    char codec[24]; /* "PCMU/8000", "" when it offers none that we know */
    enum sdp_direction direction;
    char address[SDP_ADDRESS_MAX]; /* c=, as a number; "" when it is a name, or not there */
    int port, key_tag;
    size_t stream;                  /* which m= line it is, counted from 0 */
    unsigned char key[SDP_KEY_LEN]; /* of what its writer sends: master key and salt */
};

/* Our end, as a description names it. */
struct sdp_end {
    const char *address;
    int port;
    const unsigned char *key; /* SDP_KEY_LEN bytes; used when secure */
    /* Of o=: the session is the same in all of a dialog's descriptions, and each later one has a
     * higher version (RFC 3264 section 8): phones pass over one that they have seen. */
    uint64_t session;
    unsigned version;
};

/* Text that is no session description reads as one without audio. `codecs`: kinds to look for. */
void sdp_read(const char *text, unsigned codecs, struct sdp_audio *ret);

/* Our offer, in the arena: `first`, the codec to be wished for (NULL: none), then those of the
 * platform's media servers that are of the kinds `codecs`. */
const char *sdp_offer(struct arena *arena, const struct sdp_end *end, bool is_secure,
                      const struct sdp_audio *first, unsigned codecs);
/* Our answer to the offer `text`, read as `offer`, which has audio with a codec. Other streams are
 * refused. */
const char *sdp_answer(struct arena *arena, const struct sdp_end *end,
                       const struct sdp_audio *offer, const char *text);

#endif
