#include "explain/explain.h"

#include "base/mem.h"
#include "base/text.h"
#include "explain/failure.h"
#include "explain/links.h"
#include "explain/parts.h"
#include "journal/journal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static bool get_from_journal(void *context, uint64_t seq, struct event *ret)
{
    return journal_get(context, seq, ret);
}

static uint64_t next_of_journal(void *context, uint64_t seq)
{
    return seq < journal_last(context) ? seq + 1 : 0;
}

struct explain_source explain_of_journal(struct journal *journal)
{
    return (struct explain_source){.first = journal_first(journal),
                                   .last = journal_last(journal),
                                   .get = get_from_journal,
                                   .next = next_of_journal,
                                   .context = journal};
}

bool explain_get(const struct explanation *explanation, uint64_t seq, struct event *ret)
{
    const struct explain_source *source = &explanation->source;
    return seq && source->get(source->context, seq, ret);
}

/* --- sentences --- */

static const char *value_of(const struct explanation *explanation, const struct finding *finding,
                            const char *name, struct event *scratch)
{
    enum event_key key;
    const uint64_t where[] = {finding->first, finding->begin};
    for (size_t i = 0; i < sizeof where / sizeof *where && event_key_named(name, &key); i++)
        if (explain_get(explanation, where[i], scratch) && event_get(scratch, key))
            return event_get(scratch, key);
    return NULL;
}

/* "{user|a user}" becomes the event's user, or what is behind the bar. */
static const char *fill(struct explanation *explanation, const struct finding *finding,
                        const char *text)
{
    struct buf out;
    struct event scratch;
    buf_init(&out, 8192);
    for (size_t len; *text; text += len) {
        len = strcspn(text, "{");
        buf_add(&out, text, len);
        if (text[len] != '{')
            continue;
        const char *inside = text + len + 1;
        size_t whole = strcspn(inside, "}"), name_len = strcspn(inside, "|}");
        char *name = arena_strndup(&explanation->arena, inside, name_len);
        const char *value = value_of(explanation, finding, name, &scratch);
        if (value)
            buf_str(&out, value);
        else if (name_len < whole)
            buf_add(&out, inside + name_len + 1, whole - name_len - 1);
        len += whole + 2;
    }
    const char *filled = arena_strdup(&explanation->arena, buf_text(&out));
    buf_done(&out);
    return filled;
}

/* --- findings --- */

/* Links that broke alike, by one cause and from one beginning, are one finding. */
static struct finding *finding_like(struct explanation *explanation, const struct link *link,
                                    bool is_over)
{
    for (size_t i = 0; i < explanation->count; i++) {
        struct finding *finding = &explanation->findings[i];
        if (finding->cause == link->cause && finding->begin == link->begin &&
            !finding->mended == !is_over)
            return finding;
    }
    return NULL;
}

static void add(struct explanation *explanation, const struct link *link)
{
    struct finding *finding = finding_like(explanation, link, link->mended);
    if (finding) {
        finding->links++;
        finding->count += link->count;
        finding->last = link->last > finding->last ? link->last : finding->last;
        finding->mended = link->mended > finding->mended ? link->mended : finding->mended;
        return;
    }
    if (explanation->count == FINDINGS_MAX)
        return;
    finding = &explanation->findings[explanation->count++];
    *finding = (struct finding){.cause = link->cause,
                                .failure = failure_named(link->cause->failure),
                                .begin = link->begin,
                                .first = link->first,
                                .last = link->last,
                                .worked = link->worked,
                                .mended = link->mended,
                                .ran_out_ms = link->first ? 0 : link->ends_ms,
                                .count = link->count,
                                .links = 1};
    if (link->mended) /* the one before is forgotten by now */
        finding->worked = 0;
    memcpy(finding->seen, link->seen, sizeof finding->seen);
    assert(finding->failure != SIZE_MAX);
}

