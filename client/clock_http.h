/*
 * A simulator's clock: a GET of `url` answers {"now_ms":N}. Keeps the last good answer when one
 * does not come, and the machine's clock while none ever came.
 */
#ifndef RC_CLIENT_CLOCK_HTTP_H
#define RC_CLIENT_CLOCK_HTTP_H

#include "clock.h"
#include "web.h"

struct clock_http {
    struct web *web;
    const char *url;
    int64_t last_ms;
};

/* `state` is the caller's and outlives the clock; `web` and `url` are borrowed. */
struct clock clock_http(struct clock_http *state, struct web *web, const char *url);

#endif
