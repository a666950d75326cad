/*
 * A small world behind the REST API, and a way to call it as the web edge does (api_serve), without
 * sockets. Frozen at 2026-01-05T09:00:00Z, seed 1, rate limits off unless a test turns them on.
 *
 *   account 7001 (brand 6010): 7101 Ann, Super Admin, ext 101 · 7102 Bob, Standard, ext 102 ·
 *     7103 Mia, Manager, ext 103 · 7104 Dan, disabled, ext 104 · 7105 Sales, call queue, ext 300
 *   account 7901: 7902 Eve, Super Admin, ext 101
 *   numbers: 9001 main +12025550100 · 9002 Ann's · 9003 Bob's
 *   devices: 800000000001 Ann's OtherPhone · 800000000002 Bob's HardPhone
 *   proxies: a (primary), b (secondary), far (EMEA), hidden (not listed)
 */
#ifndef MOCKRC_TESTS_REST_WORLD_H
#define MOCKRC_TESTS_REST_WORLD_H

#include "support/cmocka_all.h"

#include "api/errand.h"
#include "api/refuse.h"
#include "api/serve.h"
#include "base/mem.h"
#include "base/text.h"
#include "rest/rest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REST_START_MS ((int64_t)1767603600000)
#define ACCOUNT_PATH  "/restapi/v1.0/account/~"
#define OWN_PATH      "/restapi/v1.0/account/~/extension/~"

enum { REST_HEADERS_MAX = 8 };

struct rest {
    struct world *world;
    struct api api;
    struct arena arena;
    struct web_reply reply;
    struct plan plan;
    struct event event;      /* of the last call */
    const struct node *body; /* of the last answer, when it is JSON */
    struct app *app;
    struct session *session;                     /* whose token calls carry; NULL: none */
    struct web_header headers[REST_HEADERS_MAX]; /* further ones of the next call */
    size_t header_count;
    bool is_untyped, is_too_large; /* the next call's body: without Content-Type; past the limit */
    int64_t wsc;                   /* the next call comes over this WebSocket connection */
};

static inline struct user *rest_user(struct world *world, int64_t id, int64_t account,
                                     const char *extension, const char *name, enum role role)
{
    char email[64];
    struct user *user = user_add(world, id, account);
    snprintf(email, sizeof email, "%s@%lld.test", name, (long long)account);
    user_set_extension(world, user, extension);
    user_set_email(world, user, email);
    xset(&user->name, name);
    xset(&user->first_name, name);
    user->role = role;
    return user;
}

static inline void rest_account(struct world *world, int64_t id)
{
    struct account *account = account_add(world, id);
    xset(&account->company, "Acme");
    xset(&account->main_number, "+12025550100");
    xset(&account->brand_id, "6010");
    xset(&account->brand_name, "Avaya Cloud Office");
    xset(&account->country_id, "1");
    xset(&account->country_iso, "US");
    xset(&account->country_name, "United States");
    xset(&account->calling_code, "1");
    xset(&account->timezone, "America/New_York");
    xset(&account->plan_id, "1");
    xset(&account->plan_name, "Ultra");
    xset(&account->city, "Boston");
    xset(&account->sip_domain, "sip.acme.test");
    account->operator_id = 7101;
}

static inline struct phone_number *rest_number(struct world *world, int64_t id, const char *text,
                                               enum number_usage usage, int64_t user)
{
    struct phone_number *number = phone_number_add(world, id, 7001);
    phone_number_set(world, number, text);
    number->usage = usage;
    number->user_id = user;
    return number;
}

static inline struct device *rest_device(struct world *world, const char *id, int64_t user,
                                         enum device_type type, const char *digits)
{
    struct device *device = device_add(world, id, 7001, user);
    device->type = type;
    device->has_line = true;
    xset(&device->name, "Desk");
    xset(&device->sip_password, "pw");
    device_set_sip_username(world, device, digits);
    return device;
}

static inline struct proxy *rest_proxy(struct world *world, const char *name, int udp,
                                       enum proxy_region region)
{
    struct proxy *proxy = proxy_add(world, name, 7001);
    xset(&proxy->host, name);
    proxy->region = region;
    proxy->is_listed = true;
    proxy->is_secondary = *name == 'b';
    proxy->port[TRANSPORT_UDP] = udp;
    proxy->port[TRANSPORT_TCP] = udp + 1;
    return proxy;
}

