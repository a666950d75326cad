/*
 * The one matcher: a list of terms (key op value) that an event satisfies or not. Serves journal
 * search, fault rules and expectations alike. Besides the event's keys a term can name `op`,
 * `layer`, `seq`, `cause` and `time`.
 *
 *   status: 400            equal                 status: ">=500"     compare numbers
 *   path: "/restapi/..."   equal                 path: "*call-log*"  glob
 *   code: "!CMN-301"       not                   code: [OAU-213, OAU-210]  any of
 *   fault: ~               must not be set
 */
#ifndef MOCKRC_JOURNAL_MATCH_H
#define MOCKRC_JOURNAL_MATCH_H

#include "base/arena.h"
#include "base/err.h"
#include "base/node.h"
#include "base/params.h"
#include "journal/event.h"

enum { MATCH_TERMS_MAX = 24 };

struct match; /* lives in the arena it was made in */

/* From a map of a scenario or a control call. Keys in `ignore` (NULL-ended, may be NULL) are
 * skipped: they belong to the caller ("within", "times"). Unknown keys are refused with "did you
 * mean". */
int match_from_node(struct arena *arena, const struct node *map, const char *const *ignore,
                    const char *file, const struct match **ret, struct diag *diag);
/* From ?op=...&status=... */
int match_from_params(struct arena *arena, const struct params *params, const char *const *ignore,
                      const struct match **ret, struct diag *diag);

bool match_event(const struct match *match, const struct event *event);

/* How near an event came: number of terms that hold. `match_terms` is the most. */
size_t match_score(const struct match *match, const struct event *event);
size_t match_terms(const struct match *match);
/* "status: wanted 400, saw 200; code: wanted OAU-213, not there" for terms that do not hold. */
void match_explain(const struct match *match, const struct event *event, struct buf *out);
/* The terms as written. */
void match_text(const struct match *match, struct buf *out);

#endif
