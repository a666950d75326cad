/* Lifetimes and rotation, at their edges: oauth.md section 7. */
#include "support/oauth_probe.h"

static void expect_refused(struct probe *probe, int status, const char *code)
{
    assert_int_equal(probe->reply.status, status);
    assert_string_equal(probe_json(probe, "error"), "invalid_grant");
    assert_string_equal(probe_code(probe), code);
    assert_string_equal(probe_event(probe, EVENT_CODE), code);
}

static void a_refresh_gives_a_new_pair_and_ends_the_old_access_token(void **state)
{
    struct probe *probe = *state;
    struct probe_pair first = probe_grant(probe);
    assert_int_equal(probe_use(probe, first.access), 200);
    assert_int_equal(probe_refresh(probe, first.refresh), 200);
    struct probe_pair second = probe_pair(probe);
    assert_string_not_equal(first.access, second.access);
    assert_string_not_equal(first.refresh, second.refresh);
    assert_int_equal(probe_use(probe, second.access), 200);
    assert_int_equal(probe_use(probe, first.access), 401);
    assert_string_equal(probe_code(probe), "OAU-129");
    clock_advance(probe->world, 9999);
    probe_use(probe, first.access);
    assert_string_equal(probe_code(probe), "OAU-129");
    clock_advance(probe->world, 1);
    probe_use(probe, first.access);
    assert_string_equal(probe_code(probe), "OAU-213");
}

static void an_access_token_lives_an_hour_to_the_millisecond(void **state)
{
    struct probe *probe = *state;
    struct probe_pair pair = probe_grant(probe);
    clock_advance(probe->world, 3600000 - 1);
    assert_int_equal(probe_use(probe, pair.access), 200);
    clock_advance(probe->world, 1);
    assert_int_equal(probe_use(probe, pair.access), 401);
    assert_string_equal(probe_code(probe), "OAU-128");
}

static void a_refresh_token_lives_seven_days_to_the_millisecond(void **state)
{
    struct probe *probe = *state;
    struct probe_pair pair = probe_grant(probe), other = probe_grant(probe);
    clock_advance(probe->world, 604800000 - 1);
    assert_int_equal(probe_refresh(probe, pair.refresh), 200);
    clock_advance(probe->world, 1);
    probe_refresh(probe, other.refresh);
    expect_refused(probe, 400, "OAU-210");
}

static void an_old_refresh_token_gives_the_same_pair_for_an_hour_when_unused(void **state)
{
    struct probe *probe = *state;
    struct probe_pair first = probe_grant(probe);
    probe_refresh(probe, first.refresh);
    struct probe_pair second = probe_pair(probe);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(probe_refresh(probe, first.refresh), 200);
        struct probe_pair again = probe_pair(probe);
        assert_string_equal(again.access, second.access);
        assert_string_equal(again.refresh, second.refresh);
    }
    clock_advance(probe->world, 3600000 - 1);
    assert_int_equal(probe_refresh(probe, first.refresh), 200);
    assert_string_equal(probe_json(probe, "expires_in"), "0");
    clock_advance(probe->world, 1);
    probe_refresh(probe, first.refresh);
    expect_refused(probe, 400, "OAU-213");
}

static void an_old_refresh_token_gives_the_same_pair_for_ten_seconds_once_used(void **state)
{
    struct probe *probe = *state;
    struct probe_pair first = probe_grant(probe);
    probe_refresh(probe, first.refresh);
    struct probe_pair second = probe_pair(probe);
    assert_int_equal(probe_use(probe, second.access), 200);
    clock_advance(probe->world, 9999);
    assert_int_equal(probe_refresh(probe, first.refresh), 200);
    struct probe_pair again = probe_pair(probe);
    assert_string_equal(again.access, second.access);
    clock_advance(probe->world, 1);
    probe_refresh(probe, first.refresh);
    expect_refused(probe, 400, "OAU-213");
    assert_int_equal(probe_refresh(probe, second.refresh), 200);
}

