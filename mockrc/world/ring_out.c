#include "world/ring_out.h"

#include "base/mem.h"
#include "world/world.h"

#include <string.h>

struct ring_out *ring_out_add(struct world *world, const struct phone_call *call, int64_t user_id)
{
    if (world->ring_out_count == RING_OUTS_MAX) {
        world->ring_out_count--;
        memmove(world->ring_outs, world->ring_outs + 1,
                world->ring_out_count * sizeof *world->ring_outs);
    }
    xgrow(world->ring_outs, world->ring_out_count, &world->ring_out_cap);
    struct ring_out *one = &world->ring_outs[world->ring_out_count++];
    *one = (struct ring_out){.id = ++world->last_ring_out, .user_id = user_id, .call = call->id};
    return one;
}

struct ring_out *ring_out_by_id(const struct world *world, int64_t id)
{
    for (size_t i = 0; i < world->ring_out_count; i++) {
        struct ring_out *one = &world->ring_outs[i];
        if (one->id == id)
            return one->over_ms && clock_now(world) - one->over_ms > RING_OUT_KEPT_MS ? NULL : one;
    }
    return NULL;
}

static const char *status_of(const struct phone_party *party)
{
    if (!party)
        return "InProgress";
    return phone_party_talks(party) || party->status == PHONE_VOICEMAIL ? "Success" : "InProgress";
}

static const struct phone_party *called(const struct phone_call *call)
{
    const struct phone_party *party = call->parties;
    while (party && !party->is_called)
        party = party->next;
    return party;
}

struct ring_out_status ring_out_status(const struct world *world, const struct ring_out *one)
{
    const struct phone_call *call = phone_call_by_id(world, one->call);
    if (one->over_ms || !call)
        return one->last;
    return (struct ring_out_status){
        .call = call->state == PHONE_CALL_UP ? "Success" : "InProgress",
        .caller = status_of(call->parties),
        .callee = status_of(called(call)),
    };
}

static const char *failure_of(int status)
{
    return status == 486 ? "Busy" : status == 603 ? "Rejected" : "NoAnswer";
}

/* Who was not reached is the one who failed; the other had answered by then, or was never rung. */
void ring_out_over(struct world *world, const struct phone_call *call, int status)
{
    bool was_up = call->state == PHONE_CALL_UP, had_caller = call->parties->answered_ms != 0;
    for (size_t i = 0; i < world->ring_out_count; i++) {
        struct ring_out *one = &world->ring_outs[i];
        if (one->call != call->id || one->over_ms)
            continue;
        const char *failure = failure_of(status);
        one->over_ms = clock_now(world);
        one->last = (struct ring_out_status){
            .call = was_up ? "Finished" : failure,
            .caller = was_up       ? "Finished"
                      : had_caller ? "Success"
                                   : failure,
            .callee = was_up       ? "Finished"
                      : had_caller ? failure
                                   : "InProgress",
        };
    }
}
