/*
 * grant_type=refresh_token (oauth.md 7). Each use gives a new pair; the token before it is forgiven
 * for a while, every time with the same pair:
 *
 *   new access token not used yet:  until rotation + oauth.refresh_grace_unused (60 min)
 *   used already:                   until rotation + oauth.refresh_reuse_grace (10 s)
 */
#include "oauth/grant.h"

#include "base/text.h"
#include "oauth/request.h"

static bool refuse_ended(struct call *call, const struct session *session)
{
    bool is_timeout = session->end == SESSION_TIMED_OUT;
    bool is_210 = is_timeout || call->world->knobs.oauth_dead_refresh_code == KNOB_DEAD_OAU_210;
    event_set(call->event, EVENT_REASON, session_end_name(session->end));
    oauth_refuse_because(call, is_210 ? OAUTH_REFRESH_EXPIRED : OAUTH_TOKEN_GONE,
                         session->end_cause);
    return false;
}

static bool is_in_grace(const struct world *world, const struct session *session)
{
    int64_t grace_ms = session->current.is_used ? world->knobs.oauth_refresh_grace_ms
                                                : world->knobs.oauth_refresh_grace_unused_ms;
    return clock_now(world) < session->rotated_ms + grace_ms;
}

/* What the app may have now: what was consented to and is still registered, or with the knob all
 * that is registered. */
static scope_set scopes_now(const struct world *world, const struct session *session)
{
    scope_set registered = session->app->scopes;
    return world->knobs.oauth_scope_binding == KNOB_SCOPE_LIVE ? registered
                                                               : session->scopes & registered;
}

static bool rotate(struct call *call, struct session *session, struct grant_result *ret)
{
    struct grant_ttl ttl;
    if (!grant_read_ttl(call, &ttl))
        return false;
    session->scopes = scopes_now(call->world, session);
    session_rotate(call->world, session, ttl.access_ms,
                   grant_issues_refresh(call->world, call->app) ? ttl.refresh_ms : 0);
    ret->session = session;
    return true;
}

/* The token of the pair before: the same answer again, or too late. */
static bool repeat(struct call *call, struct session *session, struct grant_result *ret)
{
    if (!is_in_grace(call->world, session)) {
        event_set(call->event, EVENT_REASON, "superseded by a refresh");
        oauth_refuse(call, OAUTH_TOKEN_GONE);
        return false;
    }
    event_set(call->event, EVENT_REASON, "repeated within the grace");
    ret->session = session;
    return true;
}

bool grant_refresh(struct call *call, struct grant_result *ret)
{
    struct world *world = call->world;
    const char *token = oauth_param(call, "refresh_token");
    if (!token) {
        oauth_refuse_value(call, OAUTH_MISSING, "refresh_token", NULL);
        return false;
    }
    struct token_view view = session_by_refresh(world, token);
    struct session *session = view.session;
    if (!session) {
        oauth_refuse(call, OAUTH_TOKEN_GONE);
        return false;
    }
    if (session->app != call->app) {
        oauth_refuse(call, OAUTH_TOKEN_OF_OTHER);
        return false;
    }
    call->session = session;
    if (!grant_admit(call, user_by_id(world, session->user_id), OAUTH_USER_GONE))
        return false;
    if (view.state != TOKEN_ENDED && session->is_doomed)
        session_end(world, session, session->doom, session->doom_cause);
    if (session->end != SESSION_LIVE)
        return refuse_ended(call, session);
    if (view.state == TOKEN_SUPERSEDED)
        return repeat(call, session, ret);
    if (view.state == TOKEN_EXPIRED) {
        event_set(call->event, EVENT_REASON, "expired");
        oauth_refuse(call, OAUTH_REFRESH_EXPIRED);
        return false;
    }
    return rotate(call, session, ret);
}
