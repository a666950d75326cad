/* The call log by sync token, from a platform that does what the simulator cannot. */
#include "rig.h"

#define SYNC(type, token, time)                                                                    \
    "{\"records\":[],\"syncInfo\":{\"syncType\":\"" type "\",\"syncToken\":\"" token               \
    "\",\"syncTime\":\"" time "\"}}"

static void when_the_platforms_time_goes_back_its_token_is_given_up(void **state)
{
    struct rig *rig = *state;
    given_saved(rig, false);
    rig->platform->sync = SYNC("FSync", "t1", "2025-03-01T09:00:00.000Z");
    check(rig, "sync", "", 0, "result.way", "dates");
    rig->platform->sync = SYNC("ISync", "t2", "2025-03-01T09:10:00.000Z");
    check(rig, "sync", "", 0, "result.way", "changes");
    rig->platform->sync = SYNC("ISync", "t3", "2025-03-01T08:40:00.000Z");
    check(rig, "sync", "\"quiet\":true", 0, "result.reset", "SYNC_TOKEN_RESET");
    check(rig, "sync", "", 0, "result.way", "changes"); /* its time is the mark by now */
}

static void a_platform_without_tokens_is_asked_for_one_once_an_hour(void **state)
{
    struct rig *rig = *state;
    given_saved(rig, false);
    for (int i = 0; i < 3; i++, rig->now_ms += 40 * 60000)
        check(rig, "sync", "", 0, "result.way", "dates");
    int asked = 0;
    for (const char *at = rig->platform->transcript; (at = strstr(at, "call-log-sync")); at++)
        asked++;
    assert_int_equal(asked, 2);
}

/* What a middle box or a broken writer makes of a page: JSON, but not all of it. */
static void an_answer_that_may_go_on_is_not_the_last_page(void **state)
{
    static const char *const bodies[] = {
        "{\"records\":[]}",
        "{\"records\":[{\"id\":\"c1\",\"startTime\":\"2025-03-01T08:30:00.000Z\"}]}",
        "{\"records\":[],\"navigation\":null}",
        "{}",
        "<html><body>Welcome to the hotel</body></html>",
    };
    struct rig *rig = *state;
    given_saved(rig, false);
    for (size_t i = 0; i < sizeof(bodies) / sizeof(*bodies); i++) {
        rig->platform->call_log = (struct fake_answer){200, bodies[i], 0};
        check_int(rig, "sync", "", 1, "result.stored", 0);
    }
    rig->platform->call_log = (struct fake_answer){0};
    check_int(rig, "sync", "", 0, "result.stored", 3);
}

static void a_penalty_ends_when_the_clock_it_was_counted_by_is_set_back(void **state)
{
    struct rig *rig = *state;
    given_saved(rig, false);
    rig->now_ms = START_MS + 24 * HOUR_MS; /* a day ahead */
    rig->platform->call_log = (struct fake_answer){429, "{}", 60};
    check_int(rig, "sync", "", 1, "result.http_status", 429);
    rig->platform->call_log = (struct fake_answer){0};
    check_int(rig, "sync", "", 1, "result.http_status", 429); /* it holds */
    rig->now_ms = START_MS;
    check_int(rig, "sync", "", 0, "result.stored", 3);
}

/* Half of the answer the first time; the whole pair, which is still the same, the second. */
static void cut_once(void *arg)
{
    struct fake *fake = arg;
    fake->token = fake->asked_refresh == 1
                      ? (struct fake_answer){200, "{\"access_token\":\"access-2-x", 0}
                      : (struct fake_answer){0};
}

static void a_token_answer_that_cannot_be_read_is_asked_for_again_at_once(void **state)
{
    struct rig *rig = *state;
    given_saved(rig, false);
    rig->platform->on_token = cut_once;
    rig->platform->on_token_arg = rig->platform;
    rig->now_ms = START_MS + 2 * HOUR_MS; /* the access token is over */
    check_int(rig, "sync", "", 0, "result.stored", 3);
    assert_int_equal(rig->platform->asked_refresh, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(when_the_platforms_time_goes_back_its_token_is_given_up,
                                        given_rig, no_rig),
        cmocka_unit_test_setup_teardown(a_platform_without_tokens_is_asked_for_one_once_an_hour,
                                        given_rig, no_rig),
        cmocka_unit_test_setup_teardown(an_answer_that_may_go_on_is_not_the_last_page, given_rig,
                                        no_rig),
        cmocka_unit_test_setup_teardown(a_penalty_ends_when_the_clock_it_was_counted_by_is_set_back,
                                        given_rig, no_rig),
        cmocka_unit_test_setup_teardown(
            a_token_answer_that_cannot_be_read_is_asked_for_again_at_once, given_rig, no_rig),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
