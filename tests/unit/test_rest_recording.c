/* Recordings over REST: metadata, the sound, parts of it, and who may hear it. */
#include "support/rest_world.h"

enum { SECONDS = 3, SIZE = 44 + SECONDS * 16000 };

static char target[600]; /* of the one recording; set by setup */

static void aim(struct rest *rest, const char *tail)
{
    char id[CALL_ID_LEN];
    snprintf(target, sizeof target, "%s/recording/%s%s", ACCOUNT_PATH,
             recording_id(rest->world, 0, id), tail);
}

static int setup(void **state)
{
    struct rest *rest = rest_new();
    uint32_t number, ann = 0;
    struct call_record record = {.start_ms = REST_START_MS - 10000,
                                 .user = ann,
                                 .queue = CALL_NO_QUEUE,
                                 .other = 15557770001,
                                 .duration_ms = SECONDS * 1000,
                                 .has_recording = 1};
    call_log_append(rest->world, &record, &number);
    aim(rest, "");
    *state = rest;
    return 0;
}

static void metadata_says_where_the_sound_is(void **state)
{
    struct rest *rest = *state;
    assert_int_equal(rest_get(rest, target), 200);
    assert_int_equal(rest_at(rest, "id")->kind, NODE_STRING);
    assert_int_equal(rest_at(rest, "duration")->kind, NODE_NUMBER);
    assert_string_equal(rest_text(rest, "duration"), "3");
    assert_string_equal(rest_text(rest, "contentType"), "audio/x-wav");
    assert_true(text_starts(rest_text(rest, "contentUri"), "http://media.test/restapi/v1.0/"));
}

static void the_sound_is_a_wav_file(void **state)
{
    struct rest *rest = *state;
    aim(rest, "/content");
    assert_int_equal(rest_get(rest, target), 200);
    assert_string_equal(rest->reply.content_type, "audio/x-wav");
    assert_int_equal(rest->reply.body.len, SIZE);
    assert_memory_equal(rest->reply.body.data, "RIFF", 4);
    assert_memory_equal(rest->reply.body.data + 8, "WAVE", 4);
    assert_string_equal(rest_reply_header(rest, "Accept-Ranges"), "bytes");
    assert_null(rest_reply_header(rest, "Content-Disposition"));
}

static void a_range_is_answered_with_that_part(void **state)
{
    static const struct {
        const char *range;
        int status;
        long first, last;
    } rows[] = {
        {"bytes=0-3", 206, 0, 3},
        {"bytes=8-11", 206, 8, 11},
        {"bytes=100-", 206, 100, SIZE - 1},
        {"bytes=-10", 206, SIZE - 10, SIZE - 1},
        {"bytes=-99999999", 206, 0, SIZE - 1},
        {"bytes=0-99999999", 206, 0, SIZE - 1},
        {"Bytes= 5-5 ", 206, 5, 5},
        {"bytes=48043-48043", 206, SIZE - 1, SIZE - 1},
        {"bytes=48044-", 416, 0, 0},
        {"bytes=48044-48050", 416, 0, 0},
        {"bytes=-0", 416, 0, 0},
        {"bytes=5-4", 200, 0, SIZE - 1},
        {"bytes=a-b", 200, 0, SIZE - 1},
        {"bytes=", 200, 0, SIZE - 1},
        {"bytes=-", 200, 0, SIZE - 1},
        {"bytes=0-1,5-6", 200, 0, SIZE - 1},
        {"lines=0-1", 200, 0, SIZE - 1},
        {"bytes=99999999999999999999-", 200, 0, SIZE - 1},
    };
    struct rest *rest = *state;
    static char whole[SIZE];
    aim(rest, "/content");
    rest_get(rest, target);
    memcpy(whole, rest->reply.body.data, SIZE);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char wanted[64];
        size_t len = (size_t)(rows[i].last - rows[i].first + 1);
        print_message("%s\n", rows[i].range);
        rest_header(rest, "Range", rows[i].range);
        assert_int_equal(rest_get(rest, target), rows[i].status);
        const char *range = rest_reply_header(rest, "Content-Range");
        if (rows[i].status == 416) {
            assert_refused(rest, 416, "CMN-107");
            assert_string_equal(range, "bytes */48044");
            continue;
        }
        assert_int_equal(rest->reply.body.len, len);
        assert_memory_equal(rest->reply.body.data, whole + rows[i].first, len);
        if (rows[i].status == 200) {
            assert_null(range);
            continue;
        }
        snprintf(wanted, sizeof wanted, "bytes %ld-%ld/48044", rows[i].first, rows[i].last);
        assert_string_equal(range, wanted);
    }
}

