/* Who gets through the gate, and what the others are told: each row is one way to be refused. */
#include "support/rest_world.h"

static void without_a_usable_header_the_gateway_refuses(void **state)
{
    static const struct {
        const char *label, *header, *query, *code;
    } rows[] = {
        {"no header", NULL, "", "AGW-401"},
        {"another scheme", "Basic YWJjOmRlZg==", "", "AGW-402"},
        {"no token", "Bearer", "", "AGW-402"},
        {"only blanks", "Bearer   ", "", "AGW-402"},
        {"empty in the query", NULL, "?access_token=", "AGW-402"},
        {"not a token's characters", "Bearer abc{def}abc{def}abc", "", "OAU-149"},
        {"too short to be one", "Bearer abc", "", "OAU-149"},
        {"never issued", "Bearer U0pDMTFQMDF8abcdefghijklmnopqrstuv", "", "OAU-213"},
    };
    struct rest *rest = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char target[128];
        print_message("%s\n", rows[i].label);
        rest_as(rest, NULL);
        if (rows[i].header)
            rest_header(rest, "Authorization", rows[i].header);
        snprintf(target, sizeof target, "%s%s", OWN_PATH, rows[i].query);
        rest_get(rest, target);
        assert_refused(rest, 401, rows[i].code);
        assert_string_equal(rest_reply_header(rest, "WWW-Authenticate"),
                            "Bearer realm=\"RingCentral REST API\"");
        bool is_token_error = text_starts(rows[i].code, "OAU");
        assert_string_equal(rest_text(rest, "errorCode"),
                            is_token_error ? "TokenInvalid" : rows[i].code);
    }
}

static void the_scheme_is_read_in_any_case_and_the_token_from_the_query_too(void **state)
{
    struct rest *rest = *state;
    struct session *session = rest->session;
    static const char *const schemes[] = {"bearer", "Bearer", "BEARER"};
    rest_as(rest, NULL);
    for (size_t i = 0; i < 3; i++) {
        char header[300];
        snprintf(header, sizeof header, "%s  %s ", schemes[i], session->current.access);
        rest_header(rest, "authorization", header);
        assert_int_equal(rest_get(rest, OWN_PATH), 200);
    }
    char target[400];
    snprintf(target, sizeof target, "%s?access_token=%s", OWN_PATH, session->current.access);
    assert_int_equal(rest_get(rest, target), 200);
    assert_null(strstr(event_get(&rest->event, EVENT_QUERY), session->current.access));
}

static void a_good_call_names_its_caller_in_the_journal(void **state)
{
    struct rest *rest = *state;
    assert_int_equal(rest_get(rest, OWN_PATH), 200);
    assert_string_equal(event_get(&rest->event, EVENT_USER), "Ann@7001.test");
    assert_string_equal(event_get(&rest->event, EVENT_CLIENT_ID), "app-1");
    assert_string_equal(event_get(&rest->event, EVENT_SESSION), rest->session->id);
    assert_string_equal(rest->event.op, "readExtension");
    assert_true(rest->session->current.is_used);
}

static void an_expired_token_is_told_so(void **state)
{
    struct rest *rest = *state;
    clock_advance(rest->world, 3600000);
    rest_get(rest, OWN_PATH);
    assert_refused(rest, 401, "OAU-128");
}

static void an_ended_session_is_not_found_and_its_end_is_the_cause(void **state)
{
    struct rest *rest = *state;
    session_end(rest->world, rest->session, SESSION_PASSWORD_CHANGED, 42);
    rest_get(rest, OWN_PATH);
    assert_refused(rest, 401, "OAU-213");
    assert_int_equal(rest->event.cause, 42);
    assert_string_equal(event_get(&rest->event, EVENT_REASON), "password-changed");
}

static void a_session_past_its_absolute_limit_is_expired(void **state)
{
    struct rest *rest = *state;
    session_end(rest->world, rest->session, SESSION_TIMED_OUT, 0);
    rest_get(rest, OWN_PATH);
    assert_refused(rest, 401, "OAU-128");
}

