/*
 * One WebSocket connection, over libcurl's bare connections (CURLOPT_CONNECT_ONLY: TCP, proxies and
 * TLS are libcurl's, the bytes are ours) and frames.h. One thread; every call ends within the time
 * it is given. The other user of libcurl is web.c.
 */
#ifndef RC_CLIENT_WSLINK_H
#define RC_CLIENT_WSLINK_H

#include "frames.h"

struct wslink;

struct wslink_options {
    const char *url;      /* ws or wss, query and all: it holds a token, and is never logged */
    const char *agent;    /* User-Agent */
    const char *ca_file;  /* PEM bundle in place of the system's, or NULL or "" */
    const char *no_proxy; /* hosts that are asked directly, commas between */
    int timeout_ms;       /* to connect and for the handshake's answer, each */
    struct rnd *rnd;      /* borrowed for the life of the link */
    frames_hear_fn *hear;
    void *arg;
};

/* NULL with a sentence in `why`; `*ret_status` is that of a refused handshake, else 0. */
struct wslink *wslink_open(const struct wslink_options *options, int *ret_status, char *why,
                           size_t cap);
/* Says goodbye without waiting for the answer. NULL is fine. */
void wslink_close(struct wslink *link);

/* False: it could not be sent; the link is of no more use. */
bool wslink_text(struct wslink *link, const char *text);
/* Waits up to `wait_ms` (0: not at all) for something to come, and calls `hear` for all that has.
 * False: the link has ended. */
bool wslink_hear(struct wslink *link, int wait_ms);

#endif
