#include "support/explain_scene.h"

/* --- the table --- */

static void every_row_is_in_the_catalogue_and_can_be_told(void **state)
{
    (void)state;
    for (size_t i = 0; cause_at(i); i++) {
        const struct cause *cause = cause_at(i);
        enum event_key key;
        if (failure_named(cause->failure) == SIZE_MAX)
            fail_msg("%s is no id of failures.def", cause->failure);
        assert_true(cause->broken && *cause->remedy && cause->plane < PLANE_COUNT);
        assert_true(!cause->needs_begin || cause->begins);
        for (const char *at = strchr(cause->says, '{'); at; at = strchr(at + 1, '{')) {
            char name[40];
            snprintf(name, sizeof name, "%.*s", (int)strcspn(at + 1, "|}"), at + 1);
            if (!event_key_named(name, &key))
                fail_msg("%s: no event says {%s}", cause->failure, name);
        }
    }
}

/* --- what is broken --- */

static void an_empty_journal_says_so(void **state)
{
    (void)state;
    struct scene scene = given_journal();
    explains(&scene);
    wants_none(&scene);
    wants_text(&scene, "the journal is empty");
    scene_done(&scene);
}

static void a_healthy_day_has_no_finding(void **state)
{
    (void)state;
    struct scene scene = given_journal();
    token_given(&scene);
    call_log_read(&scene);
    happens(&scene, LAYER_SIP, "sip.register", "status=401 proxy=a device=d1 reason=no_credentials",
            0);
    happens(&scene, LAYER_SIP, "sip.register", "status=200 proxy=a device=d1 expires=300", 0);
    explains(&scene);
    wants_none(&scene);
    wants_text(&scene, "Nothing is broken");
    wants_text(&scene,
               "Looked at and fine: login and grant (1 event), REST data (1 event), proxies "
               "and handsets (2 events)");
    wants_text(&scene, "Not used: live events");
    scene_done(&scene);
}

static void a_refused_refresh_is_led_back_to_the_password(void **state)
{
    (void)state;
    struct scene scene = given_journal();
    uint64_t worked = token_given(&scene);
    call_log_read(&scene);
    uint64_t begin = happens(&scene, LAYER_CONTROL, "rotate-password",
                             "user=anna result=done reason=1_session_will_be_refused", 0);
    scene.now_ms += 3660000;
    uint64_t first = refused_for_password(&scene, begin);
    uint64_t again = refused_for_password(&scene, begin);
    uint64_t last = refused_for_password(&scene, begin);
    explains(&scene);
    const struct finding *finding = first_of(&scene);
    assert_true(explain_is_broken(scene.explanation));
    assert_string_equal(failure_diagnosis(finding->failure),
                        "GRANT_INVALIDATED_BY_PASSWORD_CHANGE");
    assert_int_equal(finding->worked, worked);
    assert_int_equal(finding->begin, begin);
    assert_int_equal(finding->first, first);
    assert_int_equal(finding->seen[0], again);
    assert_int_equal(finding->last, last);
    assert_int_equal(finding->count, 3);
    assert_non_null(strstr(finding->says, "The password of anna was changed"));
    /* The note that it is going to break says nothing new now. */
    assert_int_equal(explain_count(scene.explanation), 1);
    wants_text(&scene, "Looked at and fine: REST data");
    scene_done(&scene);
}

static void what_is_going_to_break_is_a_note(void **state)
{
    (void)state;
    struct scene scene = given_journal();
    token_given(&scene);
    call_log_read(&scene);
    happens(&scene, LAYER_CONTROL, "rotate-password",
            "user=anna result=done reason=1_session_will_be_refused_at_the_next_refresh", 0);
    call_log_read(&scene);
    explains(&scene);
    wants_first(&scene, "password-rotated-stale-grant");
    assert_false(explain_is_broken(scene.explanation));
    wants_text(&scene, "Nothing is broken, as far as the provider sees.\n\nWorth knowing\n");
    scene_done(&scene);
}

static void a_new_login_ends_it(void **state)
{
    (void)state;
    struct scene scene = given_journal();
    uint64_t begin = happens(&scene, LAYER_CONTROL, "rotate-password", "user=anna result=done", 0);
    refused_for_password(&scene, begin);
    uint64_t mended = token_given(&scene);
    call_log_read(&scene);
    explains(&scene);
    wants_none(&scene);
    assert_int_equal(explain_count(scene.explanation), 1);
    assert_int_equal(first_of(&scene)->mended, mended);
    wants_text(&scene, "Over already\n- password-rotated-stale-grant");
    scene_done(&scene);
}