/* oauth.md 7: for a moment corrupted, then not found; let through with the knob. */
static void a_superseded_token_is_corrupted_for_ten_seconds(void **state)
{
    struct rest *rest = *state;
    char old[300];
    snprintf(old, sizeof old, "Bearer %s", rest->session->current.access);
    session_rotate(rest->world, rest->session, 3600000, 604800000);
    rest_as(rest, NULL);
    rest_header(rest, "Authorization", old);
    rest_get(rest, OWN_PATH);
    assert_refused(rest, 401, "OAU-129");

    rest->world->knobs.oauth_old_access = KNOB_OLD_ACCESS_GRACE;
    rest_header(rest, "Authorization", old);
    assert_int_equal(rest_get(rest, OWN_PATH), 200);

    clock_advance(rest->world, 10000);
    rest_header(rest, "Authorization", old);
    rest_get(rest, OWN_PATH);
    assert_refused(rest, 401, "OAU-213");
}

static void suspend_app(struct rest *rest)
{
    rest->app->status = APP_SUSPENDED;
    rest->app->status_cause = 9;
}

static void make_sandbox(struct rest *rest)
{
    rest->app->is_sandbox = true;
}

static void suspend_account(struct rest *rest)
{
    rest->world->accounts[0]->status = ACCOUNT_DISABLED;
    rest->world->accounts[0]->status_cause = 9;
}

static void set_status(struct rest *rest, enum user_status status)
{
    struct user *user = user_named(rest->world, "Ann");
    user->status = status;
    user->status_cause = 9;
}

static void disable(struct rest *rest)
{
    set_status(rest, USER_DISABLED);
}

static void freeze(struct rest *rest)
{
    set_status(rest, USER_FROZEN);
}

static void deactivate(struct rest *rest)
{
    set_status(rest, USER_NOT_ACTIVATED);
}

static void delete (struct rest *rest)
{
    struct user *user = user_named(rest->world, "Ann");
    user->is_deleted = true;
    user->status_cause = 9;
}

static void the_state_of_app_account_and_user_is_judged_in_this_order(void **state)
{
    static const struct {
        const char *label;
        void (*change)(struct rest *rest);
        int status;
        const char *code;
        uint64_t cause;
    } rows[] = {
        {"frozen", freeze, 400, "OAU-236", 9},
        {"disabled", disable, 400, "OAU-236", 9},
        {"not activated", deactivate, 401, "CMN-405", 9},
        {"account suspended", suspend_account, 401, "OAU-142", 9},
        {"deleted", delete, 400, "OAU-232", 9},
        {"sandbox keys", make_sandbox, 401, "OAU-165", 0},
        {"app suspended", suspend_app, 401, "OAU-127", 9},
    };
    struct rest *rest = *state;
    /* The changes stay: each later row is judged before the earlier ones. */
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        print_message("%s\n", rows[i].label);
        rows[i].change(rest);
        rest_get(rest, OWN_PATH);
        assert_refused(rest, rows[i].status, rows[i].code);
        assert_int_equal(rest->event.cause, rows[i].cause);
    }
}

static void a_missing_scope_is_named_and_its_change_is_the_cause(void **state)
{
    struct rest *rest = *state;
    rest->session->scopes = SCOPE_BIT(READ_CALL_LOG);
    rest->app->scopes_cause = 5;
    rest_get(rest, OWN_PATH);
    assert_refused(rest, 403, "CMN-401");
    assert_string_equal(rest_text(rest, "errorCode"), "InsufficientPermissions");
    assert_string_equal(rest_text(rest, "permissionName"), "ReadAccounts");
    assert_string_equal(rest_text(rest, "errors[0].permissionName"), "ReadAccounts");
    assert_string_equal(event_get(&rest->event, EVENT_SCOPE), "ReadAccounts");
    assert_int_equal(rest->event.cause, 5);
}

static void a_wider_scope_includes_the_narrower(void **state)
{
    struct rest *rest = *state;
    rest->session->scopes = SCOPE_BIT(EDIT_ACCOUNTS);
    assert_int_equal(rest_get(rest, OWN_PATH), 200);
}

static void scopes_are_those_of_the_consent_unless_the_knob_says_live(void **state)
{
    struct rest *rest = *state;
    rest->app->scopes = 0;
    assert_int_equal(rest_get(rest, OWN_PATH), 200);
    rest->world->knobs.oauth_scope_binding = KNOB_SCOPE_LIVE;
    rest_get(rest, OWN_PATH);
    assert_refused(rest, 403, "CMN-401");
}

