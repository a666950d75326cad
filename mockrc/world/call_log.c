#include "world/call_log.h"

#include "base/mem.h"
#include "base/text.h"
#include "world/call_log_store.h"
#include "world/world.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define uthash_malloc(size) xmalloc(size)
#include <uthash.h>

struct call_number {
    uint64_t digits;
    uint16_t line; /* its place in the log's lines, 0: none */
    struct call_list list;
    UT_hash_handle hh;
};

static_assert(sizeof(struct call_record) == 48, "a million of these are kept");

enum { SESSION_SPAN = 10000 };

struct call_log *call_log_of(struct world *world)
{
    if (world->call_log)
        return world->call_log;
    struct call_log *log = xcalloc(1, sizeof *log);
    struct id id;
    id_fork(&id, world->seed, "call log ids");
    log->id_key = id_next(&id);
    xgrow(log->lines, log->line_count, &log->line_cap);
    log->lines[log->line_count++] = 0;
    xgrow(log->names, log->name_count, &log->name_cap);
    log->names[log->name_count++] = xstrdup("");
    return world->call_log = log;
}

size_t call_log_count(const struct world *world)
{
    return world->call_log ? world->call_log->count : 0;
}

const struct call_record *call_log_at(const struct world *world, size_t index)
{
    return &world->call_log->records[index];
}

bool call_digits(const char *number, uint64_t *ret)
{
    int64_t digits;
    number += *number == '+';
    if (strspn(number, "0123456789") != strlen(number) || !text_int64(number, &digits))
        return false;
    *ret = (uint64_t)digits;
    return true;
}

static struct call_number *number_find(const struct call_log *log, uint64_t digits)
{
    struct call_number *found;
    HASH_FIND(hh, log->by_number, &digits, sizeof digits, found);
    return found;
}

static struct call_number *number_get(struct call_log *log, uint64_t digits)
{
    struct call_number *number = number_find(log, digits);
    if (number)
        return number;
    number = xcalloc(1, sizeof *number);
    number->digits = digits;
    HASH_ADD(hh, log->by_number, digits, sizeof digits, number);
    return number;
}

const struct call_list *call_list_of_number(const struct call_log *log, uint64_t digits)
{
    const struct call_number *number = number_find(log, digits);
    return number ? &number->list : NULL;
}

uint16_t call_log_line(struct world *world, const char *text)
{
    struct call_log *log = call_log_of(world);
    uint64_t digits;
    if (!text || !call_digits(text, &digits) || digits == 0)
        return 0;
    struct call_number *number = number_get(log, digits);
    if (number->line == 0 && log->line_count <= POOL_MAX) {
        xgrow(log->lines, log->line_count, &log->line_cap);
        number->line = (uint16_t)log->line_count;
        log->lines[log->line_count++] = digits;
    }
    return number->line;
}

int call_class(const struct call_record *record)
{
    int recorded = !record->has_recording ? 0 : record->is_on_demand ? 2 : 1;
    int class = (record->kind * 2 + record->direction) * 3 + recorded;
    return (class * 2 + record->is_internal) * 2 + record->is_deleted;
}

struct call_class call_class_of(int index)
{
    return (struct call_class){
        .is_deleted = index % 2,
        .is_internal = index / 2 % 2,
        .recorded = index / 4 % 3,
        .direction = index / 12 % 2,
        .kind = index / 24,
    };
}

static void list_add(struct call_list *list, uint32_t number)
{
    xgrow(list->numbers, list->count, &list->cap);
    list->numbers[list->count++] = number;
}

