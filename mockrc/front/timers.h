/*
 * Timers of one loop: a heap by due time. A timer is part of what it belongs to and is never freed
 * while it is set.
 */
#ifndef MOCKRC_FRONT_TIMERS_H
#define MOCKRC_FRONT_TIMERS_H

#include <stddef.h>
#include <stdint.h>

struct timer {
    int64_t due_ms;
    size_t at; /* 1 + its place in the heap; 0: not set */
    void (*fire)(struct timer *timer);
};

struct timers {
    struct timer **heap;
    size_t count, cap;
};

void timers_done(struct timers *timers);
/* Sets it, or sets it anew. */
void timer_set(struct timers *timers, struct timer *timer, int64_t due_ms);
void timer_stop(struct timers *timers, struct timer *timer);
/* When the next is due; -1: none is set. */
int64_t timers_next(const struct timers *timers);
/* Fires what is due; each may set itself again. */
void timers_run(struct timers *timers, int64_t now_ms);

#endif
