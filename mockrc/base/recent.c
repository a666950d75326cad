#include "base/recent.h"

#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct recent {
    size_t max, count;
    size_t oldest; /* once full: the entry that goes next */
    int64_t forgotten;
    struct recent_entry *entries;
    uint32_t *buckets; /* 1 + index of the first entry; 0: none */
};

struct recent *recent_new(size_t max)
{
    assert(max && (max & (max - 1)) == 0 && max < UINT32_MAX);
    struct recent *recent = xcalloc(1, sizeof *recent);
    recent->max = max;
    recent->forgotten = INT64_MIN;
    recent->entries = xcalloc(max, sizeof *recent->entries);
    recent->buckets = xcalloc(max, sizeof *recent->buckets);
    return recent;
}

void recent_free(struct recent *recent)
{
    if (!recent)
        return;
    for (size_t i = 0; i < recent->count; i++)
        free(recent->entries[i].bytes);
    free(recent->entries);
    free(recent->buckets);
    free(recent);
}

static uint32_t *bucket_of(struct recent *recent, uint64_t key)
{
    return &recent->buckets[key & (recent->max - 1)];
}

struct recent_entry *recent_find(struct recent *recent, uint64_t key)
{
    for (uint32_t at = *bucket_of(recent, key); at; at = recent->entries[at - 1].next)
        if (recent->entries[at - 1].key == key)
            return &recent->entries[at - 1];
    return NULL;
}

static void forget(struct recent *recent, struct recent_entry *entry)
{
    uint32_t *slot = bucket_of(recent, entry->key);
    while (&recent->entries[*slot - 1] != entry)
        slot = &recent->entries[*slot - 1].next;
    *slot = entry->next;
    if (entry->stamp > recent->forgotten)
        recent->forgotten = entry->stamp;
}

struct recent_entry *recent_put(struct recent *recent, uint64_t key)
{
    size_t at = recent->count;
    if (at < recent->max) {
        recent->count++;
    } else {
        at = recent->oldest;
        recent->oldest = (at + 1) % recent->max;
        forget(recent, &recent->entries[at]);
    }
    struct recent_entry *entry = &recent->entries[at];
    uint32_t *bucket = bucket_of(recent, key);
    /* The memory of the pushed out serves its successor. */
    *entry = (struct recent_entry){
        .key = key, .bytes = entry->bytes, .cap = entry->cap, .next = *bucket};
    *bucket = (uint32_t)at + 1;
    return entry;
}

void recent_keep(struct recent_entry *entry, const void *bytes, size_t len)
{
    if (len > entry->cap) {
        entry->bytes = xrealloc(entry->bytes, len);
        entry->cap = len;
    }
    if (len)
        memcpy(entry->bytes, bytes, len);
    entry->len = len;
}

int64_t recent_forgotten(const struct recent *recent)
{
    return recent->forgotten;
}
