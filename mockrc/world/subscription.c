#include "world/subscription.h"

#include "base/mem.h"
#include "base/text.h"
#include "world/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct subscription_store {
    struct subscription **list; /* in order of number */
    size_t count, cap;
    struct lookup *by_id;
    int64_t last_number;
    size_t queued_bytes;
};

static struct subscription_store *store_of(struct world *world)
{
    if (!world->subscriptions)
        world->subscriptions = xcalloc(1, sizeof *world->subscriptions);
    return world->subscriptions;
}

bool subscription_is_live(const struct world *world, const struct subscription *subscription)
{
    const struct user *owner = user_by_id(world, subscription->user_id);
    bool is_webhook = subscription->transport == TRANSPORT_WEBHOOK;
    if (!owner || owner->is_deleted || (is_webhook && clock_now(world) >= subscription->expires_ms))
        return false;
    if (is_webhook && world->knobs.sub_survives_grant)
        return true;
    const struct session *session = session_by_id(world, subscription->session_id);
    return session && session->end == SESSION_LIVE;
}

static void free_filters(struct subscription *subscription)
{
    for (size_t i = 0; i < subscription->filter_count; i++)
        filter_done(&subscription->filters[i]);
    free(subscription->filters);
}

static void free_one(struct world *world, struct subscription *subscription)
{
    subscription_drain(world, subscription);
    free_filters(subscription);
    free(subscription->queue);
    free(subscription->aside);
    free(subscription->address);
    free(subscription->verification_token);
    free(subscription->reason);
    free(subscription);
}

/* Forgets all that are no longer live. */
static void sweep(struct world *world)
{
    struct subscription_store *store = store_of(world);
    size_t kept = 0;
    for (size_t i = 0; i < store->count; i++) {
        struct subscription *one = store->list[i];
        if (subscription_is_live(world, one)) {
            store->list[kept++] = one;
            continue;
        }
        lookup_drop(&store->by_id, one->id, one);
        free_one(world, one);
    }
    store->count = kept;
}

bool subscription_has_room(struct world *world, int64_t user_id, const struct app *app)
{
    struct subscription_store *store = store_of(world);
    sweep(world);
    int64_t count = 0;
    for (size_t i = 0; i < store->count; i++)
        count += store->list[i]->user_id == user_id && store->list[i]->app == app;
    return count < world->knobs.sub_limit && store->count < SUBSCRIPTIONS_MAX;
}

struct subscription *subscription_add(struct world *world, const struct subscription_draft *draft)
{
    struct subscription_store *store = store_of(world);
    struct subscription *one = xcalloc(1, sizeof *one);
    const struct session *session = draft->session;
    const struct user *owner = user_by_id(world, session->user_id);
    one->number = ++store->last_number;
    memcpy(one->id, draft->id, sizeof one->id);
    one->user_id = session->user_id;
    one->account_id = owner ? owner->account_id : 0;
    one->app = session->app;
    snprintf(one->session_id, sizeof one->session_id, "%s", session->id);
    one->transport = draft->transport;
    one->wsc = draft->wsc;
    xset(&one->address, draft->address);
    xset(&one->verification_token, draft->verification_token);
    one->filters = draft->filters;
    one->filter_count = draft->filter_count;
    one->created_ms = clock_now(world);
    subscription_renew(world, one, draft->ttl_ms);
    xgrow(store->list, store->count, &store->cap);
    store->list[store->count++] = one;
    lookup_put(&store->by_id, one->id, one);
    return one;
}

void subscription_remove(struct world *world, struct subscription *subscription)
{
    struct subscription_store *store = store_of(world);
    for (size_t i = 0; i < store->count; i++)
        if (store->list[i] == subscription) {
            memmove(store->list + i, store->list + i + 1,
                    (--store->count - i) * sizeof *store->list);
            lookup_drop(&store->by_id, subscription->id, subscription);
            free_one(world, subscription);
            return;
        }
}

void subscription_set_filters(struct subscription *subscription, struct filter *filters,
                              size_t count)
{
    free_filters(subscription);
    subscription->filters = filters;
    subscription->filter_count = count;
}

