/*
 * A refresh that takes long, and a person who authorizes and saves meanwhile: what the older request
 * learns, good or bad, must not come over the newer grant.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_platform.h"
#include "rest.h"

#define FAKE_OWNER "101001" /* a token answer names its owner */

struct race {
    struct fake *platform;
    struct client client;
    char dir[64], path[100];
    struct rest rest;
};

static struct grant named(const char *word)
{
    struct grant grant = {.refresh_until_ms = INT64_MAX, .access_until_ms = INT64_MAX};
    snprintf(grant.access_token, sizeof(grant.access_token), "%s-access", word);
    snprintf(grant.refresh_token, sizeof(grant.refresh_token), "%s-refresh", word);
    snprintf(grant.owner_id, sizeof(grant.owner_id), "%s", word);
    return grant;
}

static struct store *other_store(struct race *race)
{
    char why[300];
    struct store *store = store_open(race->path, true, why, sizeof(why));
    assert_non_null(store);
    return store;
}

static void live_is(struct race *race, const char *owner, const char *access, bool is_dead)
{
    struct grant grant;
    assert_true(store_grant_load(race->client.store, SLOT_LIVE, &grant));
    assert_string_equal(grant.owner_id, owner);
    assert_string_equal(grant.access_token, access);
    assert_int_equal(grant.dead_code[0] != '\0', is_dead);
}

/* Another window's Authenticate, Save, OK. */
static void save_another(void *arg)
{
    struct race *race = arg;
    struct store *store = other_store(race);
    struct grant grant = named("new");
    assert_true(store_grant_put(store, SLOT_PENDING, &grant));
    assert_true(store_commit_pending(store));
    store_free(store);
}

/* Another window's Save, OK of the grant that is being refreshed. */
static void save_this(void *arg)
{
    struct race *race = arg;
    struct store *store = other_store(race);
    assert_true(store_commit_pending(store));
    store_free(store);
}

static void given_refresh_token(struct race *race, int serial)
{
    race->platform->serial = serial;
    snprintf(race->rest.grant.refresh_token, sizeof(race->rest.grant.refresh_token),
             "refresh-%d-xyz", serial);
}

static void a_refused_refresh_marks_the_grant_it_was_of(void **state)
{
    struct race *race = *state;
    race->platform->is_grant_dead = true;
    assert_false(rest_refresh(&race->rest));
    live_is(race, "old", "old-access", true);
}

static void a_refused_refresh_takes_a_newer_grant_and_leaves_it_alone(void **state)
{
    struct race *race = *state;
    race->platform->is_grant_dead = true;
    race->platform->on_token = save_another;
    assert_true(rest_refresh(&race->rest));
    assert_string_equal(race->rest.grant.access_token, "new-access");
    live_is(race, "new", "new-access", false);
}

static void a_renewed_pair_replaces_the_grant_it_was_of(void **state)
{
    struct race *race = *state;
    given_refresh_token(race, 7);
    assert_true(rest_refresh(&race->rest));
    live_is(race, FAKE_OWNER, "access-8-xyz", false);
}

static void a_renewed_pair_does_not_come_over_a_newer_grant(void **state)
{
    struct race *race = *state;
    given_refresh_token(race, 7);
    race->platform->on_token = save_another;
    assert_true(rest_refresh(&race->rest));
    live_is(race, "new", "new-access", false);
    assert_string_equal(race->rest.grant.access_token, "new-access"); /* and is worked with */
}

static void a_pair_renewed_while_its_grant_is_saved_follows_it(void **state)
{
    struct race *race = *state;
    struct grant pending = named("form");
    assert_true(store_grant_put(race->client.store, SLOT_PENDING, &pending));
    race->rest.slot = SLOT_PENDING;
    race->rest.grant = pending;
    given_refresh_token(race, 7);
    race->platform->on_token = save_this;
    assert_true(rest_refresh(&race->rest));
    live_is(race, FAKE_OWNER, "access-8-xyz", false);
    assert_false(store_grant_load(race->client.store, SLOT_PENDING, &pending));
}

static int given_race(void **state)
{
    struct race *race = calloc(1, sizeof(*race));
    struct settings live;
    struct grant grant = named("old");
    race->platform = fake_start();
    race->platform->on_token_arg = race;
    snprintf(race->dir, sizeof(race->dir), "/tmp/rc-client-race-XXXXXX");
    assert_non_null(mkdtemp(race->dir));
    snprintf(race->path, sizeof(race->path), "%s/store.db", race->dir);
    race->client = (struct client){.clock = clock_machine(), .is_quiet = true};
    race->client.store = other_store(race);
    race->client.web = web_new(CLIENT_AGENT);
    settings_init(&live);
    snprintf(live.base_url, sizeof(live.base_url), "http://127.0.0.1:%d", race->platform->port);
    snprintf(live.client_id, sizeof(live.client_id), "cid");
    snprintf(live.client_secret, sizeof(live.client_secret), "s3cret");
    assert_true(store_settings_put(race->client.store, SLOT_LIVE, &live));
    assert_true(store_grant_put(race->client.store, SLOT_LIVE, &grant));
    assert_true(rest_open(&race->client, SLOT_LIVE, &race->rest));
    *state = race;
    return 0;
}

static int no_race(void **state)
{
    static const char *const ends[] = {"", "-wal", "-shm", ".refresh"};
    struct race *race = *state;
    web_free(race->client.web);
    store_free(race->client.store);
    fake_stop(race->platform);
    for (size_t i = 0; i < 4; i++) {
        char path[160];
        snprintf(path, sizeof(path), "%s%s", race->path, ends[i]);
        unlink(path);
    }
    rmdir(race->dir);
    free(race);
    return 0;
}

int main(void)
{
#define RACE(name) cmocka_unit_test_setup_teardown(name, given_race, no_race)
    const struct CMUnitTest tests[] = {
        RACE(a_refused_refresh_marks_the_grant_it_was_of),
        RACE(a_refused_refresh_takes_a_newer_grant_and_leaves_it_alone),
        RACE(a_renewed_pair_replaces_the_grant_it_was_of),
        RACE(a_renewed_pair_does_not_come_over_a_newer_grant),
        RACE(a_pair_renewed_while_its_grant_is_saved_follows_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
