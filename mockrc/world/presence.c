#include "world/presence.h"

#include "base/mem.h"
#include "base/text.h"
#include "world/world.h"

#include <stdlib.h>

static const char *const presence_names[PRESENCE_COUNT] = {
    [PRESENCE_AVAILABLE] = "Available",
    [PRESENCE_BUSY] = "Busy",
    [PRESENCE_OFFLINE] = "Offline",
};

static const struct {
    const char *name;
    bool queue_calls, own_calls;
} dnds[DND_COUNT] = {
    [DND_ALL_CALLS] = {"TakeAllCalls", true, true},
    [DND_NO_QUEUE_CALLS] = {"DoNotAcceptDepartmentCalls", false, true},
    [DND_QUEUE_CALLS_ONLY] = {"TakeDepartmentCallsOnly", true, false},
    [DND_NO_CALLS] = {"DoNotAcceptAnyCalls", false, false},
};

const char *presence_name(enum presence presence)
{
    return presence_names[presence];
}

const char *dnd_name(enum dnd dnd)
{
    return dnds[dnd].name;
}

bool presence_named(const char *name, enum presence *ret)
{
    for (int i = 0; i < PRESENCE_COUNT; i++)
        if (text_eq(name, presence_names[i])) {
            *ret = (enum presence)i;
            return true;
        }
    return false;
}

bool dnd_named(const char *name, enum dnd *ret)
{
    for (int i = 0; i < DND_COUNT; i++)
        if (text_eq(name, dnds[i].name)) {
            *ret = (enum dnd)i;
            return true;
        }
    return false;
}

enum presence presence_of(const struct world *world, const struct user *user)
{
    if (user->type != USER_USER || user->status != USER_ENABLED)
        return PRESENCE_OFFLINE;
    /* Busy when on a call, whatever was said, but who says Offline is (chosen: rest.md 5.9). */
    bool is_on_call = switch_telephony_of(user) != NO_CALL;
    return is_on_call && user->presence.said != PRESENCE_OFFLINE ? PRESENCE_BUSY
                                                                 : user->presence.said;
}

bool presence_takes_queue_calls(const struct user *user)
{
    return dnds[user->presence.dnd].queue_calls;
}

bool presence_takes_own_calls(const struct user *user)
{
    return dnds[user->presence.dnd].own_calls;
}

void presence_set_takes(struct user *user, bool queue_calls, bool own_calls)
{
    for (int i = 0; i < DND_COUNT; i++)
        if (dnds[i].queue_calls == queue_calls && dnds[i].own_calls == own_calls)
            user->presence.dnd = (enum dnd)i;
}

/* Where the queue stands in the list of those off; the count when it does not. */
static size_t off_at(const struct presence_state *presence, int64_t queue)
{
    size_t at = 0;
    while (at < presence->queues_off_count && presence->queues_off[at] != queue)
        at++;
    return at;
}

bool presence_takes_calls_of(const struct user *user, const struct user *queue)
{
    return off_at(&user->presence, queue->id) == user->presence.queues_off_count;
}

void presence_set_takes_calls_of(struct user *user, const struct user *queue, bool takes)
{
    struct presence_state *presence = &user->presence;
    size_t at = off_at(presence, queue->id), count = presence->queues_off_count;
    if (takes == (at == count))
        return;
    if (takes) {
        presence->queues_off[at] = presence->queues_off[--presence->queues_off_count];
        return;
    }
    presence->queues_off =
        xrealloc(presence->queues_off, (count + 1) * sizeof *presence->queues_off);
    presence->queues_off[presence->queues_off_count++] = queue->id;
}

void presence_changed(struct world *world, struct user *user, uint64_t cause)
{
    user->presence.cause = cause;
    user->presence.sequence++;
    notice_put(world, &(struct notice){.kind = NOTICE_PRESENCE, .user = user, .cause = cause});
}

void presence_calls_changed(struct world *world, struct user *user, const struct phone_party *party,
                            uint64_t cause)
{
    user->presence.sequence++;
    notice_put(world, &(struct notice){.kind = NOTICE_PRESENCE,
                                       .user = user,
                                       .party = party,
                                       .call = party->call,
                                       .cause = cause});
}

void presence_done(struct presence_state *presence)
{
    free(presence->message);
    free(presence->queues_off);
    *presence = (struct presence_state){0};
}
