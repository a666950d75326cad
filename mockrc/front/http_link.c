#include "front/http_link.h"

#include "front/http_span.h"

#include <string.h>
#include <strings.h>

enum {
    HIGH = 256 << 10, /* more than this waiting for the client holds the library back */
    REPLY_HEAD_MAX = 64 << 10,
    BODY_LIMIT = 4 << 20, /* what body_max may be at most: buffers are born with it */
};

/* The client's side. */
struct client {
    struct link *back; /* the library's side while a request is with it; else NULL */
    struct http_span span;
    size_t held;
    bool has_come; /* some of the request has */
    bool is_told;  /* to go on (100) */
    bool is_over;  /* the client sends no more */
    bool is_last,
        is_head; /* of the request that is with the library: the connection ends; no body */
};

/* The library's. */
struct back {
    struct link *client; /* NULL: gone */
    bool has_head;
    bool is_last;   /* it says so */
    size_t missing; /* bytes of the answer that have not come */
};

static const struct link_service back_service;

/* --- a WebSocket? --- */

/* Does a header line of this name list the word? */
static bool has_word(const char *head, size_t len, const char *name, const char *word)
{
    size_t word_len = strlen(word), value_len;
    const char *end = head + len, *value;
    while ((value = http_header(head, (size_t)(end - head), name, &value_len))) {
        for (const char *at = value, *to = value + value_len; at < to;) {
            const char *comma = memchr(at, ',', (size_t)(to - at));
            const char *last = comma ? comma : to;
            while (at < last && (*at == ' ' || *at == '\t'))
                at++;
            size_t part = (size_t)(last - at);
            while (part && (at[part - 1] == ' ' || at[part - 1] == '\t'))
                part--;
            if (part == word_len && strncasecmp(at, word, word_len) == 0)
                return true;
            at = last + 1;
        }
        head = value + value_len;
    }
    return false;
}

bool http_is_upgrade(const char *head, size_t len, const char *path)
{
    size_t path_len = strlen(path), get = strlen("GET ");
    if (len < get + path_len + 1 || memcmp(head, "GET ", get) != 0 ||
        memcmp(head + get, path, path_len) != 0)
        return false;
    char after = head[get + path_len];
    if (after != ' ' && after != '?')
        return false;
    return has_word(head, len, "Upgrade", "websocket") &&
           has_word(head, len, "Connection", "upgrade");
}

/* --- the client's side --- */

static struct http_links *links_of(struct link *link)
{
    return link_context(link);
}

/* So many bytes of its request wait here now. False: all together are too many. */
static bool hold(struct link *link, size_t len)
{
    struct client *client = link_state(link);
    struct http_links *links = links_of(link);
    links->held += len - client->held;
    client->held = len;
    return links->held <= links->held_max;
}

static void client_opened(struct link *link)
{
    link_timer(link, links_of(link)->head_ms);
}

/* The first `len` bytes are the library's to answer; nothing follows them there. */
static size_t ask(struct link *link, const char *bytes, size_t len, bool is_last)
{
    struct client *client = link_state(link);
    hold(link, 0);
    client->is_last = is_last || client->is_over;
    client->is_head = client->span.is_head;
    client->back = link_connect(link, link_facts(link)->upstream, &back_service, NULL);
    ((struct back *)link_state(client->back))->client = link;
    link_write(client->back, bytes, len);
    link_finish(client->back);
    link_timer(link, -1);
    link_pause(link, true);
    return len;
}

/* The rest of a request is waited for. */
static void await(struct link *link, enum http_span_state state)
{
    static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
    struct client *client = link_state(link);
    const struct http_links *links = links_of(link);
    if (!client->has_come)
        link_timer(link, links->head_ms);
    client->has_come = true;
    if (state != HTTP_BODY || client->is_told)
        return;
    client->is_told = true;
    link_timer(link, links->body_ms);
    if (client->span.wants_continue)
        link_write(link, go_on, strlen(go_on));
}

static size_t client_data(struct link *link, const char *bytes, size_t len)
{
    struct client *client = link_state(link);
    struct http_links *links = links_of(link);
    if (client->back)
        return 0;
    enum http_span_state state = http_span_read(&client->span, bytes, len, links->body_max);
    switch (state) {
    case HTTP_WHOLE:
        if (links->gateway && http_is_upgrade(bytes, client->span.head_len, links->path)) {
            hold(link, 0);
            link_become(link, links->gateway, links->context);
            return 0;
        }
        return ask(link, bytes, client->span.len, false);
    case HTTP_LARGE:
        return ask(link, bytes, client->span.head_len, true), len;
    case HTTP_WRONG:
        return ask(link, bytes, len, true);
    case HTTP_HEAD:
    case HTTP_BODY:
        if (client->is_over)
            return ask(link, bytes, len, true);
        await(link, state);
        if (!hold(link, len))
            link_close(link);
    }
    return 0;
}

