/* Deleting from the call log, and reading all of it in order (extract-sync). Source: rest.md 5.7. */
#include "rest/families.h"

#include "api/refuse.h"
#include "base/text.h"
#include "rest/ask.h"
#include "rest/call_view.h"
#include "rest/sync_token.h"
#include "rest/uri.h"

enum { EXTRACT_USUAL = 250, EXTRACT_MOST = 1000 };

/* All of the extension's records that began before dateTo. */
static void delete_log(struct call *call)
{
    struct call_filter filter = {
        .user_id = call->target->id, .direction = -1, .kind = -1, .recording = -1, .transport = -1};
    if (!ask_time(call, "dateTo", clock_now(call->world) + 1, &filter.to_ms))
        return;
    size_t deleted = call_has_log(call) ? call_log_delete_all(call->world, &filter) : 0;
    event_set_int(call->event, EVENT_RECORDS, (int64_t)deleted);
    reply_empty(call, 204);
}

/* The first record since a time: records are in order of it. */
static size_t first_since(const struct world *world, int64_t from_ms)
{
    size_t low = 0, high = call_log_count(world);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (call_log_at(world, middle)->start_ms < from_ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Oldest first from record `at` on; the token goes on where this answer ends (chosen). */
static void answer_extract(struct call *call, const char *type, size_t at, int64_t most,
                           struct call_view view)
{
    const struct world *world = call->world;
    size_t end = call_has_log(call) ? call_log_count(world) : 0, count = 0;
    struct json_out out = reply_json(call, 200);
    json_open(&out, NULL);
    uri_self(&out, "uri", call);
    json_list(&out, "records");
    for (; at < end && (int64_t)count < most; at++) {
        const struct call_record *record = call_log_at(world, at);
        if (record->is_open && !record->is_deleted)
            break; /* a call that is not over: what began after it waits for it */
        if (!record->is_deleted) {
            call_write(&out, call, call_log_at(world, at), view);
            count++;
        }
    }
    json_list_end(&out);
    int64_t numbers[] = {call->account->id, (int64_t)at, view.is_detailed, world->call_log_resets};
    json_open(&out, "syncInfo");
    json_str(&out, "syncType", type);
    json_str(&out, "syncToken", sync_token_write(call, "extract", numbers, 4));
    json_time(&out, "syncTime", clock_now(world));
    json_bool(&out, "newerRecordsExist", at < end);
    json_close(&out);
    json_close(&out);
    event_set_int(call->event, EVENT_RECORDS, (int64_t)count);
}

static void extract(struct call *call)
{
    static const char *const types[] = {"FSync", "ISync"};
    int type;
    int64_t most, from_ms, numbers[4], now = clock_now(call->world);
    struct call_view view;
    if (!ask_word(call, "syncType", WORDS(types), &type) || !ask_view(call, &view) ||
        !ask_int(call, "recordCount", 1, INT64_MAX, EXTRACT_USUAL, &most) ||
        !ask_time(call, "dateFrom", now - call->world->knobs.calllog_default_window_ms, &from_ms))
        return;
    most = most < EXTRACT_MOST ? most : EXTRACT_MOST;
    if (type != 1) {
        answer_extract(call, "FSync", first_since(call->world, from_ms), most, view);
        return;
    }
    const char *token = params_get(&call->query, "syncToken");
    if (!token || !*token)
        refuse(call, CMN_100, "syncToken");
    else if (!sync_token_read(call, "extract", token, numbers, 4) ||
             numbers[0] != call->account->id)
        refuse(call, CLG_101, NULL);
    else if (numbers[3] != call->world->call_log_resets)
        refuse_because(call, CLG_104, NULL, call->world->call_log_reset_cause);
    else
        answer_extract(call, "ISync", (size_t)numbers[1], most,
                       (struct call_view){numbers[2] != 0, false});
}

static const struct route routes[] = {
    {"DELETE", "/restapi/v1.0/account/{accountId}/extension/{extensionId}/call-log",
     .op = "deleteUserCallLog", .layer = LAYER_REST, .auth = AUTH_BEARER,
     .scope = SCOPE_EDIT_CALL_LOG, .permission = PERMISSION_EDIT_CALL_LOG, .rate = RATE_HEAVY,
     .target = TARGET_EXTENSION, .run = delete_log},
    {"GET", "/restapi/v1.0/account/{accountId}/call-log-extract-sync",
     .op = "extractSyncAccountCallLog", .layer = LAYER_REST, .auth = AUTH_BEARER,
     .scope = SCOPE_READ_CALL_LOG, .permission = PERMISSION_READ_CALL_LOG, .rate = RATE_HEAVY,
     .target = TARGET_ACCOUNT, .run = extract},
};

struct route_family call_edit_routes(void)
{
    return (struct route_family){routes, sizeof routes / sizeof *routes};
}
