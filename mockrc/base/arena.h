/*
 * Memory of one call: everything a handler allocates lives until the call's reply has been sent,
 * then goes at once. Handlers allocate and never free.
 */
#ifndef MOCKRC_BASE_ARENA_H
#define MOCKRC_BASE_ARENA_H

#include <stddef.h>

struct arena {
    struct arena_block *block; /* newest first */
};

void arena_init(struct arena *arena);
void arena_done(struct arena *arena);

/* Forgets everything but keeps one block for the next call. */
void arena_reset(struct arena *arena);

/* Zeroed, aligned for anything; never NULL. */
void *arena_alloc(struct arena *arena, size_t size);
char *arena_strdup(struct arena *arena, const char *text);
char *arena_strndup(struct arena *arena, const char *text, size_t len);
char *arena_printf(struct arena *arena, const char *fmt, ...)
    __attribute__((format(printf, 2, 3), nonnull(2)));

#endif
