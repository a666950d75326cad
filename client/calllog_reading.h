/*
 * Inside of the call log's reading, shared by its files (calllog*.c): the stretch of time being read,
 * what one run keeps in mind, and when what was refused is asked for again. Not for other modules.
 */
#ifndef RC_CLIENT_CALLLOG_READING_H
#define RC_CLIENT_CALLLOG_READING_H

#include "backoff.h"
#include "calllog.h"

#define CALLLOG_FRAME "calllog.frame"
#define CALLLOG_TOKEN "calllog.token"

/* So far before it was taken a token tells of changes. A full synchronization reaches 30 days back at
 * most; half of it is well inside whatever our clock says. */
#define CALLLOG_TOLD_MS (14 * 86400000LL)

/* How far before the mark a reading begins: by minutes; by more than the longest call; by what a sync
 * token would have told of, for one was lost. */
enum reach { REACH_NARROW, REACH_WIDE, REACH_DEEP };

/* One reading of a stretch of time, by start of the calls. It survives a crash: what is still to be
 * asked is stored with each page, in the page's transaction. */
struct frame {
    int64_t from_ms, to_ms;
    enum reach reach;
    char next[2048]; /* path of the next page; "": it is full */
};

/* What one run keeps in mind from page to page. */
struct reading {
    struct rest *rest;
    struct calllog_options options;
    struct frame frame;
    struct backoff backoff;
    bool is_resumed;         /* the frame is of an earlier run */
    int unauthorized;        /* 401 in spite of a fresh token */
    int knocks;              /* of a client that ignores Retry-After */
    int64_t waited_until_ms; /* the last penalty waited for */
};

/* --- calllog_frame.c --- */

/* What is to be read up to `to_ms`. */
void frame_new(const struct client *client, const struct calllog_options *options, int64_t to_ms,
               struct frame *ret_frame);
/* Begins at its first page again, as `options` ask for it. */
void frame_rewind(const struct client *client, const struct calllog_options *options,
                  struct frame *frame);
/* The frame a run before this one did not end; false when there is none, or it was of another form. */
bool frame_load(struct store *store, struct frame *ret_frame);
/* Within the caller's transaction: what is left to ask, or that nothing is. */
bool frame_keep(struct store *store, const struct frame *frame);
/* Whether, beside the tokens, a reading is to be made: an hour after one that was narrower than it had to
 * be, else a wide one once a day. */
bool frame_is_due(const struct client *client, int64_t now_ms);
/* A token is lost, and with it what it would have told, or the first is taken: a deep reading is owed. */
bool frame_owe_deep(struct store *store);

/* --- calllog_retry.c --- */

/* Whether what was refused (result->err) is to be asked for again, perhaps otherwise; pauses first. */
bool reading_goes_on(struct reading *reading, struct calllog_result *result);

/* --- calllog_token.c --- */

enum told {
    TOLD_ALL,    /* what has changed since the token is stored */
    TOLD_FAILED, /* result->err, or the store refused */
    TOLD_LOST,   /* there is no token, or it is no longer taken: dates have to be read */
};

/* Whether this client works with sync tokens, and the platform has not lately said that it has none. */
bool token_is_used(const struct client *client);
/* ISync: what has changed since the stored token, and the token of the next time. */
enum told token_ask_changes(struct reading *reading, struct calllog_result *result);
/* FSync: a token for what changes from now on, stored with reading->frame, which holds what is to be
 * read by dates up to then. TOLD_LOST: the platform gives none. */
enum told token_begin(struct reading *reading, struct calllog_result *result);

#endif
