/* The call log by sync tokens; see calllog_reading.h. Source: rest.md 5.7, failures.md F049, F050. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calllog_reading.h"
#include "text.h"

#define SYNC "/restapi/v1.0/account/~/call-log-sync?"
/* A platform without tokens is asked again after this. */
#define REFUSED_MS (3600 * 1000LL)
#define REFUSED    "calllog.no_token_ms"
#define TOKEN_MAX  2048
/* The platform's times are told to the second or finer. */
#define BACK_MS 1000

bool token_is_used(const struct client *client)
{
    static const enum weakness by_dates[] = {
        WEAK_NO_BACKFILL, WEAK_START_CURSOR,    WEAK_LOCAL_TIME,        WEAK_EXTENSION_FALLBACK,
        WEAK_SIMPLE_VIEW, WEAK_FIRST_PAGE_ONLY, WEAK_IGNORE_RETRY_AFTER};
    int64_t since_ms = client_now_ms(client) - store_fact_int(client->store, REFUSED, -REFUSED_MS);
    for (size_t i = 0; i < sizeof(by_dates) / sizeof(*by_dates); i++) {
        if (client_is_weak(client, by_dates[i]))
            return false;
    }
    return client->profile == PROFILE_GOOD && (since_ms >= REFUSED_MS || since_ms < 0);
}

/* What the platform says of the synchronization itself. */
struct told_token {
    char token[TOKEN_MAX];
    int64_t at_ms; /* its own time */
};

static bool read_token(const struct calllog_page *page, struct told_token *ret_told)
{
    return text_copy(ret_told->token, sizeof(ret_told->token),
                     json_text(page->sync, "syncToken", "")) &&
           ret_told->token[0] &&
           clock_parse(json_text(page->sync, "syncTime", ""), &ret_told->at_ms);
}

/* Asks, again and again while that may help. TOLD_ALL: the answer, which the caller ends, points into
 * `ret_reply`. TOLD_LOST: synchronizing is refused, not this one request of it. */
static enum told ask(struct reading *reading, const char *path, struct web_reply *ret_reply,
                     struct calllog_page *ret_page, struct calllog_result *result)
{
    for (;;) {
        rest_fetch(reading->rest, path, NULL, "heavy", ret_reply, &result->err);
        int status = ret_reply->status; /* of an answer to this, not to a refresh on the way */
        if (status == 200 && calllog_page_read(ret_reply->body, ret_reply->body_len, ret_page)) {
            /* One that ends before its syncInfo may be whole the next time. */
            if (ret_page->sync == NULL && reading_goes_on(reading, result)) {
                calllog_page_done(ret_page);
                web_reply_done(ret_reply);
                continue;
            }
            result->retry_at_ms = 0;
            backoff_reset(&reading->backoff);
            return TOLD_ALL;
        }
        if (status == 200)
            text_copy(result->err.message, sizeof(result->err.message), "the answer is no JSON");
        web_reply_done(ret_reply);
        if (status == 400 || status == 403 || status == 404 || status == 501)
            return TOLD_LOST;
        if (!reading_goes_on(reading, result))
            return TOLD_FAILED;
    }
}

/* --- ISync --- */

/* The token is no good any more; what it would have told has to be read by dates. */
static enum told give_up(struct reading *reading, const char *why, struct calllog_result *result)
{
    struct client *client = reading->rest->client;
    if (why)
        client_log(client, "call log: %s; reading by dates again", why);
    result->reset = why;
    result->err = (struct apierr){0};
    result->is_stored =
        frame_owe_deep(client->store) && store_fact_put(client->store, CALLLOG_TOKEN, "") &&
        (!why || (store_fact_put(client->store, CALLLOG_RESET, why) &&
                  store_fact_put_int(client->store, CALLLOG_RESET_MS, client_now_ms(client))));
    return result->is_stored ? TOLD_LOST : TOLD_FAILED;
}

/* Over the limit of one answer, or forgotten, reset, of another view; NULL: synchronizing itself is
 * refused. */
static const char *why_refused(const struct apierr *err)
{
    if (err->status != 400)
        return NULL;
    return strcmp(err->code, "CLG-103") == 0 || text_has_nocase(err->message, "limit")
               ? "SYNC_OVERFLOW_GAP"
               : "SYNC_TOKEN_RESET";
}

