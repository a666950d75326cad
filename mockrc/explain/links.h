/*
 * The links of a journal, followed event by event: for every cause and every thing it can be about
 * (a user, a proxy, a device), whether it works, since when not, and where that began. Private to
 * explain/.
 */
#ifndef MOCKRC_EXPLAIN_LINKS_H
#define MOCKRC_EXPLAIN_LINKS_H

#include "explain/explain.h"

/* A link. Numbers are the journal's, 0: none. */
struct link {
    const struct cause *cause;
    size_t row; /* of the table */
    bool is_broken;
    uint64_t begin, first, last, worked, mended;
    uint64_t seen[EXPLAIN_SEEN_MAX];
    size_t count;
    int64_t ends_ms;   /* of a thing with an end, 0: none */
    struct link *next; /* in order of their first event */
};

struct links;
/* Borrows the source. */
struct links *links_new(const struct explain_source *source);
void links_free(struct links *links);

/* The next event; `event->seq` rises from call to call. */
void links_take(struct links *links, const struct event *event);
/* No more events come: what has an end and is past it at `now_ms` is broken. */
void links_end(struct links *links, int64_t now_ms);

const struct link *links_first(const struct links *links);
/* How many links there was no room for. */
size_t links_lost(const struct links *links);

/* How many events show that a plane is in use. */
size_t links_used(const struct links *links, enum plane plane);

#endif
