#include "world/wsc.h"

#include "base/mem.h"
#include "base/text.h"
#include "world/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct wsc_store {
    struct wsc **list; /* in order of number */
    size_t count, cap;
    struct lookup *by_token;
    int64_t last_number;
};

static void look(struct world *world, void *context, int64_t number);

/* When the next thing happens to it by itself. */
static int64_t next_due(const struct world *world, const struct wsc *wsc)
{
    const struct knobs *knobs = &world->knobs;
    if (wsc->lost_ms)
        return wsc->lost_ms + knobs->ws_recovery_window_ms;
    int64_t idle_ms = wsc->heard_ms + knobs->ws_idle_ms;
    int64_t old_ms = wsc->opened_ms + knobs->ws_absolute_ms;
    return idle_ms < old_ms ? idle_ms : old_ms;
}

/* Sees to it that the agenda has what is due first; what it has for later does no harm. */
static void schedule(struct world *world, struct wsc *wsc)
{
    int64_t due = next_due(world, wsc);
    if (wsc->agenda_ms && wsc->agenda_ms <= due)
        return;
    wsc->agenda_ms = due;
    clock_schedule(world, due, look, NULL, wsc->number);
}

/* On the agenda: what was due may have moved meanwhile. */
static void look(struct world *world, void *context, int64_t number)
{
    struct wsc *wsc = wsc_by_number(world, number);
    int64_t now = clock_now(world);
    if (!wsc || wsc->agenda_ms > now)
        return;
    wsc->agenda_ms = 0;
    if (next_due(world, wsc) > now) {
        schedule(world, wsc);
    } else if (wsc->lost_ms) {
        wsc_remove(world, wsc);
    } else {
        bool is_old = wsc->opened_ms + world->knobs.ws_absolute_ms <= now;
        wsc->end = is_old ? WSC_TOO_OLD : WSC_IDLE;
        outbox_put(world, OUTBOX_FRAME, number);
    }
}

static void carry(struct world *world, struct wsc *wsc, uint64_t link)
{
    wsc->link = link;
    wsc->lost_ms = 0;
    wsc->end = WSC_STAYS;
    wsc->active = 0;
    wsc->opened_ms = wsc->heard_ms = clock_now(world);
    schedule(world, wsc);
}

bool wsc_has_room(const struct world *world, const struct session *session)
{
    const struct wsc_store *store = world->wscs;
    int64_t open = 0;
    for (size_t i = 0; store && i < store->count; i++)
        open += store->list[i]->link && text_eq(store->list[i]->session_id, session->id);
    return open < world->knobs.ws_max_conn && (!store || store->count < WSC_MAX);
}

struct wsc *wsc_open(struct world *world, const struct session *session, uint64_t link)
{
    if (!world->wscs)
        world->wscs = xcalloc(1, sizeof *world->wscs);
    struct wsc_store *store = world->wscs;
    struct wsc *wsc = xcalloc(1, sizeof *wsc);
    wsc->number = ++store->last_number;
    id_uuid(&world->ids, wsc->token);
    snprintf(wsc->session_id, sizeof wsc->session_id, "%s", session->id);
    xgrow(store->list, store->count, &store->cap);
    store->list[store->count++] = wsc;
    lookup_put(&store->by_token, wsc->token, wsc);
    carry(world, wsc, link);
    return wsc;
}

/* Where `number` is or would be. */
static size_t place_of(const struct wsc_store *store, int64_t number)
{
    size_t low = 0, high = store->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (store->list[middle]->number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct wsc *wsc_by_number(const struct world *world, int64_t number)
{
    const struct wsc_store *store = world->wscs;
    size_t at = store ? place_of(store, number) : 0;
    return store && at < store->count && store->list[at]->number == number ? store->list[at] : NULL;
}

struct wsc *wsc_carried(const struct world *world, int64_t number, uint64_t link)
{
    struct wsc *wsc = wsc_by_number(world, number);
    return wsc && link && wsc->link == link ? wsc : NULL;
}

struct wsc *wsc_by_token(const struct world *world, const char *token)
{
    return world->wscs ? lookup_get(world->wscs->by_token, token) : NULL;
}

size_t wsc_count(const struct world *world)
{
    return world->wscs ? world->wscs->count : 0;
}

void wscs_end(struct world *world, const struct session *session)
{
    const struct wsc_store *store = world->wscs;
    if (world->knobs.ws_survives_grant)
        return;
    for (size_t i = 0; store && i < store->count; i++) {
        struct wsc *wsc = store->list[i];
        if (!wsc->link || !text_eq(wsc->session_id, session->id))
            continue;
        wsc->end = WSC_GRANT_ENDED;
        outbox_put(world, OUTBOX_FRAME, wsc->number);
    }
}

void wsc_hear(struct world *world, struct wsc *wsc)
{
    wsc->heard_ms = clock_now(world);
}

void wsc_lose(struct world *world, struct wsc *wsc)
{
    wsc->link = 0;
    wsc->end = WSC_STAYS;
    wsc->lost_ms = clock_now(world);
    if (!wsc_subscription(world, wsc, 0) || !world->knobs.ws_recovery_window_ms)
        wsc_remove(world, wsc);
    else
        schedule(world, wsc);
}

void wsc_regain(struct world *world, struct wsc *wsc, uint64_t link)
{
    struct subscription *one;
    carry(world, wsc, link);
    for (size_t i = 0; (one = wsc_subscription(world, wsc, i)); i++)
        subscription_renew(world, one, one->ttl_ms); /* the server renews them (rest.md 6.1) */
}

void wsc_remove(struct world *world, struct wsc *wsc)
{
    struct wsc_store *store = world->wscs;
    struct subscription *one;
    while ((one = wsc_subscription(world, wsc, 0)))
        subscription_remove(world, one);
    size_t at = place_of(store, wsc->number);
    memmove(store->list + at, store->list + at + 1, (--store->count - at) * sizeof *store->list);
    lookup_drop(&store->by_token, wsc->token, wsc);
    free(wsc);
}

struct subscription *wsc_subscription(struct world *world, const struct wsc *wsc, size_t index)
{
    for (size_t i = 0; i < subscription_count(world); i++) {
        struct subscription *one = subscription_at(world, i);
        if (one->wsc == wsc->number && index-- == 0)
            return one;
    }
    return NULL;
}

void wscs_done(struct world *world)
{
    struct wsc_store *store = world->wscs;
    if (!store)
        return;
    for (size_t i = 0; i < store->count; i++)
        free(store->list[i]);
    free(store->list);
    lookup_done(&store->by_token);
    free(store);
    world->wscs = NULL;
}
