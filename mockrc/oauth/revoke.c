/* POST /restapi/oauth/revoke: any token of a session ends all of it (oauth.md 8). */
#include "oauth/handlers.h"

#include "api/gate.h"
#include "api/refuse.h"
#include "oauth/refuse.h"
#include "oauth/request.h"

static struct session *session_of(struct world *world, const char *token)
{
    struct token_view view = session_by_access(world, token);
    if (view.state == TOKEN_UNKNOWN)
        view = session_by_refresh(world, token);
    return view.session;
}

void oauth_revoke(struct call *call)
{
    const char *token = oauth_param(call, "token");
    if (!oauth_params_good(call) || !oauth_client(call))
        return;
    if (!token) {
        oauth_refuse_value(call, OAUTH_MISSING, "token", NULL);
        return;
    }
    struct session *session = session_of(call->world, token);
    if (session && session->app != call->app) {
        oauth_refuse(call, OAUTH_TOKEN_OF_OTHER);
        return;
    }
    if (session) {
        call->session = session;
        call->user = user_by_id(call->world, session->user_id);
        gate_name(call);
        if (call->user && !gate_rate(call))
            return;
        session_end(call->world, session, SESSION_REVOKED, call_seq(call));
    }
    /* An unknown token is revoked already: RFC 7009 section 2.2. */
    reply_empty(call, 200);
    web_reply_header(call->reply, "Cache-Control", "no-store");
    web_reply_header(call->reply, "Pragma", "no-cache");
}
