/*
 * The provider's side of a person logging in: the browser's session (cookie), the authorization
 * request that is under way, and the authorization codes handed out. Source: oauth.md 3, 4.
 * Everything here expires by world time and is bounded.
 */
#ifndef MOCKRC_WORLD_LOGIN_H
#define MOCKRC_WORLD_LOGIN_H

#include "world/scope.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world;
struct app;

enum { LOGINS_MAX = 10000, CODES_MAX = 10000 };

/* What GET authorize asked for, kept while the person walks the pages. */
struct authorize_request {
    struct app *app;
    char *redirect_uri, *state, *nonce, *login_hint, *locales, *display, *brand_id;
    char *code_challenge;
    bool is_s256;
    bool wants_login, wants_consent; /* prompt */
    scope_set scopes;
};

/* One browser. The cookie is its key; the csrf token goes into every form. */
struct login {
    char cookie[44], csrf[44];
    int64_t user_id;              /* 0 until the password was right */
    int64_t pending_user_id;      /* identifier known, password (or second factor) not yet */
    char *identifier, *extension; /* as typed */
    int64_t auth_time_ms, expires_ms;
    char mfa_code[8]; /* "" when none is waited for */
    struct authorize_request request;
    bool has_request;
};

struct auth_code {
    char *code;
    struct app *app;
    int64_t user_id;
    char *redirect_uri, *nonce, *code_challenge;
    bool is_s256, had_redirect_uri;
    scope_set scopes;
    int64_t expires_ms, auth_time_ms;
    bool is_used;
    char session_id[32]; /* what it was exchanged for */
};

struct login *login_new(struct world *world);
/* NULL when unknown or expired. */
struct login *login_by_cookie(struct world *world, const char *cookie);
void login_forget(struct world *world, struct login *login);
void authorize_request_done(struct authorize_request *request);

/* A fresh code for what the login consented to. */
struct auth_code *auth_code_new(struct world *world, const struct login *login);
/* NULL when never issued (or long forgotten); used and expired ones are still found. */
struct auth_code *auth_code_find(struct world *world, const char *code);

/* Has this user granted this app (at least) these scopes before? And note it. */
bool consent_given(struct world *world, int64_t user_id, const struct app *app, scope_set scopes);
void consent_note(struct world *world, int64_t user_id, const struct app *app, scope_set scopes);
void consent_forget(struct world *world, int64_t user_id, const struct app *app);

void logins_done(struct world *world);

#endif
