/*
 * A rule: a kind of fault, armed. Private to fault/.
 */
#ifndef MOCKRC_FAULT_RULE_H
#define MOCKRC_FAULT_RULE_H

#include "fault/kinds.h"

struct rule {
    struct arena arena;
    const char *name;
    const struct fault_kind *kind;
    const struct match *match;
    struct plan plan;
    int64_t times;              /* 0: any number */
    int64_t from_ms, until_ms;  /* window in world time; until 0: open */
    int64_t every_ms, lasts_ms; /* only in the first lasts_ms of each every_ms; 0: always */
    uint64_t hits;
    int line, col; /* where a file has it; 0: it came otherwise */
};

/* Reads one argument of a rule whose kind is known: fields.c holds a row of each. */
int rule_read_field(struct rule *rule, const struct node *value, const char *file,
                    struct diag *diag);

#endif
