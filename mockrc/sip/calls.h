/*
 * Calls: what phones may do with INVITE and within its dialog. The platform stands between the
 * parties: each phone talks to the platform alone (sip.md section 4). What becomes of a call is the
 * switchboard's (world/switchboard.h): this tells it what phones did, and does with phones what it
 * orders. Answers and requests leave through the world's sip_out; audio is sip/leg_media.h.
 */
#ifndef MOCKRC_SIP_CALLS_H
#define MOCKRC_SIP_CALLS_H

#include "sip/exchange.h"
#include "world/phone_call.h"

/* The checks that an INVITE outside of any dialog meets; the last takes it. NULL-ended. */
extern sip_check_fn *const calls_invite_checks[];

/* A request within the dialog of `leg`; always answers. */
bool calls_in_dialog(struct sip_exchange *exchange, struct phone_leg *leg);
/* Is it the BYE of a dialog that we ended a moment ago? Then the two crossed. */
bool calls_is_late_bye(struct world *world, const struct sip_request *request);

/* What follows on the request that began or ended exchange->call; after its event. `is_unheard`: a
 * fault keeps the answers from the phone. */
void calls_go_on(struct sip_exchange *exchange, bool is_unheard);

/* Something about an INVITE that was taken; `body` is the ACK's, which answers an offer of ours; NULL: none. */
void calls_taken(struct sip_service *service, uint64_t taken, enum sip_taken what,
                 const char *body);
/* A reply to a request of ours that belongs to a call. */
void calls_replied(struct sip_service *service, const struct sip_reply *reply);

/* What the world orders of phones (world/switchboard.h): for world->phones. It needs world->sip. */
extern const struct phone_side calls_phones;

#endif