static void a_refresh_token_two_generations_old_is_unknown(void **state)
{
    struct probe *probe = *state;
    struct probe_pair first = probe_grant(probe);
    probe_refresh(probe, first.refresh);
    struct probe_pair second = probe_pair(probe);
    probe_refresh(probe, second.refresh);
    probe_refresh(probe, first.refresh);
    expect_refused(probe, 400, "OAU-213");
}

static void the_answer_tells_what_is_left_of_the_lifetime(void **state)
{
    struct probe *probe = *state;
    struct probe_pair first = probe_grant(probe);
    probe_refresh(probe, first.refresh);
    clock_advance(probe->world, 883000);
    probe_refresh(probe, first.refresh);
    assert_string_equal(probe_json(probe, "expires_in"), "2717");
    assert_string_equal(probe_json(probe, "refresh_token_expires_in"), "603917");
}

static void lifetimes_asked_for_are_clamped_and_never_refused(void **state)
{
    static const struct {
        const char *asked, *access, *refresh;
    } rows[] = {
        {"", "3600", "604800"},
        {"&access_token_ttl=3601&refresh_token_ttl=604801", "3600", "604800"},
        {"&access_token_ttl=3600&refresh_token_ttl=604800", "3600", "604800"},
        {"&access_token_ttl=600&refresh_token_ttl=1", "600", "1"},
        {"&access_token_ttl=599", "600", "604800"},
        {"&access_token_ttl=0", "600", "604800"},
        {"&access_token_ttl=-5", "600", "604800"},
        {"&access_token_ttl=99999999999999999999999", "3600", "604800"},
        {"&access_token_ttl=9223372036854775807", "3600", "604800"},
        {"&access_token_ttl=-99999999999999999999999", "600", "604800"},
        {"&access_token_ttl=1800", "1800", "604800"},
        {"&access_token_ttl=", "3600", "604800"},
        {"&refresh_token_ttl=0", "3600", NULL},
        {"&refresh_token_ttl=-1", "3600", NULL},
    };
    struct probe *probe = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char form[512];
        struct probe_pair pair = probe_grant(probe);
        snprintf(form, sizeof form, "grant_type=refresh_token&refresh_token=%s%s", pair.refresh,
                 rows[i].asked);
        probe_post(probe, "/restapi/oauth/token", form);
        const char *access = probe_json(probe, "expires_in");
        const char *refresh = probe_json(probe, "refresh_token_expires_in");
        if (!text_eq(access, rows[i].access) || !text_eq(refresh, rows[i].refresh))
            fail_msg("\"%s\": wanted %s and %s, saw %s and %s", rows[i].asked, rows[i].access,
                     rows[i].refresh, access, refresh);
    }
    struct probe_pair pair = probe_grant(probe);
    char form[512];
    snprintf(form, sizeof form, "grant_type=refresh_token&refresh_token=%s&access_token_ttl=1h",
             pair.refresh);
    assert_int_equal(probe_post(probe, "/restapi/oauth/token", form), 400);
    assert_string_equal(probe_code(probe), "CMN-101");
}

static void a_shorter_knob_bounds_what_a_client_may_ask(void **state)
{
    struct probe *probe = *state;
    probe->world->knobs.oauth_access_ttl_ms = 5000;
    struct probe_pair pair = probe_grant(probe);
    char form[512];
    snprintf(form, sizeof form, "grant_type=refresh_token&refresh_token=%s&access_token_ttl=6",
             pair.refresh);
    probe_post(probe, "/restapi/oauth/token", form);
    assert_string_equal(probe_json(probe, "expires_in"), "5");
}

static void an_absolute_limit_ends_a_session_however_often_it_is_refreshed(void **state)
{
    struct probe *probe = *state;
    probe->world->knobs.oauth_session_absolute_ms = 7200000;
    struct probe_pair pair = probe_grant(probe);
    assert_string_equal(probe_json(probe, "session_expires_in"), "7200");
    assert_string_equal(probe_json(probe, "session_expiration_time"), "2026-01-05T11:00:00.000Z");
    clock_advance(probe->world, 3500000);
    probe_refresh(probe, pair.refresh);
    pair = probe_pair(probe);
    clock_advance(probe->world, 7200000 - 3500000 - 1);
    assert_int_equal(probe_refresh(probe, pair.refresh), 200);
    pair = probe_pair(probe);
    assert_int_equal(probe_use(probe, pair.access), 200);
    clock_advance(probe->world, 1);
    assert_int_equal(probe_use(probe, pair.access), 401);
    assert_string_equal(probe_code(probe), "OAU-128");
    probe_refresh(probe, pair.refresh);
    expect_refused(probe, 400, "OAU-210");
    assert_string_equal(probe_event(probe, EVENT_REASON), "timed-out");
}

