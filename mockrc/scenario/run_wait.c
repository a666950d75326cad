/* Waiting in machine time: for events of a live run, for webhooks to arrive in any. */
#include "notify/tell.h"
#include "scenario/run.h"

static bool is_settled(struct sim *sim, void *arg)
{
    return notify_is_settled(sim_world(sim));
}

void run_settle(struct run *run)
{
    int64_t left = run->deadline_ms - clock_machine_ms();
    door_wait(run->sim, is_settled, NULL, left > 0 ? left : 0);
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
