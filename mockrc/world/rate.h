/*
 * Rate limits: per user, app and group, a sliding window, and a penalty that every refused call
 * starts again; and wider ones, off unless a knob sets them. Source: rest.md section 3. All are off
 * with the knob rest.rate.limits.
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
/* Limits that others share: they are told without X-Rate-Limit headers (rest.md section 3), but for
 * the texts', which has a code of its own. A limit of 0 is none. */
enum rate_wide { RATE_GLOBAL, RATE_ACCOUNT, RATE_SMS };
/* Counts one against it: `id` is the account, or who sends texts; of RATE_GLOBAL 0. Returns 0, or in
 * how many seconds to try again. */
int rate_count_wide(struct world *world, enum rate_wide wide, int64_t id);
/* Counts one call of (user, app) against the group. RATE_NONE is never refused. */
struct rate_answer rate_count(struct world *world, int64_t user_id, const struct app *app,
                              enum rate_group group);
void rates_done(struct world *world);

#endif