static void what_a_role_does_not_reach_is_refused(void **state)
{
    static const struct {
        const char *label, *who, *target;
        int status;
        const char *code, *permission;
    } rows[] = {
        {"a standard user, company numbers", "Bob", ACCOUNT_PATH "/phone-number", 403, "CMN-408",
         "ReadCompanyPhoneNumbers"},
        {"a standard user, company call log", "Bob", ACCOUNT_PATH "/call-log", 403, "CMN-408",
         "FullCompanyCallLog"},
        {"a manager, company devices", "Mia", ACCOUNT_PATH "/device/800000000001", 403, "CMN-408",
         "ReadCompanyDevices"},
        {"a standard user, active calls of all", "Bob", ACCOUNT_PATH "/active-calls", 403,
         "CMN-419", "ReadCallLog"},
        {"a standard user, another", "Bob", ACCOUNT_PATH "/extension/7101", 403, "CMN-404", NULL},
        {"a standard user, another's devices", "Bob", ACCOUNT_PATH "/extension/7101/device", 403,
         "CMN-404", NULL},
    };
    struct rest *rest = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        print_message("%s\n", rows[i].label);
        rest_as(rest, rows[i].who);
        user_named(rest->world, rows[i].who)->role_cause = 3;
        rest_get(rest, rows[i].target);
        assert_refused(rest, rows[i].status, rows[i].code);
        assert_int_equal(rest->event.cause, 3);
        if (rows[i].permission) {
            assert_string_equal(rest_text(rest, "permissionName"), rows[i].permission);
            assert_string_equal(event_get(&rest->event, EVENT_PERMISSION), rows[i].permission);
        }
    }
    rest_as(rest, "Bob");
    assert_int_equal(rest_get(rest, ACCOUNT_PATH "/extension/7102"), 200);
}

static void ids_in_a_path_are_numbers_of_the_callers_own_account(void **state)
{
    static const struct {
        const char *target;
        int status;
        const char *code, *parameter;
    } rows[] = {
        {"/restapi/v1.0/account/abc", 400, "CMN-101", "accountId"},
        {"/restapi/v1.0/account/7901", 404, "CMN-102", "accountId"},
        {"/restapi/v1.0/account/1", 404, "CMN-102", "accountId"},
        {"/restapi/v1.0/account/~/extension/x", 400, "CMN-101", "extensionId"},
        {"/restapi/v1.0/account/~/extension/7902", 404, "CMN-102", "extensionId"},
        {"/restapi/v1.0/account/~/extension/99999999999999999999", 400, "CMN-101", "extensionId"},
        {"/restapi/v1.0/account/~/extension/1", 404, "CMN-102", "extensionId"},
    };
    struct rest *rest = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        print_message("%s\n", rows[i].target);
        rest_get(rest, rows[i].target);
        assert_refused(rest, rows[i].status, rows[i].code);
        assert_string_equal(rest_text(rest, "parameterName"), rows[i].parameter);
        assert_string_equal(event_get(&rest->event, EVENT_PARAMETER), rows[i].parameter);
    }
    assert_int_equal(rest_get(rest, "/restapi/v1.0/account/7001/extension/7101"), 200);
}

static void the_rate_is_told_and_then_kept(void **state)
{
    struct rest *rest = *state;
    rest->world->knobs.rate_limits = KNOB_RATE_REAL;
    for (int left = 49; left >= 0; left--) {
        char text[12];
        assert_int_equal(rest_get(rest, OWN_PATH), 200);
        snprintf(text, sizeof text, "%d", left);
        assert_string_equal(rest_reply_header(rest, "X-Rate-Limit-Remaining"), text);
    }
    assert_string_equal(rest_reply_header(rest, "X-Rate-Limit-Group"), "light");
    assert_string_equal(rest_reply_header(rest, "X-Rate-Limit-Limit"), "50");
    assert_string_equal(rest_reply_header(rest, "X-Rate-Limit-Window"), "60");
    assert_null(rest_reply_header(rest, "Retry-After"));
    rest_get(rest, OWN_PATH);
    assert_refused(rest, 429, "CMN-301");
    assert_string_equal(rest_reply_header(rest, "Retry-After"), "60");
    assert_string_equal(rest_reply_header(rest, "X-Rate-Limit-Remaining"), "0");
    assert_string_equal(event_get(&rest->event, EVENT_RATE_GROUP), "light");
    /* Another group has its own count. */
    assert_int_equal(rest_get(rest, ACCOUNT_PATH "/extension"), 200);
}

