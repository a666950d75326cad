/*
 * Where the platform's webhooks arrive: a listener on a loopback port (a terminator or a tunnel makes
 * it public) that answers at once and keeps what came until somebody takes it. It answers the
 * validation handshake and refuses what does not carry our verification token (rest.md 6.2, 6.3).
 *
 * Bounded: HOOK_BODIES_MAX bodies of HOOK_BODY_MAX bytes, HOOK_BYTES_MAX together; then 503, which
 * the platform takes for a receiver in trouble.
 */
#ifndef RC_CLIENT_HOOK_H
#define RC_CLIENT_HOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HOOK_PATH       "/hook"
#define HOOK_BODY_MAX   (256 * 1024)
#define HOOK_BODIES_MAX 10000
#define HOOK_BYTES_MAX  (32u * 1024 * 1024)

struct hook;

struct hook_options {
    int port;                      /* 0: a free one */
    const char *secret;            /* the verification token; copied */
    int delay_ms;                  /* before it answers: a weak client's */
    void (*on_arrival)(void *arg); /* on the listener's thread; NULL: nobody waits */
    void *arg;
};

/* NULL with a sentence in `why`. */
struct hook *hook_start(const struct hook_options *options, char *why, size_t cap);
/* NULL is fine. */
void hook_stop(struct hook *hook);
int hook_port(const struct hook *hook);
/* The oldest body, which the caller frees; NULL: none. Any thread. */
char *hook_take(struct hook *hook);
/* How many were refused for a wrong verification token. */
int64_t hook_refused(struct hook *hook);

#endif
