/* Work in the background; see worker.h. */
#include "web/worker.h"

#include <ctype.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "command.h"
#include "text.h"

#define SIP_JOBS  (JOB_RELOAD | JOB_REGISTER | JOB_PROBE)
#define DATA_JOBS JOB_SYNC
/* How long a refresh token counts as good without being exchanged. */
#define PROVEN_MS (15 * 60 * 1000)

struct lane {
    struct worker *worker;
    struct client *client;
    pthread_t thread;
    int jobs;    /* which are this lane's */
    int pending; /* asked for */
    bool is_started;
};

struct worker {
    pthread_mutex_t mutex;
    pthread_cond_t changed; /* something was asked, or has ended; on the steady clock */
    struct pool *pool;
    struct worker_options options;
    struct worker_state state;
    struct lane lanes[2];
    struct client *ear; /* the hearing's own */
    struct hearing *hearing;
    int64_t forgets; /* of worker_forget */
    bool is_ending;
};

static void lock(struct worker *worker)
{
    pthread_mutex_lock(&worker->mutex);
}

/* Whoever waits for an end of something looks again. */
static void unlock(struct worker *worker)
{
    pthread_cond_broadcast(&worker->changed);
    pthread_mutex_unlock(&worker->mutex);
}

/* A password changed at the provider may show at the next exchange only, so a probe exchanges a pair
 * that has not been proven for a while: the new one is stored before it is used. */
static bool is_renewal_due(struct client *client)
{
    struct grant grant;
    bool is_due = store_grant_load(client->store, SLOT_LIVE, &grant) && grant.refresh_token[0] &&
                  client_now_ms(client) - grant.issued_ms > PROVEN_MS;
    explicit_bzero(&grant, sizeof(grant));
    return is_due;
}

static void run_probe(struct worker *worker, struct client *client)
{
    struct health health = {.is_known = true};
    struct checkup *checkup = xcalloc(1, sizeof(*checkup));
    lock(worker);
    worker->state.is_probing = true;
    int64_t forgets = worker->forgets;
    unlock(worker);
    client_expire_pending(client);
    if (client->profile == PROFILE_GOOD) {
        checkup_run(client, is_renewal_due(client), checkup);
        checkup_word(checkup, health.word, sizeof(health.word));
    }
    health.at_ms = client_now_ms(client);
    health.count = checkup->count;
    memcpy(health.findings, checkup->findings, sizeof(health.findings));
    memcpy(health.planes, checkup->planes, sizeof(health.planes));
    memcpy(health.reasons, checkup->reasons, sizeof(health.reasons));
    explicit_bzero(checkup, sizeof(*checkup)); /* tokens */
    free(checkup);
    lock(worker);
    if (forgets == worker->forgets)
        worker->state.health = health;
    worker->state.is_probing = false;
    worker->state.probes++;
    unlock(worker);
}

static void run_register(struct worker *worker, struct client *client, bool is_reload)
{
    struct args args = {0};
    const struct option *const tables[] = {handsets_options, NULL};
    struct call call = {.client = client, .args = &args, .is_batch = true};
    char why[200];
    cJSON *wanted = cJSON_CreateObject();
    call.result = cJSON_CreateObject();
    if (is_reload)
        cJSON_AddBoolToObject(wanted, "reload", true);
    args_read_json(&args, wanted, tables, (const char *const[]){NULL}, why, sizeof(why));
    lock(worker);
    worker->state.registering.is_running = true;
    unlock(worker);
    cmd_handsets(&call);
    struct registering ended = {
        .is_known = true,
        .registered = (int)json_int(call.result, "registered", 0),
        .total = (int)json_int(call.result, "total", 0),
        .ended_ms = client_now_ms(client),
    };
    text_copy(ended.error, sizeof(ended.error), call.error);
    ended.error[0] = (char)toupper((unsigned char)ended.error[0]);
    lock(worker);
    worker->state.registering = ended;
    unlock(worker);
    args_done(&args);
    cJSON_Delete(wanted);
    cJSON_Delete(call.result);
}

