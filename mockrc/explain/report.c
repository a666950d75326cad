/* An explanation as JSON, for programs. */
#include "explain/failure.h"
#include "explain/parts.h"

static void number(struct json_out *out, const char *key, uint64_t seq)
{
    if (seq)
        json_int(out, key, (int64_t)seq);
}

static void evidence(const struct explanation *explanation, const char *role, uint64_t seq,
                     struct json_out *out)
{
    struct event event;
    if (!seq)
        return;
    json_open(out, NULL);
    json_str(out, "role", role);
    json_int(out, "seq", (int64_t)seq);
    if (explain_get(explanation, seq, &event)) {
        json_open(out, "event");
        event_json(&event, out);
        json_close(out);
    }
    json_close(out);
}

static void remedy(const char *text, struct json_out *out)
{
    json_list(out, "remedy");
    while (*text) {
        size_t len = 0;
        while (text[len] && text[len] != '\n')
            len++;
        json_strn(out, NULL, text, len);
        text += len + (text[len] == '\n');
    }
    json_list_end(out);
}

static void one(const struct explanation *explanation, const struct finding *finding,
                struct json_out *out)
{
    json_open(out, NULL);
    json_str(out, "failure", failure_id(finding->failure));
    json_str(out, "diagnosis", failure_diagnosis(finding->failure));
    json_str(out, "plane", plane_row(finding->cause->plane)->name);
    json_str(out, "level", weight_name(finding->cause->weight));
    json_str(out, "says", finding->says);
    json_int(out, "count", (int64_t)finding->count);
    json_int(out, "alike", (int64_t)finding->links);
    number(out, "mended", finding->mended);
    if (finding->ran_out_ms)
        json_time(out, "ran_out", finding->ran_out_ms);
    json_list(out, "evidence");
    evidence(explanation, "last worked", finding->worked, out);
    if (finding->begin != finding->first)
        evidence(explanation, "first cause", finding->begin, out);
    evidence(explanation, finding->begin == finding->first ? "first cause" : "broken link",
             finding->first, out);
    for (size_t i = 0; i < EXPLAIN_SEEN_MAX; i++)
        evidence(explanation, "symptom", finding->seen[i], out);
    if (finding->last > finding->first && finding->count > EXPLAIN_SEEN_MAX + 1)
        evidence(explanation, "symptom", finding->last, out);
    json_list_end(out);
    remedy(finding->cause->remedy, out);
    json_close(out);
}

static void some(const struct explanation *explanation, const char *key, size_t from, size_t to,
                 struct json_out *out)
{
    json_list(out, key);
    for (size_t i = from; i < to; i++)
        one(explanation, &explanation->findings[i], out);
    json_list_end(out);
}

void explain_json(const struct explanation *explanation, struct json_out *out)
{
    json_open(out, NULL);
    json_bool(out, "broken", explain_is_broken(explanation));
    some(explanation, "findings", 0, explanation->open, out);
    some(explanation, "over", explanation->open, explanation->count, out);
    json_list(out, "planes");
    for (int i = 0; i < PLANE_COUNT; i++) {
        json_open(out, NULL);
        json_str(out, "plane", plane_row((enum plane)i)->name);
        json_int(out, "events", (int64_t)explanation->used[i]);
        json_bool(out, "fine", explain_is_fine(explanation, (enum plane)i));
        json_close(out);
    }
    json_list_end(out);
    json_int(out, "events", (int64_t)explanation->events);
    number(out, "first", explanation->source.first);
    number(out, "last", explanation->source.last);
    json_int(out, "missing", (int64_t)explanation->missing);
    json_close(out);
}
