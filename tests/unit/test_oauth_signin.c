/* Who is let in and who is not: lockout, second factor, Single Sign-on, expired passwords and
 * states of user and account. oauth.md 4, 4.1, 11. */
#include "support/oauth_probe.h"

static const char *page_of(struct probe *probe)
{
    return probe_event(probe, EVENT_PAGE);
}

/* To the password page of alice. */
static void at_password(struct probe *probe)
{
    probe_get(probe, PROBE_AUTHORIZE "&prompt=login%20consent");
    probe_follow(probe);
    probe_submit(probe, "/oauth/login/identifier", "username=alice@acme.test");
}

static void try_password(struct probe *probe, const char *form)
{
    probe_submit(probe, "/oauth/login/password", form);
}

static void five_wrong_passwords_lock_for_an_hour_to_the_millisecond(void **state)
{
    struct probe *probe = *state;
    at_password(probe);
    for (int i = 0; i < 5; i++) {
        try_password(probe, "password=wrong");
        assert_int_equal(probe->reply.status, 200);
        assert_string_equal(probe_alert(probe), "OAU-140");
    }
    uint64_t fifth = probe->event.seq;
    assert_string_equal(probe_event(probe, EVENT_REASON), "locked out by this attempt");
    try_password(probe, "password=Correct7%21Horse");
    assert_string_equal(probe_alert(probe), "OAU-147");
    assert_int_equal(probe->event.cause, fifth);
    clock_advance(probe->world, 3600000 - 1);
    try_password(probe, "password=Correct7%21Horse");
    assert_string_equal(probe_alert(probe), "OAU-147");
    clock_advance(probe->world, 1);
    try_password(probe, "password=Correct7%21Horse");
    assert_string_equal(page_of(probe), "consent");
}

static void a_right_password_forgets_the_wrong_ones(void **state)
{
    struct probe *probe = *state;
    for (int round = 0; round < 3; round++) {
        at_password(probe);
        for (int i = 0; i < 4; i++)
            try_password(probe, "password=wrong");
        try_password(probe, "password=Correct7%21Horse");
        assert_string_equal(page_of(probe), "consent");
    }
}

static void lockout_spares_tokens_unless_the_knob_says_otherwise(void **state)
{
    struct probe *probe = *state;
    struct probe_pair pair = probe_grant(probe);
    probe->world->knobs.oauth_lockout_threshold = 1;
    at_password(probe);
    try_password(probe, "password=wrong");
    assert_int_equal(probe_use(probe, pair.access), 200);
    clock_advance(probe->world, 3600000 - 1);
    probe->alice->locked_until_ms = 0;
    pair = probe_grant(probe);
    probe->world->knobs.oauth_lockout_kills_tokens = true;
    at_password(probe);
    try_password(probe, "password=wrong");
    assert_int_equal(probe_use(probe, pair.access), 401);
    assert_string_equal(probe_event(probe, EVENT_REASON), "locked-out");
}

static void an_old_password_names_the_change_as_the_cause(void **state)
{
    struct probe *probe = *state;
    xset(&probe->alice->password, "Another8!Word");
    probe->alice->password_cause = 12;
    at_password(probe);
    try_password(probe, "password=Correct7%21Horse");
    assert_string_equal(probe_alert(probe), "OAU-140");
    assert_int_equal(probe->event.cause, 12);
}

static void nobody_is_told_whether_a_login_exists(void **state)
{
    struct probe *probe = *state;
    at_password(probe);
    try_password(probe, "password=wrong");
    char *known = xstrdup(probe_between(probe, "role=\"alert\"", "</div>"));
    probe_get(probe, "/oauth/login?step=identifier");
    probe_submit(probe, "/oauth/login/identifier", "username=nobody@acme.test");
    assert_string_equal(page_of(probe), "password");
    try_password(probe, "password=wrong");
    assert_string_equal(probe_between(probe, "role=\"alert\"", "</div>"), known);
    free(known);
}

static void a_second_factor_is_asked_for_and_told_in_the_journal(void **state)
{
    struct probe *probe = *state;
    probe->alice->has_mfa = true;
    at_password(probe);
    char *csrf = xstrdup(probe_between(probe, "name=\"csrf\" value=\"", "\"")), form[256];
    snprintf(form, sizeof form, "csrf=%s&password=Correct7%%21Horse", csrf);
    probe_post(probe, "/oauth/login/password", form);
    char *code = xstrdup(probe_event(probe, EVENT_MFA_CODE));
    free(csrf);
    assert_int_equal(strlen(code), 6);
    assert_string_equal(login_code_of(probe->world, ALICE), code);
    probe_follow(probe);
    assert_string_equal(page_of(probe), "code");
    assert_non_null(strstr(probe_body(probe), "We sent a security code to a***@acme.test."));
    assert_non_null(strstr(probe_body(probe), "autocomplete=\"one-time-code\""));
    assert_null(strstr(probe_body(probe), code));
    probe_submit(probe, "/oauth/login/code", text_eq(code, "000000") ? "code=1" : "code=000000");
    assert_string_equal(probe_alert(probe), "OAU-168");
    snprintf(form, sizeof form, "code=%s", code);
    probe_submit(probe, "/oauth/login/code", form);
    assert_string_equal(page_of(probe), "consent");
    assert_null(login_code_of(probe->world, ALICE));
    free(code);
}

