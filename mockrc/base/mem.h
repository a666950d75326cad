/*
 * Memory for everything: out of memory ends the program, so there is no branch for it anywhere.
 */
#ifndef MOCKRC_BASE_MEM_H
#define MOCKRC_BASE_MEM_H

#include <stddef.h>

void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *old, size_t size);
char *xstrdup(const char *text);
char *xstrndup(const char *text, size_t len);

/* Frees `*slot` and puts a copy of `text` (may be NULL) there: how nouns replace their texts. */
void xset(char **slot, const char *text);

/*
 * Room for one more element in a growing array: `xgrow(list, count, &cap)` returns the array, moved
 * when it was full. Doubles, so that appending is flat.
 */
void *xgrow_bytes(void *list, size_t count, size_t *cap, size_t element);
#define xgrow(list, count, cap) (list) = xgrow_bytes((list), (count), (cap), sizeof *(list))

#endif
