/*
 * Could a kind of fault ever act on what a rule matches? A rule that never can is refused when it is
 * read, with what the kind acts on. Private to fault/.
 */
#ifndef MOCKRC_FAULT_REACH_H
#define MOCKRC_FAULT_REACH_H

#include "fault/kinds.h"

/* `match` is a rule's, as written. What cannot be told (a glob, a negation) passes. ERR_USAGE. */
int reach_check(const struct fault_kind *kind, const struct node *match, const char *file,
                struct diag *diag);

#endif
