/*
 * What the call log is made of, for its own files only (call_log.c, call_log_page.c,
 * call_log_id.c, call_log_generate.c).
 *
 * A record's class says all that the enumerable filters ask for: kind, direction, recorded how,
 * inside or outside, deleted or not. There is a list of record numbers per class, and per user and
 * class, so that any such filter is a union of a few sorted, disjoint lists, and page n of it is
 * found by binary search.
 */
#ifndef MOCKRC_WORLD_CALL_LOG_STORE_H
#define MOCKRC_WORLD_CALL_LOG_STORE_H

#include "world/call_log.h"
#include "world/lookup.h"

/* Record numbers, rising. */
struct call_list {
    uint32_t *numbers;
    size_t count, cap;
};

enum { CALL_CLASSES = 48 };

/* Of one user: the records that are theirs, and those of others they are a party of (the other
 * side of an internal call, the queue a call came through). */
struct call_user_lists {
    struct call_list own[CALL_CLASSES], via[CALL_CLASSES];
};

struct call_number; /* one number's list, hashed by its digits */

/* A record that is of another's session. */
struct call_join {
    uint32_t number, session;
};

struct call_log {
    struct call_record *records;
    size_t count, cap;
    struct call_list all[CALL_CLASSES];
    struct call_user_lists **users; /* by user index; NULL: none */
    size_t user_cap;
    struct call_number *by_number;
    uint64_t *lines; /* digits; [0] is "none" */
    size_t line_count, line_cap;
    char **names; /* [0] is "" */
    size_t name_count, name_cap;
    struct lookup *names_by_text;
    uint64_t id_key;
    size_t deleted_count;
    struct call_join *joins; /* rising numbers */
    size_t join_count, join_cap;
    int64_t longest_lag_ms; /* most that modified_ms is after start_ms */
};

enum { POOL_MAX = UINT16_MAX /* names and numbers that records point at, of each */ };

/* The log, made when there is none yet. */
struct call_log *call_log_of(struct world *world);

struct call_class {
    int kind, direction, recorded; /* 0 no, 1 automatically, 2 on demand */
    int is_internal, is_deleted;
};
int call_class(const struct call_record *record);
struct call_class call_class_of(int index); /* the other way round */
/* The first index of a rising list whose value is not below `value`. */
size_t call_list_place(const uint32_t *numbers, size_t count, uint32_t value);
/* NULL when no record has that number. */
const struct call_list *call_list_of_number(const struct call_log *log, uint64_t digits);
/* "+1202..." as a number; false when it is no phone number. */
bool call_digits(const char *number, uint64_t *ret);

#endif
