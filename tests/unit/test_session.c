/* The store of sessions: what it keeps, what it forgets, and that it stays bounded. */
#include "support/oauth_probe.h"

static struct session *start(struct probe *probe, struct app *app, struct user *user)
{
    return session_start(probe->world, app, user, SCOPE_BIT(READ_ACCOUNTS), 3600000, 604800000,
                         true, NULL, 1);
}

static void a_session_is_found_by_its_id_and_its_tokens_and_by_nothing_else(void **state)
{
    struct probe *probe = *state;
    struct session *session = start(probe, probe->conf, probe->alice);
    assert_ptr_equal(session_by_id(probe->world, session->id), session);
    assert_null(session_by_id(probe->world, "x"));
    struct token_view view = session_by_access(probe->world, session->current.access);
    assert_ptr_equal(view.session, session);
    assert_int_equal(view.state, TOKEN_GOOD);
    view = session_by_refresh(probe->world, session->current.refresh);
    assert_ptr_equal(view.session, session);
    view = session_by_access(probe->world, session->current.refresh);
    assert_int_equal(view.state, TOKEN_UNKNOWN);
    view = session_by_refresh(probe->world, session->current.access);
    assert_int_equal(view.state, TOKEN_UNKNOWN);
    assert_null(session_by_access(probe->world, "").session);
}

static void an_ended_session_is_remembered_with_its_first_reason(void **state)
{
    struct probe *probe = *state;
    struct session *session = start(probe, probe->conf, probe->alice);
    session_end(probe->world, session, SESSION_REVOKED, 5);
    session_end(probe->world, session, SESSION_POLICY, 6);
    struct token_view view = session_by_access(probe->world, session->current.access);
    assert_int_equal(view.state, TOKEN_ENDED);
    assert_int_equal(view.session->end, SESSION_REVOKED);
    assert_int_equal(view.session->end_cause, 5);
    assert_int_equal(view.session->ended_ms, PROBE_START_MS);
}

static void the_limit_counts_per_user_and_app_and_not_what_is_spent(void **state)
{
    struct probe *probe = *state;
    struct session *other_app = start(probe, probe->pub, probe->alice);
    struct session *other_user = start(probe, probe->conf, probe->bruno);
    struct session *spent =
        session_start(probe->world, probe->conf, probe->alice, 0, 1000, 0, false, NULL, 1);
    clock_advance(probe->world, 1000);
    struct session *first = start(probe, probe->conf, probe->alice);
    for (int i = 0; i < 4; i++)
        start(probe, probe->conf, probe->alice);
    assert_int_equal(first->end, SESSION_LIVE);
    assert_int_equal(spent->end, SESSION_TIMED_OUT);
    assert_int_equal(session_count_live(probe->world, ALICE, probe->conf), 5);
    assert_int_equal(session_count_live(probe->world, ALICE, NULL), 6);
    start(probe, probe->conf, probe->alice);
    assert_int_equal(first->end, SESSION_EVICTED);
    assert_int_equal(other_app->end, SESSION_LIVE);
    assert_int_equal(other_user->end, SESSION_LIVE);
}

static void a_lowered_limit_evicts_down_to_it(void **state)
{
    struct probe *probe = *state;
    for (int i = 0; i < 5; i++)
        start(probe, probe->conf, probe->alice);
    probe->world->knobs.oauth_session_limit = 1;
    start(probe, probe->conf, probe->alice);
    assert_int_equal(session_count_live(probe->world, ALICE, probe->conf), 1);
    probe->world->knobs.oauth_session_limit = 0; /* no limit */
    for (int i = 0; i < 20; i++)
        start(probe, probe->conf, probe->alice);
    assert_int_equal(session_count_live(probe->world, ALICE, probe->conf), 21);
}

static void ending_a_users_sessions_counts_them_and_spares_others(void **state)
{
    struct probe *probe = *state;
    struct session *other = start(probe, probe->conf, probe->bruno);
    start(probe, probe->conf, probe->alice);
    start(probe, probe->pub, probe->alice);
    assert_int_equal(session_end_user(probe->world, ALICE, SESSION_POLICY, true, 2), 2);
    assert_int_equal(session_count_live(probe->world, ALICE, NULL), 2);
    assert_int_equal(session_end_user(probe->world, ALICE, SESSION_POLICY, false, 3), 2);
    assert_int_equal(session_end_user(probe->world, ALICE, SESSION_POLICY, false, 4), 0);
    assert_int_equal(other->end, SESSION_LIVE);
}

