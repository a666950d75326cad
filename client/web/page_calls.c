/* Cradle to Grave: the calls, each with its timeline and its recordings. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "web/view.h"

#define PER_PAGE 50
#define LEGS_MAX 200

/* Name, else number, else extension of a party. */
static void party(struct sb *page, const cJSON *record, const char *side)
{
    static const char *const members[] = {"name", "phoneNumber", "extensionNumber"};
    const cJSON *object = json_at(record, side);
    int shown = 0;
    for (size_t i = 0; i < sizeof(members) / sizeof(*members) && shown < 2; i++) {
        const char *text = json_text(object, members[i], "");
        if (*text == '\0')
            continue;
        html_addf(page, shown ? " <span class=small>%s</span>" : "%s", text);
        shown++;
    }
    if (shown == 0)
        sb_add(page, "unknown");
}

static void duration(struct sb *page, int64_t seconds)
{
    html_addf(page, "%lld:", (long long)(seconds / 60));
    sb_addf(page, "%02lld", (long long)(seconds % 60));
}

/* An id as the value of a link's parameter. */
static void link_to(struct sb *page, const char *path, const char *id)
{
    html_addf(page, "%s?id=", path);
    sb_add_url(page, id);
}

/* --- the list --- */

static void call_row(struct visit *visit, const struct stored_call *call)
{
    struct sb *page = visit->page;
    cJSON *record = json_parse(call->json);
    sb_add(page, "<tr><th scope=row><a href=\"");
    link_to(page, "/call", call->id);
    sb_addf(page, "&amp;at=%lld\">", (long long)call->start_ms);
    html_add_time(page, call->start_ms);
    sb_add(page, "</a></th><td class=from>");
    party(page, record, "from");
    sb_add(page, "</td><td class=to>");
    party(page, record, "to");
    html_addf(page, "</td><td class=way>%s</td><td>", json_text(record, "direction", ""));
    duration(page, json_int(record, "duration", 0));
    html_addf(page, "</td><td>%s%s</td></tr>", json_text(record, "result", ""),
              call->recording_id[0] ? ", recorded" : "");
    cJSON_Delete(record);
}

/* Where the next page starts: the last call of this one. */
static void more_link(struct visit *visit, const struct stored_call *last, bool recorded_only)
{
    html_addf(visit->page, "<p><a rel=next href=\"/calls?%suntil=%lld&amp;after=",
              recorded_only ? "recorded=1&" : "", (long long)last->start_ms);
    sb_add_url(visit->page, last->id);
    sb_add(visit->page, "\">Older calls</a></p>");
}

void page_calls(struct visit *visit)
{
    const struct form_data *query = &visit->request->query;
    struct sb *page = visit->page;
    struct stored_call *list = NULL;
    struct call_filter filter = {
        .until_ms = strtoll(form_text(query, "until"), NULL, 10),
        .after_id = form_text(query, "after"),
        .recorded_only = strcmp(form_text(query, "recorded"), "1") == 0,
        .limit = PER_PAGE + 1,
    };
    int count = store_call_list(visit->client->store, &filter, &list);
    int shown = count > PER_PAGE ? PER_PAGE : count;
    view_begin(visit, "Cradle to Grave", "calls");
    sb_add(page, "<section class=window><h1>Cradle to Grave</h1><p>");
    sb_add(page, filter.recorded_only ? "Calls with a recording. <a href=\"/calls\">All calls</a>"
                                      : "All calls, newest first. <a href=\"/calls?recorded=1\">"
                                        "Only those with a recording</a>");
    sb_add(page, "</p>");
    if (shown <= 0 && filter.recorded_only)
        sb_add(page, "<p>No call that came over has a recording. They come when Enable Recording "
                     "is Yes and the provider records.</p>");
    else if (shown <= 0)
        sb_add(page, "<p>No call has come over yet. <a href=\"/transfer\">Data transfer</a> tells "
                     "why.</p>");
    else
        sb_add(page, "<table class=\"stack calls\"><thead><tr><th scope=col>Start</th>"
                     "<th scope=col>From</th><th scope=col>To</th><th scope=col>Direction</th>"
                     "<th scope=col>Length</th>"
                     "<th scope=col>Result</th></tr></thead><tbody>");
    for (int i = 0; i < shown; i++)
        call_row(visit, &list[i]);
    sb_add(page, shown > 0 ? "</tbody></table>" : "");
    if (count > PER_PAGE)
        more_link(visit, &list[PER_PAGE - 1], filter.recorded_only);
    sb_add(page, "</section>");
    view_end(visit);
    store_calls_free(list, count > 0 ? count : 0);
}

/* --- one call --- */

struct span {
    int64_t start_ms, length_ms;
};

static struct span span_of(const cJSON *record)
{
    struct span span = {0};
    clock_parse(json_text(record, "startTime", ""), &span.start_ms);
    span.length_ms = json_int(record, "durationMs", json_int(record, "duration", 0) * 1000);
    return span;
}

/* The leg's part of the call's time, as a bar; widths are attributes, the policy on styles bars
 * style=. */
