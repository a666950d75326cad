/*
 * What the fault rules make of deliveries, webhooks and gateway frames alike: each is judged once,
 * when it is about to leave. Ones that are dropped go at once, delayed ones are set aside in world
 * time, those of `reorder` let the next one pass. Inside the door. Source: failures.md F067, F068.
 */
#ifndef MOCKRC_NOTIFY_JUDGE_H
#define MOCKRC_NOTIFY_JUDGE_H

#include "fault/fault.h"
#include "journal/journal.h"
#include "world/world.h"

struct judge {
    struct world *world;
    struct journal *journal;
    struct faults *faults;
};

enum verdict {
    VERDICT_NONE,  /* nothing is to be sent now */
    VERDICT_SEND,  /* the first of the queue */
    VERDICT_CLOSE, /* the connection is to be closed instead; the delivery waits on */
};

/* Looks at what waits for the subscription. With VERDICT_CLOSE `*ret_code` is the rule's code, 0:
 * none. */
enum verdict judge_next(const struct judge *judge, struct subscription *one, int *ret_code);

/* Begins the event that tells of a delivery. */
void judge_event(struct event *event, const struct world *world, const struct subscription *one,
                 const struct delivery *delivery);

#endif
