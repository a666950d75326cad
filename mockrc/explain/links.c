#include "explain/links.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/yaml.h"
#include "journal/match.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define uthash_malloc(size) xmalloc(size)
#include <uthash.h>

enum { ANY_MAX = 5, ROWS_MAX = 200 };

/* Matches any of which will do; none: nothing matches. */
struct any {
    const struct match *list[ANY_MAX];
    size_t count;
};

/* A row of the table, read. */
struct rule {
    const struct cause *cause;
    struct any broken, works, heals, begins, runs_out;
    enum event_key same; /* EVENT_KEY_COUNT: there is one link only */
};

/* A link or, without an operation, what is known of where such links begin. */
struct entry {
    struct link link;
    uint64_t begin_first, begin_newest; /* the first since it worked; the newest ever */
    struct entry *of_row;               /* the next of its row */
    UT_hash_handle hh;
    char key[]; /* row, value of `same`, operation: three lines */
};

struct links {
    const struct explain_source *source;
    struct arena arena;
    struct rule rules[ROWS_MAX];
    struct any used[PLANE_COUNT];
    size_t rule_count, uses[PLANE_COUNT];
    struct entry *entries, *rows[ROWS_MAX];
    struct link *first, **tail;
    size_t lost;
};

/* --- the table, read once --- */

static void read_any(struct links *links, const char *text, struct any *ret)
{
    const struct node *root;
    struct diag diag;
    if (!text)
        return;
    int err = yaml_parse(&links->arena, "cause", text, strlen(text), &root, &diag);
    const struct node *one = err || root->kind == NODE_MAP ? root : root->first;
    for (; !err && one; one = root->kind == NODE_MAP ? NULL : one->next) {
        assert(ret->count < ANY_MAX);
        err = match_from_node(&links->arena, one, NULL, "cause", &ret->list[ret->count++], &diag);
    }
    assert(!err); /* the table is ours; test_explain reads it too */
}

static void read_rule(struct links *links, const struct cause *cause)
{
    assert(links->rule_count < ROWS_MAX);
    struct rule *rule = &links->rules[links->rule_count++];
    *rule = (struct rule){.cause = cause, .same = EVENT_KEY_COUNT};
    bool is_key = !cause->same || event_key_named(cause->same, &rule->same);
    assert(is_key);
    (void)is_key;
    read_any(links, cause->broken, &rule->broken);
    read_any(links, cause->works, &rule->works);
    read_any(links, cause->heals, &rule->heals);
    read_any(links, cause->begins, &rule->begins);
    read_any(links, cause->runs_out, &rule->runs_out);
}

struct links *links_new(const struct explain_source *source)
{
    struct links *links = xcalloc(1, sizeof *links);
    links->source = source;
    links->tail = &links->first;
    arena_init(&links->arena);
    for (size_t i = 0; cause_at(i); i++)
        read_rule(links, cause_at(i));
    for (int plane = 0; plane < PLANE_COUNT; plane++)
        read_any(links, plane_row((enum plane)plane)->used, &links->used[plane]);
    return links;
}

void links_free(struct links *links)
{
    struct entry *entry, *next;
    if (!links)
        return;
    HASH_ITER(hh, links->entries, entry, next)
    {
        HASH_DEL(links->entries, entry);
        free(entry);
    }
    arena_done(&links->arena);
    free(links);
}

static bool matches(const struct any *any, const struct event *event)
{
    for (size_t i = 0; i < any->count; i++)
        if (match_event(any->list[i], event))
            return true;
    return false;
}

/* --- links by name --- */

static struct entry *find(struct links *links, size_t row, const char *same, const char *op,
                          bool may_make)
{
    char key[EVENT_TEXT_MAX + 256];
    struct entry *entry;
    int len = snprintf(key, sizeof key, "%zu\n%s\n%.200s", row, same, op);
    HASH_FIND(hh, links->entries, key, (size_t)len, entry);
    if (entry || !may_make)
        return entry;
    if (HASH_COUNT(links->entries) >= EXPLAIN_LINKS_MAX) {
        links->lost++;
        return NULL;
    }
    entry = xcalloc(1, sizeof *entry + (size_t)len + 1);
    memcpy(entry->key, key, (size_t)len + 1);
    entry->link.cause = links->rules[row].cause;
    entry->link.row = row;
    entry->of_row = links->rows[row];
    links->rows[row] = entry;
    HASH_ADD(hh, links->entries, key[0], (size_t)len, entry);
    *links->tail = &entry->link;
    links->tail = &entry->link.next;
    return entry;
}

/* What the event says of the thing the row's links differ by; "": nothing. */
static const char *same_of(const struct rule *rule, const struct event *event)
{
    const char *value = rule->same == EVENT_KEY_COUNT ? NULL : event_get(event, rule->same);
    return value ? value : "";
}

static const char *op_of(const struct rule *rule, const struct event *event)
{
    return rule->cause->is_same_op ? event->op : "";
}

/* --- where it began --- */

static void note_begin(struct links *links, size_t row, const struct event *event)
{
    struct entry *origin = find(links, row, same_of(&links->rules[row], event), "", true);
    if (!origin)
        return;
    origin->begin_newest = event->seq;
    if (!origin->begin_first)
        origin->begin_first = event->seq;
}

/* The newest beginning after `since`, the first since it worked where that is known; 0: none. */
static uint64_t begin_since(struct links *links, size_t row, const char *same, uint64_t since)
{
    const char *const names[] = {same, ""};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct entry *origin = find(links, row, names[i], "", false);
        if (origin && origin->begin_first && origin->begin_first >= since)
            return origin->begin_first;
        if (origin && origin->begin_newest && origin->begin_newest >= since)
            return origin->begin_newest;
    }
    return 0;
}

