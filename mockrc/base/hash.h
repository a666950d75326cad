/*
 * Digests, HMAC, RS256 and constant-time comparison: what of libcrypto is wanted beside TLS and
 * DTLS (front/, media/dtls.h).
 */
#ifndef MOCKRC_BASE_HASH_H
#define MOCKRC_BASE_HASH_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum hash_kind { HASH_MD5, HASH_SHA1, HASH_SHA256 };
enum { HASH_MAX = 32, HASH_HEX_MAX = 65 };

size_t hash_size(enum hash_kind kind);
void hash_bytes(enum hash_kind kind, const void *bytes, size_t len, unsigned char out[HASH_MAX]);

/* Lower-case hex of the digest of the parts joined by ':' (how digest access authentication,
 * RFC 7616 section 3.4, joins everything); returns `out`. */
char *hash_joined(enum hash_kind kind, char out[HASH_HEX_MAX], const char *const *parts,
                  size_t count);

/* For what wants just that: STUN (RFC 8489 14.5). */
void hash_hmac_sha1(const void *key, size_t key_len, const void *bytes, size_t len,
                    unsigned char out[HASH_MAX]);
void hash_hmac_sha256(const void *key, size_t key_len, const void *bytes, size_t len,
                      unsigned char out[HASH_MAX]);

/* A quick keyed sum (SipHash-2-4, Aumasson and Bernstein): for nonces and for finding again what
 * was seen; who does not know the key cannot choose two texts of one sum. */
uint64_t hash_keyed(const uint64_t key[2], const void *bytes, size_t len);

/* Same length and same bytes, in time that does not tell where they differ. */
bool hash_same(const char *a, const char *b);

/* An RSA key for RS256 (RFC 7518 section 3.3). */
struct rsa_key;
/* A private or public key in PEM; NULL when it is none. */
struct rsa_key *rsa_key_from_pem(const char *pem);
/* A fresh 2048-bit key; takes tens of milliseconds. */
struct rsa_key *rsa_key_new(void);
void rsa_key_free(struct rsa_key *key);
/* Public part as JWK members `n` and `e` (base64url). */
void rsa_key_jwk(const struct rsa_key *key, struct buf *n, struct buf *e);
void rsa_key_pem(const struct rsa_key *key, struct buf *out, bool is_private);
void rsa_sign(const struct rsa_key *key, const void *bytes, size_t len, struct buf *signature);
bool rsa_verify(const struct rsa_key *key, const void *bytes, size_t len, const void *signature,
                size_t signature_len);

/* Unpredictable bytes, for what must not be guessed when no seed was given. */
void hash_random(void *out, size_t len);

#endif
