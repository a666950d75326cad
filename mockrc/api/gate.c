/* A decision path: one function per question, each answers or lets pass. */
#include "api/gate.h"

#include "api/bulk.h"
#include "api/refuse.h"
#include "base/codec.h"
#include "base/text.h"

#include <string.h>
#include <strings.h>

enum { TOKEN_MIN = 16, TOKEN_MAX = 2048 };

/* Text of the platform's kind of token: what is not, was never parsable (OAU-149). */
static bool is_token_like(const char *token)
{
    size_t len = strspn(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                               "-._~+/=|");
    return token[len] == '\0' && len >= TOKEN_MIN && len <= TOKEN_MAX;
}

/* The bearer token of header or query, in the arena. NULL: `*ret_why` says why there is none. The
 * scheme is accepted in any case, since old SDKs send token_type as they got it. */
static const char *token_of(const struct call *call, enum api_error *ret_why)
{
    const char *header = web_header_get(call->request, "Authorization");
    if (!header) {
        const char *token = params_get(&call->query, "access_token");
        *ret_why = token ? AGW_402 : AGW_401;
        return token && *token ? token : NULL;
    }
    header += strspn(header, " \t");
    size_t scheme = strcspn(header, " \t");
    const char *token = header + scheme + strspn(header + scheme, " \t");
    size_t len = strlen(token);
    while (len > 0 && strchr(" \t", token[len - 1]))
        len--;
    *ret_why = AGW_402;
    if (scheme != strlen("Bearer") || strncasecmp(header, "Bearer", scheme) != 0 || len == 0)
        return NULL;
    return arena_strndup(call->arena, token, len);
}

/* A call over the WebSocket gateway: the socket was opened for a session, and however old its access
 * token is by now does not matter. */
static struct token_view session_of_socket(const struct call *call)
{
    struct session *session = session_by_id(call->world, call->request->session_id);
    return (struct token_view){!session                       ? TOKEN_UNKNOWN
                               : session->end == SESSION_LIVE ? TOKEN_GOOD
                                                              : TOKEN_ENDED,
                               session};
}

/* Looks at the token without judging it. */
static struct token_view identify(struct call *call, const char *token)
{
    struct token_view view =
        call->request->session_id ? session_of_socket(call) : session_by_access(call->world, token);
    if (view.state == TOKEN_UNKNOWN)
        return view;
    call->session = view.session;
    call->app = view.session->app;
    call->user = user_by_id(call->world, view.session->user_id);
    return view;
}

/* What a caller of the token endpoint says it is and wants, before anybody checked it: so that a
 * fault can be for one app or one grant. */
static void name_client(struct call *call)
{
    const char *grant = params_get(&call->form, "grant_type");
    const char *client = params_get(&call->form, "client_id");
    const char *header = web_header_get(call->request, "Authorization");
    if (grant && strlen(grant) <= 64)
        event_set(call->event, EVENT_GRANT_TYPE, grant);
    struct buf pair;
    buf_init(&pair, 512);
    if (!client && header && text_starts_nocase(header, "Basic ") &&
        codec_unbase64(&pair, BASE64_STD, header + 6, strlen(header + 6)))
        client = arena_strndup(call->arena, buf_text(&pair), strcspn(buf_text(&pair), ":"));
    buf_done(&pair);
    if (client && app_by_client_id(call->world, client))
        event_set(call->event, EVENT_CLIENT_ID, client);
}

void gate_name(struct call *call)
{
    struct event *event = call->event;
    if (!call->app && call->route && call->route->auth == AUTH_CLIENT)
        name_client(call);
    if (!call->session && call->route && call->route->auth == AUTH_BEARER) {
        enum api_error why;
        const char *token = token_of(call, &why);
        if (token || call->request->session_id)
            identify(call, token);
    }
    if (call->app) {
        event_set(event, EVENT_CLIENT_ID, call->app->client_id);
        event_set(event, EVENT_APP, call->app->name);
    }
    if (call->user) {
        event_set(event, EVENT_USER,
                  call->user->email ? call->user->email : call->user->extension_number);
        event_set_int(event, EVENT_EXTENSION, call->user->id);
        event_set_int(event, EVENT_ACCOUNT, call->user->account_id);
    }
    if (call->session)
        event_set(event, EVENT_SESSION, call->session->id);
}

static bool pass_states(struct call *call);

/* Ended because the user was disabled: that is what the caller is told while it lasts (oauth.md 11:
 * OAU-236 rather than OAU-213). */
