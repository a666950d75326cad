#include "scenario/runner.h"

#include "base/mem.h"
#include "scenario/worker.h"

#include <errno.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

enum { JOBS = 8, TIMEOUT_MS = 60000, GRACE_MS = 5000 };

/* Where one scenario at a time is played. */
struct place {
    struct worker *worker; /* NULL: none yet, or the last one failed */
    bool is_busy;
    size_t index;    /* of the file it plays */
    int64_t kill_ms; /* machine time; 0: was killed for its time */
};

struct runner {
    const struct file_list *files;
    const struct runner_options *options;
    struct outcome *outcomes;
    bool *has_ended; /* per file */
    struct place places[RUNNER_JOBS_MAX];
    size_t place_count, started, busy, told;
    sigset_t old;
    int signals; /* a signalfd */
    int stopped_by;
};

static void end(struct runner *runner, size_t index, int err, const char *why)
{
    struct outcome *outcome = &runner->outcomes[index];
    if (err)
        outcome->err = diag_set(&outcome->diag, err, outcome->file, 0, 0, "%s", why);
    runner->has_ended[index] = true;
}

static void start(struct runner *runner, struct place *place)
{
    char why[100];
    const int64_t wish = runner->options->run.timeout_ms;
    place->index = runner->started++;
    outcome_init(&runner->outcomes[place->index], runner->files->list[place->index]);
    if (!place->worker)
        place->worker = worker_new(runner->files, runner->options, &runner->old);
    if (!place->worker) {
        snprintf(why, sizeof why, "no process: %s", strerror(errno));
        end(runner, place->index, ERR_ENV, why);
        return;
    }
    worker_play(place->worker, place->index);
    place->kill_ms = clock_machine_ms() + (wish > 0 ? wish : TIMEOUT_MS) +
                     (runner->options->grace_ms > 0 ? runner->options->grace_ms : GRACE_MS);
    place->is_busy = true;
    runner->busy++;
}

/* Whatever is left in a process whose scenario failed is not used again. */
static void finish(struct runner *runner, struct place *place, bool has_died)
{
    char why[100];
    size_t index = place->index;
    int status = 0;
    place->is_busy = false;
    runner->busy--;
    if (has_died || runner->outcomes[index].err || runner->stopped_by) {
        status = worker_end(place->worker);
        place->worker = NULL;
    } else if (runner->started == runner->files->count) {
        worker_dismiss(place->worker); /* it ends while others still play */
    }
    snprintf(why, sizeof why, "its process died: %s",
             WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "without a result");
    if (runner->stopped_by)
        end(runner, index, ERR_ENV, "the run was stopped");
    else if (place->kill_ms == 0)
        end(runner, index, ERR_TIMEOUT, "the scenario hung and was ended");
    else if (has_died)
        end(runner, index, ERR_BUG, why);
    else
        end(runner, index, ERR_OK, NULL);
}

static void receive(struct runner *runner, struct place *place)
{
    enum worker_word word = worker_receive(place->worker, &runner->outcomes[place->index]);
    if (word != WORKER_BUSY)
        finish(runner, place, word == WORKER_DIED);
}

static void stop_all(struct runner *runner)
{
    struct signalfd_siginfo info;
    if (read(runner->signals, &info, sizeof info) != sizeof info)
        return;
    runner->stopped_by = (int)info.ssi_signo;
    for (size_t i = 0; i < runner->place_count; i++)
        if (runner->places[i].is_busy)
            worker_signal(runner->places[i].worker, SIGTERM);
}

/* Those past their time are killed; returns how long the next may wait, in ms. */
static int check_times(struct runner *runner)
{
    int64_t now = clock_machine_ms(), least = 60000;
    for (size_t i = 0; i < runner->place_count; i++) {
        struct place *place = &runner->places[i];
        if (!place->is_busy || !place->kill_ms)
            continue;
        if (place->kill_ms <= now) {
            worker_signal(place->worker, SIGKILL);
            place->kill_ms = 0;
        } else if (place->kill_ms - now < least) {
            least = place->kill_ms - now;
        }
    }
    return (int)least;
}

