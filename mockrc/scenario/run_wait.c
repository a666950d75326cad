/* Waiting in machine time: for events of a live run, for webhooks to arrive in any. */
#include "scenario/run.h"

/* Nothing waits to be sent to a webhook, or is under way. */
static bool are_hooks_idle(struct sim *sim, void *arg)
{
    struct world *world = sim_world(sim);
    for (size_t i = 0; i < subscription_count(world); i++) {
        const struct subscription *one = subscription_at(world, i);
        if (one->transport == TRANSPORT_WEBHOOK && (one->queue_count || one->is_in_flight))
            return false;
    }
    return true;
}

void run_settle(struct run *run)
{
    int64_t left = run->deadline_ms - clock_machine_ms();
    door_wait(run->sim, are_hooks_idle, NULL, left > 0 ? left : 0);
}

struct waiting {
    door_wait_fn *look;
    void *arg;
};

static bool look_on(struct sim *sim, void *arg)
{
    struct waiting *waiting = arg;
    waiting->look(sim, waiting->arg);
    return false; /* the time runs out whatever is seen */
}

void run_wait(struct run *run, door_wait_fn *look, void *arg, int64_t for_ms, bool is_whole)
{
    enum { SLICE_MS = 50 };
    struct waiting whole = {look, arg};
    int64_t until = clock_machine_ms() + for_ms;
    if (until > run->deadline_ms)
        until = run->deadline_ms;
    for (bool is_last = false; !is_last;) {
        int64_t left = until - clock_machine_ms();
        is_last = left <= SLICE_MS || (run->is_over && run->is_over(run->context));
        if (left < 0)
            left = 0;
        if (door_wait(run->sim, is_whole ? look_on : look, is_whole ? &whole : arg,
                      left > SLICE_MS ? SLICE_MS : left))
            return;
    }
}
