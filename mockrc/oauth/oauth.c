/* THE list of the OAuth server's endpoints. */
#include "oauth/oauth.h"

#include "oauth/flow.h"
#include "oauth/handlers.h"
#include "oauth/refuse.h"

#define ROW(a_method, a_path, a_op, a_auth, a_rate, a_run)                                         \
    {                                                                                              \
        .method = a_method, .path = a_path, .op = a_op, .layer = LAYER_OAUTH, .auth = a_auth,      \
        .rate = a_rate, .run = a_run                                                               \
    }

/* Rows of apps: their errors have OAuth's envelope. */
#define APP_ROW(a_path, a_op, a_run)                                                               \
    {                                                                                              \
        .method = "POST", .path = a_path, .op = a_op, .layer = LAYER_OAUTH, .auth = AUTH_CLIENT,   \
        .rate = RATE_AUTH, .run = a_run, .refuse_planned = oauth_refuse_planned                    \
    }

/* The rate group of rows that are not AUTH_BEARER counts once the handler knows whose call it is:
 * pages never do, so that people and test flows are not shut out by logging in. */
static const struct route routes[] = {
    ROW("GET", "/restapi/oauth/authorize", "oauth.authorize", AUTH_NONE, RATE_NONE,
        oauth_authorize),
    ROW("POST", "/restapi/oauth/authorize", "oauth.authorize", AUTH_NONE, RATE_NONE,
        oauth_authorize),
    ROW("GET", FLOW_PATH, "oauth.page", AUTH_NONE, RATE_NONE, form_page),
    ROW("POST", FLOW_PATH "/identifier", "oauth.login.identifier", AUTH_NONE, RATE_NONE,
        form_identifier),
    ROW("POST", FLOW_PATH "/password", "oauth.login.password", AUTH_NONE, RATE_NONE, form_password),
    ROW("POST", FLOW_PATH "/code", "oauth.login.code", AUTH_NONE, RATE_NONE, form_code),
    ROW("POST", FLOW_PATH "/sso", "oauth.login.sso", AUTH_NONE, RATE_NONE, form_sso),
    ROW("POST", FLOW_PATH "/new-password", "oauth.login.new-password", AUTH_NONE, RATE_NONE,
        form_new_password),
    ROW("POST", FLOW_PATH "/restart", "oauth.login.restart", AUTH_NONE, RATE_NONE, form_restart),
    ROW("POST", "/oauth/consent", "oauth.consent", AUTH_NONE, RATE_NONE, form_consent),
    APP_ROW("/restapi/oauth/token", "oauth.token", oauth_token),
    APP_ROW("/restapi/oauth/revoke", "oauth.revoke", oauth_revoke),
    {.method = "POST",
     .path = "/restapi/oauth/wstoken",
     .op = "oauth.wstoken",
     .layer = LAYER_OAUTH,
     .auth = AUTH_BEARER,
     .scope = SCOPE_WEB_SOCKET,
     .rate = RATE_AUTH,
     .run = oauth_wstoken},
    ROW("GET", "/restapi/oauth/userinfo", "oauth.userinfo", AUTH_BEARER, RATE_AUTH, oauth_userinfo),
    ROW("GET", "/restapi/oauth/jwks", "oauth.jwks", AUTH_NONE, RATE_NONE, oauth_jwks),
    ROW("GET", "/.well-known/openid-configuration", "oauth.discovery", AUTH_NONE, RATE_NONE,
        oauth_discovery),
    ROW("GET", "/.well-known/oauth-authorization-server", "oauth.discovery", AUTH_NONE, RATE_NONE,
        oauth_discovery),
};

struct route_family oauth_routes(void)
{
    return (struct route_family){.routes = routes, .count = sizeof routes / sizeof *routes};
}
