/*
 * Names in a match that only a world can know: proxies and listeners. A rule or an expectation about
 * one that there is none of would never come true.
 */
#ifndef MOCKRC_CONTROL_MATCH_NAMES_H
#define MOCKRC_CONTROL_MATCH_NAMES_H

#include "base/err.h"
#include "base/node.h"
#include "world/world.h"

/* `match` may be NULL. Globs, negations and texts with a ${variable} pass. ERR_USAGE with the nearest. */
int match_names_check(const struct node *match, const struct world *world, const char *file,
                      struct diag *diag);

#endif
