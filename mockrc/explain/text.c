/* An explanation in words. */
#include "base/text.h"
#include "explain/failure.h"
#include "explain/parts.h"
#include "journal/story.h"

#include <string.h>

static void name_line(const struct finding *finding, struct buf *out)
{
    buf_printf(out, "%s / %s", failure_id(finding->failure), failure_diagnosis(finding->failure));
}

/* "  first cause   #18  09:10:00 provider ...\n"; nothing for number 0. */
static void event_line(const struct explanation *explanation, const char *what, uint64_t seq,
                       struct buf *out)
{
    struct event event;
    if (!seq)
        return;
    buf_printf(out, "  %-12s ", what);
    if (explain_get(explanation, seq, &event))
        story_event_since(&event, explanation->start_ms, out);
    else
        buf_printf(out, "#%llu (no longer in the journal)\n", (unsigned long long)seq);
}

static void further(const struct explanation *explanation, const struct finding *finding,
                    struct buf *out)
{
    size_t told = 1;
    uint64_t newest = finding->first;
    for (size_t i = 0; i < EXPLAIN_SEEN_MAX && finding->seen[i]; i++, told++) {
        event_line(explanation, i ? "" : "since then", finding->seen[i], out);
        newest = finding->seen[i];
    }
    if (finding->count <= told)
        return;
    buf_printf(out, "  %-12s and %zu more like it", "", finding->count - told);
    if (finding->last > newest)
        buf_printf(out, ", the last #%llu", (unsigned long long)finding->last);
    buf_char(out, '\n');
}

static void chain(const struct explanation *explanation, const struct finding *finding,
                  struct buf *out)
{
    char time[TEXT_TIME_LEN];
    event_line(explanation, "last worked", finding->worked, out);
    if (finding->begin != finding->first && finding->begin != finding->worked)
        event_line(explanation, "first cause", finding->begin, out);
    event_line(explanation, finding->begin == finding->first ? "first cause" : "broken link",
               finding->first, out);
    if (finding->ran_out_ms)
        buf_printf(out, "  %-12s at %s, and nothing renewed it\n", "ran out",
                   text_time(finding->ran_out_ms, time));
    further(explanation, finding, out);
    if (!finding->begin)
        buf_printf(out, "  %-12s is not in the journal: not the provider's doing, or before it\n",
                   "first cause");
    if (finding->links > 1)
        buf_printf(out, "  %-12s %zu users, handsets or operations in all\n", "", finding->links);
}

static void remedy(const struct finding *finding, struct buf *out)
{
    const char *at = finding->cause->remedy;
    buf_str(out, "\nWhat to do\n");
    for (int number = 1; *at; number++) {
        size_t len = strcspn(at, "\n");
        buf_printf(out, "  %d. %.*s\n", number, (int)len, at);
        at += len + (at[len] == '\n');
    }
}

static void main_finding(const struct explanation *explanation, struct buf *out)
{
    const struct finding *finding = &explanation->findings[0];
    buf_printf(out, "%s\n\n", finding->says);
    name_line(finding, out);
    buf_printf(out, "  (%s, %s)\n", plane_row(finding->cause->plane)->words,
               weight_name(finding->cause->weight));
    chain(explanation, finding, out);
    remedy(finding, out);
}

static void others(const struct explanation *explanation, size_t from, struct buf *out)
{
    if (from < explanation->open)
        buf_str(out, from ? "\nAlso found\n" : "\nWorth knowing\n");
    for (size_t i = from; i < explanation->open; i++) {
        const struct finding *finding = &explanation->findings[i];
        buf_str(out, "- ");
        name_line(finding, out);
        buf_printf(out, "  (%s, %s)\n  %s\n", plane_row(finding->cause->plane)->words,
                   weight_name(finding->cause->weight), finding->says);
        chain(explanation, finding, out);
    }
}

static void over(const struct explanation *explanation, struct buf *out)
{
    if (explanation->open < explanation->count)
        buf_str(out, "\nOver already\n");
    for (size_t i = explanation->open; i < explanation->count; i++) {
        const struct finding *finding = &explanation->findings[i];
        buf_str(out, "- ");
        name_line(finding, out);
        buf_printf(out, ": from #%llu on, well again at #%llu\n",
                   (unsigned long long)(finding->first ? finding->first : finding->begin),
                   (unsigned long long)finding->mended);
    }
}

static void planes(const struct explanation *explanation, const char *title, bool is_used,
                   struct buf *out)
{
    const char *before = title;
    for (int i = 0; i < PLANE_COUNT; i++) {
        enum plane plane = (enum plane)i;
        if (!explanation->used[plane] == is_used || !explain_is_fine(explanation, plane))
            continue;
        buf_printf(out, "%s%s", before, plane_row(plane)->words);
        if (is_used)
            buf_printf(out, " (%zu event%s)", explanation->used[plane],
                       explanation->used[plane] == 1 ? "" : "s");
        before = ", ";
    }
    if (before != title)
        buf_char(out, '\n');
}

static void looked_at(const struct explanation *explanation, struct buf *out)
{
    planes(explanation, "\nLooked at and fine: ", true, out);
    planes(explanation, "Not used: ", false, out);
    char from[TEXT_TIME_LEN], to[TEXT_TIME_LEN];
    if (explanation->events)
        buf_printf(out, "Read: %zu event%s, #%llu to #%llu, world time %s to %s\n",
                   explanation->events, explanation->events == 1 ? "" : "s",
                   (unsigned long long)explanation->source.first,
                   (unsigned long long)explanation->source.last,
                   text_time(explanation->start_ms, from), text_time(explanation->now_ms, to));
    if (explanation->source.first > 1)
        buf_printf(out,
                   "The journal begins at #%llu: what was before is lost, and may hold the first "
                   "cause.\n",
                   (unsigned long long)explanation->source.first);
    if (explanation->missing)
        buf_printf(out, "%llu numbers in between are missing: this is a part of a journal.\n",
                   (unsigned long long)explanation->missing);
    if (explanation->lost)
        buf_printf(out, "There was more than can be followed at once: %zu links were left out.\n",
                   explanation->lost);
}

void explain_text(const struct explanation *explanation, struct buf *out)
{
    bool is_broken = explain_is_broken(explanation);
    if (is_broken)
        main_finding(explanation, out);
    else
        buf_str(out, explanation->events ? "Nothing is broken, as far as the provider sees.\n"
                                         : "Nothing has happened yet: the journal is empty.\n");
    others(explanation, is_broken ? 1 : 0, out);
    over(explanation, out);
    looked_at(explanation, out);
}

void explain_line(const struct explanation *explanation, struct buf *out)
{
    const struct finding *finding = &explanation->findings[0];
    if (!explain_is_broken(explanation))
        return;
    name_line(finding, out);
    buf_printf(out, ": %s (", finding->says);
    if (finding->begin && finding->begin != finding->first)
        buf_printf(out, "first cause #%llu%s", (unsigned long long)finding->begin,
                   finding->first ? ", " : "");
    if (finding->first)
        buf_printf(out, "broken link #%llu", (unsigned long long)finding->first);
    buf_char(out, ')');
}
