/*
 * A bounded memory of what was seen lately: keys with a number, a stamp and some bytes. Grows up to
 * its maximum; from then on each new key pushes the oldest out, and the highest stamp that was
 * pushed out is known, so that a caller can tell "never seen" from "may be forgotten".
 */
#ifndef MOCKRC_BASE_RECENT_H
#define MOCKRC_BASE_RECENT_H

#include <stddef.h>
#include <stdint.h>

struct recent;

struct recent_entry {
    uint64_t key;
    uint64_t number;
    int64_t stamp;
    unsigned char *bytes; /* owned; set by recent_keep */
    size_t len, cap;
    uint32_t next; /* of the same bucket */
};

/* `max` entries at most, a power of two. Keys must be well mixed (hash_keyed). */
struct recent *recent_new(size_t max);
void recent_free(struct recent *recent);

/* NULL: not there. Borrowed until the next recent_put. */
struct recent_entry *recent_find(struct recent *recent, uint64_t key);
/* A new entry, zero but for its key, which must not be there yet. */
struct recent_entry *recent_put(struct recent *recent, uint64_t key);
/* Replaces the entry's bytes by a copy. */
void recent_keep(struct recent_entry *entry, const void *bytes, size_t len);

/* The highest stamp among the pushed out; INT64_MIN while nothing was. */
int64_t recent_forgotten(const struct recent *recent);

#endif