static void another_user_s_login_does_not(void **state)
{
    (void)state;
    struct scene scene = given_journal();
    refused_for_password(&scene, 0);
    happens(&scene, LAYER_OAUTH, "oauth.token",
            "status=200 grant_type=refresh_token user=ben session=s2", 0);
    explains(&scene);
    wants_first(&scene, "password-rotated-stale-grant");
    assert_true(explain_is_broken(scene.explanation));
    wants_text(&scene, "is not in the journal");
    scene_done(&scene);
}

static void what_the_client_says_of_itself_is_not_heard(void **state)
{
    (void)state;
    struct scene scene = given_journal();
    happens(&scene, LAYER_CLIENT, "oauth.token", "status=503", 0);
    happens(&scene, LAYER_CLIENT, "client.doctor", "findings=GRANT_REVOKED result=failed", 0);
    explains(&scene);
    wants_none(&scene);
    scene_done(&scene);
}

static void a_deed_that_was_refused_is_none(void **state)
{
    (void)state;
    struct scene scene = given_journal();
    happens(&scene, LAYER_CONTROL, "stop-proxy", "proxy=a result=refused", 0);
    explains(&scene);
    wants_none(&scene);
    happens(&scene, LAYER_CONTROL, "stop-proxy", "proxy=a result=done", 0);
    explains(&scene);
    wants_first(&scene, "primary-down-no-failover");
    scene_done(&scene);
}

static void a_role_lost_is_not_mended_by_the_own_extension(void **state)
{
    (void)state;
    struct scene scene = given_journal();
    uint64_t begin = happens(&scene, LAYER_CONTROL, "set-role", "user=anna result=done", 0);
    happens(&scene, LAYER_REST, "readCompanyCallLog",
            "status=403 code=CMN-408 user=anna path=/restapi/v1.0/account/~/call-log", begin);
    happens(&scene, LAYER_REST, "readUserCallLog", "status=200 user=anna", 0);
    explains(&scene);
    wants_first(&scene, "super-admin-downgraded");
    call_log_read(&scene);
    explains(&scene);
    wants_none(&scene);
    scene_done(&scene);
}

static void who_never_had_the_role_is_the_wrong_user(void **state)
{
    (void)state;
    struct scene scene = given_journal();
    happens(&scene, LAYER_REST, "readCompanyCallLog",
            "status=403 code=CMN-408 user=ben path=/restapi/v1.0/account/~/call-log", 0);
    explains(&scene);
    wants_first(&scene, "wrong-account-authorized");
    scene_done(&scene);
}

static void links_that_broke_alike_are_one_finding(void **state)
{
    (void)state;
    struct scene scene = given_journal();
    uint64_t begin = happens(&scene, LAYER_CONTROL, "set-account",
                             "args={\"status\":\"Disabled\"} result=done", 0);
    for (int i = 0; i < 10; i++) {
        char values[80];
        snprintf(values, sizeof values, "status=403 device=d%d reason=the_password_is_wrong", i);
        happens(&scene, LAYER_SIP, "sip.register", values, begin);
    }
    explains(&scene);
    wants_first(&scene, "sip-credentials-rotated");
    assert_int_equal(explain_count(scene.explanation), 1);
    assert_int_equal(first_of(&scene)->links, 10);
    assert_int_equal(first_of(&scene)->count, 10);
    scene_done(&scene);
}

static void broken_comes_before_degraded_and_a_note(void **state)
{
    (void)state;
    struct scene scene = given_journal();
    happens(&scene, LAYER_REST, "readCallRecordingContent", "status=404 user=anna", 0);
    happens(&scene, LAYER_CONTROL, "stop-proxy", "proxy=a result=done", 0);
    happens(&scene, LAYER_CONTROL, "move-proxy", "proxy=b result=done", 0);
    refused_for_password(&scene, 0);
    explains(&scene);
    static const char *const wanted[] = {"password-rotated-stale-grant", "outbound-proxy-changed",
                                         "primary-down-no-failover", "recording-not-ready-404"};
    assert_int_equal(explain_count(scene.explanation), 4);
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(failure_id(explain_at(scene.explanation, i)->failure), wanted[i]);
    scene_done(&scene);
}

static void an_event_belongs_to_the_first_row_it_fits(void **state)
{
    (void)state;
    struct scene scene = given_journal();
    happens(&scene, LAYER_NOTIFY, "notify.webhook",
            "result=failed subscription=x reason=Read_timed_out", 0);
    explains(&scene);
    wants_first(&scene, "webhook-handler-too-slow");
    assert_int_equal(explain_count(scene.explanation), 1);
    scene_done(&scene);
}

static void some_rows_want_it_several_times(void **state)
{
    (void)state;
    struct scene scene = given_journal();
    static const char expired[] = "status=401 code=OAU-213 user=anna session=s1";
    happens(&scene, LAYER_REST, "readExtension", expired, 0);
    happens(&scene, LAYER_REST, "readExtension", "status=200 user=anna session=s1", 0);
    happens(&scene, LAYER_REST, "readExtension", expired, 0);
    explains(&scene);
    wants_none(&scene); /* once each: how a client may notice */
    happens(&scene, LAYER_REST, "readExtension", expired, 0);
    explains(&scene);
    wants_first(&scene, "access-token-expired-no-refresh");
    assert_int_equal(first_of(&scene)->first, 3);
    scene_done(&scene);
}

