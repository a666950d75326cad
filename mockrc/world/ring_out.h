/*
 * Ring-outs: calls placed over REST that ring their owner first. Each can be asked for while its call
 * lasts and RING_OUT_KEPT_MS longer (chosen), then it is unknown. Source: rest.md 5.11.
 */
#ifndef MOCKRC_WORLD_RING_OUT_H
#define MOCKRC_WORLD_RING_OUT_H

#include "world/phone_call.h"

enum { RING_OUTS_MAX = 1000, RING_OUT_KEPT_MS = 60000 };

struct ring_out_status {
    const char *call, *caller, *callee; /* "InProgress", "Success", "Finished", "Busy" ... */
};

struct ring_out {
    int64_t id, user_id;
    uint64_t call;
    int64_t over_ms; /* 0: under way */
    struct ring_out_status last;
};

/* The oldest makes room when there are RING_OUTS_MAX. */
struct ring_out *ring_out_add(struct world *world, const struct phone_call *call, int64_t user_id);
/* NULL when there is none, or it has been over for long. */
struct ring_out *ring_out_by_id(const struct world *world, int64_t id);
struct ring_out_status ring_out_status(const struct world *world, const struct ring_out *one);
/* The switchboard's: a call of that origin ends with `status`. */
void ring_out_over(struct world *world, const struct phone_call *call, int status);

#endif
