#include "sip/calls.h"

#include "base/mem.h"
#include "base/text.h"
#include "sip/calls_parts.h"
#include "sip/leg_media.h"

#include <string.h>

enum { VOICEMAIL_AFTER_MS = 2000 };

static const char *const ops[] = {"call.start", "call.answer", "call.end"};
enum { OP_START, OP_ANSWER, OP_END, OPS };

const char *calls_op_at(size_t i)
{
    return i < OPS ? ops[i] : NULL;
}

static void tell(struct sip_service *service, const struct phone_call *call, int op, int status,
                 const char *reason)
{
    struct event event;
    event_init(&event, LAYER_SIP, ops[op]);
    event.time_ms = clock_now(service->world);
    event.cause = call->cause;
    event_set_int(&event, EVENT_CALL, (int64_t)call->id);
    event_set(&event, EVENT_FROM, call->from);
    event_set(&event, EVENT_TO, call->to);
    event_set_int(&event, EVENT_STATUS, status);
    event_set(&event, EVENT_REASON, reason);
    if (op == OP_END && call->state == PHONE_CALL_UP)
        event_set_int(&event, EVENT_SECONDS,
                      (clock_now(service->world) - call->answered_ms) / 1000);
    journal_append(service->journal, &event);
}

void calls_end(struct sip_service *service, struct phone_call *call, int status, const char *reason)
{
    for (struct phone_leg *leg = call->legs; leg; leg = leg->next)
        leg_hang_up(service->world, leg, status >= 300 ? status : 480);
    tell(service, call, OP_END, status, reason);
    calls_log(service->world, call, status);
    phone_call_remove(service->world, call);
}

/* The agenda: context is the service, id the call's number. A call that is gone needs nothing. */
static void hang_up(struct world *world, void *context, int64_t id)
{
    struct phone_call *call = phone_call_by_id(world, (uint64_t)id);
    if (call && call->state == PHONE_CALL_UP)
        calls_end(context, call, 200, "the simulated party hung up");
}

/* `answered` picks up: all others that were called stop ringing, the caller hears of it. */
static void connect_call(struct sip_service *service, struct phone_call *call,
                         struct phone_leg *answered)
{
    struct world *world = service->world;
    struct phone_leg *caller = call->legs;
    for (struct phone_leg *leg = caller->next, *next; leg; leg = next) {
        next = leg->next;
        if (leg == answered)
            continue;
        leg_hang_up(world, leg, 480);
        phone_leg_remove(world, leg);
    }
    call->state = PHONE_CALL_UP;
    call->answered_ms = clock_now(world);
    if (caller->is_phone)
        leg_answer(world, caller, 200, caller->sdp);
    caller->state = answered->state = LEG_UP;
    leg_media_join(service, call);
    tell(service, call, OP_ANSWER, 200, answered->is_phone ? NULL : answered->number);
    bool has_simulated = !caller->is_phone || !answered->is_phone;
    if (has_simulated && call->party.lasts_ms)
        clock_schedule(world, call->answered_ms + call->party.lasts_ms, hang_up, service,
                       (int64_t)call->id);
}

static void party_acts(struct world *world, void *context, int64_t id)
{
    struct phone_call *call = phone_call_by_id(world, (uint64_t)id);
    if (!call || call->state != PHONE_CALL_RINGS)
        return;
    struct phone_leg *party = call->legs->next;
    switch (call->party.does) {
    case PARTY_BUSY:
        calls_end(context, call, 486, "the party is busy");
        break;
    case PARTY_REJECTS:
        calls_end(context, call, 603, "the party refused the call");
        break;
    case PARTY_RINGS:
        calls_end(context, call, 480, "nobody answered");
        break;
    default:
        connect_call(context, call, party);
    }
}

/* The simulated leg that `call` now rings at. */
static struct phone_leg *ring_party(struct sip_service *service, struct phone_call *call,
                                    const char *number, const struct party *party)
{
    struct world *world = service->world;
    struct phone_leg *leg = phone_leg_add(call);
    xset(&leg->number, number);
    call->party = *party;
    int64_t after_ms = party->does == PARTY_RINGS ? world->knobs.sip_ring_ms : party->after_ms;
    clock_schedule(world, clock_now(world) + after_ms, party_acts, service, (int64_t)call->id);
    return leg;
}

static void ring_voicemail(struct sip_service *service, struct phone_call *call, int64_t user_id)
{
    struct party voicemail = {.does = PARTY_ANSWERS, .after_ms = VOICEMAIL_AFTER_MS};
    ring_party(service, call, "voicemail", &voicemail)->user_id = user_id;
}

/* The user's phones stop ringing, and voicemail takes a call that a phone made; others end. */
static void give_up_ringing(struct sip_service *service, struct phone_call *call,
                            const char *reason)
{
    if (!call->legs->is_phone) {
        calls_end(service, call, 480, reason);
        return;
    }
    int64_t user_id = call->legs->next->user_id;
    for (struct phone_leg *leg = call->legs->next, *next; leg; leg = next) {
        next = leg->next;
        leg_hang_up(service->world, leg, 480);
        phone_leg_remove(service->world, leg);
    }
    ring_voicemail(service, call, user_id);
}

