/*
 * Control: the verbs, and the admin family of routes that reads the simulator and runs them.
 * verbs.c is THE list: each row is a scenario step and `POST /__admin/<verb>`.
 *
 * What always holds: a verb that refuses has changed nothing; a verb that did something wrote the
 * number of its own event into every noun it changed, so that a later refusal can name its cause;
 * no event of a verb holds a password, a secret or a port.
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
    const struct router *router; /* whose rows a fault may name; NULL: they were checked */
    struct arena *arena;
    const struct node
        *args;            /* a map, or a scalar for one-argument verbs, or a null node, or NULL */
    const char *file;     /* where args stood, for messages; NULL over HTTP */
    struct event *event;  /* the verb's own event */
    struct json_out *out; /* an open object: what the verb wants to say back */
    struct diag *diag;
    const struct verb *verb; /* set by verb_run */
};

/* ERR_OK, or ERR_USAGE with the diag filled (nothing changed then). */
typedef int verb_fn(struct verb_call *call);
/* A verb's own check of its arguments, without a world. */
typedef int verb_check_fn(const struct node *args, const char *file, struct diag *diag);

struct verb_arg {
    const char *name;
    const char *wants; /* a kind of verb_args.c ("duration", "user", "port") or "a|b|c" */
    const char *help;
    bool is_required;
};

enum { VERB_ARGS_MAX = 8 };

struct verb {
    const char *name;     /* "rotate-password" */
    const char *help;     /* one line */
    const char *main_arg; /* what a scalar argument means ("advance: 61m"), NULL: none */
    struct verb_arg args[VERB_ARGS_MAX]; /* ended by a NULL name */
    bool takes_any;       /* further names are its own business (knobs, a fault's rule) */
    verb_check_fn *check; /* after the table's; NULL: the table is enough */
    verb_fn *run;
};

size_t verb_count(void);
const struct verb *verb_at(size_t i);
/* NULL when unknown; `*ret_near` then has the nearest name or NULL. */
const struct verb *verb_named(const char *name, const char **ret_near);

/* Checks argument names and kinds without running: lint. With a world also that the users, apps,
 * devices and proxies named are there. */
int verb_check(const struct verb *verb, const struct node *args, const char *file,
               const struct world *world, struct diag *diag);

/* Checks, runs and tells it in call->event, which the caller opened and appends afterwards (also
 * that of a refused verb). What api_serve's handlers use. */
int verb_fill(const struct verb *verb, struct verb_call *call);
/* The same with an event of its own, journalled: call->event need not be set. */
int verb_run(const struct verb *verb, struct verb_call *call);

/* What steps of a scenario share with verbs. Is this value of the argument's kind ("duration",
 * "a|b|c")? Else the diag says what was wanted. In a file (not NULL) a value with a ${variable}
 * passes: it is checked again in the run. */
int verb_arg_check(const struct verb_arg *arg, const struct node *value, const char *file,
                   struct diag *diag);
/* Every kind by name, for the schema and the tests; NULL past the last. */
const char *verb_kind_at(size_t i);
/* Refuses a word: `what "word"; did you mean "name"?` when one of the names is near. */
int verb_unknown(struct diag *diag, const char *file, int line, int col, const char *what,
                 const char *word, const char *const *names, size_t count);

/* The list as JSON: [{"name","help","args":[{"name","wants","help","required"}]}]. */
void verbs_json(struct json_out *out, const char *key);

#endif
