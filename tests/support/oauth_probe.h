/*
 * A small world with an OAuth server in it and a browser in front: for tests of the OAuth handlers
 * without sockets. Requests go through api_serve, as on the wire. Frozen, seed 1.
 *
 * People: alice (Super Admin), bruno (Standard), a queue, all with the password "Correct7!Horse".
 * Apps: "conf" (secret "app-secret", every grant but password) and "pub" (no secret).
 */
#ifndef MOCKRC_TESTS_OAUTH_PROBE_H
#define MOCKRC_TESTS_OAUTH_PROBE_H

#include "support/cmocka_all.h"

#include "api/serve.h"
#include "base/codec.h"
#include "base/mem.h"
#include "base/text.h"
#include "oauth/oauth.h"
#include "world/login.h"
#include "world/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PROBE_START_MS ((int64_t)1767603600000) /* 2026-01-05T09:00:00Z */
#define PROBE_PASSWORD "Correct7!Horse"
#define PROBE_REDIRECT "https://ccaas.example/cb"
#define PROBE_VERIFIER "verifier-verifier-verifier-verifier-verifier-01"
enum { PROBE_ACCOUNT = 7000, ALICE = 7001, BRUNO, QUEUE };

struct probe {
    struct world *world;
    struct journal *journal;
    struct faults *faults;
    struct router *router;
    struct arena arena; /* of the last call */
    struct web_reply reply;
    struct event event;                  /* of the last call */
    const char *authorization;           /* sent with every call while set */
    const char *content_type;            /* NULL: a form's */
    bool is_body_cut, is_body_too_large; /* what the edge would say of every body */
    char cookie[128];
    struct app *conf, *pub;
    struct user *alice, *bruno, *queue;
    struct account *account;
};

static inline struct user *probe_user(struct world *world, int64_t id, const char *email,
                                      const char *extension, enum role role)
{
    struct user *user = user_add(world, id, PROBE_ACCOUNT);
    user_set_email(world, user, email);
    user_set_extension(world, user, extension);
    xset(&user->password, PROBE_PASSWORD);
    xset(&user->first_name, "Test");
    xset(&user->last_name, "Person");
    xset(&user->name, "Test Person");
    user->role = role;
    user->type = USER_USER;
    user->status = USER_ENABLED;
    user->password_changed_ms = PROBE_START_MS;
    return user;
}

static inline struct app *probe_app(struct world *world, const char *client_id, const char *secret)
{
    struct app *app = app_add(world, client_id);
    xset(&app->name, client_id);
    xset(&app->secret, secret);
    app->scopes = SCOPE_BIT(READ_ACCOUNTS) | SCOPE_BIT(READ_CALL_LOG) | SCOPE_BIT(WEB_SOCKET);
    app->grants = 1u << GRANT_AUTHORIZATION_CODE | 1u << GRANT_REFRESH_TOKEN | 1u << GRANT_JWT;
    app->issues_refresh = true;
    app_add_redirect(app, PROBE_REDIRECT);
    return app;
}

static inline void probe_init(struct probe *probe)
{
    struct route_family families[] = {oauth_routes()};
    *probe = (struct probe){0};
    struct world *world = probe->world = world_new(1, CLOCK_FROZEN, PROBE_START_MS);
    xset(&world->base_url, "http://127.0.0.1:5880");
    world->knobs.rate_limits = KNOB_RATE_OFF;
    probe->account = account_add(world, PROBE_ACCOUNT);
    probe->account->status = ACCOUNT_CONFIRMED;
    xset(&probe->account->brand_id, "1210");
    xset(&probe->account->calling_code, "1");
    struct phone_number *number = phone_number_add(world, 1, PROBE_ACCOUNT);
    phone_number_set(world, number, "+12025550100");
    number->usage = NUMBER_MAIN;
    probe->alice = probe_user(world, ALICE, "alice@acme.test", "101", ROLE_SUPER_ADMIN);
    probe->bruno = probe_user(world, BRUNO, "bruno@acme.test", "102", ROLE_STANDARD);
    probe->queue = probe_user(world, QUEUE, "queue@acme.test", "103", ROLE_STANDARD);
    probe->queue->type = USER_DEPARTMENT;
    probe->conf = probe_app(world, "conf", "app-secret");
    probe->pub = probe_app(world, "pub", NULL);
    probe->journal = journal_new(&(struct journal_limits){0});
    probe->faults = faults_new();
    probe->router = router_new(families, 1);
    arena_init(&probe->arena);
    web_reply_init(&probe->reply);
}

static inline void probe_done(struct probe *probe)
{
    web_reply_done(&probe->reply);
    arena_done(&probe->arena);
    router_free(probe->router);
    faults_free(probe->faults);
    journal_free(probe->journal);
    world_free(probe->world);
}

