/*
 * A process that plays one scenario after another, each with a simulator of its own: what a process
 * pays once (libraries, the client's start) is paid once, and a scenario that crashes or hangs takes
 * its worker with it, nothing else.
 */
#ifndef MOCKRC_SCENARIO_WORKER_H
#define MOCKRC_SCENARIO_WORKER_H

#include "scenario/runner.h"

#include <signal.h>

struct worker;

/* Forks, so that no thread may run yet. It plays files of `files` and restores the signal mask
 * `old`; both and `options` must outlive it. NULL with errno. */
struct worker *worker_new(const struct file_list *files, const struct runner_options *options,
                          const sigset_t *old);
/* Asks for the file with that index; it must be idle. A worker that is gone is told by receive. */
void worker_play(struct worker *worker, size_t index);
/* Readable when there is something to receive. */
int worker_fd(const struct worker *worker);

enum worker_word { WORKER_BUSY, WORKER_DONE, WORKER_DIED };
/* Reads what is there; `outcome` is filled once it is whole (DONE: idle again). */
enum worker_word worker_receive(struct worker *worker, struct outcome *outcome);

/* Nothing more will be asked of it: it ends by itself. */
void worker_dismiss(struct worker *worker);
void worker_signal(const struct worker *worker, int signal);
/* Dismisses it, waits for its end and frees it; returns its wait status. NULL is fine. */
int worker_end(struct worker *worker);

#endif
