#include "front/sip_link.h"

#include "base/text.h"
#include "front/sip_hop.h"
#include "front/ws.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HANDSHAKE_MS = 10000,
    BYTES_MAX = 2 * SIP_MESSAGE_MAX, /* a stream's: the hop itself tells what is too long */
};

/* A client's link. */
struct client {
    struct sip_hop *hop; /* NULL: no handshake yet */
    struct ws *ws;       /* NULL: a stream */
    uint64_t platform;   /* number of the link to it; 0: none yet */
};

/* Its counterpart. */
struct platform {
    uint64_t client;
};

static const struct link_service platform_service;

static enum transport transport_of_link(const struct link *link)
{
    enum transport transport = TRANSPORT_TLS;
    transport_named(front_role_transport(link_facts(link)->role), &transport);
    return transport;
}

static void begin_hop(struct link *link)
{
    const struct link_facts *facts = link_facts(link);
    const struct sip_link_options *options = link_context(link);
    struct client *client = link_state(link);
    char outer[SIP_SENT_BY_MAX];
    bool is_ipv6 = strchr(facts->address, ':') != NULL;
    snprintf(outer, sizeof outer, is_ipv6 ? "[%s]:%d" : "%s:%d", facts->address, facts->port);
    struct sip_ends ends = {.transport = transport_of_link(link),
                            .peer = facts->peer,
                            .peer_port = facts->peer_port,
                            .outer = outer,
                            .key = options->key,
                            .number = facts->number};
    client->hop = sip_hop_new(&ends);
}

/* Made with the first message: the proxy hangs up on connections that say nothing. */
static struct link *platform_of(struct link *link)
{
    struct client *client = link_state(link);
    if (client->platform)
        return link_find(link_front(link), client->platform);
    struct link *platform = link_connect(link, link_facts(link)->upstream, &platform_service, NULL);
    client->platform = link_facts(platform)->number;
    ((struct platform *)link_state(platform))->client = link_facts(link)->number;
    return platform;
}

static void flush_web(struct link *link, struct ws *ws)
{
    size_t len;
    const char *bytes = ws_pending(ws, &len);
    if (len && link_write(link, bytes, len))
        ws_sent(ws, len);
}

/* A browser takes text that is no UTF-8 for a broken connection (RFC 6455 8.1). */
static void send_client(struct link *link, const struct client *client, const char *bytes,
                        size_t len)
{
    if (!client->ws)
        link_write(link, bytes, len);
    else if (text_is_utf8(bytes, len))
        ws_text(client->ws, bytes, len);
    else
        ws_binary(client->ws, bytes, len);
}

static void close_client(struct link *link, struct client *client)
{
    enum { GOING_AWAY = 1001 };
    if (client->ws) {
        ws_close(client->ws, GOING_AWAY, "");
        flush_web(link, client->ws);
    }
    link_close(link);
}

/* Writes what may be written on either side now. */
static void flush(struct link *link)
{
    struct client *client = link_state(link);
    struct buf *inward = sip_hop_inward(client->hop);
    struct link *platform = inward->len ? platform_of(link) : NULL;
    if (platform)
        link_write(platform, inward->data, inward->len);
    buf_reset(inward);
    size_t len;
    int64_t wait_ms;
    char *bytes;
    while ((bytes = sip_hop_next(client->hop, link_now_ms(link), &len, &wait_ms))) {
        send_client(link, client, bytes, len);
        free(bytes);
    }
    link_timer(link, wait_ms);
    if (client->ws)
        flush_web(link, client->ws);
    if (sip_hop_is_over(client->hop))
        close_client(link, client);
}

static void client_closed(struct link *link, enum link_end end)
{
    struct client *client = link_state(link);
    struct link *platform = link_find(link_front(link), client->platform);
    if (platform)
        link_close(platform);
    sip_hop_free(client->hop);
    ws_free(client->ws);
    *client = (struct client){0};
}

/* --- the platform's side --- */

static size_t platform_data(struct link *link, const char *bytes, size_t len)
{
    const struct platform *platform = link_state(link);
    struct link *outer = link_find(link_front(link), platform->client);
    struct client *client = outer ? link_state(outer) : NULL;
    if (!client || !client->hop)
        return len;
    size_t taken = sip_hop_platform(client->hop, bytes, len);
    flush(outer);
    return taken;
}

