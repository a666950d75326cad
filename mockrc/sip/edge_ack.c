#include "sip/edge_ack.h"

#include "base/mem.h"
#include "base/text.h"
#include "sip/edge_request.h"

#include <sofia-sip/nta.h>
#include <sofia-sip/nta_tport.h>
#include <sofia-sip/su_tag.h>
#include <sofia-sip/su_time.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

enum { KEPT_S = 32 /* 64 times T1 */ };

struct edge_ack {
    UT_hash_handle hh;
    struct sip_out *out;
    su_time_t sent;
};

void edge_ack_again(nta_agent_t *nta, tport_t *over, const struct sip_out *out)
{
    char route[EDGE_ROUTE_LEN];
    if (!over && (out->flow || !*out->peer))
        return; /* its connection is gone */
    msg_t *msg = edge_request_message(nta, out);
    edge_request_route(out, route);
    if (msg &&
        !nta_outgoing_mcreate(nta, NULL, NULL, over ? NULL : (url_string_t *)route, msg,
                              NTATAG_STATELESS(1), TAG_IF(over, NTATAG_TPORT(over)), TAG_END()))
        msg_destroy(msg);
}

static void forget(struct edge_acks *acks, struct edge_ack *ack)
{
    HASH_DEL(acks->by_call_id, ack);
    sip_out_free(ack->out);
    free(ack);
}

/* Of a dialog only the last INVITE's is kept: before another one the phone has had it. */
static void keep(struct edge_acks *acks, struct sip_out *out)
{
    struct edge_ack *ack;
    HASH_FIND_STR(acks->by_call_id, out->call_id, ack);
    if (ack)
        forget(acks, ack);
    else if (HASH_COUNT(acks->by_call_id) == EDGE_ACKS_MAX)
        forget(acks, acks->by_call_id);
    ack = xcalloc(1, sizeof *ack);
    ack->out = out;
    ack->sent = su_now();
    HASH_ADD_KEYPTR(hh, acks->by_call_id, out->call_id, strlen(out->call_id), ack);
}

void edge_ack_send(struct edge_acks *acks, nta_agent_t *nta, tport_t *over, struct sip_out *out)
{
    edge_ack_again(nta, over, out);
    keep(acks, out);
}

/* Another fork's 200, with another tag, is not what it answers. */
static bool fits(const struct sip_out *out, const sip_t *sip)
{
    const char *tag = strstr(out->to, ">;tag=");
    return sip->sip_cseq->cs_seq == out->cseq && tag &&
           text_eq(tag + strlen(">;tag="), sip->sip_to->a_tag);
}

const struct sip_out *edge_ack_find(const struct edge_acks *acks, const sip_t *sip)
{
    struct edge_ack *ack;
    if (!sip || !sip->sip_status || sip->sip_status->st_status / 100 != 2 || !sip->sip_call_id ||
        !sip->sip_to || !sip->sip_cseq || sip->sip_cseq->cs_method != sip_method_invite)
        return NULL;
    HASH_FIND_STR(acks->by_call_id, sip->sip_call_id->i_id, ack);
    return ack && fits(ack->out, sip) ? ack->out : NULL;
}

void edge_acks_sweep(struct edge_acks *acks)
{
    su_time_t now = su_now();
    while (acks->by_call_id && su_time_diff(now, acks->by_call_id->sent) >= KEPT_S)
        forget(acks, acks->by_call_id);
}

void edge_acks_done(struct edge_acks *acks)
{
    while (acks->by_call_id)
        forget(acks, acks->by_call_id);
}
