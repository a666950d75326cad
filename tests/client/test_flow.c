/*
 * The real program against a platform: what it sends, what it keeps, what it says.
 */
#include "rig.h"

static void the_whole_flow_ends_healthy(void **state)
{
    struct rig *rig = *state;
    check(rig, "status", "\"profile\":\"naive\"", 1, "result.api_auth", "Not Authenticated");
    check(rig, "doctor", "", 2, "result.diagnosis", "NOT_CONFIGURED");
    given_connected(rig, true);
    check(rig, "doctor", "", 2, "result.diagnosis", "NOT_AUTHENTICATED");
    check(rig, "authenticate", SIGN_IN, 0, "result.owner", "Ada Admin (ext 101)");
    assert_int_equal(rig->platform->asked_redirect, 0); /* stopped before our own URI */
    check(rig, "status", "\"profile\":\"naive\"", 0, "result.api_auth", "Authenticated");
    check(rig, "status", "", 1, "result.api_auth", "Not Authenticated"); /* not saved */
    cJSON_Delete(say(rig, "sync", "", 1));
    check(rig, "doctor", "", 2, "result.diagnosis", "GRANT_PENDING_SAVE");
    cJSON *saved = say(rig, "save", "\"yes\":true", 0);
    assert_int_equal(cJSON_GetArraySize(json_at(saved, "result.changes")), 10);
    cJSON_Delete(saved);
    saved = say(rig, "save", "\"yes\":true", 0); /* a second one is harmless */
    assert_int_equal(cJSON_GetArraySize(json_at(saved, "result.changes")), 0);
    cJSON_Delete(saved);
    check_int(rig, "sync", "", 0, "result.records", 4);
    check_int(rig, "sync", "", 0, "result.new", 0);
    check_int(rig, "sync", "", 0, "result.stored", 3); /* one came twice, kept once */
    check_int(rig, "handsets", "", 0, "result.registered", 1);
    check(rig, "handsets", "\"list\":true", 0, "result.handsets", "(none)");
    check(rig, "doctor", "", 0, "result.diagnosis", "HEALTHY");
    check(rig, "status", "", 0, "result.api_auth", "Authenticated");
    check(rig, "status", "", 0, "result.planes.handset.state", "good");
    check(rig, "status", "", 0, "result.planes.events.state", "not used");
    assert_int_equal(rig->platform->asked_refresh, 0);
}

static bool file_has(const char *path, const char *needle)
{
    FILE *file = fopen(path, "r");
    char *text = calloc(1, 4 << 20);
    size_t len = file ? fread(text, 1, 4 << 20, file) : 0;
    bool has = memmem(text, len, needle, strlen(needle)) != NULL;
    if (file)
        fclose(file);
    free(text);
    return has;
}

static void no_secret_is_said_and_the_password_is_nowhere(void **state)
{
    struct rig *rig = *state;
    char wal[120];
    snprintf(wal, sizeof(wal), "%s-wal", rig->db);
    given_saved(rig, true);
    cJSON_Delete(say(rig, "sync", "", 0));
    cJSON_Delete(say(rig, "handsets", "", 0));
    rig->platform->is_grant_dead = true;
    cJSON_Delete(say(rig, "doctor", "", 2));
    static const char *const secrets[] = {"Pa55+word", "Pa55%2Bword", "s3cret", "access-",
                                          "refresh-",  "response=",   "\"pw\""};
    for (size_t i = 0; i < sizeof(secrets) / sizeof(*secrets); i++) {
        if (strstr(rig->said, secrets[i]))
            fail_msg("it said \"%s\"", secrets[i]);
    }
    for (size_t i = 0; i < 2; i++) {
        assert_false(file_has(rig->db, secrets[i]));
        assert_false(file_has(wal, secrets[i]));
    }
    assert_true(file_has(wal, "access-1-xyz")); /* the look itself works */
}

