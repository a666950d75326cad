#include "sip/calls.h"

#include "base/mem.h"
#include "base/text.h"
#include "sip/agent.h"
#include "sip/calls_parts.h"
#include "sip/leg_media.h"

/* --- what the world orders --- */

/* Calls `with` for every contact of every device of `user` that can be reached; how many. */
typedef bool contact_fn(struct world *world, const struct device *device,
                        const struct binding *binding, void *arg);

static size_t each_contact(struct world *world, int64_t user_id, const char *device_id,
                           contact_fn *with, void *arg)
{
    size_t count = 0;
    for (size_t i = 0; i < world->device_count; i++) {
        const struct device *device = world->devices[i];
        if (device->user_id != user_id || !device->sip_username ||
            (device_id && !text_eq(device->id, device_id)))
            continue;
        for (const struct binding *at = binding_list(world, device->sip_username); at;
             at = at->next)
            if (!at->is_stale && (!at->device || at->device == device) &&
                count + 1 < PHONE_LEGS_MAX)
                count += with(world, device, at, arg);
    }
    return count;
}

static bool is_there(struct world *world, const struct device *device,
                     const struct binding *binding, void *arg)
{
    return true;
}

static bool can_ring(struct world *world, const struct user *user)
{
    return each_contact(world, user->id, NULL, is_there, NULL) > 0;
}

struct ringing {
    struct phone_party *party;
    const char *from, *name;
    bool answers_itself;
};

static bool ring_contact(struct world *world, const struct device *device,
                         const struct binding *binding, void *arg)
{
    const struct ringing *ringing = arg;
    return leg_ring(world, ringing->party, binding, device, ringing->from, ringing->name,
                    ringing->answers_itself) != NULL;
}

static size_t ring(struct world *world, struct phone_party *party, bool answers_itself)
{
    const struct phone_call *call = party->call;
    bool is_called = party->is_called; /* else he wanted the call himself: shown whom he calls */
    struct ringing ringing = {party, is_called ? call->from : call->to,
                              is_called && call->name ? call->name : "", answers_itself};
    return each_contact(world, party->user_id, party->device_id, ring_contact, &ringing);
}

/* An offer of ours is made anew: now the other phone's codec may be known. */
static void connect_leg(struct world *world, struct phone_leg *leg)
{
    struct arena arena;
    arena_init(&arena);
    leg_answer(world, leg, 200, leg->is_offered ? leg_media_offer(world, leg, &arena) : leg->sdp);
    arena_done(&arena);
}

static void joined(struct world *world, struct phone_call *call)
{
    leg_media_join(world->sip, call);
}

const struct phone_side calls_phones = {
    .can_ring = can_ring,
    .ring = ring,
    .connect = connect_leg,
    .drop = leg_hang_up,
    .joined = joined,
};

/* --- what phones did --- */

/* Without an answer to our first offer there is no session (RFC 3261 13.2.1); later it stays as it was. */
static void acked(struct sip_service *service, struct phone_leg *leg, const char *body)
{
    bool is_first = !*leg->line.codec, was_offered = leg->is_offered;
    leg->taken = 0;
    leg->is_offered = false;
    if (!was_offered)
        return;
    if (leg_media_answered(service->world, leg, body)) {
        leg_media_join(service, leg->call);
        switch_hold(service->world, leg->party, leg->line.wish.is_deaf);
    } else if (is_first) {
        switch_end(service->world, leg->call, 488, "the ACK does not answer our offer");
    }
}

void calls_taken(struct sip_service *service, uint64_t taken, enum sip_taken what, const char *body)
{
    struct phone_leg *leg = phone_leg_of_taken(service->world, taken);
    if (!leg)
        return;
    switch (what) {
    case SIP_TAKEN_ACKED:
        acked(service, leg, body);
        break;
    case SIP_TAKEN_CANCELLED:
        switch_end(service->world, leg->call, 487, "the caller gave up");
        break;
    case SIP_TAKEN_LOST:
        leg->taken = 0;
        switch_end(service->world, leg->call, 408, "the phone did not acknowledge");
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
    for (const struct phone_leg *each = leg->call->legs; each; each = each->next)
        if (each->party == leg->party)
            agent_tell(service->world, each, AGENT_ALREADY_PROCESSED);
    leg_media_answered(service->world, leg, reply->body);
    switch_answered(service->world, leg);
}

/* It answered as the caller gave up: its dialog is there, with nobody in it (RFC 3261 9.1, 15). */
static void turn_away(struct world *world, const struct sip_reply *reply)
{
    static const char *const methods[] = {"ACK", "BYE"};
    const struct sip_out *invite = reply->request;
    for (uint32_t i = 0; invite->proxy < world->proxy_count && i < 2; i++) {
        struct sip_out *out = sip_out_add(world, SIP_OUT_REQUEST, world->proxies[invite->proxy]);
        if (!out)
            return;
        out->flow = invite->flow;
        out->transport = invite->transport;
        out->peer = arena_strdup(&out->arena, invite->peer);
        out->aor = arena_strdup(&out->arena, invite->aor);
        out->method = methods[i];
        out->uri = arena_strdup(&out->arena, reply->contact ? reply->contact : invite->uri);
        out->from = arena_strdup(&out->arena, invite->from);
        out->to = arena_printf(&out->arena, reply->to_tag ? "%s;tag=%s" : "%s", invite->to,
                               reply->to_tag);
        out->call_id = arena_strdup(&out->arena, invite->call_id);
        out->cseq = invite->cseq + i;
    }
}

void calls_replied(struct sip_service *service, const struct sip_reply *reply)
{
    if (!text_eq(reply->request->method, "INVITE") || reply->status < 200)
        return;
    struct phone_leg *leg = phone_leg_of_invite(service->world, reply->request->id);
    if (!leg) { /* rang for a call that is gone */
        if (reply->status < 300)
            turn_away(service->world, reply);
        return;
    }
    if (reply->status < 300) {
        phone_answered(service, leg, reply);
        return;
    }
    leg->invite = 0;
    switch_refused(service->world, leg, reply->status);
}
