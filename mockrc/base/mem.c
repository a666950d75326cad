#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *need(void *memory)
{
    if (!memory) {
        fputs("mockrc: out of memory\n", stderr);
        abort();
    }
    return memory;
}

void *xmalloc(size_t size)
{
    return need(malloc(size ? size : 1));
}

void *xcalloc(size_t count, size_t size)
{
    return need(calloc(count ? count : 1, size ? size : 1));
}

void *xrealloc(void *old, size_t size)
{
    return need(realloc(old, size ? size : 1));
}

char *xstrdup(const char *text)
{
    return need(strdup(text));
}

char *xstrndup(const char *text, size_t len)
{
    size_t has = 0; /* not strndup: text that is no string is not looked at beyond len */
    while (has < len && text[has])
        has++;
    char *copy = xmalloc(has + 1);
    memcpy(copy, text, has);
    copy[has] = 0;
    return copy;
}

void xset(char **slot, const char *text)
{
    char *copy = text ? xstrdup(text) : NULL;
    free(*slot);
    *slot = copy;
}

void *xgrow_bytes(void *list, size_t count, size_t *cap, size_t element)
{
    if (count < *cap)
        return list;
    *cap = *cap ? *cap * 2 : 8;
    return xrealloc(list, *cap * element);
}
