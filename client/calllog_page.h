/*
 * One page of the call log, as the platform sent it: where its records lie, what comes after it, and
 * its records into the store.
 *
 * What holds: a page that was read is JSON to its end and has records; its slices point into the text
 * it was read from. Source: rest.md sections 3 (paging) and 5.7.
 */
#ifndef RC_CLIENT_CALLLOG_PAGE_H
#define RC_CLIENT_CALLLOG_PAGE_H

#include "rest.h"
#include "slice.h"

/* A record, and where in it lies what is wanted of it; `at` NULL: not there. */
struct calllog_record {
    struct slice json;
    struct slice id, start, duration, recording, deleted;
};
/* A page of more is none: at most 1000 are asked for. */
#define CALLLOG_RECORDS_MAX 20000

struct calllog_page {
    struct slice records; /* all of them, an array */
    struct calllog_record *list;
    size_t count, room;
    cJSON *navigation; /* NULL: none */
    cJSON *sync;       /* syncInfo of a synchronization; NULL: none */
};

/* False when the text is cut, no JSON, or has no records; then nothing is to be ended. */
bool calllog_page_read(const char *text, size_t len, struct calllog_page *ret_page);
void calllog_page_done(struct calllog_page *page);

/* The path of the page after it, without the host, which is ours to choose; NULL: it is the last, or
 * names no page of the API. Borrowed. */
const char *calllog_page_next(const struct calllog_page *page);

struct calllog_counts {
    int64_t records, fresh, recordings; /* told of, new among them, with a recording */
    int64_t deleted;                    /* told of as deleted, and were in the store */
    int64_t oldest_ms; /* start of the last one kept; left alone when there is none */
};

/* Every record into the store, within the caller's transaction; one without id or start cannot be found
 * again and is left out. A request made ahead is moved on meanwhile. False when the store refuses. */
bool calllog_page_keep(struct rest *rest, const struct calllog_page *page,
                       struct calllog_counts *counts);

#endif
