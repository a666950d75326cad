/*
 * HTTP Digest as SIP uses it (RFC 3261 22.4, RFC 7616, RFC 8760): MD5, SHA-256 and their plain
 * (RFC 2069) form when the challenge offers no qop, as the platform's does (sip.md 3.2, 3.5).
 */
#ifndef RC_CLIENT_DIGEST_H
#define RC_CLIENT_DIGEST_H

#include "text.h"

struct challenge {
    char realm[256];
    char nonce[512];
    char opaque[256];
    char algorithm[16]; /* "" means MD5 */
    bool has_qop_auth;
    bool is_stale;
};

struct digest_answer {
    const char *username, *password; /* the authorization id and its secret */
    const char *method, *uri;
    const char *cnonce; /* used when the challenge offers qop=auth */
};

/* Reads parameters as sofia and others split them ("realm=\"d.test\"", "nonce=..."; NULL ends).
 * False when realm or nonce is missing, or the algorithm is not ours. */
bool challenge_read(const char *const *params, struct challenge *ret_challenge);
/* 64 hex digits at most, and a NUL. */
void digest_response(const struct challenge *challenge, const struct digest_answer *answer,
                     char to[65]);
/* The value of an Authorization header: Digest username=..., ... */
void digest_header(const struct challenge *challenge, const struct digest_answer *answer,
                   struct sb *header);

#endif
