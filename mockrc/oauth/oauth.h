/*
 * The OAuth server: authorize with its pages, token, revoke, discovery, keys, userinfo.
 * Everything is rows and handlers. Source: reference/oauth.md. Its errors: oauth/refuse.h.
 */
#ifndef MOCKRC_OAUTH_OAUTH_H
#define MOCKRC_OAUTH_OAUTH_H

#include "api/route.h"

struct route_family oauth_routes(void);

/* The assertion of a JWT credential, ready to send to the token endpoint (oauth.md 6). */
char *oauth_jwt_assertion(struct world *world, struct arena *arena,
                          const struct jwt_credential *credential);

#endif