static void on_progress(void *arg, double done, int64_t records)
{
    struct worker *worker = arg;
    lock(worker);
    worker->state.transfer.done = done;
    worker->state.transfer.records = records;
    unlock(worker);
}

static int64_t time_of(const cJSON *result, const char *name)
{
    int64_t at_ms = 0;
    const char *text = json_text(result, name, NULL);
    return text && clock_parse(text, &at_ms) ? at_ms : 0;
}

static void run_sync(struct worker *worker, struct client *client)
{
    struct args args = {0};
    const struct option *const tables[] = {sync_options, NULL};
    struct call call = {.client = client, .args = &args, .is_batch = true};
    char why[200];
    cJSON *wanted = cJSON_CreateObject();
    call.result = cJSON_CreateObject();
    cJSON_AddNumberToObject(wanted, "days", worker->options.days);
    args_read_json(&args, wanted, tables, (const char *const[]){NULL}, why, sizeof(why));
    lock(worker);
    worker->state.transfer.is_running = true;
    worker->state.transfer.done = 0;
    worker->state.transfer.records = 0;
    unlock(worker);
    client->on_progress = on_progress;
    client->progress_arg = worker;
    cmd_sync(&call);
    struct transfer ended = {
        .is_known = true,
        .records = json_int(call.result, "records", 0),
        .fresh = json_int(call.result, "new", 0),
        .from_ms = time_of(call.result, "from"),
        .to_ms = time_of(call.result, "to"),
        .retry_at_ms = time_of(call.result, "retry_at"),
        .ended_ms = client_now_ms(client),
        .is_complete = json_is_true(call.result, "complete"),
    };
    text_copy(ended.error, sizeof(ended.error), call.error);
    ended.error[0] = (char)toupper((unsigned char)ended.error[0]);
    lock(worker);
    worker->state.transfer = ended;
    unlock(worker);
    args_done(&args);
    cJSON_Delete(wanted);
    cJSON_Delete(call.result);
}

static void run_jobs(struct lane *lane, int jobs)
{
    if (jobs & (JOB_RELOAD | JOB_REGISTER))
        run_register(lane->worker, lane->client, jobs & JOB_RELOAD);
    if (jobs & JOB_PROBE)
        run_probe(lane->worker, lane->client);
    if (jobs & JOB_SYNC)
        run_sync(lane->worker, lane->client);
}

/* The lane's jobs that are asked for or due by the schedule, which counts from the last time; the
 * next due time goes into `*ret_next_ms`. */
static int due_jobs(const struct lane *lane, int64_t *last_ms, int64_t now_ms, int64_t *ret_next_ms)
{
    const struct worker_options *options = &lane->worker->options;
    const struct {
        int job, every_s;
    } schedule[] = {{JOB_REGISTER, options->register_s},
                    {JOB_PROBE, options->probe_s},
                    {JOB_SYNC, options->sync_s}};
    int due = lane->pending;
    for (size_t i = 0; i < sizeof(schedule) / sizeof(*schedule); i++) {
        if (!(lane->jobs & schedule[i].job) || schedule[i].every_s == 0)
            continue;
        int64_t at_ms = last_ms[i] + (int64_t)schedule[i].every_s * 1000;
        if (at_ms <= now_ms || (due & schedule[i].job)) {
            due |= schedule[i].job;
            at_ms = now_ms + (int64_t)schedule[i].every_s * 1000;
            last_ms[i] = now_ms;
        }
        if (at_ms < *ret_next_ms)
            *ret_next_ms = at_ms;
    }
    return due;
}

static void *run_lane(void *arg)
{
    struct lane *lane = arg;
    struct worker *worker = lane->worker;
    int64_t last_ms[3];
    for (int i = 0; i < 3; i++)
        last_ms[i] = clock_steady_ms();
    lock(worker);
    while (!worker->is_ending) {
        int64_t now_ms = clock_steady_ms(), next_ms = now_ms + 3600000;
        int jobs = due_jobs(lane, last_ms, now_ms, &next_ms);
        lane->pending = 0;
        if (jobs == 0) {
            struct timespec until = {.tv_sec = next_ms / 1000, .tv_nsec = next_ms % 1000 * 1000000};
            pthread_cond_timedwait(&worker->changed, &worker->mutex, &until);
            continue;
        }
        unlock(worker);
        run_jobs(lane, jobs);
        lock(worker);
    }
    unlock(worker);
    /* A SIP endpoint ends on the thread that made it. */
    client_hang_up(lane->client);
    return NULL;
}

