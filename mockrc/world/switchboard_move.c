/* Moves: what one does to a call that rings or is up. Source: rest.md 5.10; failures.md F052. */
#include "base/mem.h"
#include "base/text.h"
#include "world/switchboard_parts.h"
#include "world/world.h"

#include <stdio.h>
#include <string.h>

enum { PARK_FIRST = 801, PARK_LAST = 899 };

static bool is_rung(const struct phone_party *party)
{
    return party->is_called && party->status == PHONE_PROCEEDING && !party->is_queue;
}

bool switch_answer(struct world *world, struct phone_party *party, const char *device_id)
{
    struct phone_leg *leg = phone_party_leg(party);
    if (!is_rung(party))
        return false;
    if (leg)
        return world->phones && world->phones->answer && world->phones->answer(world, leg);
    if (device_id)
        xset(&party->device_id, device_id);
    switch_connect(world, party, party->phone);
    return true;
}

bool switch_reject(struct world *world, struct phone_party *party)
{
    if (!is_rung(party))
        return false;
    switch_drop_legs(world, party, 603, NULL);
    switch_unanswered(world, party, PHONE_REJECTED, 603, "the party refused the call");
    return true;
}

bool switch_ignore(struct world *world, struct phone_party *party)
{
    if (!is_rung(party))
        return false;
    switch_drop_legs(world, party, 480, NULL);
    switch_unanswered(world, party, PHONE_NO_ANSWER, 480, "nobody answered");
    return true;
}

bool switch_reply(struct world *world, struct phone_party *party)
{
    struct phone_call *call = party->call;
    if (!is_rung(party))
        return false;
    switch_leave(world, party, PHONE_DISCONNECTED, PHONE_CALL_REPLIED, 480);
    switch_end(world, call, 480, "a reply was read to the caller");
    return true;
}

bool switch_hold(struct world *world, struct phone_party *party, bool is_held)
{
    struct phone_leg *leg = phone_party_leg(party);
    if (party->status != (is_held ? PHONE_ANSWERED : PHONE_HOLD) || party->is_supervisor)
        return false;
    switch_set(world, party, is_held ? PHONE_HOLD : PHONE_ANSWERED, PHONE_NO_REASON);
    if (leg && world->phones && world->phones->hold)
        world->phones->hold(world, leg, is_held);
    switch_join(world, party->call);
    return true;
}

bool switch_mute(struct world *world, struct phone_party *party, bool is_muted)
{
    if (!phone_party_talks(party))
        return false;
    if (party->is_muted != is_muted) {
        party->is_muted = is_muted;
        switch_set(world, party, party->status, party->reason);
    }
    return true;
}

static bool is_target(const struct switch_target *target)
{
    return target->number || target->user || target->voicemail;
}

bool switch_forward(struct world *world, struct phone_party *party,
                    const struct switch_target *target)
{
    if (!is_rung(party) || !is_target(target))
        return false;
    if (target->voicemail) {
        switch_drop_legs(world, party, 480, NULL);
        switch_to_mailbox(world, party, 480, "sent to the mailbox");
        return true;
    }
    switch_leave(world, party, PHONE_DISCONNECTED, PHONE_CALL_REDIRECTED, 480);
    switch_ring(world, party->call, target, NULL);
    return true;
}

struct phone_party *switch_move_to(struct world *world, struct phone_party *old,
                                   struct phone_call *call, bool is_called,
                                   enum phone_reason reason)
{
    struct phone_party *party = phone_party_add(world, call, old->user_id);
    if (!party)
        return NULL;
    party->is_called = is_called;
    party->is_simulated = old->is_simulated;
    party->plays = old->plays;
    party->ends_ms = old->ends_ms;
    party->answered_ms = clock_now(world);
    xset(&party->phone, old->phone);
    xset(&party->name, old->name);
    xset(&party->device_id, old->device_id);
    if (party->user_id)
        switch_reserve(world, party);
    for (struct phone_leg *leg = old->call->legs, *next; leg; leg = next) {
        next = leg->next;
        if (leg->party == old)
            phone_leg_move(leg, party);
    }
    phone_session_id(call, old->peer_session);
    call_session_id(world, call->record, old->peer_session_id);
    phone_party_id(party, old->peer_party);
    switch_leave(world, old, PHONE_GONE, reason, 200);
    switch_begin_recording(world, party);
    switch_set(world, party, PHONE_ANSWERED, PHONE_NO_REASON);
    switch_schedule_end(world, party);
    return party;
}

bool switch_transfer(struct world *world, struct phone_party *party,
                     const struct switch_target *target)
{
    struct phone_call *old = party->call;
    struct phone_party *other = switch_peer_of(party);
    if (!phone_party_talks(party) || !other || !is_target(target) || phone_is_conference(old))
        return false;
    const struct user *user = target->user ? target->user : target->voicemail;
    const char *to = user && user->extension_number ? user->extension_number : target->number;
    struct phone_call *call = phone_call_add(world, other->phone ? other->phone : "", to ? to : "");
    if (!call)
        return false;
    call->cause = old->cause;
    xset(&call->name, other->name);
    call->leaves_voicemail = old->leaves_voicemail;
    switch_tell(world, NOTICE_CALL_STARTED, call, 100, NULL);
    switch_move_to(world, other, call, false, PHONE_BLIND_TRANSFER);
    switch_leave(world, party, PHONE_DISCONNECTED, PHONE_BLIND_TRANSFER, 200);
    switch_end(world, old, 200, "the call was transferred");
    switch_ring(world, call, target, NULL);
    return true;
}

