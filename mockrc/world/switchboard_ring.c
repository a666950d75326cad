/* Ringing: who a number is, phones and simulated parties, queues, mailboxes. */
#include "base/mem.h"
#include "base/text.h"
#include "world/switchboard_parts.h"
#include "world/world.h"

#include <string.h>

enum {
    MAILBOX_AFTER_MS = 2000,
    MAILBOX_MOST_MS = 180000,    /* it hangs up then (chosen) */
    ANNOUNCEMENT_MS = 20000,     /* how long an announcement, a menu is (chosen) */
    QUEUE_LOOK_MS = 2000,        /* a caller in a queue is offered to whoever is free then */
    QUEUE_WAIT_MOST_MS = 900000, /* platform's default of the longest wait in a queue */
};

static bool is_dialable(const char *number)
{
    size_t plus = *number == '+';
    size_t digits = strspn(number + plus, "0123456789");
    return digits >= 3 && digits <= 15 && number[plus + digits] == '\0';
}

bool switch_find(const struct world *world, int64_t account_id, const char *number,
                 struct switch_target *ret)
{
    const struct user *user = user_by_extension(world, account_id, number);
    const struct phone_number *line = user ? NULL : phone_number_find(world, number);
    const struct account *account = account_by_id(world, account_id);
    if (line && line->account_id == account_id) {
        int64_t owner = line->user_id ? line->user_id : account ? account->operator_id : 0;
        user = owner ? user_by_id(world, owner) : NULL; /* the company's own: its operator */
    }
    *ret = (struct switch_target){.number = number};
    if (user && !user->is_deleted) {
        ret->user = user;
        return true;
    }
    return is_dialable(number);
}

/* --- one party --- */

static void party_acts(struct world *world, void *context, int64_t id)
{
    struct phone_party *party = switch_of_agenda(world, id);
    if (!party || party->status != PHONE_PROCEEDING)
        return;
    switch (party->plays.does) {
    case PARTY_BUSY:
        switch_unanswered(world, party, PHONE_TARGET_BUSY, 486, "the party is busy");
        break;
    case PARTY_REJECTS:
        switch_unanswered(world, party, PHONE_REJECTED, 603, "the party refused the call");
        break;
    case PARTY_RINGS:
        switch_unanswered(world, party, PHONE_NO_ANSWER, 480, "nobody answered");
        break;
    default:
        switch_connect(world, party,
                       party->plays.does == PARTY_VOICEMAIL ? "voicemail" : party->phone);
    }
}

static void nobody_answers(struct world *world, void *context, int64_t id)
{
    struct phone_party *party = switch_of_agenda(world, id);
    if (party && party->status == PHONE_PROCEEDING)
        switch_unanswered(world, party, PHONE_NO_ANSWER, 480, "nobody answered");
}

void switch_schedule_ring(struct world *world, struct phone_party *party)
{
    switch_later(world, party, world->knobs.sip_ring_ms, nobody_answers);
}

static void play(struct world *world, struct phone_party *party, const struct party *plays,
                 int64_t ring_ms)
{
    party->is_simulated = true;
    party->plays = *plays;
    if (plays->does == PARTY_VOICEMAIL) {
        switch_later(world, party, ring_ms, party_acts);
        return;
    }
    bool is_late = plays->does == PARTY_RINGS || plays->after_ms >= ring_ms;
    if (is_late)
        party->plays.does = PARTY_RINGS;
    switch_later(world, party, is_late ? ring_ms : plays->after_ms, party_acts);
}

/* What a party of ours without a phone does: what was set for its extension or the number called.
 * The one who wanted to be called back answers as the knobs say. */
static bool is_played(const struct world *world, const struct phone_party *party, struct party *ret)
{
    const struct user *user = party->user_id ? user_by_id(world, party->user_id) : NULL;
    if (!user || !party->is_called) {
        *ret = party_of(world, party->phone ? party->phone : "");
        return true;
    }
    return (user->extension_number && party_is_set(world, user->extension_number, ret)) ||
           (user->type == USER_USER && party_is_set(world, party->call->to, ret));
}