static void the_disposition_is_as_asked_and_its_name_harmless(void **state)
{
    static const struct {
        const char *query, *wanted;
    } rows[] = {
        {"contentDisposition=Inline", "inline; filename=\"recording.wav\""},
        {"contentDisposition=Attachment", "attachment; filename=\"recording.wav\""},
        {"contentDisposition=Inline&contentDispositionFilename=a.wav",
         "inline; filename=\"a.wav\""},
        {"contentDispositionFilename=a.wav", "attachment; filename=\"a.wav\""},
        {"contentDispositionFilename=a%22%0d%0aX:%20y%5c..%2fb",
         "attachment; filename=\"aX: y..b\""},
    };
    struct rest *rest = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char tail[120];
        print_message("%s\n", rows[i].query);
        snprintf(tail, sizeof tail, "/content?%s", rows[i].query);
        aim(rest, tail);
        assert_int_equal(rest_get(rest, target), 200);
        assert_string_equal(rest_reply_header(rest, "Content-Disposition"), rows[i].wanted);
    }
    aim(rest, "/content?contentDisposition=Sideways");
    rest_get(rest, target);
    assert_refused(rest, 400, "CMN-101");
}

static void the_token_may_stand_in_the_query(void **state)
{
    struct rest *rest = *state;
    char tail[400];
    snprintf(tail, sizeof tail, "/content?access_token=%.80s", rest->session->current.access);
    aim(rest, tail);
    rest_as(rest, NULL);
    assert_int_equal(rest_get(rest, target), 200);
}

static void a_recording_takes_its_time_to_be_ready(void **state)
{
    struct rest *rest = *state;
    rest->world->knobs.rec_ready_delay_ms = 60000;
    rest_get(rest, target);
    assert_refused(rest, 404, "CMN-102");
    assert_string_equal(rest_text(rest, "parameterName"), "recordingId");
    rest_get(rest, ACCOUNT_PATH "/call-log");
    assert_int_equal(rest_count(rest, "records"), 1);
    assert_null(rest_at(rest, "records[0].recording"));
    clock_advance(rest->world, 53000);
    assert_int_equal(rest_get(rest, target), 200);
}

static void a_recording_of_another_is_for_those_who_reach_the_account(void **state)
{
    struct rest *rest = *state;
    rest_as(rest, "Bob");
    rest_get(rest, target);
    assert_refused(rest, 403, "CMN-404");
    aim(rest, "/content");
    rest_get(rest, target);
    assert_refused(rest, 403, "CMN-404");
    rest_as(rest, "Eve@7901.test");
    rest_get(rest, target);
    assert_refused(rest, 404, "CMN-102");
}

static void without_the_feature_nothing_is_played(void **state)
{
    struct rest *rest = *state;
    size_t feature;
    assert_true(account_feature_named("AutomaticInboundCallRecording", &feature));
    rest->world->accounts[0]->features_off = (uint64_t)1 << feature;
    rest_get(rest, target);
    assert_refused(rest, 403, "CMN-109");
    rest_get(rest, ACCOUNT_PATH "/call-log");
    assert_null(rest_at(rest, "records[0].recording"));
}

static void a_deleted_recording_leaves_its_call(void **state)
{
    struct rest *rest = *state;
    char id[CALL_ID_LEN], body[100];
    snprintf(body, sizeof body, "{\"records\":[\"%s\",\"1\"]}", recording_id(rest->world, 0, id));
    rest_call(rest, "DELETE", ACCOUNT_PATH "/call-recordings", body);
    assert_refused(rest, 404, "CMN-102");
    assert_int_equal(rest_get(rest, target), 200);
    snprintf(body, sizeof body, "{\"records\":[\"%s\"]}", id);
    assert_int_equal(rest_call(rest, "DELETE", ACCOUNT_PATH "/call-recordings", body), 204);
    rest_get(rest, target);
    assert_refused(rest, 404, "CMN-102");
    rest_get(rest, ACCOUNT_PATH "/call-log?recordingType=All");
    assert_int_equal(rest_count(rest, "records"), 0);
    rest_get(rest, ACCOUNT_PATH "/call-log");
    assert_int_equal(rest_count(rest, "records"), 1);
    assert_null(rest_at(rest, "records[0].recording"));
    assert_int_equal(call_log_at(rest->world, 0)->modified_ms, clock_now(rest->world));
    static const char *const bad[] = {"{}", "{\"records\":\"1\"}"};
    static const char *const codes[] = {"CMN-100", "CMN-101"};
    for (size_t i = 0; i < 2; i++) {
        rest_call(rest, "DELETE", ACCOUNT_PATH "/call-recordings", bad[i]);
        assert_refused(rest, 400, codes[i]);
    }
}

static void a_strict_media_host_serves_it_alone(void **state)
{
    struct rest *rest = *state;
    rest->world->knobs.media_strict = true;
    aim(rest, "/content");
    rest_header(rest, "Host", "api.test");
    rest_get(rest, target);
    assert_refused(rest, 404, "AGW-404");
    rest_header(rest, "Host", "media.test");
    assert_int_equal(rest_get(rest, target), 200);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, rest_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(metadata_says_where_the_sound_is),
        TEST(the_sound_is_a_wav_file),
        TEST(a_range_is_answered_with_that_part),
        TEST(the_disposition_is_as_asked_and_its_name_harmless),
        TEST(the_token_may_stand_in_the_query),
        TEST(a_recording_takes_its_time_to_be_ready),
        TEST(a_recording_of_another_is_for_those_who_reach_the_account),
        TEST(without_the_feature_nothing_is_played),
        TEST(a_deleted_recording_leaves_its_call),
        TEST(a_strict_media_host_serves_it_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) ? 1 : 0;
}
