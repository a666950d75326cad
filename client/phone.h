/*
 * One handset that stays: registers, keeps its registration through whichever proxy carries it
 * (outbound.h decides, this performs), places a call, holds it and hangs up, and fails over with
 * whatever it is doing: a call is made known where the registration went, so
 * that the far end is heard there. Runs on the machine's steady clock, in its caller's thread.
 */
#ifndef RC_CLIENT_PHONE_H
#define RC_CLIENT_PHONE_H

#include "client.h"
#include "handsets.h"
#include "outbound.h"
#include "sipcall.h"

/* A fact: when a call of ours was last refused (403) by a platform that had us registered; 0: the last one
 * was not. */
#define PHONE_REFUSED_MS "phone.refused_ms"

enum phone_goal {
    PHONE_REGISTER, /* a proxy carries it */
    PHONE_CALL,     /* the number answered */
    PHONE_HOLD,
    PHONE_RESUME,
    PHONE_HANGUP,
    PHONE_KEEP, /* the time has passed; registrations went on */
    PHONE_TALK, /* so many frames of audio were sent in a call, and what came back was counted */
    PHONE_GOALS
};

enum { PHONE_TRIES_MAX = 100 };

/* One request: what, when, through whom, and what came of it. */
struct phone_try {
    int64_t at_ms; /* since the goal was set */
    char what[12];
    char proxy[300];
    struct sipua_result result;
};

struct phone_took {
    bool is_reached;
    bool has_lost_call; /* it was over, and nobody had told us */
    int64_t ms;
    uint64_t sent, heard; /* packets of audio: PHONE_TALK */
    int try_count;        /* the first PHONE_TRIES_MAX of them are kept */
    struct phone_try tries[PHONE_TRIES_MAX];
};

struct phone {
    struct client *client; /* borrowed */
    struct settings settings;
    struct handset handset;
    struct outbound outbound;
    struct sipcall call;
    struct voice voice;
    char domain[300];
    int redirections;      /* of calls, since the goal was set */
    int64_t not_before_ms; /* 491: the goal waits */
};

/* NULL with a sentence in `why`. Ended with phone_free. */
struct phone *phone_new(struct client *client, const struct settings *settings,
                        const struct handset *handset, const struct outbound_policy *policy,
                        char *why, size_t cap);
void phone_free(struct phone *phone);

const char *phone_goal_text(enum phone_goal goal); /* "register" */
bool phone_goal_named(const char *name, size_t len, enum phone_goal *ret);

/* Works on the goal, at most for so long; `number` of a call. */
void phone_reach(struct phone *phone, enum phone_goal goal, const char *number, int64_t limit_ms,
                 struct phone_took *ret_took);

#endif
