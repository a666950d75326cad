/* Every error of oauth/errors.def, provoked: one row each, and no row may be missing. */
#include "support/oauth_probe.h"

#include "fault/fault.h"
#include "oauth/refuse.h"

#define AUTHORIZE "/restapi/oauth/authorize?"
#define GOOD      "response_type=code&client_id=conf&redirect_uri=https%3A%2F%2Fccaas.example%2Fcb"
#define TOKEN     "/restapi/oauth/token"
#define CODE      "grant_type=authorization_code&redirect_uri=https://ccaas.example/cb&code=$C"
#define REFRESH   "grant_type=refresh_token&refresh_token=$R"
#define PASSWORD  "grant_type=password&username=alice@acme.test&password=Correct7%21Horse"
#define JWT       "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion=$J"
#define JWT_AUTH  "&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
#define PUBLIC    "none" /* no Authorization header */

typedef void setup_fn(struct probe *probe);

static void suspend_app(struct probe *probe)
{
    probe->conf->status = APP_SUSPENDED;
    probe->conf->status_cause = 41;
}

static void make_sandbox(struct probe *probe)
{
    probe->conf->is_sandbox = true;
}

static void drop_redirects(struct probe *probe)
{
    free(probe->conf->redirect_uris[0]);
    probe->conf->redirect_count = 0;
}

static void drop_grants(struct probe *probe)
{
    probe->conf->grants = 0;
    probe->conf->issues_refresh = false;
}

static void intersect_scopes(struct probe *probe)
{
    probe->world->knobs.oauth_scope_parameter = KNOB_SCOPE_INTERSECT;
}

static void wait_a_minute(struct probe *probe)
{
    clock_advance(probe->world, 60000);
}

static void wait_a_week(struct probe *probe)
{
    clock_advance(probe->world, 604800000);
}

static void end_sessions(struct probe *probe)
{
    session_end_user(probe->world, ALICE, SESSION_PASSWORD_CHANGED, false, 42);
}

static void allow_password(struct probe *probe)
{
    probe->world->knobs.oauth_password_grant = true;
}

static void lock_alice(struct probe *probe)
{
    allow_password(probe);
    probe->alice->locked_until_ms = clock_now(probe->world) + 1;
    probe->alice->lock_cause = 43;
}

static void lock_sso_alice(struct probe *probe)
{
    lock_alice(probe);
    probe->alice->has_sso = true;
}

static void ask_second_factor(struct probe *probe)
{
    allow_password(probe);
    probe->alice->has_mfa = true;
}

static void make_site(struct probe *probe)
{
    allow_password(probe);
    probe->queue->type = USER_SITE;
}

static void use_foreign_number(struct probe *probe)
{
    allow_password(probe);
    struct phone_number *number = phone_number_add(probe->world, 2, PROBE_ACCOUNT);
    phone_number_set(probe->world, number, "+442075550100");
    number->user_id = ALICE;
}

static void disable_alice(struct probe *probe)
{
    probe->alice->status = USER_FROZEN;
    probe->alice->status_cause = 44;
}

static void suspend_account(struct probe *probe)
{
    probe->account->status = ACCOUNT_DISABLED;
    probe->account->status_cause = 45;
}

static void lose_account(struct probe *probe)
{
    probe->alice->account_id = 1;
}

static void delete_alice(struct probe *probe)
{
    probe->alice->is_deleted = true;
    probe->alice->status_cause = 46;
}

static void close_to_brand(struct probe *probe)
{
    xset(&probe->conf->brands, "6010 2020");
}

