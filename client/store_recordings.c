/* Which recordings are there, to come or missing; see store.h. */
#include "store_sql.h"
#include "text.h"

bool store_recording_due(struct store *store, int64_t now_ms, int64_t recent_ms, int64_t latest_ms,
                         struct due_recording *ret_due)
{
    sqlite3_stmt *row =
        store_bind(store,
                   "SELECT id, content_uri, ended_ms, tries, start_ms FROM recording WHERE"
                   " (state = '' AND ended_ms >= ?1) OR (state = 'pending'"
                   " AND (next_ms <= ?2 OR next_ms > ?3))"
                   " ORDER BY next_ms, start_ms DESC, id LIMIT 1",
                   "iii", recent_ms, now_ms, latest_ms);
    bool is_there = row && sqlite3_step(row) == SQLITE_ROW;
    if (is_there) {
        store_column(row, 0, ret_due->id, sizeof(ret_due->id));
        store_column(row, 1, ret_due->uri, sizeof(ret_due->uri));
        ret_due->ended_ms = sqlite3_column_int64(row, 2);
        ret_due->tries = sqlite3_column_int(row, 3);
        ret_due->start_ms = sqlite3_column_int64(row, 4);
    }
    if (row)
        sqlite3_reset(row);
    return is_there;
}

bool store_recording_note(struct store *store, const struct due_recording *due, const char *state,
                          int64_t next_ms)
{
    return store_run(store, store_bind(store,
                                       "UPDATE recording SET state = ?, tries = ?, next_ms = ?"
                                       " WHERE start_ms = ? AND id = ?",
                                       "siiis", state, (int64_t)due->tries, next_ms, due->start_ms,
                                       due->id));
}

int store_recording_count(struct store *store, const char *state, int64_t *ret_next_ms)
{
    sqlite3_stmt *row = store_bind(
        store, "SELECT count(*), min(next_ms) FROM recording WHERE state = ?", "s", state);
    int count = row && sqlite3_step(row) == SQLITE_ROW ? sqlite3_column_int(row, 0) : 0;
    *ret_next_ms = count > 0 ? sqlite3_column_int64(row, 1) : 0;
    if (row)
        sqlite3_reset(row);
    return count;
}
