/* When what was refused is asked for again; see calllog_reading.h. */
#include "calllog_reading.h"

#define UNAUTHORIZED_MAX 3
/* How often a weak client repeats at once what was answered 429. */
#define KNOCKS 5

/* The penalty of the call log's rate group, waited for when it is short enough. */
static bool wait_penalty(struct rest *rest, struct calllog_result *result)
{
    struct client *client = rest->client;
    result->retry_at_ms = rest_blocked_until(rest, "heavy");
    int64_t wait_ms = result->retry_at_ms - client_now_ms(client);
    if (result->retry_at_ms == 0 || wait_ms > (int64_t)client->max_wait_s * 1000 ||
        !client->clock.can_wait)
        return false;
    client_log(client, "call log: asked to wait %lld s", (long long)(wait_ms + 999) / 1000);
    return clock_wait_ms(&client->clock, wait_ms + 1);
}

bool reading_goes_on(struct reading *reading, struct calllog_result *result)
{
    struct rest *rest = reading->rest;
    struct client *client = rest->client;
    const struct apierr *err = &result->err;
    if (err->status == 429 && client_is_weak(client, WEAK_IGNORE_RETRY_AFTER))
        return ++reading->knocks < KNOCKS;
    if (err->status == 429 && rest_blocked_until(rest, "heavy")) {
        /* One wait per penalty: a platform that says 429 right after its own Retry-After has
         * another limit, and knocking on would only prolong it. */
        bool has_waited = wait_penalty(rest, result);
        if (!has_waited || result->retry_at_ms == reading->waited_until_ms)
            return false;
        reading->waited_until_ms = result->retry_at_ms;
        return true;
    }
    if (err->status == 403 && client_is_weak(client, WEAK_EXTENSION_FALLBACK) &&
        !reading->options.is_own) {
        reading->options.is_own = true;
        frame_rewind(client, &reading->options, &reading->frame);
        return true;
    }
    if (err->status == 400 && reading->is_resumed && !rest->has_refresh_failed) {
        /* A page address of another day that the platform no longer takes. */
        reading->is_resumed = false;
        frame_rewind(client, &reading->options, &reading->frame);
        return true;
    }
    /* A refresh that failed in passing counts more than the 401 before it; a 401 after a refresh that
     * went well is one of a bad minute, for a while. */
    struct apierr why = rest->has_refresh_failed ? rest->refresh_err : *err;
    if (why.status == 401 && rest->grant.dead_code[0] == '\0' &&
        ++reading->unauthorized <= UNAUTHORIZED_MAX)
        why.status = 503;
    rest_retry(rest);
    return backoff_wait(client, &reading->backoff, &why);
}