static void refused_sign_ins_are_named(void **state)
{
    static const struct {
        const char *alert, *args, *error, *code, *diagnosis;
    } rows[] = {
        {NULL, "\"username\":\"admin@acme.test\",\"password\":\"wrong\"", "sign_in_refused",
         "OAU-140", "SIGN_IN_REFUSED"},
        {NULL, "\"username\":\"nobody@acme.test\",\"password\":\"x\"", "sign_in_refused", "OAU-140",
         "SIGN_IN_REFUSED"},
        {"", SIGN_IN, "sign_in_refused", "", "SIGN_IN_REFUSED"},
        {"OAU-147", SIGN_IN, "sign_in_refused", "OAU-147", "SERVICE_ACCOUNT_LOCKED"},
        {NULL, SIGN_IN ",\"decline\":true", "access_denied", "", "CONSENT_DECLINED"},
    };
    struct rig *rig = *state;
    given_connected(rig, true);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        rig->platform->alert = rows[i].alert;
        cJSON *answer = say(rig, "authenticate", rows[i].args, 1);
        assert_string_equal(json_text(answer, "result.error", "?"), rows[i].error);
        assert_string_equal(json_text(answer, "result.code", "?"), rows[i].code);
        assert_string_equal(json_text(answer, "result.diagnosis", "?"), rows[i].diagnosis);
        cJSON_Delete(answer);
        check(rig, "doctor", "", 2, "result.diagnosis", rows[i].diagnosis);
    }
    assert_int_equal(rig->platform->asked_code, 0);
}

static void a_lock_is_told_until_it_is_over_and_a_success_forgets_it(void **state)
{
    struct rig *rig = *state;
    given_saved(rig, true);
    rig->platform->alert = "OAU-147";
    cJSON_Delete(say(rig, "authenticate", SIGN_IN, 1));
    check(rig, "doctor", "", 1, "result.diagnosis", "SERVICE_ACCOUNT_LOCKED");
    rig->now_ms += HOUR_MS;
    check(rig, "doctor", "", 0, "result.diagnosis", "HEALTHY");
    rig->now_ms -= HOUR_MS;
    rig->platform->alert = NULL;
    cJSON_Delete(say(rig, "authenticate", SIGN_IN, 0));
    cJSON_Delete(say(rig, "save", "\"yes\":true", 0));
    check(rig, "doctor", "", 0, "result.diagnosis", "HEALTHY");
}

static void a_foreign_state_is_refused_before_the_code_is_used(void **state)
{
    struct rig *rig = *state;
    given_connected(rig, true);
    rig->platform->state = "somebody-elses";
    check(rig, "authenticate", SIGN_IN, 1, "result.diagnosis", "RETURN_STATE_LOST");
    assert_int_equal(rig->platform->asked_code, 0);
}

static void an_old_access_token_is_renewed_once_and_kept(void **state)
{
    struct rig *rig = *state;
    char wal[120];
    given_saved(rig, true);
    rig->now_ms += HOUR_MS + 1000;
    cJSON_Delete(say(rig, "sync", "", 0));
    assert_int_equal(rig->platform->asked_refresh, 1);
    cJSON_Delete(say(rig, "sync", "", 0));
    assert_int_equal(rig->platform->asked_refresh, 1);
    snprintf(wal, sizeof(wal), "%s-wal", rig->db);
    assert_true(file_has(wal, "access-2-xyz"));
    /* The platform forgets the access token early: 401, one refresh, the request again. */
    rig->platform->serial = 2;
    rig->now_ms += 1000;
    stop_program(rig);
    start_program(rig); /* another process reads the same pair */
    cJSON_Delete(say(rig, "sync", "", 0));
    assert_int_equal(rig->platform->asked_refresh, 1);
    cJSON_Delete(say(rig, "sync", "\"refresh\":\"off\"", 0));
    rig->now_ms += 2 * HOUR_MS;
    rig->platform->token = (struct fake_answer){503, "{\"errorCode\":\"CMN-201\"}", 0};
    check(rig, "doctor", "", 1, "result.diagnosis", "TOKEN_ENDPOINT_UNAVAILABLE");
    rig->platform->token = (struct fake_answer){0};
    check(rig, "doctor", "", 0, "result.diagnosis", "HEALTHY"); /* the grant was kept */
}

