/*
 * Digest access authentication of SIP requests (RFC 3261 section 22, RFC 7616), as the platform
 * does it: by default the challenge is exactly
 *
 *     Digest realm="D", nonce="N"
 *
 * because its clients look for `, nonce="` (sip.md 0 and 3.3), and answers come in the form of RFC
 * 2069, without qop. SHA-256 and qop are knobs.
 *
 * A nonce is 32 characters that only its proxy can have made and that tell when: no state is kept
 * for those given. Only of nonces answered with a count (qop) the highest count is remembered, of
 * the latest NONCES_MAX; what may be forgotten is asked for again, never accepted.
 */
#ifndef MOCKRC_SIP_CHALLENGE_H
#define MOCKRC_SIP_CHALLENGE_H

#include "sip/wire.h"

enum { NONCE_LEN = 32, NONCES_MAX = 4096 };

enum challenge_result {
    CHALLENGE_PASS,
    CHALLENGE_ASK,       /* nothing that could be right: challenge */
    CHALLENGE_STALE,     /* right, but the nonce has expired: challenge, and tell so */
    CHALLENGE_BAD,       /* wrong: what knob sip.on_bad_auth says */
    CHALLENGE_MALFORMED, /* no credentials that RFC 7616 knows */
};

/* Judges the credentials of `request` against those of `device` (NULL: nobody has that AOR, which
 * is told to no client). `*ret_reason` says in words why, for the journal; NULL when they pass. */
enum challenge_result challenge_check(struct world *world, const struct sip_request *request,
                                      const struct device *device, const char **ret_reason);

/* The value of WWW-Authenticate with a fresh nonce of that proxy. */
const char *challenge_text(struct world *world, struct arena *arena, const struct proxy *proxy,
                           bool is_stale);

/* A nonce of that proxy, made now; returns `out`. */
char *challenge_nonce(struct world *world, const struct proxy *proxy, char out[NONCE_LEN + 1]);

#endif
