/*
 * The SIP edge: one NTA agent (sofia-sip) per simulated proxy, UDP and TCP, on one thread. Turns
 * messages into plain requests and back; decides nothing. The only user of sofia-sip.
 */
#ifndef MOCKRC_SIP_EDGE_H
#define MOCKRC_SIP_EDGE_H

#include "base/err.h"
#include "sip/wire.h"

struct edge;

/* Called on the edge's thread for each request. The proxy is named by its index in the world's
 * list: the callee enters the door and fills request->proxy. */
typedef void edge_fn(void *context, struct arena *arena, size_t proxy, struct sip_request *request,
                     struct sip_answer *answer, struct plan *plan);

/* What a proxy should be, as read from the world by the callee (inside the door). */
struct edge_wish {
    bool is_open;
    unsigned generation;
    int udp, tcp; /* wished ports */
};
/* Fills the wish of proxy `index`; false past the last. */
typedef bool edge_wish_fn(void *context, size_t index, struct edge_wish *wish);
/* Tells the real ports (0: closed). */
typedef void edge_opened_fn(void *context, size_t index, int udp, int tcp);

struct edge_options {
    const char *bind;
    edge_fn *serve;
    edge_wish_fn *wish;
    edge_opened_fn *opened;
    void *context;
};

/* Starts the thread and opens what is wished. */
int edge_start(const struct edge_options *options, struct edge **ret, struct diag *diag);
/* Looks at the wishes again and returns when they are so (or could not be: ERR_ENV). Any thread but
 * the edge's own. */
int edge_reconcile(struct edge *edge, struct diag *diag);
void edge_stop(struct edge *edge);

#endif
