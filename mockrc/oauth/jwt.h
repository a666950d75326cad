/*
 * JSON Web Tokens as far as this server needs them (RFC 7519, RFC 7515 compact form, RS256 and
 * HS256). Reading does not trust: a struct jwt is only text until one of the jwt_is_* says yes.
 */
#ifndef MOCKRC_OAUTH_JWT_H
#define MOCKRC_OAUTH_JWT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/node.h"
#include "world/world.h"

#include <stdbool.h>
#include <stdint.h>

enum { JWT_MAX = 8192 /* bytes of the compact form */ };

struct jwt {
    const char *alg, *kid;     /* of the header; kid may be NULL */
    const struct node *claims; /* a map */
    const char *signed_text;   /* the first two parts, `signed_len` bytes */
    size_t signed_len;
    struct buf signature; /* fixed memory of the arena */
};

/* False when it is no JWT at all. Everything in the arena. */
bool jwt_read(struct arena *arena, const char *text, struct jwt *ret);

const char *jwt_text(const struct jwt *jwt, const char *claim); /* NULL: absent, or not text */
int64_t jwt_expires_ms(const struct jwt *jwt);                  /* 0: no good `exp` */
/* Is `audience` the aud, or in the list that aud is? */
bool jwt_is_for(const struct jwt *jwt, const char *audience);

bool jwt_is_hmac(const struct jwt *jwt, const char *secret);
bool jwt_is_rsa(const struct jwt *jwt, const struct rsa_key *key);
bool jwt_is_pem(const struct jwt *jwt, const char *pem); /* false for NULL */

/* Signs `claims` (JSON text) with the world's key; in the arena. */
char *jwt_sign(struct world *world, struct arena *arena, const char *claims);

#endif