static bool refuse_ended(struct call *call, const struct session *session)
{
    if (session->end == SESSION_POLICY && !pass_states(call))
        return false;
    event_set(call->event, EVENT_REASON, session_end_name(session->end));
    refuse_because(call, session->end == SESSION_TIMED_OUT ? OAU_128 : OAU_213, NULL,
                   session->end_cause);
    return false;
}

/* A token of the pair before: dead at once, but for a moment "corrupted" and only then "not found"
 * (oauth.md 7); with the knob a call in flight still gets through in that moment. */
static bool pass_superseded(struct call *call, const struct session *session)
{
    const struct knobs *knobs = &call->world->knobs;
    int64_t since = clock_now(call->world) - session->rotated_ms;
    bool is_moment = since < knobs->oauth_superseded_corrupt_ms;
    if (is_moment && knobs->oauth_old_access == KNOB_OLD_ACCESS_GRACE)
        return true;
    event_set(call->event, EVENT_REASON, "superseded by a refresh");
    refuse(call, is_moment ? OAU_129 : OAU_213, NULL);
    return false;
}

static bool pass_token(struct call *call)
{
    enum api_error why;
    const char *token = token_of(call, &why);
    if (!call->request->session_id && (!token || !is_token_like(token))) {
        refuse(call, token ? OAU_149 : why, NULL);
        return false;
    }
    struct token_view view = identify(call, token);
    if (view.state == TOKEN_UNKNOWN) {
        refuse(call, OAU_213, NULL);
        return false;
    }
    if (!event_get(call->event, EVENT_SESSION))
        gate_name(call);
    struct session *session = view.session;
    switch (view.state) {
    case TOKEN_ENDED:
        return refuse_ended(call, session);
    case TOKEN_EXPIRED:
        refuse(call, OAU_128, NULL);
        return false;
    case TOKEN_SUPERSEDED:
        return pass_superseded(call, session);
    default:
        session->current.is_used |= !call->request->session_id;
        session->last_used_ms = clock_now(call->world);
        return true;
    }
}

static bool pass_states(struct call *call)
{
    const struct app *app = call->app;
    const struct user *user = call->user;
    call->account = user ? account_by_id(call->world, user->account_id) : NULL;
    if (app->status == APP_SUSPENDED)
        refuse_because(call, OAU_127, NULL, app->status_cause);
    else if (app->is_sandbox)
        refuse(call, OAU_165, NULL);
    else if (!user || user->is_deleted)
        refuse_because(call, OAU_232, NULL, user ? user->status_cause : 0);
    else if (call->account && call->account->status == ACCOUNT_DISABLED)
        refuse_because(call, OAU_142, NULL, call->account->status_cause);
    else if (user->status == USER_DISABLED || user->status == USER_FROZEN)
        refuse_because(call, OAU_236, NULL, user->status_cause);
    else if (user->status != USER_ENABLED || !call->account)
        refuse_because(call, CMN_405, NULL, user->status_cause);
    else
        return true;
    return false;
}

static void header_int(struct web_reply *reply, const char *name, int value)
{
    buf_str(&reply->head, name);
    buf_add(&reply->head, ": ", 2);
    buf_int(&reply->head, value);
    buf_add(&reply->head, "\r\n", 2);
}

/* Limits that others share, which are told without the headers of a group's (rest.md section 3).
 * Which of the two codes is the account's is chosen. */
static bool pass_wide_rates(struct call *call)
{
    static const struct {
        enum rate_wide wide;
        enum api_error error;
    } rows[] = {{RATE_GLOBAL, CMN_310}, {RATE_ACCOUNT, CMN_302}};
    if (call->world->knobs.rate_limits == KNOB_RATE_NO_PLAN) {
        refuse(call, CMN_303, NULL);
        return false;
    }
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t id = rows[i].wide == RATE_ACCOUNT ? call->user->account_id : 0;
        int wait_s = rate_count_wide(call->world, rows[i].wide, id);
        if (!wait_s)
            continue;
        header_int(call->reply, "Retry-After", wait_s);
        refuse(call, rows[i].error, NULL);
        return false;
    }
    return true;
}

