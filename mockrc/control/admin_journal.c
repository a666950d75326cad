/* Reading the journal: all of it, what matches, what nearly does, and waiting for more. */
#include "control/admin_parts.h"

#include "api/refuse.h"
#include "base/text.h"
#include "control/ops.h"
#include "journal/story.h"

#include <stdio.h>
#include <string.h>

enum { LIMIT = 1000, LIMIT_MAX = 10000, NEAR_LIMIT = 5, WAIT_MS = 10000, WAIT_MAX_MS = 600000 };

/* What a query can say besides the matcher's terms. */
static const char *const own_names[] = {"from", "limit", "last", "format", "timeout", NULL};

/* A number of the query. False: the reply refuses it. */
static bool take_number(const struct params *query, struct web_reply *reply, const char *name,
                        int64_t most, int64_t *number)
{
    const char *text = params_get(query, name);
    if (!text)
        return true;
    if (text_int64(text, number) && *number >= 0 && *number <= most)
        return true;
    admin_refuse(reply, 400, "%s: wanted a number from 0 to %lld, saw \"%s\"", name,
                 (long long)most, text);
    return false;
}

/* A slip in `op` would wait, or find nothing, without a word. What rc-client reports (client.*) only a
 * scenario knows. */
static int check_op(const struct router *router, const struct params *query, struct diag *diag)
{
    struct arena arena;
    struct ops ops;
    int err = ERR_OK;
    if (!params_get(query, "op") || !router)
        return ERR_OK;
    arena_init(&arena);
    ops_gather(router, &arena, &ops);
    for (size_t i = 0; i < query->count && !err; i++) {
        struct node op = {.kind = NODE_STRING, .text = query->list[i].value};
        if (text_eq(query->list[i].name, "op") && !text_starts(op.text, "client."))
            err = ops_check(&ops, &op, NULL, diag);
    }
    arena_done(&arena);
    return err;
}

static const struct match *take_match(const struct router *router, const struct params *query,
                                      struct arena *arena, struct web_reply *reply)
{
    struct diag diag;
    const struct match *match = NULL;
    if (match_from_params(arena, query, own_names, &match, &diag) ||
        check_op(router, query, &diag)) {
        admin_refuse(reply, 400, "%s", diag.text);
        return NULL;
    }
    return match;
}

static void event_object(struct json_out *out, const struct event *event)
{
    json_open(out, NULL);
    event_json(event, out);
    json_close(out);
}

/* Where to start so that the newest `last` matches remain. */
static uint64_t newest_from(const struct journal *journal, const struct match *match, uint64_t from,
                            int64_t last)
{
    struct event event;
    uint64_t seq = journal_last(journal);
    for (; seq >= from && seq > 0 && last > 0; seq--)
        if (journal_get(journal, seq, &event) && match_event(match, &event))
            last--;
    return seq + 1 > from ? seq + 1 : from;
}

struct page {
    const struct match *match;
    uint64_t from, next;
    int64_t limit;
    bool is_lines, is_told; /* one JSON object a line; each with its line in words */
};

static void told_object(struct json_out *out, const struct event *event)
{
    struct buf story;
    buf_init(&story, 4096);
    story_event(event, &story);
    const char *text = buf_text(&story);
    json_open(out, NULL);
    json_strn(out, "story", text, strcspn(text, "\n"));
    event_json(event, out);
    json_close(out);
    buf_done(&story);
}

/* Writes the page's events, and where the next page begins. */
static void write_events(struct call *call, struct page *page, struct json_out *out)
{
    struct event event;
    page->next = page->from;
    while (page->limit-- > 0 && journal_find(call->journal, page->next, page->match, &event)) {
        if (page->is_lines)
            out->needs_comma = false;
        (page->is_told ? told_object : event_object)(out, &event);
        if (page->is_lines)
            buf_char(out->buf, '\n');
        page->next = event.seq + 1;
    }
}

void admin_journal(struct call *call)
{
    int64_t from = 1, limit = LIMIT, last = -1;
    const char *format = params_get(&call->query, "format");
    if (!take_number(&call->query, call->reply, "from", INT64_MAX, &from) ||
        !take_number(&call->query, call->reply, "limit", LIMIT_MAX, &limit) ||
        !take_number(&call->query, call->reply, "last", LIMIT_MAX, &last))
        return;
    if (format && !text_eq(format, "json") && !text_eq(format, "jsonl") &&
        !text_eq(format, "story")) {
        admin_refuse(call->reply, 400, "format: wanted json, jsonl or story, saw \"%s\"", format);
        return;
    }
    struct page page = {.from = from ? (uint64_t)from : 1,
                        .limit = last >= 0 ? last : limit,
                        .is_lines = text_eq(format, "jsonl"),
                        .is_told = text_eq(format, "story")};
    page.match = take_match(call->router, &call->query, call->arena, call->reply);
    if (!page.match)
        return;
    if (page.from < journal_first(call->journal))
        page.from = journal_first(call->journal);
    if (last >= 0)
        page.from = newest_from(call->journal, page.match, page.from, last);
    struct json_out out = reply_json(call, 200);
    if (page.is_lines) {
        call->reply->content_type = "application/x-ndjson";
        write_events(call, &page, &out);
        return;
    }
    json_open(&out, NULL);
    json_list(&out, "events");
    write_events(call, &page, &out);
    json_list_end(&out);
    json_int(&out, "next", (int64_t)page.next);
    json_int(&out, "first", (int64_t)journal_first(call->journal));
    json_int(&out, "last", (int64_t)journal_last(call->journal));
    json_int(&out, "dropped", (int64_t)journal_dropped(call->journal));
    json_close(&out);
}

