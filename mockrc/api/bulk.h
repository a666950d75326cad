/*
 * Bulk requests: one call for several ids, joined by commas where the route's row allows it
 * (rest.md 1.4). The row's own handler runs once per id; what it says becomes a part of one 207:
 *
 *   multipart/mixed            a JSON part with status per item, then one part per item
 *   application/vnd.ringcentral.multipart+json    (asked for with Accept) a list of
 *                              {"resourceId","status","body"}
 *
 * One id is no bulk request. DELETE with nothing but successes is a bare 204. Not atomic. A body for
 * several items is a list of {"body":{...}} in the order of the path, or, with "*" in the path,
 * of {"resourceId":"1","body":{...}}.
 */
#ifndef MOCKRC_API_BULK_H
#define MOCKRC_API_BULK_H

#include "api/route.h"

#include <stdbool.h>

/* Does the called path hold several ids (or "*") in the row's bulk parameter? */
bool bulk_is_asked(const struct call *call);
/* The same, when that parameter is `name`. */
bool bulk_is_of(const struct call *call, const char *name);
/* Runs the row's handler for each and answers; refuses more than the row's limit (CMN-106). */
void bulk_run(struct call *call);

#endif
