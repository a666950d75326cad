/*
 * Calls that are under way outside the door (api/errand.h): the same request by the same caller is
 * refused until the first has its answer (CMN-304, rest.md 2.2). All others are answered within one
 * turn of the door, so nobody can be beside them.
 */
#ifndef MOCKRC_API_RUNNING_H
#define MOCKRC_API_RUNNING_H

#include "api/message.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RUNNING_MAX = 64 /* further ones are not remembered */ };

struct running {
    uint64_t sums[RUNNING_MAX]; /* of the requests */
    size_t count;
};

/* Is such a request under way? */
bool running_has(const struct running *running, const struct web_request *request);
void running_add(struct running *running, const struct web_request *request);
void running_drop(struct running *running, const struct web_request *request);

#endif
