/* The login pages walked as a browser walks them: oauth.md 3, 4. */
#include "support/oauth_probe.h"

#include "oauth/brand.h"

static const char *page_of(struct probe *probe)
{
    return probe_event(probe, EVENT_PAGE);
}

static void a_person_walks_from_identifier_to_consent_and_back_with_a_code(void **state)
{
    struct probe *probe = *state;
    assert_int_equal(probe_get(probe, PROBE_AUTHORIZE "&login_hint=alice%40acme.test"), 302);
    assert_string_equal(probe_header(probe, "Location"), "/oauth/login");
    probe_follow(probe);
    assert_string_equal(page_of(probe), "identifier");
    assert_non_null(strstr(probe_body(probe), "value=\"alice@acme.test\""));
    probe_submit(probe, "/oauth/login/identifier", "username=alice@acme.test");
    assert_string_equal(page_of(probe), "password");
    assert_null(strstr(probe_body(probe), "name=\"extension\""));
    probe_submit(probe, "/oauth/login/password", "password=Correct7%21Horse");
    assert_string_equal(page_of(probe), "consent");
    assert_non_null(strstr(probe_body(probe), "<h1>Access Request</h1>"));
    assert_non_null(strstr(probe_body(probe), "Read the call log <small>ReadCallLog</small>"));
    assert_null(strstr(probe_body(probe), "<small>SMS</small>"));
    assert_string_equal(probe_event(probe, EVENT_USER), "alice@acme.test");
    probe_submit(probe, "/oauth/consent", "decision=authorize");
    assert_int_equal(probe->reply.status, 302);
    const char *location = probe_header(probe, "Location");
    assert_true(text_starts(location, PROBE_REDIRECT "?code="));
    assert_non_null(strstr(location, "&state=st%20%26&expires_in=60"));
    assert_true(strlen(probe_location_param(probe, "code")) >= 200);
    assert_string_equal(probe_event(probe, EVENT_DECISION), "authorize");
    assert_string_equal(probe_event(probe, EVENT_SCOPE), "ReadAccounts ReadCallLog WebSocket");
}

static void declining_sends_back_access_denied_with_its_odd_blanks(void **state)
{
    struct probe *probe = *state;
    probe_sign_in(probe, PROBE_AUTHORIZE, "alice@acme.test");
    probe_submit(probe, "/oauth/consent", "decision=decline");
    assert_string_equal(probe_header(probe, "Location"),
                        PROBE_REDIRECT "?error=access_denied&error_description="
                                       "The%2Buser%2Bdeclined%2Bthe%2Brequest&state=st%20%26");
    assert_string_equal(probe_event(probe, EVENT_DECISION), "decline");
    probe_get(probe, "/oauth/login");
    assert_int_equal(probe->reply.status, 400);
}

static void a_phone_number_brings_the_extension_box(void **state)
{
    struct probe *probe = *state;
    probe_get(probe, PROBE_AUTHORIZE);
    probe_follow(probe);
    probe_submit(probe, "/oauth/login/identifier", "username=%28202%29+555-0100");
    assert_non_null(strstr(probe_body(probe), "<label for=\"extension\">"));
    probe_submit(probe, "/oauth/login/password", "extension=102&password=Correct7%21Horse");
    assert_string_equal(page_of(probe), "consent");
    assert_string_equal(probe_event(probe, EVENT_USER), "bruno@acme.test");
}

