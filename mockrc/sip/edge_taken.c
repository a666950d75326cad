#define NTA_INCOMING_MAGIC_T struct edge_taken
#include "sip/edge_taken.h"

#include "base/mem.h"

#include <sofia-sip/nta.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/sip_tag.h>
#include <sofia-sip/su_tag.h>
#include <stdlib.h>
#include <uthash.h>

struct edge_taken {
    UT_hash_handle hh;
    uint64_t id;
    struct edge_takens *takens;
    struct edge_home *home;
    nta_incoming_t *transaction;
    bool is_accepted; /* a 2xx went out, the ACK is waited for */
};

static void forget(struct edge_taken *taken)
{
    HASH_DEL(taken->takens->by_id, taken);
    nta_incoming_destroy(taken->transaction);
    free(taken);
}

static void tell(const struct edge_taken *taken, enum sip_taken what)
{
    taken->home->options.taken(taken->home->options.context, taken->id, what);
    taken->home->drain(taken->home);
}

/* ACK and CANCEL come here; nothing at all means that the library gave up. */
static int on_more(struct edge_taken *taken, nta_incoming_t *transaction, const sip_t *sip)
{
    sip_method_t method =
        sip && sip->sip_request ? sip->sip_request->rq_method : sip_method_unknown;
    if (method == sip_method_cancel) {
        tell(taken, SIP_TAKEN_CANCELLED); /* its 487 is the world's to say, or the library's */
    } else if (taken->is_accepted) {
        tell(taken, method == sip_method_ack ? SIP_TAKEN_ACKED : SIP_TAKEN_LOST);
        forget(taken);
    }
    return 0;
}

bool edge_take(struct edge_takens *takens, struct edge_home *home, struct nta_agent_s *nta,
               msg_t *msg, uint64_t id)
{
    nta_incoming_t *transaction = nta_incoming_create(nta, NULL, msg, NULL, TAG_END());
    if (!transaction)
        return false;
    struct edge_taken *taken = xcalloc(1, sizeof *taken);
    *taken =
        (struct edge_taken){.id = id, .takens = takens, .home = home, .transaction = transaction};
    HASH_ADD(hh, takens->by_id, id, sizeof taken->id, taken);
    nta_incoming_bind(transaction, on_more, taken);
    nta_incoming_treply(transaction, SIP_100_TRYING, TAG_END());
    return true;
}

void edge_taken_answer(struct edge_takens *takens, const struct sip_out *out)
{
    struct edge_taken *taken;
    HASH_FIND(hh, takens->by_id, &out->of, sizeof out->of, taken);
    if (!taken || taken->is_accepted)
        return;
    if (out->to_tag)
        nta_incoming_tag(taken->transaction, out->to_tag);
    taken->is_accepted = out->status / 100 == 2;
    nta_incoming_treply(taken->transaction, out->status, out->phrase,
                        TAG_IF(*out->headers, SIPTAG_HEADER_STR(out->headers)),
                        TAG_IF(out->body, SIPTAG_PAYLOAD_STR(out->body)), TAG_END());
    if (out->status >= 300)
        forget(taken); /* the library sees to its ACK */
}

void edge_takens_done(struct edge_takens *takens)
{
    struct edge_taken *taken, *next;
    HASH_ITER(hh, takens->by_id, taken, next)
    {
        taken->home->options.taken(taken->home->options.context, taken->id, SIP_TAKEN_LOST);
        HASH_DEL(takens->by_id, taken);
        nta_incoming_bind(taken->transaction, NULL, NULL); /* goes with its agent, unanswered */
        free(taken);
    }
}
