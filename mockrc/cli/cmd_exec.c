/*
 * mockrc exec FILE -- CMD...: plays the provider's side of a scenario while CMD runs against it with
 * everything it needs in its environment. CMD's exit status counts as well: the worse of both.
 */
#include "cli/cli.h"

#include "base/mem.h"
#include "base/text.h"
#include "control/env.h"
#include "scenario/report.h"
#include "scenario/runner.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct program {
    pid_t pid; /* 0: has ended */
    int code;  /* as a shell tells it */
    int signals;
    int64_t deadline_ms;
    bool is_killed; /* by us, and said so */
};

/* --- its environment: ours, and what points at the simulator --- */

struct environment {
    char **list;
    size_t count, cap;
};

static void env_put(struct environment *env, char *entry)
{
    xgrow(env->list, env->count, &env->cap);
    env->list[env->count++] = entry;
}

static void env_set(void *context, const char *name, const char *value)
{
    struct environment *env = context;
    size_t len = strlen(name) + strlen(value) + 2, at = 0;
    char *entry = xmalloc(len);
    snprintf(entry, len, "%s=%s", name, value);
    while (at < env->count &&
           !(text_starts(env->list[at], name) && env->list[at][strlen(name)] == '='))
        at++;
    if (at == env->count) {
        env_put(env, entry);
    } else {
        free(env->list[at]);
        env->list[at] = entry;
    }
}

static void env_inside(struct sim *sim, void *arg)
{
    struct arena arena;
    arena_init(&arena);
    env_each(sim_world(sim), &arena, env_set, arg);
    arena_done(&arena);
}

static void env_make(struct sim *sim, struct environment *env)
{
    extern char **environ;
    for (char **entry = environ; *entry; entry++)
        env_put(env, xstrdup(*entry));
    door_call(sim, env_inside, env);
    env_put(env, NULL);
}

static void env_free(struct environment *env)
{
    for (size_t i = 0; i < env->count; i++)
        free(env->list[i]);
    free(env->list);
}

/* --- the program --- */

static int program_start(struct program *program, struct sim *sim, char **argv, const sigset_t *old)
{
    struct environment env = {0};
    posix_spawnattr_t how;
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    /* sofia-sip's sockets are not close-on-exec: inherited, a closed proxy would not be closed. */
    posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
    posix_spawnattr_init(&how);
    posix_spawnattr_setsigmask(&how, old);
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK);
    env_make(sim, &env);
    int failed = posix_spawnp(&program->pid, argv[0], &files, &how, argv, env.list);
    posix_spawnattr_destroy(&how);
    posix_spawn_file_actions_destroy(&files);
    env_free(&env);
    if (!failed)
        return ERR_OK;
    program->pid = 0;
    return cli_fail(ERR_ENV, "%s: cannot be run: %s", argv[0], strerror(failed));
}

