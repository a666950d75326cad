/* INVITEs that take somebody's place in a call (RFC 3891): a call that rings elsewhere is picked up, one that
 * is parked too, and who has a call goes on with it at another phone of his. */
#include "base/text.h"
#include "sip/calls_parts.h"
#include "world/switchboard.h"

static bool is_tag_of_phone(const struct phone_leg *leg, const char *tag)
{
    return !leg->remote_tag || text_eq(leg->remote_tag, tag); /* NULL: it rings, and has none yet */
}

/* By the dialog with the phone, whose ends the platform's events name the other way round (sipData), or by the
 * session's id in the place of the Call-ID, as the vendor's phones do (sip.md 4.1). */
static bool is_replaced(const struct phone_leg *leg, const struct sip_request *request)
{
    char session[CALL_ID_LEN];
    const char *id = request->replaces.call_id, *to = request->replaces.to_tag,
               *from = request->replaces.from_tag;
    if (!text_eq(leg->call_id, id) && !text_eq(phone_session_id(leg->call, session), id))
        return false;
    return (text_eq(leg->local_tag, to) && is_tag_of_phone(leg, from)) ||
           (text_eq(leg->local_tag, from) && is_tag_of_phone(leg, to));
}

static struct phone_leg *leg_replaced(const struct world *world, const struct sip_request *request)
{
    for (struct phone_call *call = world->phone_calls; call; call = call->next)
        for (struct phone_leg *leg = call->legs; leg; leg = leg->next)
            if (leg->is_phone && is_replaced(leg, request))
                return leg;
    return NULL;
}

/* What is another's may be taken where it rings or is parked, within the account. */
static bool may_take(const struct world *world, const struct user *user,
                     const struct phone_party *party)
{
    const struct user *owner = party->user_id ? user_by_id(world, party->user_id) : NULL;
    if (party->is_supervisor || !owner || owner->account_id != user->account_id)
        return false;
    return owner == user || party->status == PHONE_PARKED || party->status == PHONE_PROCEEDING;
}

bool calls_check_replaces(struct sip_exchange *exchange)
{
    const struct sip_request *request = exchange->request;
    if (!request->replaces.call_id)
        return false;
    if (!request->replaces.to_tag || !request->replaces.from_tag)
        return exchange_answer(exchange, 400, "Bad Replaces", "Replaces wants both tags");
    const struct phone_leg *leg = leg_replaced(exchange->world, request);
    /* RFC 3891 section 3: nor an early dialog that the phone itself began. */
    if (!leg || (leg->state == LEG_RINGING && leg->taken))
        return exchange_answer(exchange, 481, NULL, "the call it would replace is not there");
    const struct user *user = user_by_id(exchange->world, exchange->device->user_id);
    if (!may_take(exchange->world, user, leg->party))
        return exchange_answer(exchange, 403, NULL, "the call is another's, who talks");
    if (leg->state == LEG_UP && request->replaces.is_early_only &&
        leg->party->status != PHONE_PARKED)
        return exchange_answer(exchange, 486, NULL, "the call it would replace is answered");
    exchange->replaced = leg->party;
    return false;
}
