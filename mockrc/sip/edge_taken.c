#define NTA_INCOMING_MAGIC_T struct edge_taken
#define NTA_RELIABLE_MAGIC_T struct edge_takens
#include "sip/edge_taken.h"

#include "base/mem.h"

#include <sofia-sip/msg.h>
#include <sofia-sip/nta.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/sip_tag.h>
#include <sofia-sip/sip_util.h>
#include <sofia-sip/nta_tport.h>
#include <sofia-sip/su_tag.h>
#include <sofia-sip/tport.h>
#include <stdlib.h>
#include <uthash.h>

struct edge_taken {
    UT_hash_handle hh;
    uint64_t id;
    struct edge_takens *takens;
    struct edge_home *home;
    nta_incoming_t *transaction; /* NULL: a fault still delays it */
    bool is_reliable;            /* Require: 100rel */
    bool is_accepted;            /* a 2xx went out, the ACK is waited for */

    /* Delayed: the library must not see it before, as it says 100 by itself after 200 ms. */
    su_timer_t *timer;
    nta_agent_t *nta;
    msg_t *msg;
    tport_t *over; /* by which it came: the library knows only until it has given the message */
    struct sip_out *held, **held_end; /* the answers that wait, in order */
};

/* All but its transaction. */
static void taken_free(struct edge_taken *taken)
{
    HASH_DEL(taken->takens->by_id, taken);
    while (taken->held) {
        struct sip_out *out = taken->held;
        taken->held = out->next;
        sip_out_free(out);
    }
    if (taken->timer)
        su_timer_destroy(taken->timer);
    if (taken->msg)
        msg_destroy(taken->msg);
    tport_unref(taken->over);
    free(taken);
}

static void forget(struct edge_taken *taken)
{
    if (taken->transaction)
        nta_incoming_destroy(taken->transaction);
    taken_free(taken);
}

/* `more`: the ACK; NULL: there is none. */
static void tell(const struct edge_taken *taken, enum sip_taken what, const sip_t *more)
{
    const sip_payload_t *payload = more ? more->sip_payload : NULL;
    char *body = payload && payload->pl_len ? xstrndup(payload->pl_data, payload->pl_len) : NULL;
    taken->home->options.taken(taken->home->options.context, taken->id, what, body);
    free(body);
    taken->home->drain(taken->home);
}

/* ACK and CANCEL come here; nothing at all means that the library gave up. */
static int on_more(struct edge_taken *taken, nta_incoming_t *transaction, const sip_t *sip)
{
    sip_method_t method =
        sip && sip->sip_request ? sip->sip_request->rq_method : sip_method_unknown;
    if (method == sip_method_cancel) {
        tell(taken, SIP_TAKEN_CANCELLED,
             NULL); /* its 487 is the world's to say, or the library's */
    } else if (taken->is_accepted) {
        bool is_acked = method == sip_method_ack;
        tell(taken, is_acked ? SIP_TAKEN_ACKED : SIP_TAKEN_LOST, is_acked ? sip : NULL);
        forget(taken);
    } else if (!sip) { /* no PRACK came */
        tell(taken, SIP_TAKEN_LOST, NULL);
        forget(taken);
    }
    return 0;
}

/* A PRACK, or without a message the end of waiting for one. */
static int on_prack(struct edge_takens *takens, nta_reliable_t *answer, nta_incoming_t *transaction,
                    const sip_t *sip)
{
    if (transaction && sip)
        takens->prack(takens, transaction, sip);
    nta_reliable_destroy(answer);
    return 0;
}

/* Takes the message; false: it could not be. */
static bool begin(struct edge_taken *taken, nta_agent_t *nta, msg_t *msg)
{
    const sip_t *sip = sip_object(msg);
    taken->is_reliable = sip->sip_require && sip_has_feature(sip->sip_require, "100rel");
    taken->transaction = nta_incoming_create(
        nta, NULL, msg, NULL, TAG_IF(taken->over, NTATAG_TPORT(taken->over)), TAG_END());
    if (!taken->transaction)
        return false;
    nta_incoming_bind(taken->transaction, on_more, taken);
    nta_incoming_treply(taken->transaction, SIP_100_TRYING, TAG_END());
    return true;
}

