/*
 * Reads the account's call log into the store, page by page, newest first.
 *
 * What holds: every request carries both dates, as UTC instants; the high-water mark moves only when
 * all pages came, and the next run starts some minutes before it, because records arrive late
 * (failures.md F045, F046, F048); records are kept once by their id; a page and what is to be asked
 * after it are one transaction, so that a run that was cut off goes on where it was; what fails in
 * passing is repeated after a pause (backoff.h). While a page is stored the next one is on its way:
 * two are in memory at a time.
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

struct calllog_result {
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