static void a_subscription_nobody_renews_runs_out(void **state)
{
    (void)state;
    struct scene scene = given_journal();
    uint64_t made = happens(&scene, LAYER_REST, "createSubscription",
                            "status=200 user=anna subscription=x expires=600", 0);
    scene.now_ms += 599000;
    happens(&scene, LAYER_CONTROL, "advance", "result=done", 0);
    explains(&scene);
    wants_none(&scene);
    scene.now_ms += 1000;
    happens(&scene, LAYER_CONTROL, "advance", "result=done", 0);
    explains(&scene);
    wants_first(&scene, "webhook-subscription-expired");
    assert_int_equal(first_of(&scene)->begin, made);
    assert_int_equal(first_of(&scene)->ran_out_ms, START_MS + 600000);
    wants_text(&scene, "ran out");
    happens(&scene, LAYER_REST, "createSubscription",
            "status=200 user=anna subscription=y expires=600", 0);
    explains(&scene);
    wants_none(&scene);
    scene_done(&scene);
}

static void a_renewed_one_does_not(void **state)
{
    (void)state;
    struct scene scene = given_journal();
    happens(&scene, LAYER_REST, "createSubscription",
            "status=200 user=anna subscription=x expires=600", 0);
    scene.now_ms += 500000;
    happens(&scene, LAYER_REST, "renewSubscription",
            "status=200 user=anna subscription=x expires=600", 0);
    scene.now_ms += 500000;
    happens(&scene, LAYER_CONTROL, "advance", "result=done", 0);
    explains(&scene);
    wants_none(&scene);
    scene_done(&scene);
}

static void a_first_cause_that_the_journal_lost_is_told_by_number(void **state)
{
    (void)state;
    struct scene scene = {.journal = journal_new(&(struct journal_limits){.events = 2}),
                          .now_ms = START_MS};
    uint64_t begin = happens(&scene, LAYER_CONTROL, "rotate-password", "user=anna result=done", 0);
    refused_for_password(&scene, begin);
    refused_for_password(&scene, begin);
    explains(&scene);
    assert_int_equal(first_of(&scene)->begin, begin);
    wants_text(&scene, "#1 (no longer in the journal)");
    wants_text(&scene, "The journal begins at #2: what was before is lost");
    scene_done(&scene);
}

static void more_links_than_can_be_followed_are_counted(void **state)
{
    (void)state;
    struct scene scene = given_journal();
    for (int i = 0; i <= EXPLAIN_LINKS_MAX; i++) {
        char values[80];
        snprintf(values, sizeof values, "status=603 device=d%d", i);
        happens(&scene, LAYER_SIP, "sip.register", values, 0);
    }
    explains(&scene);
    assert_in_range(first_of(&scene)->links, EXPLAIN_LINKS_MAX - 10, EXPLAIN_LINKS_MAX);
    wants_text(&scene, "There was more than can be followed at once");
    scene_done(&scene);
}

int main(void)
{
    const struct CMUnitTest explain[] = {
        cmocka_unit_test(every_row_is_in_the_catalogue_and_can_be_told),
        cmocka_unit_test(an_empty_journal_says_so),
        cmocka_unit_test(a_healthy_day_has_no_finding),
        cmocka_unit_test(a_refused_refresh_is_led_back_to_the_password),
        cmocka_unit_test(what_is_going_to_break_is_a_note),
        cmocka_unit_test(a_new_login_ends_it),
        cmocka_unit_test(another_user_s_login_does_not),
        cmocka_unit_test(what_the_client_says_of_itself_is_not_heard),
        cmocka_unit_test(a_deed_that_was_refused_is_none),
        cmocka_unit_test(a_role_lost_is_not_mended_by_the_own_extension),
        cmocka_unit_test(who_never_had_the_role_is_the_wrong_user),
        cmocka_unit_test(links_that_broke_alike_are_one_finding),
        cmocka_unit_test(broken_comes_before_degraded_and_a_note),
        cmocka_unit_test(an_event_belongs_to_the_first_row_it_fits),
        cmocka_unit_test(some_rows_want_it_several_times),
        cmocka_unit_test(a_subscription_nobody_renews_runs_out),
        cmocka_unit_test(a_renewed_one_does_not),
        cmocka_unit_test(a_first_cause_that_the_journal_lost_is_told_by_number),
        cmocka_unit_test(more_links_than_can_be_followed_are_counted),
    };
    return cmocka_run_group_tests(explain, NULL, NULL);
}
