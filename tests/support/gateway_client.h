/*
 * A client of the WebSocket gateway without a socket: what its connection was told last, as JSON, in
 * the world of rest_world.h.
 */
#ifndef MOCKRC_TESTS_GATEWAY_CLIENT_H
#define MOCKRC_TESTS_GATEWAY_CLIENT_H

#include "support/rest_world.h"

#include "api/errand.h"
#include "fault/fault.h"
#include "notify/gateway.h"
#include "notify/tell.h"

#define P        "/restapi/v1.0/account/7001"
#define PRESENCE P "/presence"

/* A client: what its connection was told last. */
struct client {
    struct rest *rest;
    struct gateway_out out;
    uint64_t link;
    int64_t wsc;
    char token[ID_UUID_LEN]; /* of its wsc */
};

/* The frames of the last answer, as JSON; NULL past the last. */
static inline const struct node *frame(const struct client *client, size_t i)
{
    if (i >= client->out.frame_count)
        return NULL;
    return json_parse(&client->rest->arena, client->out.frames[i].text, client->out.frames[i].len,
                      NULL);
}

static inline const struct node *meta(const struct client *client, size_t i, const char *key)
{
    return node_get(node_first(frame(client, i)), key);
}

static inline const struct node *body(const struct client *client, size_t i, const char *key)
{
    const struct node *first = node_first(frame(client, i));
    return first ? node_get(first->next, key) : NULL;
}

static inline void clear(struct client *client)
{
    gateway_out_done(&client->out);
    gateway_out_init(&client->out);
}

/* Opens with a fresh token, as the current caller; `more` follows the token in the query. */
static inline int open_with(struct client *client, struct rest *rest, const char *token,
                            const char *more)
{
    static uint64_t links;
    struct gateway_ask ask = {.path = "/ws", .link = ++links};
    ask.query = arena_printf(&rest->arena, "access_token=%s%s", token, more);
    client->rest = rest;
    client->link = ask.link;
    gateway_out_init(&client->out);
    gateway_open(&rest->api, &ask, &client->out);
    journal_get(rest->api.journal, journal_last(rest->api.journal), &rest->event);
    client->wsc = client->out.wsc;
    const char *wsc = node_text(node_get(meta(client, 0, "wsc"), "token"), "");
    snprintf(client->token, sizeof client->token, "%s", wsc);
    return client->out.status;
}

static inline int open_one(struct client *client, struct rest *rest, const char *more)
{
    return open_with(client, rest, session_ws_token(rest->world, rest->session, 600000), more);
}

static inline void hear(struct client *client, const char *text)
{
    clear(client);
    gateway_hear(&client->rest->api, client->wsc, client->link, true, text, strlen(text),
                 &client->out);
}

static inline bool take(struct client *client)
{
    clear(client);
    return gateway_take(&client->rest->api, &client->out);
}

static inline void lose(struct client *client)
{
    gateway_lose(&client->rest->api, client->wsc, client->link, 1006, "gone");
    gateway_out_done(&client->out);
}

static inline void subscribe(struct client *client, const char *filter)
{
    hear(client, arena_printf(&client->rest->arena,
                              "[{\"type\":\"ClientRequest\",\"messageId\":\"s\",\"method\":"
                              "\"POST\",\"path\":\"/restapi/v1.0/subscription/\"},{"
                              "\"eventFilters\":[\"%s\"],\"deliveryMode\":{\"transportType\":"
                              "\"WebSocket\"}}]",
                              filter));
}

static inline void tell(struct rest *rest, const char *path, size_t times)
{
    struct notify_event event = {.path = path, .body = "{\"x\":1}"};
    while (times-- > 0)
        notify_tell(rest->world, &event);
}

static inline void assert_int(const struct node *node, int64_t want)
{
    int64_t value = -1;
    assert_true(node_int(node, &value));
    assert_int_equal(value, want);
}

static inline void assert_text(const struct node *node, const char *want)
{
    assert_string_equal(node_text(node, "nothing"), want);
}

#define REQUEST(id, method, path)                                                                  \
    "[{\"type\":\"ClientRequest\",\"messageId\":\"" id "\",\"method\":\"" method                   \
    "\",\"path\":\"" path "\"}"

#define TEST(name) cmocka_unit_test_setup_teardown(name, rest_setup, rest_teardown)

#endif