/* Events make work only where the schedule does, too. */
static void on_news(void *arg, int news)
{
    struct worker *worker = arg;
    const struct worker_options *options = &worker->options;
    worker_ask(worker, ((news & HEARING_CALLS) && options->sync_s > 0 ? JOB_SYNC : 0) |
                           ((news & HEARING_HEALTH) && options->probe_s > 0 ? JOB_PROBE : 0));
}

static bool start_hearing(struct worker *worker, char *why, size_t cap)
{
    struct hearing_options options = worker->options.hearing;
    options.on_news = on_news;
    options.arg = worker;
    worker->ear = pool_take(worker->pool, why, cap);
    if (worker->ear)
        worker->hearing = hearing_start(worker->ear, &options, why, cap);
    return worker->hearing != NULL;
}

struct worker *worker_start(struct pool *pool, const struct worker_options *options, char *why,
                            size_t cap)
{
    struct worker *worker = xcalloc(1, sizeof(*worker));
    pthread_condattr_t attr;
    pthread_mutex_init(&worker->mutex, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC); /* clock_steady_ms's */
    pthread_cond_init(&worker->changed, &attr);
    pthread_condattr_destroy(&attr);
    worker->pool = pool;
    worker->options = *options;
    for (int i = 0; i < 2; i++) {
        struct lane *lane = &worker->lanes[i];
        *lane = (struct lane){.worker = worker, .jobs = i == 0 ? SIP_JOBS : DATA_JOBS};
        lane->client = pool_take(pool, why, cap);
        if (lane->client == NULL) {
            worker_stop(worker);
            return NULL;
        }
        lane->client->max_wait_s = 0; /* the schedule waits, not the thread */
        if (pthread_create(&lane->thread, NULL, run_lane, lane) != 0)
            abort();
        lane->is_started = true;
    }
    if (!start_hearing(worker, why, cap)) {
        worker_stop(worker);
        return NULL;
    }
    return worker;
}

void worker_stop(struct worker *worker)
{
    if (worker == NULL)
        return;
    hearing_stop(worker->hearing);
    pool_give(worker->pool, worker->ear);
    lock(worker);
    worker->is_ending = true;
    unlock(worker);
    for (int i = 0; i < 2; i++) {
        if (worker->lanes[i].is_started)
            pthread_join(worker->lanes[i].thread, NULL);
        pool_give(worker->pool, worker->lanes[i].client);
    }
    pthread_cond_destroy(&worker->changed);
    pthread_mutex_destroy(&worker->mutex);
    free(worker);
}

void worker_ask(struct worker *worker, int jobs)
{
    lock(worker);
    for (int i = 0; i < 2; i++)
        worker->lanes[i].pending |= jobs & worker->lanes[i].jobs;
    unlock(worker);
}

void worker_forget(struct worker *worker)
{
    lock(worker);
    worker->state.health = (struct health){.is_forgotten = true};
    worker->forgets++;
    unlock(worker);
    hearing_begin_anew(worker->hearing);
}

void worker_look(struct worker *worker, struct worker_state *ret_state)
{
    pthread_mutex_lock(&worker->mutex);
    *ret_state = worker->state;
    pthread_mutex_unlock(&worker->mutex);
    hearing_look(worker->hearing, &ret_state->hearing);
}

void worker_await_probe(struct worker *worker, int64_t probes, int timeout_ms)
{
    int64_t until_ms = clock_steady_ms() + timeout_ms;
    struct timespec until = {.tv_sec = until_ms / 1000, .tv_nsec = until_ms % 1000 * 1000000};
    pthread_mutex_lock(&worker->mutex);
    while (worker->state.probes <= probes &&
           pthread_cond_timedwait(&worker->changed, &worker->mutex, &until) == 0)
        continue;
    pthread_mutex_unlock(&worker->mutex);
}
