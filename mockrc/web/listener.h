/*
 * The HTTP listener: bytes to plain requests and plain replies to bytes. The only user of civetweb
 * (with request.c); knows its traps (reference/packages.md): one write per answer, TCP_NODELAY, own body reading, a
 * stop that does not sleep.
 */
#ifndef MOCKRC_WEB_LISTENER_H
#define MOCKRC_WEB_LISTENER_H

#include "api/message.h"
#include "base/err.h"
#include "fault/fault.h"

struct listener;

/* Called on a worker thread for each request. Fills reply and plan. */
typedef void listener_fn(void *context, struct arena *arena, const struct web_request *request,
                         struct web_reply *reply, struct plan *plan);
/* For bytes that were no request. */
typedef void listener_malformed_fn(void *context, struct web_reply *reply);

struct listener_options {
    const char *bind;
    int port;    /* 0: any */
    int threads; /* who connects here holds one, for as long as the connection lasts */
    int inner_threads; /* those of two more ports, on loopback, for the front (listener_inner_port); 0: none */
    listener_fn *serve;
    listener_malformed_fn *malformed;
    /* Few of `threads` are free: told on one of them with each connection from then on. Or NULL. */
    void (*crowded)(void *context);
    void *context;
};

int listener_start(const struct listener_options *options, struct listener **ret,
                   struct diag *diag);
int listener_port(const struct listener *listener);
/* Where the front brings whole requests, one a connection; with `is_tls` those that came over TLS. 0: none. */
int listener_inner_port(const struct listener *listener, bool is_tls);
/* Hands the socket that listens on listener_port over: from now on only the inner ports are served, and
 * who is connected stays so. -1 when it cannot be had. Once. */
int listener_yield(struct listener *listener);
/* Ends every connection and thread; well under 50 ms. It can still be asked for its ports, as the front does
 * until it ends itself. NULL is fine. */
void listener_halt(struct listener *listener);
/* The same, and frees it. */
void listener_stop(struct listener *listener);

#endif
