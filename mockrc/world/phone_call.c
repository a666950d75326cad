#include "world/phone_call.h"

#include "base/mem.h"
#include "base/text.h"
#include "world/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const status_names[PHONE_STATUS_COUNT] = {
    [PHONE_SETUP] = "Setup",
    [PHONE_PROCEEDING] = "Proceeding",
    [PHONE_ANSWERED] = "Answered",
    [PHONE_HOLD] = "Hold",
    [PHONE_PARKED] = "Parked",
    [PHONE_VOICEMAIL] = "VoiceMail",
    [PHONE_DISCONNECTED] = "Disconnected",
    [PHONE_GONE] = "Gone",
};

static const char *const reason_names[PHONE_REASON_COUNT] = {
    [PHONE_PICKUP] = "Pickup",
    [PHONE_SUPERVISING] = "Supervising",
    [PHONE_BLIND_TRANSFER] = "BlindTransfer",
    [PHONE_RCC_TRANSFER] = "RccTransfer",
    [PHONE_ATTENDED_TRANSFER] = "AttendedTransfer",
    [PHONE_CALL_FLIP] = "CallFlip",
    [PHONE_AGENT_ANSWERED] = "AgentAnswered",
    [PHONE_REJECTED] = "Rejected",
    [PHONE_CANCELLED] = "Cancelled",
    [PHONE_NO_ANSWER] = "NoAnswer",
    [PHONE_TARGET_BUSY] = "TargetBusy",
    [PHONE_INVALID_NUMBER] = "InvalidNumber",
    [PHONE_CALL_PARK] = "CallPark",
    [PHONE_CALL_REDIRECTED] = "CallRedirected",
    [PHONE_CALL_REPLIED] = "CallReplied",
    [PHONE_CALL_FINISHED] = "CallFinished",
    [PHONE_CALL_DROPPED] = "CallDropped",
    [PHONE_TO_VOICEMAIL] = "Voicemail",
};

const char *phone_status_name(enum phone_status status)
{
    return status_names[status];
}

const char *phone_origin_name(enum phone_origin origin)
{
    static const char *const names[] = {[PHONE_ORIGIN_CALL] = "Call",
                                        [PHONE_ORIGIN_RING_OUT] = "RingOut",
                                        [PHONE_ORIGIN_CALL_OUT] = "CallOut",
                                        [PHONE_ORIGIN_CONFERENCE] = "Conference"};
    return names[origin];
}

const char *phone_reason_name(enum phone_reason reason)
{
    return reason_names[reason];
}

static struct phone_call **bucket_of(const struct world *world, uint64_t id)
{
    return (struct phone_call **)&world->phone_calls_by_id[id % PHONE_CALL_BUCKETS];
}

struct phone_call *phone_call_add(struct world *world, const char *from, const char *to)
{
    uint32_t record;
    char session[CALL_ID_LEN];
    if (world->phone_call_count == PHONE_CALLS_MAX ||
        !call_log_reserve(world, PHONE_NO_RECORD, &record))
        return NULL;
    struct phone_call *call = xcalloc(1, sizeof *call);
    call->id = ++world->last_phone_call;
    call->started_ms = clock_now(world);
    call->record = record;
    xset(&call->from, from);
    xset(&call->to, to);
    xset(&call->api_id, call_telephony_id(world, record, session) + 2);
    call->next = world->phone_calls;
    if (call->next)
        call->next->prev = call;
    world->phone_calls = call;
    world->phone_call_count++;
    struct phone_call **bucket = bucket_of(world, call->id);
    call->next_of_id = *bucket;
    *bucket = call;
    return call;
}

struct phone_party *phone_party_add(struct world *world, struct phone_call *call, int64_t user_id)
{
    if (call->party_count == PHONE_PARTIES_MAX)
        return NULL;
    struct phone_party **slot = &call->parties;
    while (*slot)
        slot = &(*slot)->next;
    struct phone_party *party = *slot = xcalloc(1, sizeof **slot);
    party->call = call;
    party->number = ++call->party_count;
    party->user_id = user_id;
    party->begun_ms = clock_now(world);
    party->record = PHONE_NO_RECORD;
    return party;
}

