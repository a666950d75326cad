/* The store's settings and grants, pending and live; see store.h. */
#include <string.h>

#include "store_sql.h"
#include "text.h"

bool store_settings_load(struct store *store, enum slot slot, struct settings *ret_settings)
{
    struct settings settings;
    bool is_there = false;
    settings_init(&settings);
    sqlite3_stmt *row =
        store_bind(store, "SELECT key, value FROM setting WHERE slot = ?", "i", (int64_t)slot);
    while (row && sqlite3_step(row) == SQLITE_ROW) {
        const struct settings_field *field =
            settings_find((const char *)sqlite3_column_text(row, 0));
        if (field)
            store_column(row, 1, settings_value(&settings, field), field->cap);
        is_there = true;
    }
    if (row)
        sqlite3_reset(row);
    *ret_settings = settings;
    return is_there;
}

static bool put_settings(struct store *store, enum slot slot, const struct settings *settings)
{
    bool is_ok = true;
    for (size_t i = 0; is_ok && i < settings_field_count; i++)
        is_ok = store_run(store,
                          store_bind(store,
                                     "INSERT INTO setting VALUES (?, ?, ?) ON CONFLICT (slot, key)"
                                     " DO UPDATE SET value = excluded.value",
                                     "iss", (int64_t)slot, settings_fields[i].key,
                                     settings_read(settings, &settings_fields[i])));
    return is_ok;
}

bool store_settings_put(struct store *store, enum slot slot, const struct settings *settings)
{
    if (!store_begin(store))
        return false;
    if (put_settings(store, slot, settings) && store_commit(store))
        return true;
    store_rollback(store);
    return false;
}

bool store_grant_load(struct store *store, enum slot slot, struct grant *ret_grant)
{
    sqlite3_stmt *row = store_bind(
        store,
        "SELECT access_token, refresh_token, scope, owner_id, account_id, owner_name,"
        " owner_extension, brand_id, was_admin, issued_ms, access_until_ms, refresh_until_ms,"
        " dead_code, dead_ms, sum FROM grant_ WHERE slot = ?",
        "i", (int64_t)slot);
    bool is_there = row && sqlite3_step(row) == SQLITE_ROW;
    if (is_there) {
        struct grant *grant = ret_grant;
        memset(grant, 0, sizeof(*grant));
        store_column(row, 0, grant->access_token, sizeof(grant->access_token));
        store_column(row, 1, grant->refresh_token, sizeof(grant->refresh_token));
        store_column(row, 2, grant->scope, sizeof(grant->scope));
        store_column(row, 3, grant->owner_id, sizeof(grant->owner_id));
        store_column(row, 4, grant->account_id, sizeof(grant->account_id));
        store_column(row, 5, grant->owner_name, sizeof(grant->owner_name));
        store_column(row, 6, grant->owner_extension, sizeof(grant->owner_extension));
        store_column(row, 7, grant->brand_id, sizeof(grant->brand_id));
        grant->was_admin = sqlite3_column_int(row, 8) != 0;
        grant->issued_ms = sqlite3_column_int64(row, 9);
        grant->access_until_ms = sqlite3_column_int64(row, 10);
        grant->refresh_until_ms = sqlite3_column_int64(row, 11);
        store_column(row, 12, grant->dead_code, sizeof(grant->dead_code));
        grant->dead_ms = sqlite3_column_int64(row, 13);
        store_column(row, 14, grant->sum, sizeof(grant->sum));
    }
    if (row)
        sqlite3_reset(row);
    return is_there;
}

bool store_grant_put(struct store *store, enum slot slot, const struct grant *grant)
{
    return store_run(
        store,
        store_bind(store, "INSERT OR REPLACE INTO grant_ VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                   "issssssssiiiisis", (int64_t)slot, grant->access_token, grant->refresh_token,
                   grant->scope, grant->owner_id, grant->account_id, grant->owner_name,
                   grant->owner_extension, grant->brand_id, (int64_t)grant->was_admin,
                   grant->issued_ms, grant->access_until_ms, grant->refresh_until_ms,
                   grant->dead_code, grant->dead_ms, grant->sum));
}

bool store_grant_renew(struct store *store, const char *old_access_token, const struct grant *grant,
                       bool *ret_found)
{
    bool is_ok = store_run(
        store,
        store_bind(store,
                   "UPDATE grant_ SET access_token = ?, refresh_token = ?, scope = ?, owner_id = ?,"
                   " account_id = ?, owner_name = ?, owner_extension = ?, brand_id = ?,"
                   " was_admin = ?, issued_ms = ?, access_until_ms = ?, refresh_until_ms = ?,"
                   " dead_code = ?, dead_ms = ?, sum = ? WHERE access_token = ?",
                   "ssssssssiiiisiss", grant->access_token, grant->refresh_token, grant->scope,
                   grant->owner_id, grant->account_id, grant->owner_name, grant->owner_extension,
                   grant->brand_id, (int64_t)grant->was_admin, grant->issued_ms,
                   grant->access_until_ms, grant->refresh_until_ms, grant->dead_code,
                   grant->dead_ms, grant->sum, old_access_token));
    *ret_found = is_ok && sqlite3_changes(store->db) > 0;
    return is_ok;
}

static bool move_pending(struct store *store)
{
    static const char *const steps[] = {
        /* Whom the tenant is served by, once an administrator authorized: later grants are held
         * against it (failures.md F014). */
        "INSERT OR REPLACE INTO fact SELECT 'service.account', account_id FROM grant_"
        " WHERE slot = 1 AND was_admin",
        "INSERT OR REPLACE INTO fact SELECT 'service.owner', owner_id FROM grant_"
        " WHERE slot = 1 AND was_admin",
        "INSERT OR REPLACE INTO fact SELECT '" STORE_CONSENT "', 1 + ifnull((SELECT"
        " CAST(value AS INTEGER) FROM fact WHERE name = '" STORE_CONSENT "'), 0) FROM grant_"
        " WHERE slot = 1",
        "INSERT OR REPLACE INTO fact SELECT '" STORE_CONSENT_MS "', issued_ms FROM grant_"
        " WHERE slot = 1",
        "INSERT OR REPLACE INTO setting SELECT 0, key, value FROM setting WHERE slot = 1",
        "DELETE FROM setting WHERE slot = 1",
        "DELETE FROM grant_ WHERE slot = 0 AND EXISTS (SELECT 1 FROM grant_ WHERE slot = 1)",
        "UPDATE grant_ SET slot = 0 WHERE slot = 1",
    };
    bool is_ok = true;
    for (size_t i = 0; is_ok && i < sizeof(steps) / sizeof(*steps); i++)
        is_ok = store_run(store, store_bind(store, steps[i], ""));
    return is_ok;
}

bool store_commit_pending(struct store *store)
{
    if (!store_begin(store))
        return false;
    if (move_pending(store) && store_commit(store))
        return true;
    store_rollback(store);
    return false;
}

bool store_forget_pending(struct store *store)
{
    return store_run(store, store_bind(store, "DELETE FROM setting WHERE slot = 1", "")) &&
           store_run(store, store_bind(store, "DELETE FROM grant_ WHERE slot = 1", ""));
}

bool store_expire_pending(struct store *store, int64_t before_ms)
{
    return store_run(store, store_bind(store, "DELETE FROM grant_ WHERE slot = 1 AND issued_ms < ?",
                                       "i", before_ms));
}
