/* What the subscriptions' files share: their store. Private to them. */
#ifndef MOCKRC_WORLD_SUBSCRIPTION_PARTS_H
#define MOCKRC_WORLD_SUBSCRIPTION_PARTS_H

#include "world/world.h"

struct subscription_store {
    struct subscription **list; /* in order of number */
    size_t count, cap;
    struct lookup *by_id;
    int64_t last_number;
    int64_t expiry_ms; /* the earliest end on the agenda; 0: none */
    size_t queued_bytes;
};

#endif
