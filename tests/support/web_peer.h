/*
 * A browser's end of a line as bytes: makes checks of ICE, is DTLS' client (or server) and has the
 * keys of SRTP then. What it would send lies in `sent`; how it gets to the other end is the test's.
 */
#ifndef MOCKRC_TESTS_WEB_PEER_H
#define MOCKRC_TESTS_WEB_PEER_H

#include "support/cmocka_all.h"

#include "media/dtls.h"
#include "media/srtp.h"
#include "media/stun.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PEER_SENT_MAX = 64, PEER_DATAGRAM_MAX = 2048 };

struct web_peer {
    struct dtls_identity *identity;
    struct dtls *dtls;
    struct dtls_out out;
    struct peer_datagram {
        size_t len;
        uint8_t bytes[PEER_DATAGRAM_MAX];
    } sent[PEER_SENT_MAX];
    size_t count, taken;
};

static inline void peer_keeps(void *context, const uint8_t *bytes, size_t len)
{
    struct web_peer *peer = context;
    struct peer_datagram *datagram = &peer->sent[peer->count++];
    assert_true(peer->count <= PEER_SENT_MAX && len <= sizeof datagram->bytes);
    datagram->len = len;
    memcpy(datagram->bytes, bytes, len);
}

/* The bytes of a fingerprint of SHA-256 in text. */
static inline void peer_print(const char *text, struct media_web *wish)
{
    wish->print_len = 32;
    for (int i = 0; i < 32; i++)
        wish->print[i] =
            (unsigned char)strtoul((char[]){text[3 * i], text[3 * i + 1], 0}, NULL, 16);
}

/* `print`: of the other end's certificate. */
static inline void peer_begins(struct web_peer *peer, bool is_client, const char *print)
{
    struct media_web wish = {.is_client = is_client};
    *peer = (struct web_peer){.identity = dtls_identity_new()};
    assert_non_null(peer->identity);
    peer->out = (struct dtls_out){peer, peer_keeps};
    peer_print(print, &wish);
    peer->dtls = dtls_new(peer->identity, &wish);
}

static inline void peer_ends(struct web_peer *peer)
{
    dtls_free(peer->dtls);
    dtls_identity_free(peer->identity);
}

/* NULL: nothing is left to be sent. */
static inline const struct peer_datagram *peer_sends(struct web_peer *peer)
{
    return peer->taken < peer->count ? &peer->sent[peer->taken++] : NULL;
}

/* A check of ICE of "`ufrag`:peer". */
static inline struct stun_out peer_check(const char *ufrag, const char *pwd, bool is_nominating)
{
    static const uint8_t transaction[STUN_TRANSACTION] = {7}, tie_breaker[8] = {1};
    struct stun_out out;
    char name[128];
    snprintf(name, sizeof name, "%s:peer", ufrag);
    stun_begin(&out, STUN_REQUEST, transaction);
    stun_add(&out, STUN_USERNAME, name, strlen(name));
    stun_add(&out, STUN_ICE_CONTROLLING, tie_breaker, sizeof tie_breaker);
    if (is_nominating)
        stun_add(&out, STUN_USE_CANDIDATE, NULL, 0);
    stun_sign(&out, pwd);
    stun_end(&out);
    return out;
}

#endif
