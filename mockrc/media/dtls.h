/*
 * DTLS-SRTP (RFC 5763, RFC 5764) of one line: a handshake of which nothing is wanted but the keys of
 * SRTP, AES_CM_128_HMAC_SHA1_80. DTLS 1.2, by OpenSSL. Datagrams in, datagrams out; no sockets. The
 * phone's certificate must be the one whose fingerprint its description tells.
 *
 * Beside the front and base/hash the only user of OpenSSL.
 */
#ifndef MOCKRC_MEDIA_DTLS_H
#define MOCKRC_MEDIA_DTLS_H

#include "world/media.h"

/* Our certificate: made of a fresh key (P-256, self-signed), for as long as it lives. */
struct dtls_identity;
struct dtls_identity *dtls_identity_new(void); /* NULL: the library refuses */
void dtls_identity_free(struct dtls_identity *identity);
/* "AB:CD:...", of SHA-256. */
const char *dtls_identity_print(const struct dtls_identity *identity);

/* Where datagrams for the phone go, for the call that it is given to. */
struct dtls_out {
    void *context;
    void (*send)(void *context, const uint8_t *bytes, size_t len);
};

struct dtls;
/* The identity is borrowed; `wish` tells the role and the fingerprint. */
struct dtls *dtls_new(const struct dtls_identity *identity, const struct media_web *wish);
void dtls_free(struct dtls *dtls);

enum dtls_state {
    DTLS_SHAKING,
    DTLS_UP,
    DTLS_OVER, /* the phone said goodbye; its keys stay good for what is under way */
    DTLS_FAILED,
};

/* Speaks first, as the client. */
enum dtls_state dtls_start(struct dtls *dtls, const struct dtls_out *out);
enum dtls_state dtls_take(struct dtls *dtls, const struct dtls_out *out, const uint8_t *bytes,
                          size_t len);
/* Says again what was not answered, when it is time for that; in how many microseconds the next
 * time is, or -1: nothing is waited for. */
int64_t dtls_tick(struct dtls *dtls, const struct dtls_out *out);

/* Of one that is up, whose keys were asked for: gives the library's memory back (some 90 KB); what
 * still comes is not read. */
void dtls_rest(struct dtls *dtls);

enum dtls_state dtls_state(const struct dtls *dtls);
/* Why it failed, in words (a literal, or of the library); NULL: it did not. */
const char *dtls_reason(const struct dtls *dtls);
/* Of one that is up: what comes is sealed with `in`, what goes with `out`. False: the library tells
 * none. */
bool dtls_keys(const struct dtls *dtls, unsigned char in[MEDIA_KEY_LEN],
               unsigned char out[MEDIA_KEY_LEN]);

#endif
