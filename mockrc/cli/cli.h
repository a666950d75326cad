/*
 * mockrc's command line: a table of commands, each a function of the options it was given. stdout is
 * data, stderr is log; exit codes are base/err.h's.
 */
#ifndef MOCKRC_CLI_CLI_H
#define MOCKRC_CLI_CLI_H

#include "cli/options.h"
#include "sim/sim.h"

#include <sys/types.h>

/* Returns the exit code. */
int cli_main(int argc, char **argv);

/* Each command, in the file of its name. */
typedef int command_fn(struct options *options);
command_fn cmd_serve, cmd_run, cmd_exec, cmd_lint, cmd_env, cmd_fault, cmd_clock, cmd_journal,
    cmd_explain, cmd_errors, cmd_routes, cmd_coverage, cmd_verbs, cmd_knobs, cmd_do, cmd_schema,
    cmd_version;

/* --- what they share (cli/common.c) --- */

/* Prints "mockrc: file:line:col: text" on stderr; returns `err`. */
int cli_refuse(int err, const struct diag *diag);
/* The same of a simulator that did not start: a port that is taken comes with what to do. */
int cli_refuse_start(int err, const struct diag *diag);
/* The same from a format. */
int cli_fail(int err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* What serve and exec tell sim_start, from flags; `port` and `sip_port` are their defaults. */
int cli_sim_options(const struct options *options, int port, int sip_port, struct sim_options *ret,
                    struct diag *diag);
/* Adds a scenario's fixture, seed, records, start and knobs (`theirs`) where no flag says otherwise. */
int cli_join_scenario(const struct options *options, const struct sim_options *theirs,
                      struct sim_options *sim, struct diag *diag);
/* Writes a file whole or not at all; `mode` as of open(2), less the umask. */
int cli_write_file(const char *path, mode_t mode, const char *text, size_t len, struct diag *diag);
/* Could such a file be written? Asked before a run, whose report it gets. ERR_ENV. */
int cli_check_writable(const char *path, struct diag *diag);
/* What a client needs as JSON, readable by its owner only. */
int cli_write_env(struct sim *sim, const char *path, struct diag *diag);

/* Asks the running simulator that --admin-url names, and tells on stderr what was wrong. `body` is
 * POSTed, NULL: a GET. */
int cli_ask(const struct options *options, const char *path, const char *body, struct buf *answer);

/* Colour on that stream? NO_COLOR (no-color.org) and pipes say no. */
bool cli_has_color(int fd);

/* Has the reader of our pipe gone away? */
bool cli_is_nobody_reading(void);

/* Blocks SIGINT and SIGTERM for all threads started later and returns a descriptor that becomes
 * readable with them; `ret_old` (may be NULL) gets the mask from before. */
int cli_signals(void *ret_old);

#endif