static void note_end(struct program *program, int status)
{
    program->pid = 0;
    program->code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* A signal for us is for it: then its end is ours. */
static void pass_signals(struct program *program)
{
    struct signalfd_siginfo info;
    while (read(program->signals, &info, sizeof info) == sizeof info)
        if (program->pid > 0)
            kill(program->pid, (int)info.ssi_signo);
}

static bool is_over(void *context)
{
    struct program *program = context;
    int status;
    pass_signals(program);
    if (program->pid > 0 && waitpid(program->pid, &status, WNOHANG) == program->pid)
        note_end(program, status);
    return program->pid == 0;
}

/* The scenario is through: the program may finish what it does, within the time. */
static void program_finish(struct program *program)
{
    int status;
    while (!is_over(program)) {
        if (clock_machine_ms() >= program->deadline_ms) {
            cli_fail(ERR_TIMEOUT, "the program does not end: killed (--timeout)");
            kill(program->pid, SIGKILL);
            waitpid(program->pid, &status, 0);
            program->pid = 0;
            program->code = ERR_TIMEOUT;
            program->is_killed = true;
            return;
        }
        poll(NULL, 0, 5);
    }
}

/* --- the command --- */

static int report(const struct options *options, const struct outcome *outcome)
{
    struct diag diag;
    struct report_wish wish;
    bool takes_stdout = false;
    int err = ERR_OK;
    struct buf text;
    buf_init(&text, 64 << 20);
    for (size_t i = 0; i < options->reports.count && !err; i++) {
        buf_reset(&text);
        report_wish_read(options->reports.list[i], &wish, &diag); /* checked before the run */
        report_write(wish.kind, outcome, 1, &text);
        takes_stdout |= !wish.file;
        if (wish.file)
            err = cli_write_file(wish.file, 0666, buf_text(&text), text.len, &diag);
        else
            fwrite(buf_text(&text), 1, text.len, stdout);
    }
    /* stdout is the program's own: the verdict goes beside it. */
    buf_reset(&text);
    report_outcome(outcome, cli_has_color(STDERR_FILENO), &text);
    if (!takes_stdout && (!options->is_quiet || outcome->err))
        fwrite(buf_text(&text), 1, text.len, stderr);
    buf_done(&text);
    return err ? cli_refuse(err, &diag) : ERR_OK;
}

/* <scenario>.jsonl in the folder asked for. */
static int write_journal(const struct options *options, const char *file, struct sim *sim,
                         struct diag *diag)
{
    char path[4096];
    const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file;
    const char *dot = strrchr(name, '.');
    if (mkdir(options->journal, 0777) && errno != EEXIST)
        return diag_set(diag, ERR_ENV, options->journal, 0, 0, "--journal: cannot be made: %s",
                        strerror(errno));
    snprintf(path, sizeof path, "%s/%.*s.jsonl", options->journal,
             dot ? (int)(dot - name) : (int)strlen(name), name);
    return run_write_journal(sim, path, diag);
}

static int play(struct options *options, const struct scenario *scenario, struct sim *sim,
                struct program *program, const sigset_t *old)
{
    struct diag diag;
    struct outcome outcome;
    struct run_options run = {.timeout_ms = options->timeout_ms,
                              .is_narrated = options->is_narrated};
    int err = sim_write_ca(sim, &diag);
    if (!err && options->env_file)
        err = cli_write_env(sim, options->env_file, &diag);
    if (err)
        return cli_refuse(err, &diag);
    err = program_start(program, sim, options->rest, old);
    if (err)
        return err;
    outcome_init(&outcome, scenario->file);
    scenario_play(scenario, &run, sim, is_over, program, &outcome);
    program_finish(program);
    if (options->journal && write_journal(options, scenario->file, sim, &diag))
        err = cli_refuse(ERR_ENV, &diag);
    int reported = report(options, &outcome);
    if (program->code && !program->is_killed)
        cli_fail(program->code, "%s ended with %d", options->rest[0], program->code);
    int worse = outcome.err > program->code ? outcome.err : program->code;
    outcome_done(&outcome);
    return worse ? worse : err ? err : reported;
}

static int start(struct options *options, const struct scenario *scenario)
{
    struct diag diag;
    struct arena arena;
    struct sim_options sim_options, theirs;
    struct sim *sim = NULL;
    struct program program = {.deadline_ms =
                                  clock_machine_ms() +
                                  (options->timeout_ms > 0 ? options->timeout_ms : 60000)};
    struct run_options run = {0};
    sigset_t old;
    arena_init(&arena);
    int err = scenario_sim_options(scenario, &run, &arena, &theirs, &diag);
    if (!err)
        err = cli_sim_options(options, 0, 0, &sim_options, &diag);
    if (!err)
        err = cli_join_scenario(options, &theirs, &sim_options, &diag);
    if (!err) {
        sim_options.tells_ca = true; /* the program's environment does */
        program.signals = cli_signals(&old);
        err = sim_start(&sim_options, &sim, &diag);
        err = err ? cli_refuse_start(err, &diag) : play(options, scenario, sim, &program, &old);
        sim_stop(sim);
        close(program.signals);
    } else {
        cli_refuse(err, &diag);
    }
    arena_done(&arena);
    return err;
}

int cmd_exec(struct options *options)
{
    struct diag diag;
    struct scenario scenario;
    struct report_wish wish;
    if (options->word_count != 1 || !options->rest || !options->rest[0])
        return cli_fail(ERR_USAGE, "exec wants a scenario and a program: mockrc exec FILE -- CMD "
                                   "ARGS...");
    for (size_t i = 0; i < options->reports.count; i++) {
        if (!report_wish_read(options->reports.list[i], &wish, &diag))
            return cli_refuse(ERR_USAGE, &diag);
        if (wish.file && cli_check_writable(wish.file, &diag))
            return cli_refuse(ERR_ENV, &diag);
    }
    int err = scenario_load(options->words[0], &scenario, &diag);
    err = err ? cli_refuse(err, &diag) : start(options, &scenario);
    scenario_done(&scenario);
    return err;
}
