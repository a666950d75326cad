#include "front/ws.h"

#include "base/mem.h"

#include <wslay/wslay.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { MESSAGE_MAX = 1 << 20, PENDING_MAX = 4 << 20, REASON_MAX = 123, NO_CODE = 1005 };

struct ws {
    wslay_event_context_ptr wslay;
    struct ws_options options;
    const uint8_t *in; /* what ws_feed was given and wslay has not taken */
    size_t in_len;
    struct buf out;
    size_t out_sent; /* of `out` */
    int close_code;
    bool is_feeding;
    bool has_half_code; /* a close frame of one byte came */
    bool is_stuck;      /* out of pending_max: nobody takes what is sent */
};

static ssize_t take_in(wslay_event_context_ptr wslay, uint8_t *room, size_t len, int flags,
                       void *context)
{
    struct ws *ws = context;
    if (ws->in_len == 0) {
        wslay_event_set_error(wslay, WSLAY_ERR_WOULDBLOCK);
        return -1;
    }
    if (len > ws->in_len)
        len = ws->in_len;
    memcpy(room, ws->in, len);
    ws->in += len;
    ws->in_len -= len;
    return (ssize_t)len;
}

static ssize_t put_out(wslay_event_context_ptr wslay, const uint8_t *bytes, size_t len, int flags,
                       void *context)
{
    struct ws *ws = context;
    buf_add(&ws->out, bytes, len);
    ws->is_stuck |= ws->out.truncated;
    return (ssize_t)len;
}

static void hear(wslay_event_context_ptr wslay, const struct wslay_event_on_msg_recv_arg *arg,
                 void *context)
{
    static const struct {
        uint8_t opcode;
        enum ws_kind kind;
    } kinds[] = {{WSLAY_TEXT_FRAME, WS_TEXT},
                 {WSLAY_BINARY_FRAME, WS_BINARY},
                 {WSLAY_PING, WS_PING},
                 {WSLAY_PONG, WS_PONG},
                 {WSLAY_CONNECTION_CLOSE, WS_CLOSE}};
    struct ws *ws = context;
    struct ws_message message = {.bytes = arg->msg ? (const char *)arg->msg : "",
                                 .len = arg->msg_length};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].opcode == arg->opcode)
            message.kind = kinds[i].kind;
    if (message.kind == WS_CLOSE) {
        message.code = arg->status_code ? arg->status_code : NO_CODE;
        /* The library counts the code as two bytes of the message. */
        size_t skip = message.len < 2 ? message.len : 2;
        ws->has_half_code = message.len == 1;
        message.bytes += skip;
        message.len -= skip;
        ws->close_code = message.code;
    }
    ws->options.hear(ws->options.context, &message);
}

struct ws *ws_new(const struct ws_options *options)
{
    static const struct wslay_event_callbacks callbacks = {
        .recv_callback = take_in, .send_callback = put_out, .on_msg_recv_callback = hear};
    struct ws *ws = xcalloc(1, sizeof *ws);
    ws->options = *options;
    buf_init(&ws->out, options->pending_max ? options->pending_max : PENDING_MAX);
    if (wslay_event_context_server_init(&ws->wslay, &callbacks, ws))
        abort(); /* out of memory: as xmalloc */
    wslay_event_config_set_max_recv_msg_length(
        ws->wslay, options->message_max ? options->message_max : MESSAGE_MAX);
    return ws;
}

void ws_free(struct ws *ws)
{
    if (!ws)
        return;
    wslay_event_context_free(ws->wslay);
    buf_done(&ws->out);
    free(ws);
}

static void flush(struct ws *ws)
{
    if (!ws->is_feeding && wslay_event_want_write(ws->wslay))
        wslay_event_send(ws->wslay);
}

/* A head that cannot be (a control frame in fragments, a length not in its shortest form) and half a
 * close code make the library close without a code: ours says why. */
static void add_code(struct ws *ws)
{
    static const char bare[] = {'\x88', 0}, coded[] = {'\x88', 2, 0x03, '\xea'};
    if (ws->out.len - ws->out_sent < sizeof bare ||
        memcmp(ws->out.data + ws->out.len - sizeof bare, bare, sizeof bare) != 0)
        return;
    ws->out.len -= sizeof bare;
    buf_add(&ws->out, coded, sizeof coded);
    ws->close_code = WSLAY_CODE_PROTOCOL_ERROR;
}

void ws_feed(struct ws *ws, const void *bytes, size_t len)
{
    assert(!ws->is_feeding);
    if (ws->is_stuck)
        return;
    ws->in = bytes;
    ws->in_len = len;
    ws->is_feeding = true;
    bool was_closing = ws_is_closing(ws);
    int failed = 0;
    while (ws->in_len && !failed && wslay_event_want_read(ws->wslay))
        failed = wslay_event_recv(ws->wslay);
    ws->is_feeding = false;
    ws->in_len = 0;
    flush(ws);
    if ((failed || ws->has_half_code) && !was_closing)
        add_code(ws);
    if (!wslay_event_want_read(ws->wslay) && !ws->close_code)
        ws->close_code = wslay_event_get_status_code_sent(ws->wslay);
}

static bool send_one(struct ws *ws, uint8_t opcode, const void *bytes, size_t len)
{
    struct wslay_event_msg message = {opcode, bytes, len};
    if (ws->is_stuck || ws->out.len + len > ws->out.max ||
        wslay_event_queue_msg(ws->wslay, &message))
        return false;
    flush(ws);
    return true;
}

bool ws_text(struct ws *ws, const char *text, size_t len)
{
    return send_one(ws, WSLAY_TEXT_FRAME, text, len);
}

bool ws_binary(struct ws *ws, const void *bytes, size_t len)
{
    return send_one(ws, WSLAY_BINARY_FRAME, bytes, len);
}

bool ws_ping(struct ws *ws, const void *bytes, size_t len)
{
    return send_one(ws, WSLAY_PING, bytes, len);
}

bool ws_close(struct ws *ws, int code, const char *reason)
{
    size_t len = strlen(reason);
    if (ws->is_stuck || ws_is_closing(ws) ||
        wslay_event_queue_close(ws->wslay, (uint16_t)code, (const uint8_t *)reason,
                                len < REASON_MAX ? len : REASON_MAX))
        return false;
    flush(ws);
    return true;
}

const char *ws_pending(const struct ws *ws, size_t *ret_len)
{
    *ret_len = ws->out.len - ws->out_sent;
    return *ret_len ? ws->out.data + ws->out_sent : NULL;
}

void ws_sent(struct ws *ws, size_t len)
{
    assert(len <= ws->out.len - ws->out_sent);
    ws->out_sent += len;
    if (ws->out_sent < ws->out.len && ws->out_sent < ws->out.len / 2)
        return;
    /* What is left moves to the front once it is the smaller half: each byte moves at most once. */
    size_t left = ws->out.len - ws->out_sent;
    if (left)
        memmove(ws->out.data, ws->out.data + ws->out_sent, left);
    ws->out.len = left;
    ws->out_sent = 0;
}

bool ws_is_closing(const struct ws *ws)
{
    return !wslay_event_get_write_enabled(ws->wslay) || wslay_event_get_close_sent(ws->wslay);
}

bool ws_is_over(const struct ws *ws)
{
    return ws->is_stuck ||
           (!wslay_event_want_read(ws->wslay) && !wslay_event_want_write(ws->wslay));
}

int ws_close_code(const struct ws *ws)
{
    return ws->close_code;
}
