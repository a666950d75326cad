#include "world/traffic.h"

#include "base/mem.h"
#include "world/world.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct traffic {
    struct traffic_plan plan;
    struct id id;
    int64_t number; /* which traffic it is: what an older one left on the agenda is not due */
    int64_t ends_ms;
    double next_ms;          /* when the next call begins, finer than milliseconds */
    size_t *people, *queues; /* indexes of users */
    size_t people_count, people_cap, queue_count, queue_cap;
    size_t begun, skipped;
};

enum {
    TRIES = 8,
    TALK_LEAST_MS = 3000,
    TALK_MOST_MS = 3600000,
    PATIENCE_MS = 45000, /* how long callers wait on average in a queue */
    CALLERS = 500,
    NUMBER_LEN = 32,
};

struct traffic_plan traffic_usual(void)
{
    return (struct traffic_plan){.calls_per_hour = 200,
                                 .for_ms = (int64_t)24 * 3600000,
                                 .talk_ms = 120000,
                                 .ring_ms = 8000,
                                 .queue_share = 40,
                                 .outbound_share = 25,
                                 .internal_share = 10,
                                 .missed_share = 15,
                                 .hold_share = 10};
}

static bool is_so(struct traffic *traffic, int share)
{
    return id_below(&traffic->id, 100) < (uint64_t)(share < 0 ? 0 : share);
}

/* Times between calls, of talking, of ringing: many short, few long. */
static double exponential(struct traffic *traffic, double mean)
{
    return -mean * log(1.0 - id_unit(&traffic->id));
}

static int64_t some_ms(struct traffic *traffic, int64_t mean_ms, int64_t least_ms, int64_t most_ms)
{
    int64_t ms = (int64_t)exponential(traffic, (double)mean_ms);
    return ms < least_ms ? least_ms : ms > most_ms ? most_ms : ms;
}

/* Somebody of ours who is on no call; NULL: everybody looked at is. */
static const struct user *free_one(const struct world *world, struct traffic *traffic,
                                   const struct user *but)
{
    for (int i = 0; i < TRIES; i++) {
        const struct user *user =
            world->users[traffic->people[id_below(&traffic->id, traffic->people_count)]];
        if (user != but && !user->parties && !user->is_deleted && user->status == USER_ENABLED)
            return user;
    }
    return NULL;
}

static const struct user *anyone(const struct world *world, struct traffic *traffic)
{
    return world->users[traffic->people[id_below(&traffic->id, traffic->people_count)]];
}

/* Of the block kept for fiction. */
static void outside_number(struct traffic *traffic, char out[NUMBER_LEN])
{
    unsigned who = (unsigned)id_below(&traffic->id, CALLERS);
    snprintf(out, NUMBER_LEN, "+1%03u55501%02u", 201 + who / 100 * 7, who % 100);
}

static void put_on_hold(struct world *world, void *context, int64_t id);
static void take_off_hold(struct world *world, void *context, int64_t id);

/* The one of ours who talks in that call; NULL when there is none any more. */
static struct phone_party *talker(const struct world *world, int64_t id)
{
    const struct phone_call *call = phone_call_by_id(world, (uint64_t)id);
    for (struct phone_party *party = call ? call->parties : NULL; party; party = party->next)
        if (party->user_id && phone_party_talks(party))
            return party;
    return NULL;
}

static void put_on_hold(struct world *world, void *context, int64_t id)
{
    struct phone_party *party = talker(world, id);
    if (party && switch_hold(world, party, true))
        clock_schedule(world, clock_now(world) + 20000, take_off_hold, NULL, id);
}

static void take_off_hold(struct world *world, void *context, int64_t id)
{
    struct phone_party *party = talker(world, id);
    if (party && party->status == PHONE_HOLD)
        switch_hold(world, party, false);
}

