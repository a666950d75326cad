#include "world/login.h"

#include "base/mem.h"
#include "world/app.h"
#include "world/token.h"
#include "world/world.h"

#include <stdlib.h>
#include <string.h>

#define uthash_malloc(size) xmalloc(size)
#include <uthash.h>

/* uthash keeps the order of adding: the head of a table is its oldest. */
struct browser {
    struct login login; /* first: a login's address is its browser's */
    UT_hash_handle hh;
};

struct issued {
    struct auth_code code; /* first, likewise */
    UT_hash_handle hh;
};

struct consent_key {
    int64_t user_id;
    const struct app *app;
};

struct consent {
    struct consent_key key;
    scope_set scopes;
    UT_hash_handle hh;
};

struct login_store {
    struct browser *browsers;
    struct issued *codes;
    struct consent *consents;
};

static struct login_store *store_of(struct world *world)
{
    if (!world->logins)
        world->logins = xcalloc(1, sizeof *world->logins);
    return world->logins;
}

void authorize_request_done(struct authorize_request *request)
{
    char *texts[] = {request->redirect_uri,  request->state,   request->nonce,
                     request->login_hint,    request->display, request->brand_id,
                     request->code_challenge};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free(texts[i]);
    *request = (struct authorize_request){0};
}

static void browser_free(struct login_store *store, struct browser *browser)
{
    HASH_DEL(store->browsers, browser);
    authorize_request_done(&browser->login.request);
    free(browser->login.identifier);
    free(browser->login.extension);
    free(browser);
}

static void browser_key(struct world *world, struct login_store *store, struct browser *browser)
{
    struct login *login = &browser->login;
    id_word(&world->ids, login->cookie, sizeof login->cookie - 1);
    id_word(&world->ids, login->csrf, sizeof login->csrf - 1);
    login->expires_ms = clock_now(world) + world->knobs.oauth_browser_session_ms;
    HASH_ADD(hh, store->browsers, login.cookie[0], sizeof login->cookie - 1, browser);
}

struct login *login_new(struct world *world)
{
    struct login_store *store = store_of(world);
    if (HASH_COUNT(store->browsers) >= LOGINS_MAX)
        browser_free(store, store->browsers);
    struct browser *browser = xcalloc(1, sizeof *browser);
    browser_key(world, store, browser);
    return &browser->login;
}

struct login *login_by_cookie(struct world *world, const char *cookie)
{
    struct browser *browser = NULL;
    if (world->logins && cookie)
        HASH_FIND(hh, world->logins->browsers, cookie, (unsigned)strlen(cookie), browser);
    if (!browser)
        return NULL;
    if (clock_now(world) >= browser->login.expires_ms) {
        browser_free(world->logins, browser);
        return NULL;
    }
    return &browser->login;
}

void login_take_request(struct world *world, struct login *login, struct authorize_request *request)
{
    authorize_request_done(&login->request);
    login->request = *request;
    *request = (struct authorize_request){0};
    login->has_request = true;
    id_word(&world->ids, login->csrf, sizeof login->csrf - 1);
}

void login_sign_in(struct world *world, struct login *login, int64_t user_id)
{
    struct browser *browser = (struct browser *)login;
    HASH_DEL(world->logins->browsers, browser);
    browser_key(world, world->logins, browser);
    login->user_id = user_id;
    login->pending_user_id = 0;
    login->mfa_code[0] = '\0';
    login->auth_time_ms = clock_now(world);
    login->stage = LOGIN_CONSENT;
}

void login_restart(struct login *login)
{
    xset(&login->identifier, NULL);
    xset(&login->extension, NULL);
    login->user_id = login->pending_user_id = 0;
    login->mfa_code[0] = '\0';
    login->stage = LOGIN_IDENTIFIER;
}

void login_forget(struct world *world, struct login *login)
{
    browser_free(world->logins, (struct browser *)login);
}

const char *login_code_of(const struct world *world, int64_t user_id)
{
    const char *code = NULL;
    struct browser *browser = world->logins ? world->logins->browsers : NULL;
    for (; browser; browser = browser->hh.next) {
        const struct login *login = &browser->login;
        if (login->pending_user_id == user_id && login->mfa_code[0] &&
            clock_now(world) < login->expires_ms)
            code = login->mfa_code;
    }
    return code;
}

