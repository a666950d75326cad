/*
 * The connections a proxy's requests came by, each with a number that stays its own. Private to
 * mockrc/sip/edge*. A flow holds a reference to the library's transport object, so that it can be
 * asked about and closed later.
 */
#ifndef MOCKRC_SIP_EDGE_FLOW_H
#define MOCKRC_SIP_EDGE_FLOW_H

#include <sofia-sip/tport.h>

#include <stdbool.h>
#include <stdint.h>

struct edge_flow;

struct edge_flows {
    struct edge_flow *by_transport, *by_id;
};

/* The number of that connection; a new one is `++*last`. */
uint64_t edge_flow_of(struct edge_flows *flows, tport_t *transport, uint64_t *last);
/* Borrowed; NULL when the connection is gone. */
tport_t *edge_flow_transport(const struct edge_flows *flows, uint64_t id);
bool edge_flow_close(struct edge_flows *flows, uint64_t id);
/* Forgets those that are closed, and closes those the library reads no more. */
void edge_flows_sweep(struct edge_flows *flows);
void edge_flows_done(struct edge_flows *flows);

#endif
