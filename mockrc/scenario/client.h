/*
 * The reference client as a scenario's client: one `rc-client batch` process, asked line by line
 * over pipes, with a store of its own in a temporary folder that goes with it.
 */
#ifndef MOCKRC_SCENARIO_CLIENT_H
#define MOCKRC_SCENARIO_CLIENT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/node.h"

#include <stdint.h>

struct client;

enum { CLIENT_LINE_MAX = 4 << 20 };

/* Where rc-client is: `wish` (--client), else $MOCKRC_CLIENT, else beside this program. ERR_ENV
 * when it is not there. */
int client_find(const char *wish, char *path, size_t path_len, struct diag *diag);

/* Processes that wait for the next scenario: one that has served is asked to open another store, as
 * a new process would, which is several times cheaper. Each worker has a pool of its own. */
struct client_pool;
struct client_pool *client_pool_new(void);
/* Makes sure that one waits; a process that does not start is told by client_start. */
void client_pool_fill(struct client_pool *pool, const char *path);
/* Ends those that wait; all clients have been stopped. NULL is fine. */
void client_pool_free(struct client_pool *pool);

/* Starts it, with a folder of its own under `folder` (NULL: $TMPDIR or /tmp), or with the store of
 * `beside`, which is to be stopped after it; nothing of RC_CLIENT_* in our environment reaches it.
 * `pool` (NULL: none) may have a process for it, and gets it back. ERR_ENV; ERR_TIMEOUT and ERR_BUG
 * as client_ask. */
int client_start(const char *path, const char *folder, uint64_t seed, const struct client *beside,
                 struct client_pool *pool, int64_t deadline_ms, struct client **ret,
                 struct diag *diag);

/* One JSON line there (without its newline), one back, parsed into `arena`. ERR_TIMEOUT at
 * `deadline_ms` (clock_machine_ms), ERR_BUG when it ended or answered no JSON: the diag then has
 * its last words. */
int client_ask(struct client *client, const char *line, struct arena *arena, int64_t deadline_ms,
               const struct node **ret_answer, struct diag *diag);

/* Ends and reaps it or gives it back to its pool, removes its folder; NULL is fine. */
void client_stop(struct client *client);

#endif
