/* What waits for a subscriber: a ring, and what was set aside for later. */
#include "world/subscription_parts.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>

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
    struct subscription_store *store = world->subscriptions;
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
    world->subscriptions->queued_bytes -= one->len;
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
