/*
 * The gate: who is it, may they, how often; applied from the route's row alone, before the handler.
 * Order as the platform's: token -> app and account state -> rate -> app scope -> user permission
 * -> target. Sources: oauth.md 10-12, rest.md 3, 4.
 */
#ifndef MOCKRC_API_GATE_H
#define MOCKRC_API_GATE_H

#include "api/route.h"

#include <stdbool.h>

/* True: go on to the handler. False: the reply holds the refusal. */
bool gate_pass(struct call *call);

/* Names the call's app, user and session in its event, from the token when the gate has not yet
 * been passed: so that fault rules can match them. Also used by oauth's own endpoints. */
void gate_name(struct call *call);

/* Counts one call of call->user and call->app against the route's rate group, and tells so in the
 * reply's headers; refuses (CMN-301) and returns false when it was one too many. The gate does this
 * for AUTH_BEARER rows; oauth's grants do it themselves once they know whose they are. */
bool gate_rate(struct call *call);

/* Was the app given that scope, as of the consent or (oauth.scope_binding) of now? */
bool gate_has_scope(const struct call *call, enum scope scope);

/* Resolves "~" or an id of an account / extension in a path; refuses and returns NULL otherwise. */
struct account *gate_account(struct call *call, const char *id);
struct user *gate_extension(struct call *call, const char *id);

/* The same judgement the gate makes of {extensionId}, for one of several ids. */
bool gate_pass_extension(struct call *call, const char *id);

/* May the user see that extension's data under the route's permission? For handlers whose target is
 * not in the path. Refuses (CMN-404) and returns false when not. */
bool gate_may_touch(struct call *call, const struct user *target);

#endif