static void two_processes_refresh_once(void **state)
{
    struct rig *rig = *state, *other = calloc(1, sizeof(*other));
    char line[100], answer[2][4096];
    given_saved(rig, true);
    snprintf(other->db, sizeof(other->db), "%s", rig->db);
    start_program(other);
    rig->platform->token_delay_ms = 300; /* both have seen the old pair by then */
    meet(rig);
    snprintf(line, sizeof(line), "{\"cmd\":\"sync\",\"now_ms\":%lld}\n", START_MS + 2 * HOUR_MS);
    fputs(line, rig->in);
    fputs(line, other->in);
    fflush(rig->in);
    fflush(other->in);
    assert_non_null(fgets(answer[0], sizeof(answer[0]), rig->out));
    assert_non_null(fgets(answer[1], sizeof(answer[1]), other->out));
    meet(rig);
    for (int i = 0; i < 2; i++) {
        print_message("%s", answer[i]);
        assert_non_null(strstr(answer[i], "\"complete\":true"));
    }
    assert_int_equal(rig->platform->asked_refresh, 1);
    stop_program(other);
    free(other);
}

static void a_dead_grant_is_named_and_not_knocked_with_again(void **state)
{
    struct rig *rig = *state;
    given_saved(rig, true);
    rig->platform->is_grant_dead = true;
    check(rig, "sync", "", 1, "result.error_code", "OAU-213");
    int asked = rig->platform->asked_all;
    check(rig, "sync", "", 1, "result.error_code", "OAU-213");
    assert_int_equal(rig->platform->asked_all, asked); /* terminal: no request at all */
    check(rig, "status", "\"profile\":\"naive\"", 0, "result.api_auth", "Authenticated");
    check(rig, "status", "", 1, "result.api_auth",
          "Reconnect needed (GRANT_INVALIDATED_BY_PASSWORD_CHANGE)");
    check(rig, "doctor", "", 2, "result.diagnosis", "GRANT_INVALIDATED_BY_PASSWORD_CHANGE");
    rig->now_ms += 8 * 24 * HOUR_MS;
    check(rig, "doctor", "", 2, "result.diagnosis", "REFRESH_TOKEN_EXPIRED");
    rig->platform->is_grant_dead = false;
    cJSON_Delete(say(rig, "authenticate", SIGN_IN, 0));
    cJSON_Delete(say(rig, "save", "\"yes\":true", 0));
    cJSON_Delete(say(rig, "sync", "", 0));
}

static void a_rate_limit_is_respected_by_the_good_profile_only(void **state)
{
    struct rig *rig = *state;
    given_saved(rig, true);
    rig->platform->call_log = (struct fake_answer){429, "{\"errorCode\":\"CMN-301\"}", 60};
    check_int(rig, "sync", "", 1, "result.http_status", 429);
    int asked = rig->platform->asked_call_log;
    assert_int_equal(asked, 1);
    rig->now_ms += 30000;
    check_int(rig, "sync", "", 1, "result.http_status", 429);
    check(rig, "doctor", "", 0, "result.names", "none");    /* a limit that is kept is no trap */
    assert_int_equal(rig->platform->asked_call_log, asked); /* nobody knocked */
    cJSON_Delete(say(rig, "sync", "\"profile\":\"naive\"", 1));
    assert_int_equal(rig->platform->asked_call_log, asked + 1); /* the naive one did */
    check(rig, "doctor", "", 1, "result.diagnosis", "RATE_LIMIT_TRAP");
    rig->platform->call_log = (struct fake_answer){0};
    rig->now_ms += 61000;
    cJSON_Delete(say(rig, "sync", "", 0));
    check(rig, "doctor", "", 0, "result.diagnosis", "HEALTHY");
}

#define READER "{\"permission\":{\"id\":\"ReadExtensions\"}}"

