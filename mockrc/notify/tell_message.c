#include "notify/tell_message.h"

#include "base/json.h"

#include <stdio.h>
#include <string.h>

enum { PATH_LEN = 128, FACTS_LEN = 64 };

/* One message at a time: so each event has one change of one message. */
static void store_body(struct buf *out, const struct notice *notice, bool is_new)
{
    const struct message *message = notice->message;
    struct json_out json;
    json_out_init(&json, out);
    json_open(&json, NULL);
    json_fmt(&json, "accountId", "%lld", (long long)notice->user->account_id);
    json_fmt(&json, "extensionId", "%lld", (long long)notice->user->id);
    json_time(&json, "lastUpdated", message->modified_ms);
    json_list(&json, "changes");
    json_open(&json, NULL);
    json_str(&json, "type", message_kind_name(message->kind));
    json_int(&json, "newCount", is_new);
    json_int(&json, "updatedCount", !is_new);
    if (is_new) {
        json_list(&json, "newMessageIds");
        json_fmt(&json, NULL, "%lld", (long long)message->id);
        json_list_end(&json);
    }
    json_close(&json);
    json_list_end(&json);
    json_fmt(&json, "ownerId", "%lld", (long long)notice->user->id);
    json_close(&json);
}

static void party(struct json_out *json, const char *key, const struct world *world,
                  const struct message_party *one)
{
    const struct user *user = one->user_id ? user_by_id(world, one->user_id) : NULL;
    json_open(json, key);
    json_str(json, "phoneNumber", one->number);
    if (user) {
        json_fmt(json, "extensionId", "%lld", (long long)user->id);
        json_str(json, "extensionNumber", user->extension_number);
        json_str(json, "name", user->name);
    }
    json_close(json);
}

/* The message itself: what instant messages and faxes tell at once. */
static void message_body(struct buf *out, const struct world *world, const struct notice *notice)
{
    const struct message *message = notice->message;
    struct json_out json;
    json_out_init(&json, out);
    json_open(&json, NULL);
    json_fmt(&json, "id", "%lld", (long long)message->id);
    party(&json, "from", world, &message->from);
    json_list(&json, "to");
    for (size_t i = 0; i < message->to_count; i++)
        party(&json, NULL, world, &message->to[i]);
    json_list_end(&json);
    json_str(&json, "type", message_kind_name(message->kind));
    json_time(&json, "creationTime", message->created_ms);
    json_time(&json, "lastModifiedTime", message->modified_ms);
    json_str(&json, "readStatus", message->is_read ? "Read" : "Unread");
    json_str(&json, "priority", "Normal");
    json_str(&json, "direction", message->direction == MESSAGE_INBOUND ? "Inbound" : "Outbound");
    json_str(&json, "availability", availability_name(message->availability));
    json_str(&json, "subject", message->subject);
    json_str(&json, "messageStatus", message_status_name(world, message));
    json_fmt(&json, "ownerId", "%lld", (long long)notice->user->id);
    json_close(&json);
}

void tell_message(struct world *world, const struct notice *notice)
{
    static const char *const at_once[] = {
        [MESSAGE_SMS] = "/message-store/instant", [MESSAGE_PAGER] = NULL, [MESSAGE_FAX] = "/fax"};
    const struct message *message = notice->message;
    bool is_new = notice->status == 201; /* as HTTP says it */
    bool is_inbound = message->direction == MESSAGE_INBOUND;
    if (!subscription_count(world))
        return;
    char path[PATH_LEN], asked[FACTS_LEN];
    struct arena arena;
    struct params facts = {0};
    struct buf body;
    arena_init(&arena);
    buf_init(&body, NOTIFY_BODY_MAX);
    snprintf(asked, sizeof asked, "type=%s&direction=%s", message_kind_name(message->kind),
             is_inbound ? "Inbound" : "Outbound");
    params_parse(&facts, &arena, asked, strlen(asked));
    store_body(&body, notice, is_new);
    struct notify_event event = {
        .path = path, .facts = &facts, .body = buf_text(&body), .cause = notice->cause};
    int len = snprintf(path, sizeof path, "/restapi/v1.0/account/%lld/extension/%lld",
                       (long long)notice->user->account_id, (long long)notice->user->id);
    snprintf(path + len, sizeof path - (size_t)len, "/message-store");
    notify_tell(world, &event);
    const char *tail = is_new ? at_once[message->kind] : NULL;
    if (tail && (is_inbound || message->kind == MESSAGE_FAX)) {
        buf_reset(&body);
        message_body(&body, world, notice);
        event.body = buf_text(&body);
        snprintf(path + len, sizeof path - (size_t)len, "%s", tail);
        notify_tell(world, &event);
    }
    buf_done(&body);
    arena_done(&arena);
}
