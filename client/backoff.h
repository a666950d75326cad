/*
 * Pauses between a request that failed in passing and its repetition: growing, with jitter, and
 * never shorter than the platform asked for (Retry-After). Half of each pause is fixed, half is
 * drawn, so that many clients do not come back together (failures.md F112, F132).
 */
#ifndef RC_CLIENT_BACKOFF_H
#define RC_CLIENT_BACKOFF_H

#include "apierr.h"
#include "client.h"

#define BACKOFF_TRIES  8
#define BACKOFF_MAX_MS 60000

struct backoff {
    int tries; /* since the last success */
};

void backoff_reset(struct backoff *backoff);
/* How long to pause before try number `tries` (1 is the first repetition). */
int64_t backoff_pause_ms(const struct client *client, struct rnd *rnd, int tries,
                         int retry_after_s);
/* Pauses and returns true when `err` may pass; false at once when it will not, the tries are used
 * up, the pause is longer than the client waits, or its clock cannot be waited on. */
bool backoff_wait(struct client *client, struct backoff *backoff, const struct apierr *err);

#endif
