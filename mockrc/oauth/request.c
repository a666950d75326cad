#include "oauth/request.h"

#include "api/gate.h"
#include "api/refuse.h"
#include "base/codec.h"
#include "base/hash.h"
#include "base/text.h"
#include "oauth/jwt.h"
#include "oauth/refuse.h"

#include <string.h>
#include <strings.h>

static const char assertion_type[] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

bool oauth_params_good(struct call *call)
{
    if (call->body) { /* JSON: these endpoints take forms only (oauth.md 5) */
        refuse(call, CMN_MEDIA, NULL);
        return false;
    }
    if (call->form_fault) {
        oauth_refuse(call, OAUTH_UNREADABLE);
        return false;
    }
    const char *name = params_repeated(&call->query);
    if (!name)
        name = params_repeated(&call->form);
    if (name) {
        oauth_refuse_value(call, OAUTH_REPEATED, name, NULL);
        return false;
    }
    for (size_t i = 0; i < call->form.count; i++) {
        const struct param *param = &call->form.list[i];
        const char *other = params_get(&call->query, param->name);
        if (other && !text_eq(other, param->value)) {
            oauth_refuse_value(call, OAUTH_DIFFERS, param->name, NULL);
            return false;
        }
    }
    return true;
}

const char *oauth_param(const struct call *call, const char *name)
{
    const char *value = params_get(&call->form, name);
    if (!value)
        value = params_get(&call->query, name);
    return value && *value ? value : NULL;
}

bool oauth_has_word(const char *words, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = words; at && *(at += strspn(at, " ")); at += strcspn(at, " "))
        if (strcspn(at, " ") == len && memcmp(at, word, len) == 0)
            return true;
    return false;
}

const char *oauth_url(struct call *call, const char *path)
{
    return arena_printf(call->arena, "%s%s", call->world->base_url, path);
}

bool oauth_app_open(struct call *call, const struct app *app)
{
    if (app->status == APP_SUSPENDED)
        oauth_refuse_because(call, OAUTH_APP_BLOCKED, app->status_cause);
    else if (app->is_sandbox)
        oauth_refuse(call, OAUTH_SANDBOX);
    else
        return true;
    return false;
}

/* The app of that id, noted in the event; refuses when there is none. */
static struct app *named(struct call *call, const char *client_id)
{
    struct app *app = app_by_client_id(call->world, client_id);
    if (!app) {
        oauth_refuse_value(call, OAUTH_UNKNOWN_CLIENT, "client_id", client_id);
        return NULL;
    }
    call->app = app;
    gate_name(call);
    return app;
}

static bool refuse_secret(struct call *call, const struct app *app)
{
    oauth_refuse_because(call, OAUTH_BAD_SECRET, app->secret_cause);
    return false;
}

/* As sent, or form-encoded as RFC 6749 section 2.3.1 wants it: clients do either. */
static bool is_secret(struct call *call, const struct app *app, const char *sent)
{
    if (!app->secret)
        return false;
    if (hash_same(app->secret, sent))
        return true;
    struct buf plain;
    buf_init(&plain, 1024);
    bool is_same = codec_unpercent(&plain, sent, strlen(sent), true) &&
                   hash_same(app->secret, buf_text(&plain));
    buf_done(&plain);
    return is_same;
}

/* "id:secret" out of a Basic header's value, in the arena; NULL when it is malformed. */
static char *basic_pair(struct call *call, const char *value)
{
    struct buf plain;
    char *pair = NULL;
    size_t len = strlen(value);
    while (len > 0 && value[len - 1] == ' ')
        len--;
    buf_init(&plain, 2048);
    if (codec_unbase64(&plain, BASE64_STD, value, len) && text_is_utf8(buf_text(&plain), plain.len))
        pair = arena_strndup(call->arena, buf_text(&plain), plain.len);
    buf_done(&plain);
    return pair && strchr(pair, ':') ? pair : NULL;
}

