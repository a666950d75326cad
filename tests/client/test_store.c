/* The store: slots, migrations, the call log, what survives. */
#include "store.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store_schema.h"
#include "support/cmocka_all.h"

struct place {
    char dir[64], path[100];
};

static void clean(const struct place *place)
{
    char command[200];
    static const char *const ends[] = {"", "-wal", "-shm", ".refresh"};
    for (size_t i = 0; i < 4; i++) {
        snprintf(command, sizeof(command), "%s%s", place->path, ends[i]);
        unlink(command);
    }
}

static int given_place(void **state)
{
    struct place *place = calloc(1, sizeof(*place));
    snprintf(place->dir, sizeof(place->dir), "/tmp/rc-client-store-XXXXXX");
    assert_non_null(mkdtemp(place->dir));
    snprintf(place->path, sizeof(place->path), "%s/store.db", place->dir);
    *state = place;
    return 0;
}

static int no_place(void **state)
{
    struct place *place = *state;
    clean(place);
    rmdir(place->dir);
    free(place);
    return 0;
}

static struct store *given_store(const struct place *place)
{
    char why[300] = "";
    struct store *store = store_open(place->path, true, why, sizeof(why));
    if (store == NULL)
        fail_msg("%s", why);
    return store;
}

static void settings_come_back_from_their_slot(void **state)
{
    struct store *store = given_store(*state);
    struct settings in, out;
    char why[100];
    settings_init(&in);
    assert_false(store_settings_load(store, SLOT_PENDING, &out));
    assert_true(settings_set(&in, settings_find("proxy"), "a:1", why, sizeof(why)));
    assert_true(settings_set(&in, settings_find("client_secret"), "s3", why, sizeof(why)));
    assert_true(store_settings_put(store, SLOT_PENDING, &in));
    assert_true(store_settings_load(store, SLOT_PENDING, &out));
    assert_memory_equal(&in, &out, sizeof(in));
    assert_false(store_settings_load(store, SLOT_LIVE, &out));
    assert_string_equal(out.proxy, "");
    store_free(store);
}

static struct grant given_grant(const char *access, bool was_admin)
{
    struct grant grant = {.was_admin = was_admin, .issued_ms = 1, .access_until_ms = 2};
    snprintf(grant.access_token, sizeof(grant.access_token), "%s", access);
    snprintf(grant.refresh_token, sizeof(grant.refresh_token), "r-%s", access);
    snprintf(grant.owner_id, sizeof(grant.owner_id), "o-%s", access);
    snprintf(grant.account_id, sizeof(grant.account_id), "acc-%s", access);
    return grant;
}

static void save_moves_settings_and_grant_together(void **state)
{
    struct store *store = given_store(*state);
    struct settings settings, out;
    struct grant grant = given_grant("new", true), got;
    char fact[64];
    settings_init(&settings);
    snprintf(settings.proxy, sizeof(settings.proxy), "new:1");
    assert_true(store_settings_put(store, SLOT_PENDING, &settings));
    assert_true(store_grant_put(store, SLOT_PENDING, &grant));
    assert_true(store_commit_pending(store));
    assert_true(store_settings_load(store, SLOT_LIVE, &out));
    assert_string_equal(out.proxy, "new:1");
    assert_true(store_grant_load(store, SLOT_LIVE, &got));
    assert_string_equal(got.access_token, "new");
    assert_true(got.was_admin);
    assert_false(store_settings_load(store, SLOT_PENDING, &out));
    assert_false(store_grant_load(store, SLOT_PENDING, &got));
    assert_true(store_fact_get(store, "service.account", fact, sizeof(fact)));
    assert_string_equal(fact, "acc-new");
    store_free(store);
}

static void saving_settings_alone_keeps_the_grant(void **state)
{
    struct store *store = given_store(*state);
    struct settings settings;
    struct grant grant = given_grant("old", true), got;
    settings_init(&settings);
    assert_true(store_grant_put(store, SLOT_LIVE, &grant));
    assert_true(store_settings_put(store, SLOT_PENDING, &settings));
    assert_true(store_commit_pending(store));
    assert_true(store_grant_load(store, SLOT_LIVE, &got));
    assert_string_equal(got.access_token, "old");
    assert_true(store_commit_pending(store)); /* a second save is harmless */
    assert_true(store_grant_load(store, SLOT_LIVE, &got));
    store_free(store);
}

static void a_user_who_is_no_admin_never_becomes_the_service_user(void **state)
{
    struct store *store = given_store(*state);
    struct grant grant = given_grant("user", false);
    char fact[64];
    assert_true(store_grant_put(store, SLOT_PENDING, &grant));
    assert_true(store_commit_pending(store));
    assert_false(store_fact_get(store, "service.owner", fact, sizeof(fact)));
    store_free(store);
}