/* The proxy closed the flow, or is gone: what waits is not waited for. */
static void platform_closed(struct link *link, enum link_end end)
{
    const struct platform *platform = link_state(link);
    struct link *outer = link_find(link_front(link), platform->client);
    if (outer)
        close_client(outer, link_state(outer));
}

static const struct link_service platform_service = {
    .name = "sip platform",
    .state_len = sizeof(struct platform),
    .in_max = BYTES_MAX,
    .data = platform_data,
    .closed = platform_closed,
};

/* --- a stream --- */

static size_t stream_data(struct link *link, const char *bytes, size_t len)
{
    struct client *client = link_state(link);
    size_t taken = sip_hop_client(client->hop, bytes, len);
    flush(link);
    return taken;
}

/* It will say no more, but what it asked is still answered. */
static void stream_ended(struct link *link)
{
    const struct client *client = link_state(link);
    struct link *platform = link_find(link_front(link), client->platform);
    if (platform)
        link_finish(platform);
    else
        link_close(link);
}

const struct link_service sip_stream_service = {
    .name = "sip stream",
    .state_len = sizeof(struct client),
    .in_max = BYTES_MAX,
    .opened = begin_hop,
    .data = stream_data,
    .ended = stream_ended,
    .timer = flush,
    .closed = client_closed,
};

/* --- WebSocket --- */

static void hear(void *context, const struct ws_message *message)
{
    struct client *client = context;
    if (message->kind == WS_TEXT || message->kind == WS_BINARY)
        sip_hop_client_message(client->hop, message->bytes, message->len);
}

static void refuse(struct link *link, int status, const char *why)
{
    struct buf out;
    buf_init(&out, 1024);
    ws_refuse(status, "text/plain", why, &out);
    link_write(link, out.data, out.len);
    buf_done(&out);
    link_close(link);
}

static void accept_web(struct link *link, const struct ws_head *head)
{
    static const char *const known[] = {"sip", NULL};
    const char *why = "the subprotocol sip is wanted (RFC 7118)";
    int status = ws_check(head, &why);
    const char *protocol = ws_choose(head, known);
    if (status || !protocol) {
        refuse(link, status ? status : 400, why);
        return;
    }
    struct client *client = link_state(link);
    struct ws_options options = {.hear = hear, .context = client, .message_max = SIP_MESSAGE_MAX};
    struct buf out;
    buf_init(&out, 4096);
    ws_accept(head, protocol, &out);
    link_write(link, out.data, out.len);
    buf_done(&out);
    client->ws = ws_new(&options);
    begin_hop(link);
}

/* The head is read from a copy: reading it puts ends into it. */
static size_t shake_hands(struct link *link, const char *bytes, size_t len)
{
    struct ws_head head;
    char copy[WS_HEAD_MAX];
    size_t seen = len < sizeof copy ? len : sizeof copy;
    memcpy(copy, bytes, seen);
    ssize_t head_len = ws_head_read(copy, seen, &head);
    if (head_len > 0)
        accept_web(link, &head);
    else if (head_len < 0)
        refuse(link, 400, "this is no request of HTTP");
    return head_len > 0 ? (size_t)head_len : head_len < 0 ? len : 0;
}

static size_t web_data(struct link *link, const char *bytes, size_t len)
{
    struct client *client = link_state(link);
    if (!client->ws)
        return shake_hands(link, bytes, len);
    ws_feed(client->ws, bytes, len);
    flush(link);
    size_t pending;
    ws_pending(client->ws, &pending);
    if (ws_is_over(client->ws) && !pending)
        link_close(link);
    return len;
}

static void web_opened(struct link *link)
{
    link_timer(link, HANDSHAKE_MS);
}

static void web_timer(struct link *link)
{
    struct client *client = link_state(link);
    if (client->ws)
        flush(link);
    else
        link_close(link); /* it never said what it wants */
}

const struct link_service sip_web_service = {
    .name = "sip websocket",
    .state_len = sizeof(struct client),
    .in_max = BYTES_MAX,
    .opened = web_opened,
    .data = web_data,
    .timer = web_timer,
    .closed = client_closed,
};