static void an_idle_limit_counts_from_the_last_use(void **state)
{
    struct probe *probe = *state;
    probe->world->knobs.oauth_session_idle_ms = 600000;
    struct probe_pair pair = probe_grant(probe);
    assert_string_equal(probe_json(probe, "session_idle_timeout"), "600");
    clock_advance(probe->world, 600000 - 1);
    assert_int_equal(probe_use(probe, pair.access), 200);
    clock_advance(probe->world, 600000 - 1);
    assert_int_equal(probe_use(probe, pair.access), 200);
    clock_advance(probe->world, 600000);
    assert_int_equal(probe_use(probe, pair.access), 401);
    assert_string_equal(probe_code(probe), "OAU-128");
}

static void the_sixth_session_evicts_the_oldest(void **state)
{
    struct probe *probe = *state;
    struct probe_pair pairs[6];
    for (int i = 0; i < 6; i++) {
        pairs[i] = probe_grant(probe);
        clock_advance(probe->world, 1000);
    }
    uint64_t sixth = probe->event.seq;
    assert_int_equal(session_count_live(probe->world, ALICE, probe->conf), 5);
    assert_int_equal(probe_use(probe, pairs[0].access), 401);
    assert_string_equal(probe_code(probe), "OAU-213");
    assert_int_equal(probe->event.cause, sixth);
    assert_string_equal(probe_event(probe, EVENT_REASON), "evicted");
    for (int i = 1; i < 6; i++)
        assert_int_equal(probe_use(probe, pairs[i].access), 200);
}

static void with_the_knob_the_newest_is_evicted(void **state)
{
    struct probe *probe = *state;
    probe->world->knobs.oauth_session_evict = KNOB_EVICT_NEWEST;
    probe->world->knobs.oauth_session_limit = 2;
    struct probe_pair first = probe_grant(probe), second = probe_grant(probe);
    struct probe_pair third = probe_grant(probe);
    assert_int_equal(probe_use(probe, first.access), 200);
    assert_int_equal(probe_use(probe, second.access), 401);
    assert_int_equal(probe_use(probe, third.access), 200);
}

static void a_dead_refresh_token_may_be_told_as_expired(void **state)
{
    struct probe *probe = *state;
    probe->world->knobs.oauth_dead_refresh_code = KNOB_DEAD_OAU_210;
    struct probe_pair pair = probe_grant(probe);
    session_end_user(probe->world, ALICE, SESSION_REVOKED, false, 3);
    probe_refresh(probe, pair.refresh);
    expect_refused(probe, 400, "OAU-210");
}

static void a_password_change_ends_every_session_and_is_named_as_the_cause(void **state)
{
    struct probe *probe = *state;
    struct probe_pair pair = probe_grant(probe);
    assert_int_equal(session_end_user(probe->world, ALICE, SESSION_PASSWORD_CHANGED, false, 77), 1);
    assert_int_equal(probe_use(probe, pair.access), 401);
    assert_string_equal(probe_code(probe), "OAU-213");
    assert_int_equal(probe->event.cause, 77);
    probe_refresh(probe, pair.refresh);
    expect_refused(probe, 400, "OAU-213");
    assert_int_equal(probe->event.cause, 77);
    assert_string_equal(probe_event(probe, EVENT_REASON), "password-changed");
    assert_string_equal(probe_event(probe, EVENT_USER), "alice@acme.test");
    assert_string_equal(probe_event(probe, EVENT_GRANT_TYPE), "refresh_token");
}

