/* The ID token of OpenID Connect (oauth.md 9), and the claims it shares with userinfo. */
#ifndef MOCKRC_OAUTH_ID_TOKEN_H
#define MOCKRC_OAUTH_ID_TOKEN_H

#include "api/route.h"

/* Signed RS256, in the call's arena. `nonce` may be NULL. For call->user. */
const char *id_token(struct call *call, const struct session *session, const char *nonce);

/* sub, account_id, email, email_verified, given_name, family_name: into an open object. */
void id_claims(struct json_out *json, const struct user *user);

#endif
