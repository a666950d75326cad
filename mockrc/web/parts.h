/*
 * What the files of web/ share: the listener, its workers, and a request on its way through. Nobody else includes
 * this. Of the two contexts of civetweb the outer one serves who connects by itself, the inner one what the front
 * brings, which is whole, so that who sends slowly holds none of its workers.
 */
#ifndef MOCKRC_WEB_PARTS_H
#define MOCKRC_WEB_PARTS_H

#include "web/listener.h"

#include <civetweb.h>

#include <pthread.h>

/* The listening ports: two are of the inner context, the last is what the outer one has when the front has taken
 * its own. */
enum { PORT_OUTER, PORT_INNER, PORT_INNER_TLS, PORT_QUIET, PORTS };

struct listener {
    struct listener_options options;
    struct mg_context *outer, *inner;
    int ports[PORTS]; /* 0: not open */
    /* Planned waits (delay, drop) end at once when the listener stops. */
    pthread_mutex_t lock;
    pthread_cond_t stop;
    bool is_stopping;
    bool is_halted;   /* of who stops it */
    int stoppers;     /* threads that stop a context, and run */
    _Atomic int held; /* workers of the outer context that have a connection */
    char diag[256];   /* what civetweb complained about while starting */
};

/* What a worker thread keeps from one request to the next. */
struct worker {
    struct arena arena;
    struct web_reply reply;
    struct buf out, body;
};

/* civetweb's callbacks, whose user data is the listener: a worker's life, a request, bytes that are none. */
void *web_worker_new(const struct mg_context *context, int type);
void web_worker_free(const struct mg_context *context, int type, void *pointer);
int web_on_request(struct mg_connection *conn);
int web_on_error(struct mg_connection *conn, int status, const char *message);

/* Waits in machine time, or until the listener stops. */
void web_hold(struct listener *listener, int64_t ms);

#endif
