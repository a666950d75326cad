/*
 * Synchronizing the call log. FSync gives the newest records and a token; ISync gives what changed
 * since the token, which holds the frame (whose log, view, filters) and the time. Source: rest.md 5.7, failures.md F049, F050.
 */
#include "rest/families.h"

#include "api/refuse.h"
#include "rest/call_view.h"
#include "rest/sync_token.h"
#include "rest/uri.h"

#define FRAME_DAYS_MS ((int64_t)30 * 86400000) /* an FSync reaches no further back */

enum { COLLECT_STEP = 250, SYNC_MOST = 100000 };

struct frame {
    int64_t account_id, extension_id; /* 0: the whole account's */
    int is_detailed, is_missed_only, recording;
    int64_t from_ms, sync_ms;
    uint32_t resets;
};

enum { FRAME_NUMBERS = 8 };

static const char *write_token(const struct call *call, const struct frame *frame)
{
    const int64_t numbers[FRAME_NUMBERS] = {
        frame->account_id, frame->extension_id, frame->is_detailed, frame->is_missed_only,
        frame->recording,  frame->from_ms,      frame->sync_ms,     frame->resets,
    };
    return sync_token_write(call, "calls", numbers, FRAME_NUMBERS);
}

static bool read_token(const struct call *call, const char *token, struct frame *ret)
{
    int64_t numbers[FRAME_NUMBERS];
    if (!sync_token_read(call, "calls", token, numbers, FRAME_NUMBERS))
        return false;
    *ret = (struct frame){.account_id = numbers[0],
                          .extension_id = numbers[1],
                          .is_detailed = (int)numbers[2],
                          .is_missed_only = (int)numbers[3],
                          .recording = (int)numbers[4],
                          .from_ms = numbers[5],
                          .sync_ms = numbers[6],
                          .resets = (uint32_t)numbers[7]};
    return true;
}

/* What nobody answered (statusGroup Missed; which results count is chosen). */
static bool is_missed(const struct call_record *record)
{
    return record->direction == CALL_INBOUND &&
           (record->result == CALL_MISSED || record->result == CALL_VOICEMAIL ||
            record->result == CALL_ABANDONED || record->result == CALL_NO_ANSWER);
}

struct found {
    uint32_t *numbers; /* newest first */
    size_t count, most;
    bool is_more;
};

static void collect(const struct call *call, const struct frame *frame,
                    const struct call_filter *filter, struct found *found)
{
    uint32_t step[COLLECT_STEP];
    bool has_more = call_has_log(call);
    for (size_t offset = 0; has_more; offset += COLLECT_STEP) {
        size_t count = call_log_page(call->world, filter, offset, COLLECT_STEP, step, &has_more);
        for (size_t i = 0; i < count; i++) {
            if (frame->is_missed_only && !is_missed(call_log_at(call->world, step[i])))
                continue;
            if (found->count == found->most) {
                found->is_more = true;
                return;
            }
            found->numbers[found->count++] = step[i];
        }
    }
}

static struct call_filter filter_of(const struct frame *frame)
{
    return (struct call_filter){.from_ms = frame->from_ms,
                                .user_id = frame->extension_id,
                                .direction = -1,
                                .kind = -1,
                                .transport = -1,
                                .recording = frame->recording};
}

static void answer(struct call *call, const struct frame *frame, const char *type,
                   const struct found *found)
{
    struct frame next = *frame;
    struct call_view view = {frame->is_detailed, frame->extension_id != 0};
    next.sync_ms = clock_now(call->world);
    struct json_out out = reply_json(call, 200);
    json_open(&out, NULL);
    uri_self(&out, "uri", call);
    json_list(&out, "records");
    for (size_t i = 0; i < found->count; i++)
        call_write(&out, call, call_log_at(call->world, found->numbers[i]), view);
    json_list_end(&out);
    json_open(&out, "syncInfo");
    json_str(&out, "syncType", type);
    json_str(&out, "syncToken", write_token(call, &next));
    json_time(&out, "syncTime", next.sync_ms);
    json_close(&out);
    json_close(&out);
    event_set_int(call->event, EVENT_RECORDS, (int64_t)found->count);
}

/* Records one answer may hold (knob, documented 250). */
static size_t most_of(const struct call *call)
{
    int64_t most = call->world->knobs.sync_max;
    return (size_t)(most < 1 ? 1 : most > SYNC_MOST ? SYNC_MOST : most);
}

static struct found found_new(struct call *call, size_t most)
{
    return (struct found){.numbers = arena_alloc(call->arena, most * sizeof(uint32_t)),
                          .most = most};
}

