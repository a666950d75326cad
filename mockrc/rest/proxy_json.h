/*
 * Where a device is told to register. Shown are the listed proxies of an account with the ports
 * they have; a stopped one keeps its place with the ports it will come back with.
 */
#ifndef MOCKRC_REST_PROXY_JSON_H
#define MOCKRC_REST_PROXY_JSON_H

#include "api/route.h"

/* "host:port" as a member; nothing when `proxy` is NULL or that transport is not served. */
void proxy_member(struct json_out *out, const char *key, const struct world *world,
                  const struct proxy *proxy, enum transport transport);
/* The account's first listed proxy that is no secondary (or any listed one). NULL: none. */
const struct proxy *proxy_primary(const struct world *world, const struct account *account);
/* The listed secondary, best of the primary's region. NULL: none. */
const struct proxy *proxy_backup(const struct world *world, const struct account *account,
                                 const struct proxy *primary);

#endif
