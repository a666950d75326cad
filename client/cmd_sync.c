/* sync: the call log into the store. */
#include <stdio.h>
#include <string.h>

#include "calllog.h"
#include "command.h"
#include "diagnosis.h"
#include "progress.h"
#include "recordings.h"

/* Recordings asked for after each run: each costs as much as a page of the call log. */
#define PROBES_PER_SYNC 3

const struct option sync_options[] = {
    {"days", NULL, "N", "how far back the first run goes (default 7)"},
    {"per_page", NULL, "N", "records per request, 1 to 1000 (default 1000)"},
    {0},
};

const char sync_help[] =
    "Reads the account's call log (Detailed) into the store, and which calls have a recording "
    "when\n"
    "Enable Recording is on. The first run reads it by dates, and takes a sync token; from then "
    "on\n"
    "the platform tells what has changed, however long ago the call was. A token it no longer "
    "takes\n"
    "(too old, reset, over 250 changes) is told as \"reset\", and dates fill the gap. Beside the\n"
    "tokens the last day is read again once a day. A record is kept once, and not at all once it\n"
    "is deleted at the platform (\"deleted\"). A rate limit is waited for (--max-wait at most);\n"
    "what was read so far stays, and the next run goes on from there. See also calls.\n"
    "On a terminal a bar tells how far it is (plain lines with NO_COLOR, or elsewhere).\n"
    "\n"
    "Exit: 0 complete, 1 incomplete (see http_status and error_code).\n";

/* Who hears of each page. */
struct listeners {
    const struct client *client;
    struct progress progress;
};

static void on_page(void *arg, double done, int64_t records)
{
    struct listeners *listeners = arg;
    const struct client *client = listeners->client;
    if (client->on_progress)
        client->on_progress(client->progress_arg, done, records);
    progress_tell(&listeners->progress, done, records);
}

/* What this run saw of the API is a probe too. */
static void note_health(struct client *client, const struct rest *rest,
                        const struct calllog_result *result)
{
    int64_t now_ms = client_now_ms(client);
    if (result->is_complete) {
        store_probe_put(client->store, "oauth", true, "", now_ms);
        store_probe_put(client->store, "rest", true, "", now_ms);
        return;
    }
    bool is_refresh = rest->has_refresh_failed; /* then the refusal of the refresh says why */
    const struct apierr *err = is_refresh ? &rest->refresh_err : &result->err;
    const char *name =
        diagnosis_of(is_refresh ? AT_REFRESH : AT_CALL_LOG, err->status, err->code, err->error,
                     is_refresh                              ? rest_condition(rest)
                     : rest->grant.refresh_until_ms > now_ms ? WITHIN_REFRESH_LIFE
                                                             : PAST_REFRESH_LIFE);
    store_probe_put(client->store, is_refresh ? "oauth" : "rest", false, name ? name : err->code,
                    now_ms);
}

/* The newest recordings: there, to come, or given up. */
static void probe_recordings(struct call *call, struct rest *rest)
{
    struct recordings_result got;
    int64_t next_ms;
    recordings_probe(rest, PROBES_PER_SYNC, &got);
    cJSON_AddNumberToObject(call->result, "recordings_ready", got.ready);
    cJSON_AddNumberToObject(call->result, "recordings_pending",
                            store_recording_count(call->client->store, "pending", &next_ms));
    cJSON_AddNumberToObject(call->result, "recordings_missing",
                            store_recording_count(call->client->store, "missing", &next_ms));
}

int cmd_sync(struct call *call)
{
    struct client *client = call->client;
    struct rest rest;
    struct calllog_result result;
    char why[200], text[300];
    long days, per_page;
    if (!args_int(call->args, "days", 1, 3650, 7, &days, why, sizeof(why)) ||
        !args_int(call->args, "per_page", 1, 1000, 1000, &per_page, why, sizeof(why)))
        return call_fail(call, EXIT_USAGE, "%s", why);
    if (!rest_open(client, SLOT_LIVE, &rest)) {
        cJSON_AddNumberToObject(call->result, "records", 0);
        cJSON_AddBoolToObject(call->result, "complete", false);
        return call_fail(
            call, EXIT_NEGATIVE,
            "not authenticated: there is no saved grant; rc-client authenticate, then save");
    }
    bool is_told = !call->is_batch && !client->is_quiet;
    struct listeners listeners = {
        .client = client,
        .progress = progress_begin(is_told ? stderr : NULL, client->has_progress),
    };
    calllog_sync(
        &rest,
        &(struct calllog_options){
            .days = (int)days, .per_page = (int)per_page, .on_page = on_page, .arg = &listeners},
        &result);
    progress_end(&listeners.progress);
    if (!call->is_batch) /* whose answers are the same for the same story */
        cJSON_AddNumberToObject(call->result, "seconds", progress_seconds(&listeners.progress));
    cJSON_AddNumberToObject(call->result, "records", (double)result.counts.records);
    cJSON_AddNumberToObject(call->result, "new", (double)result.counts.fresh);
    cJSON_AddNumberToObject(call->result, "recordings", (double)result.counts.recordings);
    cJSON_AddNumberToObject(call->result, "deleted", (double)result.counts.deleted);
    cJSON_AddNumberToObject(call->result, "pages", result.pages);
    cJSON_AddNumberToObject(call->result, "stored", (double)store_count(client->store, "call"));
    json_put(call->result, "way", result.way);
    json_put(call->result, "reset", result.reset);
    json_put_time(call->result, "from", result.from_ms);
    json_put_time(call->result, "to", result.to_ms);
    cJSON_AddBoolToObject(call->result, "complete", result.is_complete);
    cJSON_AddNumberToObject(call->result, "http_status",
                            result.is_complete ? 200 : result.err.status);
    json_put(call->result, "error_code", result.is_complete ? NULL : result.err.code);
    json_put_time(call->result, "retry_at", result.retry_at_ms);
    if (result.is_complete && strcmp(rest.settings.recording, "yes") == 0)
        probe_recordings(call, &rest);
    if (!result.is_stored)
        return call_fail(call, EXIT_ENVIRONMENT, "store: %s", store_error(client->store));
    note_health(client, &rest, &result);
    if (!result.is_complete)
        return call_fail(call, EXIT_NEGATIVE, "call log incomplete: %s",
                         apierr_text(&result.err, text, sizeof(text)));
    return EXIT_OK;
}

void show_sync(const cJSON *result, FILE *out)
{
    if (!json_at(result, "seconds"))
        return; /* refused before it began */
    fprintf(out,
            "%lld records (%lld new, %lld with a recording) in %.1f s, %s; the store holds %lld\n",
            (long long)json_int(result, "records", 0), (long long)json_int(result, "new", 0),
            (long long)json_int(result, "recordings", 0),
            cJSON_GetNumberValue(json_at(result, "seconds")),
            json_is_true(result, "complete") ? "complete" : "incomplete",
            (long long)json_int(result, "stored", 0));
}