static void bar(struct sb *page, struct span whole, struct span part)
{
    int64_t length = whole.length_ms > 0 ? whole.length_ms : 1;
    int64_t x = (part.start_ms - whole.start_ms) * 1000 / length;
    int64_t width = part.length_ms * 1000 / length;
    x = x < 0 ? 0 : x > 1000 ? 1000 : x;
    width = width < 4 ? 4 : width > 1000 - x ? 1000 - x : width;
    sb_addf(page,
            "<svg class=bar viewBox=\"0 0 1000 10\" preserveAspectRatio=none aria-hidden=true>"
            "<rect class=track width=1000 height=10 /><rect class=part x=%lld width=%lld height=10 "
            "/></svg>",
            (long long)x, (long long)width);
}

/* What a call's page is made from. */
struct call_view {
    struct sb *page;
    const char *call_id;
    int64_t call_ms; /* its start, as the store knows it */
    struct span whole;
    bool has_recordings; /* Enable Recording says Yes */
};

static void recording_link(const struct call_view *view, const char *id)
{
    link_to(view->page, "/recording", id);
    sb_add(view->page, "&amp;call=");
    sb_add_url(view->page, view->call_id);
    sb_addf(view->page, "&amp;at=%lld", (long long)view->call_ms);
}

static void player(const struct call_view *view, const cJSON *record)
{
    const char *id = json_text(record, "recording.id", "");
    if (*id == '\0' || !view->has_recordings)
        return;
    sb_add(view->page, "<p class=recording><audio controls preload=none src=\"");
    recording_link(view, id);
    html_addf(view->page,
              "\"></audio> <span class=small>%s recording</span> <a class=small href=\"",
              json_text(record, "recording.type", ""));
    recording_link(view, id);
    sb_add(view->page, "\" download>Download</a></p>");
}

static void leg(const struct call_view *view, const cJSON *record)
{
    struct sb *page = view->page;
    struct span part = span_of(record);
    sb_add(page, "<li>");
    html_add_time(page, part.start_ms);
    html_addf(page, " <strong>%s</strong> ",
              json_text(record, "legType", json_text(record, "action", "Leg")));
    party(page, record, "from");
    sb_add(page, " \xe2\x86\x92 ");
    party(page, record, "to");
    sb_add(page, ", ");
    duration(page, part.length_ms / 1000);
    html_addf(page, " <span class=small>%s %s</span>", json_text(record, "action", ""),
              json_text(record, "result", ""));
    bar(page, view->whole, part);
    player(view, record);
    sb_add(page, "</li>");
}

static void timeline(const struct call_view *view, const cJSON *record)
{
    const cJSON *legs = json_at(record, "legs"), *one;
    int count = 0;
    bool has_own = false;
    /* The recording of the call itself, unless its legs bring their own. */
    cJSON_ArrayForEach(one, legs)
    {
        has_own = has_own || json_text(one, "recording.id", NULL);
    }
    if (!has_own && legs)
        player(view, record);
    sb_add(view->page, "<h2>Timeline</h2><ol class=timeline>");
    cJSON_ArrayForEach(one, legs)
    {
        if (count++ < LEGS_MAX)
            leg(view, one);
    }
    if (count == 0)
        leg(view, record);
    sb_add(view->page, "</ol>");
}

void page_call(struct visit *visit)
{
    struct sb *page = visit->page;
    struct stored_call call = {0};
    struct settings live;
    store_settings_load(visit->client->store, SLOT_LIVE, &live);
    const struct form_data *query = &visit->request->query;
    if (!store_call_load(visit->client->store, form_text(query, "id"),
                         strtoll(form_text(query, "at"), NULL, 10), &call)) {
        visit->reply->status = 404;
        view_begin(visit, "No such call", "calls");
        sb_add(page, "<section class=window><h1>No such call</h1><p><a href=\"/calls\">Cradle to "
                     "Grave</a></p></section>");
        view_end(visit);
        return;
    }
    cJSON *record = json_parse(call.json);
    view_begin(visit, "Call", "calls");
    sb_add(page, "<section class=window><h1>Call of ");
    html_add_time(page, call.start_ms);
    sb_add(page, "</h1><dl><dt>From</dt><dd>");
    party(page, record, "from");
    sb_add(page, "</dd><dt>To</dt><dd>");
    party(page, record, "to");
    html_addf(page,
              "</dd><dt>Direction</dt><dd>%s</dd><dt>Result</dt><dd>%s</dd><dt>Length</dt>"
              "<dd>",
              json_text(record, "direction", ""), json_text(record, "result", ""));
    duration(page, json_int(record, "duration", 0));
    sb_add(page, "</dd></dl>");
    timeline(&(struct call_view){.page = page,
                                 .call_id = call.id,
                                 .call_ms = call.start_ms,
                                 .whole = span_of(record),
                                 .has_recordings = strcmp(live.recording, "yes") == 0},
             record);
    sb_add(page, "<p><a href=\"/calls\">All calls</a></p></section>");
    view_end(visit);
    cJSON_Delete(record);
    free(call.json);
}
