/*
 * A subscription: who wants to hear of what, where to, until when; and what waits to be sent there.
 * Belongs to a user and an app. Source: rest.md 6; failures.md group E.
 *
 * Bounded: sub.limit of one user and app, SUBSCRIPTIONS_MAX in all; each queue by sub.deliver.queue
 * and QUEUE_BYTES_MAX, all queues by QUEUES_BYTES_MAX. What does not fit is counted and journalled.
 *
 *   active --fails for sub.blacklist.after--> blacklisted --sub.blacklist.recover--> active
 *     |                                            |
 *     +---- deleted, expired, owner gone: gone ----+
 */
#ifndef MOCKRC_WORLD_SUBSCRIPTION_H
#define MOCKRC_WORLD_SUBSCRIPTION_H

#include "base/id.h"
#include "world/filter.h"

struct world;
struct app;
struct user;
struct session;

enum {
    SUBSCRIPTIONS_MAX = 10000,
    QUEUE_BYTES_MAX = 16 << 20,
    QUEUES_BYTES_MAX = 128 << 20,
    HOOK_ADDRESS_MAX = 2048,
    HOOK_TOKEN_MAX = 255,
};
#define SUBSCRIPTION_TTL_MAX_MS ((int64_t)315360000 * 1000)

enum delivery_transport { TRANSPORT_WEBHOOK, TRANSPORT_WEBSOCKET };
enum subscription_status { SUBSCRIPTION_ACTIVE, SUBSCRIPTION_BLACKLISTED };

/* Something on its way to the subscriber. */
struct delivery {
    char *body; /* NULL: a handshake, to see whether the receiver is back */
    size_t len;
    char uuid[ID_UUID_LEN];
    uint64_t sequence; /* 1, 2, ... of this subscription */
    uint64_t cause;    /* journal number of what it tells of */
    int64_t told_ms;   /* when that was */
    char *event;       /* the filter that heard it; NULL: of a handshake */
    char state[24];    /* of the call's party it tells of ("Disconnected"); "": of no call */

    /* What a fault rule made of it (notify/judge.h): it is asked once. */
    bool is_judged, is_twice, is_swapped;
    char rule[48];    /* "": none */
    const char *plan; /* a literal */
    int64_t due_ms;   /* while it is set aside */
    int attempts;     /* that failed */
};

struct subscription {
    int64_t number; /* 1, 2, ...: never twice in one world */
    char id[ID_UUID_LEN];
    int64_t user_id, account_id;
    const struct app *app;
    char session_id[32];
    enum delivery_transport transport;
    int64_t wsc;                        /* number of the gateway's session, of a WebSocket's */
    char *address, *verification_token; /* NULL: none */
    struct filter *filters;
    size_t filter_count;
    int64_t created_ms, expires_ms, ttl_ms;

    enum subscription_status status;
    int64_t blacklisted_ms, failing_since_ms; /* 0: not */
    char *reason;                             /* of the last failure, in words */
    int64_t reminder_ms;                      /* its earliest on the agenda; 0: none */
    bool is_over;                             /* its end was told */

    struct delivery *queue; /* a ring */
    size_t queue_head, queue_count, queue_cap, queue_bytes;
    bool is_in_flight;      /* the first of the queue is with the edge */
    struct delivery *aside; /* to come later: in no order */
    size_t aside_count, aside_cap;
    uint64_t sequence, delivered, failed, overflowed;
    uint64_t told; /* events meant for it: what sub.deliver.drop, dup and reorder count by */
    uint64_t overflow_told; /* how many of the overflowed the journal has heard of */
};

/* What to make; borrowed, but filters, which are taken over. */
struct subscription_draft {
    char id[ID_UUID_LEN];
    const struct session *session;
    enum delivery_transport transport;
    int64_t wsc; /* of a WebSocket's */
    const char *address, *verification_token;
    struct filter *filters;
    size_t filter_count;
    int64_t ttl_ms;
};

/* Is there room for one more of this user and app? Forgets what has expired. */
bool subscription_has_room(struct world *world, int64_t user_id, const struct app *app);
struct subscription *subscription_add(struct world *world, const struct subscription_draft *draft);
void subscription_remove(struct world *world, struct subscription *subscription);
/* Takes `filters` over. To be followed by subscription_renew, which knows when reminders are due. */
void subscription_set_filters(struct subscription *subscription, struct filter *filters,
                              size_t count);
/* From now on it lives `ttl_ms`; its reminders are put on the agenda. */
void subscription_renew(struct world *world, struct subscription *subscription, int64_t ttl_ms);

/* NULL when there is none of that id, or it has expired or lost its owner. */
struct subscription *subscription_by_id(struct world *world, const char *id);
struct subscription *subscription_by_number(struct world *world, int64_t number);
/* The live ones in order of creation: 0 <= i < count; expired ones may still be among them. */
size_t subscription_count(const struct world *world);
struct subscription *subscription_at(const struct world *world, size_t i);
/* Not expired, its owner there, and (sub.survives_grant off) its grant alive. A WebSocket's does not
 * expire, the server renews it, and lives no longer than its grant (chosen). */
bool subscription_is_live(const struct world *world, const struct subscription *subscription);

/* Is that transport still served (sub.transports)? A retired one is neither subscribed to nor used. */
bool subscription_serves(const struct world *world, enum delivery_transport transport);
/* Is it among those that a call of this session sees (sub.owner_binding)? */
bool subscription_is_of(const struct world *world, const struct subscription *subscription,
                        const struct session *session);

/* Puts a body at the end of the queue; NULL when there is no room (counted). Takes nothing over.
 * `body` NULL: a handshake. The delivery may be added to until the queue changes. */
struct delivery *subscription_push(struct world *world, struct subscription *subscription,
                                   const char *body, size_t len, const char *uuid, uint64_t cause);
/* The last two that wait change places, unless one of them is under way. */
void subscription_swap_last(struct subscription *subscription);
/* The first that waits changes places with the one behind it, if there is one. */
void subscription_swap_first(struct subscription *subscription);
/* NULL when nothing waits. */
struct delivery *subscription_first(const struct subscription *subscription);
void subscription_pop(struct world *world, struct subscription *subscription);
/* The first that waits is set aside for so long in world time; then it is at the end of the queue. */
void subscription_defer(struct world *world, struct subscription *subscription, int64_t by_ms);
/* Somebody is to send what waits: puts it into the outbox. */
void subscription_announce(struct world *world, const struct subscription *subscription);
/* Throws the queue and what is set aside away; returns how many went. */
size_t subscription_drain(struct world *world, struct subscription *subscription);

void subscriptions_done(struct world *world);

#endif