static void wrong_codes_lock_too(void **state)
{
    struct probe *probe = *state;
    probe->world->knobs.oauth_mfa = true;
    at_password(probe);
    try_password(probe, "password=Correct7%21Horse");
    for (int i = 0; i < 5; i++)
        probe_submit(probe, "/oauth/login/code", "code=none");
    assert_string_equal(probe_alert(probe), "OAU-168");
    probe_submit(probe, "/oauth/login/code", "code=none");
    assert_string_equal(probe_alert(probe), "OAU-147");
    assert_string_equal(page_of(probe), "identifier");
}

static void single_sign_on_takes_whom_the_company_knows(void **state)
{
    struct probe *probe = *state;
    probe->alice->has_sso = true;
    at_password(probe);
    assert_string_equal(page_of(probe), "sso");
    probe_submit(probe, "/oauth/login/sso", "username=alice@acme.test&password=wrong");
    assert_string_equal(probe_alert(probe), "OAU-140");
    probe_submit(probe, "/oauth/login/sso", "username=alice@acme.test&password=Correct7%21Horse");
    assert_string_equal(page_of(probe), "consent");
    probe->world->knobs.oauth_sso = true;
    probe_get(probe, PROBE_AUTHORIZE "&prompt=login");
    probe_follow(probe);
    probe_submit(probe, "/oauth/login/identifier", "username=bruno@acme.test");
    assert_string_equal(page_of(probe), "sso");
    probe_submit(probe, "/oauth/login/sso", "username=bruno@acme.test&password=Correct7%21Horse");
    assert_string_equal(probe_alert(probe), "OAU-140");
    assert_string_equal(probe_event(probe, EVENT_REASON),
                        "the identity provider does not know this login");
}

static void sso_is_required_of_who_came_by_number_as_well(void **state)
{
    struct probe *probe = *state;
    probe->bruno->has_sso = true;
    probe_get(probe, PROBE_AUTHORIZE);
    probe_follow(probe);
    probe_submit(probe, "/oauth/login/identifier", "username=2025550100");
    assert_string_equal(page_of(probe), "password");
    try_password(probe, "extension=102&password=Correct7%21Horse");
    assert_string_equal(page_of(probe), "sso");
}

static void an_expired_password_is_changed_on_the_way(void **state)
{
    struct probe *probe = *state;
    struct probe_pair pair = probe_grant(probe);
    probe->world->knobs.oauth_password_max_age_ms = 86400000;
    clock_advance(probe->world, 86400000 - 1);
    at_password(probe);
    try_password(probe, "password=Correct7%21Horse");
    assert_string_equal(page_of(probe), "consent");
    clock_advance(probe->world, 1);
    probe_refresh(probe, pair.refresh);
    pair = probe_pair(probe);
    at_password(probe);
    try_password(probe, "password=Correct7%21Horse");
    assert_string_equal(page_of(probe), "new-password");
    assert_int_equal(probe_use(probe, pair.access), 200);
    probe_get(probe, "/oauth/login");
    probe_submit(probe, "/oauth/login/new-password",
                 "new_password=Fresh6%21Start&confirm_password=Fresh6%21Start");
    assert_string_equal(page_of(probe), "consent");
    assert_string_equal(probe->alice->password, "Fresh6!Start");
    assert_int_equal(probe_use(probe, pair.access), 401);
    assert_string_equal(probe_event(probe, EVENT_REASON), "password-changed");
}

