/* Requests of phones within their calls: what is answered, and what follows on them. */
#include "base/mem.h"
#include "base/text.h"
#include "sip/agent.h"
#include "sip/body.h"
#include "sip/calls_parts.h"
#include "sip/leg_media.h"
#include "sip/refer.h"
#include "world/switchboard.h"

#include <string.h>

static bool say_ok(struct sip_exchange *exchange, struct phone_leg *leg)
{
    return exchange_answer(exchange, 200, NULL, NULL);
}

/* --- BYE --- */

static bool bye(struct sip_exchange *exchange, struct phone_leg *leg)
{
    agent_tell(exchange->world, leg, AGENT_FREE_RESOURCES);
    if (leg->taken && leg->state == LEG_RINGING) /* RFC 3261 15.1.2: what is pending gets its end */
        leg_answer(exchange->world, leg, 487, NULL);
    leg->is_phone = false; /* it has hung up: nothing more is sent to it */
    exchange->leg = leg;
    return exchange_answer(exchange, 200, NULL, NULL);
}

static void hang_up(struct sip_exchange *exchange)
{
    switch_hang_up(exchange->world, exchange->leg->party, "a phone hung up");
}

/* --- re-INVITE --- */

/* RFC 3261 14.2: a second INVITE before the first has its final answer, or one of each side. A 2xx
 * that was not acknowledged is no obstacle: it may have been lost with the proxy it went through. */
static bool check_glare(struct sip_exchange *exchange, const struct phone_leg *leg)
{
    if (leg->taken && leg->state == LEG_RINGING && !leg->is_pracked) {
        exchange->answer->retry_after_s = 1 + (int)id_below(&exchange->world->sip_ids, 10);
        return exchange_answer(exchange, 500, NULL, "the INVITE before is not answered yet");
    }
    return leg->invite &&
           exchange_answer(exchange, 491, NULL, "another INVITE of the dialog is under way");
}

/* Both of these refresh where the phone is reached (RFC 3261 12.2.2, RFC 3311 5.2). */
static void refresh_target(const struct sip_exchange *exchange, struct phone_leg *leg)
{
    if (exchange->request->contact_count)
        xset(&leg->target, exchange->request->contacts[0].uri);
}

/* Hold, network change: a description for a description. */
static bool reinvite(struct sip_exchange *exchange, struct phone_leg *leg)
{
    if (check_glare(exchange, leg) || calls_refuse_offer(exchange))
        return true;
    leg->taken = exchange->request->taken;
    refresh_target(exchange, leg);
    leg_answer(exchange->world, leg, 200, calls_describe(exchange, leg));
    leg_media_join(exchange->service, leg->call);
    exchange->leg = leg;
    exchange->answer->is_taken = true;
    return exchange_answer(exchange, 100, NULL, NULL);
}

/* In the answer to a request that is no INVITE. */
static void answer_offer(struct sip_exchange *exchange, struct phone_leg *leg)
{
    exchange->answer->content_type = BODY_SDP;
    exchange->answer->body = calls_describe(exchange, leg);
    leg_media_join(exchange->service, leg->call);
    exchange->leg = leg;
}

/* The same without three messages (RFC 3311); without a description it refreshes the dialog alone. */
static bool update(struct sip_exchange *exchange, struct phone_leg *leg)
{
    struct sip_answer *answer = exchange->answer;
    bool has_offer = exchange->request->body != NULL;
    if (has_offer && leg->taken && leg->is_offered)
        return exchange_answer(exchange, 491, NULL, "our offer is not answered yet");
    if (has_offer && (check_glare(exchange, leg) || calls_refuse_offer(exchange)))
        return true;
    refresh_target(exchange, leg);
    answer->contacts[0].uri = leg_contact(exchange->world, leg, exchange->arena, leg->call->to);
    answer->contacts[0].expires_s = -1;
    answer->contact_count = 1;
    if (has_offer)
        answer_offer(exchange, leg);
    return exchange_answer(exchange, 200, NULL, NULL);
}

/* Our 183 is there for certain. A description with it answers ours, if that was an offer, else it is
 * another offer (RFC 3262 section 5). */
static bool prack(struct sip_exchange *exchange, struct phone_leg *leg)
{
    if (!exchange->request->is_prack_due)
        return exchange_answer(exchange, 481, NULL, "no answer of ours waits for it");
    leg->is_pracked = true;
    if (!exchange->request->body)
        return exchange_answer(exchange, 200, NULL, NULL);
    if (!leg->is_offered) {
        if (calls_refuse_offer(exchange))
            return true;
        answer_offer(exchange, leg);
        return exchange_answer(exchange, 200, NULL, NULL);
    }
    if (!leg_media_answered(exchange->world, leg, exchange->request->body))
        return exchange_answer(exchange, 488, NULL, "it does not answer our offer");
    leg->is_offered = false;
    exchange->leg = leg;
    leg_media_join(exchange->service, leg->call);
    return exchange_answer(exchange, 200, NULL, NULL);
}