void phone_party_enter(struct phone_party *party, struct user *user)
{
    if (party->of_user || !user)
        return;
    party->of_user = &user->parties;
    party->next_of_user = user->parties;
    user->parties = party;
}

void phone_party_leave(struct phone_party *party)
{
    if (!party->of_user)
        return;
    struct phone_party **slot = party->of_user;
    while (*slot != party)
        slot = &(*slot)->next_of_user;
    *slot = party->next_of_user;
    party->of_user = NULL;
}

static void leg_append(struct phone_party *party, struct phone_leg *leg)
{
    struct phone_leg **slot = &party->call->legs;
    while (*slot)
        slot = &(*slot)->next;
    *slot = leg;
    leg->next = NULL;
    leg->call = party->call;
    leg->party = party;
}

struct phone_leg *phone_leg_add(struct phone_party *party)
{
    struct phone_leg *leg = xcalloc(1, sizeof *leg);
    leg_append(party, leg);
    return leg;
}

static void leg_take_out(struct phone_leg *leg)
{
    struct phone_leg **slot = &leg->call->legs;
    while (*slot != leg)
        slot = &(*slot)->next;
    *slot = leg->next;
}

void phone_leg_move(struct phone_leg *leg, struct phone_party *party)
{
    leg_take_out(leg);
    leg_append(party, leg);
}

void phone_leg_remove(struct world *world, struct phone_leg *leg)
{
    media_line_close(world, leg);
    leg_take_out(leg);
    char *texts[] = {leg->aor,        leg->device_id, leg->peer,   leg->call_id, leg->local_tag,
                     leg->remote_tag, leg->local,     leg->remote, leg->target,  leg->sdp};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free(texts[i]);
    free(leg);
}

static void party_free(struct phone_party *party)
{
    phone_party_leave(party);
    free(party->phone);
    free(party->name);
    free(party->device_id);
    free(party);
}

static void call_free(struct phone_call *call)
{
    if (!call)
        return;
    for (struct phone_party *party = call->parties, *next; party; party = next) {
        next = party->next;
        party_free(party);
    }
    free(call->from);
    free(call->to);
    free(call->name);
    free(call->api_id);
    free(call);
}

void phone_call_remove(struct world *world, struct phone_call *call)
{
    if (call->prev)
        call->prev->next = call->next;
    else
        world->phone_calls = call->next;
    if (call->next)
        call->next->prev = call->prev;
    world->phone_call_count--;
    struct phone_call **slot = bucket_of(world, call->id);
    while (*slot != call)
        slot = &(*slot)->next_of_id;
    *slot = call->next_of_id;
    while (call->legs)
        phone_leg_remove(world, call->legs);
    for (struct phone_party *party = call->parties; party; party = party->next)
        phone_party_leave(party);
    struct phone_call **gone = &world->phone_calls_gone[world->phone_calls_gone_at];
    world->phone_calls_gone_at = (world->phone_calls_gone_at + 1) % PHONE_CALLS_GONE;
    call_free(*gone);
    *gone = call;
}

struct phone_call *phone_call_by_id(const struct world *world, uint64_t id)
{
    struct phone_call *call = *bucket_of(world, id);
    while (call && call->id != id)
        call = call->next_of_id;
    return call;
}

struct phone_call *phone_call_by_session(const struct world *world, const char *id)
{
    if (!text_starts(id, "s-"))
        return NULL;
    struct phone_call *call = world->phone_calls;
    while (call && strcmp(call->api_id, id + 2) != 0)
        call = call->next;
    return call;
}

char *phone_session_id(const struct phone_call *call, char out[CALL_ID_LEN])
{
    snprintf(out, CALL_ID_LEN, "s-%s", call->api_id);
    return out;
}

char *phone_party_id(const struct phone_party *party, char out[CALL_ID_LEN])
{
    snprintf(out, CALL_ID_LEN, "p-%s-%d", party->call->api_id, party->number);
    return out;
}

