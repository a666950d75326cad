/*
 * The message store: texts between numbers (SMS, with files MMS) and between colleagues (pager), and
 * faxes. Each party has a
 * copy of its own, as on the platform; copies of one thread share a conversation per owner. In order
 * of creation. Source: rest.md 5.12.
 *
 * An outbound copy is Queued, then Sent, then Delivered as time passes; nothing has to happen for it.
 */
#ifndef MOCKRC_WORLD_MESSAGE_H
#define MOCKRC_WORLD_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world;
struct user;

enum message_kind { MESSAGE_SMS, MESSAGE_PAGER, MESSAGE_FAX, MESSAGE_VOICEMAIL };
enum message_direction { MESSAGE_INBOUND, MESSAGE_OUTBOUND };
enum availability { MESSAGE_ALIVE, MESSAGE_DELETED, MESSAGE_PURGED };
enum {
    MESSAGES_MAX = 100000,
    MESSAGE_TO_MAX = 50,
    MESSAGE_FILES_MAX = 10,       /* of one message */
    MESSAGE_BYTES_MAX = 128 << 20 /* of all files in the store */
};

/* A file of a message; its parties' copies share it until the last is purged. */
struct message_file {
    char *type, *name; /* "image/png"; NULL: it has none */
    char *bytes;
    size_t size;
    size_t users; /* copies that have it */
};

struct message_party {
    char *number;    /* E.164; NULL for a colleague of a pager message */
    int64_t user_id; /* 0: nobody of ours */
};

struct message {
    int64_t id, conversation_id;
    int64_t user_id; /* whose copy */
    enum message_kind kind;
    enum message_direction direction;
    enum availability availability;
    bool is_read;
    int64_t created_ms, modified_ms;
    char *subject;
    struct message_party from, *to;
    size_t to_count;
    struct message_file **files;
    size_t file_count;
    bool is_high;      /* a fax's resolution */
    int cover_index;   /* a fax's cover page; 0: none */
    char *cover_text;  /* on it, or NULL */
    uint32_t audio_ms; /* of a voicemail, whose sound is made when it is read */
    char *thread;      /* the others, in order: what makes a conversation */
};

/* A message as one party sends it. Borrowed texts. */
struct message_draft {
    enum message_kind kind;
    const struct user *sender;
    const char *from_number;            /* SMS */
    const char *const *to_numbers;      /* SMS */
    const struct user *const *to_users; /* whose numbers these are (NULL: nobody of ours) */
    size_t to_count;
    const char *text;
    bool is_high;
    int cover_index;
    const char *cover_text;
    const struct message_file *files; /* copied */
    size_t file_count;
};

/* The sender's copy; the copies of those who are ours are made too. NULL when the store is full, of
 * messages or of bytes. */
struct message *message_send(struct world *world, const struct message_draft *draft);

/* What a caller left in somebody's mailbox: `from` as shown, or one of ours. NULL when the store is
 * full. */
struct message *message_leave(struct world *world, const struct user *owner, const char *from,
                              const struct user *from_user, uint32_t audio_ms);

/* Also purged ones; NULL when there never was one of that id. */
struct message *message_by_id(const struct world *world, int64_t id);
size_t message_count(const struct world *world);
/* Oldest first. */
struct message *message_at(const struct world *world, size_t i);

/* "Queued", "Sent", "Delivered", "Received". */
const char *message_status_name(const struct world *world, const struct message *message);
const char *message_kind_name(enum message_kind kind);
const char *availability_name(enum availability availability);

/* The id of a message's n-th file (from 0), and the way back: SIZE_MAX when it has none such. */
int64_t message_file_id(const struct message *message, size_t n);
size_t message_file_at(const struct message *message, int64_t id);

void message_set_read(struct world *world, struct message *message, bool is_read);
/* Deleted; deleted already, or `is_for_good`: purged. */
void message_delete(struct world *world, struct message *message, bool is_for_good);

void messages_done(struct world *world);

#endif
