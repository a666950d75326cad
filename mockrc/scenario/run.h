/*
 * Playing one scenario. scenario_run starts a simulator of its own and the reference client beside
 * it; scenario_play plays the provider's side on a simulator that runs already, while another
 * program plays the client's (mockrc exec, mockrc serve --scenario).
 */
#ifndef MOCKRC_SCENARIO_RUN_H
#define MOCKRC_SCENARIO_RUN_H

#include "scenario/client.h"
#include "scenario/scenario.h"
#include "scenario/vars.h"
#include "sim/sim.h"

struct run_options {
    const char *client;          /* rc-client's path; NULL: looked for */
    const char *fixture;         /* instead of the file's; NULL: the file's */
    uint64_t seed;               /* instead of the file's; 0: the file's, else 1 */
    const char *const *sets;     /* further knobs, "name=value", NULL-ended; may be NULL */
    size_t records;              /* instead of the file's; 0 */
    int64_t timeout_ms;          /* machine time for the whole scenario; 0: 60 s */
    bool is_narrated;            /* fill outcome->story with every exchange */
    const char *journal;         /* file to write the journal to (JSON lines), or NULL */
    const char *folder;          /* for temporary files; NULL: $TMPDIR or /tmp */
    struct client_pool *clients; /* rc-clients that wait to be used; NULL: none */
};

/* How it went. Plain data; outcome_done frees. */
struct outcome {
    char *file, *title, *failure;
    int err;           /* enum err: 0 is a pass */
    struct diag diag;  /* the first thing that was wrong, when err is set */
    struct buf detail; /* more about it: indented lines */
    struct buf story;  /* the narration */
    size_t steps, expectations, events;
    int64_t machine_ms;
};

void outcome_init(struct outcome *outcome, const char *file);
void outcome_done(struct outcome *outcome);

/* Plays it; returns outcome->err. */
int scenario_run(const struct scenario *scenario, const struct run_options *options,
                 struct outcome *outcome);

/* The provider's part on `sim`. `is_over` says that the other program has ended, after which
 * nothing is waited for any longer; may be NULL. */
typedef bool run_over_fn(void *context);
int scenario_play(const struct scenario *scenario, const struct run_options *options,
                  struct sim *sim, run_over_fn *is_over, void *context, struct outcome *outcome);

/* What sim_start needs for it; texts live in `arena`. */
int scenario_sim_options(const struct scenario *scenario, const struct run_options *options,
                         struct arena *arena, struct sim_options *ret, struct diag *diag);

/* Writes a journal as JSON lines. ERR_ENV. */
int run_write_journal(struct sim *sim, const char *path, struct diag *diag);

/* --- for the step kinds --- */

/* An rc-client of the run; the first keeps the store, the others share it. */
enum { RUN_NODES_MAX = 4 };
struct run_node {
    const char *name; /* "" the first, when no step names it */
    struct client *client;
};

struct run {
    const struct scenario *scenario;
    const struct run_options *options;
    struct sim *sim;
    struct run_node nodes[RUN_NODES_MAX];
    struct vars vars;
    struct arena arena;
    struct outcome *outcome;
    uint64_t cursor; /* the first event an expectation may take */
    uint64_t told;   /* the first event not yet narrated */
    int64_t deadline_ms, start_ms;
    bool is_live, has_connected;
    run_over_fn *is_over;
    void *context;
};

struct sim *run_sim(struct run *run);
/* Arguments with variables filled in; NULL with the diag. */
const struct node *run_fill(struct run *run, const struct node *args, struct diag *diag);
/* Live: looks after every event for `for_ms` of machine time, less when the other program has
 * ended. With `is_whole` the time runs out whatever is seen. */
void run_wait(struct run *run, door_wait_fn *look, void *arg, int64_t for_ms, bool is_whole);

/* World time stands still between steps, so what a step made leave for webhooks arrives before the
 * next one. */
void run_settle(struct run *run);

/* Adds to the outcome's detail what broke first, as the provider sees it; nothing if nothing did. */
void run_explain(struct run *run);

/* Narrates what happened since it last did, when that is wanted. */
void run_tell(struct run *run);

/* The step `explain`: see run_explain.c. */
int explain_check(const struct step *step, const char *file, struct diag *diag);
int explain_play(struct run *run, const struct step *step, struct diag *diag);

int run_client(struct run *run, const struct step *step, struct diag *diag);
int run_note(struct run *run, const struct step *step, struct diag *diag);
int run_check_note(const struct step *step, const char *file, struct diag *diag);
int run_check_diagnose(const struct step *step, const char *file, struct diag *diag);

#endif
