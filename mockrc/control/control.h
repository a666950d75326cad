/*
 * Control: the verbs, and the admin family of routes that reads the simulator and runs them.
 * verbs.c is THE list: each row is a scenario step and `POST /__admin/<verb>`.
 */
#ifndef MOCKRC_CONTROL_CONTROL_H
#define MOCKRC_CONTROL_CONTROL_H

#include "api/route.h"
#include "fault/fault.h"

/* What a verb works on, inside the door. */
struct verb_call {
    struct world *world;
    struct journal *journal;
    struct faults *faults;
    struct arena *arena;
    const struct node *args; /* a map, or a scalar for one-argument verbs, or a null node */
    const char *file;        /* where args stood, for messages; NULL over HTTP */
    struct event *event;     /* the verb's own event */
    struct json_out *out;    /* an open object: what the verb wants to say back */
    struct diag *diag;
};

/* ERR_OK, or ERR_USAGE with the diag filled (nothing changed then). */
typedef int verb_fn(struct verb_call *call);

struct verb_arg {
    const char *name;
    const char *wants; /* "duration", "user", "proxy", "text", "count", "switch", "map", "a|b|c" */
    const char *help;
    bool is_required;
};

enum { VERB_ARGS_MAX = 8 };

struct verb {
    const char *name;     /* "rotate-password" */
    const char *help;     /* one line */
    const char *main_arg; /* what a scalar argument means ("advance: 61m"), NULL: none */
    struct verb_arg args[VERB_ARGS_MAX];
    verb_fn *run;
};

size_t verb_count(void);
const struct verb *verb_at(size_t i);
/* NULL when unknown; `*ret_near` then has the nearest name or NULL. */
const struct verb *verb_named(const char *name, const char **ret_near);
/* Checks argument names and kinds without running: lint. */
int verb_check(const struct verb *verb, const struct node *args, const char *file,
               struct diag *diag);
/* Checks, runs, journals (also a refused one). */
int verb_run(const struct verb *verb, struct verb_call *call);

#endif
