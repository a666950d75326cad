#include "oauth/flow.h"

#include "api/gate.h"
#include "api/refuse.h"
#include "base/codec.h"
#include "base/text.h"
#include "oauth/signin.h"

#include <string.h>

static const char cookie_name[] = "mockrc_login";

const char *flow_cookie(const struct call *call)
{
    return web_cookie_get(call->request, call->arena, cookie_name);
}

void flow_set_cookie(struct call *call, const struct login *login)
{
    web_reply_header(call->reply, "Set-Cookie",
                     arena_printf(call->arena, "%s=%s; Path=/; HttpOnly; SameSite=Lax%s",
                                  cookie_name, login->cookie,
                                  call->request->is_tls ? "; Secure" : ""));
}

void flow_name(struct call *call, const struct login *login)
{
    int64_t user_id = login->user_id ? login->user_id : login->pending_user_id;
    if (login->has_request) {
        call->app = login->request.app;
        event_set(call->event, EVENT_BRAND, login->request.brand_id);
    }
    if (user_id)
        call->user = user_by_id(call->world, user_id);
    gate_name(call);
}

void flow_redirect(struct call *call, const char *location)
{
    reply_empty(call, 302);
    web_reply_header(call->reply, "Location", location);
    web_reply_header(call->reply, "Cache-Control", "no-store");
    web_reply_header(call->reply, "Referrer-Policy", "no-referrer");
}

static void add_pair(struct buf *out, const char *name, const char *value)
{
    buf_char(out, strchr(out->data, '?') ? '&' : '?');
    buf_str(out, name);
    buf_char(out, '=');
    codec_percent(out, value);
}

/* redirect_uri, to be filled with pairs. */
static void back_begin(struct buf *out, const struct authorize_request *request)
{
    buf_init(out, 32768);
    buf_str(out, request->redirect_uri);
}

static void back_end(struct call *call, struct buf *out)
{
    flow_redirect(call, buf_text(out));
    buf_done(out);
}

void flow_redirect_error(struct call *call, const struct authorize_request *request,
                         const char *error, const char *description)
{
    struct buf location;
    back_begin(&location, request);
    add_pair(&location, "error", error);
    add_pair(&location, "error_description", description);
    if (request->state)
        add_pair(&location, "state", request->state);
    event_set(call->event, EVENT_ERROR, error);
    back_end(call, &location);
}

static void request_over(struct login *login)
{
    authorize_request_done(&login->request);
    login->has_request = false;
}

void flow_decline(struct call *call, struct login *login)
{
    event_set(call->event, EVENT_DECISION, "decline");
    /* Blanks arrive as an encoded plus: seen so on the wire (oauth.md 3.1). */
    flow_redirect_error(call, &login->request, "access_denied", "The+user+declined+the+request");
    request_over(login);
}

void flow_grant(struct call *call, struct login *login)
{
    const struct authorize_request *request = &login->request;
    struct buf location, scope;
    consent_note(call->world, login->user_id, request->app, request->scopes);
    const struct auth_code *code = auth_code_new(call->world, login);
    back_begin(&location, request);
    add_pair(&location, "code", code->code);
    if (request->state)
        add_pair(&location, "state", request->state);
    buf_str(&location, "&expires_in=");
    buf_int(&location, call->world->knobs.oauth_code_ttl_ms / 1000);
    event_set(call->event, EVENT_DECISION, "authorize");
    buf_init(&scope, 1024);
    scope_write(request->scopes, &scope);
    event_set(call->event, EVENT_SCOPE, buf_text(&scope));
    buf_done(&scope);
    back_end(call, &location);
    request_over(login);
}

/* Somebody is signed in; may they still? A browser's session outlives changes of the user. */
static bool may_consent(struct call *call, struct login *login)
{
    const struct user *user = user_by_id(call->world, login->user_id);
    struct verdict verdict = signin_state(call->world, user, login->request.app, OAUTH_CREDENTIALS);
    if (verdict.error == OAUTH_ERROR_COUNT)
        return true;
    login_restart(login);
    flow_show_refused(call, login, verdict.error, verdict.cause);
    return false;
}

void flow_advance(struct call *call, struct login *login)
{
    flow_name(call, login);
    if (login->stage == LOGIN_CONSENT) {
        const struct authorize_request *request = &login->request;
        if (!may_consent(call, login))
            return;
        if (!request->wants_consent &&
            consent_given(call->world, login->user_id, request->app, request->scopes)) {
            flow_grant(call, login);
            return;
        }
    }
    flow_redirect(call, FLOW_PATH);
}

/* In words for the person; the table's message where that will do. */
static const char *words_of(enum oauth_error error)
{
    switch (error) {
    case OAUTH_CREDENTIALS:
        return "This login and password do not belong together. Please try again.";
    case OAUTH_LOCKED:
        return "Too many wrong passwords: this login is locked for a while. Try again later, or "
               "ask an administrator to unlock it.";
    case OAUTH_LOCKED_SSO:
        return "Too many wrong passwords: this login is locked for a while. Use Single Sign-on.";
    case OAUTH_SECOND_FACTOR:
        return "This is not the security code we sent. Please try again.";
    case OAUTH_USER_STATE:
        return "This extension is not enabled. Please ask your administrator.";
    case OAUTH_ACCOUNT_STATE:
        return "Your company's account is suspended.";
    case OAUTH_EXTENSION_TYPE:
        return "This kind of extension can not sign in.";
    case OAUTH_NOT_OPEN:
        return "This application is not open to your company's account.";
    default:
        return oauth_error_row(error)->message;
    }
}

void flow_show_refused(struct call *call, const struct login *login, enum oauth_error error,
                       uint64_t cause)
{
    const struct oauth_error_row *row = oauth_error_row(error);
    oauth_note(call, error, cause);
    flow_show(call, login, row->status == 403 ? 403 : 200,
              &(struct page_alert){.code = row->code, .text = words_of(error)});
}

void flow_show_dead(struct call *call, int status, const char *code, const char *text)
{
    struct page page;
    page_open(&page, call, NULL, status, "dead-end", "This page can not go on");
    page_alert(&page, &(struct page_alert){.code = code, .text = text});
    page_text(&page, "Go back to the application you came from and start again there.");
    page_close(&page);
    event_set(call->event, EVENT_CODE, code);
    event_set(call->event, EVENT_REASON, text);
}
