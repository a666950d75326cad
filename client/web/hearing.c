/* Hearing of calls as they happen; see hearing.h. */
#include "web/hearing.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "backoff.h"
#include "gateway.h"
#include "text.h"

/* How long the thread may listen to a socket before it looks what it was asked. */
#define SOCKET_WAIT_MS 100

struct hearing {
    pthread_mutex_t mutex;  /* of state, anews and is_ending */
    pthread_cond_t changed; /* on the steady clock: asked, or a webhook has come */
    pthread_t thread;
    struct client *client;
    struct hearing_options options;
    struct hearing_state state;
    int anews; /* of hearing_begin_anew */
    bool is_ending, is_started, has_arrived;
    /* of the thread alone */
    int done_anews;
    int64_t look_ms, told_ms; /* when to look next; when calls were last told of; steady clock */
    int tries;                /* since a look went well */
    bool has_calls;           /* news of calls that were not told yet */
    int64_t calls;            /* that were up at the last look */
};

/* --- one look at the subscription --- */

struct look {
    bool has_grant, is_ok;
    struct events_state subscription;
    enum events_done done;
    const char *lost;
    struct apierr err;
    struct events_note note;
};

static void run_look(struct hearing *hearing, struct look *look)
{
    struct client *client = hearing->client;
    struct rest rest;
    char address[600];
    *look = (struct look){.has_grant = rest_open(client, SLOT_LIVE, &rest)};
    if (look->has_grant && hearing->options.by == HEARING_SOCKET) {
        look->is_ok =
            events_ensure_socket(&rest, &look->subscription, &look->done, &look->lost, &look->err);
    } else if (look->has_grant) {
        if (hearing->options.hook_url[0])
            text_copy(address, sizeof(address), hearing->options.hook_url);
        else
            snprintf(address, sizeof(address), "http://127.0.0.1:%d" HOOK_PATH,
                     hook_port(client->hook));
        look->is_ok = events_ensure(&rest, address, &look->subscription, &look->done, &look->lost,
                                    &look->err);
    }
    if (look->has_grant && !look->is_ok)
        events_explain(&rest, hearing->options.by == HEARING_SOCKET, look->lost, &look->err,
                       &look->note);
    else if (look->subscription.disabled[0])
        events_note_deaf(&look->subscription, &look->note);
    events_drain(client, client->hook); /* what has come explains what is not active any more */
    struct apierr ignored;              /* asked again at the next look */
    if (look->is_ok && events_reconcile(&rest, &ignored) > 0)
        hearing->has_calls = true;
    explicit_bzero(&rest, sizeof(rest)); /* tokens */
}

/* When to look again: by the schedule, or soon when what stood in the way may pass. */
static void plan_look(struct hearing *hearing, const struct look *look)
{
    struct client *client = hearing->client;
    int64_t pause_ms = (int64_t)hearing->options.look_s * 1000;
    bool may_pass = look->has_grant && !look->is_ok && apierr_is_transient(&look->err);
    hearing->tries = may_pass ? hearing->tries + 1 : 0;
    if (may_pass) {
        int64_t soon_ms =
            backoff_pause_ms(client, &client->rnd, hearing->tries, look->err.retry_after_s);
        pause_ms = soon_ms < pause_ms || look->err.retry_after_s > 0 ? soon_ms : pause_ms;
    }
    hearing->look_ms = clock_steady_ms() + pause_ms;
}

/* Notes the outcome, unless another grant came into force meanwhile. Returns the news it is. */
static int keep_look(struct hearing *hearing, const struct look *look)
{
    struct hearing_state *state = &hearing->state;
    int64_t now_ms = client_now_ms(hearing->client);
    int news = 0;
    pthread_mutex_lock(&hearing->mutex);
    bool is_stale = hearing->anews != hearing->done_anews;
    if (!is_stale) {
        if (strcmp(state->trouble, look->note.trouble) != 0 || look->lost ||
            (look->is_ok && !state->is_subscribed))
            news |= HEARING_HEALTH;
        bool was_subscribed = state->is_subscribed;
        text_copy(state->trouble, sizeof(state->trouble), look->note.trouble);
        state->is_known = true;
        state->is_subscribed = look->is_ok;
        state->until_ms = look->subscription.until_ms;
        if (look->lost && (was_subscribed || look->is_ok || state->lost_ms == 0)) {
            text_copy(state->lost, sizeof(state->lost), look->lost);
            state->lost_ms = now_ms;
        }
    }
    pthread_mutex_unlock(&hearing->mutex);
    if (!is_stale && look->has_grant)
        events_note_put(hearing->client, look->note.trouble, look->note.seen);
    if (look->is_ok && (look->done == EVENTS_REPLACED || look->done == EVENTS_RECOVERED))
        hearing->has_calls = true; /* what was told meanwhile nobody heard */
    return news;
}

/* --- the thread --- */

static void look_after(struct hearing *hearing, bool is_anew)
{
    struct look look;
    if (is_anew && hearing->client->gateway)
        gateway_end(hearing->client->gateway);
    run_look(hearing, &look);
    plan_look(hearing, &look);
    int news = keep_look(hearing, &look);
    if (news)
        hearing->options.on_news(hearing->options.arg, news);
}

