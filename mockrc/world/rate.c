/* The log of a bucket is a ring of the times of its counted calls; what left the window is dropped
 * as calls come, so a bucket holds at most `limit` times. */
#include "world/rate.h"

#include "base/mem.h"
#include "world/world.h"

#include <stdlib.h>
#include <uthash.h>

struct bucket_key {
    int64_t user_id;
    const struct app *app;
    int64_t group; /* as wide as the others: a key of bytes must have no holes */
};

struct bucket {
    struct bucket_key key;
    UT_hash_handle hh;
    int64_t *times; /* ring, oldest at `first` */
    size_t first, count, cap;
    int64_t penalty_until_ms; /* 0: none */
};

struct rate_store {
    struct bucket *buckets;
};

const char *rate_group_name(enum rate_group group)
{
    static const char *const names[RATE_GROUP_COUNT] = {
        [RATE_NONE] = "none",   [RATE_LIGHT] = "light", [RATE_MEDIUM] = "medium",
        [RATE_HEAVY] = "heavy", [RATE_AUTH] = "auth",
    };
    return names[group];
}

static int64_t limit_of(const struct knobs *knobs, enum rate_group group)
{
    switch (group) {
    case RATE_LIGHT:
        return knobs->rate_light;
    case RATE_MEDIUM:
        return knobs->rate_medium;
    case RATE_HEAVY:
        return knobs->rate_heavy;
    default:
        return knobs->rate_auth;
    }
}

static struct bucket *bucket_of(struct world *world, const struct bucket_key *key)
{
    if (!world->rates)
        world->rates = xcalloc(1, sizeof *world->rates);
    struct bucket *bucket;
    HASH_FIND(hh, world->rates->buckets, key, sizeof *key, bucket);
    if (!bucket) {
        bucket = xcalloc(1, sizeof *bucket);
        bucket->key = *key;
        HASH_ADD(hh, world->rates->buckets, key, sizeof *key, bucket);
    }
    return bucket;
}

static void drop_older(struct bucket *bucket, int64_t than_ms)
{
    while (bucket->count > 0 && bucket->times[bucket->first] <= than_ms) {
        bucket->first = (bucket->first + 1) % bucket->cap;
        bucket->count--;
    }
}

static void remember(struct bucket *bucket, int64_t now_ms)
{
    if (bucket->count == bucket->cap) {
        size_t cap = bucket->cap ? 2 * bucket->cap : 8;
        int64_t *times = xmalloc(cap * sizeof *times);
        for (size_t i = 0; i < bucket->count; i++)
            times[i] = bucket->times[(bucket->first + i) % bucket->cap];
        free(bucket->times);
        bucket->times = times;
        bucket->first = 0;
        bucket->cap = cap;
    }
    bucket->times[(bucket->first + bucket->count++) % bucket->cap] = now_ms;
}

static int seconds_up(int64_t ms)
{
    return (int)((ms + 999) / 1000);
}

/* One more; in how many seconds to try again when that is too many, else 0. */
static int take(const struct knobs *knobs, struct bucket *bucket, int64_t now, int64_t limit)
{
    drop_older(bucket, now - knobs->rate_window_ms);
    bool is_in_penalty = now < bucket->penalty_until_ms;
    if (!is_in_penalty && (int64_t)bucket->count < limit) {
        remember(bucket, now);
        return 0;
    }
    if (!is_in_penalty || knobs->rate_reset_on_hit)
        bucket->penalty_until_ms = now + knobs->rate_penalty_ms;
    int64_t free_ms = bucket->penalty_until_ms;
    if (bucket->count > 0 && bucket->times[bucket->first] + knobs->rate_window_ms > free_ms)
        free_ms = bucket->times[bucket->first] + knobs->rate_window_ms;
    int wait_s = seconds_up(free_ms - now);
    return wait_s > 0 ? wait_s : 1;
}

int rate_count_wide(struct world *world, enum rate_wide wide, int64_t id)
{
    const struct knobs *knobs = &world->knobs;
    const int64_t limits[] = {[RATE_GLOBAL] = knobs->rate_global,
                              [RATE_ACCOUNT] = knobs->rate_account,
                              [RATE_SMS] = knobs->rate_sms};
    if (!limits[wide] || knobs->rate_limits == KNOB_RATE_OFF)
        return 0;
    const struct bucket_key key = {id, NULL, RATE_GROUP_COUNT + (int64_t)wide};
    return take(knobs, bucket_of(world, &key), clock_now(world), limits[wide]);
}

struct rate_answer rate_count(struct world *world, int64_t user_id, const struct app *app,
                              enum rate_group group)
{
    const struct knobs *knobs = &world->knobs;
    if (group == RATE_NONE || knobs->rate_limits == KNOB_RATE_OFF)
        return (struct rate_answer){0};
    struct bucket *bucket = bucket_of(world, &(struct bucket_key){user_id, app, (int64_t)group});
    int64_t limit = limit_of(knobs, group);
    struct rate_answer answer = {
        .limit = (int)limit,
        .window_s = seconds_up(knobs->rate_window_ms),
        .retry_after_s = take(knobs, bucket, clock_now(world), limit),
    };
    answer.is_refused = answer.retry_after_s > 0;
    if (!answer.is_refused)
        answer.remaining = (int)(limit - (int64_t)bucket->count);
    return answer;
}

void rates_done(struct world *world)
{
    if (!world->rates)
        return;
    struct bucket *bucket, *next;
    HASH_ITER(hh, world->rates->buckets, bucket, next)
    {
        HASH_DEL(world->rates->buckets, bucket);
        free(bucket->times);
        free(bucket);
    }
    free(world->rates);
    world->rates = NULL;
}
