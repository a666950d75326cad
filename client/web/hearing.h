/*
 * The tenant's ear: one thread that subscribes to the account's telephony events, by webhook or over
 * the WebSocket gateway (events.h), keeps the subscription alive, takes in what comes, and subscribes
 * anew when the path has died. What it finds is noted in the store, so that every probe knows it.
 *
 * What holds: after a failure it tries again with growing pauses while the failure may pass, else at
 * its next look. Who asked for events is told of news (a call is over, or something was missed) at
 * most once per HEARING_GAP_MS; what no event tells is the schedule's matter (worker.h).
 */
#ifndef RC_CLIENT_WEB_HEARING_H
#define RC_CLIENT_WEB_HEARING_H

#include "events.h"
#include "web/pool.h"

#define HEARING_GAP_MS 15000

enum hearing_by { HEARING_OFF, HEARING_WEBHOOK, HEARING_SOCKET };

enum hearing_news {
    HEARING_CALLS = 1,  /* calls have changed, or were missed: the call log tells which */
    HEARING_HEALTH = 2, /* trouble came or went */
};

struct hearing_options {
    enum hearing_by by;
    int hook_port;      /* 0: a free one */
    char hook_url[600]; /* what the platform calls; "": the hook's own address */
    int look_s;         /* how often the subscription is read back, the socket asked for life */
    void (*on_news)(void *arg, int news); /* of enum hearing_news, or-ed; on the ear's thread */
    void *arg;
};

struct hearing_state {
    enum hearing_by by;
    bool is_known; /* one look has ended */
    bool is_subscribed;
    int64_t until_ms; /* the subscription's end */
    int64_t heard_ms; /* the last notification; 0: none ever */
    int64_t received; /* ever */
    int64_t calls;    /* that are up, as events tell */
    char trouble[64]; /* "" none */
    char lost[64];    /* why it last subscribed anew; "" it never had to */
    int64_t lost_ms;
};

struct hearing;

/* `client` is the thread's own until hearing_stop. NULL with a sentence in `why`: no port for the hook.
 * HEARING_OFF needs no thread; then, too, the caller ends with hearing_stop. */
struct hearing *hearing_start(struct client *client, const struct hearing_options *options,
                              char *why, size_t cap);
/* Returns within what the thread is at; leaves the subscription for the next start. NULL is fine. */
void hearing_stop(struct hearing *hearing);
/* Another grant is in force: what was subscribed with the one before does not count any more. */
void hearing_begin_anew(struct hearing *hearing);
void hearing_look(struct hearing *hearing, struct hearing_state *ret_state);

#endif
