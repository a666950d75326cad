/*
 * A scenario: one story of a client and its provider, as people write it (YAML), and playing it.
 * The whole file is read and checked before the first step runs; every message says file, line and
 * column. The format, in full:
 *
 *   scenario: what happens, in a sentence            required: the title
 *   failure: password-rotated-stale-grant            an id of explain/failures.def; none in a good story
 *   fixture: acme-aco                                a name, or a path beside this file
 *   seed: 7                                          default 1
 *   start: 2026-01-05T09:00:00Z                      world time at the first step
 *   records: 500                                     size of the call log (default: the fixture's)
 *   names: true                                      proxies are told by name, and the simulator answers DNS
 *   knobs: { oauth.access_ttl: 10m }                 see world/knob.def
 *   faults: [ { match: {op: oauth.token}, ... } ]    standing rules, see fault/fault.h
 *   steps:                                           in order; each is one word with its arguments
 *     - rotate-password: { user: superadmin }        a verb (control/verbs.c is the list)
 *     - expect: { op: oauth.token, status: 400 }     what must have happened (scenario/expect.h)
 *     - explain: GRANT_REVOKED                       what is broken then (scenario/run_explain.c)
 *     - sync: { records: ">0" }                      the reference client's part (steps.c)
 *     - note: "it is night"                          told, not done
 *
 * World time stands still between steps; it moves by `advance` and by `within` of an expectation
 * only. Text may hold variables, ${name} (scenario/vars.h).
 *
 * Strict end: a fault that was armed and never fired fails the scenario, and one that expects
 * nothing is no pass (ERR_EMPTY).
 */
#ifndef MOCKRC_SCENARIO_SCENARIO_H
#define MOCKRC_SCENARIO_SCENARIO_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/node.h"
#include "control/control.h"

enum { SCENARIO_STEPS_MAX = 1000 };

struct step_kind;

struct step {
    const char *name;             /* "rotate-password", "expect" */
    const struct verb *verb;      /* or NULL */
    const struct step_kind *kind; /* or NULL */
    const struct node *args;      /* as written; a null node when there are none */
    int line, col;                /* of the step's word */
};

/* Plain data; everything lives in its arena. */
struct scenario {
    struct arena arena;
    const char *file;
    const char *title, *failure, *fixture; /* failure and fixture: NULL when not given */
    int fixture_line, fixture_col;         /* where it is named */
    uint64_t seed;                         /* 0: not given */
    int64_t start_ms;                      /* 0: not given */
    size_t records;                        /* 0: the fixture's */
    bool has_names;                        /* the proxies' names are told and served */
    const struct node *knobs, *faults;     /* NULL when not given */
    struct step *steps;
    size_t step_count;
};

/* Reads and checks a file. ERR_OK, or ERR_USAGE with the diag filled; scenario_done is due in both
 * cases. */
int scenario_load(const char *path, struct scenario *scenario, struct diag *diag);
/* The same from text; `file` for messages. */
int scenario_read(const char *file, const char *text, size_t len, struct scenario *scenario,
                  struct diag *diag);
void scenario_done(struct scenario *scenario);

/* With the fixture's world at hand: are the users, apps, devices and proxies named there, do the
 * variables exist? Borrowed world, nothing is changed. */
int scenario_check_names(const struct scenario *scenario, struct world *world, struct diag *diag);

/* Does it have a step whose outcome is asserted? Without rc-client only `expect` counts. */
bool scenario_expects(const struct scenario *scenario, bool has_client);
/* Does a step need rc-client? */
bool scenario_needs_client(const struct scenario *scenario);

/* Is the `op` of a match (NULL: none) the name of something that can happen, or a glob of such? Else
 * ERR_USAGE: an expectation of what cannot be is a slip of the pen. */
int op_check(const struct node *op, const char *file, struct diag *diag);

#endif