/* The last of its answers may be a final one, after which it is gone. */
static void delay_is_over(su_root_magic_t *magic, su_timer_t *timer, su_timer_arg_t *arg)
{
    struct edge_taken *taken = (struct edge_taken *)arg;
    struct edge_takens *takens = taken->takens;
    struct sip_out *held = taken->held;
    msg_t *msg = taken->msg;
    taken->msg = NULL;
    taken->held = NULL;
    if (!begin(taken, taken->nta, msg)) {
        tell(taken, SIP_TAKEN_LOST, NULL);
        forget(taken);
        takens = NULL;
    }
    while (held) {
        struct sip_out *out = held;
        held = out->next;
        if (takens)
            edge_taken_answer(takens, out);
        else
            sip_out_free(out);
    }
}

static void delay(struct edge_taken *taken, nta_agent_t *nta, msg_t *msg, int64_t delay_ms)
{
    taken->nta = nta;
    taken->msg = msg;
    taken->over = nta_incoming_transport(nta, NULL, msg);
    taken->timer = su_timer_create(su_root_task(taken->home->root), 0);
    su_timer_set_interval(taken->timer, delay_is_over, (su_timer_arg_t *)taken,
                          (su_duration_t)(delay_ms < SU_DURATION_MAX ? delay_ms : SU_DURATION_MAX));
}

void edge_take(struct edge_takens *takens, struct edge_home *home, struct nta_agent_s *nta,
               msg_t *msg, uint64_t id, int64_t delay_ms)
{
    struct edge_taken *taken = xcalloc(1, sizeof *taken);
    *taken = (struct edge_taken){.id = id, .takens = takens, .home = home};
    HASH_ADD(hh, takens->by_id, id, sizeof taken->id, taken);
    if (delay_ms > 0) {
        delay(taken, nta, msg, delay_ms);
    } else if (!begin(taken, nta, msg)) {
        tell(taken, SIP_TAKEN_LOST, NULL);
        forget(taken);
    }
}

static void hold(struct edge_taken *taken, struct sip_out *out)
{
    out->next = NULL;
    if (!taken->held)
        taken->held_end = &taken->held;
    *taken->held_end = out;
    taken->held_end = &out->next;
}

static void answer(struct edge_taken *taken, const struct sip_out *out)
{
    if (out->to_tag)
        nta_incoming_tag(taken->transaction, out->to_tag);
    taken->is_accepted = out->status / 100 == 2;
    if (taken->is_reliable && out->status > 100 && out->status < 200) {
        nta_reliable_treply(taken->transaction, on_prack, taken->takens, out->status, out->phrase,
                            TAG_IF(*out->headers, SIPTAG_HEADER_STR(out->headers)),
                            TAG_IF(out->body, SIPTAG_PAYLOAD_STR(out->body)), TAG_END());
        return;
    }
    nta_incoming_treply(taken->transaction, out->status, out->phrase,
                        TAG_IF(*out->headers, SIPTAG_HEADER_STR(out->headers)),
                        TAG_IF(out->body, SIPTAG_PAYLOAD_STR(out->body)), TAG_END());
    if (out->status >= 300)
        forget(taken); /* the library sees to its ACK */
}

void edge_taken_answer(struct edge_takens *takens, struct sip_out *out)
{
    struct edge_taken *taken;
    HASH_FIND(hh, takens->by_id, &out->of, sizeof out->of, taken);
    if (taken && taken->msg) {
        hold(taken, out);
        return;
    }
    if (taken && !taken->is_accepted)
        answer(taken, out);
    sip_out_free(out);
}

void edge_takens_done(struct edge_takens *takens)
{
    struct edge_taken *taken, *next;
    HASH_ITER(hh, takens->by_id, taken, next)
    {
        taken->home->options.taken(taken->home->options.context, taken->id, SIP_TAKEN_LOST, NULL);
        if (taken->transaction) /* goes with its agent, unanswered */
            nta_incoming_bind(taken->transaction, NULL, NULL);
        taken_free(taken);
    }
}
