/*
 * The ACKs of one agent: each is kept for as long as the phone may say 200 again because it did not
 * hear it (RFC 3261 13.2.2.4: 64 times T1). The library leaves them to its user. Private to
 * mockrc/sip/edge*.
 */
#ifndef MOCKRC_SIP_EDGE_ACK_H
#define MOCKRC_SIP_EDGE_ACK_H

#include "world/sip_out.h"

#include <sofia-sip/msg_types.h>
#include <sofia-sip/sip.h>
#include <sofia-sip/tport.h>

enum { EDGE_ACKS_MAX = 4096 /* kept per proxy; then the oldest go */ };

struct edge_ack;
struct nta_agent_s;

struct edge_acks {
    struct edge_ack *by_call_id; /* the oldest first */
};

/* Sends the ACK `out`, which is now the edge's, over the connection `over`, else to its peer. */
void edge_ack_send(struct edge_acks *acks, struct nta_agent_s *nta, tport_t *over,
                   struct sip_out *out);
/* The kept one that answers this 2xx to an INVITE; NULL: none. Borrowed. */
const struct sip_out *edge_ack_find(const struct edge_acks *acks, const sip_t *sip);
void edge_ack_again(struct nta_agent_s *nta, tport_t *over, const struct sip_out *out);
/* Forgets those that no 200 comes for any more. */
void edge_acks_sweep(struct edge_acks *acks);
void edge_acks_done(struct edge_acks *acks);

#endif
