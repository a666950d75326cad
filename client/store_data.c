/* The store's handsets and call log; see store.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store_sql.h"
#include "text.h"

int store_handset_list(struct store *store, struct handset **ret_list)
{
    struct handset *list = NULL;
    int count = 0, room = 0;
    sqlite3_stmt *row =
        store_bind(store,
                   "SELECT device_id, extension_id, extension, name, username, auth_id, password,"
                   " instance, used, status, registered_ms, until_ms FROM handset"
                   " ORDER BY CAST(extension AS INTEGER), device_id",
                   "");
    if (row == NULL)
        return -1;
    while (sqlite3_step(row) == SQLITE_ROW) {
        if (count == room) {
            room = room ? room * 2 : 16;
            list = realloc(list, (size_t)room * sizeof(*list));
            if (list == NULL)
                abort();
        }
        struct handset *handset = memset(&list[count++], 0, sizeof(*list));
        store_column(row, 0, handset->device_id, sizeof(handset->device_id));
        store_column(row, 1, handset->extension_id, sizeof(handset->extension_id));
        store_column(row, 2, handset->extension, sizeof(handset->extension));
        store_column(row, 3, handset->name, sizeof(handset->name));
        store_column(row, 4, handset->username, sizeof(handset->username));
        store_column(row, 5, handset->auth_id, sizeof(handset->auth_id));
        store_column(row, 6, handset->password, sizeof(handset->password));
        store_column(row, 7, handset->instance, sizeof(handset->instance));
        store_column(row, 8, handset->used, sizeof(handset->used));
        handset->status = sqlite3_column_int(row, 9);
        handset->registered_ms = sqlite3_column_int64(row, 10);
        handset->until_ms = sqlite3_column_int64(row, 11);
    }
    sqlite3_reset(row);
    *ret_list = list;
    return count;
}

bool store_handset_put(struct store *store, const struct handset *handset)
{
    return store_run(
        store, store_bind(store,
                          "INSERT INTO handset (device_id, extension_id, extension, name, username,"
                          " auth_id, password, instance) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
                          " ON CONFLICT (device_id) DO UPDATE SET"
                          " extension_id = excluded.extension_id, extension = excluded.extension,"
                          " name = excluded.name, username = excluded.username,"
                          " auth_id = excluded.auth_id, password = excluded.password",
                          "ssssssss", handset->device_id, handset->extension_id, handset->extension,
                          handset->name, handset->username, handset->auth_id, handset->password,
                          handset->instance));
}

bool store_handset_note(struct store *store, const struct handset *handset)
{
    return store_run(store,
                     store_bind(store,
                                "UPDATE handset SET used = ?, status = ?, registered_ms = ?,"
                                " until_ms = ? WHERE device_id = ?",
                                "siiis", handset->used, (int64_t)handset->status,
                                handset->registered_ms, handset->until_ms, handset->device_id));
}

bool store_handset_drop(struct store *store, const char *device_id)
{
    return store_run(store,
                     store_bind(store, "DELETE FROM handset WHERE device_id = ?", "s", device_id));
}

static bool drop_recordings(struct store *store, const char *call_id, int64_t start_ms)
{
    return store_run(store,
                     store_bind(store, "DELETE FROM recording WHERE start_ms = ? AND call_id = ?",
                                "is", start_ms, call_id));
}

bool store_call_put(struct store *store, const struct call_row *row, bool with_recording,
                    bool *ret_new)
{
    size_t len = row->json_len ? row->json_len : strlen(row->json), packed_len;
    struct pack *pack = store_pack(store);
    const void *packed = pack ? pack_text(pack, row->json, len, &packed_len) : NULL;
    sqlite3_set_last_insert_rowid(store->db, 0); /* an update leaves it alone */
    static const char put[] = "INSERT INTO call VALUES (?, ?, ?) ON CONFLICT (start_ms, id)"
                              " DO UPDATE SET json = excluded.json";
    if (!store_run(store,
                   packed
                       ? store_bind(store, put, "sib", row->id, row->start_ms, packed, packed_len)
                       : store_bind(store, put, "sit", row->id, row->start_ms, row->json, len)))
        return false;
    bool is_new = sqlite3_last_insert_rowid(store->db) != 0;
    if (with_recording && row->recording_id &&
        !store_run(store,
                   store_bind(store,
                              "INSERT INTO recording (id, call_id, start_ms, type, content_uri,"
                              " ended_ms) VALUES (?, ?, ?, ?, ?, ?)"
                              " ON CONFLICT (start_ms, id) DO UPDATE SET"
                              " call_id = excluded.call_id, type = excluded.type,"
                              " content_uri = excluded.content_uri, ended_ms = excluded.ended_ms",
                              "ssissi", row->recording_id, row->id, row->start_ms,
                              row->recording_type, row->recording_uri, row->ended_ms)))
        return false;
    /* It had one and has none: it was deleted at the platform. */
    if (!is_new && !row->recording_id && !drop_recordings(store, row->id, row->start_ms))
        return false;
    *ret_new = is_new;
    return true;
}

bool store_call_drop(struct store *store, const char *id, int64_t start_ms, bool *ret_was)
{
    bool is_ok =
        drop_recordings(store, id, start_ms) &&
        store_run(store, store_bind(store, "DELETE FROM call WHERE start_ms = ? AND id = ?", "is",
                                    start_ms, id));
    *ret_was = is_ok && sqlite3_changes(store->db) > 0;
    return is_ok;
}

int64_t store_count(struct store *store, const char *table)
{
    static const struct {
        const char *table, *sql;
    } counts[] = {
        {"call", "SELECT count(*) FROM call"},
        {"recording", "SELECT count(*) FROM recording"},
        {"handset", "SELECT count(*) FROM handset"},
    };
    for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
        if (strcmp(counts[i].table, table) != 0)
            continue;
        sqlite3_stmt *row = store_bind(store, counts[i].sql, "");
        int64_t count = row && sqlite3_step(row) == SQLITE_ROW ? sqlite3_column_int64(row, 0) : -1;
        if (row)
            sqlite3_reset(row);
        return count;
    }
    return -1;
}

bool store_recording_newest(struct store *store, char *to, size_t cap)
{
    sqlite3_stmt *row =
        store_bind(store, "SELECT id FROM recording ORDER BY start_ms DESC, id LIMIT 1", "");
    bool is_there = row && sqlite3_step(row) == SQLITE_ROW;
    if (is_there)
        store_column(row, 0, to, cap);
    if (row)
        sqlite3_reset(row);
    return is_there;
}
