/*
 * Traffic: calls that come by themselves under the virtual clock, from the world's seed: from
 * outside to people and queues, between colleagues, to outside; answered, missed, put on hold, sent to
 * the mailbox. All parties are simulated, phones are left alone. One traffic at a time.
 */
#ifndef MOCKRC_WORLD_TRAFFIC_H
#define MOCKRC_WORLD_TRAFFIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world;

/* Shares in percent. */
struct traffic_plan {
    int64_t calls_per_hour;                          /* 1 ..., on average */
    int64_t for_ms;                                  /* then no further call begins */
    int64_t talk_ms, ring_ms;                        /* on average */
    int queue_share, outbound_share, internal_share; /* of all calls; the rest comes from outside
                                                        to people */
    int missed_share;                                /* of those that nobody is too busy for */
    int hold_share;                                  /* of those answered: is put on hold once */
    uint64_t cause;
};

enum { TRAFFIC_CALLS_PER_HOUR_MAX = 100000 };

/* The platform of a mid-sized support desk: 200 an hour, 40 % to queues ... */
struct traffic_plan traffic_usual(void);
/* Begins it, in place of the one before. False: the account has nobody to call. */
bool traffic_start(struct world *world, const struct traffic_plan *plan);
void traffic_stop(struct world *world);
/* Calls begun by the traffic so far; those that could not begin (everybody busy, too many). */
size_t traffic_begun(const struct world *world);
size_t traffic_skipped(const struct world *world);

void traffic_done(struct world *world);

#endif
