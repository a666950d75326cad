/*
 * World time: the only time handlers know. Milliseconds since 1970 UTC in int64_t, names end _ms.
 * Whatever expires is a comparison with clock_now; what must *happen* at a moment sits on the
 * agenda. This is the only file pair of mockrc that reads the machine's clock.
 *
 *   real    world time is the machine's time
 *   offset  the machine's time plus what was set or advanced
 *   scaled  runs `scale` times as fast as the machine's time
 *   frozen  stands still until told (scenarios)
 */
#ifndef MOCKRC_WORLD_CLOCK_H
#define MOCKRC_WORLD_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world;

enum clock_mode { CLOCK_REAL, CLOCK_OFFSET, CLOCK_SCALED, CLOCK_FROZEN };

/* What is due: called inside the door, in order of time, then of scheduling. */
typedef void agenda_fn(struct world *world, void *context, int64_t id);

struct agenda_item {
    int64_t due_ms;
    uint64_t order;
    agenda_fn *run;
    void *context; /* borrowed: must outlive the item */
    int64_t id;
};

struct clock {
    enum clock_mode mode;
    int64_t base_ms;      /* world time at the anchor */
    int64_t real_base_ms; /* machine time (monotonic) at the anchor */
    double scale;
    struct agenda_item *agenda; /* binary heap */
    size_t agenda_count, agenda_cap;
    uint64_t agenda_order;
};

/* `start_ms` 0 means the machine's time now. */
void clock_init(struct clock *clock, enum clock_mode mode, int64_t start_ms, double scale);
void clock_done(struct clock *clock);

int64_t clock_now(const struct world *world);
/* For edges that must wait: machine milliseconds, monotonic. */
int64_t clock_machine_ms(void);

const char *clock_mode_name(enum clock_mode mode);
bool clock_mode_named(const char *name, enum clock_mode *ret);

/* Puts something on the agenda. */
void clock_schedule(struct world *world, int64_t due_ms, agenda_fn *run, void *context, int64_t id);
/* When the next thing is due, or -1. */
int64_t clock_next_due(const struct world *world);
/* Runs what is due by now; returns how many things ran. */
size_t clock_run_due(struct world *world);

/* Moves world time on by `by_ms` (>= 0), running what falls due on the way, each at its moment. */
void clock_advance(struct world *world, int64_t by_ms);
/* World time is `now_ms` and goes on from there; a real clock becomes an offset one. Runs nothing:
 * for a world that just begins. */
void clock_set(struct world *world, int64_t now_ms);
/* Changes the mode, world time going on from where it is. */
void clock_set_mode(struct world *world, enum clock_mode mode, double scale);

#endif
