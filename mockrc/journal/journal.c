#include "journal/journal.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/*
 * Entries are packed one behind the other into blocks; an index in ring order finds entry n at
 * once. Blocks are freed from the old end as their last entry is dropped.
 */
enum { BLOCK_BYTES = 64 << 10, EVENTS_DEFAULT = 100000, BYTES_DEFAULT = 64 << 20 };

struct block {
    struct block *next; /* newer */
    size_t used, entries;
    _Alignas(8) char bytes[BLOCK_BYTES];
};

struct entry {
    int64_t time_ms;
    uint64_t cause, numbers;
    const char *op;
    uint16_t size; /* of the whole, rounded up to 8 */
    uint16_t text_len;
    uint8_t layer, count;
    /* count times a key (uint16_t) and an offset (uint16_t), then the text */
    uint16_t pairs[];
};

struct journal {
    struct journal_limits limits;
    struct block *oldest, *newest, *spare;
    const struct entry **index; /* ring: entry n at index[n % cap] */
    size_t cap;
    uint64_t first, next; /* numbers kept: first <= n < next */
    uint64_t dropped;
    size_t bytes;
    bool is_holding;
    struct event *held;
    size_t held_count, held_cap;
};

struct journal *journal_new(const struct journal_limits *limits)
{
    struct journal *journal = xcalloc(1, sizeof *journal);
    journal->limits.events = limits && limits->events ? limits->events : EVENTS_DEFAULT;
    journal->limits.bytes = limits && limits->bytes ? limits->bytes : BYTES_DEFAULT;
    journal->first = journal->next = 1;
    return journal;
}

static void drop_blocks(struct journal *journal)
{
    while (journal->oldest) {
        struct block *next = journal->oldest->next;
        free(journal->oldest);
        journal->oldest = next;
    }
    journal->newest = NULL;
    free(journal->spare);
    journal->spare = NULL;
}

void journal_free(struct journal *journal)
{
    if (!journal)
        return;
    drop_blocks(journal);
    free(journal->index);
    free(journal->held);
    free(journal);
}

void journal_clear(struct journal *journal)
{
    drop_blocks(journal);
    journal->first = journal->next = 1;
    journal->dropped = 0;
    journal->bytes = 0;
}

uint64_t journal_next(const struct journal *journal)
{
    return journal->next;
}

uint64_t journal_first(const struct journal *journal)
{
    return journal->first < journal->next ? journal->first : 0;
}

uint64_t journal_last(const struct journal *journal)
{
    return journal->first < journal->next ? journal->next - 1 : 0;
}

uint64_t journal_dropped(const struct journal *journal)
{
    return journal->dropped;
}

size_t journal_bytes(const struct journal *journal)
{
    return journal->bytes;
}

static void drop_oldest(struct journal *journal)
{
    journal->bytes -= journal->index[journal->first % journal->cap]->size;
    journal->first++;
    journal->dropped++;
    struct block *block = journal->oldest;
    if (--block->entries == 0 && block != journal->newest) {
        journal->oldest = block->next;
        if (journal->spare)
            free(block);
        else
            journal->spare = block;
    }
}

/* The index at twice the size, every kept number at its new place. */
static void grow_index(struct journal *journal)
{
    size_t cap = journal->cap ? journal->cap * 2 : 256;
    const struct entry **index = xmalloc(cap * sizeof *index);
    for (uint64_t n = journal->first; n < journal->next; n++)
        index[n % cap] = journal->index[n % journal->cap];
    free(journal->index);
    journal->index = index;
    journal->cap = cap;
}

static struct entry *room_for(struct journal *journal, size_t size)
{
    struct block *block = journal->newest;
    if (!block || BLOCK_BYTES - block->used < size) {
        block = journal->spare ? journal->spare : xmalloc(sizeof *block);
        journal->spare = NULL;
        block->next = NULL;
        block->used = block->entries = 0;
        if (journal->newest)
            journal->newest->next = block;
        else
            journal->oldest = block;
        journal->newest = block;
    }
    struct entry *entry = (struct entry *)(block->bytes + block->used);
    block->used += size;
    block->entries++;
    return entry;
}

