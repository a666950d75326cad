#include "base/text.h"
#include "sip/calls_parts.h"

#include <stdlib.h>

static uint64_t digits(const char *number)
{
    return number ? strtoull(number + (*number == '+'), NULL, 10) : 0;
}

static enum call_result result_of(const struct phone_call *call, int status, bool is_outbound)
{
    const struct phone_leg *callee = call->legs ? call->legs->next : NULL;
    if (call->state == PHONE_CALL_UP && callee && text_eq(callee->number, "voicemail"))
        return is_outbound ? CALL_CONNECTED : CALL_VOICEMAIL;
    if (call->state == PHONE_CALL_UP)
        return is_outbound ? CALL_CONNECTED : CALL_ACCEPTED;
    if (!is_outbound)
        return status == 603 ? CALL_REJECTED : CALL_MISSED;
    return status == 486 ? CALL_BUSY : status == 487 ? CALL_HANG_UP : CALL_NO_ANSWER;
}

static bool is_internal(const struct phone_call *call)
{
    const struct phone_leg *callee = call->legs->next;
    return call->legs->user_id && callee && callee->user_id;
}

/* The record of `leg`'s user, whose index is `user`. */
static void append(struct world *world, const struct phone_call *call, const struct phone_leg *leg,
                   size_t user, int status)
{
    bool is_outbound = leg == call->legs;
    const struct phone_leg *other = is_outbound ? leg->next : call->legs;
    int64_t now = clock_now(world);
    size_t count = call_log_count(world), other_user = 0;
    int64_t last_ms = count ? call_log_at(world, count - 1)->start_ms : 0;
    struct call_record record = {
        .start_ms = call->started_ms > last_ms ? call->started_ms : last_ms,
        .modified_ms = now,
        .duration_ms = (uint32_t)(call->state == PHONE_CALL_UP ? now - call->answered_ms : 0),
        .user = (uint32_t)user,
        .queue = CALL_NO_QUEUE,
        .other = digits(is_outbound ? call->to : call->from),
        .direction = is_outbound ? CALL_OUTBOUND : CALL_INBOUND,
        .kind = CALL_VOICE,
        .result = (uint8_t)result_of(call, status, is_outbound),
        .is_internal = is_internal(call),
        .is_mirror = is_internal(call) && !is_outbound,
    };
    if (record.is_internal && user_index(world, other->user_id, &other_user))
        record.other = other_user;
    uint32_t number;
    call_log_append(world, &record, &number);
}

/* One record for each user that was in the call, the caller's first; several phones of one user
 * are one. */
void calls_log(struct world *world, const struct phone_call *call, int status)
{
    int64_t seen = 0;
    size_t user;
    for (const struct phone_leg *leg = call->legs; leg; leg = leg->next) {
        if (leg->user_id && leg->user_id != seen && user_index(world, leg->user_id, &user))
            append(world, call, leg, user, status);
        seen = leg->user_id;
    }
}
