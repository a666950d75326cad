/*
 * Calls: what phones may do with INVITE and within its dialog, and what becomes of it. The platform
 * stands between the parties: each phone talks to the platform alone (sip.md section 4). Answers and
 * requests leave through the world's sip_out; ringing and hanging up at a moment of world time sit
 * on the agenda. Each call is told in the journal as call.start, call.answer and call.end, and when
 * it has ended in the call log.
 *
 * No media flows between the parties yet: every phone is answered with a description of its own.
 */
#ifndef MOCKRC_SIP_CALLS_H
#define MOCKRC_SIP_CALLS_H

#include "sip/exchange.h"
#include "world/phone_call.h"

/* The checks that an INVITE outside of any dialog meets; the last takes it. NULL-ended. */
extern sip_check_fn *const calls_invite_checks[];

/* A request within the dialog of `leg`; always answers. */
bool calls_in_dialog(struct sip_exchange *exchange, struct phone_leg *leg);

/* What follows on the request that began or ended exchange->call; after its event. `is_unheard`: a
 * fault keeps the answers from the phone. */
void calls_go_on(struct sip_exchange *exchange, bool is_unheard);

/* Something about an INVITE that was taken. */
void calls_taken(struct sip_service *service, uint64_t taken, enum sip_taken what);
/* A reply to a request of ours that belongs to a call. */
void calls_replied(struct sip_service *service, const struct sip_reply *reply);

/* Somebody outside calls a user, whose phones ring. `party` tells when he hangs up. NULL: no phone
 * of his can be reached, or there are too many calls. No event: that of the verb, number `cause`,
 * is the call's start. */
struct phone_call *calls_ring_user(struct sip_service *service, const char *from, const char *name,
                                   const struct user *user, const struct party *party,
                                   uint64_t cause);
/* Ends a call from our side; phones get BYE, CANCEL or `status` (>= 300), as they stand. */
void calls_end(struct sip_service *service, struct phone_call *call, int status,
               const char *reason);

/* Names of its events, one by one; NULL past the last. */
const char *calls_op_at(size_t i);

#endif