static const struct {
    enum oauth_error error;
    const char *target, *form, *auth; /* auth NULL: conf's */
    setup_fn *setup;                  /* after the grant that $C, $R, $J come from */
    uint64_t cause;
} rows[] = {
    {OAUTH_MISSING, TOKEN, "", NULL, NULL, 0},
    {OAUTH_INVALID, TOKEN, REFRESH "&access_token_ttl=soon", NULL, NULL, 0},
    {OAUTH_UNREADABLE, TOKEN, REFRESH "&x=%zz", NULL, NULL, 0},
    {OAUTH_UNREADABLE, TOKEN, REFRESH "&x=%ff", NULL, NULL, 0},
    {OAUTH_REPEATED, AUTHORIZE GOOD "&client_id=conf", NULL, NULL, NULL, 0},
    {OAUTH_REPEATED, TOKEN, REFRESH "&grant_type=refresh_token", NULL, NULL, 0},
    {OAUTH_DIFFERS, TOKEN "?client_id=pub", REFRESH "&client_id=conf", NULL, NULL, 0},
    {OAUTH_DIFFERS, TOKEN, REFRESH "&client_id=pub", NULL, NULL, 0},
    {OAUTH_DIFFERS, AUTHORIZE GOOD "&brandId=1210&brand_id=6010", NULL, NULL, NULL, 0},
    {OAUTH_INCOMPLETE, TOKEN, "grant_type=password&username=alice", NULL, allow_password, 0},
    {OAUTH_NO_CLIENT, TOKEN, REFRESH, PUBLIC, NULL, 0},
    {OAUTH_NO_CLIENT, TOKEN, REFRESH, "Basic OnNlY3JldA==", NULL, 0},
    {OAUTH_NO_CLIENT, TOKEN, REFRESH, "Basic cHViOg==", NULL, 0}, /* pub, empty secret */
    {OAUTH_NO_CLIENT, AUTHORIZE "response_type=code", NULL, NULL, NULL, 0},
    {OAUTH_BAD_BASIC, TOKEN, REFRESH, "Basic", NULL, 0},
    {OAUTH_BAD_BASIC, TOKEN, REFRESH, "Basic !!!", NULL, 0},
    {OAUTH_BAD_BASIC, TOKEN, REFRESH, "Basic Y29uZg==", NULL, 0}, /* no colon */
    {OAUTH_BAD_BASIC, TOKEN, REFRESH, "Basic //86/w==", NULL, 0}, /* no UTF-8 */
    {OAUTH_BAD_SCHEME, TOKEN, REFRESH, "Bearer Y29uZjphcHAtc2VjcmV0", NULL, 0},
    {OAUTH_BAD_SCHEME, TOKEN, REFRESH "&client_assertion_type=saml", PUBLIC, NULL, 0},
    {OAUTH_UNKNOWN_CLIENT, TOKEN, REFRESH, "Basic bm9ib2R5OnNlY3JldA==", NULL, 0},
    {OAUTH_UNKNOWN_CLIENT, TOKEN, REFRESH "&client_id=nobody", PUBLIC, NULL, 0},
    {OAUTH_UNKNOWN_CLIENT, TOKEN, REFRESH "&client_id=conf&client_secret=app-secret", PUBLIC, NULL,
     0},
    {OAUTH_UNKNOWN_CLIENT, AUTHORIZE "response_type=code&client_id=nobody", NULL, NULL, NULL, 0},
    {OAUTH_BAD_SECRET, TOKEN, REFRESH, "Basic Y29uZjp3cm9uZw==", NULL, 0},
    {OAUTH_BAD_SECRET, TOKEN, REFRESH, "Basic cHViOnNlY3JldA==", NULL, 0}, /* pub has none */
    {OAUTH_BAD_SECRET, TOKEN, REFRESH JWT_AUTH "&client_assertion=x.y.z", PUBLIC, NULL, 0},
    {OAUTH_NO_SECRET, TOKEN, REFRESH "&client_id=conf", PUBLIC, NULL, 0},
    /* iss "conf", sub "pub", unsigned */
    {OAUTH_WRONG_ID, TOKEN,
     REFRESH JWT_AUTH "&client_assertion=eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJjb25mIiwic3ViIjoicHViIn0.",
     PUBLIC, NULL, 0},
    {OAUTH_APP_BLOCKED, TOKEN, REFRESH, NULL, suspend_app, 41},
    {OAUTH_APP_BLOCKED, AUTHORIZE GOOD, NULL, NULL, suspend_app, 41},
    {OAUTH_SANDBOX, TOKEN, REFRESH, NULL, make_sandbox, 0},
    {OAUTH_SANDBOX, AUTHORIZE GOOD, NULL, NULL, make_sandbox, 0},
    {OAUTH_BRAND, AUTHORIZE GOOD "&brandId=9999", NULL, NULL, NULL, 0},
    {OAUTH_BRAND, AUTHORIZE GOOD "&brand_id=1210", NULL, NULL, close_to_brand, 0},
    {OAUTH_NO_REDIRECT, AUTHORIZE GOOD, NULL, NULL, drop_redirects, 0},
    {OAUTH_REDIRECT, AUTHORIZE GOOD "%2F", NULL, NULL, NULL, 0},
    {OAUTH_REDIRECT, TOKEN, "grant_type=authorization_code&code=$C&redirect_uri=https://x/", NULL,
     NULL, 0},
    {OAUTH_REDIRECT, TOKEN, "grant_type=authorization_code&code=$C", NULL, NULL, 0},
    {OAUTH_NO_FLOW, AUTHORIZE GOOD, NULL, NULL, drop_grants, 0},
    {OAUTH_RESPONSE_TYPE, AUTHORIZE "response_type=token&client_id=conf", NULL, NULL, NULL, 0},
    {OAUTH_UNKNOWN_GRANT, TOKEN, "grant_type=client_credentials", NULL, NULL, 0},
    {OAUTH_NO_GRANT, TOKEN, PASSWORD, NULL, NULL, 0},
    {OAUTH_NO_GRANT, TOKEN, "grant_type=partner_jwt&assertion=x", NULL, NULL, 0},
    {OAUTH_NO_GRANT, TOKEN, JWT, NULL, drop_grants, 0},
    {OAUTH_SCOPE, TOKEN, CODE "&scope=Faxes", NULL, intersect_scopes, 0},
    {OAUTH_SCOPE, AUTHORIZE GOOD "&scope=Faxes", NULL, NULL, intersect_scopes, 0},
    {OAUTH_CODE, TOKEN, "grant_type=authorization_code&code=nothing", NULL, NULL, 0},
    {OAUTH_CODE, TOKEN, CODE "&code_verifier=" PROBE_VERIFIER, NULL, NULL, 0},
    {OAUTH_CODE_EXPIRED, TOKEN, CODE, NULL, wait_a_minute, 0},
    {OAUTH_CODE_OF_OTHER, TOKEN, CODE "&client_id=pub", PUBLIC, NULL, 0},
    {OAUTH_NEEDS_PKCE, TOKEN, CODE "&client_id=pub", PUBLIC, NULL, 0},
    {OAUTH_REFRESH_EXPIRED, TOKEN, REFRESH, NULL, wait_a_week, 0},
    {OAUTH_TOKEN_GONE, TOKEN, "grant_type=refresh_token&refresh_token=nothing", NULL, NULL, 0},
    {OAUTH_TOKEN_GONE, TOKEN, REFRESH, NULL, end_sessions, 42},
    {OAUTH_TOKEN_OF_OTHER, TOKEN, REFRESH "&client_id=pub", PUBLIC, NULL, 0},
    {OAUTH_TOKEN_OF_OTHER, "/restapi/oauth/revoke", "token=$R&client_id=pub", PUBLIC, NULL, 0},
    {OAUTH_ASSERTION, TOKEN, JWT "x", NULL, NULL, 0},
    {OAUTH_CREDENTIALS, TOKEN, PASSWORD "x", NULL, allow_password, 0},
    {OAUTH_LOCKED, TOKEN, PASSWORD, NULL, lock_alice, 43},
    {OAUTH_LOCKED_SSO, TOKEN, PASSWORD, NULL, lock_sso_alice, 43},
    {OAUTH_SECOND_FACTOR, TOKEN, PASSWORD, NULL, ask_second_factor, 0},
    {OAUTH_EXTENSION_TYPE, TOKEN,
     "grant_type=password&username=2025550100&extension=103&password=Correct7%21Horse", NULL,
     allow_password, 0},
    {OAUTH_SITE, TOKEN, "grant_type=password&username=queue@acme.test&password=Correct7%21Horse",
     NULL, make_site, 0},
    {OAUTH_FOREIGN_NUMBER, TOKEN,
     "grant_type=password&username=%2B442075550100&password=Correct7%21Horse", NULL,
     use_foreign_number, 0},
    {OAUTH_USER_STATE, TOKEN, REFRESH, NULL, disable_alice, 44},
    {OAUTH_USER_STATE, TOKEN, JWT, NULL, disable_alice, 44},
    {OAUTH_ACCOUNT_STATE, TOKEN, REFRESH, NULL, suspend_account, 45},
    {OAUTH_NO_ACCOUNT, TOKEN, CODE, NULL, lose_account, 0},
    {OAUTH_USER_GONE, TOKEN, REFRESH, NULL, delete_alice, 46},
    {OAUTH_JWT_USER_GONE, TOKEN, JWT, NULL, delete_alice, 46},
    {OAUTH_NOT_OPEN, TOKEN, JWT, NULL, close_to_brand, 0},
};