static void a_lazy_password_change_is_noticed_at_the_refresh_only(void **state)
{
    struct probe *probe = *state;
    struct probe_pair pair = probe_grant(probe);
    session_end_user(probe->world, ALICE, SESSION_PASSWORD_CHANGED, true, 77);
    assert_int_equal(probe_use(probe, pair.access), 200);
    probe_refresh(probe, pair.refresh);
    expect_refused(probe, 400, "OAU-213");
    assert_int_equal(probe->event.cause, 77);
    assert_int_equal(probe_use(probe, pair.access), 401);
}

static void
an_apps_lost_scope_is_gone_at_the_next_refresh_and_an_added_one_is_not_there(void **state)
{
    struct probe *probe = *state;
    struct probe_pair pair = probe_grant(probe);
    assert_string_equal(probe_json(probe, "scope"), "ReadAccounts ReadCallLog WebSocket");
    probe->conf->scopes = SCOPE_BIT(READ_ACCOUNTS) | SCOPE_BIT(SMS);
    probe_refresh(probe, pair.refresh);
    assert_string_equal(probe_json(probe, "scope"), "ReadAccounts");
    pair = probe_pair(probe);
    probe->world->knobs.oauth_scope_binding = KNOB_SCOPE_LIVE;
    probe_refresh(probe, pair.refresh);
    assert_string_equal(probe_json(probe, "scope"), "ReadAccounts SMS");
}

static void without_refresh_tokens_none_is_in_the_answer(void **state)
{
    struct probe *probe = *state;
    probe->conf->issues_refresh = false;
    probe_grant(probe);
    assert_null(probe_json(probe, "refresh_token"));
    assert_null(probe_json(probe, "refresh_token_expires_in"));
    probe->world->knobs.oauth_issue_refresh = KNOB_ISSUE_YES;
    probe_grant(probe);
    assert_non_null(probe_json(probe, "refresh_token"));
}

static void auth_calls_of_one_user_are_limited(void **state)
{
    struct probe *probe = *state;
    struct probe_pair pair = probe_grant(probe);
    probe->world->knobs.rate_limits = KNOB_RATE_REAL;
    for (int i = 0; i < 5; i++) {
        assert_int_equal(probe_refresh(probe, pair.refresh), 200);
        pair = probe_pair(probe);
    }
    assert_int_equal(probe_refresh(probe, pair.refresh), 429);
    assert_string_equal(probe_code(probe), "CMN-301");
    assert_string_equal(probe_header(probe, "X-Rate-Limit-Group"), "auth");
    assert_string_equal(probe_header(probe, "Retry-After"), "60");
    clock_advance(probe->world, 60000);
    assert_int_equal(probe_refresh(probe, pair.refresh), 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        probe_test(a_refresh_gives_a_new_pair_and_ends_the_old_access_token),
        probe_test(an_access_token_lives_an_hour_to_the_millisecond),
        probe_test(a_refresh_token_lives_seven_days_to_the_millisecond),
        probe_test(an_old_refresh_token_gives_the_same_pair_for_an_hour_when_unused),
        probe_test(an_old_refresh_token_gives_the_same_pair_for_ten_seconds_once_used),
        probe_test(a_refresh_token_two_generations_old_is_unknown),
        probe_test(the_answer_tells_what_is_left_of_the_lifetime),
        probe_test(lifetimes_asked_for_are_clamped_and_never_refused),
        probe_test(a_shorter_knob_bounds_what_a_client_may_ask),
        probe_test(an_absolute_limit_ends_a_session_however_often_it_is_refreshed),
        probe_test(an_idle_limit_counts_from_the_last_use),
        probe_test(the_sixth_session_evicts_the_oldest),
        probe_test(with_the_knob_the_newest_is_evicted),
        probe_test(a_dead_refresh_token_may_be_told_as_expired),
        probe_test(a_password_change_ends_every_session_and_is_named_as_the_cause),
        probe_test(a_lazy_password_change_is_noticed_at_the_refresh_only),
        probe_test(an_apps_lost_scope_is_gone_at_the_next_refresh_and_an_added_one_is_not_there),
        probe_test(without_refresh_tokens_none_is_in_the_answer),
        probe_test(auth_calls_of_one_user_are_limited),
    };
    return cmocka_run_group_tests_name("oauth_refresh", tests, NULL, NULL) != 0;
}