static bool by_basic(struct call *call, const char *header)
{
    size_t scheme = strcspn(header, " ");
    if (scheme != strlen("Basic") || strncasecmp(header, "Basic", scheme) != 0) {
        oauth_refuse(call, *header ? OAUTH_BAD_SCHEME : OAUTH_BAD_BASIC);
        return false;
    }
    char *id = basic_pair(call, header + scheme + strspn(header + scheme, " "));
    if (!id) {
        oauth_refuse(call, OAUTH_BAD_BASIC);
        return false;
    }
    char *secret = strchr(id, ':');
    *secret++ = '\0';
    if (!*id) {
        oauth_refuse(call, OAUTH_NO_CLIENT);
        return false;
    }
    const struct app *app = named(call, id);
    if (!app)
        return false;
    if (!*secret) {
        oauth_refuse(call, OAUTH_NO_CLIENT);
        return false;
    }
    if (!is_secret(call, app, secret))
        return refuse_secret(call, app);
    const char *told = oauth_param(call, "client_id");
    if (told && !text_eq(told, id)) {
        oauth_refuse_value(call, OAUTH_DIFFERS, "client_id", told);
        return false;
    }
    return true;
}

/* client_secret_jwt (HS256) and private_key_jwt (RS256), RFC 7523 section 2.2. */
static bool by_assertion(struct call *call, const char *type)
{
    struct jwt jwt;
    const char *assertion = oauth_param(call, "client_assertion");
    if (!text_eq(type, assertion_type)) {
        oauth_refuse_value(call, OAUTH_BAD_SCHEME, "client_assertion_type", type);
        return false;
    }
    if (!assertion || !jwt_read(call->arena, assertion, &jwt)) {
        oauth_refuse_value(call, OAUTH_BAD_SECRET, "client_assertion", NULL);
        return false;
    }
    const char *id = jwt_text(&jwt, "iss");
    if (!id || !text_eq(id, jwt_text(&jwt, "sub"))) {
        oauth_refuse(call, OAUTH_WRONG_ID);
        return false;
    }
    const struct app *app = named(call, id);
    if (!app)
        return false;
    const char *told = oauth_param(call, "client_id");
    if (told && !text_eq(told, id)) {
        oauth_refuse_value(call, OAUTH_DIFFERS, "client_id", told);
        return false;
    }
    bool is_signed = text_eq(jwt.alg, "HS256")   ? app->secret && jwt_is_hmac(&jwt, app->secret)
                     : text_eq(jwt.alg, "RS256") ? jwt_is_pem(&jwt, app->public_key)
                                                 : false;
    bool is_for_us = jwt_is_for(&jwt, oauth_url(call, "/restapi/oauth/token")) ||
                     jwt_is_for(&jwt, call->world->base_url);
    if (!is_signed || !is_for_us || clock_now(call->world) >= jwt_expires_ms(&jwt))
        return refuse_secret(call, app);
    return true;
}

static bool by_id_alone(struct call *call)
{
    const char *id = oauth_param(call, "client_id");
    /* client_secret_post is not among the methods, and seen refused with an empty id. */
    if (oauth_param(call, "client_secret")) {
        oauth_refuse_value(call, OAUTH_UNKNOWN_CLIENT, "client_id", "");
        return false;
    }
    if (!id) {
        oauth_refuse(call, OAUTH_NO_CLIENT);
        return false;
    }
    const struct app *app = named(call, id);
    if (app && app->secret)
        oauth_refuse(call, OAUTH_NO_SECRET);
    return app && !app->secret;
}

bool oauth_client(struct call *call)
{
    const char *header = web_header_get(call->request, "Authorization");
    const char *type = oauth_param(call, "client_assertion_type");
    bool is_known = header                                          ? by_basic(call, header)
                    : type || oauth_param(call, "client_assertion") ? by_assertion(call, type)
                                                                    : by_id_alone(call);
    return is_known && oauth_app_open(call, call->app);
}
