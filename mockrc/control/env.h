/*
 * What a client needs to be pointed at this simulator (design.md section 6). Holds secrets on
 * purpose: credentials of a made-up company. Inside the door.
 */
#ifndef MOCKRC_CONTROL_ENV_H
#define MOCKRC_CONTROL_ENV_H

#include "base/arena.h"
#include "base/buf.h"
#include "world/world.h"

/* One JSON object: restUrl, restUrlTls, wsUrl, wssUrl (the gateway), clientId, clientSecret, redirectUri, username, password, extension,
 * jwt, peer{...}, adminUrl, brand, sip{domain,udp,tcp}, sipBackup{...}, publicClientId. */
void env_json(struct world *world, struct arena *arena, struct buf *out);

/* export NAME='value' lines, under the names the vendor's SDK samples use and under MOCKRC_*. */
void env_shell(struct world *world, struct arena *arena, struct buf *out);

/* Calls `each` for every variable of env_shell: `mockrc exec` sets them. */
typedef void env_each_fn(void *context, const char *name, const char *value);
void env_each(struct world *world, struct arena *arena, env_each_fn *each, void *context);

/* Does every proxy that should listen, listen? */
bool env_is_ready(const struct world *world);

#endif
