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

/* Probes one; false when the platform does not want to be asked now. */
static bool probe(struct rest *rest, struct due_recording *due, struct recordings_result *result)
{
    struct client *client = rest->client;
    struct web_reply reply;
    int64_t now_ms = client_now_ms(client);
    rest_fetch(rest, due->uri, "bytes=0-0", "heavy", &reply, &result->err);
    int status = reply.status;
    web_reply_done(&reply);
    if (status != 200 && status != 206 && status != 404)
        return false;
    result->err = (struct apierr){0};
    result->probed++;
    due->tries++;
    bool is_given_up = now_ms >= due->ended_ms + RECORDINGS_DEADLINE_MS ||
                       client_is_weak(client, WEAK_RECORDING_ONCE);
    const char *state = status != 404 ? "ready" : is_given_up ? "missing" : "pending";
    result->ready += status != 404;
    result->missing += status == 404 && is_given_up;
    result->pending += status == 404 && !is_given_up;
    return store_recording_note(client->store, due, state, now_ms + pause_ms(due->tries));
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

/* Whether the answer, whole or broken off, is the part that begins at byte `from`. */
static bool begins_at(const struct web_reply *part, size_t from)
{
    char want[40];
    int len = snprintf(want, sizeof(want), "bytes %zu-", from);
    int status = part->status ? part->status : part->cut_status;
    return status == 206 && strncmp(part->content_range, want, (size_t)len) == 0;
}

void recordings_fetch(struct rest *rest, const char *uri, const char *range,
                      struct web_reply *ret_reply, struct apierr *err)
{
    rest_fetch(rest, uri, range, "heavy", ret_reply, err);
    if (*range || ret_reply->cut_status != 200)
        return;
    struct sb sound = SB_MAX(WEB_BODY_MAX);
    sb_add_n(&sound, ret_reply->body, ret_reply->body_len);
    bool is_whole = false, goes_on = true;
    for (int i = 1; i < RECORDINGS_PARTS && goes_on; i++) {
        struct web_reply part;
        char rest_of[40];
        snprintf(rest_of, sizeof(rest_of), "bytes=%zu-", sound.len);
        rest_fetch(rest, uri, rest_of, "heavy", &part, err);
        goes_on = begins_at(&part, sound.len);
        if (goes_on)
            sb_add_n(&sound, part.body, part.body_len);
        is_whole = goes_on && part.status == 206 && !sb_is_cut(&sound);
        goes_on = goes_on && !is_whole && !sb_is_cut(&sound);
        web_reply_done(&part);
    }
    free(ret_reply->body);
    ret_reply->body_len = is_whole ? sound.len : 0;
    ret_reply->body = is_whole ? sound.text : xstrdup("");
    ret_reply->status = is_whole ? 200 : 0;
    if (is_whole)
        *err = (struct apierr){.status = 200};
    else
        sb_done(&sound);
}
