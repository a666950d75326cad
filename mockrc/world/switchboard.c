#include "world/switchboard.h"

#include "base/mem.h"
#include "base/text.h"
#include "world/switchboard_parts.h"
#include "world/world.h"

void switch_tell(struct world *world, enum notice_kind kind, const struct phone_call *call,
                 int status, const char *reason)
{
    notice_put(
        world,
        &(struct notice){
            .kind = kind, .call = call, .status = status, .reason = reason, .cause = call->cause});
}

void switch_set(struct world *world, struct phone_party *party, enum phone_status status,
                enum phone_reason reason)
{
    struct phone_call *call = party->call;
    struct user *user = party->user_id ? user_by_id(world, party->user_id) : NULL;
    party->status = status;
    party->reason = reason;
    if (phone_party_is_alive(party))
        phone_party_enter(party, user);
    else
        phone_party_leave(party);
    call->sequence++;
    notice_put(world, &(struct notice){.kind = NOTICE_PARTY,
                                       .user = user,
                                       .call = call,
                                       .party = party,
                                       .cause = call->cause});
    /* Setup is told in sessions only: it rings from Proceeding on. */
    bool is_changed = user && user->type == USER_USER && status != PHONE_SETUP;
    if (is_changed)
        presence_calls_changed(world, user, party, call->cause);
    if (!is_changed || !party->is_missed || party->is_miss_told)
        return;
    party->is_miss_told = true;
    notice_put(world, &(struct notice){.kind = NOTICE_MISSED,
                                       .user = user,
                                       .call = call,
                                       .party = party,
                                       .cause = call->cause});
}

void switch_join(struct world *world, struct phone_call *call)
{
    if (call->legs && world->phones && world->phones->joined)
        world->phones->joined(world, call);
}

/* --- the agenda: a party of a call, at a turn of it --- */

enum { TURN_BITS = 16, NUMBER_BITS = 8 };

void switch_later(struct world *world, struct phone_party *party, int64_t in_ms, agenda_fn *run)
{
    int64_t id = (int64_t)(party->call->id << (TURN_BITS + NUMBER_BITS)) |
                 (int64_t)party->number << TURN_BITS |
                 (int64_t)(party->turn & ((1 << TURN_BITS) - 1));
    clock_schedule(world, clock_now(world) + in_ms, run, NULL, id);
}

struct phone_party *switch_of_agenda(const struct world *world, int64_t id)
{
    struct phone_call *call = phone_call_by_id(world, (uint64_t)id >> (TURN_BITS + NUMBER_BITS));
    if (!call)
        return NULL;
    struct phone_party *party =
        phone_party_by_number(call, (int)(id >> TURN_BITS) & ((1 << NUMBER_BITS) - 1));
    bool is_due =
        party && (party->turn & ((1 << TURN_BITS) - 1)) == ((uint64_t)id & ((1 << TURN_BITS) - 1));
    return is_due ? party : NULL;
}

/* --- beginning --- */

struct phone_party *switch_caller(const struct phone_call *call)
{
    struct phone_party *caller = call->parties;
    for (struct phone_party *party = caller; party; party = party->next)
        if (party->dials_in)
            caller = party;
    return caller;
}

void switch_fill_caller(struct phone_party *party, const struct switch_draft *draft)
{
    const struct user *caller = draft->caller;
    const char *extension = caller && caller->extension_number ? caller->extension_number : "";
    const char *name = draft->name ? draft->name : caller && caller->name ? caller->name : "";
    xset(&party->name, *name ? name : NULL);
    xset(&party->phone, draft->from ? draft->from : extension);
    xset(&party->device_id, draft->device_id);
    party->is_simulated = draft->is_simulated || !caller;
    party->plays = draft->plays;
}

struct phone_call *switch_begin(struct world *world, const struct switch_draft *draft)
{
    const struct user *caller = draft->caller;
    struct phone_call *call = switch_dial_into(world, draft);
    if (call)
        return call;
    call = phone_call_add(world, "", draft->to);
    if (!call)
        return NULL;
    struct phone_party *party = phone_party_add(world, call, caller ? caller->id : 0);
    switch_fill_caller(party, draft);
    call->cause = draft->cause;
    call->origin = draft->origin;
    call->calls_back = draft->origin != PHONE_ORIGIN_CALL;
    call->gives_up_ms = draft->gives_up_ms;
    call->leaves_voicemail = draft->leaves_voicemail;
    xset(&call->from, party->phone);
    xset(&call->name, party->name ? party->name : "");
    if (caller)
        switch_reserve(world, party);
    return call;
}

