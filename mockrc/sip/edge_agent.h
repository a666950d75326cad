/*
 * Parts of the SIP edge, private to mockrc/sip/edge*: an agent is one open proxy.
 */
#ifndef MOCKRC_SIP_EDGE_AGENT_H
#define MOCKRC_SIP_EDGE_AGENT_H

#include "sip/edge.h"

#include <sofia-sip/su_wait.h>

enum {
    EDGE_TICK_MS = 500,       /* how often edge_agent_tick is to be called */
    EDGE_MESSAGE_MAX = 65535, /* bytes of one message; a longer one ends its connection */
    EDGE_HELD_MAX = 10000, /* answers waiting for their delay, per proxy; further ones are lost */
};

/* What all agents of an edge share. */
struct edge_home {
    struct edge_options options;
    su_root_t *root;
    struct arena arena;
    struct buf headers;
    uint64_t last_flow, last_taken;
    void (*drain)(struct edge_home *home); /* sends what the world wants sent */
};

struct edge_agent;

/* Opens; the real ports are filled in. ERR_ENV with the diag naming proxy, port and reason. */
int edge_agent_open(struct edge_home *home, size_t index, const struct edge_wish *wish,
                    struct edge_agent **ret, struct diag *diag);
void edge_agent_close(struct edge_agent *agent);

/* Sends a message of ours, which is now the agent's. */
void edge_agent_send(struct edge_agent *agent, struct sip_out *out);

/* The ports are now another proxy's. */
void edge_agent_rename(struct edge_agent *agent, size_t index, const struct edge_wish *wish);

/* Hangs up on connections that sent what is no SIP: the library stops reading them and leaves them
 * open. Those that never sent a message go with them, as they cannot be told apart. */
void edge_agent_tick(struct edge_agent *agent);
/* False when it has no such flow. */
bool edge_agent_close_flow(struct edge_agent *agent, uint64_t flow);

unsigned edge_agent_generation(const struct edge_agent *agent);
const struct edge_ports *edge_agent_ports(const struct edge_agent *agent);
/* edge_yield_tcp of an open proxy. */
int edge_agent_yield_tcp(struct edge_agent *agent);

#endif
