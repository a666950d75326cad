/* grant_type=password, which is off unless a knob or the app says otherwise (oauth.md 6). */
#include "oauth/grant.h"

#include "api/gate.h"
#include "oauth/request.h"

bool grant_password(struct call *call, struct grant_result *ret)
{
    const char *username = oauth_param(call, "username");
    const char *password = oauth_param(call, "password");
    if (!username || !password) {
        oauth_refuse(call, OAUTH_INCOMPLETE);
        return false;
    }
    struct user *user = signin_find(call->world, username, oauth_param(call, "extension"), NULL);
    call->user = user;
    gate_name(call);
    if (user && !gate_rate(call))
        return false;
    struct verdict verdict = signin_password(call, user, username, password, call->app);
    if (verdict.error == OAUTH_ERROR_COUNT && signin_needs_sso(call->world, user))
        verdict.error = OAUTH_CREDENTIALS;
    if (verdict.error == OAUTH_ERROR_COUNT && signin_needs_code(call->world, user))
        verdict.error = OAUTH_SECOND_FACTOR;
    if (verdict.error != OAUTH_ERROR_COUNT) {
        oauth_refuse_because(call, verdict.error, verdict.cause);
        return false;
    }
    ret->session = grant_start(call, call->app->scopes, clock_now(call->world));
    ret->is_openid = oauth_has_word(oauth_param(call, "scope"), "openid");
    return ret->session != NULL;
}
