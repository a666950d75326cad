/*
 * WebSocket, the server's side, over bytes: the opening handshake and the frames of RFC 6455. No
 * sockets: bytes that came go in, messages come out by callback, bytes to send wait to be taken.
 * No extension is agreed on (so no compression).
 *
 *   n = ws_head_read(bytes, len, &head);              // 0: more bytes
 *   status = ws_check(&head, &why);                   // 0: may be accepted
 *   ws_accept(&head, ws_choose(&head, known), &out);  // "101 Switching Protocols"
 *   ws = ws_new(&options);
 *   ws_feed(ws, bytes, len);                          // calls options.hear
 *   pending = ws_pending(ws, &len); ... ws_sent(ws, n);
 *   if (ws_is_over(ws) && nothing pending) end the connection, ws_free(ws);
 *
 * Frames are read and written by libwslay: masks asked of clients, reserved bits and opcodes,
 * fragments with control frames between them, lengths in their shortest form, UTF-8 of texts and
 * close reasons. What is against the rules is answered with a close frame (RFC 6455 section 7.4.1):
 * 1002 protocol, 1007 no UTF-8, 1009 too long; nothing that comes later is read. Pings and closes
 * are answered by themselves.
 */
#ifndef MOCKRC_FRONT_WS_H
#define MOCKRC_FRONT_WS_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* ---- the handshake: ws_hello.c ---- */

enum { WS_HEAD_MAX = 16384, WS_HEADERS_MAX = 64 };

struct ws_header {
    const char *name, *value; /* without blanks around it */
};

/* An HTTP request's head; texts point into the bytes it was read from. */
struct ws_head {
    const char *method;
    const char *path, *query; /* as sent, not decoded; query "" when none */
    int minor;                /* of HTTP/1.minor */
    struct ws_header headers[WS_HEADERS_MAX];
    size_t count;
};

/* How long the head at the start of `bytes` is, its blank line included; 0: it is not whole yet;
 * -1: it is no head, is longer than WS_HEAD_MAX or has more than WS_HEADERS_MAX headers. Puts NULs
 * into `bytes` once the head is whole and right; what follows it is left alone. */
ssize_t ws_head_read(char *bytes, size_t len, struct ws_head *ret);
/* The first of that name, in any case of letters; NULL: none. */
const char *ws_head_get(const struct ws_head *head, const char *name);
/* Is `token` among the comma-separated ones of that header? Case does not count. */
bool ws_head_has(const struct ws_head *head, const char *name, const char *token);

/* 0: the handshake is right. Else the status to refuse it with, 400 or (another version than 13)
 * 426, and in words why (static). RFC 6455 sections 4.2.1, 4.4. */
int ws_check(const struct ws_head *head, const char **ret_why);
/* The first subprotocol the client names that is among `known` (ended by NULL; NULL: none is
 * known), as in `known`; else NULL: the answer names none, and it is the client's to leave (4.2.2). */
const char *ws_choose(const struct ws_head *head, const char *const *known);
/* Writes the 101; `protocol` may be NULL. Only for a head that passed ws_check. */
void ws_accept(const struct ws_head *head, const char *protocol, struct buf *out);
/* Writes a refusal that ends the connection; a 426 names the version wanted. `type` and `body` may
 * be NULL. */
void ws_refuse(int status, const char *type, const char *body, struct buf *out);

/* ---- frames: ws.c ---- */

enum ws_kind { WS_TEXT, WS_BINARY, WS_PING, WS_PONG, WS_CLOSE };

/* A whole message, or a control frame. Borrowed until the callback returns. */
struct ws_message {
    enum ws_kind kind;
    const char *bytes; /* of WS_CLOSE: the reason; never NULL, not NUL-terminated */
    size_t len;
    int code; /* of WS_CLOSE: RFC 6455 section 7.4; 1005 when the frame had none */
};

/* May send and close; must not feed or free. */
typedef void ws_hear_fn(void *context, const struct ws_message *message);

struct ws_options {
    ws_hear_fn *hear;
    void *context;
    size_t message_max; /* of a whole message; 0: 1 MB */
    size_t pending_max; /* of bytes nobody took; 0: 4 MB */
};

struct ws;
struct ws *ws_new(const struct ws_options *options);
void ws_free(struct ws *ws);

/* Bytes that came, any number of them. */
void ws_feed(struct ws *ws, const void *bytes, size_t len);

/* False, and nothing is sent: a close frame was sent before, or too much is pending. */
bool ws_text(struct ws *ws, const char *text, size_t len);
bool ws_binary(struct ws *ws, const void *bytes, size_t len);
bool ws_ping(struct ws *ws, const void *bytes, size_t len); /* len at most 125 */
/* The reason is cut to 123 bytes. The connection is over when the client has answered. */
bool ws_close(struct ws *ws, int code, const char *reason);

/* What is to be sent, in order; NULL with 0 when nothing. ws_sent: the first `len` of it went. */
const char *ws_pending(const struct ws *ws, size_t *ret_len);
void ws_sent(struct ws *ws, size_t len);

/* A close frame was sent or is pending: nothing but it will be sent any more. */
bool ws_is_closing(const struct ws *ws);
/* Both sides have closed, or the client broke the rules, or does not take what it asked for: when
 * nothing is pending any more, the connection is to be ended. */
bool ws_is_over(const struct ws *ws);
/* The code of the close frame that came (1005: none in it), or of the one a broken rule made us
 * send; 0 before. */
int ws_close_code(const struct ws *ws);

#endif