/* Who calls from now on: NULL for nobody. */
static inline void rest_as(struct rest *rest, const char *who)
{
    struct user *user = who ? user_named(rest->world, who) : NULL;
    rest->session = user ? session_start(rest->world, rest->app, user, rest->app->scopes, 3600000,
                                         604800000, true, NULL, 0)
                         : NULL;
}

static inline struct rest *rest_new(void)
{
    struct rest *rest = xcalloc(1, sizeof *rest);
    struct world *world = rest->world = world_new(1, CLOCK_FROZEN, REST_START_MS);
    struct route_family families[REST_FAMILIES_MAX];
    xset(&world->base_url, "http://api.test");
    xset(&world->media_url, "http://media.test");
    world->knobs.rate_limits = KNOB_RATE_OFF;
    rest_account(world, 7001);
    rest_account(world, 7901);
    rest_user(world, 7101, 7001, "101", "Ann", ROLE_SUPER_ADMIN);
    rest_user(world, 7102, 7001, "102", "Bob", ROLE_STANDARD);
    rest_user(world, 7103, 7001, "103", "Mia", ROLE_MANAGER);
    rest_user(world, 7104, 7001, "104", "Dan", ROLE_STANDARD)->status = USER_DISABLED;
    rest_user(world, 7105, 7001, "300", "Sales", ROLE_STANDARD)->type = USER_DEPARTMENT;
    rest_user(world, 7902, 7901, "101", "Eve", ROLE_SUPER_ADMIN);
    rest_number(world, 9001, "+12025550100", NUMBER_MAIN, 0);
    rest_number(world, 9002, "+12025550101", NUMBER_DIRECT, 7101)->can_sms = true;
    rest_number(world, 9003, "+18005550102", NUMBER_DIRECT, 7102);
    xset(&rest_device(world, "800000000001", 7101, DEVICE_OTHER_PHONE, "12025550101")->number,
         "+12025550101");
    rest_device(world, "800000000002", 7102, DEVICE_HARD_PHONE, "18005550102");
    rest_proxy(world, "a", 5090, REGION_NA);
    rest_proxy(world, "far", 5094, REGION_EMEA);
    rest_proxy(world, "b", 5092, REGION_NA);
    rest_proxy(world, "hidden", 5096, REGION_NA)->is_listed = false;
    rest->app = app_add(world, "app-1");
    rest->app->scopes = UINT64_MAX;
    rest->api =
        (struct api){.world = world,
                     .journal = journal_new(NULL),
                     .faults = faults_new(),
                     .router = router_new(families, rest_families(families, REST_FAMILIES_MAX))};
    arena_init(&rest->arena);
    web_reply_init(&rest->reply);
    rest_as(rest, "Ann");
    return rest;
}

static inline void rest_free(struct rest *rest)
{
    web_reply_done(&rest->reply);
    arena_done(&rest->arena);
    router_free(rest->api.router);
    faults_free(rest->api.faults);
    journal_free(rest->api.journal);
    world_free(rest->world);
    free(rest);
}

/* The next call carries this header too. */
static inline void rest_header(struct rest *rest, const char *name, const char *value)
{
    rest->headers[rest->header_count++] = (struct web_header){name, value};
}

/* One call; `target` is path and query. Returns the status; body and event are kept. */
static inline int rest_call(struct rest *rest, const char *method, const char *target,
                            const char *body)
{
    struct web_header headers[REST_HEADERS_MAX + 2];
    size_t count = rest->header_count;
    memcpy(headers, rest->headers, sizeof rest->headers);
    rest->header_count = 0;
    arena_reset(&rest->arena);
    web_reply_reset(&rest->reply);
    if (rest->session)
        headers[count++] =
            (struct web_header){"Authorization", arena_printf(&rest->arena, "Bearer %s",
                                                              rest->session->current.access)};
    if (body && !rest->is_untyped)
        headers[count++] = (struct web_header){"Content-Type", "application/json"};
    const char *query = strchr(target, '?');
    struct web_request request = {
        .method = method,
        .path = query ? arena_strndup(&rest->arena, target, (size_t)(query - target)) : target,
        .query = query ? query + 1 : "",
        .headers = headers,
        .header_count = count,
        .body = body ? body : "",
        .body_len = body ? strlen(body) : 0,
        .is_body_too_large = rest->is_too_large,
        .wsc = rest->wsc,
    };
    rest->wsc = 0;
    rest->is_untyped = rest->is_too_large = false;
    api_serve(&rest->api, &rest->arena, &request, &rest->reply, &rest->plan);
    journal_get(rest->api.journal, journal_last(rest->api.journal), &rest->event);
    rest->body = json_parse(&rest->arena, buf_text(&rest->reply.body), rest->reply.body.len, NULL);
    return rest->reply.status;
}