void switch_ring_party(struct world *world, struct phone_party *party,
                       const struct switch_callee *callee, int64_t ring_ms, bool answers_itself)
{
    struct party plays;
    bool is_set = callee && callee->is_set;
    party->turn++;
    if (!is_set && party->user_id && world->phones &&
        world->phones->ring(world, party, answers_itself)) {
        switch_later(world, party, ring_ms, nobody_answers);
        switch_set(world, party, PHONE_PROCEEDING, PHONE_NO_REASON);
        return;
    }
    if (is_set || is_played(world, party, &plays)) {
        play(world, party, is_set ? &callee->plays : &plays, ring_ms);
        switch_set(world, party, PHONE_PROCEEDING, PHONE_NO_REASON);
        return;
    }
    switch_unanswered(world, party, PHONE_NO_ANSWER, 480, "nobody could be rung");
}

/* --- mailboxes --- */

static void mailbox_is_full(struct world *world, void *context, int64_t id)
{
    struct phone_party *party = switch_of_agenda(world, id);
    if (party)
        switch_end(world, party->call, 200, "the mailbox hung up");
}

static void mailbox_answers(struct world *world, void *context, int64_t id)
{
    struct phone_party *party = switch_of_agenda(world, id);
    if (!party || party->status != PHONE_VOICEMAIL)
        return;
    switch_connect_mailbox(world, party);
    switch_later(world, party, MAILBOX_MOST_MS, mailbox_is_full);
}

void switch_to_mailbox(struct world *world, struct phone_party *party, int status, const char *text)
{
    struct phone_call *call = party->call;
    const struct phone_party *caller = call->parties;
    bool is_tape_wanted = !caller->is_simulated || caller->user_id || call->leaves_voicemail;
    party->is_missed = true;
    if (!is_tape_wanted) {
        switch_end(world, call, status, text);
        return;
    }
    switch_drop_legs(world, party, 480, NULL);
    party->turn++;
    switch_set(world, party, PHONE_VOICEMAIL, PHONE_TO_VOICEMAIL);
    switch_later(world, party, MAILBOX_AFTER_MS, mailbox_answers);
}

/* --- queues --- */

static bool is_free(const struct user *member, const struct user *queue)
{
    return member && !member->is_deleted && member->status == USER_ENABLED &&
           member->type == USER_USER && !member->parties && presence_takes_queue_calls(member) &&
           presence_takes_calls_of(member, queue);
}

static void look_again(struct world *world, void *context, int64_t id);

/* False: the call has as many parties as it may. */
static bool ring_member(struct world *world, struct phone_call *call, const struct user *queue,
                        const struct user *member)
{
    struct phone_party *party = phone_party_add(world, call, member->id);
    if (!party)
        return false;
    call->hunted++;
    party->is_called = true;
    party->queue_id = queue->id;
    xset(&party->phone, member->extension_number);
    xset(&party->name, member->name);
    const struct switch_callee callee = {call->is_hunt_set, call->hunt_plays};
    switch_ring_party(world, party, &callee, queue->queue.alert_s * 1000, false);
    return true;
}

/* Offers the caller who waits in the queue to the next who is free, or to all who are. */
static void hunt(struct world *world, struct phone_party *waiting)
{
    struct phone_call *call = waiting->call;
    const struct user *queue = user_by_id(world, waiting->user_id);
    if (clock_now(world) - waiting->begun_ms >= QUEUE_WAIT_MOST_MS) {
        switch_end(world, call, 480, "nobody of the queue answered");
        return;
    }
    bool is_all = queue->queue.order == QUEUE_SIMULTANEOUS, is_rung = false;
    uint64_t first = is_all ? 0 : (uint64_t)(unsigned)call->hunted;
    if (queue->queue.order == QUEUE_ROTATING)
        first += call->id;
    for (size_t i = 0; i < queue->member_count && (is_all || !is_rung); i++) {
        const struct user *member =
            user_by_id(world, queue->members[(first + i) % queue->member_count]);
        if (is_free(member, queue))
            is_rung |= ring_member(world, call, queue, member);
    }
    if (!is_rung)
        switch_later(world, waiting, QUEUE_LOOK_MS, look_again);
}

static void look_again(struct world *world, void *context, int64_t id)
{
    struct phone_party *waiting = switch_of_agenda(world, id);
    if (waiting && phone_party_is_alive(waiting))
        hunt(world, waiting);
}