static void the_rate_is_judged_before_the_scope(void **state)
{
    struct rest *rest = *state;
    rest->world->knobs.rate_limits = KNOB_RATE_REAL;
    rest->world->knobs.rate_light = 1;
    rest->session->scopes = 0;
    rest_get(rest, OWN_PATH);
    assert_refused(rest, 403, "CMN-401");
    rest_get(rest, OWN_PATH);
    assert_refused(rest, 429, "CMN-301");
}

static void unthrottled_calls_carry_no_rate_headers(void **state)
{
    struct rest *rest = *state;
    rest->world->knobs.rate_limits = KNOB_RATE_REAL;
    rest_as(rest, NULL);
    assert_int_equal(rest_get(rest, "/restapi"), 200);
    assert_null(rest_reply_header(rest, "X-Rate-Limit-Group"));
    rest_get(rest, OWN_PATH);
    assert_int_equal(rest->reply.status, 401);
    assert_null(rest_reply_header(rest, "X-Rate-Limit-Group"));
}

static void every_answer_says_which_request_it_was(void **state)
{
    static const char *const targets[] = {"/restapi", OWN_PATH, "/restapi/v1.0/nothing",
                                          "/elsewhere"};
    struct rest *rest = *state;
    char before[ID_UUID_LEN] = "";
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        rest_get(rest, targets[i]);
        const char *id = rest_reply_header(rest, "RCRequestId");
        assert_non_null(id);
        assert_string_not_equal(id, before);
        assert_string_equal(event_get(&rest->event, EVENT_REQUEST_ID), id);
        assert_string_equal(rest_reply_header(rest, "Content-Language"), "en-US");
        assert_non_null(rest_reply_header(rest, "RoutingKey"));
        snprintf(before, sizeof before, "%s", id);
    }
}

static void a_fault_rule_may_name_the_user(void **state)
{
    struct rest *rest = *state;
    struct diag diag;
    const char *why = NULL, *name,
               *rule = "{\"match\":{\"user\":\"Ann@7001.test\"},\"kind\":\"answer\","
                       "\"status\":503,\"code\":\"CMN-201\"}";
    const struct node *map = json_parse(&rest->arena, rule, strlen(rule), &why);
    assert_int_equal(fault_arm(rest->api.faults, map, "t", 0, 0, &name, &diag), 0);
    rest_get(rest, OWN_PATH);
    assert_refused(rest, 503, "CMN-201");
    rest_as(rest, "Bob");
    assert_int_equal(rest_get(rest, OWN_PATH), 200);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rest_setup, rest_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(without_a_usable_header_the_gateway_refuses),
        TEST(the_scheme_is_read_in_any_case_and_the_token_from_the_query_too),
        TEST(a_good_call_names_its_caller_in_the_journal),
        TEST(an_expired_token_is_told_so),
        TEST(an_ended_session_is_not_found_and_its_end_is_the_cause),
        TEST(a_session_past_its_absolute_limit_is_expired),
        TEST(a_superseded_token_is_corrupted_for_ten_seconds),
        TEST(the_state_of_app_account_and_user_is_judged_in_this_order),
        TEST(a_missing_scope_is_named_and_its_change_is_the_cause),
        TEST(a_wider_scope_includes_the_narrower),
        TEST(scopes_are_those_of_the_consent_unless_the_knob_says_live),
        TEST(what_a_role_does_not_reach_is_refused),
        TEST(ids_in_a_path_are_numbers_of_the_callers_own_account),
        TEST(the_rate_is_told_and_then_kept),
        TEST(the_rate_is_judged_before_the_scope),
        TEST(unthrottled_calls_carry_no_rate_headers),
        TEST(every_answer_says_which_request_it_was),
        TEST(a_fault_rule_may_name_the_user),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) ? 1 : 0;
}
