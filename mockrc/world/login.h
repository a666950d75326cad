/*
 * The provider's side of a person logging in: the browser's session (cookie), the authorization
 * request that is under way, and the authorization codes handed out. Source: oauth.md 3, 4.
 * Everything here expires by world time and is bounded: the oldest goes when there are too many.
 */
#ifndef MOCKRC_WORLD_LOGIN_H
#define MOCKRC_WORLD_LOGIN_H

#include "world/scope.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world;
struct app;

enum { LOGINS_MAX = 10000, CODES_MAX = 10000, CONSENTS_MAX = 100000 };

/* What GET authorize asked for, kept while the person walks the pages. Texts are owned. */
struct authorize_request {
    struct app *app;
    char *redirect_uri, *state, *nonce, *login_hint, *display, *brand_id;
    char *code_challenge;
    bool is_s256, is_openid, had_redirect_uri;
    bool wants_consent, wants_sso; /* prompt */
    scope_set scopes;
};

/*
 * Which page is due. Steps that nobody asks for are left out.
 *
 *   IDENTIFIER -> PASSWORD -> CODE -> NEW_PASSWORD -> CONSENT -> (back to the client)
 *        \-----> SSO ---------------------------------^
 */
enum login_stage {
    LOGIN_IDENTIFIER,
    LOGIN_PASSWORD,
    LOGIN_SSO,
    LOGIN_CODE,
    LOGIN_NEW_PASSWORD,
    LOGIN_CONSENT,
    LOGIN_STAGE_COUNT
};

/* One browser. The cookie is its key; the csrf token goes into every form. */
struct login {
    char cookie[44], csrf[44];
    enum login_stage stage;
    int64_t user_id;              /* who is signed in; 0: nobody yet */
    int64_t pending_user_id;      /* the password was right, but a further step is due */
    char *identifier, *extension; /* as typed; NULL: not yet */
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
    bool is_s256, is_openid, had_redirect_uri;
    scope_set scopes;
    int64_t expires_ms, auth_time_ms;
    bool is_used;
    char session_id[32]; /* what it was exchanged for */
};

/* A browser nobody is signed in with yet; lives for the knob oauth.browser_session. */
struct login *login_new(struct world *world);
/* NULL when unknown or expired. */
struct login *login_by_cookie(struct world *world, const char *cookie);
/* Takes over the request (its texts too) and draws a fresh csrf token, so that forms of an earlier
 * request are void. */
void login_take_request(struct world *world, struct login *login,
                        struct authorize_request *request);
/* Somebody is signed in: a fresh cookie, so that one known before is worth nothing. */
void login_sign_in(struct world *world, struct login *login, int64_t user_id);
/* Back to the first page; what was typed is forgotten, and so is who was signed in. */
void login_restart(struct login *login);
void login_forget(struct world *world, struct login *login);
/* The second factor somebody of that user is asked for right now (newest browser), or NULL. */
const char *login_code_of(const struct world *world, int64_t user_id);
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
