/*
 * Opaque strings as the platform makes them: URL-safe base64 of "<POD>|<bytes>" (oauth.md 3.1). Of
 * world->ids, so that one seed gives the same ones.
 */
#ifndef MOCKRC_WORLD_TOKEN_H
#define MOCKRC_WORLD_TOKEN_H

#include <stddef.h>

struct world;

enum { TOKEN_BYTES = 46, CODE_BYTES = 142, TOKEN_TEXT_MAX = 256 };

/* Writes one with `bytes` (<= CODE_BYTES) of chance; returns its length. */
size_t token_text(struct world *world, size_t bytes, char out[TOKEN_TEXT_MAX]);

#endif
