/*
 * A kind of fault: a row of the table in kinds.c. Private to fault/.
 */
#ifndef MOCKRC_FAULT_KINDS_H
#define MOCKRC_FAULT_KINDS_H

#include "fault/fault.h"

enum { KIND_ARGS_MAX = 6 };

struct fault_kind {
    const char *name;
    enum plan_kind plan;
    const char *help;
    const char *args[KIND_ARGS_MAX]; /* NULL-ended */
    const char *needs;               /* the argument it cannot do without, NULL: none */
    unsigned layers; /* bits by enum layer: what it can act on; 0: all that is asked and answered */
    enum byte_fault bytes; /* of PLAN_BYTES */
    bool is_of_hello;      /* acts when a client of TLS has said whom it wants, not before */
    bool is_uncountable;   /* takes no `times`: nothing happens that could be counted */
};

const struct fault_kind *fault_kind_at(size_t i);
bool fault_kind_acts_on(const struct fault_kind *kind, enum layer layer);

#endif
