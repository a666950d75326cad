/*
 * From something that happened to what subscribers are sent: makes an event's body, finds the
 * filters that hear of it, and puts one delivery per filter into the subscription's queue (one
 * notification per filter that matches: chosen, rest.md 6.5). Inside the door. Source: rest.md 7.
 */
#ifndef MOCKRC_NOTIFY_TELL_H
#define MOCKRC_NOTIFY_TELL_H

#include "base/params.h"
#include "world/world.h"

enum { NOTIFY_BODY_MAX = 64 << 10 };

/* An event, ready to be matched. All borrowed. */
struct notify_event {
    const char *path;           /* with real ids, without a query */
    const struct params *facts; /* what filters' queries may ask for; NULL: nothing */
    const char *body;           /* JSON */
    const char *detailed;       /* for filters with detailedTelephonyState=true; NULL: body */
    const char *with_sip;       /* for filters with sipData=true; NULL: as if not asked for */
    uint64_t cause;
};

/* Returns how many deliveries were queued. What a full queue loses is counted in the subscription;
 * the journal hears of it at the next delivery (webhook_done), since this may be in the middle of
 * a call whose own event is yet to come. */
size_t notify_tell(struct world *world, const struct notify_event *event);

/* Is nothing on its way, or about to be, to a subscriber who can be reached? What is set aside for
 * later does not count. */
bool notify_is_settled(const struct world *world);

/* The operations of this folder, for checking what scenarios expect; NULL past the last. */
const char *notify_op_at(size_t i);

/* The world's listener (world/notice.h). `context`: the journal that calls are told in; may be NULL.
 */
void notify_hear(void *context, struct world *world, const struct notice *notice);

#endif
