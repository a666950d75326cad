#include "base/arena.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 8192 };

struct arena_block {
    struct arena_block *next;
    size_t used, size;
    _Alignas(max_align_t) char bytes[];
};

void arena_init(struct arena *arena)
{
    arena->block = NULL;
}

void arena_done(struct arena *arena)
{
    while (arena->block) {
        struct arena_block *next = arena->block->next;
        free(arena->block);
        arena->block = next;
    }
}

void arena_reset(struct arena *arena)
{
    while (arena->block && arena->block->next) {
        struct arena_block *next = arena->block->next;
        free(arena->block);
        arena->block = next;
    }
    if (arena->block)
        arena->block->used = 0;
}

/* Up to the next boundary that suits anything; blocks are whole multiples of it. */
static size_t rounded(size_t size)
{
    const size_t align = _Alignof(max_align_t);
    return (size + align - 1) / align * align;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    size = rounded(size);
    struct arena_block *block = arena->block;
    if (!block || block->size - block->used < size) {
        size_t room = size > BLOCK_BYTES ? size : BLOCK_BYTES;
        block = xmalloc(sizeof *block + room);
        *block = (struct arena_block){.next = arena->block, .size = room};
        arena->block = block;
    }
    void *memory = block->bytes + block->used;
    block->used += size;
    return memset(memory, 0, size);
}

char *arena_strndup(struct arena *arena, const char *text, size_t len)
{
    char *copy = arena_alloc(arena, len + 1);
    memcpy(copy, text, len);
    return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
    return arena_strndup(arena, text, strlen(text));
}

/* Into what is left of the block; only a text that does not fit there is made twice. */
char *arena_printf(struct arena *arena, const char *fmt, ...)
{
    struct arena_block *block = arena->block;
    size_t room = block ? block->size - block->used : 0;
    char *text = block ? block->bytes + block->used : NULL;
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int len = vsnprintf(text, room, fmt, ap);
    va_end(ap);
    size_t size = (size_t)(len < 0 ? 0 : len) + 1;
    if (size <= room) {
        block->used += rounded(size);
    } else {
        text = arena_alloc(arena, size);
        vsnprintf(text, size, fmt, again);
    }
    va_end(again);
    return text;
}
