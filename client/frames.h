/*
 * WebSocket, the client's side, over bytes: the opening handshake and the frames of RFC 6455. No
 * sockets: bytes that came go in, whole texts come out by callback, bytes to send wait to be taken.
 * No extension and no subprotocol is asked for.
 *
 *   hello_write(&hello, host, target, agent, &out);      // send it
 *   status = hello_read(bytes, len, &hello, &n, &why);   // 0: more bytes; 101: frames from `n` on
 *   frames = frames_new(rnd, hear, arg);
 *   frames_feed(frames, bytes, len);                     // calls hear
 *   pending = frames_pending(frames, &len); ... frames_sent(frames, len);
 *
 * What comes is bounded (FRAMES_TEXT_MAX a text, FRAMES_HEAD_MAX the handshake's answer). Pings and
 * closes are answered by themselves; what is against the rules is answered with a close frame, and
 * nothing is read any more.
 */
#ifndef RC_CLIENT_FRAMES_H
#define RC_CLIENT_FRAMES_H

#include "rnd.h"
#include "text.h"

#define FRAMES_TEXT_MAX (1024 * 1024)
#define FRAMES_OUT_MAX  (1024 * 1024)
#define FRAMES_HEAD_MAX 16384

/* ---- the handshake (RFC 6455 section 4.1): hello.c ---- */

struct hello {
    char key[25]; /* Sec-WebSocket-Key: 16 drawn bytes as base64 */
};

void hello_init(struct hello *ret_hello, struct rnd *rnd);
/* `target` is path and query. It carries the token of the connection: never log it. */
void hello_write(const struct hello *hello, const char *host, const char *target, const char *agent,
                 struct sb *out);
/* 101: accepted, and the frames begin at `*ret_len`. 0: more bytes are needed. Another status: what
 * it was refused with. -1: it is no answer to our handshake, and `*ret_why` (static) says why. */
int hello_read(const char *bytes, size_t len, const struct hello *hello, size_t *ret_len,
               const char **ret_why);

/* ---- frames: frames.c ---- */

struct frames;

/* One whole text, borrowed, not NUL-terminated. May send; must not feed or free. */
typedef void frames_hear_fn(void *arg, const char *text, size_t len);

/* `rnd` (for the masks) and `arg` are borrowed for the life of the frames. */
struct frames *frames_new(struct rnd *rnd, frames_hear_fn *hear, void *arg);
void frames_free(struct frames *frames); /* NULL is fine */

void frames_feed(struct frames *frames, const void *bytes, size_t len);
/* False, and nothing is sent: it is closing, or FRAMES_OUT_MAX bytes are pending. */
bool frames_text(struct frames *frames, const char *text, size_t len);
/* Begins the close; what is pending goes first. */
void frames_close(struct frames *frames);
/* What is to be sent, in order; NULL with 0 when nothing. */
const char *frames_pending(const struct frames *frames, size_t *ret_len);
void frames_sent(struct frames *frames, size_t len);
/* The platform closed, or broke the rules: nothing is read any more. */
bool frames_is_over(const struct frames *frames);

#endif
