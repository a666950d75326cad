/*
 * A notice: something of the world has changed that somebody may have subscribed to. Whoever
 * changes a noun puts one, at once and after the change, so that what it tells is what was true
 * then; who listens (notify/) makes the event's body. Nobody listening is fine.
 * Source: rest.md 6.5, 7.
 */
#ifndef MOCKRC_WORLD_NOTICE_H
#define MOCKRC_WORLD_NOTICE_H

#include <stdint.h>

struct world;
struct user;
struct subscription;
struct filter;
struct phone_call;
struct phone_party;
struct message;

enum notice_kind {
    NOTICE_EXTENSION_CREATED,
    NOTICE_EXTENSION_CHANGED,
    NOTICE_EXTENSION_DELETED,
    NOTICE_PRESENCE,
    NOTICE_CALL_STARTED, /* of a call as a whole */
    NOTICE_CALL_ANSWERED,
    NOTICE_CALL_ENDED,
    NOTICE_PARTY,                /* one of its parties has changed */
    NOTICE_MISSED,               /* a call of a party, once */
    NOTICE_MESSAGES,             /* a message store has */
    NOTICE_SUBSCRIPTION_EXPIRES, /* a reminder */
    NOTICE_SUBSCRIPTION_EXPIRED,
    NOTICE_COUNT
};

/* What of an extension changed, as the platform's hints say it: words parted by blanks. */
#define HINT_INFO        "ExtensionInfo"
#define HINT_STATUS      "ExtensionStatus"
#define HINT_PASSWORD    "Password"
#define HINT_PERMISSIONS "Permissions"

struct notice {
    enum notice_kind kind;
    const struct user *user;           /* about whom; borrowed */
    struct subscription *subscription; /* its own; of a reminder, by which of its filters */
    const struct filter *filter;
    const char *hints; /* NULL: none */
    const struct phone_call *call;
    const struct phone_party *party;
    int status;                    /* of a call, as SIP says it */
    const char *reason;            /* of a call, in words; NULL: none */
    const struct message *message; /* that came or changed */
    uint64_t cause;                /* journal number of what did it */
};

typedef void notice_fn(void *context, struct world *world, const struct notice *notice);

void notice_put(struct world *world, const struct notice *notice);
/* From now on `fn` hears of every notice; one listener. `context` must outlive the world. */
void notice_listen(struct world *world, notice_fn *fn, void *context);

#endif