/* Takes in what has come, and tells of it when a call ended or none is up. */
static void take_in(struct hearing *hearing)
{
    struct client *client = hearing->client;
    struct events_counts counts;
    int taken = events_drain(client, client->hook);
    if (taken > 0) {
        events_count(client->store, &counts);
        hearing->has_calls |= counts.calls == 0 || counts.calls < hearing->calls;
        hearing->calls = counts.calls;
        pthread_mutex_lock(&hearing->mutex);
        hearing->state.received = counts.received;
        hearing->state.heard_ms = counts.last_ms;
        hearing->state.calls = counts.calls;
        pthread_mutex_unlock(&hearing->mutex);
    }
    int64_t now_ms = clock_steady_ms();
    if (!hearing->has_calls || now_ms < hearing->told_ms + HEARING_GAP_MS)
        return;
    hearing->has_calls = false;
    hearing->told_ms = now_ms;
    hearing->options.on_news(hearing->options.arg, HEARING_CALLS);
}

/* Until something comes, is asked or is due. */
static void wait_for_more(struct hearing *hearing)
{
    if (gateway_is_open(hearing->client->gateway)) {
        gateway_wait(hearing->client->gateway, SOCKET_WAIT_MS);
        return;
    }
    int64_t until_ms = hearing->look_ms;
    if (hearing->has_calls && hearing->told_ms + HEARING_GAP_MS < until_ms)
        until_ms = hearing->told_ms + HEARING_GAP_MS;
    struct timespec until = {.tv_sec = until_ms / 1000, .tv_nsec = until_ms % 1000 * 1000000};
    pthread_mutex_lock(&hearing->mutex);
    while (!hearing->is_ending && !hearing->has_arrived && hearing->anews == hearing->done_anews &&
           pthread_cond_timedwait(&hearing->changed, &hearing->mutex, &until) == 0)
        continue;
    hearing->has_arrived = false;
    pthread_mutex_unlock(&hearing->mutex);
}

/* What was asked meanwhile; false: to end. */
static bool read_asked(struct hearing *hearing, bool *ret_anew)
{
    pthread_mutex_lock(&hearing->mutex);
    bool goes_on = !hearing->is_ending;
    *ret_anew = hearing->anews != hearing->done_anews;
    hearing->done_anews = hearing->anews;
    pthread_mutex_unlock(&hearing->mutex);
    return goes_on;
}

static void *run_ear(void *arg)
{
    struct hearing *hearing = arg;
    bool is_anew;
    while (read_asked(hearing, &is_anew)) {
        bool was_open = gateway_is_open(hearing->client->gateway);
        if (is_anew || clock_steady_ms() >= hearing->look_ms)
            look_after(hearing, is_anew);
        else
            wait_for_more(hearing);
        take_in(hearing);
        if (was_open && !gateway_is_open(hearing->client->gateway))
            hearing->look_ms = 0; /* lost while we listened: at once */
    }
    return NULL;
}

static void on_arrival(void *arg)
{
    struct hearing *hearing = arg;
    pthread_mutex_lock(&hearing->mutex);
    hearing->has_arrived = true;
    pthread_cond_signal(&hearing->changed);
    pthread_mutex_unlock(&hearing->mutex);
}

/* --- life --- */

struct hearing *hearing_start(struct client *client, const struct hearing_options *options,
                              char *why, size_t cap)
{
    struct hearing *hearing = xcalloc(1, sizeof(*hearing));
    struct events_counts counts;
    pthread_condattr_t attr;
    hearing->client = client;
    hearing->options = *options;
    events_count(client->store, &counts);
    hearing->calls = counts.calls;
    hearing->told_ms = -HEARING_GAP_MS;
    hearing->state = (struct hearing_state){.by = options->by,
                                            .heard_ms = counts.last_ms,
                                            .received = counts.received,
                                            .calls = counts.calls};
    pthread_mutex_init(&hearing->mutex, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC); /* clock_steady_ms's */
    pthread_cond_init(&hearing->changed, &attr);
    pthread_condattr_destroy(&attr);
    if (options->by == HEARING_WEBHOOK &&
        !events_listen(client, options->hook_port, on_arrival, hearing, why, cap)) {
        hearing_stop(hearing);
        return NULL;
    }
    if (options->by == HEARING_OFF) {
        events_note_forget(client->store); /* nobody wants events */
        return hearing;
    }
    client->max_wait_s = 0; /* the schedule waits, not the thread */
    if (pthread_create(&hearing->thread, NULL, run_ear, hearing) != 0)
        abort();
    hearing->is_started = true;
    return hearing;
}

void hearing_stop(struct hearing *hearing)
{
    if (hearing == NULL)
        return;
    pthread_mutex_lock(&hearing->mutex);
    hearing->is_ending = true;
    pthread_cond_signal(&hearing->changed);
    pthread_mutex_unlock(&hearing->mutex);
    if (hearing->is_started)
        pthread_join(hearing->thread, NULL);
    /* Both call back into what ends here. */
    hook_stop(hearing->client->hook);
    gateway_free(hearing->client->gateway);
    hearing->client->hook = NULL;
    hearing->client->gateway = NULL;
    pthread_cond_destroy(&hearing->changed);
    pthread_mutex_destroy(&hearing->mutex);
    free(hearing);
}

void hearing_begin_anew(struct hearing *hearing)
{
    pthread_mutex_lock(&hearing->mutex);
    hearing->anews++;
    hearing->state.trouble[0] = '\0';
    pthread_cond_signal(&hearing->changed);
    pthread_mutex_unlock(&hearing->mutex);
}

void hearing_look(struct hearing *hearing, struct hearing_state *ret_state)
{
    pthread_mutex_lock(&hearing->mutex);
    *ret_state = hearing->state;
    pthread_mutex_unlock(&hearing->mutex);
}
