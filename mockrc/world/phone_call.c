#include "world/phone_call.h"

#include "base/mem.h"
#include "base/text.h"
#include "world/world.h"

#include <stdlib.h>
#include <string.h>

struct phone_call *phone_call_add(struct world *world, const char *from, const char *to)
{
    if (world->phone_call_count == PHONE_CALLS_MAX)
        return NULL;
    struct phone_call *call = xcalloc(1, sizeof *call);
    char id[15];
    call->id = ++world->last_phone_call;
    call->started_ms = clock_now(world);
    xset(&call->from, from);
    xset(&call->to, to);
    xset(&call->api_id, id_hex(&world->sip_ids, id, 14));
    call->next = world->phone_calls;
    if (call->next)
        call->next->prev = call;
    world->phone_calls = call;
    world->phone_call_count++;
    return call;
}

struct phone_leg *phone_leg_add(struct phone_call *call)
{
    struct phone_leg **slot = &call->legs;
    while (*slot)
        slot = &(*slot)->next;
    *slot = xcalloc(1, sizeof **slot);
    (*slot)->call = call;
    return *slot;
}

static void leg_free(struct phone_leg *leg)
{
    char *texts[] = {leg->number,  leg->aor,       leg->device_id,  leg->peer,
                     leg->call_id, leg->local_tag, leg->remote_tag, leg->local,
                     leg->remote,  leg->target,    leg->sdp};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free(texts[i]);
    free(leg);
}

void phone_leg_remove(struct world *world, struct phone_leg *leg)
{
    struct phone_leg **slot = &leg->call->legs;
    media_line_close(world, leg);
    while (*slot != leg)
        slot = &(*slot)->next;
    *slot = leg->next;
    leg_free(leg);
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
    while (call->legs)
        phone_leg_remove(world, call->legs);
    free(call->from);
    free(call->to);
    free(call->api_id);
    free(call);
}

struct phone_call *phone_call_by_id(const struct world *world, uint64_t id)
{
    struct phone_call *call = world->phone_calls;
    while (call && call->id != id)
        call = call->next;
    return call;
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
    size_t count = 0;
    for (const struct phone_call *call = world->phone_calls; call; call = call->next)
        for (const struct phone_leg *leg = call->legs; leg; leg = leg->next)
            if (leg->is_phone && leg->user_id == user_id) {
                count++;
                break;
            }
    return count;
}

void phone_calls_done(struct world *world)
{
    while (world->phone_calls)
        phone_call_remove(world, world->phone_calls);
}