/* One call by chance. False: everybody needed for it is busy. */
static bool begin_call(struct world *world, struct traffic *traffic)
{
    const struct traffic_plan *plan = &traffic->plan;
    char outside[NUMBER_LEN];
    uint64_t draw = id_below(&traffic->id, 100), queue = (uint64_t)plan->queue_share;
    uint64_t outbound = queue + (uint64_t)plan->outbound_share;
    uint64_t internal = outbound + (uint64_t)plan->internal_share;
    bool is_missed = is_so(traffic, plan->missed_share), to_queue = false;
    const struct user *caller = NULL, *callee = NULL;
    outside_number(traffic, outside);
    if (draw < queue && traffic->queue_count) {
        callee = world->users[traffic->queues[id_below(&traffic->id, traffic->queue_count)]];
        to_queue = true;
    } else if (draw >= queue && draw < internal) {
        caller = free_one(world, traffic, NULL);
        callee = draw >= outbound && caller ? free_one(world, traffic, caller) : NULL;
        if (!caller || (draw >= outbound && !callee))
            return false;
    } else {
        callee = anyone(world, traffic);
    }
    int64_t talk_ms = some_ms(traffic, plan->talk_ms, TALK_LEAST_MS, TALK_MOST_MS);
    int64_t ring_ms = some_ms(traffic, plan->ring_ms, 500, 25000);
    int64_t patience_ms = some_ms(traffic, PATIENCE_MS, 5000, 600000);
    bool is_busy = callee && !to_queue && callee->parties;
    struct switch_draft draft = {
        .caller = caller,
        .from = caller ? NULL : outside,
        .to = callee ? callee->extension_number : outside,
        .is_simulated = true,
        .plays = {.lasts_ms = talk_ms},
        .gives_up_ms = to_queue ? patience_ms : 0,
        .leaves_voicemail = is_so(traffic, 50),
        .cause = plan->cause,
    };
    const struct switch_callee plays = {
        true,
        {.does = (is_missed && !to_queue) || is_busy ? PARTY_RINGS : PARTY_ANSWERS,
         .after_ms = ring_ms}};
    struct phone_call *call = switch_begin(world, &draft);
    if (!call)
        return false;
    uint64_t id = call->id;
    bool is_held = is_so(traffic, plan->hold_share);
    switch_dial(world, call, &plays);
    if (is_held)
        clock_schedule(world, clock_now(world) + ring_ms + talk_ms / 2, put_on_hold, NULL,
                       (int64_t)id);
    return true;
}

static void next_call(struct world *world, void *context, int64_t number);

static void schedule_next(struct world *world, struct traffic *traffic)
{
    traffic->next_ms += exponential(traffic, 3600000.0 / (double)traffic->plan.calls_per_hour);
    if (traffic->next_ms < (double)traffic->ends_ms)
        clock_schedule(world, (int64_t)traffic->next_ms, next_call, NULL, traffic->number);
}

static void next_call(struct world *world, void *context, int64_t number)
{
    struct traffic *traffic = world->traffic;
    if (!traffic || traffic->number != number)
        return;
    if (begin_call(world, traffic))
        traffic->begun++;
    else
        traffic->skipped++;
    schedule_next(world, traffic);
}

bool traffic_start(struct world *world, const struct traffic_plan *plan)
{
    int64_t number = world->traffic ? world->traffic->number + 1 : 1;
    char name[40];
    traffic_done(world);
    struct traffic *traffic = xcalloc(1, sizeof *traffic);
    world->traffic = traffic;
    traffic->plan = *plan;
    traffic->number = number;
    traffic->next_ms = (double)clock_now(world);
    traffic->ends_ms = clock_now(world) + plan->for_ms;
    snprintf(name, sizeof name, "traffic %" PRId64, number);
    id_fork(&traffic->id, world->seed, name);
    for (size_t i = 0; i < world->user_count; i++) {
        const struct user *user = world->users[i];
        if (user->is_deleted || user->status != USER_ENABLED || !user->extension_number)
            continue;
        if (user->type == USER_USER) {
            xgrow(traffic->people, traffic->people_count, &traffic->people_cap);
            traffic->people[traffic->people_count++] = i;
        } else if (user->type == USER_DEPARTMENT && user->member_count) {
            xgrow(traffic->queues, traffic->queue_count, &traffic->queue_cap);
            traffic->queues[traffic->queue_count++] = i;
        }
    }
    if (traffic->people_count == 0) {
        traffic->ends_ms = 0;
        return false;
    }
    schedule_next(world, traffic);
    return true;
}

void traffic_stop(struct world *world)
{
    if (world->traffic)
        world->traffic->number++; /* what is on the agenda is nobody's */
}

size_t traffic_begun(const struct world *world)
{
    return world->traffic ? world->traffic->begun : 0;
}

size_t traffic_skipped(const struct world *world)
{
    return world->traffic ? world->traffic->skipped : 0;
}

void traffic_done(struct world *world)
{
    struct traffic *traffic = world->traffic;
    if (!traffic)
        return;
    free(traffic->people);
    free(traffic->queues);
    free(traffic);
    world->traffic = NULL;
}
