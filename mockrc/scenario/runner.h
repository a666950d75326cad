/*
 * Many scenarios at once, each alone in one of a few processes (worker.h), so that one that crashes
 * hurts no other and a hung one can be ended. Results come in the order of the files, whatever ends first.
 */
#ifndef MOCKRC_SCENARIO_RUNNER_H
#define MOCKRC_SCENARIO_RUNNER_H

#include "scenario/run.h"

enum { RUNNER_FILES_MAX = 10000, RUNNER_JOBS_MAX = 64 };

/* The scenario files among `paths`: a folder stands for the .yaml, .yml and .json files in it, in
 * order of name, without schemas. */
struct file_list {
    char **list;
    size_t count, cap;
};
int file_list_add(struct file_list *files, const char *path, struct diag *diag);
void file_list_done(struct file_list *files);

struct runner_options {
    struct run_options run;  /* `journal` is not used */
    const char *journal_dir; /* <scenario>.jsonl goes there; NULL */
    int jobs;                /* 0: 8 */
    int64_t grace_ms;        /* past its timeout, before its process is killed; 0: 5 s */
};

/* Called once per file, in order. */
typedef void runner_fn(void *context, const struct outcome *outcome);

/* Plays them all; `outcomes` has room for every file and is filled, also for those that could not
 * be read. Not to be called once threads run. A SIGINT or SIGTERM ends the run: what had not ended
 * by then is ERR_ENV; returns that signal, else 0. */
int runner_run(const struct file_list *files, const struct runner_options *options,
               struct outcome *outcomes, runner_fn *done, void *context);

#endif
