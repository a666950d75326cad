/*
 * The store's tables, as migrations: script N brings a file of version N to version N+1. Scripts
 * never change once released; a new need is a new script at the end.
 */
#ifndef RC_CLIENT_STORE_SCHEMA_H
#define RC_CLIENT_STORE_SCHEMA_H

static const char *const store_migrations[] = {
    /* 0 -> 1 */
    "CREATE TABLE setting (slot INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,"
    "  PRIMARY KEY (slot, key)) WITHOUT ROWID;"
    "CREATE TABLE grant_ (slot INTEGER PRIMARY KEY, access_token TEXT NOT NULL,"
    "  refresh_token TEXT NOT NULL, scope TEXT NOT NULL, owner_id TEXT NOT NULL,"
    "  account_id TEXT NOT NULL, owner_name TEXT NOT NULL, owner_extension TEXT NOT NULL,"
    "  brand_id TEXT NOT NULL, was_admin INTEGER NOT NULL, issued_ms INTEGER NOT NULL,"
    "  access_until_ms INTEGER NOT NULL, refresh_until_ms INTEGER NOT NULL,"
    "  dead_code TEXT NOT NULL, dead_ms INTEGER NOT NULL);"
    "CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE probe (plane TEXT PRIMARY KEY, is_ok INTEGER NOT NULL, at_ms INTEGER NOT NULL,"
    "  good_ms INTEGER NOT NULL, reason TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE handset (device_id TEXT PRIMARY KEY, extension_id TEXT NOT NULL,"
    "  extension TEXT NOT NULL, name TEXT NOT NULL, username TEXT NOT NULL,"
    "  auth_id TEXT NOT NULL, password TEXT NOT NULL, instance TEXT NOT NULL,"
    "  used TEXT NOT NULL DEFAULT 'none', status INTEGER NOT NULL DEFAULT 0,"
    "  registered_ms INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;"
    "CREATE TABLE call (id TEXT PRIMARY KEY, start_ms INTEGER NOT NULL, json TEXT NOT NULL);"
    "CREATE INDEX call_by_start ON call (start_ms);"
    "CREATE TABLE recording (id TEXT PRIMARY KEY, call_id TEXT NOT NULL, start_ms INTEGER NOT NULL,"
    "  type TEXT NOT NULL, content_uri TEXT NOT NULL);"
    "CREATE INDEX recording_by_start ON recording (start_ms);",
    /* 1 -> 2: whether a call has a recording, without a look at all of them */
    "CREATE INDEX recording_by_call ON recording (call_id);",
    /* 2 -> 3: until when the proxy granted a registration */
    "ALTER TABLE handset ADD COLUMN until_ms INTEGER NOT NULL DEFAULT 0;",
    /* 3 -> 4: what the token pair was when it came */
    "ALTER TABLE grant_ ADD COLUMN sum TEXT NOT NULL DEFAULT '';",
    /* 4 -> 5: recordings that are to come */
    "ALTER TABLE recording ADD COLUMN ended_ms INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE recording ADD COLUMN state TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE recording ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE recording ADD COLUMN next_ms INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX recording_by_state ON recording (state, ended_ms);",
    /* 5 -> 6: what notifications told */
    "CREATE TABLE event_seen (uuid TEXT PRIMARY KEY, at_ms INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX event_seen_by_time ON event_seen (at_ms);"
    "CREATE TABLE party (session TEXT NOT NULL, id TEXT NOT NULL, sequence INTEGER NOT NULL,"
    "  status TEXT NOT NULL, is_over INTEGER NOT NULL, at_ms INTEGER NOT NULL,"
    "  PRIMARY KEY (session, id)) WITHOUT ROWID;",
    /* 6 -> 7: calls and recordings lie in the order they come in, newest first; with keys in order of
     * their ids each page of the call log touched every page of the file */
    "CREATE TABLE call_7 (id TEXT NOT NULL, start_ms INTEGER NOT NULL, json TEXT NOT NULL);"
    "INSERT INTO call_7 SELECT id, start_ms, json FROM call ORDER BY start_ms DESC, id;"
    "DROP TABLE call;"
    "ALTER TABLE call_7 RENAME TO call;"
    "CREATE UNIQUE INDEX call_by_start ON call (start_ms DESC, id);"
    "CREATE TABLE recording_7 (id TEXT NOT NULL, call_id TEXT NOT NULL, start_ms INTEGER NOT NULL,"
    "  type TEXT NOT NULL, content_uri TEXT NOT NULL, ended_ms INTEGER NOT NULL,"
    "  state TEXT NOT NULL DEFAULT '', tries INTEGER NOT NULL DEFAULT 0,"
    "  next_ms INTEGER NOT NULL DEFAULT 0);"
    "INSERT INTO recording_7 SELECT id, call_id, start_ms, type, content_uri, ended_ms, state,"
    "  tries, next_ms FROM recording ORDER BY start_ms DESC, id;"
    "DROP TABLE recording;"
    "ALTER TABLE recording_7 RENAME TO recording;"
    "CREATE UNIQUE INDEX recording_by_start ON recording (start_ms DESC, id);"
    "CREATE INDEX recording_by_state ON recording (state, ended_ms);",
    /* 7 -> 8: a record may be packed bytes (store_sample), which a program before that cannot read */
    "",
};
#define STORE_VERSION ((int)(sizeof(store_migrations) / sizeof(store_migrations[0])))

#endif