bool gate_rate(struct call *call)
{
    if (call->route->rate == RATE_NONE)
        return true;
    const char *group = rate_group_name(call->route->rate);
    event_set(call->event, EVENT_RATE_GROUP, group);
    if (call->errand)
        return true; /* counted when it came, and told so in the reply's head */
    if (!pass_wide_rates(call))
        return false;
    struct rate_answer rate = rate_count(call->world, call->user->id, call->app, call->route->rate);
    if (rate.limit == 0 && !rate.is_refused)
        return true; /* limits are switched off */
    web_reply_header(call->reply, "X-Rate-Limit-Group", group);
    header_int(call->reply, "X-Rate-Limit-Limit", rate.limit);
    header_int(call->reply, "X-Rate-Limit-Remaining", rate.remaining);
    header_int(call->reply, "X-Rate-Limit-Window", rate.window_s);
    if (!rate.is_refused)
        return true;
    header_int(call->reply, "Retry-After", rate.retry_after_s);
    refuse(call, CMN_301, NULL);
    return false;
}

bool gate_has_scope(const struct call *call, enum scope scope)
{
    bool is_live = call->world->knobs.oauth_scope_binding == KNOB_SCOPE_LIVE;
    return scope_has(scope_widen(is_live ? call->app->scopes : call->session->scopes), scope);
}

static bool pass_scope(struct call *call)
{
    enum scope scope = call->route->scope;
    if (gate_has_scope(call, scope))
        return true;
    refuse_because(call, CMN_401, scope_name(scope), call->app->scopes_cause);
    return false;
}

/* How far the user may go: under the row's permission, or the other one that is enough. */
static enum reach reach_of(const struct call *call)
{
    const struct route *row = call->route;
    enum reach reach = user_reach(call->user, row->permission);
    enum reach other = row->or_permission ? user_reach(call->user, row->or_permission) : REACH_NONE;
    return reach > other ? reach : other;
}

static bool pass_permission(struct call *call)
{
    enum permission permission = call->route->permission;
    if (permission == PERMISSION_NONE)
        return true;
    enum reach reach = reach_of(call);
    if (reach == REACH_NONE)
        refuse_because(call, CMN_408, permission_name(permission), call->user->role_cause);
    else if (reach == REACH_SELF && call->route->target == TARGET_ACCOUNT)
        refuse_because(call, CMN_419, permission_name(permission), call->user->role_cause);
    else
        return true;
    return false;
}

struct account *gate_account(struct call *call, const char *id)
{
    if (text_eq(id, "~"))
        return call->account;
    int64_t number;
    if (!text_int64(id, &number)) {
        refuse_value(call, CMN_101, "accountId", id);
        return NULL;
    }
    if (number == call->user->account_id)
        return account_by_id(call->world, number);
    refuse_value(call, CMN_102, "accountId", id);
    return NULL;
}

struct user *gate_extension(struct call *call, const char *id)
{
    if (text_eq(id, "~"))
        return call->user;
    int64_t number;
    if (!text_int64(id, &number)) {
        refuse_value(call, CMN_101, "extensionId", id);
        return NULL;
    }
    struct user *user = user_by_id(call->world, number);
    if (user && !user->is_deleted && user->account_id == call->user->account_id)
        return user;
    refuse_value(call, CMN_102, "extensionId", id);
    return NULL;
}

bool gate_may_touch(struct call *call, const struct user *target)
{
    enum permission permission = call->route->permission;
    if (target == call->user || permission == PERMISSION_NONE || reach_of(call) == REACH_ACCOUNT)
        return true;
    refuse_because(call, CMN_404, NULL, call->user->role_cause);
    return false;
}

static bool pass_target(struct call *call)
{
    const char *account = call_arg(call, "accountId");
    const char *extension = call_arg(call, "extensionId");
    if (extension && bulk_is_of(call, "extensionId"))
        extension = NULL; /* several: each is judged on its own */
    if (account && !(call->account = gate_account(call, account)))
        return false;
    call->target = extension ? gate_extension(call, extension) : call->user;
    if (!call->target)
        return false;
    return call->route->target != TARGET_EXTENSION || gate_may_touch(call, call->target);
}

bool gate_pass_extension(struct call *call, const char *id)
{
    call->target = gate_extension(call, id);
    return call->target &&
           (call->route->target != TARGET_EXTENSION || gate_may_touch(call, call->target));
}

bool gate_pass(struct call *call)
{
    reply_begin(call);
    return call->route->auth != AUTH_BEARER ||
           (pass_token(call) && pass_states(call) && gate_rate(call) && pass_scope(call) &&
            pass_permission(call) && pass_target(call));
}
