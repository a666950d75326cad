#include "front/gateway_edge.h"

#include "base/mem.h"
#include "front/ws.h"

#include <stdlib.h>
#include <string.h>

enum {
    HEAD_MS = 10000, /* machine time: until the upgrade's head is there */
    BYE_MS = 5000,   /* until the client has answered our close frame */
    SLOW_MAX = 16 << 20,
};

/* A frame that a fault holds back; in order of time. */
struct held {
    struct held *next;
    char *text;
    size_t len;
    int64_t due_ms;
    bool is_active;
};

/* Of one link; the link's state. */
struct peer {
    struct peer *prev, *next; /* of the edge's list, once it is open */
    struct link *link;
    struct ws *ws; /* NULL: the upgrade is yet to come */
    int64_t wsc;
    uint64_t life;
    bool is_lost; /* the gateway has been told */
    bool is_dead; /* nothing is sent or read any more */
    int64_t ping_ms, pong_ms;
    int64_t next_ping_ms, pong_due_ms, ready_ms, end_ms; /* machine time; 0: not */
    struct held *held;
};

struct gateway_edge {
    struct gateway_callbacks callbacks;
    struct peer *peers;
};

struct gateway_edge *gateway_edge_new(const struct gateway_callbacks *callbacks)
{
    struct gateway_edge *edge = xcalloc(1, sizeof *edge);
    edge->callbacks = *callbacks;
    return edge;
}

void gateway_edge_free(struct gateway_edge *edge)
{
    free(edge);
}

static const struct gateway_callbacks *callbacks_of(const struct peer *peer)
{
    const struct gateway_edge *edge = link_context(peer->link);
    return &edge->callbacks;
}

static void lose(struct peer *peer, int code, const char *why)
{
    if (peer->is_lost || !peer->wsc)
        return;
    peer->is_lost = true;
    const struct gateway_callbacks *callbacks = callbacks_of(peer);
    callbacks->lose(callbacks->context, peer->wsc, link_facts(peer->link)->number, code, why);
}

/* Sets the one timer to what is due first. */
static void set_timer(struct peer *peer)
{
    const int64_t dues[] = {peer->next_ping_ms, peer->pong_due_ms, peer->ready_ms, peer->end_ms,
                            peer->held ? peer->held->due_ms : 0};
    int64_t first = 0;
    for (size_t i = 0; i < sizeof dues / sizeof *dues; i++)
        if (dues[i] && (!first || dues[i] < first))
            first = dues[i];
    int64_t wait_ms = first - link_now_ms(peer->link);
    link_timer(peer->link, !first ? -1 : wait_ms > 0 ? wait_ms : 0);
}

static void flush(struct peer *peer)
{
    size_t len;
    const char *bytes = ws_pending(peer->ws, &len);
    if (len && link_write(peer->link, bytes, len))
        ws_sent(peer->ws, len);
    if (ws_is_over(peer->ws))
        link_close(peer->link);
}

static void hold(struct peer *peer, const struct gateway_frame *frame)
{
    struct held *one = xcalloc(1, sizeof *one), **at = &peer->held;
    *one = (struct held){.text = xstrndup(frame->text, frame->len),
                         .len = frame->len,
                         .due_ms = link_now_ms(peer->link) + frame->delay_ms,
                         .is_active = frame->is_active};
    while (*at && (*at)->due_ms <= one->due_ms)
        at = &(*at)->next;
    one->next = *at;
    *at = one;
}

/* Ends it in the protocol's way: the client has BYE_MS to answer. */
static void say_bye(struct peer *peer, int code, const char *reason)
{
    ws_close(peer->ws, code, reason);
    peer->next_ping_ms = peer->pong_due_ms = 0;
    peer->end_ms = link_now_ms(peer->link) + BYE_MS;
    lose(peer, code, reason);
}

/* Does what the gateway said, and frees it. */
static void perform(struct peer *peer, struct gateway_out *out)
{
    const struct gateway_callbacks *callbacks = callbacks_of(peer);
    peer->is_dead |= out->is_dead;
    for (size_t i = 0; !peer->is_dead && i < out->frame_count; i++) {
        if (out->frames[i].delay_ms > 0)
            hold(peer, &out->frames[i]);
        else
            ws_text(peer->ws, out->frames[i].text, out->frames[i].len);
    }
    if (out->call)
        callbacks->perform(callbacks->context, out->call);
    if (out->is_cut)
        link_close(peer->link);
    else if (out->close_code && !peer->is_dead)
        say_bye(peer, out->close_code, out->close_reason);
    gateway_out_done(out);
}

