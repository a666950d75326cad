/* The call log; see calllog.h. */
#include "calllog.h"

#include "calllog_reading.h"
#include "text.h"

/* A platform that pages in a circle must not hold us for ever: a million records in pages of 250.
 */
#define PAGES_MAX 4000
/* How exact the platform's Date is. */
#define DATE_MS 1000

enum kept { KEPT, KEPT_NO_PAGE, KEPT_NOT_STORED };

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
        return KEPT_NO_PAGE;
    /* Without it nobody can tell the last page from one of which the end is missing. */
    if (!cJSON_IsObject(page.navigation)) {
        calllog_page_done(&page);
        return KEPT_NO_PAGE;
    }
    const char *path = calllog_page_next(&page);
    if (path == NULL || client_is_weak(rest->client, WEAK_FIRST_PAGE_ONLY) ||
        !text_copy(next.next, sizeof(next.next), path))
        next.next[0] = '\0';
    if (next.next[0])
        rest_ahead(rest, next.next, "heavy");
    store_hurry(store, true);
    bool is_begun = store_begin(store);
    bool is_ok = is_begun && calllog_page_keep(rest, &page, &counts) && frame_keep(store, &next) &&
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

/* Asks for the frame's next page and keeps it. False with result->err, or when the store refuses. */
static bool take_page(struct reading *reading, struct calllog_result *result)
{
    struct web_reply reply;
    rest_fetch(reading->rest, reading->frame.next, NULL, "heavy", &reply, &result->err);
    bool is_page = reply.status == 200;
    /* A clock of ours that runs ahead must not move the mark to where nothing has been yet. */
    if (reply.date_ms && reply.date_ms < reading->frame.to_ms - DATE_MS)
        reading->frame.to_ms = reply.date_ms;
    enum kept kept = is_page ? keep_page(reading->rest, &reply, &reading->frame, result) : KEPT;
    if (kept == KEPT_NO_PAGE)
        text_copy(result->err.message, sizeof(result->err.message),
                  "the answer is no page of the call log");
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
            if (result->is_stored && reading_goes_on(reading, result))
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

/* Reads by dates up to `to_ms`: what is not complete yet, and some of what is. */
static bool read_dates(struct reading *reading, int64_t to_ms, struct calllog_result *result)
{
    frame_new(reading->rest->client, &reading->options, to_ms, &reading->frame);
    result->way = CALLLOG_BY_DATES;
    result->from_ms = reading->frame.from_ms;
    return read_frame(reading, result);
}

/* By sync token where there is one, else by dates. */
static bool read_new(struct reading *reading, struct calllog_result *result)
{
    struct client *client = reading->rest->client;
    int64_t now_ms = client_now_ms(client);
    if (!token_is_used(client))
        return read_dates(reading, now_ms, result);
    enum told told = token_ask_changes(reading, result);
    if (told == TOLD_ALL)
        return !frame_is_due(client, result->to_ms) || read_dates(reading, result->to_ms, result);
    if (told == TOLD_LOST)
        told = token_begin(reading, result);
    if (told == TOLD_LOST)
        return read_dates(reading, now_ms, result);
    return told == TOLD_ALL && read_frame(reading, result);
}

void calllog_sync(struct rest *rest, const struct calllog_options *options,
                  struct calllog_result *ret_result)
{
    struct client *client = rest->client;
    struct calllog_result result = {.way = CALLLOG_BY_DATES, .is_stored = true};
    struct reading reading = {.rest = rest, .options = *options};
    bool goes_on = true;
    result.to_ms = client_now_ms(client);
    reading.is_resumed = frame_load(client->store, &reading.frame);
    if (reading.is_resumed) {
        result.from_ms = reading.frame.from_ms;
        goes_on = read_frame(&reading, &result);
        reading.is_resumed = false;
    }
    result.is_complete = goes_on && read_new(&reading, &result);
    web_ahead_drop(client->web);
    *ret_result = result;
}
