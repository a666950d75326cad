/* Recordings over a bad line and from a platform that no longer has them: what plays, and what is asked
 * for again when. */
#include "recordings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_platform.h"

#define NOW_MS 1740819600000LL

struct given {
    struct fake *platform;
    struct client client;
    struct rest rest;
    int64_t now_ms;
    char uri[100];
};

static int given_platform(void **state)
{
    struct given *given = calloc(1, sizeof(*given));
    char why[300];
    given->platform = fake_start();
    given->platform->serial = 1;
    given->now_ms = NOW_MS;
    given->client = (struct client){.clock = clock_told(&given->now_ms), .is_quiet = true};
    given->client.store = store_open(":memory:", false, why, sizeof(why));
    given->client.web = web_new(CLIENT_AGENT);
    given->rest = (struct rest){.client = &given->client, .slot = SLOT_LIVE};
    settings_init(&given->rest.settings);
    snprintf(given->rest.settings.base_url, sizeof(given->rest.settings.base_url),
             "http://127.0.0.1:%d", given->platform->port);
    given->rest.grant = (struct grant){.access_token = "access-1-xyz",
                                       .access_until_ms = INT64_MAX,
                                       .refresh_until_ms = INT64_MAX};
    snprintf(given->uri, sizeof(given->uri), "/restapi/v1.0/account/1/recording/r3/content");
    *state = given;
    return 0;
}

static int no_platform(void **state)
{
    struct given *given = *state;
    store_free(given->client.store);
    web_free(given->client.web);
    fake_stop(given->platform);
    free(given);
    return 0;
}

/* The platform's threads read it. */
static void goes(struct given *given, const char *ways)
{
    pthread_mutex_lock(&given->platform->mutex);
    given->platform->sound_ways = ways;
    pthread_mutex_unlock(&given->platform->mutex);
}

static void a_sound_is_had_whole_or_not_at_all(void **state)
{
    static const struct {
        const char *ways, *range;
        int status;
        const char *body, *content_range;
    } rows[] = {
        {"", "", 200, FAKE_SOUND, ""},
        {"c", "", 200, FAKE_SOUND, ""},
        {"ccc", "", 200, FAKE_SOUND, ""},
        {"cccc", "", 200, FAKE_SOUND, ""}, /* four and four and four and four */
        {"cC5", "", 200, FAKE_SOUND, ""},  /* and a bad moment between */
        {"css", "", 200, FAKE_SOUND, ""},  /* less than was asked for is no whole */
        {"c2", "", 200, FAKE_SOUND, ""},   /* no ranges there: all of it again */
        {"l6", "", 0, "", ""},             /* of a 416 without a total nothing can be told */
        {"l", "", 200, FAKE_SOUND, ""},    /* it promised more than it has, and says so */
        {"C", "", 0, "", ""},
        {"c4", "", 0, "", ""},  /* deleted meanwhile */
        {"coo", "", 0, "", ""}, /* another file meanwhile */
        {"cCCCC", "", 0, "", ""},
        {"h", "", 0, "", ""},
        {"ch", "", 0, "", ""},
        {"4", "", 404, "{}", ""},
        {"", "bytes=0-", 206, FAKE_SOUND, "bytes 0-15/16"},
        {"c", "bytes=0-", 206, "RIFF", "bytes 0-3/16"},
        {"c", "bytes=8-", 206, "WAVE", "bytes 8-11/16"},
        {"C", "bytes=8-", 0, "", NULL},
        {"2", "bytes=0-", 200, FAKE_SOUND, ""},
        {"h", "bytes=0-", 0, "", ""},
        {"", "bytes=4-7", 206, "....", "bytes 4-7/16"},
        {"", "bytes=99-", 416, "{}", "bytes */16"},
    };
    struct given *given = *state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct web_reply reply;
        struct apierr err;
        goes(given, rows[i].ways);
        recordings_fetch(&given->rest, given->uri, rows[i].range, &reply, &err);
        if (reply.status != rows[i].status ||
            (reply.status && strcmp(reply.body, rows[i].body) != 0) ||
            (rows[i].content_range && reply.status &&
             strcmp(reply.content_range, rows[i].content_range) != 0))
            fail_msg("\"%s\" %s: %d \"%s\" %s (%s)", rows[i].ways, rows[i].range, reply.status,
                     reply.body, reply.content_range, err.message);
        assert_true(reply.status != 0 || err.status / 100 != 2); /* and it is said why */
        assert_true(reply.status == 0 || strlen(reply.body) == reply.body_len);
        web_reply_done(&reply);
    }
}

