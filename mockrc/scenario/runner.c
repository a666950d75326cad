#include "scenario/runner.h"

#include "base/mem.h"
#include "base/text.h"
#include "scenario/client.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { JOBS = 8, TIMEOUT_MS = 60000, GRACE_MS = 5000, RESULT_MAX = 64 << 20 };

/* --- an outcome on a pipe: a head of numbers, then the texts one after another --- */

enum { TITLE, FAILURE, DETAIL, STORY, TEXTS };

struct head {
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
    head.err = outcome->err;
    head.diag = outcome->diag;
    head.steps = outcome->steps;
    head.expectations = outcome->expectations;
    head.events = outcome->events;
    head.machine_ms = outcome->machine_ms;
    for (int i = 0; i < TEXTS; i++)
        head.lens[i] = texts[i] ? strlen(texts[i]) : SIZE_MAX;
    buf_add(out, &head, sizeof head);
    for (int i = 0; i < TEXTS; i++)
        if (texts[i])
            buf_str(out, texts[i]);
}

/* False when it is not whole: its process died. */
static bool unpack(const struct buf *in, struct outcome *outcome)
{
    struct head head;
    const char *at = in->data + sizeof head, *texts[TEXTS];
    if (in->len < sizeof head)
        return false;
    memcpy(&head, in->data, sizeof head);
    for (int i = 0; i < TEXTS; i++) {
        size_t len = head.lens[i] == SIZE_MAX ? 0 : head.lens[i];
        if (len > in->len - (size_t)(at - in->data))
            return false;
        texts[i] = head.lens[i] == SIZE_MAX ? NULL : at;
        at += len;
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

/* --- one scenario, in its own process --- */

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

static void send_all(int fd, const struct buf *bytes)
{
    for (size_t sent = 0; sent < bytes->len;) {
        ssize_t wrote = write(fd, bytes->data + sent, bytes->len - sent);
        if (wrote > 0)
            sent += (size_t)wrote;
        else if (errno != EINTR)
            return;
    }
}

static _Noreturn void child(const char *file, const struct runner_options *options,
                            struct client_pool *clients, int out, const sigset_t *old)
{
    struct outcome outcome;
    struct buf result;
    sigprocmask(SIG_SETMASK, old, NULL);
    signal(SIGPIPE, SIG_IGN);
    outcome_init(&outcome, file);
    play(file, options, clients, &outcome);
    buf_init(&result, RESULT_MAX);
    pack(&outcome, &result);
    send_all(out, &result);
    _exit(0);
}

/* --- all of them --- */

struct job {
    pid_t pid; /* 0: not started, or reaped */
    int fd;
    struct buf result;
    int64_t kill_ms; /* machine time; 0: was killed for its time */
    struct place *place;
};

/* Where one scenario at a time is played, with a client that stays for the next. */
struct place {
    bool is_taken;
    struct client_pool *clients;
};

struct runner {
    const struct file_list *files;
    const struct runner_options *options;
    struct outcome *outcomes;
    struct job *jobs;
    struct place places[RUNNER_JOBS_MAX];
    char client[512]; /* rc-client's path; "": there is none */
    size_t started, ended, told;
    sigset_t old;
    int signals; /* a signalfd */
    int stopped_by;
};

static struct place *take_place(struct runner *runner)
{
    struct place *place = runner->places;
    while (place->is_taken)
        place++;
    place->is_taken = true;
    if (!place->clients)
        place->clients = client_pool_new();
    if (runner->client[0])
        client_pool_fill(place->clients, runner->client);
    return place;
}

/* What a scenario that failed leaves of its client is not used again. */
static void leave_place(struct place *place, bool is_well)
{
    place->is_taken = false;
    if (is_well)
        return;
    client_pool_free(place->clients);
    place->clients = NULL;
}

static void start(struct runner *runner)
{
    size_t i = runner->started++;
    struct job *job = &runner->jobs[i];
    int ends[2];
    const int64_t wish = runner->options->run.timeout_ms;
    outcome_init(&runner->outcomes[i], runner->files->list[i]);
    buf_init(&job->result, RESULT_MAX);
    job->kill_ms = clock_machine_ms() + (wish > 0 ? wish : TIMEOUT_MS) +
                   (runner->options->grace_ms > 0 ? runner->options->grace_ms : GRACE_MS);
    job->fd = -1;
    job->place = take_place(runner);
    if (pipe2(ends, O_CLOEXEC) == 0) {
        job->pid = fork();
        if (job->pid == 0)
            child(runner->files->list[i], runner->options, job->place->clients, ends[1],
                  &runner->old);
        close(ends[1]);
        job->fd = ends[0];
    }
    if (job->fd < 0 || job->pid < 0) {
        runner->outcomes[i].err = diag_set(&runner->outcomes[i].diag, ERR_ENV, NULL, 0, 0,
                                           "no process: %s", strerror(errno));
        job->pid = 0;
        runner->ended++;
        leave_place(job->place, false);
    }
}

static void finish(struct runner *runner, size_t i)
{
    struct job *job = &runner->jobs[i];
    struct outcome *outcome = &runner->outcomes[i];
    int status = 0;
    close(job->fd);
    job->fd = -1;
    waitpid(job->pid, &status, 0);
    job->pid = 0;
    runner->ended++;
    if (runner->stopped_by)
        outcome->err =
            diag_set(&outcome->diag, ERR_ENV, outcome->file, 0, 0, "the run was stopped");
    else if (job->kill_ms == 0)
        outcome->err = diag_set(&outcome->diag, ERR_TIMEOUT, outcome->file, 0, 0,
                                "the scenario hung and was ended");
    else if (!unpack(&job->result, outcome))
        outcome->err =
            diag_set(&outcome->diag, ERR_BUG, outcome->file, 0, 0, "its process died: %s",
                     WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "without a result");
    buf_done(&job->result);
    leave_place(job->place, !outcome->err);
}

static void receive(struct runner *runner, size_t i)
{
    char block[65536];
    struct job *job = &runner->jobs[i];
    ssize_t got = read(job->fd, block, sizeof block);
    if (got > 0)
        buf_add(&job->result, block, (size_t)got);
    else if (got == 0 || errno != EINTR)
        finish(runner, i);
}

static void stop_all(struct runner *runner)
{
    struct signalfd_siginfo info;
    if (read(runner->signals, &info, sizeof info) != sizeof info)
        return;
    runner->stopped_by = (int)info.ssi_signo;
    for (size_t i = 0; i < runner->started; i++)
        if (runner->jobs[i].pid > 0)
            kill(runner->jobs[i].pid, SIGTERM);
}

/* Those past their time are killed; returns how long the next may wait, in ms. */
static int check_times(struct runner *runner)
{
    int64_t now = clock_machine_ms(), least = 60000;
    for (size_t i = 0; i < runner->started; i++) {
        struct job *job = &runner->jobs[i];
        if (job->pid <= 0 || !job->kill_ms)
            continue;
        if (job->kill_ms <= now) {
            kill(job->pid, SIGKILL);
            job->kill_ms = 0;
        } else if (job->kill_ms - now < least) {
            least = job->kill_ms - now;
        }
    }
    return (int)least;
}

static void wait_for_some(struct runner *runner)
{
    struct pollfd fds[RUNNER_JOBS_MAX + 1] = {{.fd = runner->signals, .events = POLLIN}};
    size_t whose[RUNNER_JOBS_MAX + 1], count = 1;
    for (size_t i = runner->told; i < runner->started && count <= RUNNER_JOBS_MAX; i++)
        if (runner->jobs[i].pid > 0) {
            fds[count].fd = runner->jobs[i].fd;
            fds[count].events = POLLIN;
            whose[count++] = i;
        }
    if (poll(fds, count, check_times(runner)) <= 0)
        return;
    if (fds[0].revents)
        stop_all(runner);
    for (size_t i = 1; i < count; i++)
        if (fds[i].revents)
            receive(runner, whose[i]);
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *where)
{
    (void)about, (void)kind, (void)where;
    remove(path);
    return 0;
}

/* A folder for everything temporary of the run, so that nothing stays when it is stopped. */
static bool make_folder(char *path, size_t path_len)
{
    const char *tmp = getenv("TMPDIR");
    snprintf(path, path_len, "%s/mockrc-run-XXXXXX",
             tmp && *tmp && strlen(tmp) < 80 ? tmp : "/tmp");
    return mkdtemp(path) != NULL;
}

int runner_run(const struct file_list *files, const struct runner_options *options,
               struct outcome *outcomes, runner_fn *done, void *context)
{
    char folder[128];
    struct runner_options own = *options;
    bool has_folder = make_folder(folder, sizeof folder);
    own.run.folder = has_folder ? folder : NULL;
    size_t jobs = (size_t)(options->jobs > 0 ? options->jobs : JOBS), running;
    struct runner runner = {.files = files, .options = &own, .outcomes = outcomes};
    struct diag no_client; /* told by the scenario that wants one */
    if (client_find(options->run.client, runner.client, sizeof runner.client, &no_client))
        runner.client[0] = '\0';
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGINT);
    sigaddset(&mask, SIGTERM);
    sigprocmask(SIG_BLOCK, &mask, &runner.old);
    runner.signals = signalfd(-1, &mask, SFD_CLOEXEC);
    runner.jobs = xcalloc(files->count, sizeof *runner.jobs);
    if (jobs > RUNNER_JOBS_MAX)
        jobs = RUNNER_JOBS_MAX;
    while (runner.told < files->count) {
        for (running = runner.started - runner.ended;
             running < jobs && runner.started < files->count && !runner.stopped_by; running++)
            start(&runner);
        if (runner.started > runner.ended)
            wait_for_some(&runner);
        for (; runner.told < runner.started && runner.jobs[runner.told].pid <= 0; runner.told++)
            done(context, &outcomes[runner.told]);
        if (runner.stopped_by && runner.ended == runner.started)
            break;
    }
    for (; runner.told < files->count; runner.told++) {
        struct outcome *outcome = &outcomes[runner.told];
        outcome_init(outcome, files->list[runner.told]);
        outcome->err =
            diag_set(&outcome->diag, ERR_ENV, outcome->file, 0, 0, "the run was stopped");
    }
    for (size_t i = 0; i < RUNNER_JOBS_MAX; i++)
        client_pool_free(runner.places[i].clients);
    close(runner.signals);
    sigprocmask(SIG_SETMASK, &runner.old, NULL);
    if (has_folder)
        nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(runner.jobs);
    return runner.stopped_by;
}