/* The changes and the token of the next time, in one transaction. */
static bool keep_changes(struct reading *reading, const struct calllog_page *page,
                         const struct told_token *told, struct calllog_result *result)
{
    struct store *store = reading->rest->client->store;
    struct calllog_counts counts = result->counts;
    bool is_begun = store_begin(store);
    bool is_ok = is_begun && calllog_page_keep(reading->rest, page, &counts) &&
                 store_fact_put(store, CALLLOG_TOKEN, told->token) &&
                 store_fact_put_int(store, CALLLOG_MARK, told->at_ms) && store_commit(store);
    if (is_begun && !is_ok)
        store_rollback(store);
    if (is_ok)
        result->counts = counts;
    return is_ok;
}

enum told token_ask_changes(struct reading *reading, struct calllog_result *result)
{
    struct client *client = reading->rest->client;
    char token[TOKEN_MAX] = "";
    struct told_token told;
    struct calllog_page page;
    struct web_reply reply;
    struct sb path = SB_MAX(8192);
    if (!store_fact_get(client->store, CALLLOG_TOKEN, token, sizeof(token)) || token[0] == '\0')
        return TOLD_LOST;
    int64_t mark_ms = store_fact_int(client->store, CALLLOG_MARK, 0);
    sb_add(&path, SYNC "syncType=ISync&showDeleted=true");
    sb_add_pair(&path, "syncToken", token);
    enum told end = ask(reading, sb_text(&path), &reply, &page, result);
    sb_done(&path);
    if (end == TOLD_LOST)
        return give_up(reading, why_refused(&result->err), result);
    if (end == TOLD_FAILED)
        return TOLD_FAILED;
    result->way = CALLLOG_BY_CHANGES;
    result->from_ms = mark_ms;
    result->pages++;
    if (!read_token(&page, &told) || told.at_ms < mark_ms - BACK_MS)
        end = give_up(reading, "SYNC_TOKEN_RESET",
                      result); /* changes since then bear an older time */
    else
        result->is_stored = keep_changes(reading, &page, &told, result);
    calllog_page_done(&page);
    web_reply_done(&reply);
    result->to_ms = end == TOLD_ALL ? told.at_ms : result->to_ms;
    return result->is_stored ? end : TOLD_FAILED;
}

/* --- FSync --- */

static bool keep_start(struct reading *reading, const struct told_token *told)
{
    struct store *store = reading->rest->client->store;
    bool is_begun = store_begin(store);
    bool is_ok = is_begun && store_fact_put(store, CALLLOG_TOKEN, told->token) &&
                 frame_keep(store, &reading->frame) && store_commit(store);
    if (is_begun && !is_ok)
        store_rollback(store);
    return is_ok;
}

enum told token_begin(struct reading *reading, struct calllog_result *result)
{
    struct client *client = reading->rest->client;
    struct told_token told;
    struct calllog_page page;
    struct web_reply reply;
    struct sb path = SB_MAX(1024);
    char from[32];
    result->way = CALLLOG_BY_DATES;
    clock_text(client_now_ms(client) - CALLLOG_TOLD_MS, from);
    sb_add(&path, SYNC "syncType=FSync&recordCount=1&view=Detailed");
    sb_add_pair(&path, "dateFrom", from);
    enum told end = ask(reading, sb_text(&path), &reply, &page, result);
    sb_done(&path);
    if (end == TOLD_FAILED)
        return TOLD_FAILED;
    bool is_told = end == TOLD_ALL && read_token(&page, &told);
    if (end == TOLD_ALL) {
        calllog_page_done(&page);
        web_reply_done(&reply);
    }
    if (!is_told) {
        /* No reason to read nothing: dates do without. What cannot be read says nothing of next time. */
        if (end == TOLD_LOST)
            store_fact_put_int(client->store, REFUSED, client_now_ms(client));
        return TOLD_LOST;
    }
    /* Since the token before it, or ever since the first reading, nobody has told of changes. */
    if (store_fact_int(client->store, CALLLOG_MARK, 0) && !frame_owe_deep(client->store)) {
        result->is_stored = false;
        return TOLD_FAILED;
    }
    frame_new(client, &reading->options, told.at_ms, &reading->frame);
    result->from_ms = reading->frame.from_ms;
    result->to_ms = told.at_ms;
    result->is_stored = keep_start(reading, &told);
    return result->is_stored ? TOLD_ALL : TOLD_FAILED;
}