static void every_page_carries_the_headers_that_keep_it_safe(void **state)
{
    struct probe *probe = *state;
    probe_sign_in(probe, PROBE_AUTHORIZE, "alice@acme.test");
    assert_string_equal(probe_header(probe, "X-Frame-Options"), "DENY");
    assert_string_equal(probe_header(probe, "Cache-Control"), "no-store");
    assert_string_equal(probe_header(probe, "Referrer-Policy"), "no-referrer");
    assert_string_equal(probe_header(probe, "X-Content-Type-Options"), "nosniff");
    const char *policy = probe_header(probe, "Content-Security-Policy");
    assert_true(text_starts(policy, "default-src 'none'; "));
    assert_non_null(strstr(policy, "frame-ancestors 'none'"));
    assert_non_null(strstr(policy, "form-action 'self' https://ccaas.example"));
    assert_null(strstr(policy, "unsafe"));
    assert_null(strstr(probe_body(probe), "<script"));
    assert_null(strstr(probe_body(probe), "style=\""));
    assert_null(strstr(probe_body(probe), "http://"));
}

static void the_cookie_is_for_this_server_alone_and_changes_at_sign_in(void **state)
{
    struct probe *probe = *state;
    probe_get(probe, PROBE_AUTHORIZE);
    const char *set = probe_header(probe, "Set-Cookie");
    assert_non_null(strstr(set, "; Path=/; HttpOnly; SameSite=Lax"));
    char before[128];
    snprintf(before, sizeof before, "%s", probe->cookie);
    probe_sign_in(probe, PROBE_AUTHORIZE, "alice@acme.test");
    assert_string_not_equal(before, probe->cookie);
    snprintf(probe->cookie, sizeof probe->cookie, "%s", before);
    assert_int_equal(probe_get(probe, "/oauth/login"), 400);
}

static void a_form_without_its_token_is_refused(void **state)
{
    static const char *const forms[] = {"username=alice@acme.test", "csrf=&username=a@b.test",
                                        "csrf=wrong&username=alice@acme.test"};
    struct probe *probe = *state;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        probe_get(probe, PROBE_AUTHORIZE);
        assert_int_equal(probe_post(probe, "/oauth/login/identifier", forms[i]), 403);
        assert_string_equal(probe_alert(probe), "CSRF");
    }
    probe_sign_in(probe, PROBE_AUTHORIZE, "alice@acme.test");
    char *csrf = xstrdup(probe_between(probe, "name=\"csrf\" value=\"", "\"")), form[256];
    probe_get(probe, PROBE_AUTHORIZE "&prompt=consent"); /* another tab */
    snprintf(form, sizeof form, "csrf=%s&decision=authorize", csrf);
    assert_int_equal(probe_post(probe, "/oauth/consent", form), 403);
    free(csrf);
}

static void a_browsers_back_lets_another_name_be_typed(void **state)
{
    struct probe *probe = *state;
    probe_get(probe, PROBE_AUTHORIZE);
    probe_follow(probe);
    probe_submit(probe, "/oauth/login/identifier", "username=nobody@acme.test");
    assert_string_equal(page_of(probe), "password");
    probe_submit(probe, "/oauth/login/identifier", "username=alice@acme.test");
    assert_string_equal(page_of(probe), "password");
    assert_non_null(strstr(probe_body(probe), "alice@acme.test"));
    assert_null(strstr(probe_body(probe), "nobody@acme.test"));
}

static void a_form_sent_twice_or_out_of_turn_leads_to_the_due_page(void **state)
{
    struct probe *probe = *state;
    probe_get(probe, PROBE_AUTHORIZE);
    probe_follow(probe);
    probe_submit(probe, "/oauth/consent", "decision=authorize");
    assert_string_equal(page_of(probe), "identifier");
    probe_submit(probe, "/oauth/login/identifier", "username=alice@acme.test");
    probe_submit(probe, "/oauth/login/identifier", "username=alice@acme.test");
    assert_string_equal(page_of(probe), "password");
    assert_non_null(strstr(probe_body(probe), "alice@acme.test"));
    probe_get(probe, "/oauth/login?step=identifier");
    assert_string_equal(page_of(probe), "identifier");
    probe_sign_in(probe, PROBE_AUTHORIZE, "alice@acme.test");
    probe_submit(probe, "/oauth/consent", "decision=perhaps");
    assert_string_equal(probe_alert(probe), "CMN-100");
    probe_submit(probe, "/oauth/consent", "decision=authorize");
    probe_post(probe, "/oauth/consent", "decision=authorize");
    assert_int_equal(probe->reply.status, 400);
    assert_string_equal(probe_alert(probe), "LOGIN-GONE");
}