struct phone_party *phone_party_by_number(const struct phone_call *call, int number)
{
    struct phone_party *party = call->parties;
    while (party && party->number != number)
        party = party->next;
    return party;
}

struct phone_party *phone_party_by_id(const struct phone_call *call, const char *id)
{
    char own[CALL_ID_LEN];
    struct phone_party *party = call->parties;
    while (party && strcmp(phone_party_id(party, own), id) != 0)
        party = party->next;
    return party;
}

bool phone_is_conference(const struct phone_call *call)
{
    return call->origin == PHONE_ORIGIN_CONFERENCE;
}

bool phone_party_is_alive(const struct phone_party *party)
{
    return party->status != PHONE_DISCONNECTED && party->status != PHONE_GONE;
}

bool phone_party_talks(const struct phone_party *party)
{
    return party->status == PHONE_ANSWERED || party->status == PHONE_HOLD;
}

struct phone_leg *phone_party_leg(const struct phone_party *party)
{
    struct phone_leg *first = NULL;
    for (struct phone_leg *leg = party->call->legs; leg; leg = leg->next) {
        if (leg->party != party)
            continue;
        if (leg->state == LEG_UP)
            return leg;
        if (!first)
            first = leg;
    }
    return first;
}

/* The first leg of any call that `is` says yes to. */
struct question {
    const char *call_id, *local_tag, *remote_tag;
    uint64_t number;
};
typedef bool question_fn(const struct phone_leg *leg, const struct question *question);

static struct phone_leg *leg_that(const struct world *world, question_fn *is,
                                  const struct question *question)
{
    for (struct phone_call *call = world->phone_calls; call; call = call->next)
        for (struct phone_leg *leg = call->legs; leg; leg = leg->next)
            if (leg->is_phone && is(leg, question))
                return leg;
    return NULL;
}

static bool is_dialog(const struct phone_leg *leg, const struct question *question)
{
    return strcmp(leg->call_id, question->call_id) == 0 &&
           text_eq(leg->local_tag, question->local_tag) &&
           text_eq(leg->remote_tag, question->remote_tag);
}

static bool is_pending(const struct phone_leg *leg, const struct question *question)
{
    return leg->taken && leg->remote_cseq == question->number &&
           strcmp(leg->call_id, question->call_id) == 0 &&
           text_eq(leg->remote_tag, question->remote_tag);
}

static bool is_taken(const struct phone_leg *leg, const struct question *question)
{
    return leg->taken == question->number;
}

static bool is_invite(const struct phone_leg *leg, const struct question *question)
{
    return leg->invite == question->number;
}

struct phone_leg *phone_leg_of_dialog(const struct world *world, const char *call_id,
                                      const char *local_tag, const char *remote_tag)
{
    return leg_that(world, is_dialog, &(struct question){call_id, local_tag, remote_tag, 0});
}

struct phone_leg *phone_leg_of_pending(const struct world *world, const char *call_id,
                                       const char *remote_tag, uint32_t cseq)
{
    return leg_that(world, is_pending, &(struct question){call_id, NULL, remote_tag, cseq});
}

struct phone_leg *phone_leg_of_taken(const struct world *world, uint64_t taken)
{
    return leg_that(world, is_taken, &(struct question){.number = taken});
}

struct phone_leg *phone_leg_of_invite(const struct world *world, uint64_t invite)
{
    return leg_that(world, is_invite, &(struct question){.number = invite});
}

size_t phone_call_count(const struct world *world)
{
    return world->phone_call_count;
}

size_t phone_call_count_of_user(const struct world *world, int64_t user_id)
{
    const struct user *user = user_by_id(world, user_id);
    size_t count = 0;
    for (const struct phone_party *party = user ? user->parties : NULL; party;
         party = party->next_of_user)
        count++;
    return count;
}

void phone_calls_done(struct world *world)
{
    while (world->phone_calls)
        phone_call_remove(world, world->phone_calls);
    for (size_t i = 0; i < PHONE_CALLS_GONE; i++)
        call_free(world->phone_calls_gone[i]);
}