/* What oauth.md 10.2, 10.3 and 11 want of each, written down a second time. */
static const struct {
    const char *code;
    int status;
    const char *word;
} wanted[OAUTH_ERROR_COUNT] = {
    [OAUTH_MISSING] = {"CMN-100", 400, "invalid_request"},
    [OAUTH_INVALID] = {"CMN-101", 400, "invalid_request"},
    [OAUTH_UNREADABLE] = {"CMN-104", 400, "invalid_request"},
    [OAUTH_REPEATED] = {"OAU-111", 400, "invalid_request"},
    [OAUTH_DIFFERS] = {"OAU-150", 400, "invalid_request"},
    [OAUTH_INCOMPLETE] = {"", 400, "invalid_request"},
    [OAUTH_NO_CLIENT] = {"OAU-123", 400, "invalid_client"},
    [OAUTH_BAD_BASIC] = {"OAU-134", 400, "invalid_client"},
    [OAUTH_BAD_SCHEME] = {"OAU-151", 400, "invalid_client"},
    [OAUTH_UNKNOWN_CLIENT] = {"OAU-153", 400, "invalid_client"},
    [OAUTH_BAD_SECRET] = {"OAU-146", 400, "invalid_client"},
    [OAUTH_NO_SECRET] = {"OAU-125", 400, "invalid_client"},
    [OAUTH_WRONG_ID] = {"OAU-120", 400, "invalid_client"},
    [OAUTH_APP_BLOCKED] = {"OAU-127", 400, "invalid_client"},
    [OAUTH_SANDBOX] = {"OAU-165", 401, "invalid_client"},
    [OAUTH_BRAND] = {"OAU-101", 403, "invalid_request"},
    [OAUTH_NO_REDIRECT] = {"OAU-113", 403, "invalid_client"},
    [OAUTH_REDIRECT] = {"OAU-109", 400, "invalid_grant"},
    [OAUTH_NO_FLOW] = {"OAU-112", 403, "unauthorized_client"},
    [OAUTH_RESPONSE_TYPE] = {"OAU-116", 403, "unsupported_response_type"},
    [OAUTH_UNKNOWN_GRANT] = {"OAU-250", 400, "invalid_request"},
    [OAUTH_NO_GRANT] = {"OAU-251", 400, "unauthorized_client"},
    [OAUTH_SCOPE] = {"OAU-117", 400, "invalid_scope"},
    [OAUTH_CODE] = {"OAU-106", 400, "invalid_grant"},
    [OAUTH_CODE_EXPIRED] = {"OAU-108", 400, "invalid_grant"},
    [OAUTH_CODE_OF_OTHER] = {"OAU-110", 400, "invalid_grant"},
    [OAUTH_NEEDS_PKCE] = {"OAU-125", 400, "invalid_grant"},
    [OAUTH_REFRESH_EXPIRED] = {"OAU-210", 400, "invalid_grant"},
    [OAUTH_TOKEN_GONE] = {"OAU-213", 400, "invalid_grant"},
    [OAUTH_TOKEN_OF_OTHER] = {"OAU-121", 400, "invalid_grant"},
    [OAUTH_ASSERTION] = {"OAU-140", 400, "invalid_grant"},
    [OAUTH_CREDENTIALS] = {"OAU-140", 400, "invalid_grant"},
    [OAUTH_LOCKED] = {"OAU-147", 400, "invalid_grant"},
    [OAUTH_LOCKED_SSO] = {"OAU-148", 400, "invalid_grant"},
    [OAUTH_SECOND_FACTOR] = {"OAU-168", 401, "invalid_grant"},
    [OAUTH_EXTENSION_TYPE] = {"OAU-105", 400, "invalid_grant"},
    [OAUTH_SITE] = {"OAU-167", 403, "invalid_grant"},
    [OAUTH_FOREIGN_NUMBER] = {"OAU-119", 403, "invalid_grant"},
    [OAUTH_USER_STATE] = {"OAU-141", 400, "invalid_grant"},
    [OAUTH_ACCOUNT_STATE] = {"OAU-142", 400, "invalid_grant"},
    [OAUTH_NO_ACCOUNT] = {"OAU-222", 400, "invalid_grant"},
    [OAUTH_USER_GONE] = {"OAU-232", 400, "invalid_grant"},
    [OAUTH_JWT_USER_GONE] = {"OAU-136", 400, "invalid_grant"},
    [OAUTH_NOT_OPEN] = {"OAU-102", 403, "access_denied"},
};

