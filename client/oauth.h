/*
 * The OAuth side of the client: the authorize URL, the code exchange (PKCE S256 always), the
 * refresh. Client authentication is Basic when there is a secret, else client_id in the body
 * (oauth.md section 5). Nothing here stores or logs.
 */
#ifndef RC_CLIENT_OAUTH_H
#define RC_CLIENT_OAUTH_H

#include "apierr.h"
#include "grant.h"
#include "rnd.h"
#include "settings.h"
#include "text.h"

struct pkce {
    char state[33];
    char verifier[65];
    char challenge[44]; /* base64url(SHA-256(verifier)), RFC 7636 4.2 */
};

void oauth_pkce(struct rnd *rnd, struct pkce *ret_pkce);
/* base64url(SHA-256(verifier)) without padding. */
void oauth_challenge(const char *verifier, char to[44]);

/* `prompt` as in oauth.md section 3, or NULL for the platform's default. */
void oauth_authorize_url(const struct settings *settings, const struct pkce *pkce,
                         const char *prompt, struct sb *url);

/* Both fill `grant` from the answer and return true, or return false with `err`. */
bool oauth_exchange(struct web *web, const struct settings *settings, const struct pkce *pkce,
                    const char *code, int64_t now_ms, struct grant *grant, struct apierr *err);
bool oauth_refresh(struct web *web, const struct settings *settings, int64_t now_ms,
                   struct grant *grant, struct apierr *err);

/* Whether a refused refresh ends the grant: an invalid_grant answer, and nothing else
 * (failures.md F031). */
bool oauth_is_final(const struct apierr *err);

#endif
