/* Webhooks and the sim: the delivery edge, started when the first is to be called, and its way
 * through the door. */
#include "sim/internal.h"

/* How often the world was replaced is part of a parcel: what was sent for the old world is nothing
 * to the new one. */
struct take_visit {
    struct parcel *parcel;
    bool is_taken;
};

static void take_inside(struct sim *sim, void *arg)
{
    struct take_visit *visit = arg;
    struct judge judge = {sim->api.world, sim->api.journal, sim->api.faults};
    struct outbox_item item;
    while (!visit->is_taken && outbox_take(judge.world, OUTBOX_WEBHOOK, &item))
        visit->is_taken = webhook_take(&judge, item.number, visit->parcel);
    visit->parcel->life = sim->life;
    if (!visit->is_taken) /* what was set aside makes no event: who waits for rest looks again */
        pthread_cond_broadcast(&sim->happened);
}

static bool take(void *context, struct parcel *ret)
{
    struct take_visit visit = {.parcel = ret};
    door_call_inner(context, take_inside, &visit);
    return visit.is_taken;
}

static void done_inside(struct sim *sim, void *arg)
{
    const struct parcel *parcel = arg;
    if (parcel->life == sim->life)
        webhook_done(sim->api.world, sim->api.journal, parcel);
}

static void done(void *context, const struct parcel *parcel)
{
    struct parcel copy = *parcel;
    door_call_inner(context, done_inside, &copy);
}

/* The edge, started if need be; NULL when the sim is stopping. */
static struct hooks *hooks_of(struct sim *sim)
{
    pthread_mutex_lock(&sim->hook_lock);
    if (!sim->hooks && !sim->has_no_hooks) {
        struct hooks_options options = {.take = take, .done = done, .context = sim};
        sim->hooks = hooks_start(&options);
    }
    struct hooks *hooks = sim->has_no_hooks ? NULL : sim->hooks;
    pthread_mutex_unlock(&sim->hook_lock);
    return hooks;
}

void sim_hook_wake(struct sim *sim)
{
    struct hooks *hooks = hooks_of(sim);
    if (hooks)
        hooks_wake(hooks);
}

void sim_hook_perform(struct sim *sim, struct errand *errand)
{
    struct hooks *hooks = hooks_of(sim);
    if (hooks)
        hooks_validate(hooks, errand);
    else
        errand->result = ERRAND_UNREACHABLE;
}

void sim_hook_begin(struct sim *sim, struct errand *errand, hooks_errand_fn *told, void *context)
{
    struct hooks *hooks = hooks_of(sim);
    if (hooks) {
        hooks_perform(hooks, errand, told, context);
        return;
    }
    errand->result = ERRAND_UNREACHABLE;
    told(context);
}

void sim_hook_halt(struct sim *sim)
{
    pthread_mutex_lock(&sim->hook_lock);
    sim->has_no_hooks = true;
    pthread_mutex_unlock(&sim->hook_lock);
    hooks_halt(sim->hooks);
}