static void the_ended_are_forgotten_in_the_order_they_ended(void **state)
{
    struct probe *probe = *state;
    char first[256], second[256];
    struct session *a = start(probe, probe->conf, probe->alice);
    struct session *b = start(probe, probe->conf, probe->alice);
    snprintf(first, sizeof first, "%s", b->current.access);
    snprintf(second, sizeof second, "%s", a->current.access);
    session_end(probe->world, b, SESSION_REVOKED, 1);
    session_end(probe->world, a, SESSION_REVOKED, 1);
    for (int i = 0; i < SESSION_TOMBSTONES_MAX - 1; i++)
        session_end(probe->world, start(probe, probe->conf, probe->bruno), SESSION_REVOKED, 1);
    assert_int_equal(session_by_access(probe->world, first).state, TOKEN_UNKNOWN);
    assert_int_equal(session_by_access(probe->world, second).state, TOKEN_ENDED);
}

static void the_live_are_bounded_too(void **state)
{
    struct probe *probe = *state;
    probe->world->knobs.oauth_session_limit = 0;
    struct session *first = start(probe, probe->conf, probe->alice);
    for (int i = 1; i < SESSIONS_MAX; i++)
        start(probe, probe->conf, probe->bruno);
    assert_int_equal(first->end, SESSION_LIVE);
    start(probe, probe->conf, probe->bruno);
    assert_int_equal(first->end, SESSION_EVICTED);
}

static void an_endpoint_id_is_kept_or_invented(void **state)
{
    struct probe *probe = *state;
    struct session *named =
        session_start(probe->world, probe->conf, probe->alice, 0, 1000, 0, false, "my-endpoint", 1);
    struct session *plain = start(probe, probe->conf, probe->alice);
    assert_string_equal(named->endpoint_id, "my-endpoint");
    assert_int_equal(strlen(plain->endpoint_id), ID_UUID_LEN - 1);
    assert_null(named->current.refresh);
}

static void every_end_has_a_name(void **state)
{
    for (int i = 0; i < SESSION_END_COUNT; i++)
        assert_non_null(session_end_name((enum session_end)i));
    assert_string_equal(session_end_name(SESSION_PASSWORD_CHANGED), "password-changed");
}

static void codes_are_bounded_and_the_oldest_goes(void **state)
{
    struct probe *probe = *state;
    struct login *login = login_new(probe->world);
    login->request.app = probe->conf;
    login->request.redirect_uri = xstrdup("https://x/");
    char *first = xstrdup(auth_code_new(probe->world, login)->code);
    for (int i = 0; i < CODES_MAX - 1; i++)
        auth_code_new(probe->world, login);
    assert_non_null(auth_code_find(probe->world, first));
    auth_code_new(probe->world, login);
    assert_null(auth_code_find(probe->world, first));
    free(first);
}

static void consent_covers_what_was_granted_and_no_more(void **state)
{
    struct probe *probe = *state;
    scope_set two = SCOPE_BIT(SMS) | SCOPE_BIT(FAXES);
    assert_false(consent_given(probe->world, ALICE, probe->conf, SCOPE_BIT(SMS)));
    consent_note(probe->world, ALICE, probe->conf, SCOPE_BIT(SMS));
    assert_true(consent_given(probe->world, ALICE, probe->conf, SCOPE_BIT(SMS)));
    assert_false(consent_given(probe->world, ALICE, probe->conf, two));
    assert_false(consent_given(probe->world, BRUNO, probe->conf, SCOPE_BIT(SMS)));
    assert_false(consent_given(probe->world, ALICE, probe->pub, SCOPE_BIT(SMS)));
    consent_note(probe->world, ALICE, probe->conf, SCOPE_BIT(FAXES));
    assert_true(consent_given(probe->world, ALICE, probe->conf, two));
    consent_forget(probe->world, ALICE, probe->conf);
    assert_false(consent_given(probe->world, ALICE, probe->conf, SCOPE_BIT(SMS)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        probe_test(a_session_is_found_by_its_id_and_its_tokens_and_by_nothing_else),
        probe_test(an_ended_session_is_remembered_with_its_first_reason),
        probe_test(the_limit_counts_per_user_and_app_and_not_what_is_spent),
        probe_test(a_lowered_limit_evicts_down_to_it),
        probe_test(ending_a_users_sessions_counts_them_and_spares_others),
        probe_test(the_ended_are_forgotten_in_the_order_they_ended),
        probe_test(the_live_are_bounded_too),
        probe_test(an_endpoint_id_is_kept_or_invented),
        probe_test(every_end_has_a_name),
        probe_test(codes_are_bounded_and_the_oldest_goes),
        probe_test(consent_covers_what_was_granted_and_no_more),
    };
    return cmocka_run_group_tests_name("session", tests, NULL, NULL) != 0;
}