/* The edge's second call of one that left an errand, once it `came` out so. */
static inline int rest_resume_as(struct rest *rest, const char *method, const char *path,
                                 const char *body, const struct errand *came)
{
    struct errand *errand = rest->reply.errand;
    struct web_header headers[] = {
        {"Authorization", arena_printf(&rest->arena, "Bearer %s", rest->session->current.access)},
        {"Content-Type", "application/json"},
    };
    struct web_request request = {.method = method,
                                  .path = path,
                                  .query = "",
                                  .headers = headers,
                                  .header_count = 2,
                                  .body = body,
                                  .body_len = strlen(body)};
    errand->result = came->result;
    errand->status = came->status;
    errand->has_token = came->has_token;
    memcpy(errand->reason, came->reason, sizeof errand->reason);
    api_resume(&rest->api, &rest->arena, &request, &rest->reply, &rest->plan);
    journal_get(rest->api.journal, journal_last(rest->api.journal), &rest->event);
    rest->body = json_parse(&rest->arena, buf_text(&rest->reply.body), rest->reply.body.len, NULL);
    return rest->reply.status;
}

static inline int rest_resume(struct rest *rest, const char *path, const char *body,
                              const struct errand *came)
{
    return rest_resume_as(rest, "POST", path, body, came);
}

/* A fault rule, as JSON. */
static inline void rest_arm(struct rest *rest, const char *json)
{
    struct diag diag = {0};
    const struct node *rule = json_parse(&rest->arena, json, strlen(json), NULL);
    assert_non_null(rule);
    assert_int_equal(
        fault_arm(rest->api.faults, rule, NULL, clock_now(rest->world), 0, NULL, &diag), 0);
}

static inline void rest_set(struct rest *rest, const char *knob, const char *value)
{
    struct diag diag;
    if (!knobs_set(&rest->world->knobs, knob, value, &diag))
        fail_msg("%s", diag.text);
}

static inline int rest_get(struct rest *rest, const char *target)
{
    return rest_call(rest, "GET", target, NULL);
}

/* The node at "records[0].contact.email" of the last answer, or NULL. */
static inline const struct node *rest_at(const struct rest *rest, const char *path)
{
    const struct node *at = rest->body;
    while (at && *path) {
        char key[64];
        size_t len = strcspn(path, ".[");
        if (*path == '[') {
            char *end;
            unsigned long index = strtoul(path + 1, &end, 10);
            at = node_first(at);
            while (at && index-- > 0)
                at = at->next;
            path = end + 1;
        } else {
            snprintf(key, sizeof key, "%.*s", (int)len, path);
            at = node_get(at, key);
            path += len;
        }
        path += *path == '.';
    }
    return at;
}

static inline const char *rest_text(const struct rest *rest, const char *path)
{
    return node_text(rest_at(rest, path), NULL);
}

static inline size_t rest_count(const struct rest *rest, const char *path)
{
    const struct node *list = rest_at(rest, path);
    return list ? list->count : 0;
}

/* The value of a header of the last answer, in the arena; NULL when it is not there. */
static inline const char *rest_reply_header(struct rest *rest, const char *name)
{
    const char *line = arena_printf(&rest->arena, "\r\n%s: ", name);
    const char *head = arena_printf(&rest->arena, "\r\n%s", buf_text(&rest->reply.head));
    const char *at = strstr(head, line);
    if (!at)
        return NULL;
    at += strlen(line);
    return arena_strndup(&rest->arena, at, strcspn(at, "\r"));
}

/* One refusal, whole: status, code in errors[0], word or code above it, parameter in the event. */
static inline void assert_refused(const struct rest *rest, int status, const char *code)
{
    assert_int_equal(rest->reply.status, status);
    assert_string_equal(rest_text(rest, "errors[0].errorCode"), code);
    assert_string_equal(event_get(&rest->event, EVENT_CODE), code);
}

static inline int rest_setup(void **state)
{
    *state = rest_new();
    return 0;
}

static inline int rest_teardown(void **state)
{
    rest_free(*state);
    return 0;
}

#endif
