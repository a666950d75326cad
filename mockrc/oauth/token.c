/* POST /restapi/oauth/token: which grant, and the answer's body (oauth.md 6). */
#include "oauth/grant.h"
#include "oauth/handlers.h"

#include "api/gate.h"
#include "api/refuse.h"
#include "base/text.h"
#include "oauth/id_token.h"
#include "oauth/request.h"

#include <string.h>

static const struct {
    enum grant grant;
    grant_fn *run;
} grants[] = {
    {GRANT_AUTHORIZATION_CODE, grant_code},
    {GRANT_REFRESH_TOKEN, grant_refresh},
    {GRANT_JWT, grant_assertion},
    {GRANT_PASSWORD, grant_password},
};

bool grant_issues_refresh(const struct world *world, const struct app *app)
{
    switch (world->knobs.oauth_issue_refresh) {
    case KNOB_ISSUE_YES:
        return true;
    case KNOB_ISSUE_NO:
        return false;
    default:
        return app->issues_refresh;
    }
}

/* Is the app registered for it? Whoever was given a refresh token may use it; the password grant
 * is off but for a knob or an app that has it expressly. */
static bool may_use(const struct call *call, enum grant grant)
{
    if (app_may_use(call->app, grant))
        return true;
    return (grant == GRANT_REFRESH_TOKEN && grant_issues_refresh(call->world, call->app)) ||
           (grant == GRANT_PASSWORD && call->world->knobs.oauth_password_grant);
}

