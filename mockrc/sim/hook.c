/* Webhooks and the sim: the delivery edge, started when the first is to be called, and its way
 * through the door. */
#include "sim/internal.h"

#include "front/cert.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

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

static void authority_inside(struct sim *sim, void *arg)
{
    *(uint64_t *)arg = sim->api.world->authority;
}

/* Our own authority, as it is today, and --hook-ca's. Under `edges`: sim_hook_halt waits for it, and
 * only then does the front stop. */
static void trust(void *context, struct buf *pem)
{
    struct sim *sim = context;
    uint64_t number = 0;
    door_call_inner(sim, authority_inside, &number);
    pthread_mutex_lock(&sim->edges);
    pthread_mutex_lock(&sim->hook_lock);
    bool is_stopping = sim->has_no_hooks;
    pthread_mutex_unlock(&sim->hook_lock);
    if (!is_stopping && sim->front)
        front_ca_pem(sim->front, number, pem);
    pthread_mutex_unlock(&sim->edges);
    buf_add(pem, sim->hook_ca.data, sim->hook_ca.len);
}

int sim_read_hook_ca(struct sim *sim, struct diag *diag)
{
    const char *path = sim->options.hook_ca;
    char part[4096];
    size_t got;
    buf_init(&sim->hook_ca, HOOKS_TRUST_MAX / 2);
    if (!path)
        return ERR_OK;
    FILE *file = fopen(path, "rbe");
    if (!file)
        return diag_set(diag, ERR_USAGE, path, 0, 0, "cannot be read: %s", strerror(errno));
    while ((got = fread(part, 1, sizeof part, file)) > 0)
        buf_add(&sim->hook_ca, part, got);
    fclose(file);
    if (sim->hook_ca.truncated || !cert_count(buf_text(&sim->hook_ca)))
        return diag_set(diag, ERR_USAGE, path, 0, 0, "wanted certificates as PEM");
    return ERR_OK;
}

/* The edge, started if need be; NULL when the sim is stopping. */
static struct hooks *hooks_of(struct sim *sim)
{
    pthread_mutex_lock(&sim->hook_lock);
    if (!sim->hooks && !sim->has_no_hooks) {
        struct hooks_options options = {.take = take, .done = done, .trust = trust, .context = sim};
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
    pthread_mutex_lock(&sim->edges); /* nobody asks the front any more */
    pthread_mutex_unlock(&sim->edges);
    hooks_halt(sim->hooks);
}
