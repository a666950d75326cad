/* Synchronizing a message store, as call_sync.c does the call log. Source: rest.md 5.12. */
#include "rest/families.h"

#include "api/refuse.h"
#include "base/text.h"
#include "rest/ask.h"
#include "rest/message_json.h"
#include "rest/sync_token.h"
#include "rest/uri.h"

enum { FULL_DEFAULT = 100, SYNC_MOST = 1000 };

/* FSync: the newest since dateFrom. ISync: what changed since the token, deletions among it. */
struct frame {
    bool is_full;
    int64_t from_ms, since_ms;
    size_t most;
};

static bool is_in(const struct call *call, const struct message *message, const struct frame *frame)
{
    if (message->user_id != call->target->id)
        return false;
    if (frame->is_full)
        return message->availability == MESSAGE_ALIVE && message->created_ms >= frame->from_ms;
    return message->modified_ms >= frame->since_ms;
}

static void answer(struct call *call, const struct frame *frame)
{
    const struct world *world = call->world;
    const struct message **found = arena_alloc(call->arena, (frame->most + 1) * sizeof *found);
    size_t count = 0;
    for (size_t i = message_count(world); i-- > 0 && count <= frame->most;)
        if (is_in(call, message_at(world, i), frame))
            found[count++] = message_at(world, i);
    bool is_more = count > frame->most;
    if (is_more && !frame->is_full) {
        refuse(call, MSG_333, NULL);
        return;
    }
    count -= is_more;
    int64_t numbers[] = {call->target->id, clock_now(world)};
    struct json_out out = reply_json(call, 200);
    json_open(&out, NULL);
    uri_self(&out, "uri", call);
    json_list(&out, "records");
    for (size_t i = 0; i < count; i++)
        message_write(&out, call, found[i]);
    json_list_end(&out);
    json_open(&out, "syncInfo");
    json_str(&out, "syncType", frame->is_full ? "FSync" : "ISync");
    json_str(&out, "syncToken", sync_token_write(call, "messages", numbers, 2));
    json_time(&out, "syncTime", numbers[1]);
    if (frame->is_full)
        json_bool(&out, "olderRecordsExist", is_more);
    json_close(&out);
    json_close(&out);
    event_set_int(call->event, EVENT_RECORDS, (int64_t)count);
}

static void synchronize(struct call *call)
{
    static const char *const types[] = {"FSync", "ISync"};
    int type;
    int64_t most, numbers[2], now = clock_now(call->world);
    struct frame frame = {0};
    const char *token = params_get(&call->query, "syncToken");
    if (!ask_word(call, "syncType", WORDS(types), &type) ||
        !ask_int(call, "recordCount", 1, INT64_MAX, FULL_DEFAULT, &most) ||
        !ask_time(call, "dateFrom", now - 86400000, &frame.from_ms))
        return;
    frame.is_full = type != 1;
    frame.most = frame.is_full && most < SYNC_MOST ? (size_t)most : SYNC_MOST;
    if (!frame.is_full) {
        if (!token || !*token) {
            refuse(call, CMN_100, "syncToken");
            return;
        }
        if (!sync_token_read(call, "messages", token, numbers, 2) ||
            numbers[0] != call->target->id ||
            now - numbers[1] > call->world->knobs.sync_token_ttl_ms) {
            refuse(call, MSG_333, NULL);
            return;
        }
        frame.since_ms = numbers[1];
    }
    answer(call, &frame);
}

static const struct route routes[] = {
    {"GET", "/restapi/v1.0/account/{accountId}/extension/{extensionId}/message-sync",
     .op = "syncMessages", .layer = LAYER_REST, .auth = AUTH_BEARER, .scope = SCOPE_READ_MESSAGES,
     .permission = PERMISSION_READ_MESSAGES, .rate = RATE_LIGHT, .target = TARGET_EXTENSION,
     .run = synchronize},
};

struct route_family message_sync_routes(void)
{
    return (struct route_family){routes, sizeof routes / sizeof *routes};
}
