/* Reading the stored call log; see store.h. */
#include <stdlib.h>
#include <string.h>

#include "store_sql.h"
#include "text.h"

#define COLUMNS                                                                                    \
    "SELECT call.id, call.start_ms, call.json, (SELECT id FROM recording"                          \
    " WHERE recording.start_ms = call.start_ms AND recording.call_id = call.id"                    \
    " ORDER BY id LIMIT 1) FROM call"
#define AFTER " WHERE (call.start_ms < ?1 OR (call.start_ms = ?1 AND call.id > ?2))"
#define RECORDED                                                                                   \
    " AND EXISTS (SELECT 1 FROM recording WHERE recording.start_ms = call.start_ms"                \
    " AND recording.call_id = call.id)"
#define ORDER " ORDER BY call.start_ms DESC, call.id LIMIT ?3"

static void read_row(sqlite3_stmt *row, struct stored_call *call)
{
    const char *json = (const char *)sqlite3_column_text(row, 2);
    store_column(row, 0, call->id, sizeof(call->id));
    call->start_ms = sqlite3_column_int64(row, 1);
    call->json = xstrdup(json ? json : "{}");
    store_column(row, 3, call->recording_id, sizeof(call->recording_id));
}

int store_call_list(struct store *store, const struct call_filter *filter,
                    struct stored_call **ret_list)
{
    struct stored_call *list = xcalloc((size_t)filter->limit, sizeof(*list));
    int count = 0;
    int64_t until_ms = filter->until_ms ? filter->until_ms : INT64_MAX;
    const char *after = filter->after_id ? filter->after_id : "";
    sqlite3_stmt *row = filter->recorded_only
                            ? store_bind(store, COLUMNS AFTER RECORDED ORDER, "isi", until_ms,
                                         after, (int64_t)filter->limit)
                            : store_bind(store, COLUMNS AFTER ORDER, "isi", until_ms, after,
                                         (int64_t)filter->limit);
    while (row && count < filter->limit && sqlite3_step(row) == SQLITE_ROW)
        read_row(row, &list[count++]);
    if (row)
        sqlite3_reset(row);
    *ret_list = list;
    return row ? count : -1;
}

bool store_call_load(struct store *store, const char *id, int64_t start_ms,
                     struct stored_call *ret_call)
{
    sqlite3_stmt *row = start_ms
                            ? store_bind(store, COLUMNS " WHERE call.start_ms = ? AND call.id = ?",
                                         "is", start_ms, id)
                            : store_bind(store, COLUMNS " WHERE call.id = ?", "s", id);
    bool is_there = row && sqlite3_step(row) == SQLITE_ROW;
    if (is_there)
        read_row(row, ret_call);
    if (row)
        sqlite3_reset(row);
    return is_there;
}

void store_calls_free(struct stored_call *list, int count)
{
    for (int i = 0; i < count; i++)
        free(list[i].json);
    free(list);
}
