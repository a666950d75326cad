/* The message store of an extension: list, read, mark, delete. Source: rest.md 5.12. */
#include "rest/families.h"

#include "api/refuse.h"
#include "base/text.h"
#include "rest/ask.h"
#include "rest/message_json.h"
#include "rest/page.h"
#include "rest/range.h"

#include <string.h>

#define DAY_MS ((int64_t)86400000)

static struct words kinds(void)
{
    static const char *const list[] = {"Fax", "SMS", "VoiceMail", "Pager", "Text"};
    return WORDS(list);
}

struct wanted {
    uint64_t availability, direction, kind, read;
    int64_t from_ms, to_ms;
    const char *conversation, *number;
    bool is_distinct;
};

static bool ask_wanted(struct call *call, struct wanted *wanted)
{
    static const char *const availabilities[] = {"Alive", "Deleted", "Purged"};
    static const char *const directions[] = {"Inbound", "Outbound"};
    static const char *const reads[] = {"Read", "Unread"};
    int64_t now = clock_now(call->world);
    *wanted = (struct wanted){.conversation = params_get(&call->query, "conversationId"),
                              .number = params_get(&call->query, "phoneNumber")};
    if (!ask_words(call, "availability", WORDS(availabilities), &wanted->availability) ||
        !ask_words(call, "direction", WORDS(directions), &wanted->direction) ||
        !ask_words(call, "messageType", kinds(), &wanted->kind) ||
        !ask_words(call, "readStatus", WORDS(reads), &wanted->read) ||
        !ask_bool(call, "distinctConversations", false, &wanted->is_distinct) ||
        !ask_time(call, "dateTo", now + 1, &wanted->to_ms) ||
        !ask_time(call, "dateFrom", wanted->to_ms - DAY_MS, &wanted->from_ms))
        return false;
    if (!params_get(&call->query, "availability"))
        wanted->availability = 1; /* Alive */
    return true;
}

static bool has_party(const struct message *message, const char *number)
{
    const char *digits = number + (*number == '+');
    for (size_t i = 0; i <= message->to_count; i++) {
        const char *party = i ? message->to[i - 1].number : message->from.number;
        if (party && text_eq(party + (*party == '+'), digits))
            return true;
    }
    return false;
}

static bool is_wanted(const struct call *call, const struct message *message,
                      const struct wanted *wanted)
{
    int64_t conversation;
    return message->user_id == call->target->id &&
           (wanted->availability >> message->availability & 1) &&
           (wanted->direction >> message->direction & 1) &&
           (wanted->kind & words_bit(kinds(), message_kind_name(message->kind))) &&
           (wanted->read >> (message->is_read ? 0 : 1) & 1) &&
           message->created_ms >= wanted->from_ms && message->created_ms < wanted->to_ms &&
           (!wanted->conversation || (text_int64(wanted->conversation, &conversation) &&
                                      conversation == message->conversation_id)) &&
           (!wanted->number || has_party(message, wanted->number));
}

static bool is_conversation_shown(const void *const *found, size_t count,
                                  const struct message *message)
{
    for (size_t i = 0; i < count; i++)
        if (((const struct message *)found[i])->conversation_id == message->conversation_id)
            return true;
    return false;
}

static void write_record(struct json_out *out, const struct call *call, const void *message)
{
    message_write(out, call, message);
}

static void list(struct call *call)
{
    struct page page;
    struct wanted wanted;
    if (!page_read(call, &page) || !ask_wanted(call, &wanted))
        return;
    const struct world *world = call->world;
    const void **found = arena_alloc(call->arena, message_count(world) * sizeof *found);
    size_t count = 0;
    for (size_t i = message_count(world); i-- > 0;) {
        const struct message *message = message_at(world, i);
        if (is_wanted(call, message, &wanted) &&
            !(wanted.is_distinct && is_conversation_shown(found, count, message)))
            found[count++] = message;
    }
    page_answer(call, &page, found, count, write_record);
}

/* The path's message; refuses and returns NULL when the extension has none such. */
static struct message *message_of(struct call *call)
{
    const char *id = call_arg(call, "messageId");
    int64_t number;
    struct message *message = text_int64(id, &number) ? message_by_id(call->world, number) : NULL;
    if (message && message->user_id == call->target->id && message->availability != MESSAGE_PURGED)
        return message;
    refuse_value(call, CMN_102, "messageId", id);
    return NULL;
}

static void read_message(struct call *call)
{
    const struct message *message = message_of(call);
    if (!message)
        return;
    struct json_out out = reply_json(call, 200);
    message_write(&out, call, message);
}

static void update_message(struct call *call)
{
    struct message *message = message_of(call);
    if (!message || !ask_body(call))
        return;
    const char *status = node_text(node_get(call->body, "readStatus"), NULL);
    if (!status) {
        refuse(call, CMN_100, "readStatus");
        return;
    }
    if (!text_eq(status, "Read") && !text_eq(status, "Unread")) {
        refuse_value(call, CMN_101, "readStatus", status);
        return;
    }
    message_set_read(call->world, message, text_eq(status, "Read"));
    struct json_out out = reply_json(call, 200);
    message_write(&out, call, message);
}

static void delete_message(struct call *call)
{
    bool is_for_good;
    struct message *message = message_of(call);
    if (!message || !ask_bool(call, "purge", false, &is_for_good))
        return;
    message_delete(call->world, message, is_for_good);
    reply_empty(call, 204);
}