/* The first of the chain of causes that begins with event `seq`. */
static uint64_t root_of(const struct links *links, uint64_t seq, struct event *ret)
{
    const struct explain_source *source = links->source;
    for (int i = 0; i < EXPLAIN_CHAIN_MAX && source->get(source->context, seq, ret) && ret->cause &&
                    ret->cause < seq;
         i++)
        seq = ret->cause;
    return seq;
}

static uint64_t begin_of(struct links *links, size_t row, const struct link *link,
                         const struct event *event)
{
    const struct rule *rule = &links->rules[row];
    const char *same = same_of(rule, event);
    struct event root;
    uint64_t begin = begin_since(links, row, same, link->worked);
    if (event->cause) {
        uint64_t seq = root_of(links, event->cause, &root);
        bool is_there = links->source->get(links->source->context, seq, &root);
        bool fits = is_there && matches(&rule->begins, &root);
        /* What a delivery tells of is no cause of its failing. */
        if (fits || (event->layer != LAYER_NOTIFY && (!begin || !rule->begins.count || !is_there)))
            return seq;
        return begin;
    }
    if (event->layer == LAYER_CONTROL)
        return event->seq; /* the provider's own deed */
    return begin ? begin : begin_since(links, row, same, 0);
}

/* --- the links --- */

static void forget(struct link *link)
{
    link->mended = link->first = 0;
    link->count = 0;
    memset(link->seen, 0, sizeof link->seen);
}

static void note_broken(struct links *links, size_t row, const struct event *event)
{
    const struct rule *rule = &links->rules[row];
    struct entry *entry = find(links, row, same_of(rule, event), op_of(rule, event), true);
    if (!entry)
        return;
    struct link *link = &entry->link;
    if (link->mended) /* once more, after it was well */
        forget(link);
    if (!link->count++) {
        link->first = event->seq;
        link->begin = begin_of(links, row, link, event);
    } else if (link->count - 2 < EXPLAIN_SEEN_MAX) {
        link->seen[link->count - 2] = event->seq;
    }
    link->last = event->seq;
    link->is_broken = link->count >= rule->cause->times;
}

static void mend(struct entry *entry, uint64_t seq)
{
    struct link *link = &entry->link;
    if (link->is_broken)
        link->mended = seq;
    else if (!link->mended)
        forget(link);
    link->is_broken = false;
    link->worked = seq;
    link->ends_ms = 0;
    entry->begin_first = 0;
}

static void mend_all(struct links *links, size_t row, uint64_t seq)
{
    for (struct entry *entry = links->rows[row]; entry; entry = entry->of_row)
        mend(entry, seq);
}

/* It also settles what was said of no particular thing. */
static void note_works(struct links *links, size_t row, const struct event *event)
{
    const struct rule *rule = &links->rules[row];
    const char *same = same_of(rule, event), *op = op_of(rule, event);
    struct entry *entry = find(links, row, same, op, true), *nameless;
    if (entry)
        mend(entry, event->seq);
    nameless = *same ? find(links, row, "", op, false) : NULL;
    if (nameless && nameless->link.count)
        mend(nameless, event->seq);
}

/* It has so many seconds from now on. */
static void note_renewed(struct links *links, size_t row, const struct event *event)
{
    int64_t seconds;
    const struct rule *rule = &links->rules[row];
    const char *expires = event_get(event, EVENT_EXPIRES);
    struct entry *entry = find(links, row, same_of(rule, event), op_of(rule, event), true);
    if (!entry || !expires || !text_int64(expires, &seconds) || seconds < 0 || seconds > INT32_MAX)
        return;
    mend(entry, event->seq);
    entry->link.begin = event->seq;
    entry->link.ends_ms = event->time_ms + seconds * 1000;
}

/* Does the row say something of this event, as its broken link? */
static bool breaks(struct links *links, size_t row, const struct event *event)
{
    const struct rule *rule = &links->rules[row];
    if (!matches(&rule->broken, event))
        return false;
    const struct entry *entry = find(links, row, same_of(rule, event), op_of(rule, event), false);
    return !rule->cause->needs_begin ||
           begin_since(links, row, same_of(rule, event), entry ? entry->link.worked : 0);
}

void links_take(struct links *links, const struct event *event)
{
    bool is_taken = false;
    bool is_undone =
        event->layer == LAYER_CONTROL && text_eq(event_get(event, EVENT_RESULT), "refused");
    if (event->layer == LAYER_CLIENT || is_undone)
        return; /* what the client says of itself; a deed that was not done */
    for (int plane = 0; plane < PLANE_COUNT; plane++)
        links->uses[plane] += matches(&links->used[plane], event);
    for (size_t row = 0; row < links->rule_count; row++) {
        const struct rule *rule = &links->rules[row];
        bool is_aside = rule->cause->is_aside;
        if (breaks(links, row, event)) {
            if (is_aside || !is_taken)
                note_broken(links, row, event);
            is_taken |= !is_aside;
        } else if (matches(&rule->works, event)) {
            note_works(links, row, event);
        }
        if (matches(&rule->heals, event))
            mend_all(links, row, event->seq);
        if (matches(&rule->begins, event))
            note_begin(links, row, event);
        if (matches(&rule->runs_out, event))
            note_renewed(links, row, event);
    }
}

void links_end(struct links *links, int64_t now_ms)
{
    for (struct link *link = links->first; link; link = link->next)
        if (link->ends_ms && link->ends_ms <= now_ms && !link->is_broken) {
            link->is_broken = true;
            link->count = 1;
            link->first = link->last = link->mended = 0;
        }
}

const struct link *links_first(const struct links *links)
{
    return links->first;
}

size_t links_lost(const struct links *links)
{
    return links->lost;
}

size_t links_used(const struct links *links, enum plane plane)
{
    return links->uses[plane];
}
