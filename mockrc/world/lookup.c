#include "world/lookup.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#define uthash_malloc(size) xmalloc(size)
#include <uthash.h>

struct lookup {
    void *value;
    UT_hash_handle hh;
    char key[];
};

void *lookup_get(struct lookup *lookup, const char *key)
{
    struct lookup *found = NULL;
    if (key)
        HASH_FIND_STR(lookup, key, found);
    return found ? found->value : NULL;
}

void lookup_put(struct lookup **lookup, const char *key, void *value)
{
    struct lookup *entry;
    if (!key)
        return;
    HASH_FIND_STR(*lookup, key, entry);
    if (!entry) {
        size_t len = strlen(key);
        entry = xmalloc(sizeof *entry + len + 1);
        memcpy(entry->key, key, len + 1);
        HASH_ADD_KEYPTR(hh, *lookup, entry->key, len, entry);
    }
    entry->value = value;
}

void lookup_drop(struct lookup **lookup, const char *key, const void *value)
{
    struct lookup *entry = NULL;
    if (key)
        HASH_FIND_STR(*lookup, key, entry);
    if (!entry || entry->value != value)
        return;
    HASH_DEL(*lookup, entry);
    free(entry);
}

void lookup_done(struct lookup **lookup)
{
    struct lookup *entry, *next;
    HASH_ITER(hh, *lookup, entry, next)
    {
        HASH_DEL(*lookup, entry);
        free(entry);
    }
}