/* Deletes what a filter names: a conversation, a type, all before a time. */
static void delete_by_filter(struct call *call)
{
    static const char *const types[] = {"Fax", "SMS", "VoiceMail", "Pager", "Text", "All"};
    struct wanted wanted = {.availability = 1,
                            .direction = UINT64_MAX,
                            .read = UINT64_MAX,
                            .kind = UINT64_MAX,
                            .from_ms = INT64_MIN};
    int type;
    if (!ask_word(call, "type", WORDS(types), &type) ||
        !ask_time(call, "dateTo", INT64_MAX, &wanted.to_ms))
        return;
    if (type >= 0 && !text_eq(types[type], "All"))
        wanted.kind = (uint64_t)1 << type;
    size_t count = 0;
    for (size_t i = message_count(call->world); i-- > 0;) {
        struct message *message = message_at(call->world, i);
        const char *conversation = params_get(&call->query, "conversationId");
        size_t n = 0;
        do {
            wanted.conversation = conversation;
            if (is_wanted(call, message, &wanted)) {
                message_delete(call->world, message, false);
                count++;
                break;
            }
            conversation = params_nth(&call->query, "conversationId", ++n);
        } while (conversation);
    }
    event_set_int(call->event, EVENT_RECORDS, (int64_t)count);
    reply_empty(call, 204);
}

/* The whole, or the range asked for. The type is the sender's own word: kept for the call. */
static void answer_part(struct call *call, const char *type, const char *bytes, size_t size)
{
    size_t first, last;
    if (size == 0) {
        reply_empty(call, 200);
        call->reply->content_type = arena_strdup(call->arena, type);
    } else if (range_begin(call, arena_strdup(call->arena, type), size, &first, &last)) {
        buf_add(&call->reply->body, bytes + first, last - first + 1);
    }
}

/* The same tones as of recordings. */
static void answer_voicemail(struct call *call, const struct message *message)
{
    const struct call_record record = {.duration_ms = message->audio_ms};
    size_t first, last, size = recording_size(&record);
    if (!range_begin(call, "audio/wav", size, &first, &last))
        return;
    unsigned char *bytes = arena_alloc(call->arena, last - first + 1);
    recording_read(call->world, &record, first, last - first + 1, bytes);
    buf_add(&call->reply->body, bytes, last - first + 1);
}

static void read_content(struct call *call)
{
    const struct message *message = message_of(call);
    const char *id = call_arg(call, "attachmentId");
    if (!message)
        return;
    int64_t number = 0;
    bool is_alive = message->availability == MESSAGE_ALIVE && text_int64(id, &number);
    size_t n = is_alive ? message_file_at(message, number) : SIZE_MAX;
    if (n < SIZE_MAX)
        answer_part(call, message->files[n]->type, message->files[n]->bytes,
                    message->files[n]->size);
    else if (is_alive && number == message->id && message->kind == MESSAGE_VOICEMAIL)
        answer_voicemail(call, message);
    else if (is_alive && number == message->id && message->subject)
        answer_part(call, "text/plain;charset=UTF-8", message->subject, strlen(message->subject));
    else
        refuse_value(call, CMN_102, "attachmentId", id);
}

#define STORE "/restapi/v1.0/account/{accountId}/extension/{extensionId}/message-store"
#define ROW(method_, path_, op_, scope_, permission_, rate_, run_, ...)                            \
    {                                                                                              \
        .method = method_, .path = STORE path_, .op = op_, .layer = LAYER_REST,                    \
        .auth = AUTH_BEARER, .scope = scope_, .permission = permission_, .rate = rate_,            \
        .target = TARGET_EXTENSION, .run = run_, __VA_ARGS__                                       \
    }
#define BULK .bulk = "messageId", .bulk_max = 50

static const struct route routes[] = {
    ROW("GET", "", "listMessages", SCOPE_READ_MESSAGES, PERMISSION_READ_MESSAGES, RATE_LIGHT, list),
    ROW("GET", "/{messageId}", "readMessage", SCOPE_READ_MESSAGES, PERMISSION_READ_MESSAGES,
        RATE_LIGHT, read_message, BULK),
    ROW("GET", "/{messageId}/content/{attachmentId}", "readMessageContent", SCOPE_READ_MESSAGES,
        PERMISSION_READ_MESSAGE_CONTENT, RATE_MEDIUM, read_content),
    ROW("PUT", "/{messageId}", "updateMessage", SCOPE_EDIT_MESSAGES, PERMISSION_EDIT_MESSAGES,
        RATE_MEDIUM, update_message, BULK),
    ROW("PATCH", "/{messageId}", "patchMessage", SCOPE_EDIT_MESSAGES, PERMISSION_EDIT_MESSAGES,
        RATE_MEDIUM, update_message, BULK),
    ROW("DELETE", "/{messageId}", "deleteMessage", SCOPE_EDIT_MESSAGES, PERMISSION_EDIT_MESSAGES,
        RATE_MEDIUM, delete_message, BULK),
    ROW("DELETE", "", "deleteMessageByFilter", SCOPE_EDIT_MESSAGES, PERMISSION_EDIT_MESSAGES,
        RATE_MEDIUM, delete_by_filter),
};

struct route_family message_store_routes(void)
{
    return (struct route_family){routes, sizeof routes / sizeof *routes};
}
