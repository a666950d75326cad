/*
 * What the files calls*.c share. Nobody else includes this.
 */
#ifndef MOCKRC_SIP_CALLS_PARTS_H
#define MOCKRC_SIP_CALLS_PARTS_H

#include "sip/calls.h"

/* --- calls_serve.c --- */

/* 415, 406 or 488 to a description that nobody reads or can answer. */
bool calls_refuse_offer(struct sip_exchange *exchange);
/* Answer to the request's offer, or an offer of ours when it has none; leg->is_offered says which. */
const char *calls_describe(struct sip_exchange *exchange, struct phone_leg *leg);

/* --- calls_replace.c --- */

/* A check: whose place an INVITE with Replaces takes, or why it may not. */
bool calls_check_replaces(struct sip_exchange *exchange);

/* --- calls_dialog.c --- */

/* What follows on a request within a dialog; after its event. */
void calls_dialog_go_on(struct sip_exchange *exchange);

/* --- calls_info.c --- */

bool info_run(struct sip_exchange *exchange, struct phone_leg *leg);
void info_go_on(struct sip_exchange *exchange);

/* --- calls_leg.c: the messages of one phone --- */

/* A leg of the caller for the phone that sent `request`. */
struct phone_leg *leg_of_caller(struct world *world, struct phone_party *party,
                                const struct sip_request *request, const struct device *device);
/* The URI to which the phone sends what belongs to the dialog: the proxy it came by. In the arena. */
const char *leg_contact(const struct world *world, const struct phone_leg *leg, struct arena *arena,
                        const char *user);
/* A phone is where its last request came from: another proxy, when it lost the one before. */
void leg_follow(struct phone_leg *leg, const struct sip_request *request);
/* A leg for a contact, rung with an INVITE; NULL when nothing can be sent. */
struct phone_leg *leg_ring(struct world *world, struct phone_party *party,
                           const struct binding *binding, const struct device *device,
                           const char *from, const char *name, bool answers_itself);
/* Answers the INVITE it waits with; `offer` NULL: without a description. */
void leg_answer(struct world *world, struct phone_leg *leg, int status, const char *sdp);
/* A request within the dialog; NULL when too much waits to be sent. */
struct sip_out *leg_request(struct world *world, struct phone_leg *leg, const char *method);
/* ACK to the 2xx of our INVITE. */
void leg_ack(struct world *world, struct phone_leg *leg);
/* NOTIFY of what came of its REFER: a status line with its CRLF; `state` of Subscription-State. */
void leg_notify(struct world *world, struct phone_leg *leg, const char *fragment,
                const char *state);
/* Hangs up in the way its state wants: `status` (>= 300) to an INVITE that waits, CANCEL to ours,
 * BYE when it is up. */
void leg_hang_up(struct world *world, struct phone_leg *leg, int status);

#endif