/* ---- what comes ---- */

static void on_message(void *context, const struct ws_message *message)
{
    struct peer *peer = context;
    const struct gateway_callbacks *callbacks = callbacks_of(peer);
    struct gateway_out out;
    if (message->kind == WS_PONG)
        peer->pong_due_ms = 0;
    if (peer->is_dead || peer->is_lost || (message->kind != WS_TEXT && message->kind != WS_BINARY))
        return;
    gateway_out_init(&out);
    callbacks->hear(callbacks->context, peer->wsc, link_facts(peer->link)->number,
                    message->kind == WS_TEXT, message->bytes, message->len, &out);
    perform(peer, &out);
}

/* The upgrade was accepted: from now on there are frames. */
static void begin(struct peer *peer, const struct ws_head *head, const struct gateway_out *out)
{
    struct gateway_edge *edge = link_context(peer->link);
    struct ws_options options = {.hear = on_message, .context = peer, .pending_max = SLOW_MAX};
    struct buf text;
    buf_init(&text, 4096);
    ws_accept(head, NULL, &text);
    link_write(peer->link, text.data, text.len);
    buf_done(&text);
    peer->ws = ws_new(&options);
    peer->wsc = out->wsc;
    peer->life = edge->callbacks.life(edge->callbacks.context);
    peer->ping_ms = out->ping_ms;
    peer->pong_ms = out->pong_ms;
    if (out->ready_ms)
        peer->ready_ms = link_now_ms(peer->link) + out->ready_ms;
    if (out->ping_ms)
        peer->next_ping_ms = link_now_ms(peer->link) + out->ping_ms;
    peer->next = edge->peers;
    if (edge->peers)
        edge->peers->prev = peer;
    edge->peers = peer;
}

static void refuse(struct peer *peer, int status, const char *type, const char *body)
{
    struct buf text;
    buf_init(&text, 1 << 16);
    ws_refuse(status, type, body, &text);
    link_write(peer->link, text.data, text.len);
    buf_done(&text);
    link_close(peer->link);
}

static void ask(struct peer *peer, const struct ws_head *head)
{
    const struct gateway_callbacks *callbacks = callbacks_of(peer);
    const struct link_facts *facts = link_facts(peer->link);
    struct gateway_ask asked = {.path = head->path,
                                .query = head->query,
                                .user_agent = ws_head_get(head, "User-Agent"),
                                .link = facts->number,
                                .is_tls = facts->is_tls};
    struct gateway_out out;
    gateway_out_init(&out);
    callbacks->open(callbacks->context, &asked, &out);
    if (out.status == 101)
        begin(peer, head, &out);
    else if (out.status)
        refuse(peer, out.status, "application/json;charset=UTF-8", buf_text(&out.refusal));
    peer->end_ms = 0;
    perform(peer, &out);
}

/* Returns how long the head was; 0: it is not whole yet. */
static size_t read_head(struct peer *peer, const char *bytes, size_t len)
{
    char *copy = xstrndup(bytes, len);
    const char *why;
    struct ws_head head;
    ssize_t read = ws_head_read(copy, len, &head);
    int status = read < 0 ? 400 : read > 0 ? ws_check(&head, &why) : 0;
    if (status)
        refuse(peer, status, NULL, NULL);
    else if (read > 0)
        ask(peer, &head);
    free(copy);
    return status ? len : (size_t)read;
}

static size_t on_data(struct link *link, const char *bytes, size_t len)
{
    struct peer *peer = link_state(link);
    size_t taken = peer->ws ? 0 : read_head(peer, bytes, len);
    if (peer->ws && !peer->is_dead && taken < len) {
        ws_feed(peer->ws, bytes + taken, len - taken);
        taken = len;
    }
    if (peer->ws)
        flush(peer);
    set_timer(peer);
    return peer->ws || peer->is_dead ? len : taken;
}

static void on_opened(struct link *link)
{
    struct peer *peer = link_state(link);
    peer->link = link;
    peer->end_ms = link_now_ms(link) + HEAD_MS;
    set_timer(peer);
}