/* The form with $C (an unused code), $R (a refresh token) and $J (an assertion) put in. */
static void expand(const char *form, const char *code, const char *refresh, const char *assertion,
                   char *out, size_t out_len)
{
    size_t len = 0;
    for (; *form; form++) {
        const char *value = strncmp(form, "$C", 2) == 0   ? code
                            : strncmp(form, "$R", 2) == 0 ? refresh
                            : strncmp(form, "$J", 2) == 0 ? assertion
                                                          : NULL;
        if (value) {
            len += (size_t)snprintf(out + len, out_len - len, "%s", value);
            form++;
        } else {
            out[len++] = *form;
        }
        assert_true(len < out_len - 1);
    }
    out[len] = '\0';
}

static bool is_wanted(struct probe *probe, enum oauth_error error)
{
    const char *message = oauth_error_row(error)->message, *hole = strstr(message, "%s");
    size_t message_len = hole ? (size_t)(hole - message) : strlen(message);
    const char *told = probe_json(probe, "error_description");
    const char *code = wanted[error].code[0] ? wanted[error].code : NULL;
    bool has_challenge = probe_header(probe, "WWW-Authenticate") != NULL;
    bool wants_challenge = wanted[error].status == 401 || text_eq(code, "OAU-153");
    return probe->reply.status == wanted[error].status &&
           text_eq(probe_json(probe, "error"), wanted[error].word) &&
           text_eq(probe_code(probe), code) && told && strncmp(told, message, message_len) == 0 &&
           has_challenge == wants_challenge &&
           text_eq(probe_header(probe, "Cache-Control"), "no-store") &&
           text_eq(probe_header(probe, "Pragma"), "no-cache") &&
           text_eq(probe->reply.content_type, "application/json;charset=UTF-8") &&
           text_eq(probe_event(probe, EVENT_CODE), code) &&
           text_eq(probe_event(probe, EVENT_ERROR), wanted[error].word);
}

