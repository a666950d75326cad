/*
 * Webhook delivery as the world sees it: what is to be sent next, and what becomes of a
 * subscription when it was or was not received. One delivery of a subscription is under way at a
 * time, so a receiver sees them in order. Pure: the edge does the sending. Inside the door.
 * Source: rest.md 6.3, 6.4.
 */
#ifndef MOCKRC_NOTIFY_WEBHOOK_H
#define MOCKRC_NOTIFY_WEBHOOK_H

#include "api/errand.h"
#include "notify/judge.h"

/* A delivery on its way, copied out of the world. `body` and texts are the parcel's own. */
struct parcel {
    int64_t number;                 /* of the subscription */
    uint64_t life;                  /* the edge's: of which world it is */
    char *url, *verification_token; /* the token: NULL: none */
    const char *token_header;       /* its header's name, a literal */
    char *body;                     /* NULL: a handshake */
    size_t len;
    int64_t timeout_ms;
    bool verifies_tls;
    struct errand errand; /* a handshake's question; the outcome of both */
};

/* What subscription `number` has to send, as the fault rules leave it; false when there is nothing
 * now, or something of it is under way already. */
bool webhook_take(const struct judge *judge, int64_t number, struct parcel *ret);
/* The outcome: journalled, counted, perhaps blacklists. Subscriptions that went meanwhile are fine.
 */
void webhook_done(struct world *world, struct journal *journal, const struct parcel *parcel);
void parcel_done(struct parcel *parcel);

#endif
