/*
 * Which numbers may send to which, and which colleagues: each question answers true, or refuses the
 * call with the code of the MSG family that is for it. Source: rest.md 2.2, 5.12; what a code means
 * beyond the words there is chosen.
 */
#ifndef MOCKRC_REST_MESSAGE_RULES_H
#define MOCKRC_REST_MESSAGE_RULES_H

#include "api/route.h"

/* What is sent to a number. */
enum sent { SENT_SMS, SENT_MMS, SENT_FAX };

/* May the extension of the path send texts from this number (NULL: none was given)? Counts one
 * against the limit of texts. */
bool message_may_send(struct call *call, const char *from, enum sent sent);
/* Can `from` (NULL: of a fax) send that to the number? */
bool message_may_reach(struct call *call, const char *from, const char *to, enum sent sent);

/* A text to colleagues: is `from` of the body the sender? */
bool message_is_from_self(struct call *call);
/* Can he be told anything, and if the body replies to a message, is he of its thread? */
bool message_may_tell(struct call *call, const struct user *colleague);

#endif
