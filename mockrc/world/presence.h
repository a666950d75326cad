/*
 * What a person says about being there, and what the platform makes of it with the calls they are
 * on. Zero is the default: available, takes all calls, may be seen. Source: rest.md 5.9.
 */
#ifndef MOCKRC_WORLD_PRESENCE_H
#define MOCKRC_WORLD_PRESENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world;
struct user;
struct phone_party;

enum presence { PRESENCE_AVAILABLE, PRESENCE_BUSY, PRESENCE_OFFLINE, PRESENCE_COUNT };
enum dnd { DND_ALL_CALLS, DND_NO_QUEUE_CALLS, DND_QUEUE_CALLS_ONLY, DND_NO_CALLS, DND_COUNT };

enum { PRESENCE_MESSAGE_MAX = 75 };

struct presence_state {
    enum presence said; /* userStatus */
    enum dnd dnd;
    char *message;
    bool is_hidden; /* not allowSeeMyPresence */
    bool rings_on_monitored, picks_up_on_hold;
    uint64_t cause;    /* journal number of the last change */
    uint64_t sequence; /* of the events that told of it */

    int64_t *queues_off; /* queues this member takes no calls of */
    size_t queues_off_count;
};

const char *presence_name(enum presence presence); /* "Available" */
const char *dnd_name(enum dnd dnd);                /* "DoNotAcceptDepartmentCalls" */
bool presence_named(const char *name, enum presence *ret);
bool dnd_named(const char *name, enum dnd *ret);

/* presenceStatus: what others see. Extensions that are no persons are always offline. */
enum presence presence_of(const struct world *world, const struct user *user);

/* Does the user take queue calls at all, and own calls? Both follow from dnd, and change it. */
bool presence_takes_queue_calls(const struct user *user);
bool presence_takes_own_calls(const struct user *user);
void presence_set_takes(struct user *user, bool queue_calls, bool own_calls);

/* Of one queue. */
bool presence_takes_calls_of(const struct user *user, const struct user *queue);
void presence_set_takes_calls_of(struct user *user, const struct user *queue, bool takes);

/* It was changed by `cause`: whoever subscribed hears of it. */
void presence_changed(struct world *world, struct user *user, uint64_t cause);

/* A call of the user's did: `party` is his in it, perhaps over by now. */
void presence_calls_changed(struct world *world, struct user *user, const struct phone_party *party,
                            uint64_t cause);

void presence_done(struct presence_state *presence);

#endif