static void caller_gives_up(struct world *world, void *context, int64_t id)
{
    struct phone_party *caller = switch_of_agenda(world, id);
    if (caller && caller->call->state == PHONE_CALL_RINGS)
        switch_end(world, caller->call, 487, "the caller gave up");
}

void switch_dial(struct world *world, struct phone_call *call, const struct switch_callee *callee)
{
    struct phone_party *caller = switch_caller(call);
    uint64_t id = call->id;
    if (caller->dials_in) {
        switch_set(world, caller, PHONE_SETUP, PHONE_NO_REASON);
        switch_connect(world, caller, NULL);
        return;
    }
    switch_tell(world, NOTICE_CALL_STARTED, call, 100, NULL);
    switch_set(world, caller, PHONE_SETUP, PHONE_NO_REASON);
    if (call->calls_back) {
        const struct switch_callee himself = {true, caller->plays};
        switch_ring_party(world, caller, caller->is_simulated ? &himself : NULL,
                          world->knobs.sip_ring_ms, call->origin == PHONE_ORIGIN_CALL_OUT);
        return;
    }
    if (call->gives_up_ms)
        switch_later(world, caller, call->gives_up_ms, caller_gives_up);
    switch_ring_number(world, call, callee);
    call = phone_call_by_id(world, id);
    if (call && caller->status == PHONE_SETUP)
        switch_set(world, caller, PHONE_PROCEEDING, PHONE_NO_REASON);
}

bool switch_can_ring(struct world *world, const struct user *user)
{
    struct party set;
    return (world->phones && world->phones->can_ring(world, user)) ||
           (user->extension_number && party_is_set(world, user->extension_number, &set));
}

/* --- being connected --- */

struct phone_party *switch_peer_of(const struct phone_party *party)
{
    for (struct phone_party *other = party->call->parties; other; other = other->next)
        if (other != party && !other->is_supervisor && !other->is_queue &&
            (phone_party_talks(other) || other->status == PHONE_PARKED))
            return other;
    return NULL;
}

static void simulated_hangs_up(struct world *world, void *context, int64_t id)
{
    struct phone_party *party = switch_of_agenda(world, id);
    if (party && phone_party_is_alive(party))
        switch_hang_up(world, party, "the simulated party hung up");
}

void switch_schedule_end(struct world *world, struct phone_party *party)
{
    int64_t in_ms = party->ends_ms - clock_now(world);
    if (party->ends_ms)
        switch_later(world, party, in_ms > 0 ? in_ms : 0, simulated_hangs_up);
}

static void answer_party(struct world *world, struct phone_party *party)
{
    int64_t now = clock_now(world);
    party->turn++;
    party->answered_ms = now;
    for (struct phone_leg *leg = party->call->legs; leg; leg = leg->next) {
        if (leg->party != party || !leg->is_phone)
            continue;
        if (leg->taken && leg->state == LEG_RINGING && world->phones)
            world->phones->connect(world, leg);
        leg->state = LEG_UP;
    }
    switch_begin_recording(world, party);
    switch_set(world, party, PHONE_ANSWERED, PHONE_NO_REASON);
    if (party->is_simulated && party->plays.lasts_ms)
        party->ends_ms = now + party->plays.lasts_ms;
    switch_schedule_end(world, party);
}

/* The place the party takes, and calls that wait parked for it. */
static void take_over(struct world *world, struct phone_party *party)
{
    struct phone_party *old =
        party->replaces ? phone_party_by_number(party->call, party->replaces) : NULL;
    party->replaces = 0;
    if (old && phone_party_is_alive(old)) {
        enum phone_reason reason = phone_party_talks(old) ? PHONE_CALL_FLIP : PHONE_PICKUP;
        phone_session_id(party->call, old->peer_session);
        call_session_id(world, party->call->record, old->peer_session_id);
        phone_party_id(party, old->peer_party);
        switch_leave(world, old, PHONE_GONE, reason, 480);
    }
    for (struct phone_party *other = party->call->parties; other; other = other->next)
        if (other->status == PHONE_PARKED) {
            *other->park_id = '\0';
            switch_set(world, other, PHONE_ANSWERED, PHONE_PICKUP);
        }
}