/* A note on what has come to pass since says nothing new, nor does one that is over. */
static bool is_idle(const struct explanation *explanation, const struct finding *note)
{
    if (note->cause->weight != WEIGHT_NOTE)
        return false;
    for (size_t i = 0; i < explanation->count; i++) {
        const struct finding *other = &explanation->findings[i];
        if (other != note && other->begin == note->begin && note->begin && !other->mended &&
            other->cause->weight != WEIGHT_NOTE)
            return true;
    }
    return note->mended != 0;
}

static void drop_idle(struct explanation *explanation)
{
    bool is_gone[FINDINGS_MAX];
    size_t kept = 0;
    for (size_t i = 0; i < explanation->count; i++)
        is_gone[i] = is_idle(explanation, &explanation->findings[i]);
    for (size_t i = 0; i < explanation->count; i++)
        if (!is_gone[i])
            explanation->findings[kept++] = explanation->findings[i];
    explanation->count = kept;
}

/* Open before over, worse before better, then the table's order: its rows lie in arrays of planes,
 * so it is told by cause_at. */
static size_t rank(const struct finding *finding)
{
    size_t row = 0;
    while (cause_at(row) != finding->cause)
        row++;
    return row + 1000 * (size_t)finding->cause->weight + (finding->mended ? 10000 : 0);
}

static int by_rank(const void *left, const void *right)
{
    const struct finding *a = left, *b = right;
    size_t x = rank(a), y = rank(b);
    if (x != y)
        return x < y ? -1 : 1;
    return a->last > b->last ? -1 : a->last < b->last;
}

static void read_all(struct explanation *explanation, struct links *links)
{
    const struct explain_source *source = &explanation->source;
    struct event event;
    for (uint64_t seq = source->first; seq; seq = source->next(source->context, seq)) {
        if (!source->get(source->context, seq, &event))
            continue;
        links_take(links, &event);
        if (!explanation->events++)
            explanation->start_ms = event.time_ms;
        if (event.time_ms > explanation->now_ms) /* an advance is told with the time it began */
            explanation->now_ms = event.time_ms;
    }
    if (source->first)
        explanation->missing = source->last - source->first + 1 - explanation->events;
    links_end(links, explanation->now_ms);
}

struct explanation *explain_new(const struct explain_source *source)
{
    struct explanation *explanation = xcalloc(1, sizeof *explanation);
    arena_init(&explanation->arena);
    explanation->source = *source;
    struct links *links = links_new(&explanation->source);
    read_all(explanation, links);
    for (const struct link *link = links_first(links); link; link = link->next)
        if (link->is_broken || link->mended)
            add(explanation, link);
    drop_idle(explanation);
    qsort(explanation->findings, explanation->count, sizeof *explanation->findings, by_rank);
    for (size_t i = 0; i < explanation->count; i++) {
        struct finding *finding = &explanation->findings[i];
        finding->says = fill(explanation, finding, finding->cause->says);
        explanation->open += !finding->mended;
    }
    for (int plane = 0; plane < PLANE_COUNT; plane++)
        explanation->used[plane] = links_used(links, (enum plane)plane);
    explanation->lost = links_lost(links);
    links_free(links);
    return explanation;
}

void explain_free(struct explanation *explanation)
{
    if (!explanation)
        return;
    arena_done(&explanation->arena);
    free(explanation);
}

size_t explain_count(const struct explanation *explanation)
{
    return explanation->count;
}

const struct finding *explain_at(const struct explanation *explanation, size_t i)
{
    return &explanation->findings[i];
}

bool explain_is_broken(const struct explanation *explanation)
{
    return explanation->open && explanation->findings[0].cause->weight != WEIGHT_NOTE;
}

bool explain_is_fine(const struct explanation *explanation, enum plane plane)
{
    for (size_t i = 0; i < explanation->open; i++)
        if (explanation->findings[i].cause->plane == plane &&
            explanation->findings[i].cause->weight != WEIGHT_NOTE)
            return false;
    return true;
}