/* ---- what is due ---- */

static void send_held(struct peer *peer, int64_t now)
{
    const struct gateway_callbacks *callbacks = callbacks_of(peer);
    while (peer->held && peer->held->due_ms <= now) {
        struct held *one = peer->held;
        peer->held = one->next;
        if (!peer->is_dead)
            ws_text(peer->ws, one->text, one->len);
        if (one->is_active)
            callbacks->answered(callbacks->context, peer->wsc, link_facts(peer->link)->number);
        free(one->text);
        free(one);
    }
}

static void on_timer(struct link *link)
{
    struct peer *peer = link_state(link);
    int64_t now = link_now_ms(link);
    if (peer->end_ms && peer->end_ms <= now) {
        link_close(link);
        return;
    }
    send_held(peer, now);
    if (peer->ready_ms && peer->ready_ms <= now) {
        const struct gateway_callbacks *callbacks = callbacks_of(peer);
        peer->ready_ms = 0;
        callbacks->ready(callbacks->context, peer->wsc, link_facts(link)->number);
    }
    if (peer->pong_due_ms && peer->pong_due_ms <= now) {
        /* Nobody is there: our side is dropped, and the path may be dead without a word. */
        lose(peer, 0, "no pong");
        peer->pong_due_ms = peer->next_ping_ms = 0;
        if (!peer->is_dead)
            link_abort(link);
    } else if (peer->next_ping_ms && peer->next_ping_ms <= now) {
        if (!peer->is_dead)
            ws_ping(peer->ws, "", 0);
        if (!peer->pong_due_ms && peer->pong_ms)
            peer->pong_due_ms = now + peer->pong_ms;
        peer->next_ping_ms = now + peer->ping_ms;
    }
    if (peer->ws)
        flush(peer);
    set_timer(peer);
}

static void on_closed(struct link *link, enum link_end end)
{
    static const char *const whys[] = {[LINK_END_OURS] = "closed",
                                       [LINK_END_PEER] = "closed by the client",
                                       [LINK_END_LOST] = "connection lost",
                                       [LINK_END_LIMIT] = "the client does not read",
                                       [LINK_END_STOPPED] = "the gateway stops"};
    struct gateway_edge *edge = link_context(link);
    struct peer *peer = link_state(link);
    int code = peer->ws ? ws_close_code(peer->ws) : 0;
    lose(peer, code, whys[code ? LINK_END_PEER : end]);
    while (peer->held) {
        struct held *one = peer->held;
        peer->held = one->next;
        free(one->text);
        free(one);
    }
    if (!peer->ws)
        return;
    if (peer->prev)
        peer->prev->next = peer->next;
    else
        edge->peers = peer->next;
    if (peer->next)
        peer->next->prev = peer->prev;
    ws_free(peer->ws);
}

/* The world's mail, and the end of connections whose world is gone. */
static void on_woken(struct front *front, void *context)
{
    struct gateway_edge *edge = context;
    const struct gateway_callbacks *callbacks = &edge->callbacks;
    struct gateway_out out;
    gateway_out_init(&out);
    while (callbacks->take(callbacks->context, &out)) {
        struct link *link = link_find(front, out.link);
        struct peer *peer = link ? link_state(link) : NULL;
        if (peer && peer->ws && peer->wsc == out.wsc) {
            perform(peer, &out);
            flush(peer);
            set_timer(peer);
        } else {
            gateway_out_done(&out);
        }
        gateway_out_init(&out);
    }
    gateway_out_done(&out);
    uint64_t life = callbacks->life(callbacks->context);
    for (struct peer *peer = edge->peers; peer; peer = peer->next) {
        if (peer->life == life || peer->end_ms)
            continue;
        peer->is_lost = true; /* the world it was lost to is gone */
        say_bye(peer, GATEWAY_CLOSE_AWAY, "the simulator was reset");
        flush(peer);
        set_timer(peer);
    }
}

const struct link_service gateway_service = {
    .name = "gateway",
    .state_len = sizeof(struct peer),
    .out_max = SLOW_MAX,
    .opened = on_opened,
    .data = on_data,
    .timer = on_timer,
    .closed = on_closed,
    .woken = on_woken,
};