static void without_a_cookie_there_is_no_walk(void **state)
{
    struct probe *probe = *state;
    assert_int_equal(probe_get(probe, "/oauth/login"), 400);
    probe_get(probe, PROBE_AUTHORIZE);
    clock_advance(probe->world, 8 * 3600000 - 1);
    assert_int_equal(probe_get(probe, "/oauth/login"), 200);
    clock_advance(probe->world, 1);
    assert_int_equal(probe_get(probe, "/oauth/login"), 400);
}

static void consent_is_asked_for_once_and_again_for_more(void **state)
{
    struct probe *probe = *state;
    free(probe_code_for(probe, PROBE_AUTHORIZE, "alice@acme.test"));
    assert_int_equal(probe_get(probe, PROBE_AUTHORIZE), 302);
    assert_non_null(probe_location_param(probe, "code"));
    probe_get(probe, PROBE_AUTHORIZE "&prompt=consent");
    probe_follow(probe);
    assert_string_equal(page_of(probe), "consent");
    probe->conf->scopes |= SCOPE_BIT(SMS);
    probe_get(probe, PROBE_AUTHORIZE);
    probe_follow(probe);
    assert_string_equal(page_of(probe), "consent");
    assert_non_null(strstr(probe_body(probe), "<small>SMS</small>"));
    probe_submit(probe, "/oauth/login/restart", "");
    assert_string_equal(page_of(probe), "identifier");
}

static void prompt_says_what_may_be_shown(void **state)
{
    struct probe *probe = *state;
    probe_get(probe, PROBE_AUTHORIZE "&prompt=none");
    assert_string_equal(probe_location_param(probe, "error"), "login_required");
    assert_string_equal(probe_location_param(probe, "state"), "st &");
    probe_get(probe, PROBE_AUTHORIZE "&prompt=none%20login");
    assert_string_equal(probe_location_param(probe, "error"), "invalid_request");
    probe_sign_in(probe, PROBE_AUTHORIZE, "alice@acme.test");
    probe_get(probe, PROBE_AUTHORIZE "&prompt=none");
    assert_string_equal(probe_location_param(probe, "error"), "consent_required");
    probe_get(probe, PROBE_AUTHORIZE);
    probe_follow(probe);
    probe_submit(probe, "/oauth/consent", "decision=authorize");
    probe_get(probe, PROBE_AUTHORIZE "&prompt=none");
    assert_non_null(probe_location_param(probe, "code"));
    probe_get(probe, PROBE_AUTHORIZE "&prompt=login+sso");
    assert_non_null(probe_location_param(probe, "code"));
    probe_get(probe, PROBE_AUTHORIZE "&prompt=login");
    probe_follow(probe);
    assert_string_equal(page_of(probe), "identifier");
    probe_get(probe, PROBE_AUTHORIZE "&prompt=sso");
    probe_follow(probe);
    assert_string_equal(page_of(probe), "sso");
}

static void each_brand_has_its_dress(void **state)
{
    static const struct {
        const char *query, *name, *colour;
    } rows[] = {
        {"", "RingCentral", "--primary:#0a5fb4"},
        {"&brand_id=", "RingCentral", "--primary:#0a5fb4"},
        {"&brandId=1210", "RingCentral", "--primary:#0a5fb4"},
        {"&brand_id=6010", "Avaya Cloud Office", "--primary:#b8122b"},
        {"&brandId=6010&brand_id=6010", "Avaya Cloud Office", "--primary:#b8122b"},
        {"&brandId=7710", "BT Cloud Work", "--primary:#4d12ad"},
    };
    struct probe *probe = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char target[512], header[128];
        snprintf(target, sizeof target, "%s%s", PROBE_AUTHORIZE, rows[i].query);
        snprintf(header, sizeof header, "<span>%s</span>", rows[i].name);
        probe_get(probe, target);
        probe_follow(probe);
        if (!strstr(probe_body(probe), header) || !strstr(probe_body(probe), rows[i].colour))
            fail_msg("%s", rows[i].query);
    }
}

