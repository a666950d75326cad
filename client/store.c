/* The store's file: opening, migrations, transactions, small facts; see store.h. */
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store_schema.h"
#include "store_sql.h"
#include "text.h"

sqlite3_stmt *store_bind(struct store *store, const char *sql, const char *types, ...)
{
    int at = 0;
    while (at < STORE_STATEMENTS && store->cache[at].sql && store->cache[at].sql != sql)
        at++;
    if (at == STORE_STATEMENTS)
        abort(); /* more statements than the cache was made for: ours */
    if (store->cache[at].sql == NULL) {
        if (sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
                               &store->cache[at].statement, NULL) != SQLITE_OK)
            return NULL;
        store->cache[at].sql = sql;
    }
    sqlite3_stmt *statement = store->cache[at].statement;
    sqlite3_reset(statement);
    va_list args;
    va_start(args, types);
    for (int i = 0; types[i]; i++) {
        if (types[i] == 't') {
            const char *text = va_arg(args, const char *);
            sqlite3_bind_text64(statement, i + 1, text, va_arg(args, size_t), SQLITE_STATIC,
                                SQLITE_UTF8);
        } else if (types[i] == 'b') {
            const void *bytes = va_arg(args, const void *);
            sqlite3_bind_blob64(statement, i + 1, bytes, va_arg(args, size_t), SQLITE_STATIC);
        } else if (types[i] == 's')
            sqlite3_bind_text(statement, i + 1, va_arg(args, const char *), -1, SQLITE_TRANSIENT);
        else
            sqlite3_bind_int64(statement, i + 1, va_arg(args, int64_t));
    }
    va_end(args);
    return statement;
}

bool store_run(struct store *store, sqlite3_stmt *statement)
{
    if (statement == NULL)
        return false;
    bool is_ok = sqlite3_step(statement) == SQLITE_DONE;
    return sqlite3_reset(statement) == SQLITE_OK && is_ok;
}

void store_column(sqlite3_stmt *statement, int at, char *to, size_t cap)
{
    text_copy(to, cap, (const char *)sqlite3_column_text(statement, at));
}

static bool run_script(struct store *store, const char *sql)
{
    return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

static int64_t read_int(struct store *store, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    int64_t value = -1;
    if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return value;
}

/* Creates the directories above `path`, for this user only. */
static bool make_parents(const char *path)
{
    char dir[4096];
    if (!text_copy(dir, sizeof(dir), path))
        return false;
    for (char *p = dir + 1; (p = strchr(p, '/')) != NULL; *p++ = '/') {
        *p = '\0';
        if (mkdir(dir, 0700) != 0 && errno != EEXIST)
            return false;
    }
    return true;
}

/* Brings the file to our version. Two programs may open a new file at once: the version is read
 * again inside the write transaction. */
static bool migrate(struct store *store, char *why, size_t cap)
{
    int64_t version = read_int(store, "PRAGMA user_version");
    if (version > STORE_VERSION) {
        snprintf(why, cap, "%s: written by a newer version (file %d, this program %d)", store->path,
                 (int)version, STORE_VERSION);
        return false;
    }
    if (version == STORE_VERSION)
        return true;
    bool is_ok = version >= 0 && run_script(store, "BEGIN IMMEDIATE");
    for (version = read_int(store, "PRAGMA user_version"); is_ok && version < STORE_VERSION;
         version++)
        is_ok = run_script(store, store_migrations[version]);
    char sql[64];
    snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", STORE_VERSION);
    is_ok = is_ok && run_script(store, sql) && run_script(store, "COMMIT");
    if (!is_ok)
        snprintf(why, cap, "%s: %s", store->path, sqlite3_errmsg(store->db));
    return is_ok;
}

static bool write_all(int fd, const unsigned char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t done = write(fd, bytes, size);
        if (done <= 0)
            return false;
        bytes += done;
        size -= (size_t)done;
    }
    return true;
}

