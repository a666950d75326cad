/* What notifications told; see store.h. */
#include "store_sql.h"

/* What is remembered is bounded: a day of uuids, and as many parties. */
#define KEPT_MS (24 * 60 * 60 * 1000LL)

bool store_event_see(struct store *store, const char *uuid, int64_t now_ms, bool *ret_new)
{
    bool is_ok =
        store_run(store, store_bind(store, "DELETE FROM event_seen WHERE at_ms < ?", "i",
                                    now_ms - KEPT_MS)) &&
        store_run(store, store_bind(store, "DELETE FROM party WHERE is_over AND at_ms < ?", "i",
                                    now_ms - KEPT_MS)) &&
        store_run(store, store_bind(store, "INSERT OR IGNORE INTO event_seen VALUES (?, ?)", "si",
                                    uuid, now_ms));
    *ret_new = is_ok && sqlite3_changes(store->db) > 0;
    return is_ok;
}

bool store_party_load(struct store *store, const char *session, const char *id,
                      struct party_state *ret_party)
{
    sqlite3_stmt *row = store_bind(
        store, "SELECT sequence, status, is_over, at_ms FROM party WHERE session = ? AND id = ?",
        "ss", session, id);
    bool is_there = row && sqlite3_step(row) == SQLITE_ROW;
    if (is_there) {
        ret_party->sequence = sqlite3_column_int64(row, 0);
        store_column(row, 1, ret_party->status, sizeof(ret_party->status));
        ret_party->is_over = sqlite3_column_int(row, 2) != 0;
        ret_party->at_ms = sqlite3_column_int64(row, 3);
    }
    if (row)
        sqlite3_reset(row);
    return is_there;
}

bool store_party_put(struct store *store, const char *session, const char *id,
                     const struct party_state *party)
{
    return store_run(store,
                     store_bind(store, "INSERT OR REPLACE INTO party VALUES (?, ?, ?, ?, ?, ?)",
                                "ssisii", session, id, party->sequence, party->status,
                                (int64_t)party->is_over, party->at_ms));
}

static int64_t number(sqlite3_stmt *row)
{
    int64_t value = row && sqlite3_step(row) == SQLITE_ROW ? sqlite3_column_int64(row, 0) : 0;
    if (row)
        sqlite3_reset(row);
    return value;
}

int64_t store_session_sequence(struct store *store, const char *session)
{
    return number(
        store_bind(store, "SELECT max(sequence) FROM party WHERE session = ?", "s", session));
}

int64_t store_session_live(struct store *store)
{
    return number(
        store_bind(store, "SELECT count(DISTINCT session) FROM party WHERE NOT is_over", ""));
}

int store_session_quiet(struct store *store, int64_t before_ms, struct quiet_session *ret_list,
                        int max)
{
    int count = 0;
    sqlite3_stmt *row =
        store_bind(store,
                   "SELECT session FROM party GROUP BY session HAVING min(is_over) = 0"
                   " AND max(at_ms) <= ?1 ORDER BY max(at_ms), session LIMIT ?2",
                   "ii", before_ms, (int64_t)max);
    while (row && count < max && sqlite3_step(row) == SQLITE_ROW)
        store_column(row, 0, ret_list[count++].id, sizeof(ret_list->id));
    if (row)
        sqlite3_reset(row);
    return count;
}

bool store_session_end(struct store *store, const char *session, int64_t now_ms)
{
    return store_run(store, store_bind(store,
                                       "UPDATE party SET is_over = 1, at_ms = ?,"
                                       " status = '" STORE_UNHEARD "'"
                                       " WHERE session = ? AND NOT is_over",
                                       "is", now_ms, session));
}