static int64_t clamp(int64_t value, int64_t low, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

/* Seconds as sent, in ms; out of range of the type counts as very much. False: not a number. */
static bool read_seconds(struct call *call, const char *name, int64_t otherwise_ms, int64_t *ret_ms)
{
    const char *text = oauth_param(call, name);
    int64_t seconds;
    *ret_ms = otherwise_ms;
    if (!text)
        return true;
    size_t sign = *text == '-', digits = strspn(text + sign, "0123456789");
    if (digits == 0 || text[sign + digits]) {
        oauth_refuse_value(call, OAUTH_INVALID, name, text);
        return false;
    }
    if (!text_int64(text, &seconds) || seconds > INT64_MAX / 1000 || seconds < INT64_MIN / 1000)
        *ret_ms = sign ? 0 : INT64_MAX;
    else
        *ret_ms = seconds * 1000;
    return true;
}

bool grant_read_ttl(struct call *call, struct grant_ttl *ret)
{
    const struct knobs *knobs = &call->world->knobs;
    int64_t access_max = knobs->oauth_access_ttl_ms, refresh_max = knobs->oauth_refresh_ttl_ms;
    int64_t access_min = access_max < 600000 ? access_max : 600000;
    if (!read_seconds(call, "access_token_ttl", access_max, &ret->access_ms) ||
        !read_seconds(call, "refresh_token_ttl", refresh_max, &ret->refresh_ms))
        return false;
    ret->access_ms = clamp(ret->access_ms, access_min, access_max);
    ret->refresh_ms = clamp(ret->refresh_ms, 0, refresh_max);
    return true;
}

bool grant_admit(struct call *call, struct user *user, enum oauth_error if_gone)
{
    call->user = user;
    gate_name(call);
    if (user && !gate_rate(call))
        return false;
    struct verdict verdict = signin_state(call->world, user, call->app, if_gone);
    if (verdict.error == OAUTH_ERROR_COUNT)
        return true;
    oauth_refuse_because(call, verdict.error, verdict.cause);
    return false;
}

/* The `scope` of a token request: a subset, when the knob lets it mean anything. */
static bool narrow(struct call *call, scope_set *scopes)
{
    const char *asked = oauth_param(call, "scope");
    scope_set wanted;
    if (!asked || call->world->knobs.oauth_scope_parameter != KNOB_SCOPE_INTERSECT)
        return true;
    scope_read(asked, &wanted);
    *scopes &= wanted;
    if (*scopes || !wanted)
        return true;
    oauth_refuse_value(call, OAUTH_SCOPE, "scope", asked);
    return false;
}

struct session *grant_start(struct call *call, scope_set scopes, int64_t auth_time_ms)
{
    struct grant_ttl ttl;
    if (!grant_read_ttl(call, &ttl) || !narrow(call, &scopes))
        return NULL;
    bool wants_refresh = ttl.refresh_ms > 0 && grant_issues_refresh(call->world, call->app);
    struct session *session =
        session_start(call->world, call->app, call->user, scopes, ttl.access_ms, ttl.refresh_ms,
                      wants_refresh, oauth_param(call, "endpoint_id"), call_seq(call));
    session->auth_time_ms = auth_time_ms;
    return session;
}

static int64_t seconds_left(int64_t expires_ms, int64_t now_ms)
{
    return expires_ms > now_ms ? (expires_ms - now_ms) / 1000 : 0;
}

static void answer_limits(struct json_out *json, const struct knobs *knobs,
                          const struct session *session, int64_t now_ms)
{
    if (knobs->oauth_session_absolute_ms > 0) {
        int64_t end_ms = session->created_ms + knobs->oauth_session_absolute_ms;
        json_int(json, "session_expires_in", seconds_left(end_ms, now_ms));
        json_time(json, "session_expiration_time", end_ms);
    }
    if (knobs->oauth_session_idle_ms > 0)
        json_int(json, "session_idle_timeout", knobs->oauth_session_idle_ms / 1000);
}

static void answer(struct call *call, const struct grant_result *result)
{
    const struct session *session = result->session;
    const struct token_pair *pair = &session->current;
    int64_t now_ms = clock_now(call->world);
    char scope_text[1024];
    struct buf scope = {.data = scope_text, .cap = sizeof scope_text, .max = sizeof scope_text - 1};
    scope_text[0] = '\0';
    scope_write(session->scopes, &scope);

    struct json_out json = reply_json(call, 200);
    json_open(&json, NULL);
    json_str(&json, "access_token", pair->access);
    json_str(&json, "token_type", "bearer");
    json_int(&json, "expires_in", seconds_left(pair->access_expires_ms, now_ms));
    if (pair->refresh) {
        json_str(&json, "refresh_token", pair->refresh);
        json_int(&json, "refresh_token_expires_in", seconds_left(pair->refresh_expires_ms, now_ms));
    }
    json_str(&json, "scope", scope_text);
    json_fmt(&json, "owner_id", "%lld", (long long)session->user_id);
    json_str(&json, "endpoint_id", session->endpoint_id);
    json_str(&json, "session_id", session->id);
    answer_limits(&json, &call->world->knobs, session, now_ms);
    if (result->is_openid)
        json_str(&json, "id_token", id_token(call, session, result->nonce));
    json_close(&json);
    web_reply_header(call->reply, "Cache-Control", "no-store");
    web_reply_header(call->reply, "Pragma", "no-cache");
    event_set(call->event, EVENT_SCOPE, scope_text);
}

void oauth_token(struct call *call)
{
    const char *type = oauth_param(call, "grant_type");
    struct grant_result result = {0};
    event_set(call->event, EVENT_GRANT_TYPE, type && strlen(type) <= 64 ? type : NULL);
    if (!oauth_params_good(call) || !oauth_client(call))
        return;
    if (!type) {
        oauth_refuse_value(call, OAUTH_MISSING, "grant_type", NULL);
        return;
    }
    for (size_t i = 0; i < sizeof grants / sizeof *grants; i++) {
        if (!text_eq(type, grant_wire_name(grants[i].grant)))
            continue;
        if (!may_use(call, grants[i].grant)) {
            oauth_refuse(call, OAUTH_NO_GRANT);
        } else if (grants[i].run(call, &result)) {
            call->session = result.session;
            gate_name(call);
            answer(call, &result);
        }
        return;
    }
    /* In the current description of the API, but told nowhere (oauth.md 6). */
    if (text_eq(type, "partner_jwt"))
        oauth_refuse(call, OAUTH_NO_GRANT);
    else
        oauth_refuse_value(call, OAUTH_UNKNOWN_GRANT, "grant_type", type);
}
