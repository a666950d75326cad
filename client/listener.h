/*
 * Waits for a person's browser on the loopback port of the redirect URI. Serves one page ("you may
 * close this window") and remembers the first redirect that carries our state.
 */
#ifndef RC_CLIENT_LISTENER_H
#define RC_CLIENT_LISTENER_H

#include <stdbool.h>
#include <stddef.h>

struct listener;

/* NULL with a sentence in `why`: not loopback, no port, port in use. Call before the URL is shown,
 * so that no browser can be faster. */
struct listener *listener_start(const char *redirect_uri, char *why, size_t cap);
/* Waits at most `timeout_s`; the redirect as an absolute URL into `url`. False when none came. */
bool listener_wait(struct listener *listener, const char *state, int timeout_s, char *url,
                   size_t cap);
void listener_stop(struct listener *listener);

#endif
