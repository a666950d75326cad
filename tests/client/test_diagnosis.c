/* The one table from what was seen to a name. */
#include "diagnosis.h"

#include <stdio.h>
#include <string.h>

#include "support/cmocka_all.h"

static void symptoms_have_their_names(void **state)
{
    static const struct {
        enum symptom_of at;
        int status;
        const char *code, *error;
        enum condition condition;
        const char *want; /* NULL: shown raw */
    } rows[] = {
        {AT_SIGN_IN, 200, "OAU-147", "sign_in_refused", ALWAYS, "SERVICE_ACCOUNT_LOCKED"},
        {AT_SIGN_IN, 200, "OAU-140", "sign_in_refused", ALWAYS, "SIGN_IN_REFUSED"},
        {AT_SIGN_IN, 200, "", "sign_in_refused", ALWAYS, "SIGN_IN_REFUSED"},
        {AT_SIGN_IN, 302, "", "access_denied", ALWAYS, "CONSENT_DECLINED"},
        {AT_SIGN_IN, 302, "", "state_mismatch", ALWAYS, "RETURN_STATE_LOST"},
        {AT_SIGN_IN, 403, "OAU-113", "invalid_client", ALWAYS, "APP_HAS_NO_REDIRECT"},
        {AT_SIGN_IN, 400, "OAU-109", "invalid_grant", ALWAYS, "REDIRECT_URI_NOT_REGISTERED"},
        {AT_SIGN_IN, 403, "OAU-101", "", ALWAYS, "BRAND_MISMATCH"},
        {AT_SIGN_IN, 400, "OAU-146", "invalid_client", ALWAYS, "CLIENT_CREDENTIALS_REJECTED"},
        {AT_SIGN_IN, 400, "OAU-153", "invalid_client", ALWAYS, "CLIENT_CREDENTIALS_REJECTED"},
        {AT_SIGN_IN, 400, "OAU-108", "invalid_grant", ALWAYS, "AUTH_CODE_EXPIRED"},
        {AT_SIGN_IN, 0, "", "no_answer", ALWAYS, "EGRESS_BLOCKED"},
        {AT_SIGN_IN, 200, "", "second_factor_required", ALWAYS,
         "INTERACTIVE_LOGIN_BLOCKED_BY_POLICY"},
        {AT_REFRESH, 400, "OAU-213", "invalid_grant", WITHIN_REFRESH_LIFE,
         "GRANT_INVALIDATED_BY_PASSWORD_CHANGE"},
        {AT_REFRESH, 400, "", "invalid_grant", WITHIN_REFRESH_LIFE,
         "GRANT_INVALIDATED_BY_PASSWORD_CHANGE"},
        {AT_REFRESH, 400, "OAU-213", "invalid_grant", PAST_REFRESH_LIFE, "REFRESH_TOKEN_EXPIRED"},
        /* What it answers to any dead refresh token may be this code (failures.md 1.1). */
        {AT_REFRESH, 400, "OAU-210", "invalid_grant", PAST_REFRESH_LIFE, "REFRESH_TOKEN_EXPIRED"},
        {AT_REFRESH, 400, "OAU-210", "invalid_grant", WITHIN_REFRESH_LIFE,
         "GRANT_INVALIDATED_BY_PASSWORD_CHANGE"},
        {AT_REFRESH, 400, "OAU-210", "invalid_grant", PAST_SESSION_LIFE,
         "SESSION_ABSOLUTE_TIMEOUT"},
        {AT_REFRESH, 400, "OAU-213", "invalid_grant", PAST_SESSION_LIFE,
         "GRANT_INVALIDATED_BY_PASSWORD_CHANGE"},
        {AT_WEBHOOK, 403, "SUB-412", "", WITHIN_REFRESH_LIFE, "EVENT_FILTER_DISABLED"},
        {AT_REFRESH, 400, "OAU-142", "invalid_grant", WITHIN_REFRESH_LIFE, "ACCOUNT_SUSPENDED"},
        {AT_REFRESH, 400, "OAU-141", "invalid_grant", WITHIN_REFRESH_LIFE, "SERVICE_USER_DISABLED"},
        {AT_REFRESH, 401, "OAU-146", "invalid_client", WITHIN_REFRESH_LIFE, "VENDOR_APP_DISABLED"},
        {AT_REFRESH, 400, "OAU-153", "invalid_client", WITHIN_REFRESH_LIFE,
         "CLIENT_CREDENTIALS_REJECTED"},
        {AT_REFRESH, 503, "CMN-201", "", WITHIN_REFRESH_LIFE, "TOKEN_ENDPOINT_UNAVAILABLE"},
        {AT_REFRESH, 0, "", "", WITHIN_REFRESH_LIFE, "TOKEN_ENDPOINT_UNAVAILABLE"},
        {AT_REFRESH, 429, "CMN-301", "", WITHIN_REFRESH_LIFE, "AUTH_RATE_LIMITED"},
        {AT_REST, 401, "OAU-213", "TokenInvalid", WITHIN_REFRESH_LIFE,
         "GRANT_INVALIDATED_BY_PASSWORD_CHANGE"},
        {AT_REST, 401, "OAU-128", "TokenInvalid", WITHIN_REFRESH_LIFE,
         "ACCESS_TOKEN_EXPIRED_NOT_REFRESHED"},
        {AT_REST, 401, "OAU-129", "TokenInvalid", WITHIN_REFRESH_LIFE, "STORED_TOKEN_CORRUPT"},
        {AT_REST, 401, "OAU-142", "", WITHIN_REFRESH_LIFE, "ACCOUNT_SUSPENDED"},
        {AT_REST, 400, "OAU-236", "", WITHIN_REFRESH_LIFE, "SERVICE_USER_DISABLED"},
        {AT_REST, 400, "OAU-232", "", WITHIN_REFRESH_LIFE, "SERVICE_USER_DISABLED"},
        {AT_REST, 401, "CMN-405", "", WITHIN_REFRESH_LIFE, "SERVICE_USER_DISABLED"},
        {AT_REST, 401, "OAU-127", "", WITHIN_REFRESH_LIFE, "VENDOR_APP_DISABLED"},
        {AT_REST, 403, "CMN-401", "InsufficientPermissions", ALWAYS, "APP_SCOPE_MISSING"},
        {AT_REST, 403, "CMN-109", "", ALWAYS, "FEATURE_NOT_IN_PLAN"},
        {AT_WEBHOOK, 400, "SUB-521", "", ALWAYS, "WEBHOOK_VALIDATION_FAILED"},
        {AT_WEBHOOK, 400, "SUB-524", "", ALWAYS, "WEBHOOK_TLS_CHAIN_INCOMPLETE"},
        {AT_WEBHOOK, 403, "SUB-505", "", ALWAYS, "SUBSCRIPTION_LIMIT_REACHED"},
        {AT_WEBHOOK, 403, "CMN-401", "", ALWAYS, "APP_SCOPE_MISSING"},
        {AT_SOCKET, 403, "CMN-401", "", ALWAYS, "WS_SCOPE_MISSING"},
        {AT_SOCKET, 403, "SUB-528", "", ALWAYS, "WS_SCOPE_MISSING"},
        {AT_SOCKET, 401, "OAU-213", "", PAST_REFRESH_LIFE, "REFRESH_TOKEN_EXPIRED"},
        {AT_SOCKET, 503, "", "", ALWAYS, "PLATFORM_UNAVAILABLE"},
        {AT_REST, 429, "CMN-301", "", ALWAYS, "RATE_LIMIT_TRAP"},
        {AT_REST, 503, "", "", ALWAYS, "PLATFORM_UNAVAILABLE"},
        {AT_REST, 0, "", "", ALWAYS, "EGRESS_BLOCKED"},
        {AT_CALL_LOG, 403, "CMN-408", "", ALWAYS, "ROLE_LOST_PERMISSIONS"},
        {AT_CALL_LOG, 403, "CMN-402", "", ALWAYS, "ROLE_LOST_PERMISSIONS"},
        {AT_CALL_LOG, 403, "CMN-404", "", ALWAYS, "ROLE_LOST_PERMISSIONS"},
        {AT_CALL_LOG, 403, "CMN-401", "", ALWAYS, "APP_SCOPE_MISSING"},
        {AT_CALL_LOG, 429, "CMN-301", "", ALWAYS, "RATE_LIMIT_TRAP"},
        {AT_CALL_LOG, 500, "CMN-203", "", ALWAYS, "PLATFORM_UNAVAILABLE"},
        {AT_RECORDING, 403, "CMN-109", "", ALWAYS, "RECORDING_DISABLED_AT_PLATFORM"},
        {AT_RECORDING, 403, "CMN-408", "", ALWAYS, "RECORDING_ACCESS_DENIED"},
        {AT_RECORDING, 403, "CMN-401", "", ALWAYS, "APP_SCOPE_MISSING"},
        {AT_REGISTER, 401, "", "", ALWAYS, "SIP_SECRET_REJECTED"},
        {AT_REGISTER, 403, "", "", ALWAYS, "SIP_SECRET_REJECTED"},
        {AT_REGISTER, 404, "", "", ALWAYS, "SIP_LINE_REMOVED"},
        {AT_REGISTER, 603, "", "", ALWAYS, "TOO_MANY_CONTACTS"},
        {AT_REST, 418, "TEA-001", "", ALWAYS, NULL},
        {AT_REST, 403, "CMN-999", "", ALWAYS, NULL},
        {AT_REGISTER, 486, "", "", ALWAYS, NULL},
        {AT_SIGN_IN, 400, "OAU-999", "strange", ALWAYS, NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const char *got = diagnosis_of(rows[i].at, rows[i].status, rows[i].code, rows[i].error,
                                       rows[i].condition);
        const char *want = rows[i].want ? rows[i].want : "(raw)";
        if (strcmp(got ? got : "(raw)", want) != 0)
            fail_msg("row %zu (%d %s %s): wanted %s, was %s", i, rows[i].status, rows[i].code,
                     rows[i].error, want, got ? got : "(raw)");
        if (got)
            assert_non_null(diagnosis_find(got));
    }
}

static void every_name_has_a_plane_and_a_remedy_and_stands_once(void **state)
{
    static const char *const planes[] = {"oauth",       "rest",          "events", "recording",
                                         "sip.primary", "sip.secondary", "handset"};
    for (size_t i = 0; i < diagnosis_count; i++) {
        bool is_plane = false;
        for (size_t j = 0; j < sizeof(planes) / sizeof(*planes); j++)
            is_plane = is_plane || strcmp(planes[j], diagnoses[i].plane) == 0;
        print_message("%s\n", diagnoses[i].name);
        assert_true(is_plane);
        assert_true(strlen(diagnoses[i].remedy) > 10);
        assert_int_equal(diagnosis_rank(diagnoses[i].name), i);
    }
    assert_int_equal(diagnosis_rank("NO_SUCH_NAME"), diagnosis_count);
}

static void causes_rank_before_what_they_cause(void **state)
{
    static const char *const pairs[][2] = {
        {"SERVICE_ACCOUNT_LOCKED", "GRANT_INVALIDATED_BY_PASSWORD_CHANGE"},
        {"GRANT_INVALIDATED_BY_PASSWORD_CHANGE", "SIGN_IN_REFUSED"},
        {"GRANT_INVALIDATED_BY_PASSWORD_CHANGE", "ROLE_LOST_PERMISSIONS"},
        {"ACCOUNT_SUSPENDED", "SIP_SECRET_REJECTED"},
        {"OUTBOUND_PROXY_DRIFT", "PRIMARY_PROXY_DOWN"},
        {"PRIMARY_PROXY_DOWN", "RUNNING_ON_SECONDARY"},
        {"SIP_DOMAIN_INVALID", "SIP_SECRET_REJECTED"},
        {"AUTHORIZED_AS_WRONG_USER", "GRANT_PENDING_SAVE"},
    };
    for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
        assert_true(diagnosis_rank(pairs[i][0]) < diagnosis_rank(pairs[i][1]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(symptoms_have_their_names),
        cmocka_unit_test(every_name_has_a_plane_and_a_remedy_and_stands_once),
        cmocka_unit_test(causes_rank_before_what_they_cause),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
