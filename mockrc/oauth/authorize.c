/*
 * GET and POST /restapi/oauth/authorize (oauth.md 3). What is wrong with the request itself is told
 * to the browser as JSON: it may come from anywhere, so nobody is redirected. Only what the person
 * decides, and what `prompt=none` can not do, goes back to the client.
 */
#include "oauth/handlers.h"

#include "api/gate.h"
#include "base/mem.h"
#include "base/text.h"
#include "oauth/brand.h"
#include "oauth/flow.h"
#include "oauth/request.h"
#include "oauth/signin.h"

#include <string.h>

/* The most a client may give us to keep. `ui_locales`, `localeId`, `ui_options` and `force` are taken
 * and mean nothing here: there is one language. */
static const struct {
    const char *name;
    size_t max;
} limits[] = {
    {"state", 4096}, {"nonce", 512}, {"login_hint", 320}, {"code_challenge", 128}, {"display", 16},
};

static bool within_limits(struct call *call)
{
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        const char *value = oauth_param(call, limits[i].name);
        if (value && strlen(value) > limits[i].max) {
            oauth_refuse_value(call, OAUTH_INVALID, limits[i].name, NULL);
            return false;
        }
    }
    return true;
}

static bool find_app(struct call *call)
{
    const char *id = oauth_param(call, "client_id");
    call->app = id ? app_by_client_id(call->world, id) : NULL;
    gate_name(call);
    if (!id)
        oauth_refuse_value(call, OAUTH_NO_CLIENT, "client_id", NULL);
    else if (!call->app)
        oauth_refuse_value(call, OAUTH_UNKNOWN_CLIENT, "client_id", id);
    else
        return oauth_app_open(call, call->app);
    return false;
}

/* The registered address to go back to; NULL when refused. */
static const char *find_redirect(struct call *call)
{
    const struct app *app = call->app;
    const char *uri = oauth_param(call, "redirect_uri");
    if (app->redirect_count == 0)
        oauth_refuse(call, OAUTH_NO_REDIRECT);
    else if (!uri && app->redirect_count > 1)
        oauth_refuse_value(call, OAUTH_MISSING, "redirect_uri", NULL);
    else if (uri && !app_has_redirect(app, uri))
        oauth_refuse_value(call, OAUTH_REDIRECT, "redirect_uri", uri);
    else
        return uri ? uri : app->redirect_uris[0];
    return NULL;
}

static bool find_brand(struct call *call, const char **ret_brand)
{
    const char *one = oauth_param(call, "brandId"), *other = oauth_param(call, "brand_id");
    const char *id = one ? one : other;
    if (one && other && !text_eq(one, other)) {
        oauth_refuse_value(call, OAUTH_DIFFERS, "brand_id", other);
        return false;
    }
    if (id && (!brand_by_id(id) || (call->app->brands && !oauth_has_word(call->app->brands, id)))) {
        oauth_refuse_value(call, OAUTH_BRAND, one ? "brandId" : "brand_id", id);
        return false;
    }
    event_set(call->event, EVENT_BRAND, id);
    *ret_brand = id;
    return true;
}

static bool may_flow(struct call *call)
{
    const char *type = oauth_param(call, "response_type");
    if (!type)
        oauth_refuse_value(call, OAUTH_MISSING, "response_type", NULL);
    else if (!text_eq(type, "code"))
        oauth_refuse_value(call, OAUTH_RESPONSE_TYPE, "response_type", type);
    else if (!app_may_use(call->app, GRANT_AUTHORIZATION_CODE))
        oauth_refuse(call, OAUTH_NO_FLOW);
    else
        return true;
    return false;
}

/* RFC 7636 section 4.2: 43 to 128 unreserved characters. */
static bool is_challenge(const char *text)
{
    size_t len = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");
    return text[len] == '\0' && len >= 43 && len <= 128;
}

static bool read_challenge(struct call *call, const char **ret_challenge, bool *ret_is_s256)
{
    const char *challenge = oauth_param(call, "code_challenge");
    const char *method = oauth_param(call, "code_challenge_method");
    if (method && !text_eq(method, "S256") && !text_eq(method, "plain")) {
        oauth_refuse_value(call, OAUTH_INVALID, "code_challenge_method", method);
        return false;
    }
    if (method && !challenge) {
        oauth_refuse_value(call, OAUTH_MISSING, "code_challenge", NULL);
        return false;
    }
    if (challenge && !is_challenge(challenge)) {
        oauth_refuse_value(call, OAUTH_INVALID, "code_challenge", NULL);
        return false;
    }
    *ret_challenge = challenge;
    *ret_is_s256 = text_eq(method, "S256");
    return true;
}

