/*
 * Events of calls: telephony sessions, and presence that follows from them. Source: rest.md 7.
 */
#ifndef MOCKRC_NOTIFY_TELL_CALL_H
#define MOCKRC_NOTIFY_TELL_CALL_H

#include "notify/tell.h"

/* NOTICE_PARTY. */
void tell_party(struct world *world, const struct notice *notice);
/* NOTICE_MISSED, once for a party. */
void tell_missed(struct world *world, const struct notice *notice);
/* NOTICE_PRESENCE: of the user's own settings, or (notice->party) of his calls. */
void tell_presence(struct world *world, const struct notice *notice);

#endif
