#include "front/timers.h"

#include "base/mem.h"

#include <stdlib.h>

static void put(struct timers *timers, size_t at, struct timer *timer)
{
    timers->heap[at] = timer;
    timer->at = at + 1;
}

static void rise(struct timers *timers, size_t at)
{
    struct timer *timer = timers->heap[at];
    for (; at > 0 && timers->heap[(at - 1) / 2]->due_ms > timer->due_ms; at = (at - 1) / 2)
        put(timers, at, timers->heap[(at - 1) / 2]);
    put(timers, at, timer);
}

static void sink(struct timers *timers, size_t at)
{
    struct timer *timer = timers->heap[at];
    for (size_t child; (child = 2 * at + 1) < timers->count; at = child) {
        if (child + 1 < timers->count &&
            timers->heap[child + 1]->due_ms < timers->heap[child]->due_ms)
            child++;
        if (timers->heap[child]->due_ms >= timer->due_ms)
            break;
        put(timers, at, timers->heap[child]);
    }
    put(timers, at, timer);
}

void timers_done(struct timers *timers)
{
    free(timers->heap);
    *timers = (struct timers){0};
}

void timer_stop(struct timers *timers, struct timer *timer)
{
    if (!timer->at)
        return;
    size_t at = timer->at - 1;
    struct timer *last = timers->heap[--timers->count];
    timer->at = 0;
    if (last == timer)
        return;
    put(timers, at, last);
    rise(timers, at);
    sink(timers, last->at - 1);
}

void timer_set(struct timers *timers, struct timer *timer, int64_t due_ms)
{
    timer_stop(timers, timer);
    timer->due_ms = due_ms;
    xgrow(timers->heap, timers->count, &timers->cap);
    put(timers, timers->count++, timer);
    rise(timers, timer->at - 1);
}

int64_t timers_next(const struct timers *timers)
{
    return timers->count ? timers->heap[0]->due_ms : -1;
}

void timers_run(struct timers *timers, int64_t now_ms)
{
    while (timers->count && timers->heap[0]->due_ms <= now_ms) {
        struct timer *timer = timers->heap[0];
        timer_stop(timers, timer);
        timer->fire(timer);
    }
}
