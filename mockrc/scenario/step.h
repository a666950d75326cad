/*
 * The kinds of steps that are no verbs: `expect`, `explain`, `note`, and the reference client's part. steps.c
 * is the table; adding one is a row there.
 *
 * A client step is one line to rc-client (scenario/client.h) and one back. Its map holds arguments,
 * which go to the client, and results, which are compared with what came back: `status:
 * { profile: naive, api_auth: Authenticated }` asks for the naive status and wants that word. A
 * bare value stands for the kind's main word. `expect: {...}` inside compares anything else of the
 * answer, by path ("planes/rest/state", "exit"). With any of these they alone decide. Without, the
 * step must succeed, but for sync, handsets and status, whose failing is what a story is often
 * about: their exchanges are in the journal for `expect`.
 *
 *   wanted           holds when what came back is
 *   Authenticated    that text (case does not matter) or number
 *   ">=5" "<5"       a number so related
 *   "*@acme.*"       text like it
 *   "!none"          not that
 *   [a, b]           one of them
 *   ~                not there
 */
#ifndef MOCKRC_SCENARIO_STEP_H
#define MOCKRC_SCENARIO_STEP_H

#include "scenario/scenario.h"

/* A word for something in the client's answer. */
struct step_result {
    const char *name;
    const char *path; /* in `result`; through lists it means their elements */
    const char *help;
    bool is_for_all; /* every element a list leads to must do; else one of them */
};

enum { STEP_ARGS_MAX = 12, STEP_RESULTS_MAX = 14 };

struct run;
typedef int step_fn(struct run *run, const struct step *step, struct diag *diag);
typedef int step_check_fn(const struct step *step, const char *file, struct diag *diag);

struct step_kind {
    const char *name, *help;
    const char *cmd;  /* rc-client's command; NULL: not the client's */
    bool is_wish;     /* of such a kind: it asserts something */
    const char *op;   /* how the journal names it: "client.sync" */
    const char *main; /* what a bare value means: an argument or a result; NULL: none */
    struct verb_arg args[STEP_ARGS_MAX];
    struct step_result results[STEP_RESULTS_MAX];
    bool
        may_fail; /* the story is about its outcome: unsaid, any will do, and the journal is judged */
    step_check_fn *check; /* instead of the table's check; NULL: the tables are enough */
    step_fn *play;
};

size_t step_kind_count(void);
const struct step_kind *step_kind_at(size_t i);
const struct step_kind *step_kind_named(const char *name);
/* Arguments every client step takes. */
const struct verb_arg *step_common_args(void);

/* Checks a step against its kind, without a run. */
int step_check(const struct step *step, const char *file, struct diag *diag);
/* Does the step assert something? */
bool step_asserts(const struct step *step);
/* NULL when the word is no result of the kind. */
const struct step_result *step_result_named(const struct step_kind *kind, const char *name);

/* answer.c: does the client's answer hold what the step wants? ERR_OK, or ERR_EXPECT with the diag
 * at the word that did not. `args` are the step's, variables filled in. */
int answer_check(const struct step *step, const struct node *args, const struct node *answer,
                 const char *file, struct diag *diag);
/* One wanted value against one seen (NULL: not there). */
bool answer_holds(const struct node *wanted, const struct node *seen);

#endif
