/*
 * Telephony events of the whole account: one subscription that is kept alive, by webhook or over a
 * WebSocket (gateway.h), and what its notifications tell of calls.
 *
 * What holds: a notification counts once (by its uuid); per party the highest `sequence` wins and a
 * disconnected party stays so, in whatever order they come (failures.md F067). The subscription is
 * read back before it is trusted (F058, F059), renewed at half its life, made anew when the platform
 * no longer has it or no longer delivers, and then the call log is read for what was missed.
 */
#ifndef RC_CLIENT_EVENTS_H
#define RC_CLIENT_EVENTS_H

#include "hook.h"
#include "rest.h"

/* What a subscription asks for, and how soon before its end the doctor warns. */
#define EVENTS_PATH    "/restapi/v1.0/subscription"
#define EVENTS_LIFE_S  604800
#define EVENTS_WARN_MS (24 * 60 * 60 * 1000LL)
/* How long after an anomaly it is told. */
#define EVENTS_TOLD_MS (15 * 60 * 1000LL)

struct events_state {
    char id[64];      /* of the subscription, "" none */
    char status[24];  /* "Active", "Blacklisted", "" when it is not there */
    char reason[160]; /* why it was blacklisted, in the platform's words */
    int64_t until_ms; /* its end */
    /* Filters we asked for that bring nothing, and why, ", " between; "" none. */
    char disabled[160];
};

/* Reads the stored subscription back. False when the platform could not be asked; `err` says why.
 * One the platform does not have (any more) is status "" and true. */
bool events_read(struct rest *rest, struct events_state *ret_state, struct apierr *err);

enum events_done {
    EVENTS_KEPT,
    EVENTS_RENEWED,
    EVENTS_CREATED,
    EVENTS_REPLACED,
    EVENTS_RECOVERED, /* over a new socket, with what the platform kept */
};

/* Sees to it that notifications come to `address`: keeps, renews, creates or replaces. `*ret_lost`
 * is the diagnosis of what was wrong with the one replaced, NULL when nothing was. */
bool events_ensure(struct rest *rest, const char *address, struct events_state *ret_state,
                   enum events_done *ret_done, const char **ret_lost, struct apierr *err);
/* Sees to it that notifications come over client->gateway, which is made when first needed: a sign
 * of life is asked for, and a connection that gives none is replaced. `*ret_lost` as above. */
bool events_ensure_socket(struct rest *rest, struct events_state *ret_state,
                          enum events_done *ret_done, const char **ret_lost, struct apierr *err);
/* Ends the subscription. */
bool events_end(struct rest *rest, struct apierr *err);

/* For those who subscribe: what to ask for, which the caller deletes; what a subscription says; and
 * its place in the store, with the address that it is for (EVENTS_SOCKET: none, a WebSocket). */
#define EVENTS_SOCKET "websocket"
cJSON *events_wish(const char *transport);
void events_read_state(const cJSON *subscription, struct events_state *state);
bool events_keep(struct client *client, const struct events_state *state, const char *address);

/* The name for a subscription that is not there: its owner may be another than who authorized now, or
 * it went with the grant before, and nobody has subscribed since. */
const char *events_gone(struct client *client);

/* Opens client->hook on a loopback port (0: a free one) when it is not open, with this store's
 * verification token. `on_arrival` may be NULL (hook.h). False with a sentence in `why`. */
bool events_listen(struct client *client, int port, void (*on_arrival)(void *arg), void *arg,
                   char *why, size_t cap);

/* What somebody who listens for long found at his last look, for those who probe without a socket of
 * their own: a diagnosis and what was seen, both "" when all is well. */
struct events_note {
    char trouble[64];
    char seen[200];
    int64_t at_ms; /* 0: nobody listened yet */
};

/* Why there is no subscription: what stands in the way, by webhook or (`is_socket`) over the socket; `lost`
 * is events_ensure's. The note has no time. */
void events_explain(const struct rest *rest, bool is_socket, const char *lost,
                    const struct apierr *err, struct events_note *ret_note);
/* The same of one that is there, but for filters that bring nothing. */
void events_note_deaf(const struct events_state *state, struct events_note *ret_note);
bool events_note_put(struct client *client, const char *trouble, const char *seen);
/* The grant it was found with is no longer in force, or nobody wants events any more. */
bool events_note_forget(struct store *store);
void events_note_load(struct store *store, struct events_note *ret_note);

/* Takes in what one notification tells; false when it is none. */
bool events_take(struct client *client, const char *body);
/* All that has arrived, by hook (NULL: none) and socket; returns how many. */
int events_drain(struct client *client, struct hook *hook);

/* Holds the calls that are up as events tell, and quiet for a minute, against the platform's active calls:
 * one that is not among them has ended, and its last event was lost. Returns how many were ended here
 * for that; -1 when the platform could not be asked, for which `err` says why. */
int events_reconcile(struct rest *rest, struct apierr *err);
/* How many so far, and when the last one. */
void events_count_ghosts(struct store *store, int64_t *ret_ghosts, int64_t *ret_last_ms);

struct events_counts {
    int64_t received, duplicates, late; /* ever */
    int64_t anomaly_ms;                 /* the last duplicate or late one; 0: never */
    int64_t foreign, foreign_ms;        /* of another subscription than ours; the last; 0: never */
    int64_t last_ms;                    /* the last one taken in */
    int64_t calls;                      /* with a party that has not gone */
};

void events_count(struct store *store, struct events_counts *ret_counts);

#endif
