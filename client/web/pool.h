/*
 * Clients for those who work at once: each request and the background worker take one out, use it
 * alone, and give it back. Every one has its own connection to the same store, its own HTTP client
 * and its own view of the clock; a slow exchange holds up nobody else. Thread-safe.
 */
#ifndef RC_CLIENT_WEB_POOL_H
#define RC_CLIENT_WEB_POOL_H

#include "client.h"

#define POOL_MAX 9

struct pool;

/* Copies how `like` behaves; `store_path` and `clock_url` (NULL: the machine's clock) too. */
struct pool *pool_new(const struct client *like, const char *store_path, const char *clock_url);
/* All clients must have come back. */
void pool_free(struct pool *pool);

/* Waits while POOL_MAX are out. NULL when the store or libcurl does not open, with a sentence. */
struct client *pool_take(struct pool *pool, char *why, size_t cap);
void pool_give(struct pool *pool, struct client *client); /* NULL is fine */

#endif
