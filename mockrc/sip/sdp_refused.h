/*
 * The streams of an offer that are not taken. Each has its place in the answer, with port 0: an
 * answer has as many m= lines as its offer, in the same order (RFC 3264 section 6), and phones that
 * offer video beside audio hang up on any other.
 */
#ifndef MOCKRC_SIP_SDP_REFUSED_H
#define MOCKRC_SIP_SDP_REFUSED_H

#include "base/arena.h"

/* The m= lines of `offer` before and behind that of stream number `taken`, counted from 0, refused,
 * each with its mid. In the arena; "" for none. */
struct sdp_refused {
    const char *before, *behind;
};
struct sdp_refused sdp_refuse_others(struct arena *arena, const char *offer, size_t taken);

#endif
