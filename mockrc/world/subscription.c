#include "world/subscription.h"

#include "base/mem.h"
#include "base/text.h"
#include "world/subscription_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

bool subscription_serves(const struct world *world, enum delivery_transport transport)
{
    static const int64_t alone[] = {[TRANSPORT_WEBHOOK] = KNOB_TRANSPORTS_WEBHOOK,
                                    [TRANSPORT_WEBSOCKET] = KNOB_TRANSPORTS_WEBSOCKET};
    int64_t served = world->knobs.sub_transports;
    return served == KNOB_TRANSPORTS_ALL || served == alone[transport];
}

bool subscription_is_of(const struct world *world, const struct subscription *subscription,
                        const struct session *session)
{
    return subscription->user_id == session->user_id && subscription->app == session->app &&
           (world->knobs.sub_owner_binding == KNOB_OWNER_USER ||
            text_eq(subscription->session_id, session->id));
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

/* Reminders outlive the grant, as webhooks do, unless told otherwise (failures.md F070). */
static bool is_reminded(const struct world *world, const struct subscription *subscription)
{
    const struct session *session = session_by_id(world, subscription->session_id);
    int64_t when = world->knobs.sub_reminder;
    return when == KNOB_REMINDER_ALWAYS ||
           (when == KNOB_REMINDER_WITH_GRANT && session && session->end == SESSION_LIVE);
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
        if (is_reminded(world, one))
            notice_put(world, &(struct notice){.kind = NOTICE_SUBSCRIPTION_EXPIRES,
                                               .subscription = one,
                                               .filter = filter});
    }
    if (one->reminder_ms <= now)
        one->reminder_ms = 0;
    schedule_reminder(world, one);
}

static void expire(struct world *world, void *context, int64_t moment);

/* One item of the agenda for all, at the earliest end: those that go before leave nothing behind.
 * A WebSocket's does not end so. */
static void schedule_expiry(struct world *world, const struct subscription *subscription)
{
    struct subscription_store *store = store_of(world);
    int64_t end_ms = subscription->expires_ms;
    bool is_early = store->expiry_ms && store->expiry_ms <= end_ms;
    if (subscription->transport != TRANSPORT_WEBHOOK || subscription->is_over || is_early)
        return;
    store->expiry_ms = end_ms;
    clock_schedule(world, end_ms, expire, NULL, end_ms);
}

/* On the agenda: tells of those whose end is there. They are forgotten when the next is made. */
static void expire(struct world *world, void *context, int64_t moment)
{
    struct subscription_store *store = store_of(world);
    if (store->expiry_ms != moment)
        return; /* an earlier one has looked for all */
    store->expiry_ms = 0;
    for (size_t i = 0; i < store->count; i++) {
        struct subscription *one = store->list[i];
        bool is_ending = one->transport == TRANSPORT_WEBHOOK && !one->is_over &&
                         one->expires_ms <= clock_now(world);
        one->is_over |= is_ending;
        if (is_ending)
            notice_put(world,
                       &(struct notice){.kind = NOTICE_SUBSCRIPTION_EXPIRED, .subscription = one});
        schedule_expiry(world, one);
    }
}

void subscription_renew(struct world *world, struct subscription *subscription, int64_t ttl_ms)
{
    subscription->ttl_ms = ttl_ms;
    subscription->expires_ms = clock_now(world) + ttl_ms;
    subscription->is_over = false;
    for (size_t i = 0; i < subscription->filter_count; i++) {
        struct filter *filter = &subscription->filters[i];
        filter->due_ms = subscription->expires_ms - filter->threshold_ms;
    }
    schedule_reminder(world, subscription);
    schedule_expiry(world, subscription);
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
