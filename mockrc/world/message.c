#include "world/message.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "world/world.h"

#include <stdlib.h>
#include <string.h>

enum { QUEUED_MS = 1000, SENT_MS = 3000, FIRST_ID = 1000001, THREAD_MAX = 2048 };

struct message_store {
    struct message **list;
    size_t count, cap;
    size_t bytes; /* of all files */
};

size_t message_count(const struct world *world)
{
    return world->messages ? world->messages->count : 0;
}

struct message *message_at(const struct world *world, size_t i)
{
    return world->messages->list[i];
}

/* Ids count up, so a message's place follows from its id. */
struct message *message_by_id(const struct world *world, int64_t id)
{
    bool is_there = id >= FIRST_ID && (size_t)(id - FIRST_ID) < message_count(world);
    return is_there ? message_at(world, (size_t)(id - FIRST_ID)) : NULL;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void party_key(struct buf *out, const struct message_party *party)
{
    if (party->number)
        buf_str(out, party->number);
    else
        buf_int(out, party->user_id);
}

static bool is_own(const struct message *message, const struct message_party *party)
{
    return message->direction == MESSAGE_OUTBOUND ? party == &message->from
                                                  : party->user_id == message->user_id;
}

/* The parties that are not the owner, sorted: the same whoever of them wrote. */
static char *thread_of(const struct message *message)
{
    char *keys[MESSAGE_TO_MAX + 1];
    size_t count = 0;
    for (size_t i = 0; i <= message->to_count; i++) {
        const struct message_party *party = i ? &message->to[i - 1] : &message->from;
        struct buf key;
        if (is_own(message, party))
            continue;
        buf_init(&key, 64);
        party_key(&key, party);
        keys[count++] = buf_take(&key);
    }
    qsort(keys, count, sizeof *keys, compare_texts);
    struct buf thread;
    buf_init(&thread, THREAD_MAX);
    buf_str(&thread, message_kind_name(message->kind));
    for (size_t i = 0; i < count; i++) {
        buf_char(&thread, ' ');
        buf_str(&thread, keys[i]);
        free(keys[i]);
    }
    return buf_take(&thread);
}

/* The conversation the owner already has with these, else a new one named after this message. */
static int64_t conversation_of(const struct world *world, const struct message *message)
{
    for (size_t i = message_count(world); i-- > 0;) {
        const struct message *other = message_at(world, i);
        if (other->user_id == message->user_id && text_eq(other->thread, message->thread))
            return other->conversation_id;
    }
    return message->id;
}

/* Each message has room for as many ids below its own. */
enum { FILE_IDS = 16 };
_Static_assert((int)FILE_IDS > (int)MESSAGE_FILES_MAX, "every file has an id");

int64_t message_file_id(const struct message *message, size_t n)
{
    return message->id * FILE_IDS + (int64_t)n;
}

size_t message_file_at(const struct message *message, int64_t id)
{
    int64_t n = id - message->id * FILE_IDS;
    return n >= 0 && (size_t)n < message->file_count ? (size_t)n : SIZE_MAX;
}

static struct message_file *keep_file(struct message_store *store, const struct message_file *file)
{
    struct message_file *kept = xcalloc(1, sizeof *kept);
    xset(&kept->type, file->type);
    xset(&kept->name, file->name);
    kept->bytes = xmalloc(file->size + 1);
    memcpy(kept->bytes, file->bytes, file->size);
    kept->size = file->size;
    store->bytes += file->size;
    return kept;
}

static void drop_files(struct message_store *store, struct message *message)
{
    for (size_t i = 0; i < message->file_count; i++) {
        struct message_file *file = message->files[i];
        if (--file->users > 0)
            continue;
        store->bytes -= file->size;
        free(file->type);
        free(file->name);
        free(file->bytes);
        free(file);
    }
    free(message->files);
    message->files = NULL;
    message->file_count = 0;
}

static void share_files(struct message *message, struct message_file *const *files, size_t count)
{
    if (!count)
        return;
    message->files = xcalloc(count, sizeof *message->files);
    message->file_count = count;
    for (size_t i = 0; i < count; i++) {
        message->files[i] = files[i];
        files[i]->users++;
    }
}

/* Whose store it is in hears of it; `status` 201: it is new there. */
static void tell(struct world *world, const struct message *message, int status)
{
    notice_put(world, &(struct notice){.kind = NOTICE_MESSAGES,
                                       .user = user_by_id(world, message->user_id),
                                       .message = message,
                                       .status = status});
}

static struct message *add_copy(struct world *world, const struct message_draft *draft,
                                const struct user *owner, enum message_direction direction)
{
    struct message_store *store = world->messages;
    struct message *message = xcalloc(1, sizeof *message);
    message->id = FIRST_ID + (int64_t)store->count;
    message->user_id = owner->id;
    message->kind = draft->kind;
    message->direction = direction;
    message->is_read = direction == MESSAGE_OUTBOUND;
    message->created_ms = message->modified_ms = clock_now(world);
    xset(&message->subject, draft->text);
    message->is_high = draft->is_high;
    message->cover_index = draft->cover_index;
    xset(&message->cover_text, draft->cover_text);
    xset(&message->from.number, draft->from_number);
    message->from.user_id = draft->sender ? draft->sender->id : 0;
    message->to = xcalloc(draft->to_count, sizeof *message->to);
    message->to_count = draft->to_count;
    for (size_t i = 0; i < draft->to_count; i++) {
        if (draft->to_numbers)
            xset(&message->to[i].number, draft->to_numbers[i]);
        message->to[i].user_id = draft->to_users[i] ? draft->to_users[i]->id : 0;
    }
    message->thread = thread_of(message);
    message->conversation_id = conversation_of(world, message);
    xgrow(store->list, store->count, &store->cap);
    return store->list[store->count++] = message;
}

struct message *message_send(struct world *world, const struct message_draft *draft)
{
    if (!world->messages)
        world->messages = xcalloc(1, sizeof *world->messages);
    struct message_store *store = world->messages;
    struct message_file *files[MESSAGE_FILES_MAX];
    size_t bytes = 0;
    for (size_t i = 0; i < draft->file_count; i++)
        bytes += draft->files[i].size;
    if (store->count + draft->to_count + 1 > MESSAGES_MAX ||
        store->bytes + bytes > MESSAGE_BYTES_MAX || draft->file_count > MESSAGE_FILES_MAX)
        return NULL;
    for (size_t i = 0; i < draft->file_count; i++)
        files[i] = keep_file(store, &draft->files[i]);
    struct message *sent = add_copy(world, draft, draft->sender, MESSAGE_OUTBOUND);
    share_files(sent, files, draft->file_count);
    tell(world, sent, 201);
    for (size_t i = 0; i < draft->to_count; i++)
        if (draft->to_users[i]) {
            struct message *copy = add_copy(world, draft, draft->to_users[i], MESSAGE_INBOUND);
            share_files(copy, files, draft->file_count);
            tell(world, copy, 201);
        }
    return sent;
}

struct message *message_leave(struct world *world, const struct user *owner, const char *from,
                              const struct user *from_user, uint32_t audio_ms)
{
    const struct message_draft draft = {.kind = MESSAGE_VOICEMAIL,
                                        .sender = from_user,
                                        .from_number = from,
                                        .to_users = &owner,
                                        .to_count = 1};
    if (!world->messages)
        world->messages = xcalloc(1, sizeof *world->messages);
    if (world->messages->count == MESSAGES_MAX)
        return NULL;
    struct message *message = add_copy(world, &draft, owner, MESSAGE_INBOUND);
    message->audio_ms = audio_ms;
    return message;
}

const char *message_status_name(const struct world *world, const struct message *message)
{
    int64_t age_ms = clock_now(world) - message->created_ms;
    if (message->direction == MESSAGE_INBOUND)
        return "Received";
    bool is_told = message->kind != MESSAGE_FAX; /* a fax machine says no more than that it heard */
    return age_ms < QUEUED_MS ? "Queued" : is_told && age_ms >= SENT_MS ? "Delivered" : "Sent";
}

const char *message_kind_name(enum message_kind kind)
{
    static const char *const names[] = {
        [MESSAGE_SMS] = "SMS",
        [MESSAGE_PAGER] = "Pager",
        [MESSAGE_FAX] = "Fax",
        [MESSAGE_VOICEMAIL] = "VoiceMail",
    };
    return names[kind];
}

const char *availability_name(enum availability availability)
{
    static const char *const names[] = {
        [MESSAGE_ALIVE] = "Alive", [MESSAGE_DELETED] = "Deleted", [MESSAGE_PURGED] = "Purged"};
    return names[availability];
}

void message_set_read(struct world *world, struct message *message, bool is_read)
{
    if (message->is_read == is_read)
        return;
    message->is_read = is_read;
    message->modified_ms = clock_now(world);
    tell(world, message, 200);
}

void message_delete(struct world *world, struct message *message, bool is_for_good)
{
    enum availability next =
        is_for_good || message->availability != MESSAGE_ALIVE ? MESSAGE_PURGED : MESSAGE_DELETED;
    if (message->availability == next)
        return;
    message->availability = next;
    message->modified_ms = clock_now(world);
    tell(world, message, 200);
    if (next == MESSAGE_PURGED)
        drop_files(world->messages, message);
}

void messages_done(struct world *world)
{
    for (size_t i = 0; i < message_count(world); i++) {
        struct message *message = message_at(world, i);
        drop_files(world->messages, message);
        for (size_t j = 0; j < message->to_count; j++)
            free(message->to[j].number);
        free(message->to);
        free(message->from.number);
        free(message->subject);
        free(message->cover_text);
        free(message->thread);
        free(message);
    }
    if (world->messages)
        free(world->messages->list);
    free(world->messages);
    world->messages = NULL;
}
