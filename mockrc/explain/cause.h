/*
 * THE table of causes: how each failure mode shows in the journal. A row names the broken link, what
 * the same link does when it works, and where it began; the engine (explain.c) does the rest. Adding
 * one is a row in the file of its plane, and nothing else.
 *
 * Matches are written as in a scenario ("{op: oauth.token, status: '>=400'}", journal/match.h), or
 * as a list of such, any of which will do. What rc-client told of itself (layer client) is never
 * shown to them: explain speaks from the provider's side.
 *
 * Sentences name values of the events as "{user|a user}": the key's value in the broken link, else
 * in the first cause, else the word behind the bar.
 */
#ifndef MOCKRC_EXPLAIN_CAUSE_H
#define MOCKRC_EXPLAIN_CAUSE_H

#include <stdbool.h>
#include <stddef.h>

enum plane {
    PLANE_OAUTH,
    PLANE_REST,
    PLANE_EVENTS,
    PLANE_RECORDING,
    PLANE_SIP,
    PLANE_MEDIA,
    PLANE_COUNT
};

enum weight {
    WEIGHT_BROKEN,   /* something does not work */
    WEIGHT_DEGRADED, /* it works in part, or by a detour */
    WEIGHT_NOTE      /* worth knowing; nothing is broken by it yet */
};
const char *weight_name(enum weight weight); /* "broken", "degraded", "note" */

struct cause {
    const char *failure; /* id in failures.def */
    enum plane plane;
    enum weight weight;
    const char *broken; /* the broken link: a refusal, or the provider's deed itself */
    const char *works;  /* the same link as it should be: it is over then; NULL: never */
    const char *heals;  /* makes every link of the row well, whichever it is about */
    /* The first cause where the broken link's event does not name it (`cause`): the newest event
     * of this kind before it. With `needs_begin` it is this cause only if there is such an event. */
    const char *begins;
    bool needs_begin;
    const char *same; /* the key whose value makes it the same link ("user"); NULL: there is one */
    bool is_same_op;  /* and so does the operation */
    /* It says something besides what other rows say of the same events. Otherwise an event belongs
     * to the first row that it fits. */
    bool is_aside;
    unsigned times;       /* only when it came so often without working; 0: once will do */
    const char *runs_out; /* a thing with an end: these give it `expires` seconds anew, and it is
                           * broken when they have passed */
    const char *says;     /* one sentence for people */
    const char *remedy;   /* steps, a line each */
};

/* In the order of the chain: what comes first explains what comes after it. NULL past the last. */
const struct cause *cause_at(size_t i);

/* A plane: its name for people, and the events that show that it is in use. */
struct plane_row {
    const char *name, *words, *used;
};
const struct plane_row *plane_row(enum plane plane);

/* The rows of each plane, for cause_at; an array ends with a row without a failure. */
extern const struct cause causes_oauth[], causes_rest[], causes_events[], causes_sip[];

#endif