/* Those who rang beside the one that answered; a queue has done its work. */
static void let_others_go(struct world *world, struct phone_party *answered)
{
    for (struct phone_party *other = answered->call->parties; other; other = other->next) {
        bool rings = other->is_called && !other->is_supervisor && other != answered &&
                     (other->status == PHONE_SETUP || other->status == PHONE_PROCEEDING);
        if (!rings)
            continue;
        if (other->is_queue && answered->record == PHONE_NO_RECORD) {
            answered->record = other->record;
            other->record = PHONE_NO_RECORD;
        }
        switch_leave(world, other, PHONE_DISCONNECTED,
                     answered->queue_id ? PHONE_AGENT_ANSWERED : PHONE_PICKUP, 480);
    }
}

void switch_connect(struct world *world, struct phone_party *party, const char *reason)
{
    struct phone_call *call = party->call;
    if (!party->is_called && call->calls_back) { /* the one who wanted the call: now the other */
        call->calls_back = false;
        answer_party(world, party);
        switch_join(world, call);
        switch_ring_number(world, call, NULL);
        return;
    }
    if (party->is_supervisor) {
        answer_party(world, party);
        switch_set(world, party, PHONE_ANSWERED, PHONE_SUPERVISING);
        switch_join(world, call);
        return;
    }
    take_over(world, party);
    let_others_go(world, party);
    bool is_first = call->state == PHONE_CALL_RINGS;
    if (is_first) {
        call->state = PHONE_CALL_UP;
        call->answered_ms = clock_now(world);
    }
    struct phone_party *caller = call->parties;
    if (caller != party && (caller->status == PHONE_SETUP || caller->status == PHONE_PROCEEDING))
        answer_party(world, caller);
    answer_party(world, party);
    switch_join(world, call);
    if (is_first)
        switch_tell(world, NOTICE_CALL_ANSWERED, call, 200, reason);
}

void switch_connect_mailbox(struct world *world, struct phone_party *party)
{
    struct phone_call *call = party->call;
    bool is_first = call->state == PHONE_CALL_RINGS;
    if (is_first) {
        call->state = PHONE_CALL_UP;
        call->answered_ms = clock_now(world);
    }
    party->answered_ms = clock_now(world);
    if (!phone_party_talks(call->parties))
        answer_party(world, call->parties);
    switch_join(world, call);
    if (is_first)
        switch_tell(world, NOTICE_CALL_ANSWERED, call, 200, "voicemail");
}

void switch_answered(struct world *world, struct phone_leg *leg)
{
    struct phone_party *party = leg->party;
    leg->state = LEG_UP;
    xset(&party->device_id, leg->device_id);
    switch_drop_legs(world, party, 480, leg);
    switch_connect(world, party, NULL);
}

void switch_refused(struct world *world, struct phone_leg *leg, int status)
{
    struct phone_party *party = leg->party;
    phone_leg_remove(world, leg);
    if (phone_party_leg(party))
        return; /* others still ring */
    switch_unanswered(world, party, status == 486 ? PHONE_TARGET_BUSY : PHONE_REJECTED, status,
                      "no phone took the call");
}

/* --- what follows for a user --- */

static const char *const telephony_names[] = {
    [NO_CALL] = "NoCall",      [CALL_IS_CONNECTED] = "CallConnected", [CALL_RINGS] = "Ringing",
    [CALL_ON_HOLD] = "OnHold", [CALL_IS_PARKED] = "ParkedCall",
};

const char *telephony_status_name(enum telephony_status status)
{
    return telephony_names[status];
}

enum telephony_status switch_telephony_of_party(const struct phone_party *party)
{
    static const enum telephony_status statuses[PHONE_STATUS_COUNT] = {
        [PHONE_SETUP] = CALL_RINGS,           [PHONE_PROCEEDING] = CALL_RINGS,
        [PHONE_ANSWERED] = CALL_IS_CONNECTED, [PHONE_HOLD] = CALL_ON_HOLD,
        [PHONE_PARKED] = CALL_IS_PARKED,      [PHONE_VOICEMAIL] = NO_CALL,
        [PHONE_DISCONNECTED] = NO_CALL,       [PHONE_GONE] = NO_CALL,
    };
    return statuses[party->status];
}

/* Of several calls: connected over ringing over held over parked (chosen). */
enum telephony_status switch_telephony_of(const struct user *user)
{
    enum telephony_status best = NO_CALL;
    for (const struct phone_party *party = user->parties; party; party = party->next_of_user) {
        enum telephony_status one = switch_telephony_of_party(party);
        if (one != NO_CALL && (best == NO_CALL || one < best))
            best = one;
    }
    return best;
}
