#include "base/mem.h"
#include "base/text.h"
#include "sip/auth.h"
#include "sip/body.h"
#include "sip/calls_parts.h"
#include "sip/leg_media.h"

#include <string.h>

static const char *const sdp_only[] = {BODY_SDP, NULL};

/* The same INVITE came by two ways (RFC 3261 8.2.2.2): the second is not another call. */
static bool check_merged(struct sip_exchange *exchange)
{
    const struct sip_request *request = exchange->request;
    if (!phone_leg_of_pending(exchange->world, request->call_id, request->from_tag, request->cseq))
        return false;
    return exchange_answer(exchange, 482, NULL, "the same INVITE came by another way");
}

static bool check_body(struct sip_exchange *exchange)
{
    return body_refuse(exchange, sdp_only) || body_refuse_accept(exchange, BODY_SDP);
}

/* sip.md 3.3: who is not registered is refused before any 407. */
static bool check_registered(struct sip_exchange *exchange)
{
    const struct sip_request *request = exchange->request;
    const struct binding *binding = binding_list(exchange->world, request->from_user);
    bool is_stale = request->proxy->state == PROXY_STALE;
    while (binding && binding->is_stale != is_stale)
        binding = binding->next;
    return !binding && exchange_answer(exchange, 403, NULL, "the caller is not registered");
}

static bool check_caller(struct sip_exchange *exchange)
{
    const char *user = exchange->request->from_user;
    if (user && *user)
        return false;
    return exchange_answer(exchange, 400, "Bad From", "the From address has no user");
}

static bool check_callee(struct sip_exchange *exchange)
{
    const char *user = exchange->request->uri_user;
    if (user && *user)
        return false;
    return exchange_answer(exchange, 404, NULL, "the Request-URI has no user");
}

static bool check_limit(struct sip_exchange *exchange)
{
    size_t most = (size_t)exchange->world->knobs.sip_max_calls;
    if (most == 0 || phone_call_count_of_user(exchange->world, exchange->device->user_id) < most)
        return false;
    return exchange_answer(exchange, 486, NULL, "the extension has as many calls as it may");
}

/* The session description it carries; NULL when none. */
static const char *offer_of(const struct sip_request *request)
{
    return body_is(request, BODY_SDP) ? request->body : NULL;
}

static bool check_offer(struct sip_exchange *exchange)
{
    const char *offer = offer_of(exchange->request);
    const char *misfit =
        offer ? leg_media_misfit(exchange->world, transport_of(exchange->request), offer) : NULL;
    return misfit && exchange_answer(exchange, 488, NULL, misfit);
}

bool calls_refuse_offer(struct sip_exchange *exchange)
{
    return check_body(exchange) || check_offer(exchange);
}

const char *calls_describe(struct sip_exchange *exchange, struct phone_leg *leg)
{
    const char *offer = offer_of(exchange->request);
    leg->is_offered = !offer;
    return leg_media_describe(exchange->world, leg, exchange->arena, offer);
}

/* 100, then exactly one 183 with a description, then what comes of it (sip.md 0, rule 5). An offer of ours is
 * none for the 183, which may be lost: it is in the 200 (RFC 3261 13.2.1). */
static bool take(struct sip_exchange *exchange)
{
    const struct sip_request *request = exchange->request;
    const struct device *device = exchange->device;
    const struct user *caller = user_by_id(exchange->world, device->user_id);
    struct phone_call *call =
        switch_begin(exchange->world, &(struct switch_draft){.caller = caller,
                                                             .from = device->number,
                                                             .device_id = device->id,
                                                             .to = request->uri_user,
                                                             .replaces = exchange->replaced});
    if (!call)
        return exchange_answer(exchange, 503, NULL, "there are as many calls as there may be");
    struct phone_leg *leg = leg_of_caller(exchange->world, switch_caller(call), request, device);
    xset(&leg->sdp, calls_describe(exchange, leg));
    event_set_int(exchange->event, EVENT_CALL, (int64_t)call->id);
    if (!leg->sdp) {
        switch_fail(exchange->world, call, 503, "no port is free for its audio");
        exchange->answer->is_taken = true;
        return exchange_answer(exchange, 100, NULL, NULL);
    }
    leg_media_join(exchange->service, call);
    /* Our own offer is for an answer that is sure to arrive (RFC 3261 13.2.1, RFC 3262 section 5). */
    bool is_sure = request->require && strcasestr(request->require, "100rel");
    leg_answer(exchange->world, leg, 183, leg->is_offered && !is_sure ? NULL : leg->sdp);
    exchange->call = call;
    exchange->answer->is_taken = true;
    return exchange_answer(exchange, 100, NULL, NULL);
}

sip_check_fn *const calls_invite_checks[] = {
    check_merged,
    check_caller,
    check_callee,
    check_body,
    check_registered,
    auth_check_lockout,
    auth_check_credentials,
    auth_check_line,
    auth_check_account,
    auth_check_user,
    calls_check_replaces,
    check_limit,
    check_offer,
    take,
    NULL,
};

static bool is_answered_early(const struct world *world, enum transport transport)
{
    static const unsigned over[] = {[KNOB_EARLY_WEB] = 1u << TRANSPORT_WS | 1u << TRANSPORT_WSS,
                                    [KNOB_EARLY_ALL] = ~0u,
                                    [KNOB_EARLY_NONE] = 0};
    return over[world->knobs.sip_answer_early] >> transport & 1;
}

/* sip.md 4.1: a browser's phone has its 200 before anybody answered; ringing is heard in band. */
static void dial(struct world *world, struct phone_call *call)
{
    uint64_t id = call->id;
    switch_dial(world, call, NULL);
    call = phone_call_by_id(world, id); /* it may be over */
    struct phone_leg *caller = call ? call->legs : NULL;
    if (!caller || !caller->taken || caller->state != LEG_RINGING ||
        !is_answered_early(world, caller->transport))
        return;
    leg_answer(world, caller, 200, caller->sdp);
    caller->state = LEG_UP;
}

void calls_go_on(struct sip_exchange *exchange, bool is_unheard)
{
    if (exchange->leg)
        calls_dialog_go_on(exchange);
    else if (is_unheard)
        switch_fail(exchange->world, exchange->call, 480, "a fault keeps the call from the phone");
    else
        dial(exchange->world, exchange->call);
}
