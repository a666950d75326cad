/* What stays of a call: records of the call log, recordings. Source: rest.md 5.7, 5.8; failures.md
 * F046, F083, F088. */
#include "base/mem.h"
#include "base/text.h"
#include "world/switchboard_parts.h"
#include "world/world.h"

#include <stdlib.h>
#include <string.h>

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

enum { ENDED_MAX = 10000 };

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
    return account && !account_lacks(account, name);
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

static uint16_t line_of(struct world *world, const char *number)
{
    return phone_number_find(world, number) ? call_log_line(world, number) : 0;
}

/* The party's record as it would be if it were over now. False when nobody of ours it is. */
static bool describe(struct world *world, const struct phone_party *party, int status,
                     struct call_record *ret)
{
    const struct phone_call *call = party->call;
    const struct phone_party *other = other_of(party);
    size_t user = 0, other_user = 0, queue = 0;
    if (!user_index(world, party->user_id, &user))
        return false;
    int64_t talked_ms = party->answered_ms ? clock_now(world) - party->answered_ms : 0;
    bool is_internal = other && other->user_id && user_index(world, other->user_id, &other_user);
    bool is_short = talked_ms < world->knobs.rec_min_ms;
    bool is_recorded = party->recording != PHONE_NOT_RECORDED && party->answered_ms;
    *ret = (struct call_record){
        .start_ms = call_log_at(world, party->record)->start_ms,
        .duration_ms = (uint32_t)talked_ms,
        .number = party->record,
        .user = (uint32_t)user,
        .queue = party->queue_id && user_index(world, party->queue_id, &queue) ? (uint32_t)queue
                                                                               : CALL_NO_QUEUE,
        .other = is_internal ? other_user : digits(other ? other->phone : NULL),
        .line = line_of(world, party->is_called ? call->to : call->from),
        .direction = party->is_called ? CALL_INBOUND : CALL_OUTBOUND,
        .kind = CALL_VOICE,
        .result = (uint8_t)result_of(party, status),
        .is_internal = is_internal,
        .has_recording = is_recorded && !is_short,
        .is_short_recording = is_recorded && is_short,
        .is_on_demand = party->is_recorded_on_demand,
        .is_mirror = call_log_at(world, party->record)->is_mirror,
        .is_joined = call_log_at(world, party->record)->is_joined,
    };
    if (!is_internal && other && other->name)
        ret->name = call_log_name(world, other->name);
    return true;
}

/* Forgets what has lingered long enough, and the oldest when there are too many. */
static void prune_ended(struct world *world)
{
    int64_t since_ms = clock_now(world) - world->knobs.active_linger_ms;
    size_t gone = 0;
    while (gone < world->ended_count &&
           (world->ended[gone].at_ms < since_ms || world->ended_count - gone >= ENDED_MAX))
        gone++;
    if (gone == 0 || (gone < 64 && gone < world->ended_count && world->ended_count < ENDED_MAX))
        return; /* not worth moving the others yet */
    world->ended_count -= gone;
    memmove(world->ended, world->ended + gone, world->ended_count * sizeof *world->ended);
}

/* What was said to the mailbox is a message of its owner's. */
static void keep_voicemail(struct world *world, const struct phone_party *party)
{
    const struct phone_party *caller = party->call->parties;
    const struct user *owner = user_by_id(world, party->user_id);
    if (party->status != PHONE_VOICEMAIL || !party->answered_ms || !owner)
        return;
    message_leave(world, owner, caller->user_id ? NULL : caller->phone,
                  caller->user_id ? user_by_id(world, caller->user_id) : NULL,
                  (uint32_t)(clock_now(world) - party->answered_ms));
}

void switch_log(struct world *world, struct phone_party *party, int status)
{
    struct call_record record;
    uint32_t number = party->record;
    keep_voicemail(world, party);
    if (number == PHONE_NO_RECORD)
        return;
    if (!describe(world, party, status, &record)) {
        call_log_drop(world, number);
        party->record = PHONE_NO_RECORD;
        return;
    }
    party->record = PHONE_NO_RECORD;
    prune_ended(world);
    xgrow(world->ended, world->ended_count, &world->ended_cap);
    world->ended[world->ended_count++] = (struct ended_call){clock_now(world), number};
    if (world->knobs.calllog_delay_ms <= 0) {
        call_log_fill(world, number, &record);
        return;
    }
    call_log_keep(world, number, &record);
    clock_schedule(world, clock_now(world) + world->knobs.calllog_delay_ms, publish, NULL, number);
}

static int newest_first(const void *a, const void *b)
{
    const struct call_record *x = a, *y = b;
    return x->number < y->number ? 1 : x->number > y->number ? -1 : 0;
}

size_t switch_active_records(struct world *world, struct call_record **ret)
{
    int64_t now = clock_now(world);
    size_t count = 0, cap = 0;
    struct call_record *list = NULL, record;
    for (const struct phone_call *call = world->phone_calls; call; call = call->next)
        for (const struct phone_party *party = call->parties; party; party = party->next)
            if (party->record != PHONE_NO_RECORD &&
                party->begun_ms + world->knobs.active_delay_ms <= now &&
                describe(world, party, 0, &record)) {
                xgrow(list, count, &cap);
                list[count++] = record;
            }
    for (size_t i = 0; i < world->ended_count; i++) {
        record = *call_log_at(world, world->ended[i].record);
        if (world->ended[i].at_ms + world->knobs.active_linger_ms <= now ||
            record.start_ms + world->knobs.active_delay_ms > now || record.is_deleted)
            continue;
        xgrow(list, count, &cap);
        list[count++] = record;
    }
    for (size_t i = 0; i < count; i++) {
        list[i].result = CALL_IN_PROGRESS;
        list[i].has_recording = false;
    }
    if (count)
        qsort(list, count, sizeof *list, newest_first);
    *ret = list;
    return count;
}