static void nobody_answers(struct world *world, void *context, int64_t id)
{
    struct phone_call *call = phone_call_by_id(world, (uint64_t)id);
    bool still_rings = call && call->state == PHONE_CALL_RINGS && call->legs->next->is_phone;
    if (still_rings)
        give_up_ringing(context, call, "nobody answered");
}

/* Rings every contact of every device of `user` that can be reached; how many. */
static size_t ring_phones(struct sip_service *service, struct phone_call *call,
                          const struct user *user, const char *name)
{
    struct world *world = service->world;
    size_t rung = 0;
    for (size_t i = 0; i < world->device_count; i++) {
        const struct device *device = world->devices[i];
        if (device->user_id != user->id || !device->sip_username)
            continue;
        for (const struct binding *at = binding_list(world, device->sip_username); at;
             at = at->next)
            if (!at->is_stale && rung + 1 < PHONE_LEGS_MAX)
                rung += leg_ring(world, call, at, device, call->from, name) != NULL;
    }
    if (rung)
        clock_schedule(world, clock_now(world) + world->knobs.sip_ring_ms, nobody_answers, service,
                       (int64_t)call->id);
    return rung;
}

/* Whose number it is within the caller's company; NULL: nobody's. */
static const struct user *user_of_number(const struct world *world, const struct user *caller,
                                         const char *number)
{
    const struct user *user = user_by_extension(world, caller->account_id, number);
    const struct phone_number *line = phone_number_find(world, number);
    if (!user && line && line->account_id == caller->account_id && line->user_id)
        user = user_by_id(world, line->user_id);
    return user && !user->is_deleted ? user : NULL;
}

static bool is_dialable(const char *number)
{
    size_t plus = *number == '+';
    size_t digits = strspn(number + plus, "0123456789");
    return digits >= 3 && digits <= 15 && number[plus + digits] == '\0';
}

void calls_dial(struct sip_service *service, struct phone_call *call, const struct user *caller,
                const char *number)
{
    tell(service, call, OP_START, 100, NULL);
    const struct user *callee = user_of_number(service->world, caller, number);
    if (callee) {
        if (!ring_phones(service, call, callee, caller->name ? caller->name : ""))
            ring_voicemail(service, call, callee->id);
    } else if (is_dialable(number)) {
        struct party party = party_of(service->world, number);
        ring_party(service, call, number, &party);
    } else {
        calls_end(service, call, 486, "the number cannot be dialled");
    }
}

static bool can_be_reached(struct world *world, const struct user *user)
{
    for (size_t i = 0; i < world->device_count; i++) {
        const struct device *device = world->devices[i];
        if (device->user_id != user->id || !device->sip_username)
            continue;
        for (const struct binding *at = binding_list(world, device->sip_username); at;
             at = at->next)
            if (!at->is_stale)
                return true;
    }
    return false;
}

struct phone_call *calls_ring_user(struct sip_service *service, const char *from, const char *name,
                                   const struct user *user, const struct party *party,
                                   uint64_t cause)
{
    const char *number = user->extension_number ? user->extension_number : "";
    struct phone_call *call =
        can_be_reached(service->world, user) ? phone_call_add(service->world, from, number) : NULL;
    if (!call)
        return NULL;
    struct phone_leg *caller = phone_leg_add(call);
    xset(&caller->number, from);
    call->party = *party;
    call->cause = cause;
    if (!ring_phones(service, call, user, name)) {
        phone_call_remove(service->world, call);
        return NULL;
    }
    return call;
}

void calls_taken(struct sip_service *service, uint64_t taken, enum sip_taken what)
{
    struct phone_leg *leg = phone_leg_of_taken(service->world, taken);
    if (!leg)
        return;
    switch (what) {
    case SIP_TAKEN_ACKED:
        leg->taken = 0;
        break;
    case SIP_TAKEN_CANCELLED:
        calls_end(service, leg->call, 487, "the caller gave up");
        break;
    case SIP_TAKEN_LOST:
        leg->taken = 0;
        calls_end(service, leg->call, 408, "the phone did not acknowledge");
    }
}

static void phone_answered(struct sip_service *service, struct phone_leg *leg,
                           const struct sip_reply *reply)
{
    leg->invite = 0;
    xset(&leg->remote_tag, reply->to_tag);
    if (reply->contact)
        xset(&leg->target, reply->contact);
    leg_ack(service->world, leg);
    leg_media_answered(service->world, leg, reply->body);
    connect_call(service, leg->call, leg);
}

static void phone_refused(struct sip_service *service, struct phone_leg *leg)
{
    struct phone_call *call = leg->call;
    leg->invite = 0;
    if (call->legs->next == leg && !leg->next)
        give_up_ringing(service, call, "no phone took the call");
    else
        phone_leg_remove(service->world, leg); /* others still ring */
}

void calls_replied(struct sip_service *service, const struct sip_reply *reply)
{
    if (!text_eq(reply->request->method, "INVITE") || reply->status < 200)
        return;
    struct phone_leg *leg = phone_leg_of_invite(service->world, reply->request->id);
    if (!leg)
        return; /* rang for a call that is gone */
    if (reply->status < 300)
        phone_answered(service, leg, reply);
    else
        phone_refused(service, leg);
}
