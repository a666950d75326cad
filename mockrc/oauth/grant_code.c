/* grant_type=authorization_code, with and without PKCE (oauth.md 3, 6; RFC 7636). */
#include "oauth/grant.h"

#include "base/codec.h"
#include "base/hash.h"
#include "base/text.h"
#include "oauth/request.h"
#include "world/login.h"

#include <stdio.h>
#include <string.h>

/* RFC 7636 section 4.6. A verifier where none was promised is a mix-up as well. */
static bool is_verified(const struct auth_code *code, const char *verifier)
{
    if (!code->code_challenge || !verifier)
        return !code->code_challenge && !verifier;
    if (!code->is_s256)
        return hash_same(code->code_challenge, verifier);
    unsigned char digest[HASH_MAX];
    char text[64];
    struct buf challenge = {.data = text, .cap = sizeof text, .max = sizeof text - 1};
    hash_bytes(HASH_SHA256, verifier, strlen(verifier), digest);
    codec_base64(&challenge, BASE64_URL, digest, hash_size(HASH_SHA256));
    return hash_same(code->code_challenge, text);
}

static bool refuse_replay(struct call *call, const struct auth_code *code)
{
    struct session *session = session_by_id(call->world, code->session_id);
    event_set(call->event, EVENT_REASON, "the code was used before");
    if (session && call->world->knobs.oauth_code_reuse == KNOB_CODE_REJECT_AND_REVOKE)
        session_end(call->world, session, SESSION_CODE_REPLAYED, call_seq(call));
    oauth_refuse(call, OAUTH_CODE);
    return false;
}

/* Must equal the one used; may be left out when it was left out then. */
static bool is_same_redirect(const struct auth_code *code, const char *uri)
{
    return uri ? text_eq(uri, code->redirect_uri) : !code->had_redirect_uri;
}

/* Everything that makes a code no good, in the order it is told. */
static bool check(struct call *call, const struct auth_code *code)
{
    const char *verifier = oauth_param(call, "code_verifier");
    if (code->app != call->app) {
        oauth_refuse(call, OAUTH_CODE_OF_OTHER);
        return false;
    }
    if (code->is_used)
        return refuse_replay(call, code);
    if (clock_now(call->world) >= code->expires_ms)
        oauth_refuse(call, OAUTH_CODE_EXPIRED);
    else if (!is_same_redirect(code, oauth_param(call, "redirect_uri")))
        oauth_refuse(call, OAUTH_REDIRECT);
    else if (!call->app->secret && !code->code_challenge)
        oauth_refuse(call, OAUTH_NEEDS_PKCE);
    else if (!is_verified(code, verifier)) {
        event_set(call->event, EVENT_REASON, "the code verifier does not fit the challenge");
        oauth_refuse(call, OAUTH_CODE);
    } else {
        return true;
    }
    return false;
}

bool grant_code(struct call *call, struct grant_result *ret)
{
    const char *text = oauth_param(call, "code");
    if (!text) {
        oauth_refuse_value(call, OAUTH_MISSING, "code", NULL);
        return false;
    }
    struct auth_code *code = auth_code_find(call->world, text);
    if (!code) {
        oauth_refuse(call, OAUTH_CODE);
        return false;
    }
    if (!check(call, code) ||
        !grant_admit(call, user_by_id(call->world, code->user_id), OAUTH_USER_GONE))
        return false;
    ret->session = grant_start(call, code->scopes, code->auth_time_ms);
    if (!ret->session)
        return false;
    code->is_used = true;
    snprintf(code->session_id, sizeof code->session_id, "%s", ret->session->id);
    ret->is_openid = code->is_openid;
    ret->nonce = code->nonce;
    return true;
}
