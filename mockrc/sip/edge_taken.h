/*
 * INVITEs that were taken: the server transactions of one agent, each answered as often and as late
 * as the world says. Private to mockrc/sip/edge*.
 */
#ifndef MOCKRC_SIP_EDGE_TAKEN_H
#define MOCKRC_SIP_EDGE_TAKEN_H

#include "sip/edge_agent.h"

#include <sofia-sip/msg_types.h>
#include <sofia-sip/sip.h>

struct edge_taken;
struct nta_agent_s;
struct nta_incoming_s;

struct edge_takens {
    struct edge_taken *by_id;
    /* Answers the PRACK of a provisional answer that waited for it, by the agent's means. */
    void (*prack)(struct edge_takens *takens, struct nta_incoming_s *transaction, const sip_t *sip);
};

/* Takes the message, says 100 Trying; from now on `id` can be answered. One that could not be is
 * told as lost. `delay_ms` > 0: neither the 100 nor an answer leaves before that time has passed. */
void edge_take(struct edge_takens *takens, struct edge_home *home, struct nta_agent_s *nta,
               msg_t *msg, uint64_t id, int64_t delay_ms);
/* Sends the answer, now the edge's. A provisional one that the phone insists on hearing (RFC 3262) goes
 * on until its PRACK, and a 2xx behind it waits for that. One to an INVITE that is gone is passed over. */
void edge_taken_answer(struct edge_takens *takens, struct sip_out *out);
/* The proxy closes. */
void edge_takens_done(struct edge_takens *takens);

#endif
