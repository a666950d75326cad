/*
 * When people call: the hours of the last days, with how many calls each gets. Working hours over
 * nights and weekdays over weekends, in the account's own time (its standard offset from UTC, the
 * year round).
 */
#ifndef MOCKRC_WORLD_CALL_HOURS_H
#define MOCKRC_WORLD_CALL_HOURS_H

#include "base/id.h"

struct call_hour {
    int64_t from_ms, to_ms; /* from <= t < to; whole hours of the account's time but at the ends */
    uint32_t calls;
};

struct call_hours {
    struct call_hour *list; /* oldest first */
    size_t count;
};

/* The `days` (1 or more) before `now_ms`, and `calls` spread over them by chance. */
void call_hours_init(struct call_hours *all, struct id *id, int64_t now_ms, int days,
                     int utc_offset_min, size_t calls);
void call_hours_done(struct call_hours *all);

#endif
