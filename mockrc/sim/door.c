#include "sim/door.h"

#include "notify/tell.h"
#include "sim/internal.h"

#include <errno.h>
#include <time.h>

static struct timespec machine_time(int64_t ms)
{
    return (struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
}

/* World time does not stand still: runs the agenda when things fall due. Started when something
 * first is on it. */
static void *tick(void *arg)
{
    struct sim *sim = arg;
    pthread_mutex_lock(&sim->lock);
    while (!sim->is_stopping) {
        struct world *world = sim->api.world;
        size_t ran = clock_run_due(world);
        if (world->sip_outs.count && sim->edge)
            edge_wake(sim->edge);
        if (world->outbox.waiting[OUTBOX_FRAME] && sim->front)
            front_wake(sim->front);
        if (ran > 0 && world->outbox.waiting[OUTBOX_WEBHOOK]) {
            pthread_mutex_unlock(&sim->lock);
            sim_hook_wake(sim);
            pthread_mutex_lock(&sim->lock);
            continue;
        }
        int64_t due = clock_next_due(world), wait_ms = 60000;
        if (due >= 0 && world->clock.mode != CLOCK_FROZEN) {
            wait_ms = due - clock_now(world);
            if (world->clock.mode == CLOCK_SCALED)
                wait_ms = (int64_t)((double)wait_ms / world->clock.scale) + 1;
            wait_ms = wait_ms < 1 ? 1 : wait_ms > 60000 ? 60000 : wait_ms;
        }
        struct timespec until = machine_time(clock_machine_ms() + wait_ms);
        pthread_cond_timedwait(&sim->happened, &sim->lock, &until);
    }
    pthread_mutex_unlock(&sim->lock);
    return NULL;
}

void door_stop_ticker(struct sim *sim)
{
    pthread_mutex_lock(&sim->lock);
    sim->is_stopping = true;
    pthread_cond_broadcast(&sim->happened);
    pthread_mutex_unlock(&sim->lock);
    if (sim->has_ticker)
        pthread_join(sim->ticker, NULL);
    sim->has_ticker = false;
}

void door_enter(struct sim *sim)
{
    pthread_mutex_lock(&sim->lock);
}

void door_leave(struct sim *sim)
{
    const struct world *world = sim->api.world;
    if (clock_next_due(world) >= 0 && world->clock.mode != CLOCK_FROZEN) {
        if (!sim->has_ticker && !sim->is_stopping)
            sim->has_ticker = pthread_create(&sim->ticker, NULL, tick, sim) == 0;
        else
            pthread_cond_broadcast(&sim->happened);
    }
    if (sim->waiters && sim->seen != journal_next(sim->api.journal)) {
        sim->seen = journal_next(sim->api.journal);
        pthread_cond_broadcast(&sim->happened);
    }
    bool has_hooks = world->outbox.waiting[OUTBOX_WEBHOOK] > 0;
    if (world->outbox.waiting[OUTBOX_FRAME] && sim->front)
        front_wake(sim->front);
    pthread_mutex_unlock(&sim->lock);
    if (has_hooks)
        sim_hook_wake(sim);
}

void door_call_inner(struct sim *sim, door_fn *fn, void *arg)
{
    door_enter(sim);
    fn(sim, arg);
    door_leave(sim);
}

static void close_flows(struct sim *sim)
{
    struct outbox_item item;
    bool is_there;
    do {
        door_enter(sim);
        is_there = outbox_take(sim->api.world, OUTBOX_FLOW, &item);
        door_leave(sim);
        if (is_there && sim->edge)
            edge_close_flow(sim->edge, (uint64_t)item.number);
    } while (is_there);
}

static bool is_settled(struct sim *sim, void *arg)
{
    *(int64_t *)arg = sim->api.world->knobs.clock_settle_ms;
    return notify_is_settled(sim->api.world);
}

/* Until what is due has been delivered, or clock.settle of machine time has passed. */
static void settle(struct sim *sim)
{
    int64_t limit_ms = 0;
    if (!door_wait(sim, is_settled, &limit_ms, 0) && limit_ms > 0)
        door_wait(sim, is_settled, &limit_ms, limit_ms);
}

void door_call(struct sim *sim, door_fn *fn, void *arg)
{
    door_enter(sim);
    fn(sim, arg);
    const size_t *waiting = sim->api.world->outbox.waiting;
    bool has_rules = sim_has_new_rules(sim);
    bool has_mail = has_rules || waiting[OUTBOX_RESET] + waiting[OUTBOX_PROXY] > 0;
    bool has_flows = waiting[OUTBOX_FLOW] > 0;
    bool has_sip = sim->api.world->sip_outs.count > 0, settles = false;
    struct outbox_item item;
    while (outbox_take(sim->api.world, OUTBOX_SETTLE, &item))
        settles = true;
    door_leave(sim);
    if (has_sip && sim->edge)
        edge_flush(sim->edge);
    if (has_flows) /* behind what was to be sent over them */
        close_flows(sim);
    if (settles)
        settle(sim);
    if (!has_mail)
        return;

    pthread_mutex_lock(&sim->edges);
    bool wants_reset = false, wants_proxies = false;
    door_enter(sim);
    while (outbox_take(sim->api.world, OUTBOX_RESET, &item))
        wants_reset = true;
    while (outbox_take(sim->api.world, OUTBOX_PROXY, &item))
        wants_proxies = true;
    door_leave(sim);
    if (wants_reset)
        sim_reset(sim, NULL);
    if (wants_reset && sim->edge) /* before the edge looks for what is to be closed */
        edge_flush(sim->edge);
    if ((wants_proxies || wants_reset) && sim->edge)
        edge_reconcile(sim->edge, NULL);
    if ((wants_proxies || wants_reset || has_rules) && sim->front)
        front_reconcile(sim->front, NULL);
    pthread_mutex_unlock(&sim->edges);
}

bool door_wait(struct sim *sim, door_wait_fn *fn, void *arg, int64_t timeout_ms)
{
    struct timespec until = machine_time(clock_machine_ms() + timeout_ms);
    door_enter(sim);
    sim->waiters++;
    sim->seen = journal_next(sim->api.journal);
    bool is_done = fn(sim, arg), is_late = false;
    while (!is_done && !is_late && !sim->is_stopping) {
        is_late = pthread_cond_timedwait(&sim->happened, &sim->lock, &until) == ETIMEDOUT;
        is_done = fn(sim, arg);
    }
    sim->waiters--;
    door_leave(sim);
    return is_done;
}