static struct phone_party *queue_of(const struct phone_call *call)
{
    for (struct phone_party *party = call->parties; party; party = party->next)
        if (party->is_queue && phone_party_is_alive(party))
            return party;
    return NULL;
}

void switch_unanswered(struct world *world, struct phone_party *party, enum phone_reason reason,
                       int status, const char *text)
{
    struct phone_call *call = party->call;
    struct phone_party *queue = party->queue_id ? queue_of(call) : NULL;
    if (party->is_supervisor) {
        switch_leave(world, party, PHONE_DISCONNECTED, reason, status);
    } else if (queue && queue != party) {
        party->is_missed = true;
        bool has_rung =
            clock_now(world) > party->begun_ms; /* else the same would be tried for ever */
        switch_leave(world, party, PHONE_DISCONNECTED, reason, status);
        queue->turn++; /* of several that stop ringing the last looks for others */
        switch_later(world, queue, has_rung ? 0 : QUEUE_LOOK_MS, look_again);
    } else if (party->user_id && party->is_called && call->state == PHONE_CALL_RINGS) {
        switch_to_mailbox(world, party, status, text);
    } else if (call->state == PHONE_CALL_RINGS) {
        switch_end(world, call, status, text);
    } else {
        switch_leave(world, party, PHONE_DISCONNECTED, reason, status);
        switch_settle(world, call, text);
    }
}

/* --- a target --- */

static struct phone_party *ring_queue(struct world *world, struct phone_party *party,
                                      const struct switch_callee *callee)
{
    struct phone_call *call = party->call;
    party->is_queue = true;
    party->queue_id = party->user_id;
    if (callee && callee->is_set) {
        call->is_hunt_set = true;
        call->hunt_plays = callee->plays;
    }
    switch_set(world, party, PHONE_PROCEEDING, PHONE_NO_REASON);
    hunt(world, party);
    return party;
}

static struct phone_party *ring_user(struct world *world, struct phone_party *party,
                                     const struct user *user, const struct switch_callee *callee)
{
    static const struct switch_callee tape = {
        true, {.does = PARTY_ANSWERS, .after_ms = 500, .lasts_ms = ANNOUNCEMENT_MS}};
    if (user->type != USER_USER)
        switch_ring_party(world, party, &tape, world->knobs.sip_ring_ms, false);
    else if (!presence_takes_own_calls(user) && !(callee && callee->is_set))
        switch_to_mailbox(world, party, 480, "the extension takes no calls");
    else
        switch_ring_party(world, party, callee, world->knobs.sip_ring_ms, false);
    return party;
}

struct phone_party *switch_ring(struct world *world, struct phone_call *call,
                                const struct switch_target *target,
                                const struct switch_callee *callee)
{
    const struct user *user = target->user ? target->user : target->voicemail;
    struct phone_party *party = phone_party_add(world, call, user ? user->id : 0);
    if (!party) {
        switch_end(world, call, 503, "the call has as many parties as it may");
        return NULL;
    }
    party->is_called = true;
    xset(&party->phone, target->number ? target->number : user->extension_number);
    xset(&party->name, user ? user->name : NULL);
    if (user)
        switch_reserve(world, party);
    if (user && call->parties->user_id) /* told of calls between colleagues only (rest.md 5.10) */
        switch_set(world, party, PHONE_SETUP, PHONE_NO_REASON);
    uint64_t id = call->id;
    int number = party->number;
    if (target->voicemail)
        switch_to_mailbox(world, party, 480, "sent to the mailbox");
    else if (user && user->type == USER_DEPARTMENT)
        ring_queue(world, party, callee);
    else if (user)
        ring_user(world, party, user, callee);
    else
        switch_ring_party(world, party, callee, world->knobs.sip_ring_ms, false);
    call = phone_call_by_id(world, id);
    return call ? phone_party_by_number(call, number) : NULL;
}

void switch_ring_number(struct world *world, struct phone_call *call,
                        const struct switch_callee *callee)
{
    const struct phone_party *caller = call->parties;
    const struct user *user = caller->user_id ? user_by_id(world, caller->user_id) : NULL;
    int64_t account = user ? user->account_id : world->account_count ? world->accounts[0]->id : 0;
    struct switch_target target;
    if (switch_find(world, account, call->to, &target))
        switch_ring(world, call, &target, callee);
    else
        switch_end(world, call, 486, "the number cannot be dialled");
}
