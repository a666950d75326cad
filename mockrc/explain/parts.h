/* An explanation as its writers see it. Private to explain/. */
#ifndef MOCKRC_EXPLAIN_PARTS_H
#define MOCKRC_EXPLAIN_PARTS_H

#include "base/arena.h"
#include "explain/explain.h"

enum { FINDINGS_MAX = 100 };

struct explanation {
    struct arena arena;
    struct explain_source source;
    struct finding findings[FINDINGS_MAX]; /* ranked; those that are over last */
    size_t count, open;                    /* all; not over */
    size_t events, lost;                   /* read; links not followed */
    uint64_t missing;                      /* numbers in between that are not there */
    size_t used[PLANE_COUNT];
    int64_t start_ms, now_ms; /* world time of the first and of the last event */
};

/* False for number 0 and for what the journal no longer has. */
bool explain_get(const struct explanation *explanation, uint64_t seq, struct event *ret);

/* Nothing of the plane is broken or degraded. */
bool explain_is_fine(const struct explanation *explanation, enum plane plane);

#endif
