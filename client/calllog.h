/*
 * Keeps the account's call log in the store: first by dates, page by page, newest first; from then on
 * by the platform's sync tokens, which tell what has changed, however old it is (a call that lasted, a
 * recording that came late; rest.md 5.7, failures.md F046).
 *
 *   no token --FSync: a token for what changes from now on--> dates, up to the time of the token
 *   token --ISync 200--> what has changed, and the next token
 *     |--- 400: too old, reset, over 250 changes (F049, F050), or the platform's time went back -->
 *          no token
 *
 * What holds: every request by dates carries both, as UTC instants (F045, F048), and the end is the
 * platform's time where it tells it, so that neither clock's jumps make a gap. The high-water mark moves
 * only when all up to it is stored. A reading by dates starts before the mark: by minutes, because
 * records come late, and once an hour by more than a day, because a call is in the log when it
 * has ended, at the place of its start; once a day that is done beside the tokens
 * too. After a token that was lost it starts as far back as that one told of changes, at once or, once
 * that was done, an hour later. A record is kept once. A page and what is to be asked after it, changes and
 * their token, are one transaction each: what was cut off goes on where it was. What fails in passing is
 * repeated after a pause (backoff.h). While a page is stored the next one is on its way: two are in
 * memory at a time.
 */
#ifndef RC_CLIENT_CALLLOG_H
#define RC_CLIENT_CALLLOG_H

#include "calllog_page.h"

struct calllog_options {
    int days;     /* how far back the first run goes */
    int per_page; /* at most 1000 */
    bool is_own;  /* the own extension's log, not the company's: a weak client's */
    /* Called after each page with the part of the time range that is done, 0 to 1; may be NULL. */
    void (*on_page)(void *arg, double done, int64_t records);
    void *arg;
};

/* Facts in the store: up to when all is there, the diagnosis of the last token given up, and when. */
#define CALLLOG_MARK     "calllog.mark"
#define CALLLOG_RESET    "calllog.reset"
#define CALLLOG_RESET_MS "calllog.reset_ms"

/* How the last part was read; for people. */
#define CALLLOG_BY_DATES   "dates"
#define CALLLOG_BY_CHANGES "changes"

struct calllog_result {
    const char *way;
    const char
        *reset; /* why the sync token was given up in this run, a diagnosis; NULL: it was not */
    struct calllog_counts counts;
    int pages;
    bool is_complete;
    bool is_stored; /* false: the store refused, see store_error */
    int64_t from_ms, to_ms;
    int64_t retry_at_ms; /* after 429: when to come back; 0 */
    struct apierr err;   /* of the request that failed */
};

void calllog_sync(struct rest *rest, const struct calllog_options *options,
                  struct calllog_result *ret_result);

#endif
