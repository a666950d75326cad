/* The call log; see calllog.h. */
#include "calllog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backoff.h"
#include "calllog_page.h"
#include "text.h"

#define OVERLAP_MS (15 * 60 * 1000)
/* A platform that pages in a circle must not hold us for ever: a million records in pages of 250.
 */
#define PAGES_MAX 4000
#define MARK      "calllog.mark"
#define FRAME     "calllog.frame"
/* What a weak client takes for UTC: a wall clock on the US west coast. */
#define WALL_OFFSET_MS   (-8 * 3600 * 1000LL)
#define UNAUTHORIZED_MAX 3
/* How often a weak client repeats at once what was answered 429. */
#define KNOCKS 5

/* One reading of a stretch of time. It survives a crash: what is still to be asked is stored with
 * each page, in the page's transaction. */
struct frame {
    int64_t from_ms, to_ms;
    char next[2048]; /* path of the next page */
};

static void first_page(const struct client *client, const struct calllog_options *options,
                       struct frame *frame)
{
    char from[32], to[32], per_page[16];
    struct sb query = SB_MAX(1024);
    int64_t off_ms = client_is_weak(client, WEAK_LOCAL_TIME) ? WALL_OFFSET_MS : 0;
    bool is_own = options->is_own;
    clock_text(frame->from_ms + off_ms, from);
    clock_text(frame->to_ms + off_ms, to);
    snprintf(per_page, sizeof(per_page), "%d", options->per_page);
    sb_add_pair(&query, "view", client_is_weak(client, WEAK_SIMPLE_VIEW) ? "Simple" : "Detailed");
    sb_add_pair(&query, "dateFrom", from);
    sb_add_pair(&query, "dateTo", to);
    sb_add_pair(&query, "perPage", per_page);
    snprintf(frame->next, sizeof(frame->next), "/restapi/v1.0/account/~%s/call-log?%s",
             is_own ? "/extension/~" : "", sb_text(&query));
    sb_done(&query);
}

static void new_frame(const struct client *client, const struct calllog_options *options,
                      int64_t now_ms, struct frame *ret_frame)
{
    int64_t mark_ms = store_fact_int(client->store, MARK, 0);
    struct frame frame = {.to_ms = now_ms};
    if (mark_ms && client_is_weak(client, WEAK_NO_BACKFILL))
        mark_ms = now_ms;
    frame.from_ms = mark_ms ? mark_ms - OVERLAP_MS : now_ms - options->days * 86400000LL;
    /* A clock that was set back must not turn the frame around. */
    if (frame.from_ms > now_ms - OVERLAP_MS)
        frame.from_ms = now_ms - OVERLAP_MS;
    first_page(client, options, &frame);
    *ret_frame = frame;
}

/* The frame a run before this one did not end; false when there is none, or it was of another form
 * of request. */
static bool load_frame(struct store *store, struct frame *ret_frame)
{
    char text[2200] = "";
    struct frame frame;
    long long from_ms, to_ms;
    int used = 0;
    if (!store_fact_get(store, FRAME, text, sizeof(text)) ||
        sscanf(text, "%lld %lld %n", &from_ms, &to_ms, &used) != 2 || text[used] != '/')
        return false;
    frame = (struct frame){.from_ms = from_ms, .to_ms = to_ms};
    text_copy(frame.next, sizeof(frame.next), text + used);
    *ret_frame = frame;
    return true;
}

/* Within the page's transaction: what is left to ask, or that nothing is. */
static bool keep_frame(struct store *store, const struct frame *frame)
{
    char text[2200] = "";
    if (frame->next[0])
        snprintf(text, sizeof(text), "%lld %lld %s", (long long)frame->from_ms,
                 (long long)frame->to_ms, frame->next);
    return store_fact_put(store, FRAME, text) &&
           (frame->next[0] || store_fact_put_int(store, MARK, frame->to_ms));
}

enum kept { KEPT, KEPT_NOT_JSON, KEPT_NOT_STORED };

/* A page and what is to be asked after it, or nothing of it. The page after it is asked for before this
 * one is stored. */
static enum kept keep_page(struct rest *rest, const struct web_reply *reply, struct frame *frame,
                           struct calllog_result *result)
{
    struct store *store = rest->client->store;
    struct calllog_counts counts = result->counts;
    struct calllog_page page;
    struct frame next = *frame;
    if (!calllog_page_read(reply->body, reply->body_len, &page))
        return KEPT_NOT_JSON;
    const char *path = calllog_page_next(&page);
    if (path == NULL || client_is_weak(rest->client, WEAK_FIRST_PAGE_ONLY) ||
        !text_copy(next.next, sizeof(next.next), path))
        next.next[0] = '\0';
    if (next.next[0])
        rest_ahead(rest, next.next, "heavy");
    store_hurry(store, true);
    bool is_begun = store_begin(store);
    bool is_ok = is_begun && calllog_page_keep(rest, &page, &counts) && keep_frame(store, &next) &&
                 store_commit(store);
    if (is_begun && !is_ok)
        store_rollback(store);
    store_hurry(store, false);
    calllog_page_done(&page);
    if (!is_ok)
        return KEPT_NOT_STORED;
    result->counts = counts;
    *frame = next;
    return KEPT;
}

