/* Running a program from a test: its output, its exit code, a limit on its time; a folder to work in. */
#ifndef MOCKRC_TESTS_PROGRAM_H
#define MOCKRC_TESTS_PROGRAM_H

#include "base/buf.h"
#include "base/text.h"
#include "support/cmocka_all.h"
#include "world/clock.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PROGRAM_PATIENCE_MS = 20000 };

struct program {
    pid_t pid;
    int pipe; /* its stdout and stderr */
    struct buf said;
    int code;
    int64_t ended_ms; /* machine time */
};

/* Starts a shell line with $MOCKRC, $ROOT (the sources) and $DIR; its output comes through one pipe. */
static inline void program_start(struct program *run, const char *bin_dir, const char *root,
                                 const char *line, const char *dir)
{
    extern char **environ;
    int ends[2];
    char program[4096];
    posix_spawn_file_actions_t files;
    char *argv[] = {(char *)"/bin/sh", (char *)"-c", (char *)line, NULL};
    *run = (struct program){.pid = 0};
    buf_init(&run->said, 4 << 20);
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    snprintf(program, sizeof program, "%s/mockrc", bin_dir);
    setenv("MOCKRC", program, 1);
    setenv("DIR", dir ? dir : "/none", 1);
    setenv("ROOT", root, 1);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, ends[1], 1);
    posix_spawn_file_actions_adddup2(&files, ends[1], 2);
    assert_int_equal(posix_spawn(&run->pid, argv[0], &files, NULL, argv, environ), 0);
    posix_spawn_file_actions_destroy(&files);
    close(ends[1]);
    run->pipe = ends[0];
}

static inline void program_end(struct program *run)
{
    int status;
    int64_t deadline_ms = clock_machine_ms() + PROGRAM_PATIENCE_MS;
    for (;;) {
        char block[65536];
        struct pollfd fd = {.fd = run->pipe, .events = POLLIN};
        ssize_t got = poll(&fd, 1, 200) > 0 ? read(run->pipe, block, sizeof block) : -1;
        if (got == 0)
            break;
        if (got > 0)
            buf_add(&run->said, block, (size_t)got);
        if (clock_machine_ms() > deadline_ms) {
            kill(run->pid, SIGKILL);
            break;
        }
    }
    waitpid(run->pid, &status, 0);
    run->ended_ms = clock_machine_ms();
    run->code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    close(run->pipe);
}

static inline void folder(char *dir)
{
    snprintf(dir, 40, "/tmp/mockrc-test-XXXXXX");
    assert_non_null(mkdtemp(dir));
}

static inline void forget(const char *dir)
{
    struct program run;
    program_start(&run, "", "", "rm -r \"$DIR\"", dir);
    program_end(&run);
    buf_done(&run.said);
}

static inline void write_to(const char *dir, const char *name, const char *text)
{
    char path[100];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* A line as people type it, how it ends, and what it says: a glob over stdout and stderr. */
struct typed {
    const char *line;
    int code;
    const char *says;
};

/* Types each after `before`, and tells those that end or speak otherwise; returns how many. */
static inline size_t typed_wrong(const struct typed *rows, size_t count, const char *bin_dir,
                                 const char *root, const char *before, const char *dir)
{
    size_t bad = 0;
    for (const struct typed *row = rows; row < rows + count; row++) {
        struct program run;
        char line[2000];
        snprintf(line, sizeof line, "%s%s", before, row->line);
        program_start(&run, bin_dir, root, line, dir);
        program_end(&run);
        if (run.code != row->code || !text_glob(row->says, buf_text(&run.said))) {
            print_error("%s\n  wanted %d %s\n  saw    %d %s\n", row->line, row->code, row->says,
                        run.code, buf_text(&run.said));
            bad++;
        }
        buf_done(&run.said);
    }
    return bad;
}

#endif