static void every_error_has_its_status_envelope_and_headers(void **state)
{
    bool is_provoked[OAUTH_ERROR_COUNT] = {false};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct probe probe;
        char form[4096];
        probe_init(&probe);
        struct probe_pair pair = probe_grant(&probe);
        struct jwt_credential *credential = jwt_credential_add(probe.world, "jti-1", ALICE);
        char *assertion = xstrdup(oauth_jwt_assertion(probe.world, &probe.arena, credential));
        char *code =
            probe_code_for(&probe,
                           rows[i].error == OAUTH_NEEDS_PKCE
                               ? AUTHORIZE "response_type=code&client_id=pub&prompt=consent"
                               : PROBE_AUTHORIZE "&prompt=login%20consent",
                           "alice@acme.test");
        expand(rows[i].form ? rows[i].form : "", code, pair.refresh, assertion, form, sizeof form);
        if (rows[i].setup)
            rows[i].setup(&probe);
        const char *auth = rows[i].auth ? rows[i].auth : PROBE_CONF;
        probe.authorization = text_eq(auth, PUBLIC) ? NULL : auth;
        if (rows[i].form)
            probe_post(&probe, rows[i].target, form);
        else
            probe_get(&probe, rows[i].target);
        if (!is_wanted(&probe, rows[i].error) || probe.event.cause != rows[i].cause)
            fail_msg("row %zu, %s: saw %d, cause %u, %s\n%s", i,
                     oauth_error_row(rows[i].error)->name, probe.reply.status,
                     (unsigned)probe.event.cause, probe_body(&probe), buf_text(&probe.reply.head));
        is_provoked[rows[i].error] = true;
        free(assertion);
        free(code);
        probe_done(&probe);
    }
    for (int i = 0; i < OAUTH_ERROR_COUNT; i++)
        if (!is_provoked[i])
            fail_msg("%s has no row", oauth_error_row((enum oauth_error)i)->name);
}