bool switch_bridge(struct world *world, struct phone_party *party, struct phone_party *other)
{
    struct phone_call *old = party->call, *call = other->call;
    struct phone_party *from = switch_peer_of(party), *to = switch_peer_of(other);
    if (old == call || phone_is_conference(old) || phone_is_conference(call) ||
        party->user_id != other->user_id || !phone_party_talks(party) ||
        !phone_party_talks(other) || !from || !to ||
        !switch_move_to(world, from, call, !to->is_called, PHONE_ATTENDED_TRANSFER))
        return false;
    switch_leave(world, party, PHONE_DISCONNECTED, PHONE_ATTENDED_TRANSFER, 200);
    switch_end(world, old, 200, "the call was transferred");
    switch_leave(world, other, PHONE_DISCONNECTED, PHONE_ATTENDED_TRANSFER, 200);
    switch_join(world, call);
    return true;
}

struct phone_party *switch_parked(const struct world *world, const char *park_id)
{
    for (struct phone_call *call = world->phone_calls; call; call = call->next)
        for (struct phone_party *party = call->parties; party; party = party->next)
            if (party->status == PHONE_PARKED && text_eq(party->park_id, park_id))
                return party;
    return NULL;
}

/* A free place to park at; false when `at`, or every one, is taken. */
static bool park_place(const struct world *world, const char *at, char out[PHONE_PARK_LEN])
{
    for (int number = PARK_FIRST; !at && number <= PARK_LAST; number++) {
        snprintf(out, PHONE_PARK_LEN, "%d", number);
        if (!switch_parked(world, out))
            return true;
    }
    if (!at || !*at || strlen(at) >= PHONE_PARK_LEN || switch_parked(world, at))
        return false;
    snprintf(out, PHONE_PARK_LEN, "%s", at);
    return true;
}

struct phone_party *switch_park_at(struct world *world, struct phone_party *party, const char *at)
{
    struct phone_party *other = switch_peer_of(party);
    char id[PHONE_PARK_LEN];
    if (!phone_party_talks(party) || !other || phone_is_conference(party->call) ||
        !park_place(world, at, id))
        return NULL;
    snprintf(other->park_id, sizeof other->park_id, "%s", id);
    switch_set(world, other, PHONE_PARKED, PHONE_CALL_PARK);
    switch_leave(world, party, PHONE_DISCONNECTED, PHONE_CALL_PARK, 200);
    return other;
}

struct phone_party *switch_park(struct world *world, struct phone_party *party)
{
    return switch_park_at(world, party, NULL);
}

/* A further party for one of ours: his phone rings and answers by itself, or he is just there. It
 * takes the place of party `replaces` (0: none) when it is connected. */
static struct phone_party *join_in(struct world *world, struct phone_call *call,
                                   const struct user *user, const char *device_id, int replaces,
                                   bool is_supervisor, bool answers_itself)
{
    struct phone_party *party = phone_party_add(world, call, user->id);
    if (!party)
        return NULL;
    party->is_called = true;
    party->replaces = replaces;
    party->is_supervisor = is_supervisor;
    xset(&party->phone, user->extension_number);
    xset(&party->name, user->name);
    xset(&party->device_id, device_id);
    if (!is_supervisor)
        switch_reserve(world, party);
    party->turn++;
    bool is_rung = world->phones && world->phones->ring(world, party, answers_itself);
    switch_set(world, party, PHONE_PROCEEDING, PHONE_NO_REASON);
    if (is_rung) {
        switch_schedule_ring(world, party);
    } else {
        party->is_simulated = true;
        switch_connect(world, party, party->phone);
    }
    return party;
}

struct phone_party *switch_pickup(struct world *world, struct phone_party *party,
                                  const struct user *user, const char *device_id)
{
    if (party->status == PHONE_PARKED)
        return join_in(world, party->call, user, device_id, 0, false, true);
    if (is_rung(party) && party->user_id != user->id)
        return join_in(world, party->call, user, device_id, party->number, false, true);
    return NULL;
}

struct phone_party *switch_flip(struct world *world, struct phone_party *party,
                                const char *device_id)
{
    const struct user *user = party->user_id ? user_by_id(world, party->user_id) : NULL;
    if (!user || !phone_party_talks(party) || party->is_supervisor || !switch_peer_of(party))
        return NULL;
    return join_in(world, party->call, user, device_id, party->number, false, true);
}

struct phone_party *switch_supervise(struct world *world, struct phone_party *agent,
                                     const struct user *supervisor, const char *device_id,
                                     bool answers_itself)
{
    if (!phone_party_talks(agent) || agent->is_supervisor || agent->user_id == supervisor->id)
        return NULL;
    return join_in(world, agent->call, supervisor, device_id, 0, true, answers_itself);
}

bool switch_record(struct world *world, struct phone_party *party, bool is_active)
{
    const struct user *user = party->user_id ? user_by_id(world, party->user_id) : NULL;
    if (!phone_party_talks(party) || !user || party->record == PHONE_NO_RECORD ||
        world->knobs.rec_policy == KNOB_POLICY_OFF)
        return false;
    if (party->recording == PHONE_NOT_RECORDED) {
        if (!is_active)
            return false;
        party->is_recorded_on_demand = true;
    }
    party->recording = is_active ? PHONE_RECORDED : PHONE_RECORDING_PAUSED;
    switch_set(world, party, party->status, party->reason);
    return true;
}
