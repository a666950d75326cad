/*
 * Pages of the call log. A filter's restrictions each have their posting lists; the set with the
 * fewest records in the time window is walked, newest first. When it alone says all the filter asks
 * for, the records before the page are skipped by binary search and not looked at.
 */
#include "base/text.h"
#include "world/call_log_store.h"
#include "world/world.h"

/* The part of one list that lies in the time window: [low, high) of its numbers. */
struct slice {
    const uint32_t *numbers;
    size_t low, high;
};

enum { SLICES_MAX = 2 * CALL_CLASSES };

/* Disjoint slices; together the records a restriction leaves. */
struct candidates {
    struct slice slices[SLICES_MAX];
    size_t count, total;
    bool is_exact; /* every one of them matches the whole filter */
};

/* The filter, resolved. */
struct query {
    const struct world *world;
    const struct call_log *log;
    const struct call_filter *filter;
    uint32_t first, end; /* record numbers of the time window: [first, end) */
    size_t user, party;  /* indexes */
    bool is_queue;       /* the user is a queue: calls through it count as its own */
    uint64_t number;
};

/* The number of the first record that starts at `ms` or later. Looked for from the newest on, in
 * steps that double: what is asked for is mostly recent, and then costs the same in any log. */
static uint32_t first_since(const struct call_log *log, int64_t ms)
{
    size_t low = 0, high = log->count, step = 1;
    if (log->count && log->records[0].start_ms >= ms)
        return 0;
    while (step < log->count && log->records[log->count - step].start_ms >= ms) {
        high = log->count - step;
        step *= 2;
    }
    low = step < log->count ? log->count - step : 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (log->records[middle].start_ms < ms)
            low = middle + 1;
        else
            high = middle;
    }
    return (uint32_t)low;
}

static bool class_matches(const struct call_filter *filter, int index)
{
    struct call_class class = call_class_of(index);
    return (filter->direction < 0 || filter->direction == class.direction) &&
           (filter->kind < 0 || filter->kind == class.kind) &&
           (filter->transport < 0 || filter->transport == class.is_internal) &&
           (filter->recording < 0 || (filter->recording == 0 && class.recorded > 0) ||
            (filter->recording > 0 && filter->recording == class.recorded)) &&
           (filter->with_deleted || !class.is_deleted);
}

/* As call_list_place, from the end on in steps that double; the whole list without a look. */
static size_t place_from_end(const struct call_list *list, uint32_t value)
{
    size_t step = 1;
    if (value == 0)
        return 0;
    while (step < list->count && list->numbers[list->count - step] >= value)
        step *= 2;
    size_t low = step < list->count ? list->count - step : 0;
    return low + call_list_place(list->numbers + low, list->count - low, value);
}

static void add_list(const struct query *query, const struct call_list *list,
                     struct candidates *candidates)
{
    struct slice slice = {list->numbers, place_from_end(list, query->first), list->count};
    if (query->end < query->log->count)
        slice.high = place_from_end(list, query->end);
    if (slice.low == slice.high)
        return;
    candidates->slices[candidates->count++] = slice;
    candidates->total += slice.high - slice.low;
}

static void add_classes(const struct query *query, const struct call_list lists[CALL_CLASSES],
                        struct candidates *candidates)
{
    for (int class = 0; class < CALL_CLASSES; class ++)
        if (class_matches(query->filter, class))
            add_list(query, &lists[class], candidates);
}

static struct candidates of_user(const struct query *query, size_t user, bool with_via)
{
    struct candidates found = {0};
    const struct call_user_lists *lists =
        user < query->log->user_cap ? query->log->users[user] : NULL;
    if (!lists)
        return found;
    add_classes(query, lists->own, &found);
    if (with_via)
        add_classes(query, lists->via, &found);
    return found;
}

static struct candidates of_number(const struct query *query)
{
    struct candidates found = {0};
    const struct call_list *list = call_list_of_number(query->log, query->number);
    if (list)
        add_list(query, list, &found);
    return found;
}

static bool touches(const struct call_record *record, size_t user)
{
    return record->user == user || record->queue == user ||
           (record->is_internal && record->other == user);
}

static bool number_matches(const struct query *query, const struct call_record *record)
{
    return !record->is_internal &&
           (record->other == query->number || query->log->lines[record->line] == query->number);
}

static bool matches(const struct query *query, const struct call_record *record)
{
    const struct call_filter *filter = query->filter;
    return class_matches(filter, call_class(record)) &&
           (!filter->user_id || record->user == query->user ||
            (query->is_queue && touches(record, query->user))) &&
           (!filter->party_user_id || touches(record, query->party)) &&
           (!filter->number || number_matches(query, record)) &&
           record->modified_ms >= filter->modified_from_ms;
}