static void issued_free(struct login_store *store, struct issued *issued)
{
    HASH_DEL(store->codes, issued);
    free(issued->code.code);
    free(issued->code.redirect_uri);
    free(issued->code.nonce);
    free(issued->code.code_challenge);
    free(issued);
}

struct auth_code *auth_code_new(struct world *world, const struct login *login)
{
    struct login_store *store = store_of(world);
    if (HASH_COUNT(store->codes) >= CODES_MAX)
        issued_free(store, store->codes);
    const struct authorize_request *request = &login->request;
    struct issued *issued = xcalloc(1, sizeof *issued);
    struct auth_code *code = &issued->code;
    char text[TOKEN_TEXT_MAX];
    size_t len = token_text(world, CODE_BYTES, text);
    *code = (struct auth_code){
        .code = xstrndup(text, len),
        .app = request->app,
        .user_id = login->user_id,
        .redirect_uri = request->redirect_uri ? xstrdup(request->redirect_uri) : NULL,
        .nonce = request->nonce ? xstrdup(request->nonce) : NULL,
        .code_challenge = request->code_challenge ? xstrdup(request->code_challenge) : NULL,
        .is_s256 = request->is_s256,
        .is_openid = request->is_openid,
        .had_redirect_uri = request->had_redirect_uri,
        .scopes = request->scopes,
        .expires_ms = clock_now(world) + world->knobs.oauth_code_ttl_ms,
        .auth_time_ms = login->auth_time_ms,
    };
    HASH_ADD_KEYPTR(hh, store->codes, code->code, (unsigned)len, issued);
    return code;
}

struct auth_code *auth_code_find(struct world *world, const char *code)
{
    struct issued *issued = NULL;
    if (world->logins)
        HASH_FIND(hh, world->logins->codes, code, (unsigned)strlen(code), issued);
    return issued ? &issued->code : NULL;
}

/* Padding is part of the key: all of it is set. */
static struct consent_key consent_key(int64_t user_id, const struct app *app)
{
    struct consent_key key;
    memset(&key, 0, sizeof key);
    key.user_id = user_id;
    key.app = app;
    return key;
}

static struct consent *consent_find(const struct world *world, int64_t user_id,
                                    const struct app *app)
{
    struct consent_key key = consent_key(user_id, app);
    struct consent *consent = NULL;
    if (world->logins)
        HASH_FIND(hh, world->logins->consents, &key, sizeof key, consent);
    return consent;
}

bool consent_given(struct world *world, int64_t user_id, const struct app *app, scope_set scopes)
{
    const struct consent *consent = consent_find(world, user_id, app);
    return consent && (scopes & ~consent->scopes) == 0;
}

static void consent_free(struct login_store *store, struct consent *consent)
{
    HASH_DEL(store->consents, consent);
    free(consent);
}

void consent_note(struct world *world, int64_t user_id, const struct app *app, scope_set scopes)
{
    struct login_store *store = store_of(world);
    struct consent *consent = consent_find(world, user_id, app);
    if (!consent) {
        if (HASH_COUNT(store->consents) >= CONSENTS_MAX)
            consent_free(store, store->consents);
        consent = xcalloc(1, sizeof *consent);
        consent->key = consent_key(user_id, app);
        HASH_ADD(hh, store->consents, key, sizeof consent->key, consent);
    }
    consent->scopes |= scopes;
}

void consent_forget(struct world *world, int64_t user_id, const struct app *app)
{
    struct consent *consent = consent_find(world, user_id, app);
    if (consent)
        consent_free(world->logins, consent);
}

void logins_done(struct world *world)
{
    struct login_store *store = world->logins;
    if (!store)
        return;
    while (store->browsers)
        browser_free(store, store->browsers);
    while (store->codes)
        issued_free(store, store->codes);
    while (store->consents)
        consent_free(store, store->consents);
    free(store);
    world->logins = NULL;
}
