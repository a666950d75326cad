/* Reading the stored call log; see store.h. */
#include <stdio.h>
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

/* The record, as text or as packed bytes. */
static char *read_json(struct store *store, sqlite3_stmt *row)
{
    char *json = NULL;
    if (sqlite3_column_type(row, 2) == SQLITE_BLOB) {
        struct pack *pack = store_pack(store);
        json = pack ? pack_open(pack, sqlite3_column_blob(row, 2),
                                (size_t)sqlite3_column_bytes(row, 2))
                    : NULL;
    } else if (sqlite3_column_type(row, 2) == SQLITE_TEXT) {
        json = xstrdup((const char *)sqlite3_column_text(row, 2));
    }
    return json ? json : xstrdup("{}");
}

static void read_row(struct store *store, sqlite3_stmt *row, struct stored_call *call)
{
    store_column(row, 0, call->id, sizeof(call->id));
    call->start_ms = sqlite3_column_int64(row, 1);
    call->json = read_json(store, row);
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
        read_row(store, row, &list[count++]);
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
        read_row(store, row, ret_call);
    if (row)
        sqlite3_reset(row);
    return is_there;
}

int64_t store_call_oldest(struct store *store, int64_t fallback)
{
    sqlite3_stmt *row =
        store_bind(store, "SELECT start_ms FROM call ORDER BY start_ms LIMIT 1", "");
    int64_t oldest_ms =
        row && sqlite3_step(row) == SQLITE_ROW ? sqlite3_column_int64(row, 0) : fallback;
    if (row)
        sqlite3_reset(row);
    return oldest_ms;
}

void store_calls_free(struct stored_call *list, int count)
{
    for (int i = 0; i < count; i++)
        free(list[i].json);
    free(list);
}

/* --- packed records --- */

#define SAMPLE "calllog.sample"

struct pack *store_pack(struct store *store)
{
    char sample[PACK_SAMPLE_MAX + 1];
    if (store->pack == NULL && store_fact_get(store, SAMPLE, sample, sizeof(sample)))
        store->pack = pack_new(sample, strlen(sample));
    return store->pack;
}

bool store_sample(struct store *store, const char *text, size_t len)
{
    if (store_pack(store))
        return true;
    char sample[PACK_SAMPLE_MAX + 1];
    snprintf(sample, sizeof(sample), "%.*s", (int)(len < PACK_SAMPLE_MAX ? len : PACK_SAMPLE_MAX),
             text);
    return store_fact_put(store, SAMPLE, sample) && store_pack(store) != NULL;
}