static void everything_is_there_after_opening_again(void **state)
{
    struct store *store = given_store(*state);
    struct grant grant = given_grant("kept", false), got;
    assert_true(store_grant_put(store, SLOT_LIVE, &grant));
    assert_true(store_fact_put_int(store, "n", 1740819600000));
    assert_true(store_probe_put(store, "rest", true, "", 1000));
    assert_true(store_probe_put(store, "rest", false, "RATE_LIMIT_TRAP", 2000));
    store_free(store);
    store = given_store(*state);
    assert_true(store_grant_load(store, SLOT_LIVE, &got));
    assert_string_equal(got.refresh_token, "r-kept");
    assert_int_equal(store_fact_int(store, "n", 0), 1740819600000);
    assert_int_equal(store_fact_int(store, "none", -7), -7);
    struct probe probe;
    assert_true(store_probe_load(store, "rest", &probe));
    assert_false(probe.is_ok);
    assert_int_equal(probe.at_ms, 2000);
    assert_int_equal(probe.good_ms, 1000); /* the last good one stays */
    assert_string_equal(probe.reason, "RATE_LIMIT_TRAP");
    assert_false(store_probe_load(store, "oauth", &probe));
    store_free(store);
}

static void the_file_is_for_its_owner_only(void **state)
{
    struct place *place = *state;
    struct stat info;
    char wal[120];
    struct store *store = given_store(place);
    assert_true(store_fact_put(store, "a", "b"));
    assert_int_equal(stat(place->path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    snprintf(wal, sizeof(wal), "%s-wal", place->path);
    assert_int_equal(stat(wal, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    store_free(store);
}

static void set_version(const char *path, const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void a_file_of_a_newer_version_is_refused_and_untouched(void **state)
{
    struct place *place = *state;
    char why[300] = "";
    set_version(place->path, "CREATE TABLE later (x); PRAGMA user_version = 999");
    assert_null(store_open(place->path, true, why, sizeof(why)));
    assert_non_null(strstr(why, "newer version"));
    set_version(place->path, "INSERT INTO later VALUES (1)");
}

static void a_migration_that_fails_leaves_nothing_behind(void **state)
{
    struct place *place = *state;
    char why[300] = "";
    /* The first migration will trip over this table, after it has made others. */
    set_version(place->path, "CREATE TABLE recording (x)");
    assert_null(store_open(place->path, true, why, sizeof(why)));
    set_version(place->path, "CREATE TABLE setting (x); DROP TABLE setting; DROP TABLE recording");
    store_free(given_store(place));
}

/* A file of the version in which calls lay in the order of their ids, with what one holds. */
static void calls_of_an_older_file_come_over(void **state)
{
    struct place *place = *state;
    struct stored_call call;
    struct due_recording due;
    for (int i = 0; i < 6; i++)
        set_version(place->path, store_migrations[i]);
    set_version(
        place->path,
        "INSERT INTO call VALUES ('c1', 5, '{\"n\":1}'), ('c2', 9, '{\"n\":2}');"
        "INSERT INTO recording VALUES ('r2', 'c2', 9, 'Automatic', 'http://x', 20, 'pending', 3,"
        " 40); PRAGMA user_version = 6");
    struct store *store = given_store(place);
    assert_int_equal(store_count(store, "call"), 2);
    assert_true(store_call_load(store, "c2", 9, &call));
    assert_string_equal(call.json, "{\"n\":2}");
    assert_string_equal(call.recording_id, "r2");
    free(call.json);
    assert_true(store_recording_due(store, 40, 30, 100, &due));
    assert_string_equal(due.id, "r2");
    assert_int_equal(due.tries, 3);
    assert_int_equal(due.ended_ms, 20);
    assert_true(store_recording_note(store, &due, "pending", 90));
    assert_false(store_recording_due(store, 40, 30, 100, &due));
    assert_true(store_recording_due(store, 40, 30, 80, &due)); /* the clock was set back */
    assert_true(store_recording_note(store, &due, "ready", 0));
    assert_false(store_recording_due(store, 40, 30, 100, &due));
    store_free(store);
}

static void a_file_that_is_no_database_is_refused(void **state)
{
    struct place *place = *state;
    char why[300] = "";
    FILE *file = fopen(place->path, "w");
    for (int i = 0; i < 100; i++)
        fputs("this is not a database at all\n", file);
    fclose(file);
    assert_null(store_open(place->path, true, why, sizeof(why)));
    assert_string_not_equal(why, "");
    assert_null(store_open("/proc/nowhere/store.db", true, why, sizeof(why)));
    assert_string_not_equal(why, "");
}

static void calls_are_kept_once_by_their_id(void **state)
{
    struct store *store = given_store(*state);
    struct call_row row = {.id = "c1",
                           .json = "{}",
                           .start_ms = 5,
                           .recording_id = "r1",
                           .recording_type = "Automatic",
                           .recording_uri = "http://x"};
    bool is_new = false;
    char id[32];
    assert_true(store_call_put(store, &row, false, &is_new));
    assert_true(is_new);
    assert_int_equal(store_count(store, "recording"), 0); /* recording is off */
    assert_true(store_call_put(store, &row, true, &is_new));
    assert_false(is_new);
    row.id = "c2";
    row.recording_id = "r2";
    row.start_ms = 9;
    assert_true(store_call_put(store, &row, true, &is_new));
    assert_true(is_new);
    assert_int_equal(store_count(store, "call"), 2);
    assert_int_equal(store_count(store, "recording"), 2);
    assert_true(store_recording_newest(store, id, sizeof(id)));
    assert_string_equal(id, "r2");
    assert_int_equal(store_count(store, "no such table"), -1);
    store_free(store);
}

static void a_handset_keeps_its_instance_when_its_secret_changes(void **state)
{
    struct store *store = given_store(*state);
    struct handset in = {.device_id = "d1",
                         .extension = "102",
                         .password = "one",
                         .instance = "i1",
                         .username = "u"};
    struct handset *list;
    assert_true(store_handset_put(store, &in));
    snprintf(in.used, sizeof(in.used), "primary");
    in.status = 200;
    assert_true(store_handset_note(store, &in));
    struct handset again = in;
    snprintf(again.password, sizeof(again.password), "two");
    snprintf(again.instance, sizeof(again.instance), "i2");
    assert_true(store_handset_put(store, &again));
    struct handset other = {.device_id = "d2", .extension = "99"};
    assert_true(store_handset_put(store, &other));
    assert_int_equal(store_handset_list(store, &list), 2);
    assert_string_equal(list[0].extension, "99"); /* in the order of numbers */
    assert_string_equal(list[1].password, "two");
    assert_string_equal(list[1].instance, "i1");
    assert_string_equal(list[1].used, "primary");
    assert_int_equal(list[1].status, 200);
    free(list);
    assert_true(store_handset_drop(store, "d1"));
    assert_int_equal(store_count(store, "handset"), 1);
    store_free(store);
}

static void a_session_is_quiet_when_none_of_its_parties_was_heard_of(void **state)
{
    struct store *store = given_store(*state);
    static const struct {
        const char *session, *id;
        struct party_state party;
    } rows[] = {
        {"s1", "p1", {1, "Answered", false, 10}},   {"s1", "p2", {1, "Disconnected", true, 20}},
        {"s2", "p1", {1, "Answered", false, 10}},   {"s2", "p2", {1, "Answered", false, 90}},
        {"s3", "p1", {1, "Disconnected", true, 5}},
    };
    struct quiet_session list[4];
    struct party_state party;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        assert_true(store_party_put(store, rows[i].session, rows[i].id, &rows[i].party));
    assert_int_equal(store_session_quiet(store, 19, list, 4), 0);
    assert_int_equal(store_session_quiet(store, 20, list, 4), 1);
    assert_string_equal(list[0].id, "s1");
    assert_int_equal(store_session_quiet(store, 90, list, 1), 1); /* no more than asked for */
    assert_true(store_session_end(store, "s1", 100));
    assert_int_equal(store_session_quiet(store, 1000, list, 4), 1);
    assert_string_equal(list[0].id, "s2");
    assert_int_equal(store_session_live(store), 1);
    assert_true(store_party_load(store, "s1", "p1", &party));
    assert_string_equal(party.status, STORE_UNHEARD);
    assert_true(store_party_load(store, "s1", "p2", &party));
    assert_string_equal(party.status, "Disconnected");
    store_free(store);
}

/* What a batch does for each story: the first new store makes the image, the next is a copy of it. A
 * store that is there is opened, whatever the image says. */
static void a_new_store_is_taken_from_an_image(void **state)
{
    struct place *place = *state;
    struct store_image image = {0};
    char why[300] = "";
    store_free(store_open_like(place->path, true, &image, why, sizeof(why)));
    assert_true(image.size > 0);
    unlink(place->path);
    memcpy(image.bytes + 60, "\0\0\0\1", 4); /* user_version: shows what was taken */
    assert_null(store_open_like(place->path, true, &image, why, sizeof(why)));
    clean(place);
    memcpy(image.bytes + 60, (unsigned char[]){0, 0, 0, STORE_VERSION}, 4);
    struct store *store = store_open_like(place->path, true, &image, why, sizeof(why));
    assert_non_null(store);
    assert_true(store_fact_put_int(store, "run", 7));
    store_free(store);
    store = store_open_like(place->path, true, &image, why, sizeof(why));
    assert_int_equal(store_fact_int(store, "run", 0), 7);
    store_free(store);
    free(image.bytes);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_place, no_place)
    const struct CMUnitTest tests[] = {
        TEST(settings_come_back_from_their_slot),
        TEST(save_moves_settings_and_grant_together),
        TEST(saving_settings_alone_keeps_the_grant),
        TEST(a_user_who_is_no_admin_never_becomes_the_service_user),
        TEST(everything_is_there_after_opening_again),
        TEST(the_file_is_for_its_owner_only),
        TEST(a_file_of_a_newer_version_is_refused_and_untouched),
        TEST(a_migration_that_fails_leaves_nothing_behind),
        TEST(calls_of_an_older_file_come_over),
        TEST(a_file_that_is_no_database_is_refused),
        TEST(calls_are_kept_once_by_their_id),
        TEST(a_handset_keeps_its_instance_when_its_secret_changes),
        TEST(a_session_is_quiet_when_none_of_its_parties_was_heard_of),
        TEST(a_new_store_is_taken_from_an_image),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