/* What the app gets: its registration decides; with the knob, no more than was asked for. */
static bool read_scopes(struct call *call, scope_set *ret)
{
    const char *asked = oauth_param(call, "scope");
    scope_set scopes;
    *ret = call->app->scopes;
    if (!asked || call->world->knobs.oauth_scope_parameter != KNOB_SCOPE_INTERSECT)
        return true;
    scope_read(asked, &scopes);
    *ret &= scopes;
    if (*ret || !scopes)
        return true;
    oauth_refuse_value(call, OAUTH_SCOPE, "scope", asked);
    return false;
}

static char *copy(const char *text)
{
    return text ? xstrdup(text) : NULL;
}

/* Checks in the platform's order: app, address, then the rest. */
static bool read_request(struct call *call, struct authorize_request *ret)
{
    const char *uri, *brand = NULL, *challenge = NULL;
    bool is_s256 = false;
    scope_set scopes = 0;
    if (!oauth_params_good(call) || !find_app(call) || !(uri = find_redirect(call)) ||
        !find_brand(call, &brand) || !may_flow(call) || !within_limits(call) ||
        !read_challenge(call, &challenge, &is_s256) || !read_scopes(call, &scopes))
        return false;
    const char *prompt = oauth_param(call, "prompt");
    *ret = (struct authorize_request){
        .app = call->app,
        .redirect_uri = copy(uri),
        .state = copy(oauth_param(call, "state")),
        .nonce = copy(oauth_param(call, "nonce")),
        .login_hint = copy(oauth_param(call, "login_hint")),
        .display = copy(oauth_param(call, "display")),
        .brand_id = copy(brand),
        .code_challenge = copy(challenge),
        .is_s256 = is_s256,
        .is_openid = oauth_has_word(oauth_param(call, "scope"), "openid"),
        .had_redirect_uri = oauth_param(call, "redirect_uri") != NULL,
        .wants_consent = oauth_has_word(prompt, "consent"),
        .wants_sso = oauth_has_word(prompt, "sso") && !oauth_has_word(prompt, "login"),
        .scopes = scopes,
    };
    return true;
}

/* prompt=none: the answer without any page, or why there is none (OpenID Connect Core 3.1.2.6). */
static void answer_silently(struct call *call, struct login *login,
                            struct authorize_request *request)
{
    const struct user *user = login ? user_by_id(call->world, login->user_id) : NULL;
    if (!user) {
        flow_redirect_error(call, request, "login_required", "Nobody is signed in");
    } else if (signin_state(call->world, user, request->app, OAUTH_CREDENTIALS).error !=
               OAUTH_ERROR_COUNT) {
        flow_redirect_error(call, request, "login_required", "The user may not sign in");
    } else if (!consent_given(call->world, user->id, request->app, request->scopes)) {
        flow_redirect_error(call, request, "consent_required", "The user has not consented");
    } else {
        login_take_request(call->world, login, request);
        flow_name(call, login);
        flow_grant(call, login);
    }
}

void oauth_authorize(struct call *call)
{
    struct authorize_request request;
    if (!read_request(call, &request))
        return;
    const char *prompt = oauth_param(call, "prompt");
    struct login *login = login_by_cookie(call->world, flow_cookie(call));
    if (oauth_has_word(prompt, "none")) {
        if (!text_eq(prompt, "none"))
            flow_redirect_error(call, &request, "invalid_request",
                                "prompt=none can not be combined");
        else
            answer_silently(call, login, &request);
        authorize_request_done(&request);
        return;
    }
    bool is_new = !login;
    if (is_new)
        login = login_new(call->world);
    /* The default is "login sso", which forms may be shown; `login` alone means: anew (chosen). */
    bool wants_login = oauth_has_word(prompt, "login") && !oauth_has_word(prompt, "sso");
    if (wants_login || login->stage != LOGIN_CONSENT)
        login_restart(login);
    if (login->stage == LOGIN_IDENTIFIER && request.wants_sso)
        login->stage = LOGIN_SSO;
    login_take_request(call->world, login, &request);
    if (is_new)
        flow_set_cookie(call, login);
    flow_advance(call, login);
}