/* The penalty of the call log's rate group, waited for when it is short enough. */
static bool wait_penalty(struct rest *rest, struct calllog_result *result)
{
    struct client *client = rest->client;
    result->retry_at_ms = rest_blocked_until(rest, "heavy");
    int64_t wait_ms = result->retry_at_ms - client_now_ms(client);
    if (result->retry_at_ms == 0 || wait_ms > (int64_t)client->max_wait_s * 1000 ||
        !client->clock.can_wait)
        return false;
    client_log(client, "call log: asked to wait %lld s", (long long)(wait_ms + 999) / 1000);
    return clock_wait_ms(&client->clock, wait_ms + 1);
}

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

/* Whether the page that was refused is to be asked for again, perhaps otherwise. */
static bool goes_on(struct reading *reading, struct calllog_result *result)
{
    struct rest *rest = reading->rest;
    struct client *client = rest->client;
    const struct apierr *err = &result->err;
    if (err->status == 429 && client_is_weak(client, WEAK_IGNORE_RETRY_AFTER))
        return ++reading->knocks < KNOCKS;
    if (err->status == 429 && rest_blocked_until(rest, "heavy")) {
        /* One wait per penalty: a platform that says 429 right after its own Retry-After has
         * another limit, and knocking on would only prolong it. */
        bool has_waited = wait_penalty(rest, result);
        if (!has_waited || result->retry_at_ms == reading->waited_until_ms)
            return false;
        reading->waited_until_ms = result->retry_at_ms;
        return true;
    }
    if (err->status == 403 && client_is_weak(client, WEAK_EXTENSION_FALLBACK) &&
        !reading->options.is_own) {
        reading->options.is_own = true;
        first_page(client, &reading->options, &reading->frame);
        return true;
    }
    if (err->status == 400 && reading->is_resumed) {
        /* A page address of another day that the platform no longer takes. */
        reading->is_resumed = false;
        first_page(client, &reading->options, &reading->frame);
        return true;
    }
    /* A refresh that failed in passing counts more than the 401 before it; a 401 after a refresh that
     * went well is one of a bad minute, for a while. */
    struct apierr why = rest->has_refresh_failed ? rest->refresh_err : *err;
    if (why.status == 401 && rest->grant.dead_code[0] == '\0' &&
        ++reading->unauthorized <= UNAUTHORIZED_MAX)
        why.status = 503;
    rest_retry(rest);
    return backoff_wait(client, &reading->backoff, &why);
}

/* Asks for the frame's next page and keeps it. False with result->err, or when the store refuses. */
static bool take_page(struct reading *reading, struct calllog_result *result)
{
    struct web_reply reply;
    rest_fetch(reading->rest, reading->frame.next, NULL, "heavy", &reply, &result->err);
    bool is_page = reply.status == 200;
    enum kept kept = is_page ? keep_page(reading->rest, &reply, &reading->frame, result) : KEPT;
    if (kept == KEPT_NOT_JSON)
        text_copy(result->err.message, sizeof(result->err.message), "the answer is no JSON");
    result->is_stored = kept != KEPT_NOT_STORED;
    web_reply_done(&reply);
    return is_page && kept == KEPT;
}

/* Reads the frame to its end; false when it stopped before. */
static bool read_frame(struct reading *reading, struct calllog_result *result)
{
    const struct frame *frame = &reading->frame;
    result->counts.oldest_ms = frame->to_ms;
    for (int pages = 0; pages < PAGES_MAX;) {
        if (!take_page(reading, result)) {
            if (result->is_stored && goes_on(reading, result))
                continue;
            return false;
        }
        pages++;
        result->pages++;
        result->retry_at_ms = 0;
        backoff_reset(&reading->backoff);
        bool is_over = frame->next[0] == '\0';
        if (reading->options.on_page)
            reading->options.on_page(reading->options.arg,
                                     is_over ? 1.0
                                             : (double)(frame->to_ms - result->counts.oldest_ms) /
                                                   (double)(frame->to_ms - frame->from_ms + 1),
                                     result->counts.records);
        if (is_over)
            return true;
    }
    return false;
}

void calllog_sync(struct rest *rest, const struct calllog_options *options,
                  struct calllog_result *ret_result)
{
    struct client *client = rest->client;
    int64_t now_ms = client_now_ms(client);
    struct calllog_result result = {.to_ms = now_ms, .is_stored = true};
    struct reading reading = {.rest = rest, .options = *options};
    reading.is_resumed = load_frame(client->store, &reading.frame);
    if (!reading.is_resumed)
        new_frame(client, options, now_ms, &reading.frame);
    result.from_ms = reading.frame.from_ms;
    result.is_complete = read_frame(&reading, &result);
    if (result.is_complete && reading.frame.to_ms < now_ms) {
        /* The old frame is full; now from there on. */
        reading.is_resumed = false;
        new_frame(client, options, now_ms, &reading.frame);
        result.is_complete = read_frame(&reading, &result);
    }
    web_ahead_drop(client->web);
    *ret_result = result;
}