/* cmocka's setup and teardown; the state is a struct probe *. */
static inline int probe_setup(void **state)
{
    struct probe *probe = calloc(1, sizeof *probe);
    probe_init(probe);
    *state = probe;
    return 0;
}

static inline int probe_teardown(void **state)
{
    probe_done(*state);
    free(*state);
    return 0;
}
#define probe_test(name) cmocka_unit_test_setup_teardown(name, probe_setup, probe_teardown)

/* A header of the last reply, or NULL; `nth` of that name. */
static inline const char *probe_header_nth(struct probe *probe, const char *name, int nth)
{
    size_t len = strlen(name);
    for (const char *at = buf_text(&probe->reply.head); *at;) {
        const char *end = strstr(at, "\r\n");
        if (strncasecmp(at, name, len) == 0 && at[len] == ':' && nth-- == 0) {
            const char *value = at + len + 1 + strspn(at + len + 1, " ");
            return arena_strndup(&probe->arena, value, (size_t)(end - value));
        }
        at = end + 2;
    }
    return NULL;
}

static inline const char *probe_header(struct probe *probe, const char *name)
{
    return probe_header_nth(probe, name, 0);
}

static inline void probe_keep_cookie(struct probe *probe)
{
    const char *set = probe_header(probe, "Set-Cookie");
    if (set)
        snprintf(probe->cookie, sizeof probe->cookie, "%.*s", (int)strcspn(set, ";"), set);
}

/* Sends one request; returns the status. `target` is path and query; `body` NULL: none. */
static inline int probe_send_n(struct probe *probe, const char *method, const char *target,
                               const char *body, size_t body_len)
{
    struct api api = {.world = probe->world,
                      .journal = probe->journal,
                      .faults = probe->faults,
                      .router = probe->router};
    struct web_header headers[3];
    size_t count = 0;
    struct plan plan;
    size_t path_len = strcspn(target, "?");
    char *path = xstrndup(target, path_len), *copy = body ? xmalloc(body_len + 1) : NULL;
    if (copy) {
        memcpy(copy, body, body_len);
        copy[body_len] = '\0';
        headers[count++] = (struct web_header){
            "Content-Type",
            probe->content_type ? probe->content_type : "application/x-www-form-urlencoded"};
    }
    if (probe->cookie[0])
        headers[count++] = (struct web_header){"Cookie", probe->cookie};
    if (probe->authorization)
        headers[count++] = (struct web_header){"Authorization", probe->authorization};
    struct web_request request = {.method = method,
                                  .path = path,
                                  .query = target[path_len] ? target + path_len + 1 : "",
                                  .headers = headers,
                                  .header_count = count,
                                  .body = copy ? copy : "",
                                  .body_len = copy ? body_len : 0,
                                  .is_body_cut = probe->is_body_cut,
                                  .is_body_too_large = probe->is_body_too_large};
    arena_reset(&probe->arena);
    web_reply_reset(&probe->reply);
    api_serve(&api, &probe->arena, &request, &probe->reply, &plan);
    journal_get(probe->journal, journal_last(probe->journal), &probe->event);
    probe_keep_cookie(probe);
    free(path);
    free(copy);
    return probe->reply.status;
}

static inline int probe_get(struct probe *probe, const char *target)
{
    return probe_send_n(probe, "GET", target, NULL, 0);
}

static inline int probe_post(struct probe *probe, const char *target, const char *form)
{
    return probe_send_n(probe, "POST", target, form, strlen(form));
}

static inline const char *probe_body(struct probe *probe)
{
    return buf_text(&probe->reply.body);
}

/* A text or number out of the reply's JSON object, or NULL. */
static inline const char *probe_json(struct probe *probe, const char *key)
{
    const struct node *root =
        json_parse(&probe->arena, probe_body(probe), probe->reply.body.len, NULL);
    return node_text(node_get(root, key), NULL);
}

/* errors[0].errorCode, or NULL. */
static inline const char *probe_code(struct probe *probe)
{
    const struct node *root =
        json_parse(&probe->arena, probe_body(probe), probe->reply.body.len, NULL);
    return node_text(node_get(node_first(node_get(root, "errors")), "errorCode"), NULL);
}

static inline const char *probe_event(struct probe *probe, enum event_key key)
{
    return event_get(&probe->event, key);
}

/* What stands between two marks of the reply's body, copied; NULL when it is not there. */
static inline char *probe_between(struct probe *probe, const char *before, const char *after)
{
    const char *at = strstr(probe_body(probe), before);
    if (!at)
        return NULL;
    at += strlen(before);
    const char *end = strstr(at, after);
    return end ? arena_strndup(&probe->arena, at, (size_t)(end - at)) : NULL;
}

static inline const char *probe_alert(struct probe *probe)
{
    return probe_between(probe, "role=\"alert\" data-code=\"", "\"");
}

