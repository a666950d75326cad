/*
 * Rate limits: per user, app and group, a sliding window, and a penalty that every refused call
 * starts again. Source: rest.md section 3. Off with the knob rest.rate.limits.
 */
#ifndef MOCKRC_WORLD_RATE_H
#define MOCKRC_WORLD_RATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world;
struct app;

enum rate_group { RATE_NONE, RATE_LIGHT, RATE_MEDIUM, RATE_HEAVY, RATE_AUTH, RATE_GROUP_COUNT };

struct rate_answer {
    bool is_refused;
    int limit, remaining;
    int window_s;
    int retry_after_s; /* when refused */
};

const char *rate_group_name(enum rate_group group); /* "light": the wire's lower case */
/* Counts one call of (user, app) against the group. RATE_NONE is never refused. */
struct rate_answer rate_count(struct world *world, int64_t user_id, const struct app *app,
                              enum rate_group group);
void rates_done(struct world *world);

#endif
