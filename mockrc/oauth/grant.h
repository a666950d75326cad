/*
 * The grants of the token endpoint (oauth.md 6, 7): each is a function that starts or rotates a
 * session, or refuses. Adding one is a file and a row in token.c.
 */
#ifndef MOCKRC_OAUTH_GRANT_H
#define MOCKRC_OAUTH_GRANT_H

#include "oauth/signin.h"

/* How the answer is to be made; filled by the grant. */
struct grant_result {
    struct session *session;
    bool is_openid;    /* an id_token goes along */
    const char *nonce; /* for it, or NULL */
};

/* True: `ret` is filled. False: the reply holds the refusal. */
typedef bool grant_fn(struct call *call, struct grant_result *ret);

grant_fn grant_code, grant_refresh, grant_assertion, grant_password;

/* Lifetimes as asked for and clamped, never refused for being out of range. */
struct grant_ttl {
    int64_t access_ms, refresh_ms;
};
bool grant_read_ttl(struct call *call, struct grant_ttl *ret);

/* The user is known: names them, counts the call, asks whether they may (signin_state). Refuses. */
bool grant_admit(struct call *call, struct user *user, enum oauth_error if_gone);

/* Starts a session for call->user and call->app with what the request asks for; `scopes` are what
 * was consented to, or the app's. NULL after a refusal. */
struct session *grant_start(struct call *call, scope_set scopes, int64_t auth_time_ms);

bool grant_issues_refresh(const struct world *world, const struct app *app);

#endif