static void client_ended(struct link *link)
{
    struct client *client = link_state(link);
    client->is_over = true;
    client->is_last = true;
    if (client->back)
        return;
    if (client->has_come)
        link_pause(link, false); /* shows what came once more */
    else
        link_close(link);
}

static void client_late(struct link *link)
{
    static const char late[] = "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n"
                               "Connection: close\r\n\r\n";
    const struct client *client = link_state(link);
    if (client->has_come)
        link_write(link, late, strlen(late));
    link_close(link);
}

static void client_drained(struct link *link)
{
    const struct client *client = link_state(link);
    if (client->back)
        link_pause(client->back, false);
}

static void client_closed(struct link *link, enum link_end end)
{
    const struct client *client = link_state(link);
    hold(link, 0);
    if (!client->back)
        return;
    ((struct back *)link_state(client->back))->client = NULL;
    link_abort(client->back);
}

/* The gateway's links are not of a mount of its own. */
static void client_woken(struct front *front, void *context)
{
    const struct http_links *links = context;
    if (links->gateway && links->gateway->woken)
        links->gateway->woken(front, links->context);
}

const struct link_service http_link_service = {
    .name = "http",
    .state_len = sizeof(struct client),
    .in_max = HTTP_HEAD_MAX + 2 * BODY_LIMIT + HIGH,
    .opened = client_opened,
    .data = client_data,
    .ended = client_ended,
    .drained = client_drained,
    .timer = client_late,
    .closed = client_closed,
    .woken = client_woken,
};

/* --- the library's side --- */

/* What its head says of the answer; an interim one (1xx) is passed over. Bytes of the head; 0: it is not
 * whole. */
static size_t read_head(struct back *back, const char *bytes, size_t len)
{
    struct http_span span = {0};
    size_t value_len;
    http_span_read(&span, bytes, len, BODY_LIMIT);
    if (!span.head_len)
        return 0;
    bool is_interim = len > 9 && memcmp(bytes, "HTTP/1.1 1", 10) == 0;
    const char *value = http_header(bytes, span.head_len, "Connection", &value_len);
    back->has_head = !is_interim;
    back->is_last = value && value_len == 5 && strncasecmp(value, "close", 5) == 0;
    value = http_header(bytes, span.head_len, "Content-Length", &value_len);
    back->missing = 0;
    for (size_t i = 0; value && i < value_len; i++)
        back->missing = back->missing * 10 + (size_t)(value[i] - '0');
    return span.head_len;
}

static size_t back_data(struct link *link, const char *bytes, size_t len)
{
    struct back *back = link_state(link);
    size_t head = 0;
    if (!back->client)
        return len;
    if (!back->has_head) {
        head = read_head(back, bytes, len);
        if (!back->has_head)
            return head;
        if (((struct client *)link_state(back->client))->is_head)
            back->missing = 0;
    }
    back->missing -= len - head < back->missing ? len - head : back->missing;
    link_write(back->client, bytes, len);
    if (link_waiting(back->client) > HIGH)
        link_pause(link, true);
    return len;
}

/* The answer is there, or as much of it as there will be. */
static void back_closed(struct link *link, enum link_end end)
{
    const struct back *back = link_state(link);
    struct link *client = back->client;
    if (!client)
        return;
    struct client *state = link_state(client);
    state->back = NULL;
    if (!back->has_head && end != LINK_END_PEER && end != LINK_END_OURS) {
        link_abort(client);
    } else if (!back->has_head || back->missing || back->is_last || state->is_last) {
        link_close(client);
    } else {
        *state = (struct client){.is_over = state->is_over};
        link_timer(client, links_of(client)->idle_ms);
        link_pause(client, false);
    }
}

static const struct link_service back_service = {
    .name = "http back",
    .state_len = sizeof(struct back),
    .in_max = REPLY_HEAD_MAX,
    .out_max = HTTP_HEAD_MAX + 2 * BODY_LIMIT + HIGH,
    .data = back_data,
    .closed = back_closed,
};