static void every_row_of_the_table_tells_where_it_is_from(void **state)
{
    static const char *const words[] = {"documented", "wire", "community", "chosen"};
    for (int i = 0; i < OAUTH_ERROR_COUNT; i++) {
        const struct oauth_error_row *row = oauth_error_row((enum oauth_error)i);
        size_t known = 0;
        for (size_t j = 0; j < sizeof words / sizeof *words; j++)
            known += text_eq(row->provenance, words[j]);
        if (known != 1 || row->status < 400 || row->status > 499 || !row->word[0])
            fail_msg("%s", row->name);
    }
}

static void an_unknown_client_is_named_and_can_not_break_out_of_the_header(void **state)
{
    struct probe *probe = *state;
    probe_post(probe, TOKEN, "grant_type=refresh_token&client_id=a%22%0D%0ASet-Cookie%3A%20x%5C");
    assert_int_equal(probe->reply.status, 400);
    assert_null(probe_header(probe, "Set-Cookie"));
    assert_string_equal(probe_header(probe, "WWW-Authenticate"),
                        "Bearer realm=\"RingCentral REST API\", error=\"invalid_client\", "
                        "error_description=\"Invalid client: a'''Set-Cookie: x'\"");
    assert_non_null(strstr(probe_body(probe), "\"parameterName\":\"client_id\""));
    probe_post(probe, TOKEN, "grant_type=refresh_token&client_id=xx");
    assert_non_null(strstr(probe_body(probe), "\"parameters\":[{\"parameterName\":\"client_id\","
                                              "\"parameterValue\":\"xx\"}]"));
}

/* A client that is tried with a fault reads the same shape as from the platform. */
static void a_fault_answers_in_the_envelope_of_the_endpoint(void **state)
{
    static const struct {
        const char *error, *want, *code;
    } faults[] = {
        {"\"code\":\"OAU-213\"",
         "{\"error\":\"invalid_grant\",\"error_description\":\"Token not found\",\"errors\":"
         "[{\"errorCode\":\"OAU-213\",\"message\":\"Token not found\"}]}",
         "OAU-213"},
        {"\"code\":\"OAU-999\",\"message\":\"new\"",
         "{\"error\":\"invalid_grant\",\"error_description\":\"new\",\"errors\":"
         "[{\"errorCode\":\"OAU-999\",\"message\":\"new\"}]}",
         "OAU-999"},
        {"\"code\":\"temporarily_unavailable\",\"message\":\"Soon\"",
         "{\"error\":\"temporarily_unavailable\",\"error_description\":\"Soon\"}", NULL},
        {"\"code\":\"CMN-301\"",
         "{\"errorCode\":\"CMN-301\",\"message\":\"Request rate exceeded\",\"errors\":"
         "[{\"errorCode\":\"CMN-301\",\"message\":\"Request rate exceeded\"}]}",
         "CMN-301"},
    };
    struct probe *probe = *state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct diag diag = {0};
        char rule[300];
        snprintf(rule, sizeof rule,
                 "{\"match\":{\"op\":\"oauth.token\"},\"kind\":\"answer\",\"status\":400,"
                 "\"times\":1,%s}",
                 faults[i].error);
        const struct node *map = json_parse(&probe->arena, rule, strlen(rule), NULL);
        assert_int_equal(fault_arm(probe->faults, map, NULL, 0, 0, NULL, &diag), 0);
        probe_post(probe, TOKEN, "grant_type=refresh_token&client_id=pub");
        assert_int_equal(probe->reply.status, 400);
        assert_string_equal(probe_body(probe), faults[i].want);
        if (faults[i].code)
            assert_string_equal(probe_event(probe, EVENT_CODE), faults[i].code);
        else
            assert_null(probe_event(probe, EVENT_CODE));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_error_has_its_status_envelope_and_headers),
        cmocka_unit_test(every_row_of_the_table_tells_where_it_is_from),
        probe_test(a_fault_answers_in_the_envelope_of_the_endpoint),
        probe_test(an_unknown_client_is_named_and_can_not_break_out_of_the_header),
    };
    return cmocka_run_group_tests_name("oauth_errors", tests, NULL, NULL) != 0;
}
