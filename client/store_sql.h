/*
 * Inside of the store, shared by its files: the connection, its cache of prepared statements and
 * binding by a letter string. Not for other modules.
 */
#ifndef RC_CLIENT_STORE_SQL_H
#define RC_CLIENT_STORE_SQL_H

#include <sqlite3.h>

#include "pack.h"
#include "store.h"

#define STORE_STATEMENTS 64

struct store {
    sqlite3 *db;
    char *path;
    int lock_fd; /* of the refresh lock, -1 */
    bool is_durable;
    struct pack *pack; /* of the call log's records; NULL: not known yet, or they are not packed */
    struct {
        const char *sql; /* a string literal: compared by address */
        sqlite3_stmt *statement;
    } cache[STORE_STATEMENTS];
};

/* A reset statement with its arguments bound: 's' text, 'i' int64_t, 't' text and its
 * size_t length, 'b' the same of bytes, which must live until the statement has run. NULL when SQLite refuses. */
sqlite3_stmt *store_bind(struct store *store, const char *sql, const char *types, ...);
/* Runs a statement that returns nothing. */
bool store_run(struct store *store, sqlite3_stmt *statement);
/* The pack of the call log's records; NULL: none has been packed. */
struct pack *store_pack(struct store *store);
/* Column `at` as text into `to`. */
void store_column(sqlite3_stmt *statement, int at, char *to, size_t cap);

#endif
