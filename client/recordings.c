/* Recordings that are to come; see recordings.h. */
#include "recordings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

#define FIRST_PAUSE_MS (30 * 1000)
#define LAST_PAUSE_MS  (5 * 60 * 1000)

static int64_t pause_ms(int tries)
{
    int64_t ms = FIRST_PAUSE_MS;
    for (int i = 1; i < tries && ms < LAST_PAUSE_MS; i++)
        ms *= 2;
    return ms < LAST_PAUSE_MS ? ms : LAST_PAUSE_MS;
}

/* What an answer to a probe says. */
enum found { FOUND, FOUND_NOT, FOUND_OUT_NOTHING, FOUND_SHUT };

static enum found found_of(const struct web_reply *reply, const struct apierr *err)
{
    int status = reply->status ? reply->status : err->status;
    if (status == 200 || status == 206)
        return recordings_is_sound(reply) ? FOUND : FOUND_OUT_NOTHING;
    /* The platform does not want to be asked now, or not by us: of no recording in particular. */
    if (status == 401 || status == 403 || status == 429)
        return FOUND_SHUT;
    /* 416: a file without a first byte. */
    return status == 404 || status == 410 || status == 416 ? FOUND_NOT : FOUND_OUT_NOTHING;
}

/* Probes one, and says when to ask again; false when the next one is not to be asked for now. One that
 * gets no proper answer waits like one that is not there: else it would stand before all others. */
static bool probe(struct rest *rest, struct due_recording *due, struct recordings_result *result)
{
    struct client *client = rest->client;
    struct web_reply reply;
    int64_t now_ms = client_now_ms(client);
    rest_fetch(rest, due->uri, "bytes=0-0", "heavy", &reply, &result->err);
    enum found found = found_of(&reply, &result->err);
    web_reply_done(&reply);
    if (found == FOUND_SHUT || (found == FOUND_OUT_NOTHING && rest->has_refresh_failed))
        return false;
    int64_t deadline_ms = found == FOUND_NOT ? RECORDINGS_DEADLINE_MS : RECORDINGS_SILENCE_MS;
    bool is_given_up = found != FOUND && (now_ms >= due->ended_ms + deadline_ms ||
                                          client_is_weak(client, WEAK_RECORDING_ONCE));
    const char *state = found == FOUND ? "ready" : is_given_up ? "missing" : "pending";
    result->probed++;
    due->tries++;
    result->ready += found == FOUND;
    result->missing += is_given_up;
    result->pending += found != FOUND && !is_given_up;
    bool is_noted = store_recording_note(client->store, due, state, now_ms + pause_ms(due->tries));
    if (found == FOUND_OUT_NOTHING)
        return false;
    result->err = (struct apierr){0};
    return is_noted;
}

void recordings_probe(struct rest *rest, int budget, struct recordings_result *ret_result)
{
    struct recordings_result result = {0};
    struct due_recording due;
    int64_t now_ms = client_now_ms(rest->client);
    while (result.probed < budget &&
           store_recording_due(rest->client->store, now_ms, now_ms - RECORDINGS_DEADLINE_MS,
                               now_ms + LAST_PAUSE_MS, &due) &&
           probe(rest, &due, &result))
        continue;
    *ret_result = result;
}
