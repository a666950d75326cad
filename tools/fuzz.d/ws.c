/*
 * WebSocket bytes: what is read as a handshake, then the rest as frames, in pieces the first byte
 * chooses. Messages are whole UTF-8 or raw bytes within the limit; nothing is heard after the end.
 */
#include "front/http_link.h"
#include "front/ws.h"

#include "base/text.h"

#include "fuzz.d/fuzz.h"

enum { MESSAGE_MAX = 512 };

struct ear {
    struct ws *ws;
    size_t echoed;
    bool is_closed;
};

static void hear(void *context, const struct ws_message *message)
{
    struct ear *ear = context;
    assert(!ear->is_closed && message->len <= MESSAGE_MAX);
    /* text_is_utf8 takes no NUL, which RFC 6455 allows. */
    if (message->kind == WS_TEXT && !memchr(message->bytes, 0, message->len))
        assert(text_is_utf8(message->bytes, message->len));
    if (message->kind == WS_TEXT && ws_text(ear->ws, message->bytes, message->len))
        ear->echoed++;
    if (message->kind == WS_CLOSE)
        ear->is_closed = true;
}

static void fuzz_head(const uint8_t *data, size_t size)
{
    const char *why = NULL;
    struct ws_head head;
    struct buf out;
    char *copy = fuzz_text(data, size);
    assert(!http_is_upgrade(copy, size, "/ws") || memcmp(copy, "GET /ws", 7) == 0);
    ssize_t len = ws_head_read(copy, size, &head);
    assert(len <= (ssize_t)size && (len <= 0 || head.count <= WS_HEADERS_MAX));
    buf_init(&out, 4096);
    if (len > 0 && ws_check(&head, &why) == 0)
        ws_accept(&head, ws_choose(&head, (const char *const[]){"sip", NULL}), &out);
    assert(!out.truncated);
    buf_done(&out);
    free(copy);
}

static void fuzz_frames(const uint8_t *data, size_t size, size_t piece)
{
    struct ear ear = {0};
    struct ws_options options = {
        .hear = hear, .context = &ear, .message_max = MESSAGE_MAX, .pending_max = 1 << 14};
    ear.ws = ws_new(&options);
    for (size_t at = 0; at < size; at += piece) {
        ws_feed(ear.ws, data + at, piece < size - at ? piece : size - at);
        size_t pending;
        ws_pending(ear.ws, &pending);
        assert(pending <= 1 << 14);
        ws_sent(ear.ws, pending / 2);
    }
    ws_free(ear.ws);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    fuzz_head(data + 1, size - 1);
    fuzz_frames(data + 1, size - 1, data[0] % 64 + 1);
    return 0;
}
