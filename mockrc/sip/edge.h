/*
 * The SIP edge: one NTA agent (sofia-sip) per simulated proxy, UDP and TCP, on one thread. Turns
 * messages into plain requests and back, and performs plans; decides nothing. Messages that are no
 * SIP the library refuses itself (400, 505) or drops; those reach nobody.
 *
 * Answers go back statelessly, over the connection or address the request came from.
 */
#ifndef MOCKRC_SIP_EDGE_H
#define MOCKRC_SIP_EDGE_H

#include "base/err.h"
#include "sip/wire.h"

struct edge;

/* Called on the edge's thread for each request. The proxy is named by its index in the world's
 * list: the callee enters the door and fills request->proxy. What `answer` points at must live
 * until the next call: in the arena, in the request, or for ever. */
typedef void edge_fn(void *context, struct arena *arena, size_t proxy, struct sip_request *request,
                     struct sip_answer *answer, struct plan *plan);

/* What a proxy should be, as read from the world by the callee (inside the door). */
struct edge_wish {
    char name[64]; /* for messages to people */
    bool is_open;
    unsigned generation; /* another one: the ports it has are not those it wants */
    int udp, tcp;        /* wished ports; both 0: any one free number for both */
};
/* Fills the wish of proxy `index` (zero before); false past the last. */
typedef bool edge_wish_fn(void *context, size_t index, struct edge_wish *wish);
/* What a proxy has; 0: closed. */
struct edge_ports {
    int udp, tcp;
    int inner;       /* TCP too, on this machine: where the front brings connections */
    bool is_yielded; /* to `tcp` others listen (edge_yield_tcp) */
};
/* Tells the real ports of a proxy that was opened or closed. */
typedef void edge_opened_fn(void *context, size_t index, const struct edge_ports *ports);

/* The next message the world wants sent, now the edge's; NULL when there is none. Asked for when
 * `answer->has_more`, and when edge_wake or edge_flush says so. */
typedef struct sip_out *edge_next_fn(void *context);
/* A reply to such a request; the final one once for each but ACK, which gets none. */
typedef void edge_replied_fn(void *context, const struct sip_reply *reply);

/* Something about an INVITE that was taken; `body` is the ACK's, NULL: none. */
typedef void edge_taken_fn(void *context, uint64_t taken, enum sip_taken what, const char *body);

struct edge_options {
    const char *bind; /* an address, IPv4 or IPv6 */
    edge_fn *serve;
    edge_wish_fn *wish;
    edge_opened_fn *opened;
    edge_next_fn *next;
    edge_replied_fn *replied;
    edge_taken_fn *taken;
    void *context;
    const char *hop_key; /* who shows it in its Via is believed: sip/hop_via.h. NULL: nobody is */
};

/* Starts the thread and opens what is wished. ERR_ENV (a port in use, an address that is not ours):
 * nothing is left behind. `options` is copied; `bind` and `hop_key` too. */
int edge_start(const struct edge_options *options, struct edge **ret, struct diag *diag);
/* Looks at the wishes again and returns when they are so, or could not be: ERR_ENV, the first
 * failure told, all others tried. An address that one proxy leaves and another wants is handed over
 * with its connections. Any thread but the edge's own, and not inside the door. */
int edge_reconcile(struct edge *edge, struct diag *diag);
/* The world has messages to send: soon. Any thread; does not wait. */
void edge_wake(struct edge *edge);
/* The same, and returns when they have been handed to the network. Any thread but the edge's own. */
void edge_flush(struct edge *edge);
/* Closes a connection by the handle its requests came with (sip_request.flow); false when it is gone.
 * Any thread but the edge's own. */
bool edge_close_flow(struct edge *edge, uint64_t flow);
/* Hands over the socket that listens on a proxy's TCP port: who is connected stays so, further connections
 * are the caller's. -1: it is closed, was handed over, or cannot be. Any thread but the edge's own, and not
 * inside the door. */
int edge_yield_tcp(struct edge *edge, size_t index);
/* Ends the thread, its listeners and connections; what waits for its delay is not sent. */
void edge_stop(struct edge *edge);

#endif
