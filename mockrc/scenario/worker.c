#include "scenario/worker.h"

#include "base/mem.h"
#include "base/text.h"
#include "scenario/client.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RESULT_MAX = 64 << 20 };

struct worker {
    pid_t pid;
    int fd; /* a socket: an index there, an outcome back */
    struct buf read;
};

/* --- an outcome on the socket: a head of numbers, then the texts one after another --- */

enum { TITLE, FAILURE, DETAIL, STORY, TEXTS };

struct head {
    size_t len; /* of head and texts */
    int err;
    struct diag diag;
    size_t steps, expectations, events;
    int64_t machine_ms;
    size_t lens[TEXTS]; /* SIZE_MAX: not set */
};

static void pack(const struct outcome *outcome, struct buf *out)
{
    const char *texts[TEXTS] = {outcome->title, outcome->failure, buf_text(&outcome->detail),
                                buf_text(&outcome->story)};
    struct head head;
    memset(&head, 0, sizeof head);
    head.len = sizeof head;
    head.err = outcome->err;
    head.diag = outcome->diag;
    head.steps = outcome->steps;
    head.expectations = outcome->expectations;
    head.events = outcome->events;
    head.machine_ms = outcome->machine_ms;
    for (int i = 0; i < TEXTS; i++) {
        head.lens[i] = texts[i] ? strlen(texts[i]) : SIZE_MAX;
        head.len += texts[i] ? head.lens[i] : 0;
    }
    buf_add(out, &head, sizeof head);
    for (int i = 0; i < TEXTS; i++)
        if (texts[i])
            buf_str(out, texts[i]);
}

/* False when it is not whole. */
static bool unpack(const struct buf *in, struct outcome *outcome)
{
    struct head head;
    const char *at = in->data + sizeof head, *texts[TEXTS];
    if (in->len < sizeof head)
        return false;
    memcpy(&head, in->data, sizeof head);
    if (in->len < head.len)
        return false;
    for (int i = 0; i < TEXTS; i++) {
        texts[i] = head.lens[i] == SIZE_MAX ? NULL : at;
        at += texts[i] ? head.lens[i] : 0;
    }
    outcome->err = head.err;
    outcome->diag = head.diag;
    outcome->steps = head.steps;
    outcome->expectations = head.expectations;
    outcome->events = head.events;
    outcome->machine_ms = head.machine_ms;
    outcome->title = texts[TITLE] ? xstrndup(texts[TITLE], head.lens[TITLE]) : NULL;
    outcome->failure = texts[FAILURE] ? xstrndup(texts[FAILURE], head.lens[FAILURE]) : NULL;
    buf_add(&outcome->detail, texts[DETAIL], head.lens[DETAIL]);
    buf_add(&outcome->story, texts[STORY], head.lens[STORY]);
    return true;
}

/* --- in the process --- */

static void play(const char *file, const struct runner_options *options,
                 struct client_pool *clients, struct outcome *outcome)
{
    struct scenario scenario;
    struct run_options run = options->run;
    run.clients = clients;
    char journal[4096];
    outcome->err = scenario_load(file, &scenario, &outcome->diag);
    if (options->journal_dir) {
        const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file;
        size_t len = strrchr(name, '.') ? (size_t)(strrchr(name, '.') - name) : strlen(name);
        snprintf(journal, sizeof journal, "%s/%.*s.jsonl", options->journal_dir, (int)len, name);
        run.journal = journal;
    }
    if (!outcome->err)
        scenario_run(&scenario, &run, outcome);
    else if (scenario.title)
        xset(&outcome->title, scenario.title);
    scenario_done(&scenario);
}

static bool send_all(int fd, const void *bytes, size_t len)
{
    for (size_t sent = 0; sent < len;) {
        ssize_t wrote = send(fd, (const char *)bytes + sent, len - sent, MSG_NOSIGNAL);
        if (wrote > 0)
            sent += (size_t)wrote;
        else if (errno != EINTR)
            return false;
    }
    return true;
}

static bool next(int fd, size_t *index)
{
    ssize_t got;
    while ((got = recv(fd, index, sizeof *index, MSG_WAITALL)) < 0 && errno == EINTR)
        ;
    return got == (ssize_t)sizeof *index;
}

static void serve(int fd, const struct file_list *files, const struct runner_options *options)
{
    size_t index;
    char path[512];
    struct diag no_client; /* told by the scenario that wants one */
    struct client_pool *clients = client_pool_new();
    bool has_client = !client_find(options->run.client, path, sizeof path, &no_client),
         is_sent = true;
    while (is_sent && next(fd, &index)) {
        struct outcome outcome;
        struct buf result;
        if (has_client)
            client_pool_fill(clients, path);
        outcome_init(&outcome, files->list[index]);
        play(files->list[index], options, clients, &outcome);
        buf_init(&result, RESULT_MAX);
        pack(&outcome, &result);
        is_sent = send_all(fd, result.data, result.len);
        buf_done(&result);
        outcome_done(&outcome);
    }
    client_pool_free(clients);
}

static _Noreturn void child(int fd, const struct file_list *files,
                            const struct runner_options *options, const sigset_t *old)
{
    /* Another worker's socket kept open here would hide from it that the runner is gone. */
    int own = dup2(fd, STDERR_FILENO + 1);
    closefrom(own + 1);
    fcntl(own, F_SETFD, FD_CLOEXEC);
    sigprocmask(SIG_SETMASK, old, NULL);
    signal(SIGPIPE, SIG_IGN);
    serve(own, files, options);
    _exit(0);
}

/* --- in the runner --- */

struct worker *worker_new(const struct file_list *files, const struct runner_options *options,
                          const sigset_t *old)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
        return NULL;
    pid_t pid = fork();
    if (pid == 0)
        child(ends[1], files, options, old);
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return NULL;
    }
    struct worker *worker = xcalloc(1, sizeof *worker);
    worker->pid = pid;
    worker->fd = ends[0];
    buf_init(&worker->read, RESULT_MAX);
    return worker;
}

void worker_play(struct worker *worker, size_t index)
{
    send_all(worker->fd, &index, sizeof index);
}

int worker_fd(const struct worker *worker)
{
    return worker->fd;
}

enum worker_word worker_receive(struct worker *worker, struct outcome *outcome)
{
    char block[65536];
    ssize_t got = recv(worker->fd, block, sizeof block, 0);
    if (got < 0 && errno == EINTR)
        return WORKER_BUSY;
    if (got <= 0)
        return WORKER_DIED;
    buf_add(&worker->read, block, (size_t)got);
    if (!unpack(&worker->read, outcome))
        return WORKER_BUSY;
    buf_reset(&worker->read);
    return WORKER_DONE;
}

void worker_dismiss(struct worker *worker)
{
    shutdown(worker->fd, SHUT_WR);
}

void worker_signal(const struct worker *worker, int signal)
{
    kill(worker->pid, signal);
}

int worker_end(struct worker *worker)
{
    int status = 0;
    if (!worker)
        return status;
    worker_dismiss(worker);
    waitpid(worker->pid, &status, 0);
    close(worker->fd);
    buf_done(&worker->read);
    free(worker);
    return status;
}