/* The phone says with its description whether it holds. */
static void hold(struct sip_exchange *exchange)
{
    switch_hold(exchange->world, exchange->leg->party, exchange->leg->line.wish.is_deaf);
}

/* --- REFER --- */

static bool refer(struct sip_exchange *exchange, struct phone_leg *leg)
{
    struct refer_target target;
    const char *to = exchange->request->refer_to;
    if (!to || !refer_read(exchange->arena, to, &target))
        return exchange_answer(exchange, 400, "Bad Refer-To", "the Refer-To names nobody");
    if (leg->state != LEG_UP)
        return exchange_answer(exchange, 403, NULL, "the call is not answered yet");
    exchange->leg = leg;
    return exchange_answer(exchange, 202, NULL, NULL);
}

/* The dialog that is replaced, by its tags from either side; NULL: no call of the same user's. */
static struct phone_leg *leg_replaced(const struct sip_exchange *exchange,
                                      const struct refer_target *target)
{
    const struct phone_leg *leg = exchange->leg;
    struct phone_leg *other =
        phone_leg_of_dialog(exchange->world, target->call_id, target->to_tag, target->from_tag);
    if (!other)
        other =
            phone_leg_of_dialog(exchange->world, target->call_id, target->from_tag, target->to_tag);
    return other && other->party->user_id == leg->party->user_id ? other : NULL;
}

static bool send_on(struct sip_exchange *exchange, const struct refer_target *to)
{
    struct world *world = exchange->world;
    struct phone_party *party = exchange->leg->party;
    const struct user *user = user_by_id(world, party->user_id);
    struct switch_target target;
    if (!to->call_id)
        return switch_find(world, user->account_id, to->number, &target) &&
               switch_transfer(world, party, &target);
    struct phone_leg *replaced = leg_replaced(exchange, to);
    return replaced && switch_bridge(world, replaced->party, party);
}

/* 100, then what came of it; the phone that sent the call on gets its BYE behind that. */
static void transfer(struct sip_exchange *exchange)
{
    struct refer_target target;
    struct world *world = exchange->world;
    struct phone_leg *leg = exchange->leg;
    refer_read(exchange->arena, exchange->request->refer_to, &target);
    leg->notify = 0;
    leg_notify(world, leg, "SIP/2.0 100 Trying\r\n", "active");
    leg->refers = true;
    if (send_on(exchange, &target))
        return;
    leg->refers = false;
    leg_notify(world, leg, "SIP/2.0 603 Decline\r\n", "terminated;reason=noresource");
}

/* --- the dialog's table --- */

static const struct row {
    const char *method;
    bool (*run)(struct sip_exchange *exchange, struct phone_leg *leg);
    void (*go_on)(struct sip_exchange *exchange); /* when exchange->leg was set; after the event */
} rows[] = {
    {"BYE", bye, hang_up},          {"INVITE", reinvite, hold}, {"REFER", refer, transfer},
    {"INFO", info_run, info_go_on}, {"MESSAGE", say_ok, NULL},  {"UPDATE", update, hold},
    {"PRACK", prack, hold},         {"NOTIFY", say_ok, NULL},   {"OPTIONS", say_ok, NULL},
};

static const struct row *row_of(const struct sip_exchange *exchange)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (text_eq(exchange->request->method, rows[i].method))
            return &rows[i];
    return NULL;
}

bool calls_in_dialog(struct sip_exchange *exchange, struct phone_leg *leg)
{
    const struct row *row = row_of(exchange);
    event_set_int(exchange->event, EVENT_CALL, (int64_t)leg->call->id);
    if (exchange->request->cseq < leg->remote_cseq) /* RFC 3261 12.2.2 */
        return exchange_answer(exchange, 500, NULL, "the CSeq number is lower than the last");
    leg->remote_cseq = exchange->request->cseq;
    leg_follow(leg, exchange->request);
    if (row)
        return row->run(exchange, leg);
    return exchange_answer(exchange, 405, NULL, "the method is not served in a call");
}

void calls_dialog_go_on(struct sip_exchange *exchange)
{
    const struct row *row = row_of(exchange);
    if (row && row->go_on)
        row->go_on(exchange);
}
