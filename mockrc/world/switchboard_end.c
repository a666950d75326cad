/* Being over: a party leaves, a call ends. */
#include "world/ring_out.h"
#include "world/switchboard_parts.h"
#include "world/world.h"

void switch_drop_legs(struct world *world, struct phone_party *party, int status,
                      const struct phone_leg *but)
{
    for (struct phone_leg *leg = party->call->legs, *next; leg; leg = next) {
        next = leg->next;
        if (leg->party != party || leg == but)
            continue;
        if (leg->is_phone && world->phones)
            world->phones->drop(world, leg, status >= 300 ? status : 480);
        phone_leg_remove(world, leg);
    }
}

void switch_leave(struct world *world, struct phone_party *party, enum phone_status over,
                  enum phone_reason reason, int status)
{
    if (!phone_party_is_alive(party))
        return;
    switch_drop_legs(world, party, status, NULL);
    switch_log(world, party, status);
    party->turn++;
    switch_set(world, party, over, reason);
}

static enum phone_reason reason_of(int status)
{
    static const struct {
        int status;
        enum phone_reason reason;
    } rows[] = {{200, PHONE_CALL_FINISHED}, {486, PHONE_TARGET_BUSY}, {487, PHONE_CANCELLED},
                {480, PHONE_NO_ANSWER},     {603, PHONE_REJECTED},    {408, PHONE_CALL_DROPPED}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].status == status)
            return rows[i].reason;
    return PHONE_NO_REASON;
}

void switch_end(struct world *world, struct phone_call *call, int status, const char *reason)
{
    for (struct phone_leg *leg = call->legs; leg; leg = leg->next)
        if (leg->is_phone && world->phones)
            world->phones->drop(world, leg, status >= 300 ? status : 480);
    while (call->legs)
        phone_leg_remove(world, call->legs);
    for (struct phone_party *party = call->parties; party; party = party->next)
        if (phone_party_is_alive(party)) {
            if (party->is_called && !party->answered_ms && !party->is_queue)
                party->is_missed = true;
            switch_leave(world, party, PHONE_DISCONNECTED, reason_of(status), status);
        }
    if (!call->is_record_taken)
        call_log_drop(world, call->record);
    if (call->origin == PHONE_ORIGIN_RING_OUT)
        ring_out_over(world, call, status);
    switch_tell(world, NOTICE_CALL_ENDED, call, status, reason);
    phone_call_remove(world, call);
}

bool switch_settle(struct world *world, struct phone_call *call, const char *reason)
{
    int left = 0;
    for (const struct phone_party *party = call->parties; party; party = party->next)
        left += phone_party_is_alive(party) && !party->is_supervisor &&
                (phone_party_talks(party) || party->status == PHONE_VOICEMAIL ||
                 party->status == PHONE_PARKED ||
                 (party->is_called && party->status == PHONE_PROCEEDING));
    bool has_parked = false;
    for (const struct phone_party *party = call->parties; party; party = party->next)
        has_parked = has_parked || party->status == PHONE_PARKED;
    if (left >= (phone_is_conference(call) ? 1 : 2) || has_parked)
        return false;
    switch_end(world, call, 200, reason);
    return true;
}

void switch_hang_up(struct world *world, struct phone_party *party, const char *reason)
{
    struct phone_call *call = party->call;
    if (party->is_supervisor) {
        switch_leave(world, party, PHONE_DISCONNECTED, PHONE_CALL_FINISHED, 200);
        return;
    }
    if (phone_is_conference(call)) {
        switch_leave_conference(world, party, false, reason);
        return;
    }
    if (call->state == PHONE_CALL_RINGS && !party->is_called) {
        switch_end(world, call, 487, reason ? reason : "the caller gave up");
        return;
    }
    if (call->state == PHONE_CALL_RINGS) {
        switch_unanswered(world, party, PHONE_REJECTED, 603, "the party refused the call");
        return;
    }
    int talking = 0;
    for (const struct phone_party *other = call->parties; other; other = other->next)
        talking += phone_party_talks(other) && !other->is_supervisor;
    if (talking <= 2) {
        switch_end(world, call, 200, reason);
        return;
    }
    switch_leave(world, party, PHONE_DISCONNECTED, PHONE_CALL_FINISHED, 200);
}

void switch_fail(struct world *world, struct phone_call *call, int status, const char *reason)
{
    struct phone_party *caller = switch_caller(call);
    if (caller->dials_in)
        switch_leave(world, caller, PHONE_DISCONNECTED, PHONE_CALL_DROPPED, status);
    else
        switch_end(world, call, status, reason);
}