static void rest_faults_are_named(void **state)
{
    static const struct {
        const char *scope, *brand, *account, *permissions;
        struct fake_answer call_log;
        int code;
        const char *diagnosis;
    } rows[] = {
        {NULL, NULL, NULL, READER, {0}, 2, "ROLE_LOST_PERMISSIONS"},
        {NULL,
         NULL,
         NULL,
         READER,
         {403, "{\"errorCode\":\"CMN-408\",\"permissionName\":\"FullCompanyCallLog\"}", 0},
         2,
         "ROLE_LOST_PERMISSIONS"},
        {NULL,
         NULL,
         NULL,
         NULL,
         {403,
          "{\"errorCode\":\"InsufficientPermissions\",\"errors\":[{\"errorCode\":\"CMN-401\","
          "\"permissionName\":\"ReadCallLog\"}]}",
          0},
         2,
         "APP_SCOPE_MISSING"},
        {NULL, "1210", NULL, NULL, {0}, 1, "BRAND_MISMATCH"},
        {NULL, NULL, "9999", NULL, {0}, 2, "AUTHORIZED_AS_WRONG_USER"},
        {NULL, NULL, NULL, NULL, {503, "", 0}, 1, "PLATFORM_UNAVAILABLE"},
        {NULL, NULL, NULL, NULL, {418, "{\"errorCode\":\"TEA-1\"}", 0}, 2, "REST_REFUSED"},
        {NULL, NULL, NULL, NULL, {0}, 0, "HEALTHY"},
    };
    struct rig *rig = *state;
    given_saved(rig, true);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        rig->platform->brand = rows[i].brand ? rows[i].brand : "6010";
        rig->platform->account = rows[i].account ? rows[i].account : "7001";
        rig->platform->permissions = rows[i].permissions ? rows[i].permissions : FAKE_ADMIN;
        rig->platform->call_log = rows[i].call_log;
        check(rig, "doctor", "", rows[i].code, "result.diagnosis", rows[i].diagnosis);
    }
}

static void a_short_scope_is_seen_at_the_next_token(void **state)
{
    struct rig *rig = *state;
    given_saved(rig, true);
    rig->platform->scope = "ReadAccounts";
    rig->now_ms += 2 * HOUR_MS;
    check(rig, "doctor", "", 2, "result.diagnosis", "APP_SCOPE_MISSING");
}

static void another_account_is_not_saved_by_accident(void **state)
{
    struct rig *rig = *state;
    given_saved(rig, true);
    rig->platform->account = "9999";
    cJSON_Delete(say(rig, "authenticate", SIGN_IN, 0));
    rig->platform->account = "7001";
    cJSON_Delete(say(rig, "save", "\"yes\":true", 1));
    check(rig, "doctor", "", 2, "result.diagnosis", "GRANT_INVALIDATED_BY_PASSWORD_CHANGE");
    cJSON_Delete(say(rig, "save", "\"yes\":true,\"accept_account\":true", 0));
}

static void every_line_gets_one_answer(void **state)
{
    static const char *const lines[] = {
        "not json",
        "[]",
        "{}",
        "{\"cmd\":\"no-such\"}",
        "{\"cmd\":7}",
        "{\"cmd\":\"status\",\"nonsense\":1}",
        "{\"cmd\":\"sync\",\"days\":0}",
        "{\"cmd\":\"sync\",\"days\":\"x\"}",
        "{\"cmd\":\"connect\",\"proxy\":[]}",
        "{\"cmd\":\"connect\",\"proxy\":\"host:99999\"}",
        "{\"cmd\":\"status\",\"profile\":\"best\"}",
        "{\"cmd\":\"authenticate\"}",
        "{\"cmd\":\"handsets\"}",
        "{\"cmd\":\"status\",\"env_file\":\"/nowhere\"}",
    };
    struct rig *rig = *state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
        cJSON *answer = say_raw(rig, lines[i]);
        print_message("%s\n", lines[i]);
        assert_int_equal(json_int(answer, "exit", -1), 2);
        assert_string_not_equal(json_text(answer, "error", ""), "");
        cJSON_Delete(answer);
    }
    cJSON_Delete(say(rig, "quit", "", 0));
    assert_int_equal(fgetc(rig->out), EOF);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_rig, no_rig)
    const struct CMUnitTest tests[] = {
        TEST(the_whole_flow_ends_healthy),
        TEST(no_secret_is_said_and_the_password_is_nowhere),
        TEST(refused_sign_ins_are_named),
        TEST(a_lock_is_told_until_it_is_over_and_a_success_forgets_it),
        TEST(a_foreign_state_is_refused_before_the_code_is_used),
        TEST(an_old_access_token_is_renewed_once_and_kept),
        TEST(two_processes_refresh_once),
        TEST(a_dead_grant_is_named_and_not_knocked_with_again),
        TEST(a_rate_limit_is_respected_by_the_good_profile_only),
        TEST(rest_faults_are_named),
        TEST(a_short_scope_is_seen_at_the_next_token),
        TEST(another_account_is_not_saved_by_accident),
        TEST(every_line_gets_one_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