static uint64_t append(struct journal *journal, struct event *event)
{
    size_t count = 0;
    for (int i = 0; i < EVENT_KEY_COUNT; i++)
        count += event->offset[i] != 0;
    size_t size = sizeof(struct entry) + count * 2 * sizeof(uint16_t) + event->text_len;
    size = (size + 7) / 8 * 8;
    while (journal->first < journal->next &&
           (journal->next - journal->first >= journal->limits.events ||
            journal->bytes + size > journal->limits.bytes))
        drop_oldest(journal);
    if (journal->next - journal->first >= journal->cap)
        grow_index(journal);

    struct entry *entry = room_for(journal, size);
    entry->time_ms = event->time_ms;
    entry->cause = event->cause;
    entry->numbers = event->numbers;
    entry->op = event->op;
    entry->size = (uint16_t)size;
    entry->text_len = (uint16_t)event->text_len;
    entry->layer = (uint8_t)event->layer;
    entry->count = (uint8_t)count;
    uint16_t *pair = entry->pairs;
    for (int i = 0; i < EVENT_KEY_COUNT; i++) {
        if (!event->offset[i])
            continue;
        *pair++ = (uint16_t)i;
        *pair++ = event->offset[i];
    }
    memcpy(pair, event->text, event->text_len);
    journal->bytes += size;
    journal->index[journal->next % journal->cap] = entry;
    event->seq = journal->next;
    return journal->next++;
}

void journal_hold(struct journal *journal)
{
    journal->is_holding = true;
}

uint64_t journal_append(struct journal *journal, struct event *event)
{
    uint64_t seq = append(journal, event);
    journal->is_holding = false;
    for (size_t i = 0; i < journal->held_count; i++)
        append(journal, &journal->held[i]);
    journal->held_count = 0;
    return seq;
}

void journal_follow(struct journal *journal, const struct event *event)
{
    if (!journal->is_holding) {
        struct event copy = *event;
        append(journal, &copy);
        return;
    }
    xgrow(journal->held, journal->held_count, &journal->held_cap);
    journal->held[journal->held_count++] = *event;
}

bool journal_get(const struct journal *journal, uint64_t seq, struct event *event)
{
    if (seq < journal->first || seq >= journal->next)
        return false;
    const struct entry *entry = journal->index[seq % journal->cap];
    event_init(event, (enum layer)entry->layer, entry->op);
    event->seq = seq;
    event->time_ms = entry->time_ms;
    event->cause = entry->cause;
    event->numbers = entry->numbers;
    event->text_len = entry->text_len;
    for (unsigned i = 0; i < entry->count; i++)
        event->offset[entry->pairs[2 * i]] = entry->pairs[2 * i + 1];
    memcpy(event->text, entry->pairs + 2 * entry->count, entry->text_len);
    return true;
}

bool journal_find(const struct journal *journal, uint64_t from, const struct match *match,
                  struct event *event)
{
    for (uint64_t n = from < journal->first ? journal->first : from; n < journal->next; n++)
        if (journal_get(journal, n, event) && match_event(match, event))
            return true;
    return false;
}

size_t journal_near(const struct journal *journal, uint64_t from, const struct match *match,
                    uint64_t *seqs, size_t limit)
{
    enum { LIMIT_MAX = 16 };
    size_t scores[LIMIT_MAX], found = 0;
    struct event event;
    if (limit > LIMIT_MAX)
        limit = LIMIT_MAX;
    for (uint64_t n = journal->next; n-- > (from < journal->first ? journal->first : from);) {
        journal_get(journal, n, &event);
        size_t score = match_score(match, &event), at = found;
        if (score == 0)
            continue;
        while (at > 0 && scores[at - 1] < score)
            at--;
        if (at == limit)
            continue;
        if (found < limit)
            found++;
        memmove(scores + at + 1, scores + at, (found - at - 1) * sizeof *scores);
        memmove(seqs + at + 1, seqs + at, (found - at - 1) * sizeof *seqs);
        scores[at] = score;
        seqs[at] = n;
    }
    return found;
}