static void full(struct call *call)
{
    static const char *const groups[] = {"Missed", "All"};
    struct call_view view;
    struct frame frame = {.account_id = call->account->id,
                          .extension_id = call_is_of_extension(call) ? call->target->id : 0,
                          .resets = call->world->call_log_resets};
    int64_t now = clock_now(call->world), wanted, oldest = now - FRAME_DAYS_MS;
    uint64_t group;
    if (!params_get(&call->query, "recordCount")) {
        refuse(call, CMN_100, "recordCount");
        return;
    }
    if (!ask_int(call, "recordCount", 1, INT64_MAX, 1, &wanted) || !ask_view(call, &view) ||
        !ask_words(call, "statusGroup", WORDS(groups), &group) ||
        !ask_recording(call, &frame.recording) ||
        !ask_time(call, "dateFrom", oldest, &frame.from_ms))
        return;
    if (frame.from_ms < oldest) {
        refuse_value(call, CMN_101, "dateFrom", params_get(&call->query, "dateFrom"));
        return;
    }
    frame.is_detailed = view.is_detailed;
    frame.is_missed_only = group == 1;
    size_t most = most_of(call);
    struct found found = found_new(call, wanted < (int64_t)most ? (size_t)wanted : most);
    struct call_filter filter = filter_of(&frame);
    collect(call, &frame, &filter, &found);
    answer(call, &frame, "FSync", &found);
}

/* The frame of the token, or the refusal it gets. */
static bool frame_of_token(struct call *call, struct frame *ret)
{
    const struct world *world = call->world;
    const char *token = params_get(&call->query, "syncToken");
    int64_t extension = call_is_of_extension(call) ? call->target->id : 0;
    if (!token || !*token)
        refuse(call, CMN_100, "syncToken");
    else if (!read_token(call, token, ret))
        refuse(call, CLG_101, NULL);
    else if (ret->account_id != call->account->id || ret->extension_id != extension)
        refuse(call, CLG_105, NULL);
    else if (ret->resets != world->call_log_resets)
        refuse_because(call, CLG_104, NULL, world->call_log_reset_cause);
    else if (clock_now(world) - ret->sync_ms > world->knobs.sync_token_ttl_ms)
        refuse(call, CLG_102, NULL);
    else
        return true;
    return false;
}

/* Older records until there are `wanted`: recordCount of an ISync reaches into the past. */
static void add_older(const struct call *call, const struct frame *frame, size_t wanted,
                      struct found *found)
{
    struct found newest = {.numbers = arena_alloc(call->arena, wanted * sizeof(uint32_t)),
                           .most = wanted};
    struct call_filter filter = filter_of(frame);
    size_t changed = found->count;
    collect(call, frame, &filter, &newest);
    for (size_t i = 0; i < newest.count && found->count < wanted; i++) {
        bool is_there = false;
        for (size_t j = 0; j < changed && !is_there; j++)
            is_there = found->numbers[j] == newest.numbers[i];
        if (!is_there)
            found->numbers[found->count++] = newest.numbers[i];
    }
}

static void incremental(struct call *call)
{
    struct frame frame;
    int64_t wanted;
    bool with_deleted;
    if (!ask_int(call, "recordCount", 1, INT64_MAX, 0, &wanted) ||
        !ask_bool(call, "showDeleted", false, &with_deleted) || !frame_of_token(call, &frame))
        return;
    size_t most = most_of(call);
    struct found found = found_new(call, most);
    struct call_filter filter = filter_of(&frame);
    filter.modified_from_ms = frame.sync_ms;
    filter.with_deleted = with_deleted;
    collect(call, &frame, &filter, &found);
    if (found.is_more) {
        refuse(call, CLG_103, NULL);
        return;
    }
    if (wanted > 0)
        add_older(call, &frame, wanted < (int64_t)most ? (size_t)wanted : most, &found);
    answer(call, &frame, "ISync", &found);
}

static void synchronize(struct call *call)
{
    static const char *const types[] = {"FSync", "ISync"};
    int type;
    if (!ask_word(call, "syncType", WORDS(types), &type))
        return;
    if (type == 1)
        incremental(call);
    else
        full(call);
}

#define ROW(path_, op_, target_)                                                                   \
    {                                                                                              \
        .method = "GET", .path = "/restapi/v1.0/account/{accountId}" path_ "/call-log-sync",       \
        .op = op_, .layer = LAYER_REST, .auth = AUTH_BEARER, .scope = SCOPE_READ_CALL_LOG,         \
        .permission = PERMISSION_READ_CALL_LOG, .rate = RATE_HEAVY, .target = target_,             \
        .run = synchronize                                                                         \
    }

static const struct route routes[] = {
    ROW("", "syncAccountCallLog", TARGET_ACCOUNT),
    ROW("/extension/{extensionId}", "syncUserCallLog", TARGET_EXTENSION),
};

struct route_family call_sync_routes(void)
{
    return (struct route_family){routes, sizeof routes / sizeof *routes};
}
