/* The redirect that ends an authorization; the platform's error envelopes; a next page; times. */
#include "signin.h"

#include <stdio.h>
#include <string.h>

#include "apierr.h"
#include "calllog_page.h"
#include "text.h"
#include "clock.h"
#include "grant.h"
#include "oauth.h"
#include "support/cmocka_all.h"

static void redirects_are_read(void **state)
{
    static const struct {
        const char *url, *code, *state, *error;
    } rows[] = {
        {"http://h/cb?code=U0pD%7CabC&state=s1&expires_in=60", "U0pD|abC", "s1", ""},
        {"http://h/cb?state=s1&code=a+b", "a b", "s1", ""},
        {"http://h/cb?error=access_denied&error_description=no&state=s", "", "s", "access_denied"},
        {"http://h/cb#error=access_denied&state=s", "", "s", "access_denied"},
        {"http://h/cb?code=x#state=s", "x", "s", ""},
        {"http://h/cb", "", "", ""},
        {"http://h/cb?", "", "", ""},
        {"http://h/cb?code=", "", "", ""},
        {"http://h/cb?xcode=1&codex=2", "", "", ""},
        {"http://h/cb?code=%zz%4", "%zz%4", "", ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct landing landing;
        landing_read(rows[i].url, &landing);
        print_message("%s\n", rows[i].url);
        assert_true(landing.has_landed);
        assert_string_equal(landing.code, rows[i].code);
        assert_string_equal(landing.state, rows[i].state);
        assert_string_equal(landing.error, rows[i].error);
    }
}

static void only_the_redirect_uri_itself_is_ours(void **state)
{
    static const struct {
        const char *url, *redirect;
        bool is_ours;
    } rows[] = {
        {"http://127.0.0.1:1/cb?code=1", "http://127.0.0.1:1/cb", true},
        {"http://127.0.0.1:1/cb", "http://127.0.0.1:1/cb", true},
        {"http://127.0.0.1:1/cb#x", "http://127.0.0.1:1/cb", true},
        {"http://127.0.0.1:1/cbx?code=1", "http://127.0.0.1:1/cb", false},
        {"http://127.0.0.1:1/cb/x", "http://127.0.0.1:1/cb", false},
        {"http://127.0.0.1:12/cb?code=1", "http://127.0.0.1:1/cb", false},
        {"https://127.0.0.1:1/cb?code=1", "http://127.0.0.1:1/cb", false},
        {"http://127.0.0.1:1/cb?a=1&code=2", "http://127.0.0.1:1/cb?a=1", true},
        {"/cb?code=1", "http://127.0.0.1:1/cb", false},
        {"", "http://127.0.0.1:1/cb", false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        assert_int_equal(landing_is_ours(rows[i].url, rows[i].redirect), rows[i].is_ours);
}

static void both_error_envelopes_give_the_inner_code(void **state)
{
    static const struct {
        const char *body, *code, *error, *permission;
    } rows[] = {
        {"{\"errorCode\":\"TokenInvalid\",\"message\":\"m\",\"errors\":[{\"errorCode\":\"OAU-213\","
         "\"message\":\"m\"}]}",
         "OAU-213", "TokenInvalid", ""},
        {"{\"error\":\"invalid_grant\",\"error_description\":\"d\",\"errors\":[{\"errorCode\":"
         "\"OAU-140\"}]}",
         "OAU-140", "invalid_grant", ""},
        {"{\"error\":\"invalid_request\",\"error_description\":\"d\"}", "", "invalid_request", ""},
        {"{\"errorCode\":\"CMN-408\",\"permissionName\":\"FullCompanyCallLog\"}", "CMN-408",
         "CMN-408", "FullCompanyCallLog"},
        {"{\"errorCode\":\"InsufficientPermissions\",\"errors\":[{\"errorCode\":\"CMN-401\","
         "\"permissionName\":\"ReadCallLog\"}]}",
         "CMN-401", "InsufficientPermissions", "ReadCallLog"},
        {"{\"errors\":[]}", "", "", ""},
        {"{\"errors\":\"x\",\"errorCode\":7}", "", "", ""},
        {"<html>502</html>", "", "", ""},
        {"", "", "", ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        char body[400];
        struct apierr err;
        snprintf(body, sizeof(body), "%s", rows[i].body);
        apierr_read(&(struct web_reply){.status = 400, .body = body}, &err);
        assert_string_equal(err.code, rows[i].code);
        assert_string_equal(err.error, rows[i].error);
        assert_string_equal(err.permission, rows[i].permission);
    }
}

static void only_an_invalid_grant_ends_a_grant(void **state)
{
    static const struct {
        int status;
        const char *error;
        bool is_final;
    } rows[] = {
        {400, "invalid_grant", true},
        {401, "invalid_grant", true},
        {400, "invalid_client", false},
        {400, "", false},
        {503, "", false},
        {0, "", false},
        {429, "invalid_request", false},
        {503, "invalid_grant", false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct apierr err = {.status = rows[i].status};
        snprintf(err.error, sizeof(err.error), "%s", rows[i].error);
        assert_int_equal(oauth_is_final(&err), rows[i].is_final);
    }
}

static void a_page_is_whole_and_says_what_follows(void **state)
{
    static const struct {
        const char *text;
        bool is_page;
        const char *next;
    } rows[] = {
        {"{\"records\":[],\"navigation\":{\"nextPage\":{\"uri\":\"http://h/restapi/x?page=2\"}}}",
         true, "/restapi/x?page=2"},
        {"{\"records\":[],\"navigation\":{\"nextPage\":{\"uri\":\"/restapi/x\"}}}", true,
         "/restapi/x"},
        {"{\"records\":[],\"navigation\":{\"nextPage\":{\"uri\":\"http://h/other\"}}}", true, NULL},
        {"{\"records\":[],\"navigation\":{\"firstPage\":{\"uri\":\"http://h/restapi/1\"}}}", true,
         NULL},
        {"{\"navigation\":{},\"records\":[{\"id\":1}]}", true, NULL},
        {"{\"records\":[]}", true, NULL},
        {"{\"records\":[],\"navigation\":{\"nextPage\":{\"uri\":7}}}", true, NULL},
        {"{\"records\":[],\"navigation\":[]}", true, NULL},
        {"{\"records\":{}}", false, NULL},
        {"{\"navigation\":{}}", false, NULL},
        {"{\"records\":[{\"id\":1}],\"navigation\":{}", false, NULL},
        {"{\"records\":[{\"id\":1},]}", false, NULL},
        {"[]", false, NULL},
        {"", false, NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct calllog_page page;
        if (calllog_page_read(rows[i].text, strlen(rows[i].text), &page) != rows[i].is_page)
            fail_msg("%s: wanted %d", rows[i].text, rows[i].is_page);
        const char *got = calllog_page_next(&page);
        if (!text_same(got, rows[i].next))
            fail_msg("%s: next is %s", rows[i].text, got ? got : "none");
        calllog_page_done(&page);
    }
}

static void times_are_written_and_read(void **state)
{
    static const struct {
        const char *text;
        int64_t at_ms; /* -1: refused */
    } rows[] = {
        {"2025-03-01T09:00:00.000Z", 1740819600000},
        {"2025-03-01T09:00:00Z", 1740819600000},
        {"2025-03-01T09:00:00.5Z", 1740819600500},
        {"2025-03-01T09:00:00.123456Z", 1740819600123},
        {"2025-03-01T10:00:00.000+0100", 1740819600000},
        {"2025-03-01T04:00:00.000-05:00", 1740819600000},
        {"2025-03-01T09:00:00.000+0000", 1740819600000},
        {"2025-03-01T09:00:00", -1},
        {"2025-03-01", -1},
        {"yesterday", -1},
        {"", -1},
        {"2025-03-01T09:00:00Zjunk", -1},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        int64_t at_ms = -1;
        print_message("%s\n", rows[i].text);
        assert_int_equal(clock_parse(rows[i].text, &at_ms), rows[i].at_ms != -1);
        assert_int_equal(at_ms, rows[i].at_ms);
    }
    char text[25];
    clock_text(1740819600007, text);
    assert_string_equal(text, "2025-03-01T09:00:00.007Z");
}

static void a_token_answer_becomes_a_grant(void **state)
{
    struct grant grant = {.dead_code = "OAU-213", .dead_ms = 5, .owner_name = "kept"};
    assert_true(grant_read(&grant,
                           "{\"access_token\":\"A\",\"refresh_token\":\"R\",\"expires_in\":3600,"
                           "\"refresh_token_expires_in\":604800,\"scope\":\"ReadCallRecording "
                           "EditAccounts\",\"owner_id\":\"900001\",\"token_type\":\"bearer\"}",
                           1000));
    assert_string_equal(grant.access_token, "A");
    assert_string_equal(grant.refresh_token, "R");
    assert_string_equal(grant.owner_id, "900001");
    assert_string_equal(grant.owner_name, "kept");
    assert_string_equal(grant.dead_code, "");
    assert_int_equal(grant.access_until_ms, 3601000);
    assert_int_equal(grant.refresh_until_ms, 604801000);
    assert_true(grant_has_scope(&grant, "ReadCallLog"));  /* by ReadCallRecording */
    assert_true(grant_has_scope(&grant, "ReadAccounts")); /* by EditAccounts */
    assert_false(grant_has_scope(&grant, "EditCallLog"));
    assert_false(grant_has_scope(&grant, "ReadCall"));
    assert_false(grant_read(&grant, "{\"token_type\":\"bearer\"}", 1));
    assert_false(grant_read(&grant, "not json", 1));
    assert_string_equal(grant.access_token, "A");
    assert_true(grant_read(&grant, "{\"access_token\":\"B\"}", 1));
    assert_int_equal(grant.refresh_until_ms, 0); /* none was issued */
}

static void the_pkce_challenge_matches_the_rfc_vector(void **state)
{
    char challenge[44];
    oauth_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", challenge); /* RFC 7636 B */
    assert_string_equal(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(redirects_are_read),
        cmocka_unit_test(only_the_redirect_uri_itself_is_ours),
        cmocka_unit_test(both_error_envelopes_give_the_inner_code),
        cmocka_unit_test(only_an_invalid_grant_ends_a_grant),
        cmocka_unit_test(a_page_is_whole_and_says_what_follows),
        cmocka_unit_test(times_are_written_and_read),
        cmocka_unit_test(a_token_answer_becomes_a_grant),
        cmocka_unit_test(the_pkce_challenge_matches_the_rfc_vector),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
