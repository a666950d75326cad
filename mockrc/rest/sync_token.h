/*
 * Sync tokens: a few numbers (whose frame, since when) and a sum over them that only this world
 * makes. Opaque to clients; nothing is stored. For call-log-sync and message-sync.
 */
#ifndef MOCKRC_REST_SYNC_TOKEN_H
#define MOCKRC_REST_SYNC_TOKEN_H

#include "api/route.h"

/* In the arena. `kind` keeps the tokens of one service apart from those of another. */
const char *sync_token_write(const struct call *call, const char *kind, const int64_t *values,
                             size_t count);
/* False when it is no token of this kind and this world. */
bool sync_token_read(const struct call *call, const char *kind, const char *token, int64_t *values,
                     size_t count);

#endif