static void add_recording(struct given *given, const char *id, int64_t ended_ms)
{
    bool is_new;
    assert_true(store_call_put(given->client.store,
                               &(struct call_row){.id = id,
                                                  .json = "{}",
                                                  .start_ms = ended_ms - 60000,
                                                  .ended_ms = ended_ms,
                                                  .recording_id = id,
                                                  .recording_type = "Automatic",
                                                  .recording_uri = given->uri},
                               true, &is_new));
}

static void each_answer_says_when_to_ask_again(void **state)
{
    static const struct {
        const char *ways;
        int age_min; /* since the call ended */
        int ready, pending, missing;
    } rows[] = {
        {"", 1, 1, 0, 0},        {"4", 1, 0, 1, 0}, {"4", 16, 0, 0, 1}, {"9", 1, 0, 1, 0},
        {"9", 16, 0, 0, 1},      {"6", 1, 0, 1, 0}, {"5", 1, 0, 1, 0},  {"5", 16, 0, 1, 0},
        {"5", 25 * 60, 0, 0, 1}, {"h", 1, 0, 1, 0}, {"C", 16, 0, 1, 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct given *given;
        struct recordings_result result;
        int64_t next_ms;
        given_platform(state);
        given = *state;
        add_recording(given, "r1", NOW_MS - 60000);
        goes(given, "4"); /* seen once while it was young */
        recordings_probe(&given->rest, 1, &result);
        assert_int_equal(result.pending, 1);
        given->now_ms = NOW_MS - 60000 + rows[i].age_min * 60000LL + 31000;
        goes(given, rows[i].ways);
        recordings_probe(&given->rest, 1, &result);
        int pending = store_recording_count(given->client.store, "pending", &next_ms);
        if (result.ready != rows[i].ready || result.pending != rows[i].pending ||
            result.missing != rows[i].missing || pending != rows[i].pending)
            fail_msg("\"%s\" after %d min: %d ready, %d pending, %d missing", rows[i].ways,
                     rows[i].age_min, result.ready, result.pending, result.missing);
        no_platform(state);
    }
}

static void one_that_never_answers_does_not_stand_before_the_others(void **state)
{
    struct given *given = *state;
    struct recordings_result result;
    add_recording(given, "r1", NOW_MS - 60000); /* the newest: asked for first */
    add_recording(given, "r2", NOW_MS - 120000);
    goes(given, "5");
    recordings_probe(&given->rest, 3, &result);
    assert_int_equal(result.pending, 1);
    assert_int_equal(result.err.status, 503);
    given->now_ms += 1000;
    recordings_probe(&given->rest, 3, &result); /* r2 is well; r1 waits for its time */
    assert_int_equal(result.ready, 1);
    assert_int_equal(result.pending, 0);
    given->now_ms += 60000;
    recordings_probe(&given->rest, 3, &result);
    assert_int_equal(result.ready, 1);
}

static void a_refusal_of_all_leaves_each_as_it_was(void **state)
{
    struct given *given = *state;
    struct recordings_result result;
    add_recording(given, "r1", NOW_MS - 60000);
    given->platform->is_grant_dead = true;
    recordings_probe(&given->rest, 3, &result);
    assert_int_equal(result.probed, 0);
    assert_int_equal(result.err.status, 401);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_platform, no_platform)
    const struct CMUnitTest tests[] = {
        TEST(a_sound_is_had_whole_or_not_at_all),
        cmocka_unit_test(each_answer_says_when_to_ask_again),
        TEST(one_that_never_answers_does_not_stand_before_the_others),
        TEST(a_refusal_of_all_leaves_each_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
