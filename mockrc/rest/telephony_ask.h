/*
 * What calls about telephony sessions ask: whose party it is, and where to. Each refuses and returns
 * NULL or false when it is not so. Source: rest.md 5.10.
 */
#ifndef MOCKRC_REST_TELEPHONY_ASK_H
#define MOCKRC_REST_TELEPHONY_ASK_H

#include "rest/ask.h"

/* The path's session, of which the caller is a party or over whose account he reaches. */
struct phone_call *ask_session(struct call *call);
/* The same for one that `name` of the body names as `id`. */
struct phone_call *ask_session_named(struct call *call, const char *name, const char *id);
/* The path's party: the caller's own, or one he reaches. */
struct phone_party *ask_party(struct call *call);
/* A device of `user` named by a member of the body; `*ret_id` is borrowed of the world. */
bool ask_device(struct call *call, const char *name, const struct user *user, const char **ret_id);
/* Exactly one of phoneNumber, extensionNumber, extensionId, voicemail. `*ret_park` (NULL: not
 * allowed) gets parkOrbit, which stands for all of them. */
bool ask_target(struct call *call, struct switch_target *ret, const char **ret_park);
/* Somebody of the account, by extension number or id as text; `name` is for the refusal. */
const struct user *ask_somebody(struct call *call, const char *name, const char *text,
                                bool is_number);

#endif