size_t call_list_place(const uint32_t *numbers, size_t count, uint32_t value)
{
    size_t low = 0;
    while (count > 0) {
        size_t half = count / 2;
        if (numbers[low + half] < value) {
            low += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    return low;
}

static void list_insert(struct call_list *list, uint32_t number)
{
    size_t place = call_list_place(list->numbers, list->count, number);
    list_add(list, number);
    memmove(list->numbers + place + 1, list->numbers + place,
            (list->count - 1 - place) * sizeof *list->numbers);
    list->numbers[place] = number;
}

static void list_remove(struct call_list *list, uint32_t number)
{
    size_t place = call_list_place(list->numbers, list->count, number);
    memmove(list->numbers + place, list->numbers + place + 1,
            (--list->count - place) * sizeof *list->numbers);
}

static struct call_user_lists *lists_of(struct call_log *log, size_t user)
{
    while (log->user_cap <= user) {
        size_t old = log->user_cap;
        log->users = xgrow_bytes(log->users, old, &log->user_cap, sizeof *log->users);
        memset(log->users + old, 0, (log->user_cap - old) * sizeof *log->users);
    }
    if (!log->users[user])
        log->users[user] = xcalloc(1, sizeof *log->users[user]);
    return log->users[user];
}

/* Calls `change` for each list of a class that the record belongs on. */
static void each_class_list(struct call_log *log, const struct call_record *record,
                            void change(struct call_list *list, uint32_t number))
{
    int class = call_class(record);
    bool has_queue = record->queue != CALL_NO_QUEUE && record->queue != record->user;
    bool has_other = record->is_internal && record->other != record->user &&
                     !(has_queue && record->other == record->queue);
    change(&log->all[class], record->number);
    change(&lists_of(log, record->user)->own[class], record->number);
    if (has_queue)
        change(&lists_of(log, record->queue)->via[class], record->number);
    if (has_other)
        change(&lists_of(log, record->other)->via[class], record->number);
}

/* Puts the record on the lists of its outside and its inside number. */
static void post_numbers(struct call_log *log, const struct call_record *record,
                         void add(struct call_list *list, uint32_t number))
{
    uint64_t line = log->lines[record->line];
    if (record->is_internal)
        return;
    if (record->other)
        add(&number_get(log, record->other)->list, record->number);
    if (line && line != record->other)
        add(&number_get(log, line)->list, record->number);
}

static void check(const struct world *world, const struct call_record *record)
{
    const struct call_log *log = world->call_log;
    assert(record->user < world->user_count && record->line < log->line_count &&
           record->name < log->name_count);
    assert(record->queue == CALL_NO_QUEUE || record->queue < world->user_count);
    assert(!record->is_internal || record->other < world->user_count);
    (void)log;
}

/* How far the change lies after the start decides how far back a sync must look. */
static void note_lag(struct call_log *log, const struct call_record *record)
{
    if (record->modified_ms - record->start_ms > log->longest_lag_ms)
        log->longest_lag_ms = record->modified_ms - record->start_ms;
}

bool call_log_append(struct world *world, const struct call_record *record, uint32_t *ret_number)
{
    struct call_log *log = call_log_of(world);
    if (log->count == CALL_LOG_MAX)
        return false;
    assert(log->count == 0 || log->records[log->count - 1].start_ms <= record->start_ms);
    check(world, record);
    xgrow(log->records, log->count, &log->cap);
    struct call_record *kept = &log->records[log->count];
    *kept = *record;
    *ret_number = kept->number = (uint32_t)log->count++;
    note_lag(log, kept);
    each_class_list(log, kept, list_add);
    post_numbers(log, kept, list_add);
    return true;
}

bool call_log_reserve(struct world *world, uint32_t session, uint32_t *ret_number)
{
    struct call_log *log = call_log_of(world);
    if (log->count == CALL_LOG_MAX)
        return false;
    int64_t start_ms = clock_now(world);
    if (log->count && log->records[log->count - 1].start_ms > start_ms)
        start_ms = log->records[log->count - 1].start_ms; /* the clock was set back */
    xgrow(log->records, log->count, &log->cap);
    uint32_t number = (uint32_t)log->count++;
    bool is_own = session == UINT32_MAX, is_mirror = !is_own && session + 1 == number;
    log->records[number] = (struct call_record){.start_ms = start_ms,
                                                .modified_ms = start_ms,
                                                .number = number,
                                                .queue = CALL_NO_QUEUE,
                                                .is_open = true,
                                                .is_mirror = is_mirror,
                                                .is_joined = !is_own && !is_mirror};
    if (!is_own && !is_mirror) {
        xgrow(log->joins, log->join_count, &log->join_cap);
        log->joins[log->join_count++] = (struct call_join){number, session};
    }
    *ret_number = number;
    return true;
}

void call_log_keep(struct world *world, uint32_t number, const struct call_record *record)
{
    struct call_record *kept = &world->call_log->records[number];
    const struct call_record reserved = *kept;
    *kept = *record;
    kept->number = number;
    kept->start_ms = reserved.start_ms;
    kept->modified_ms = clock_now(world);
    kept->is_mirror = reserved.is_mirror;
    kept->is_joined = reserved.is_joined;
    kept->is_open = true;
}

void call_log_fill(struct world *world, uint32_t number, const struct call_record *record)
{
    struct call_log *log = world->call_log;
    struct call_record *kept = &log->records[number];
    assert(kept->is_open);
    check(world, record);
    call_log_keep(world, number, record);
    kept->is_open = false;
    note_lag(log, kept);
    each_class_list(log, kept, list_insert);
    post_numbers(log, kept, list_insert);
}

void call_log_drop(struct world *world, uint32_t number)
{
    world->call_log->records[number].is_deleted = true;
}

size_t call_log_session(const struct world *world, uint32_t first, uint32_t *numbers, size_t max)
{
    const struct call_log *log = world->call_log;
    size_t count = 0;
    for (uint32_t number = first; number < log->count && number <= first + 1 && count < max;
         number++)
        if (!log->records[number].is_open && (number == first || log->records[number].is_mirror))
            numbers[count++] = number;
    size_t at = 0, left = log->join_count; /* those behind `first`: a binary search */
    while (left > 0) {
        size_t half = left / 2;
        bool is_before = log->joins[at + half].number <= first;
        at += is_before ? half + 1 : 0;
        left = is_before ? left - half - 1 : half;
    }
    /* A session's records begin while it lasts: none is far behind its first. */
    for (size_t end = at + SESSION_SPAN; at < log->join_count && at < end && count < max; at++)
        if (log->joins[at].session == first && !log->records[log->joins[at].number].is_open)
            numbers[count++] = log->joins[at].number;
    return count;
}

static void touch(struct call_log *log, struct call_record *record, int64_t now_ms)
{
    record->modified_ms = now_ms;
    note_lag(log, record);
}

void call_log_delete(struct world *world, uint32_t number)
{
    struct call_log *log = world->call_log;
    struct call_record *record = &log->records[number];
    if (record->is_deleted || record->is_open)
        return;
    each_class_list(log, record, list_remove);
    record->is_deleted = true;
    touch(log, record, clock_now(world));
    each_class_list(log, record, list_insert);
    log->deleted_count++;
}

void call_log_drop_recording(struct world *world, uint32_t number)
{
    struct call_log *log = world->call_log;
    struct call_record *record = &log->records[number];
    if (!record->has_recording)
        return;
    each_class_list(log, record, list_remove);
    record->has_recording = false;
    touch(log, record, clock_now(world));
    each_class_list(log, record, list_insert);
}

static void lists_free(struct call_list lists[CALL_CLASSES])
{
    for (int i = 0; i < CALL_CLASSES; i++)
        free(lists[i].numbers);
}

void call_log_done(struct world *world)
{
    struct call_log *log = world->call_log;
    struct call_number *number, *next;
    if (!log)
        return;
    HASH_ITER(hh, log->by_number, number, next)
    {
        HASH_DEL(log->by_number, number);
        free(number->list.numbers);
        free(number);
    }
    for (size_t i = 0; i < log->user_cap; i++) {
        if (!log->users[i])
            continue;
        lists_free(log->users[i]->own);
        lists_free(log->users[i]->via);
        free(log->users[i]);
    }
    for (size_t i = 0; i < log->name_count; i++)
        free(log->names[i]);
    lookup_done(&log->names_by_text);
    lists_free(log->all);
    free(log->users);
    free(log->names);
    free(log->lines);
    free(log->joins);
    free(log->records);
    free(log);
    world->call_log = NULL;
}
