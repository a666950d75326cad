/*
 * The journal: every event in one total order, packed, bounded. When it is full the oldest go, and
 * how many went is counted and told by every reader (`dropped`). Only used inside the door.
 */
#ifndef MOCKRC_JOURNAL_JOURNAL_H
#define MOCKRC_JOURNAL_JOURNAL_H

#include "journal/event.h"
#include "journal/match.h"

struct journal;

struct journal_limits {
    size_t events; /* 0: 100,000 */
    size_t bytes;  /* 0: 64 MiB */
};

struct journal *journal_new(const struct journal_limits *limits);
void journal_free(struct journal *journal);

/* The number the next event will get: what a call writes as `cause` into nouns it changes. One door
 * call appends one event of its own, so the number holds until then. */
uint64_t journal_next(const struct journal *journal);

/* Packs a copy; sets event->seq and returns it. */
uint64_t journal_append(struct journal *journal, struct event *event);

/* From now to the next append, what is given to journal_follow waits and comes behind it: so that
 * the event of a call comes before what it set off, although it is written last. */
void journal_hold(struct journal *journal);
void journal_follow(struct journal *journal, const struct event *event);

uint64_t journal_first(const struct journal *journal); /* oldest number kept, 0: empty */
uint64_t journal_last(const struct journal *journal);  /* newest, 0: none yet */
uint64_t journal_dropped(const struct journal *journal);
size_t journal_bytes(const struct journal *journal);

/* Unpacks event `seq` into `event`; false when it is not kept. */
bool journal_get(const struct journal *journal, uint64_t seq, struct event *event);

/* First match at or after `from`; false when none. */
bool journal_find(const struct journal *journal, uint64_t from, const struct match *match,
                  struct event *event);

/* Up to `limit` events nearest to a match (most terms first, newest first among equals), at least
 * one term holding; returns how many numbers were written. */
size_t journal_near(const struct journal *journal, uint64_t from, const struct match *match,
                    uint64_t *seqs, size_t limit);

void journal_clear(struct journal *journal);

#endif
