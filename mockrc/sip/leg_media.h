/*
 * Session descriptions and audio of a phone's leg: what the two sides described becomes what is
 * wanted of the leg's line (world/media.h), and what its phone is given to hear. Each line is told
 * in the journal: media.start when audio may flow, media.dtmf for digits heard, media.leg with its
 * figures when the leg is gone. Source: sip.md section 4.6; RFC 3264; RFC 4568.
 *
 * A line sends no RTCP and nothing that is no valid (S)RTP: the vendor's phone dies of it.
 */
#ifndef MOCKRC_SIP_LEG_MEDIA_H
#define MOCKRC_SIP_LEG_MEDIA_H

#include "sip/wire.h"

/* Why an offer that came over `transport` cannot be answered, in words; NULL: it can. Over TLS the
 * audio must be encrypted (sip.md 2: an offer of plain RTP by the TLS port gets 488), over WebSocket
 * by DTLS. */
const char *leg_media_misfit(const struct world *world, enum transport transport,
                             const char *offer);

/* Our side for the leg: the answer to `offer`, or with NULL an offer of ours. Opens the leg's line
 * at the first time; a later one (hold, another address) changes it. In the arena. NULL: no port is
 * free for it. */
const char *leg_media_describe(struct world *world, struct phone_leg *leg, struct arena *arena,
                               const char *offer);
/* An offer for a phone; where another phone of the call has a codec already, that one is wished for.
 * Without a free port it names port 9, and the phone hears nothing. */
const char *leg_media_offer(struct world *world, struct phone_leg *leg, struct arena *arena);
/* The phone's answer to our offer. False: NULL, or what does not fit; all stays as it was. */
bool leg_media_answered(struct world *world, struct phone_leg *leg, const char *answer);

/* What each phone of the call hears, after who is in it or how has changed: the other phone, or
 * what the simulated party plays; ringback before the answer. */
void leg_media_join(struct sip_service *service, struct phone_call *call);

/* A digit was heard from the phone of that line. */
void leg_media_digit(struct sip_service *service, uint64_t line, char digit);
/* The same by other means than audio: INFO (dtmf-relay). */
void leg_media_heard(struct sip_service *service, const struct phone_leg *leg, char digit);
/* The leg's line is about to be closed. */
void leg_media_ended(struct sip_service *service, const struct phone_leg *leg,
                     const struct media_figures *figures);

/* Names of its events, one by one; NULL past the last. */
const char *leg_media_op_at(size_t i);

#endif