/* Does the filter ask for what a number's list does not know? Its calls are never inside. */
static bool asks_class(const struct query *query)
{
    const struct call_filter *filter = query->filter;
    return filter->direction >= 0 || filter->kind >= 0 || filter->recording >= 0 ||
           filter->transport == 1 || (!filter->with_deleted && query->log->deleted_count > 0);
}

/* The smallest set that holds all matches. */
static struct candidates choose(const struct query *query)
{
    const struct call_filter *filter = query->filter;
    struct candidates best = {0};
    int restrictions = 0;
    if (filter->user_id) {
        best = of_user(query, query->user, query->is_queue);
        restrictions++;
    }
    if (filter->party_user_id) {
        struct candidates found = of_user(query, query->party, true);
        if (restrictions++ == 0 || found.total < best.total)
            best = found;
    }
    bool knows_all = true;
    if (filter->number) {
        struct candidates found = of_number(query);
        if (restrictions++ == 0 || found.total < best.total) {
            best = found;
            knows_all = !asks_class(query);
        }
    }
    if (restrictions == 0)
        add_classes(query, query->log->all, &best);
    best.is_exact = restrictions <= 1 && knows_all && filter->modified_from_ms <= 0;
    return best;
}

/* False when nothing can match. */
static bool resolve(const struct world *world, const struct call_filter *filter,
                    struct query *query)
{
    const struct call_log *log = world->call_log;
    *query = (struct query){.world = world, .log = log, .filter = filter};
    if (!log || (filter->user_id && !user_index(world, filter->user_id, &query->user)) ||
        (filter->party_user_id && !user_index(world, filter->party_user_id, &query->party)) ||
        (filter->number && !call_digits(filter->number, &query->number)))
        return false;
    query->is_queue = filter->user_id && world->users[query->user]->type == USER_DEPARTMENT;
    int64_t from_ms = filter->from_ms;
    if (filter->modified_from_ms - log->longest_lag_ms > from_ms)
        from_ms = filter->modified_from_ms - log->longest_lag_ms;
    query->first = first_since(log, from_ms);
    query->end = filter->to_ms ? first_since(log, filter->to_ms) : (uint32_t)log->count;
    return query->first < query->end;
}

/* How many candidates have the number `at` or a later one. */
static size_t count_from(const struct candidates *candidates, uint32_t at)
{
    size_t count = 0;
    for (size_t i = 0; i < candidates->count; i++) {
        const struct slice *slice = &candidates->slices[i];
        size_t below = call_list_place(slice->numbers + slice->low, slice->high - slice->low, at);
        count += slice->high - slice->low - below;
    }
    return count;
}

/* Drops the newest `offset` candidates: finds the number they begin at. */
static void skip(const struct query *query, struct candidates *candidates, size_t offset)
{
    uint32_t low = query->first, high = query->end;
    if (offset == 0)
        return;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (count_from(candidates, middle) > offset)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t i = 0; i < candidates->count; i++) {
        struct slice *slice = &candidates->slices[i];
        slice->high = slice->low +
                      call_list_place(slice->numbers + slice->low, slice->high - slice->low, low);
    }
}

/* The newest candidate left; false when there is none. */
static bool take_newest(struct candidates *candidates, uint32_t *ret_number)
{
    struct slice *newest = NULL;
    for (size_t i = 0; i < candidates->count; i++) {
        struct slice *slice = &candidates->slices[i];
        if (slice->low < slice->high &&
            (!newest || slice->numbers[slice->high - 1] > newest->numbers[newest->high - 1]))
            newest = slice;
    }
    if (!newest)
        return false;
    *ret_number = newest->numbers[--newest->high];
    return true;
}

size_t call_log_page(const struct world *world, const struct call_filter *filter, size_t offset,
                     size_t limit, uint32_t *numbers, bool *ret_has_more)
{
    struct query query;
    size_t count = 0, looked_at = 0;
    bool has_more = false;
    if (resolve(world, filter, &query)) {
        struct candidates candidates = choose(&query);
        if (candidates.is_exact) {
            skip(&query, &candidates, offset);
            offset = 0;
        }
        uint32_t number;
        while (!has_more && take_newest(&candidates, &number)) {
            looked_at++;
            if (!candidates.is_exact && !matches(&query, &query.log->records[number]))
                continue;
            if (offset > 0)
                offset--;
            else if (count < limit)
                numbers[count++] = number;
            else
                has_more = true;
        }
    }
    if (filter->looked_at)
        *filter->looked_at += looked_at;
    *ret_has_more = has_more;
    return count;
}

size_t call_log_delete_all(struct world *world, const struct call_filter *filter)
{
    enum { STEP = 250 };
    uint32_t step[STEP];
    size_t deleted = 0;
    for (bool has_more = true; has_more;) {
        size_t count = call_log_page(world, filter, 0, STEP, step, &has_more);
        for (size_t i = 0; i < count; i++)
            call_log_delete(world, step[i]);
        deleted += count;
    }
    return deleted;
}