/* Puts the image in place as a whole, unless there is a file by then. */
static bool place_image(const struct store_image *image, const char *path)
{
    struct sb name = SB_MAX(4096);
    sb_addf(&name, "%s.new-%ld", path, (long)getpid());
    int fd = open(sb_text(&name), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool is_ok = fd >= 0 && write_all(fd, image->bytes, image->size);
    if (fd >= 0) {
        is_ok = close(fd) == 0 && is_ok && link(sb_text(&name), path) == 0;
        unlink(sb_text(&name));
    }
    sb_done(&name);
    return is_ok;
}

static void take_image(struct store *store, struct store_image *image)
{
    sqlite3_int64 size = 0;
    unsigned char *bytes = sqlite3_serialize(store->db, "main", &size, 0);
    if (bytes == NULL)
        return;
    image->bytes = xcalloc(1, (size_t)size);
    image->size = (size_t)size;
    image->is_durable = store->is_durable;
    memcpy(image->bytes, bytes, image->size);
    sqlite3_free(bytes);
}

struct store *store_open(const char *path, bool is_durable, char *why, size_t cap)
{
    return store_open_like(path, is_durable, NULL, why, cap);
}

struct store *store_open_like(const char *path, bool is_durable, struct store_image *image,
                              char *why, size_t cap)
{
    struct store *store = xcalloc(1, sizeof(*store));
    store->path = xstrdup(path);
    store->lock_fd = -1;
    store->is_durable = is_durable;
    bool is_file = strcmp(path, ":memory:") != 0;
    if (is_file && !make_parents(path)) {
        snprintf(why, cap, "%s: cannot create its directory: %s", path, strerror(errno));
        goto fail;
    }
    bool is_new = is_file && image && access(path, F_OK) != 0;
    bool is_placed =
        is_new && image->bytes && image->is_durable == is_durable && place_image(image, path);
    mode_t old_mask = umask(0077); /* tokens and SIP secrets lie in it */
    int code = sqlite3_open_v2(path, &store->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    if (code == SQLITE_OK) {
        sqlite3_busy_timeout(store->db, 5000);
        /* FULL: a rotated refresh token must survive a power cut, the platform keeps no second. */
        if (!run_script(store,
                        is_durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = OFF") ||
            /* Big pages (of a new file) for a call log of years, small ones for a store that is thrown
             * away: a record is 1 to 4 KB. The log is carried over to the file every 4,000 pages: each
             * time costs two waits for the disk. */
            !run_script(store,
                        is_durable ? "PRAGMA page_size = 16384" : "PRAGMA page_size = 4096") ||
            !run_script(store, "PRAGMA journal_mode = WAL; PRAGMA cache_size = -24000;"
                               " PRAGMA wal_autocheckpoint = 4000"))
            code = SQLITE_CANTOPEN;
    }
    umask(old_mask);
    if (code != SQLITE_OK) {
        snprintf(why, cap, "%s: %s", path, sqlite3_errmsg(store->db));
        goto fail;
    }
    if (!migrate(store, why, cap))
        goto fail;
    if (is_new && !is_placed && image->bytes == NULL)
        take_image(store, image);
    return store;
fail:
    store_free(store);
    return NULL;
}

void store_free(struct store *store)
{
    if (store == NULL)
        return;
    store_refresh_unlock(store);
    for (int i = 0; i < STORE_STATEMENTS; i++)
        sqlite3_finalize(store->cache[i].statement);
    sqlite3_close(store->db);
    pack_free(store->pack);
    free(store->path);
    free(store);
}

const char *store_error(const struct store *store)
{
    return sqlite3_errmsg(store->db);
}

const char *store_path(const struct store *store)
{
    return store->path;
}

void store_hurry(struct store *store, bool is_on)
{
    if (store->is_durable)
        run_script(store, is_on ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL");
}

bool store_begin(struct store *store)
{
    return store_run(store, store_bind(store, "BEGIN IMMEDIATE", ""));
}

bool store_commit(struct store *store)
{
    return store_run(store, store_bind(store, "COMMIT", ""));
}

void store_rollback(struct store *store)
{
    store_run(store, store_bind(store, "ROLLBACK", ""));
    pack_free(store->pack); /* its sample may be gone */
    store->pack = NULL;
}

bool store_refresh_lock(struct store *store)
{
    if (strcmp(store->path, ":memory:") == 0)
        return true; /* nobody to share it with */
    struct sb name = SB_MAX(8192);
    sb_addf(&name, "%s.refresh", store->path);
    store->lock_fd = open(sb_text(&name), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    sb_done(&name);
    return store->lock_fd >= 0 && flock(store->lock_fd, LOCK_EX) == 0;
}

void store_refresh_unlock(struct store *store)
{
    if (store->lock_fd >= 0)
        close(store->lock_fd);
    store->lock_fd = -1;
}

bool store_fact_get(struct store *store, const char *name, char *to, size_t cap)
{
    sqlite3_stmt *row = store_bind(store, "SELECT value FROM fact WHERE name = ?", "s", name);
    bool is_there = row && sqlite3_step(row) == SQLITE_ROW;
    if (is_there)
        store_column(row, 0, to, cap);
    if (row)
        sqlite3_reset(row);
    return is_there;
}

bool store_fact_put(struct store *store, const char *name, const char *value)
{
    return store_run(store, store_bind(store,
                                       "INSERT INTO fact VALUES (?, ?) ON CONFLICT (name) "
                                       "DO UPDATE SET value = excluded.value",
                                       "ss", name, value));
}

int64_t store_fact_int(struct store *store, const char *name, int64_t fallback)
{
    char text[32];
    return store_fact_get(store, name, text, sizeof(text)) ? strtoll(text, NULL, 10) : fallback;
}

bool store_fact_put_int(struct store *store, const char *name, int64_t value)
{
    char text[32];
    snprintf(text, sizeof(text), "%lld", (long long)value);
    return store_fact_put(store, name, text);
}

bool store_probe_load(struct store *store, const char *plane, struct probe *ret_probe)
{
    sqlite3_stmt *row = store_bind(
        store, "SELECT is_ok, at_ms, good_ms, reason FROM probe WHERE plane = ?", "s", plane);
    bool is_there = row && sqlite3_step(row) == SQLITE_ROW;
    if (is_there) {
        *ret_probe = (struct probe){.is_ok = sqlite3_column_int(row, 0) != 0,
                                    .at_ms = sqlite3_column_int64(row, 1),
                                    .good_ms = sqlite3_column_int64(row, 2)};
        store_column(row, 3, ret_probe->reason, sizeof(ret_probe->reason));
    }
    if (row)
        sqlite3_reset(row);
    return is_there;
}

bool store_probe_put(struct store *store, const char *plane, bool is_ok, const char *reason,
                     int64_t now_ms)
{
    return store_run(store,
                     store_bind(store,
                                "INSERT INTO probe VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (plane)"
                                " DO UPDATE SET is_ok = ?2, at_ms = ?3, reason = ?5,"
                                " good_ms = CASE WHEN ?2 THEN ?4 ELSE good_ms END",
                                "siiis", plane, (int64_t)is_ok, now_ms, is_ok ? now_ms : (int64_t)0,
                                reason));
}
