/*
 * Requests of our own: the client transactions of one agent. Private to mockrc/sip/edge*.
 */
#ifndef MOCKRC_SIP_EDGE_REQUEST_H
#define MOCKRC_SIP_EDGE_REQUEST_H

#include "sip/edge_agent.h"

#include <sofia-sip/tport.h>

enum {
    EDGE_REQUESTS_MAX = 10000, /* under way at once, per proxy; further ones fail */
    EDGE_ROUTE_LEN = 128,
};

struct edge_request;
struct nta_agent_s;

struct edge_requests {
    struct edge_request *first;
    size_t count;
    /* Sends one that waited behind another: edge_request_send by the agent's means. NULL: the proxy
     * closes, it fails. */
    void (*send)(struct edge_requests *requests, struct sip_out *out);
};

/* Sends `out`, which is now the edge's and no ACK, over the connection `over`, else to its peer. Every
 * one gets one final reply through options.replied, be it that it could not be sent. */
void edge_request_send(struct edge_requests *requests, struct edge_home *home,
                       struct nta_agent_s *nta, tport_t *over, struct sip_out *out);
/* Cancels the INVITE of that number, if it is still under way; its final reply follows. */
void edge_request_cancel(struct edge_requests *requests, uint64_t id);
/* The proxy closes: what is under way fails. */
void edge_requests_done(struct edge_requests *requests);
/* The library's message; NULL when it makes none of it. */
msg_t *edge_request_message(struct nta_agent_s *nta, const struct sip_out *out);
/* Where one without a connection goes. */
void edge_request_route(const struct sip_out *out, char route[EDGE_ROUTE_LEN]);
/* Tells that `out` could not be sent, and frees it. */
void edge_request_fail(struct edge_home *home, struct sip_out *out);

#endif
