/*
 * What must leave the world: the world only notes it, the edges do it after the door has closed
 * (design: nothing blocks inside the door). Bounded; an overflow is counted, never silent.
 */
#ifndef MOCKRC_WORLD_OUTBOX_H
#define MOCKRC_WORLD_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world;

enum outbox_kind {
    OUTBOX_PROXY,   /* a proxy is not what it should be: the SIP edge looks at the table */
    OUTBOX_FLOW,    /* close a SIP connection: number = flow */
    OUTBOX_WEBHOOK, /* a subscription (number = its own) has something to send */
    OUTBOX_FRAME,   /* a gateway session (number = its own) has something to send, or ends */
    OUTBOX_SETTLE,  /* whoever asked returns when what is due has been delivered (clock.settle) */
    OUTBOX_RESET,   /* everything back to the fixture: sim does it once the door has closed */
    OUTBOX_KIND_COUNT
};

struct outbox_item {
    enum outbox_kind kind;
    int64_t number;
};

enum { OUTBOX_MAX = 65536 };

struct outbox {
    struct outbox_item *items;
    size_t count, cap;
    size_t waiting[OUTBOX_KIND_COUNT]; /* how many of the items are of each kind */
    uint64_t overflowed;
};

void outbox_put(struct world *world, enum outbox_kind kind, int64_t number);
/* Takes the oldest item of that kind; false when there is none. */
bool outbox_take(struct world *world, enum outbox_kind kind, struct outbox_item *ret);
void outbox_done(struct world *world);

#endif