static void wait_for_some(struct runner *runner)
{
    struct pollfd fds[RUNNER_JOBS_MAX + 1] = {{.fd = runner->signals, .events = POLLIN}};
    struct place *whose[RUNNER_JOBS_MAX + 1];
    nfds_t count = 1;
    for (size_t i = 0; i < runner->place_count; i++)
        if (runner->places[i].is_busy) {
            fds[count].fd = worker_fd(runner->places[i].worker);
            fds[count].events = POLLIN;
            whose[count++] = &runner->places[i];
        }
    if (poll(fds, count, check_times(runner)) <= 0)
        return;
    if (fds[0].revents)
        stop_all(runner);
    for (nfds_t i = 1; i < count; i++)
        if (fds[i].revents)
            receive(runner, whose[i]);
}

static void fill_places(struct runner *runner)
{
    for (size_t i = 0; i < runner->place_count && !runner->stopped_by; i++)
        if (!runner->places[i].is_busy && runner->started < runner->files->count)
            start(runner, &runner->places[i]);
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *where)
{
    (void)about, (void)kind, (void)where;
    remove(path);
    return 0;
}

/* Stores that live for a tenth of a second need no disk: making and removing their files there was a
 * fifteenth of a run. Where memory is short (in a container it is often 64 MiB), the disk after all. */
static const char *temporary_folder(void)
{
    enum { ROOM_MIB = 1024 };
    static const char memory[] = "/dev/shm";
    const char *wish = getenv("TMPDIR");
    struct statvfs about;
    if (wish && *wish && strlen(wish) < 80)
        return wish;
    bool is_roomy = statvfs(memory, &about) == 0 && access(memory, W_OK | X_OK) == 0 &&
                    (uint64_t)about.f_bavail * about.f_frsize >> 20 >= ROOM_MIB;
    return is_roomy ? memory : "/tmp";
}

/* A folder for everything temporary of the run, so that nothing stays when it is stopped. */
static bool make_folder(char *path, size_t path_len)
{
    snprintf(path, path_len, "%s/mockrc-run-XXXXXX", temporary_folder());
    return mkdtemp(path) != NULL;
}

static void tell_ended(struct runner *runner, runner_fn *done, void *context)
{
    for (; runner->told < runner->started && runner->has_ended[runner->told]; runner->told++)
        done(context, &runner->outcomes[runner->told]);
}

int runner_run(const struct file_list *files, const struct runner_options *options,
               struct outcome *outcomes, runner_fn *done, void *context)
{
    char folder[128];
    struct runner_options own = *options;
    bool has_folder = make_folder(folder, sizeof folder);
    own.run.folder = has_folder ? folder : NULL;
    size_t jobs = (size_t)(options->jobs > 0 ? options->jobs : JOBS);
    struct runner runner = {.files = files, .options = &own, .outcomes = outcomes};
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGINT);
    sigaddset(&mask, SIGTERM);
    sigprocmask(SIG_BLOCK, &mask, &runner.old);
    runner.signals = signalfd(-1, &mask, SFD_CLOEXEC);
    runner.has_ended = xcalloc(files->count, sizeof *runner.has_ended);
    runner.place_count = jobs < RUNNER_JOBS_MAX ? jobs : RUNNER_JOBS_MAX;
    while (runner.told < files->count) {
        fill_places(&runner);
        if (runner.busy)
            wait_for_some(&runner);
        tell_ended(&runner, done, context);
        if (runner.stopped_by && !runner.busy)
            break;
    }
    for (; runner.told < files->count; runner.told++) {
        outcome_init(&outcomes[runner.told], files->list[runner.told]);
        end(&runner, runner.told, ERR_ENV, "the run was stopped");
    }
    for (size_t i = 0; i < runner.place_count; i++)
        worker_end(runner.places[i].worker);
    close(runner.signals);
    sigprocmask(SIG_SETMASK, &runner.old, NULL);
    if (has_folder)
        nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(runner.has_ended);
    return runner.stopped_by;
}