/* The client's own authentication for token and revoke. */
static inline void probe_as(struct probe *probe, const char *basic_base64)
{
    probe->authorization = basic_base64;
}
#define PROBE_CONF "Basic Y29uZjphcHAtc2VjcmV0" /* conf:app-secret */

/* The page that is due, after the redirects of this server have been followed. */
static inline int probe_follow(struct probe *probe)
{
    for (int hops = 0; probe->reply.status == 302 && hops < 5; hops++) {
        const char *to = probe_header(probe, "Location");
        if (!to || *to != '/')
            break;
        char *target = xstrdup(to);
        probe_get(probe, target);
        free(target);
    }
    return probe->reply.status;
}

/* Posts a form of the shown page: its csrf token and `fields`; follows. */
static inline int probe_submit(struct probe *probe, const char *action, const char *fields)
{
    char form[8192];
    const char *csrf = probe_between(probe, "name=\"csrf\" value=\"", "\"");
    snprintf(form, sizeof form, "csrf=%s&%s", csrf ? csrf : "", fields);
    probe_post(probe, action, form);
    return probe_follow(probe);
}

#define PROBE_AUTHORIZE                                                                            \
    "/restapi/oauth/authorize?response_type=code&client_id=conf&state=st%20%26&"                   \
    "redirect_uri=https%3A%2F%2Fccaas.example%2Fcb"
#define PROBE_AUTHORIZE_PUB                                                                        \
    "/restapi/oauth/authorize?response_type=code&client_id=pub&code_challenge=" PROBE_VERIFIER     \
    "&redirect_uri=https%3A%2F%2Fccaas.example%2Fcb"

/* Walks to the consent page as that user. */
static inline void probe_sign_in(struct probe *probe, const char *authorize, const char *email)
{
    char field[256];
    probe_get(probe, authorize);
    probe_follow(probe);
    snprintf(field, sizeof field, "username=%s", email);
    probe_submit(probe, "/oauth/login/identifier", field);
    probe_submit(probe, "/oauth/login/password", "password=Correct7%21Horse");
}

/* A name's value in a redirect's query, decoded; NULL when absent. */
static inline const char *probe_location_param(struct probe *probe, const char *name)
{
    struct params params = {0};
    const char *location = probe_header(probe, "Location");
    const char *query = location ? strchr(location, '?') : NULL;
    if (!query)
        return NULL;
    params_parse(&params, &probe->arena, query + 1, strlen(query + 1));
    return params_get(&params, name);
}

/* The whole walk; the code that came back, to be freed. */
static inline char *probe_code_for(struct probe *probe, const char *authorize, const char *email)
{
    probe_sign_in(probe, authorize, email);
    probe_submit(probe, "/oauth/consent", "decision=authorize");
    const char *code = probe_location_param(probe, "code");
    assert_non_null(code);
    return xstrdup(code);
}

static inline int probe_exchange(struct probe *probe, const char *code)
{
    char form[1024];
    probe_as(probe, PROBE_CONF);
    snprintf(form, sizeof form,
             "grant_type=authorization_code&code=%s&redirect_uri=https://ccaas.example/cb", code);
    return probe_post(probe, "/restapi/oauth/token", form);
}

struct probe_pair {
    char access[256], refresh[256];
};

/* The pair of the last reply. */
static inline struct probe_pair probe_pair(struct probe *probe)
{
    struct probe_pair pair = {"", ""};
    const char *access = probe_json(probe, "access_token");
    const char *refresh = probe_json(probe, "refresh_token");
    snprintf(pair.access, sizeof pair.access, "%s", access ? access : "");
    snprintf(pair.refresh, sizeof pair.refresh, "%s", refresh ? refresh : "");
    return pair;
}

/* A fresh grant of alice for "conf". */
static inline struct probe_pair probe_grant(struct probe *probe)
{
    probe->authorization = NULL;
    probe->cookie[0] = '\0';
    char *code = probe_code_for(probe, PROBE_AUTHORIZE "&prompt=consent", "alice@acme.test");
    assert_int_equal(probe_exchange(probe, code), 200);
    free(code);
    return probe_pair(probe);
}

static inline int probe_refresh(struct probe *probe, const char *token)
{
    char form[512];
    probe_as(probe, PROBE_CONF);
    snprintf(form, sizeof form, "grant_type=refresh_token&refresh_token=%s", token);
    return probe_post(probe, "/restapi/oauth/token", form);
}

/* Uses an access token on the one bearer endpoint of this layer that needs no scope. */
static inline int probe_use(struct probe *probe, const char *token)
{
    char header[300];
    snprintf(header, sizeof header, "Bearer %s", token);
    probe->authorization = header;
    int status = probe_get(probe, "/restapi/oauth/userinfo");
    probe->authorization = NULL;
    return status;
}

#endif
