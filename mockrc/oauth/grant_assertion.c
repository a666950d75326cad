/* grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer: a user's JWT credential (oauth.md 6). */
#include "oauth/grant.h"

#include "base/text.h"
#include "oauth/jwt.h"
#include "oauth/request.h"
#include "world/keyring.h"

#include <inttypes.h>
#include <stdio.h>

static bool refuse_assertion(struct call *call, const char *reason)
{
    event_set(call->event, EVENT_REASON, reason);
    oauth_refuse(call, OAUTH_ASSERTION);
    return false;
}

/* Reads and verifies one not seen before; NULL after a refusal. */
static struct jwt_credential *verify(struct call *call, const char *text, int64_t *ret_expires_ms)
{
    struct world *world = call->world;
    struct jwt jwt;
    if (!jwt_read(call->arena, text, &jwt)) {
        refuse_assertion(call, "the assertion is no JWT");
        return NULL;
    }
    if (!text_eq(jwt.kid, keyring_key_id()) || !jwt_is_rsa(&jwt, keyring_key(world))) {
        refuse_assertion(call, "the assertion is not signed by this provider");
        return NULL;
    }
    if (!text_eq(jwt_text(&jwt, "iss"), world->base_url) ||
        !jwt_is_for(&jwt, oauth_url(call, "/restapi/oauth/token"))) {
        refuse_assertion(call, "the assertion is for another server");
        return NULL;
    }
    struct jwt_credential *credential = jwt_credential_by_id(world, jwt_text(&jwt, "jti"));
    char subject[24];
    snprintf(subject, sizeof subject, "%" PRId64, credential ? credential->user_id : 0);
    if (!credential || !text_eq(jwt_text(&jwt, "sub"), subject)) {
        refuse_assertion(call, "there is no such credential");
        return NULL;
    }
    *ret_expires_ms = jwt_expires_ms(&jwt);
    keyring_note(world, text, credential, *ret_expires_ms);
    return credential;
}

bool grant_assertion(struct call *call, struct grant_result *ret)
{
    const char *text = oauth_param(call, "assertion");
    int64_t expires_ms = 0;
    if (!text) {
        oauth_refuse_value(call, OAUTH_MISSING, "assertion", NULL);
        return false;
    }
    struct jwt_credential *credential = keyring_recall(call->world, text, &expires_ms);
    if (!credential)
        credential = verify(call, text, &expires_ms);
    if (!credential)
        return false;
    if (credential->is_revoked)
        return refuse_assertion(call, "the credential was revoked");
    if (clock_now(call->world) >= expires_ms)
        return refuse_assertion(call, "the credential has expired");
    if (credential->client_ids && !oauth_has_word(credential->client_ids, call->app->client_id))
        return refuse_assertion(call, "the credential is not for this app");
    if (!grant_admit(call, user_by_id(call->world, credential->user_id), OAUTH_JWT_USER_GONE))
        return false;
    ret->session = grant_start(call, call->app->scopes, clock_now(call->world));
    ret->is_openid = oauth_has_word(oauth_param(call, "scope"), "openid");
    return ret->session != NULL;
}