static void remind(struct world *world, void *context, int64_t number);

/* Sees to it that the agenda has what is due first; what it has for later does no harm. */
static void schedule_reminder(struct world *world, struct subscription *subscription)
{
    int64_t due_ms = 0;
    for (size_t i = 0; i < subscription->filter_count; i++) {
        const struct filter *filter = &subscription->filters[i];
        if (filter->kind->is_reminder && filter->due_ms < subscription->expires_ms &&
            (!due_ms || filter->due_ms < due_ms))
            due_ms = filter->due_ms;
    }
    if (!due_ms || (subscription->reminder_ms && subscription->reminder_ms <= due_ms))
        return;
    subscription->reminder_ms = due_ms;
    clock_schedule(world, due_ms, remind, NULL, subscription->number);
}

static void remind(struct world *world, void *context, int64_t number)
{
    struct subscription *one = subscription_by_number(world, number);
    int64_t now = clock_now(world);
    if (!one || !subscription_is_live(world, one))
        return;
    for (size_t i = 0; i < one->filter_count; i++) {
        struct filter *filter = &one->filters[i];
        if (!filter->kind->is_reminder || filter->due_ms > now)
            continue;
        filter->due_ms = now + filter->interval_ms;
        notice_put(world, &(struct notice){.kind = NOTICE_SUBSCRIPTION_EXPIRES,
                                           .subscription = one,
                                           .filter = filter});
    }
    if (one->reminder_ms <= now)
        one->reminder_ms = 0;
    schedule_reminder(world, one);
}

void subscription_renew(struct world *world, struct subscription *subscription, int64_t ttl_ms)
{
    subscription->ttl_ms = ttl_ms;
    subscription->expires_ms = clock_now(world) + ttl_ms;
    for (size_t i = 0; i < subscription->filter_count; i++) {
        struct filter *filter = &subscription->filters[i];
        filter->due_ms = subscription->expires_ms - filter->threshold_ms;
    }
    schedule_reminder(world, subscription);
}

struct subscription *subscription_by_id(struct world *world, const char *id)
{
    struct subscription *one = lookup_get(store_of(world)->by_id, id);
    return one && subscription_is_live(world, one) ? one : NULL;
}

