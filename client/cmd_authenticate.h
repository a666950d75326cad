/*
 * The second half of Authenticate, for those who bring the browser themselves: what came back to
 * the redirect URI is exchanged, becomes the pending grant, and its owner is probed.
 */
#ifndef RC_CLIENT_CMD_AUTHENTICATE_H
#define RC_CLIENT_CMD_AUTHENTICATE_H

#include "command.h"
#include "oauth.h"
#include "signin.h"

/* An exit code as `authenticate` gives it; the outcome is noted in the store and in the result. */
int authenticate_finish(struct call *call, const struct settings *settings, const struct pkce *pkce,
                        struct landing *landing);
/* What an admin should know about a grant before saving it, into result.warnings. */
void authenticate_warn(struct call *call, const struct settings *settings,
                       const struct grant *grant);

#endif
