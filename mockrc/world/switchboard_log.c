/* What stays of a call: records of the call log, recordings. Source: rest.md 5.7, 5.8; failures.md
 * F046, F083, F088. */
#include "base/text.h"
#include "world/switchboard_parts.h"
#include "world/world.h"

#include <stdlib.h>

void switch_reserve(struct world *world, struct phone_party *party)
{
    struct phone_call *call = party->call;
    if (!call->is_record_taken) {
        call->is_record_taken = true;
        party->record = call->record;
    } else if (!call_log_reserve(world, call->record, &party->record)) {
        party->record = PHONE_NO_RECORD;
    }
}

static uint64_t digits(const char *number)
{
    return number ? strtoull(number + (*number == '+'), NULL, 10) : 0;
}

/* Whom the party's record names beside itself: the one it talked to last, else the other end. */
static const struct phone_party *other_of(const struct phone_party *party)
{
    const struct phone_party *best = NULL;
    for (const struct phone_party *other = party->call->parties; other; other = other->next) {
        if (other == party || other->is_supervisor || other->is_called == party->is_called)
            continue;
        bool is_hunted = other->queue_id && !other->is_queue && !other->answered_ms;
        if (!best || (!is_hunted && other->answered_ms >= best->answered_ms && !other->is_queue))
            best = other;
    }
    return best;
}

static enum call_result result_of(const struct phone_party *party, int status)
{
    bool has_talked = party->answered_ms != 0, is_tape = party->status == PHONE_VOICEMAIL;
    if (!party->is_called && has_talked)
        return CALL_CONNECTED;
    if (!party->is_called)
        return status == 486 ? CALL_BUSY : status == 487 ? CALL_HANG_UP : CALL_NO_ANSWER;
    if (is_tape)
        return has_talked ? CALL_VOICEMAIL : CALL_MISSED;
    if (has_talked)
        return CALL_ACCEPTED;
    if (party->is_queue)
        return CALL_ABANDONED;
    return status == 603 ? CALL_REJECTED : CALL_MISSED;
}

static bool has_feature(const struct account *account, const char *name)
{
    size_t feature;
    return account && account_feature_named(name, &feature) &&
           !(account->features_off >> feature & 1);
}

void switch_begin_recording(struct world *world, struct phone_party *party)
{
    const struct user *user = party->user_id ? user_by_id(world, party->user_id) : NULL;
    int64_t policy = world->knobs.rec_policy;
    bool is_wanted = policy == KNOB_POLICY_ALL ||
                     policy == (party->is_called ? KNOB_POLICY_INBOUND : KNOB_POLICY_OUTBOUND);
    if (!user || user->type != USER_USER || party->is_supervisor ||
        party->record == PHONE_NO_RECORD || !is_wanted)
        return;
    if (has_feature(account_by_id(world, user->account_id), party->is_called
                                                                ? "AutomaticInboundCallRecording"
                                                                : "AutomaticOutboundCallRecording"))
        party->recording = PHONE_RECORDED;
}

static void publish(struct world *world, void *context, int64_t number)
{
    const struct call_record record = *call_log_at(world, (size_t)number);
    call_log_fill(world, (uint32_t)number, &record);
}

void switch_log(struct world *world, struct phone_party *party, int status)
{
    const struct phone_call *call = party->call;
    const struct phone_party *other = other_of(party);
    int64_t now = clock_now(world);
    size_t user = 0, other_user = 0, queue = 0;
    if (party->record == PHONE_NO_RECORD)
        return;
    uint32_t number = party->record;
    party->record = PHONE_NO_RECORD;
    if (!user_index(world, party->user_id, &user)) {
        call_log_drop(world, number);
        return;
    }
    int64_t talked_ms = party->answered_ms ? now - party->answered_ms : 0;
    bool is_internal = other && other->user_id && user_index(world, other->user_id, &other_user);
    bool is_short = talked_ms < world->knobs.rec_min_ms;
    bool is_recorded = party->recording != PHONE_NOT_RECORDED && party->answered_ms;
    struct call_record record = {
        .duration_ms = (uint32_t)talked_ms,
        .user = (uint32_t)user,
        .queue = party->queue_id && user_index(world, party->queue_id, &queue) ? (uint32_t)queue
                                                                               : CALL_NO_QUEUE,
        .other = is_internal ? other_user : digits(other ? other->phone : NULL),
        .line = phone_number_find(world, party->is_called ? call->to : call->from)
                    ? call_log_line(world, party->is_called ? call->to : call->from)
                    : 0,
        .direction = party->is_called ? CALL_INBOUND : CALL_OUTBOUND,
        .kind = CALL_VOICE,
        .result = (uint8_t)result_of(party, status),
        .is_internal = is_internal,
        .has_recording = is_recorded && !is_short,
        .is_short_recording = is_recorded && is_short,
        .is_on_demand = party->is_recorded_on_demand,
    };
    if (!is_internal && other && other->name)
        record.name = call_log_name(world, other->name);
    if (world->knobs.calllog_delay_ms <= 0) {
        call_log_fill(world, number, &record);
        return;
    }
    call_log_keep(world, number, &record);
    clock_schedule(world, now + world->knobs.calllog_delay_ms, publish, NULL, number);
}