static void on_a_page_of_the_wrong_brand_the_login_is_not_found(void **state)
{
    struct probe *probe = *state;
    probe_sign_in(probe, PROBE_AUTHORIZE "&brandId=6010", "alice@acme.test");
    assert_string_equal(page_of(probe), "password");
    assert_string_equal(probe_alert(probe), "OAU-140");
    assert_string_equal(probe_event(probe, EVENT_REASON),
                        "the page is of brand 6010, the account of brand 1210");
    xset(&probe->account->brand_id, "6010");
    probe_sign_in(probe, PROBE_AUTHORIZE "&brandId=6010", "alice@acme.test");
    assert_string_equal(page_of(probe), "consent");
}

static void what_people_typed_is_escaped(void **state)
{
    struct probe *probe = *state;
    xset(&probe->conf->name, "Bold <b>& 'App'</b>");
    probe_get(probe, PROBE_AUTHORIZE "&login_hint=%22%3E%3Cscript%3E");
    probe_follow(probe);
    assert_non_null(strstr(probe_body(probe), "value=\"&quot;&gt;&lt;script&gt;\""));
    probe_submit(probe, "/oauth/login/identifier", "username=%3Ci%3Eeve%3C/i%3E");
    assert_non_null(strstr(probe_body(probe), "&lt;i&gt;eve&lt;/i&gt;"));
    probe_sign_in(probe, PROBE_AUTHORIZE, "alice@acme.test");
    assert_non_null(strstr(probe_body(probe), "Bold &lt;b&gt;&amp; &#39;App&#39;&lt;/b&gt;"));
    assert_null(strstr(probe_body(probe), "<b>"));
}

static void a_custom_scheme_may_be_gone_back_to(void **state)
{
    struct probe *probe = *state;
    app_add_redirect(probe->conf, "com.example.desk:/cb?x=1");
    probe_sign_in(probe,
                  "/restapi/oauth/authorize?response_type=code&client_id=conf&"
                  "redirect_uri=com.example.desk%3A%2Fcb%3Fx%3D1",
                  "alice@acme.test");
    assert_non_null(strstr(probe_header(probe, "Content-Security-Policy"),
                           "form-action 'self' com.example.desk:"));
    probe_submit(probe, "/oauth/consent", "decision=authorize");
    assert_true(text_starts(probe_header(probe, "Location"), "com.example.desk:/cb?x=1&code="));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        probe_test(a_person_walks_from_identifier_to_consent_and_back_with_a_code),
        probe_test(declining_sends_back_access_denied_with_its_odd_blanks),
        probe_test(a_phone_number_brings_the_extension_box),
        probe_test(every_page_carries_the_headers_that_keep_it_safe),
        probe_test(the_cookie_is_for_this_server_alone_and_changes_at_sign_in),
        probe_test(a_form_without_its_token_is_refused),
        probe_test(a_browsers_back_lets_another_name_be_typed),
        probe_test(a_form_sent_twice_or_out_of_turn_leads_to_the_due_page),
        probe_test(without_a_cookie_there_is_no_walk),
        probe_test(consent_is_asked_for_once_and_again_for_more),
        probe_test(prompt_says_what_may_be_shown),
        probe_test(each_brand_has_its_dress),
        probe_test(on_a_page_of_the_wrong_brand_the_login_is_not_found),
        probe_test(what_people_typed_is_escaped),
        probe_test(a_custom_scheme_may_be_gone_back_to),
    };
    return cmocka_run_group_tests_name("oauth_pages", tests, NULL, NULL) != 0;
}