static void a_new_password_keeps_to_the_rules(void **state)
{
    static const struct {
        const char *password, *code;
    } rows[] = {
        {"Sh0rt!", "PWD-002"},         {"Much2long!Much2long!Much2long!Mucx", "PWD-002"},
        {"lowercase7only", "PWD-002"}, {"NoDigits!Here", "PWD-002"},
        {"2468135790!", "PWD-002"},    {"Ab12345!xyq", "PWD-002"},
        {"Abcd!9090", "PWD-002"},      {"Baaa!9090x", "PWD-002"},
        {"mytest7!word", "PWD-002"},   {"Correct7!Horse", "PWD-002"},
    };
    struct probe *probe = *state;
    probe->alice->must_change_password = true;
    at_password(probe);
    try_password(probe, "password=Correct7%21Horse");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char form[256];
        snprintf(form, sizeof form, "new_password=%s&confirm_password=%s", rows[i].password,
                 rows[i].password);
        probe_submit(probe, "/oauth/login/new-password", form);
        if (!text_eq(probe_alert(probe), rows[i].code))
            fail_msg("%s: %s", rows[i].password, probe_body(probe));
    }
    probe_submit(probe, "/oauth/login/new-password",
                 "new_password=Good8%21Choice&confirm_password=Good8%21Other");
    assert_string_equal(probe_alert(probe), "CMN-101");
    assert_string_equal(probe->alice->password, PROBE_PASSWORD);
}

static void who_may_not_log_in_is_told_why(void **state)
{
    struct probe *probe = *state;
    at_password(probe);
    probe->alice->status = USER_DISABLED;
    probe->alice->status_cause = 9;
    try_password(probe, "password=Correct7%21Horse");
    assert_string_equal(probe_alert(probe), "OAU-141");
    assert_int_equal(probe->event.cause, 9);
    probe->alice->status = USER_ENABLED;
    probe->account->status = ACCOUNT_DISABLED;
    probe->account->status_cause = 8;
    try_password(probe, "password=Correct7%21Horse");
    assert_string_equal(probe_alert(probe), "OAU-142");
    assert_int_equal(probe->event.cause, 8);
    probe->account->status = ACCOUNT_CONFIRMED;
    xset(&probe->conf->brands, "6010");
    try_password(probe, "password=Correct7%21Horse");
    assert_string_equal(probe_alert(probe), "OAU-102");
    assert_int_equal(probe->reply.status, 403);
    xset(&probe->conf->brands, NULL);
    probe->alice->is_deleted = true;
    try_password(probe, "password=Correct7%21Horse");
    assert_string_equal(probe_alert(probe), "OAU-140");
}

static void a_browser_session_does_not_outlive_the_right_to_log_in(void **state)
{
    struct probe *probe = *state;
    probe_sign_in(probe, PROBE_AUTHORIZE, "alice@acme.test");
    probe->alice->status = USER_DISABLED;
    probe_submit(probe, "/oauth/consent", "decision=authorize");
    assert_string_equal(page_of(probe), "identifier");
    assert_string_equal(probe_alert(probe), "OAU-141");
    probe->alice->status = USER_ENABLED;
    free(probe_code_for(probe, PROBE_AUTHORIZE, "alice@acme.test"));
    probe->alice->status = USER_DISABLED;
    probe_get(probe, PROBE_AUTHORIZE "&prompt=none");
    assert_string_equal(probe_location_param(probe, "error"), "login_required");
    probe_get(probe, PROBE_AUTHORIZE);
    assert_string_equal(probe_alert(probe), "OAU-141");
}

static void an_empty_or_endless_field_is_asked_for_again(void **state)
{
    struct probe *probe = *state;
    char *form = xmalloc(5000);
    at_password(probe);
    try_password(probe, "password=");
    assert_string_equal(probe_alert(probe), "CMN-100");
    memset(form, 'x', 5000);
    memcpy(form, "password=", 9);
    form[4999] = '\0';
    try_password(probe, form);
    assert_string_equal(probe_alert(probe), "CMN-101");
    assert_int_equal(probe->alice->failed_logins, 0);
    free(form);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        probe_test(five_wrong_passwords_lock_for_an_hour_to_the_millisecond),
        probe_test(a_right_password_forgets_the_wrong_ones),
        probe_test(lockout_spares_tokens_unless_the_knob_says_otherwise),
        probe_test(an_old_password_names_the_change_as_the_cause),
        probe_test(nobody_is_told_whether_a_login_exists),
        probe_test(a_second_factor_is_asked_for_and_told_in_the_journal),
        probe_test(wrong_codes_lock_too),
        probe_test(single_sign_on_takes_whom_the_company_knows),
        probe_test(sso_is_required_of_who_came_by_number_as_well),
        probe_test(an_expired_password_is_changed_on_the_way),
        probe_test(a_new_password_keeps_to_the_rules),
        probe_test(who_may_not_log_in_is_told_why),
        probe_test(a_browser_session_does_not_outlive_the_right_to_log_in),
        probe_test(an_empty_or_endless_field_is_asked_for_again),
    };
    return cmocka_run_group_tests_name("oauth_signin", tests, NULL, NULL) != 0;
}
