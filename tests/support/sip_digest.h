/*
 * The client's half of digest access authentication, for tests: credentials for a request, made
 * from a challenge as the vendor's SDKs make them (RFC 2069 form), or with qop.
 */
#ifndef MOCKRC_TESTS_SIP_DIGEST_H
#define MOCKRC_TESTS_SIP_DIGEST_H

#include "base/hash.h"
#include "sip/wire.h"

#include <string.h>

struct sip_secret {
    const char *username, *password;
    enum hash_kind kind; /* HASH_MD5 is 0 */
    const char *nc;      /* NULL: without qop */
};

/* The value of a quoted parameter of a challenge, in the arena; NULL when it has none. */
static inline const char *sip_challenge_param(struct arena *arena, const char *challenge,
                                              const char *name)
{
    const char *start = arena_printf(arena, "%s=\"", name);
    const char *at = strstr(challenge, start);
    if (!at)
        return NULL;
    at += strlen(start);
    return arena_strndup(arena, at, strcspn(at, "\""));
}

/* The response to nonce and realm already in request->credentials. */
static inline void sip_sign(struct arena *arena, struct sip_request *request,
                            const struct sip_secret *secret)
{
    struct sip_credentials *with = &request->credentials;
    char ha1[HASH_HEX_MAX], ha2[HASH_HEX_MAX], response[HASH_HEX_MAX];
    request->has_credentials = true;
    with->username = secret->username;
    if (!with->uri)
        with->uri = "sip:d.test";
    hash_joined(secret->kind, ha1, (const char *[]){with->username, with->realm, secret->password},
                3);
    hash_joined(secret->kind, ha2, (const char *[]){request->method, with->uri}, 2);
    if (secret->nc) {
        with->nc = secret->nc;
        with->cnonce = "c0";
        with->qop = "auth";
        hash_joined(secret->kind, response,
                    (const char *[]){ha1, with->nonce, with->nc, with->cnonce, with->qop, ha2}, 6);
    } else {
        hash_joined(secret->kind, response, (const char *[]){ha1, with->nonce, ha2}, 3);
    }
    with->response = arena_strdup(arena, response);
}

static inline void sip_answer_challenge(struct arena *arena, struct sip_request *request,
                                        const char *challenge, const struct sip_secret *secret)
{
    request->credentials.realm = sip_challenge_param(arena, challenge, "realm");
    request->credentials.nonce = sip_challenge_param(arena, challenge, "nonce");
    sip_sign(arena, request, secret);
}

#endif
