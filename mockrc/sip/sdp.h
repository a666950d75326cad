/*
 * Session descriptions (RFC 4566, RFC 3264) as far as a platform's side of a call needs them: one
 * audio stream, the first codec we know, SDES keys when the offer is SAVP (RFC 4568). What is
 * offered beyond is refused or left out. No media flows: the port is 9 (discard).
 */
#ifndef MOCKRC_SIP_SDP_H
#define MOCKRC_SIP_SDP_H

#include "base/arena.h"
#include "base/id.h"

#include <stdbool.h>

enum sdp_direction { SDP_SENDRECV, SDP_SENDONLY, SDP_RECVONLY, SDP_INACTIVE };

/* What an offer or an answer says about its audio. */
struct sdp_audio {
    bool is_there;  /* an m=audio line with a port and a profile we speak */
    bool is_secure; /* RTP/SAVP */
    bool has_key;   /* an a=crypto line with AES_CM_128_HMAC_SHA1_80 */
    bool has_dtmf;  /* telephone-event, payload type `dtmf` */
    int payload, dtmf;
    char codec[24]; /* "PCMU/8000", "" when it offers none that we know */
    enum sdp_direction direction;
};

/* Text that is no session description reads as one without audio. */
void sdp_read(const char *text, struct sdp_audio *ret);

/* Our offer, in the arena. */
const char *sdp_offer(struct arena *arena, struct id *ids, const char *address, bool is_secure);
/* Our answer to `offer`, which has audio with a codec. */
const char *sdp_answer(struct arena *arena, struct id *ids, const char *address,
                       const struct sdp_audio *offer);

#endif
