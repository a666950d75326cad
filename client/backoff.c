/* Pauses with jitter; see backoff.h. */
#include "backoff.h"

void backoff_reset(struct backoff *backoff)
{
    backoff->tries = 0;
}

int64_t backoff_pause_ms(const struct client *client, struct rnd *rnd, int tries, int retry_after_s)
{
    int64_t pause_ms = client->retry_ms;
    for (int i = 1; i < tries && pause_ms < BACKOFF_MAX_MS; i++)
        pause_ms *= 2;
    if (pause_ms > BACKOFF_MAX_MS)
        pause_ms = BACKOFF_MAX_MS;
    pause_ms = pause_ms / 2 + (int64_t)rnd_below(rnd, (uint64_t)(pause_ms / 2 + 1));
    int64_t asked_ms = (int64_t)retry_after_s * 1000;
    return pause_ms > asked_ms ? pause_ms : asked_ms;
}

bool backoff_wait(struct client *client, struct backoff *backoff, const struct apierr *err)
{
    if (!apierr_is_transient(err) || ++backoff->tries > BACKOFF_TRIES || !client->clock.can_wait)
        return false;
    int64_t pause_ms = backoff_pause_ms(client, &client->rnd, backoff->tries, err->retry_after_s);
    if (pause_ms > (int64_t)client->max_wait_s * 1000)
        return false;
    char text[300];
    client_log(client, "%s; again in %lld ms", apierr_text(err, text, sizeof(text)),
               (long long)pause_ms);
    return clock_wait_ms(&client->clock, pause_ms);
}