/* [{"event": ..., "differs": "status: wanted 400, saw 200"}] */
static void write_near(const struct journal *journal, const struct match *match, uint64_t from,
                       size_t limit, struct json_out *out)
{
    uint64_t seqs[LIMIT];
    size_t count = journal_near(journal, from, match, seqs, limit);
    json_list(out, "near");
    for (size_t i = 0; i < count; i++) {
        struct event event;
        struct buf why;
        if (!journal_get(journal, seqs[i], &event))
            continue;
        buf_init(&why, 2048);
        match_explain(match, &event, &why);
        json_open(out, NULL);
        json_str(out, "differs", buf_text(&why));
        json_open(out, "event");
        event_json(&event, out);
        json_close(out);
        json_close(out);
        buf_done(&why);
    }
    json_list_end(out);
}

void admin_near_misses(struct call *call)
{
    int64_t from = 1, limit = NEAR_LIMIT;
    const struct match *match = take_match(call->router, &call->query, call->arena, call->reply);
    if (!match || !take_number(&call->query, call->reply, "from", INT64_MAX, &from) ||
        !take_number(&call->query, call->reply, "limit", LIMIT, &limit))
        return;
    struct json_out out = reply_json(call, 200);
    json_open(&out, NULL);
    write_near(call->journal, match, (uint64_t)from, (size_t)limit, &out);
    json_close(&out);
}

/* Only reached when nobody does the waiting (a unit test): what the door would make of it last. */
void admin_wait(struct call *call)
{
    struct api api = {.world = call->world, .journal = call->journal, .faults = call->faults};
    admin_wait_try(&api, call->arena, call->request, call->reply, true);
}

bool admin_is_wait(const struct web_request *request)
{
    return text_eq(request->method, "GET") && text_eq(request->path, "/__admin/wait");
}

/* The timeout a query asks for; -1 when it is none. */
static int64_t timeout_of(const struct params *query)
{
    int64_t ms = WAIT_MS;
    const char *text = params_get(query, "timeout");
    if (text && (!text_duration_ms(text, &ms) || ms > WAIT_MAX_MS))
        return -1;
    return ms;
}

int64_t admin_wait_timeout_ms(const struct web_request *request)
{
    struct arena arena;
    struct params query = {0};
    arena_init(&arena);
    params_parse(&query, &arena, request->query, strlen(request->query));
    int64_t ms = timeout_of(&query);
    arena_done(&arena);
    return ms < 0 ? 0 : ms; /* a wrong one is refused by the first try */
}

bool admin_wait_try(struct api *api, struct arena *arena, const struct web_request *request,
                    struct web_reply *reply, bool is_last)
{
    struct params query = {0};
    int64_t from = 1;
    if (params_parse(&query, arena, request->query, strlen(request->query)) ||
        timeout_of(&query) < 0) {
        admin_refuse(reply, 400, "timeout: wanted a duration of at most 10m, saw \"%s\"",
                     params_get(&query, "timeout") ? params_get(&query, "timeout") : "");
        return true;
    }
    const struct match *match = take_match(api->router, &query, arena, reply);
    if (!match || !take_number(&query, reply, "from", INT64_MAX, &from))
        return true;
    struct event event;
    bool is_found = journal_find(api->journal, (uint64_t)from, match, &event);
    if (!is_found && !is_last)
        return false;
    struct json_out out;
    reply->status = is_found ? 200 : 408;
    reply->content_type = "application/json;charset=UTF-8";
    json_out_init(&out, &reply->body);
    json_open(&out, NULL);
    if (is_found) {
        json_open(&out, "event");
        event_json(&event, &out);
        json_close(&out);
    } else {
        struct buf wanted;
        buf_init(&wanted, 2048);
        match_text(match, &wanted);
        json_fmt(&out, "error", "no such event came: %s", buf_text(&wanted));
        buf_done(&wanted);
        write_near(api->journal, match, (uint64_t)from, NEAR_LIMIT, &out);
    }
    json_close(&out);
    return true;
}
