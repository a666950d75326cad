/*
 * What the files calls*.c share. Nobody else includes this.
 */
#ifndef MOCKRC_SIP_CALLS_PARTS_H
#define MOCKRC_SIP_CALLS_PARTS_H

#include "sip/calls.h"

/* --- calls_leg.c: the messages of one phone --- */

/* A leg of the caller for the phone that sent `request`. */
struct phone_leg *leg_of_caller(struct world *world, struct phone_party *party,
                                const struct sip_request *request, const struct device *device);
/* A leg for a contact, rung with an INVITE; NULL when nothing can be sent. */
struct phone_leg *leg_ring(struct world *world, struct phone_party *party,
                           const struct binding *binding, const struct device *device,
                           const char *from, const char *name);
/* Answers the INVITE it waits with; `offer` NULL: without a description. */
void leg_answer(struct world *world, struct phone_leg *leg, int status, const char *sdp);
/* A request within the dialog; NULL when too much waits to be sent. */
struct sip_out *leg_request(struct world *world, struct phone_leg *leg, const char *method);
/* ACK to the 2xx of our INVITE. */
void leg_ack(struct world *world, struct phone_leg *leg);
/* Hangs up in the way its state wants: `status` (>= 300) to an INVITE that waits, CANCEL to ours,
 * BYE when it is up. */
void leg_hang_up(struct world *world, struct phone_leg *leg, int status);

#endif
