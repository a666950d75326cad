/* The call log; see calllog.h. */
#include "calllog.h"

#include <stdio.h>
#include <string.h>

#include "text.h"

#define OVERLAP_MS (15 * 60 * 1000)
/* A platform that pages in a circle must not hold us for ever: a million records in pages of 250.
 */
#define PAGES_MAX 4000
#define MARK      "calllog.mark"

const char *calllog_next(const cJSON *page)
{
    const char *uri = json_text(page, "navigation.nextPage.uri", "");
    return *uri ? uri : NULL;
}

static void first_url(struct sb *url, const struct calllog_options *options, int64_t from_ms,
                      int64_t to_ms)
{
    char from[32], to[32], per_page[16];
    struct sb query = SB_MAX(1024);
    clock_text(from_ms, from);
    clock_text(to_ms, to);
    snprintf(per_page, sizeof(per_page), "%d", options->per_page);
    sb_add_pair(&query, "view", "Detailed");
    sb_add_pair(&query, "dateFrom", from);
    sb_add_pair(&query, "dateTo", to);
    sb_add_pair(&query, "perPage", per_page);
    sb_addf(url, "/restapi/v1.0/account/~/call-log?%s", sb_text(&query));
    sb_done(&query);
}

static bool keep_record(struct rest *rest, const cJSON *record, struct calllog_result *result,
                        int64_t *ret_start_ms)
{
    const char *id = json_text(record, "id", "");
    int64_t start_ms = 0;
    if (*id == '\0' || !clock_parse(json_text(record, "startTime", ""), &start_ms))
        return true; /* nothing to find it by again: left out */
    bool with_recording = strcmp(rest->settings.recording, "yes") == 0;
    bool is_new = false;
    char *line = json_line(record);
    struct call_row row = {
        .id = id,
        .json = line,
        .start_ms = start_ms,
        .recording_id = json_text(record, "recording.id", NULL),
        .recording_type = json_text(record, "recording.type", ""),
        .recording_uri = json_text(record, "recording.contentUri", ""),
    };
    bool is_ok = store_call_put(rest->client->store, &row, with_recording, &is_new);
    cJSON_free(line);
    result->records++;
    result->fresh += is_new;
    result->recordings += with_recording && row.recording_id != NULL;
    *ret_start_ms = start_ms;
    return is_ok;
}

static bool keep_page(struct rest *rest, const cJSON *page, struct calllog_result *result,
                      int64_t *ret_oldest_ms)
{
    struct store *store = rest->client->store;
    const cJSON *record;
    if (!store_begin(store))
        return false;
    cJSON_ArrayForEach(record, json_at(page, "records"))
    {
        if (!keep_record(rest, record, result, ret_oldest_ms)) {
            store_rollback(store);
            return false;
        }
    }
    return store_commit(store);
}

/* Whether a refused page may be asked again after waiting; waits if so. */
static bool may_retry(struct rest *rest, struct calllog_result *result)
{
    struct client *client = rest->client;
    if (result->err.status != 429)
        return false;
    result->retry_at_ms = rest_blocked_until(rest, "heavy");
    int64_t wait_ms = result->retry_at_ms - client_now_ms(client);
    if (result->retry_at_ms == 0 || wait_ms > (int64_t)client->max_wait_s * 1000 ||
        !client->clock.can_wait)
        return false;
    client_log(client, "call log: asked to wait %lld s", (long long)(wait_ms + 999) / 1000);
    return clock_wait_ms(&client->clock, wait_ms + 1);
}

void calllog_sync(struct rest *rest, const struct calllog_options *options,
                  struct calllog_result *ret_result)
{
    struct client *client = rest->client;
    struct calllog_result result = {.to_ms = client_now_ms(client), .is_stored = true};
    int64_t mark_ms = store_fact_int(client->store, MARK, 0);
    struct sb url = SB_MAX(8192);
    result.from_ms = mark_ms ? mark_ms - OVERLAP_MS : result.to_ms - options->days * 86400000LL;
    first_url(&url, options, result.from_ms, result.to_ms);
    int64_t oldest_ms = result.to_ms;
    int64_t waited_until_ms = 0;
    while (!result.is_complete && result.pages < PAGES_MAX) {
        cJSON *page = rest_get(rest, sb_text(&url), "heavy", &result.err);
        if (page == NULL) {
            /* One wait per penalty: a platform that says 429 right after its own Retry-After has
             * another limit, and knocking on would only prolong it. */
            if (may_retry(rest, &result) && result.retry_at_ms != waited_until_ms) {
                waited_until_ms = result.retry_at_ms;
                continue;
            }
            break;
        }
        result.pages++;
        result.retry_at_ms = 0;
        result.is_stored = keep_page(rest, page, &result, &oldest_ms);
        const char *next = calllog_next(page);
        result.is_complete = result.is_stored && next == NULL;
        sb_reset(&url);
        sb_add(&url, next ? next : "");
        cJSON_Delete(page);
        if (options->on_page)
            options->on_page(options->arg,
                             result.is_complete ? 1.0
                                                : (double)(result.to_ms - oldest_ms) /
                                                      (double)(result.to_ms - result.from_ms + 1),
                             result.records);
        if (!result.is_stored)
            break;
    }
    if (result.is_complete)
        result.is_stored = store_fact_put_int(client->store, MARK, result.to_ms);
    sb_done(&url);
    *ret_result = result;
}