struct subscription *subscription_by_number(struct world *world, int64_t number)
{
    struct subscription_store *store = store_of(world);
    size_t low = 0, high = store->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (store->list[middle]->number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < store->count && store->list[low]->number == number ? store->list[low] : NULL;
}

size_t subscription_count(const struct world *world)
{
    return world->subscriptions ? world->subscriptions->count : 0;
}

struct subscription *subscription_at(const struct world *world, size_t i)
{
    return world->subscriptions->list[i];
}

static void grow_queue(struct subscription *subscription)
{
    size_t cap = subscription->queue_cap ? 2 * subscription->queue_cap : 8;
    struct delivery *ring = xcalloc(cap, sizeof *ring);
    for (size_t i = 0; i < subscription->queue_count; i++)
        ring[i] = subscription->queue[(subscription->queue_head + i) % subscription->queue_cap];
    free(subscription->queue);
    subscription->queue = ring;
    subscription->queue_cap = cap;
    subscription->queue_head = 0;
}

static void put_last(struct subscription *subscription, const struct delivery *delivery)
{
    if (subscription->queue_count == subscription->queue_cap)
        grow_queue(subscription);
    subscription->queue[(subscription->queue_head + subscription->queue_count++) %
                        subscription->queue_cap] = *delivery;
}

static struct delivery *nth(const struct subscription *subscription, size_t n)
{
    return &subscription->queue[(subscription->queue_head + n) % subscription->queue_cap];
}

struct delivery *subscription_push(struct world *world, struct subscription *subscription,
                                   const char *body, size_t len, const char *uuid, uint64_t cause)
{
    struct subscription_store *store = store_of(world);
    size_t count = subscription->queue_count + subscription->aside_count;
    if ((int64_t)count >= world->knobs.sub_deliver_queue ||
        subscription->queue_bytes + len > QUEUE_BYTES_MAX ||
        store->queued_bytes + len > QUEUES_BYTES_MAX) {
        subscription->overflowed++;
        return NULL;
    }
    struct delivery one = {.body = body ? xstrndup(body, len) : NULL,
                           .len = len,
                           .sequence = body ? ++subscription->sequence : 0,
                           .cause = cause,
                           .told_ms = clock_now(world)};
    snprintf(one.uuid, sizeof one.uuid, "%s", uuid);
    put_last(subscription, &one);
    subscription->queue_bytes += len;
    store->queued_bytes += len;
    return nth(subscription, subscription->queue_count - 1);
}

static void swap(struct subscription *subscription, size_t a, size_t b)
{
    struct delivery kept = *nth(subscription, a);
    *nth(subscription, a) = *nth(subscription, b);
    *nth(subscription, b) = kept;
}

void subscription_swap_last(struct subscription *subscription)
{
    size_t count = subscription->queue_count;
    if (count > 2 || (count == 2 && !subscription->is_in_flight))
        swap(subscription, count - 1, count - 2);
}

void subscription_swap_first(struct subscription *subscription)
{
    if (subscription->queue_count > 1)
        swap(subscription, 0, 1);
}

struct delivery *subscription_first(const struct subscription *subscription)
{
    return subscription->queue_count ? nth(subscription, 0) : NULL;
}

/* Takes the first out of the queue; its memory is the caller's. */
static struct delivery take_first(struct subscription *subscription)
{
    struct delivery one = *nth(subscription, 0);
    subscription->queue_head = (subscription->queue_head + 1) % subscription->queue_cap;
    subscription->queue_count--;
    return one;
}

static void forget(struct world *world, struct subscription *subscription, struct delivery *one)
{
    subscription->queue_bytes -= one->len;
    store_of(world)->queued_bytes -= one->len;
    free(one->body);
    free(one->event);
}

void subscription_pop(struct world *world, struct subscription *subscription)
{
    struct delivery one = take_first(subscription);
    forget(world, subscription, &one);
}

void subscription_announce(struct world *world, const struct subscription *subscription)
{
    if (subscription->transport == TRANSPORT_WEBHOOK)
        outbox_put(world, OUTBOX_WEBHOOK, subscription->number);
    else
        outbox_put(world, OUTBOX_FRAME, subscription->wsc);
}

/* On the agenda: what was set aside until now is back. */
static void bring_back(struct world *world, void *context, int64_t number)
{
    struct subscription *one = subscription_by_number(world, number);
    size_t kept = 0;
    for (size_t i = 0; one && i < one->aside_count; i++) {
        if (one->aside[i].due_ms > clock_now(world))
            one->aside[kept++] = one->aside[i];
        else
            put_last(one, &one->aside[i]);
    }
    if (!one)
        return;
    one->aside_count = kept;
    if (one->queue_count && !one->is_in_flight)
        subscription_announce(world, one);
}

void subscription_defer(struct world *world, struct subscription *subscription, int64_t by_ms)
{
    struct delivery one = take_first(subscription);
    one.due_ms = clock_now(world) + by_ms;
    xgrow(subscription->aside, subscription->aside_count, &subscription->aside_cap);
    subscription->aside[subscription->aside_count++] = one;
    clock_schedule(world, one.due_ms, bring_back, NULL, subscription->number);
}

size_t subscription_drain(struct world *world, struct subscription *subscription)
{
    size_t count = subscription->queue_count + subscription->aside_count;
    while (subscription->queue_count)
        subscription_pop(world, subscription);
    while (subscription->aside_count)
        forget(world, subscription, &subscription->aside[--subscription->aside_count]);
    return count;
}

void subscriptions_done(struct world *world)
{
    struct subscription_store *store = world->subscriptions;
    if (!store)
        return;
    for (size_t i = 0; i < store->count; i++)
        free_one(world, store->list[i]);
    lookup_done(&store->by_id);
    free(store->list);
    free(store);
    world->subscriptions = NULL;
}
