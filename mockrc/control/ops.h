/*
 * The names of everything the simulator does: what an event's `op` can be, and so a fault's match.
 */
#ifndef MOCKRC_CONTROL_OPS_H
#define MOCKRC_CONTROL_OPS_H

#include "api/route.h"
#include "base/err.h"

enum { OPS_MAX = 8192 };

struct ops {
    const char **list; /* of the arena: OPS_MAX is much for a worker's stack */
    size_t count;
};

/* Those of `router`, or with NULL of the rows there always are; and of SIP, notifications, calls and
 * verbs. */
void ops_gather(const struct router *router, struct arena *arena, struct ops *ret);
void ops_add(struct ops *ops, const char *op);

/* Is there such a name? `op` is a text or a list of texts, globs and negations too; NULL is fine.
 * ERR_USAGE with "did you mean". A text with a ${variable} passes. */
int ops_check(const struct ops *ops, const struct node *op, const char *file, struct diag *diag);

#endif
