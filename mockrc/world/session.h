/*
 * A session: what a grant gave, and its tokens. One live pair and the pair before it, because the
 * platform forgives the old refresh token for a while (oauth.md 7). A session that ended stays as a
 * tombstone for some time so that a refusal can say why and since which event.
 *
 * Bounded: SESSIONS_MAX live ones (the oldest is evicted), SESSION_TOMBSTONES_MAX ended ones (the
 * one that ended first is forgotten: its tokens are then unknown).
 *
 *   live --revoke, password change, eviction, timeouts--> ended(reason, cause)
 */
#ifndef MOCKRC_WORLD_SESSION_H
#define MOCKRC_WORLD_SESSION_H

#include "world/scope.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world;
struct app;
struct user;

enum session_end {
    SESSION_LIVE,
    SESSION_REVOKED,
    SESSION_PASSWORD_CHANGED,
    SESSION_EVICTED,
    SESSION_TIMED_OUT, /* absolute or idle limit */
    SESSION_LOCKED_OUT,
    SESSION_CODE_REPLAYED,
    SESSION_POLICY,
    SESSION_END_COUNT
};

enum { SESSIONS_MAX = 100000, SESSION_TOMBSTONES_MAX = 10000 };

struct token_pair {
    const char *access, *refresh; /* session.c's; refresh NULL: none was issued */
    int64_t access_expires_ms, refresh_expires_ms;
    bool is_used; /* the access token has been seen on a call */
};

struct session {
    char id[32], endpoint_id[40];
    int64_t user_id;
    struct app *app;
    scope_set scopes; /* as of the consent or the last token */
    struct token_pair current, previous;
    int64_t created_ms, rotated_ms, last_used_ms, auth_time_ms;
    int64_t access_ttl_ms, refresh_ttl_ms; /* as asked and clamped */
    enum session_end end;
    int64_t ended_ms;
    uint64_t end_cause; /* journal number */
    bool is_doomed;     /* ends at its next refresh (password change, mode at_refresh) */
    enum session_end doom;
    uint64_t doom_cause;
    const char *ws_token; /* session.c's; of the last wstoken call, NULL: none */
    int64_t ws_expires_ms;
    uint64_t rates[8]; /* rate.c's business */
};

/* A token looked at. The session is set for all but UNKNOWN. */
enum token_state {
    TOKEN_GOOD,
    TOKEN_UNKNOWN, /* never issued here, or forgotten */
    TOKEN_EXPIRED,
    TOKEN_SUPERSEDED, /* of the previous pair */
    TOKEN_ENDED,      /* its session ended */
};

struct token_view {
    enum token_state state;
    struct session *session;
};

/* Starts a session with a fresh pair; may evict per knobs (oauth.session_limit). `cause` is the
 * journal number of the call that did it. */
struct session *session_start(struct world *world, struct app *app, struct user *user,
                              scope_set scopes, int64_t access_ttl_ms, int64_t refresh_ttl_ms,
                              bool wants_refresh, const char *endpoint_id, uint64_t cause);

/* What a token is now. A session past its absolute or idle limit ends here (SESSION_TIMED_OUT).
 * Marking the current access token as used is the gate's business. */
struct token_view session_by_access(struct world *world, const char *token);
struct token_view session_by_refresh(struct world *world, const char *token);
struct session *session_by_id(const struct world *world, const char *id);

/* A new pair; the old one becomes `previous`, and the one before that is forgotten. A
 * refresh_ttl_ms of 0 gives no further refresh token. */
void session_rotate(struct world *world, struct session *session, int64_t access_ttl_ms,
                    int64_t refresh_ttl_ms);

/* A token to open a WebSocket with (oauth.md 9); replaces the one before. Borrowed. */
const char *session_ws_token(struct world *world, struct session *session, int64_t ttl_ms);
/* It has opened one and opens no other (ws.token_single_use). */
void session_spend_ws_token(struct world *world, struct session *session);
struct token_view session_by_ws_token(struct world *world, const char *token);

void session_end(struct world *world, struct session *session, enum session_end reason,
                 uint64_t cause);
/* All live sessions of a user; returns how many. `lazily`: they are doomed, and oauth ends them at
 * their next refresh. */
size_t session_end_user(struct world *world, int64_t user_id, enum session_end reason, bool lazily,
                        uint64_t cause);
/* The same for one app's only, at once; `user_id` 0: every user's. */
size_t session_end_app(struct world *world, const struct app *app, int64_t user_id,
                       enum session_end reason, uint64_t cause);
/* `user_id` 0: every user's; `app` NULL: every app's. */
size_t session_count_live(const struct world *world, int64_t user_id, const struct app *app);
const char *session_end_name(enum session_end end); /* "password-changed" */

void sessions_done(struct world *world);

#endif
