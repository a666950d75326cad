/*
 * Who may do what on the tenant's page: log-in, tokens, hosts, origins, an ended session, requests no
 * browser sends.
 */
#include "web_rig.h"

static void given_window(struct web_rig *rig)
{
    log_in(&rig->browser);
    assert_int_equal(get(&rig->browser, "/platform"), 200);
}

/* --- getting in --- */

static void every_page_asks_for_a_log_in_first(void **state)
{
    static const char *const paths[] = {
        "/",      "/platform",  "/platform/confirm",      "/handsets",
        "/calls", "/call?id=x", "/recording?id=x&call=y", "/transfer",
        "/help",  "/nothing"};
    struct web_rig *rig = *state;
    struct browser *browser = &rig->browser;
    for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
        assert_int_equal(send_with(browser, paths[i], NULL, NULL), 303);
        assert_memory_equal(browser->location, "/login", 6);
    }
    assert_int_equal(send_with(browser, "/style.css", NULL, NULL), 200);
    assert_int_equal(send_with(browser, "/page.js", NULL, NULL), 200);
}

static void log_in_leads_to_the_page_that_was_asked_for_and_nowhere_else(void **state)
{
    static const struct {
        const char *path, *next;
    } rows[] = {
        {"/handsets", "/handsets"},          {"/calls?recorded=1", "/calls?recorded=1"},
        {"/login?next=//evil.test/", "/"},   {"/login?next=https://evil.test/", "/"},
        {"/login?next=/%5cevil.test/", "/"}, {"/login?next=/a%0d%0aX:y", "/"},
    };
    const char *const fields[] = {"username", USER, "password", PASSWORD, NULL};
    struct web_rig *rig = *state;
    struct browser *browser = &rig->browser;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        browser->cookies[0] = '\0';
        get(browser, rows[i].path);
        assert_int_equal(press_only(browser, "/login", NULL, fields), 303);
        assert_string_equal(browser->location, rows[i].next);
    }
}

static void the_cookie_is_for_this_page_only(void **state)
{
    const char *const fields[] = {"username", USER, "password", PASSWORD, NULL};
    struct web_rig *rig = *state;
    get(&rig->browser, "/login");
    press_only(&rig->browser, "/login", NULL, fields);
    const char *cookie = strstr(rig->browser.headers, "Set-Cookie: rc_tenant=");
    assert_non_null(cookie);
    assert_non_null(strstr(cookie, "HttpOnly; SameSite=Lax"));
}

static void wrong_passwords_shut_the_door_for_a_while(void **state)
{
    const char *const wrong[] = {"username", USER, "password", "incorrect horse", NULL};
    const char *const stranger[] = {"username", "nobody", "password", PASSWORD, NULL};
    const char *const right[] = {"username", USER, "password", PASSWORD, NULL};
    struct web_rig *rig = *state;
    struct browser *browser = &rig->browser;
    get(browser, "/login");
    assert_int_equal(press(browser, "/login", NULL, stranger), 403);
    shows(browser, "Username or password is wrong.");
    for (int i = 0; i < 4; i++)
        assert_int_equal(press(browser, "/login", NULL, wrong), 403);
    assert_int_equal(press(browser, "/login", NULL, right), 429);
    shows(browser, "Too many wrong passwords.");
    assert_null(strstr(browser->cookies, "rc_tenant"));
}

static void a_log_in_form_of_another_browser_does_not_count(void **state)
{
    const char *const right[] = {"username", USER, "password", PASSWORD, NULL};
    struct web_rig *rig = *state;
    struct browser *browser = &rig->browser;
    get(browser, "/login");
    browser->cookies[0] = '\0';
    assert_int_equal(press_only(browser, "/login", NULL, right), 403);
    shows(browser, "The form was old.");
}

static void log_out_ends_the_session(void **state)
{
    struct web_rig *rig = *state;
    struct browser *browser = &rig->browser;
    char cookies[400];
    log_in(browser);
    snprintf(cookies, sizeof(cookies), "%s", browser->cookies);
    press(browser, "/logout", NULL, NULL);
    shows(browser, "Tenant log-in");
    snprintf(browser->cookies, sizeof(browser->cookies), "%s", cookies); /* an old copy */
    assert_int_equal(send_with(browser, "/platform", NULL, NULL), 303);
}

/* --- tokens, hosts, origins --- */

static void a_post_without_the_sessions_token_does_nothing(void **state)
{
    static const struct {
        const char *path, *form;
    } rows[] = {
        {"/platform", "action=save&sip_domain=d.test&proxy=p.test:1"},
        {"/platform", "csrf=0123&action=save&sip_domain=d.test&proxy=p.test:1"},
        {"/platform", "action=authenticate"},
        {"/platform/confirm", "action=ok"},
        {"/handsets", "action=reload"},
        {"/transfer", ""},
        {"/check", "csrf="},
        {"/logout", "csrf=x"},
    };
    struct web_rig *rig = *state;
    struct browser *browser = &rig->browser;
    struct settings settings;
    struct grant grant;
    given_window(rig);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        if (send_with(browser, rows[i].path, rows[i].form, NULL) != 403)
            fail_msg("%s %s: %d", rows[i].path, rows[i].form, browser->status);
        assert_int_equal(read_slot(rig, SLOT_PENDING, &settings, &grant), 0);
    }
    assert_int_equal(get(browser, "/platform"), 200); /* still logged in */
    shows(browser, "Log out");
}

static void a_form_from_another_site_is_refused(void **state)
{
    static const struct {
        const char *origin;
        int status;
    } rows[] = {{"Origin: https://evil.test", 403},
                {"Origin: null", 403},
                {"Origin: http://127.0.0.1:1", 403},
                {"Origin: ", 303}};
    struct web_rig *rig = *state;
    struct browser *browser = &rig->browser;
    struct sb form = SB_MAX(8192);
    struct sip_fields fields;
    given_window(rig);
    fill(browser->body, "/platform", "save", sip_fields(rig, &fields), &form);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        assert_int_equal(send_with(browser, "/platform", sb_text(&form), rows[i].origin),
                         rows[i].status);
    sb_done(&form);
}

static void another_hosts_name_is_not_answered(void **state)
{
    struct web_rig *rig = *state;
    char own[64];
    assert_int_equal(send_with(&rig->browser, "/login", NULL, "Host: evil.test"), 421);
    snprintf(own, sizeof(own), "Host: localhost:%d", tenant_port(rig->tenant));
    assert_int_equal(send_with(&rig->browser, "/login", NULL, own), 200);
}

static void answers_keep_a_page_to_itself(void **state)
{
    static const char *const wanted[] = {
        "default-src 'none'", "script-src 'self'", "frame-ancestors 'none'",
        "form-action 'self'", "nosniff",           "Cache-Control: no-store"};
    struct web_rig *rig = *state;
    given_window(rig);
    for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
        assert_non_null(strstr(rig->browser.headers, wanted[i]));
    /* nothing inline that the policy would have to allow */
    hides(&rig->browser, "style=");
    hides(&rig->browser, "onclick");
    hides(&rig->browser, "<style");
}

/* --- a session that ends in the middle --- */

static void restart_with_session_of(struct web_rig *rig, int seconds)
{
    tenant_stop(rig->tenant);
    rig->options.session_s = seconds;
    start_tenant(rig);
}

static void an_ended_session_gives_the_typed_entries_back(void **state)
{
    struct web_rig *rig = *state;
    struct browser *browser = &rig->browser;
    const char *const who[] = {"username", USER, "password", PASSWORD, NULL};
    const char *const wrong[] = {"username", USER, "password", "incorrect", NULL};
    struct settings settings;
    struct grant grant;
    struct sb form = SB_MAX(8192);
    struct sip_fields fields;
    given_window(rig);
    fill(browser->body, "/platform", "save", sip_fields(rig, &fields), &form);
    restart_with_session_of(rig, 600); /* the new process knows no session */
    assert_int_equal(send_with(browser, "/platform", sb_text(&form), NULL), 403);
    shows(browser, "Nothing was saved; log in and your entries are back.");
    assert_int_equal(read_slot(rig, SLOT_PENDING, &settings, &grant), 0);
    press(browser, "/login", NULL, wrong); /* also over a wrong password */
    assert_int_equal(press_only(browser, "/login", NULL, who), 200);
    shows(browser, "Welcome back.");
    shows(browser, fields.proxy);
    assert_int_equal(read_slot(rig, SLOT_PENDING, &settings, &grant), 0);
    press(browser, "/platform", "save", NULL);
    shows(browser, "Confirm Changes");
    shows(browser, fields.proxy);
    sb_done(&form);
}

static void a_return_without_a_session_is_kept_behind_the_log_in(void **state)
{
    struct web_rig *rig = *state;
    struct browser *browser = &rig->browser;
    const char *const who[] = {"username", USER, "password", PASSWORD, NULL};
    char mark[64];
    given_window(rig);
    leave(rig, mark, sizeof(mark));
    browser->cookies[0] = '\0'; /* ended while at the provider */
    assert_int_equal(come_back(rig, mark), 200);
    shows(browser, "What came back was kept");
    assert_int_equal(rig->platform->asked_code, 1); /* at once: codes live a minute */
    press(browser, "/login", NULL, who);
    status_is(browser, "Authenticated");
    shows(browser, "Click Save, then OK.");
}

static void a_weak_page_throws_a_return_without_a_session_away(void **state)
{
    struct web_rig *rig = *state;
    struct browser *browser = &rig->browser;
    const char *const who[] = {"username", USER, "password", PASSWORD, NULL};
    char mark[64];
    given_window(rig);
    restart_weak(rig, "state-in-session");
    leave(rig, mark, sizeof(mark));
    browser->cookies[0] = '\0'; /* ended while at the provider */
    come_back(rig, mark);
    assert_int_equal(rig->platform->asked_code, 0);
    press(browser, "/login", NULL, who);
    shows(browser, "RETURN_STATE_LOST");
    status_is(browser, "Not Authenticated"); /* and nobody knows why the provider's word is lost */
    /* in one go it works */
    authorize(rig);
    status_is(browser, "Authenticated");
}

static void a_form_of_an_older_log_in_keeps_its_entries(void **state)
{
    struct web_rig *rig = *state;
    struct browser *browser = &rig->browser;
    struct sb form = SB_MAX(8192);
    struct sip_fields fields;
    given_window(rig);
    fill(browser->body, "/platform", "save", sip_fields(rig, &fields), &form);
    browser->cookies[0] = '\0';
    log_in(browser);
    assert_int_equal(send_with(browser, "/platform", sb_text(&form), NULL), 403);
    shows(browser, "nothing was saved yet");
    shows(browser, fields.proxy);
    assert_int_equal(press(browser, "/platform", "save", NULL), 200);
    shows(browser, "Confirm Changes");
    sb_done(&form);
}

/* --- requests no browser sends --- */

static void odd_requests_get_a_plain_refusal(void **state)
{
    static const struct {
        const char *path, *form, *header;
        int status;
    } rows[] = {
        {"/platform", "x", "Content-Type: application/json", 415},
        {"/platform", "x", "Content-Type: multipart/form-data; boundary=x", 415},
        {"/nothing", NULL, NULL, 404},
        {"/platform/../secret", NULL, NULL, 404},
        {"/check", NULL, NULL, 405},
        {"/help", "a=b", NULL, 405},
        {"/call?id=none", NULL, NULL, 404},
        {"/call", NULL, NULL, 404},
        {"/recording?id=none&call=none", NULL, NULL, 404},
        {"/calls?until=-9999999999999999999&after=%00", NULL, NULL, 200},
        {"/calls?until=x", NULL, NULL, 200},
        {"/platform?said=<script>&returned=<script>", NULL, NULL, 200},
    };
    struct web_rig *rig = *state;
    log_in(&rig->browser);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        int status = send_with(&rig->browser, rows[i].path, rows[i].form, rows[i].header);
        if (status != rows[i].status)
            fail_msg("%s: wanted %d, was %d", rows[i].path, rows[i].status, status);
        hides(&rig->browser, "<script>");
    }
}

static void a_body_without_end_is_not_read(void **state)
{
    struct web_rig *rig = *state;
    char *large = xmalloc(SERVER_BODY_MAX + 100);
    memset(large, 'a', SERVER_BODY_MAX + 99);
    large[SERVER_BODY_MAX + 99] = '\0';
    log_in(&rig->browser);
    assert_int_equal(send_with(&rig->browser, "/platform", large, NULL), 413);
    assert_int_equal(get(&rig->browser, "/platform"), 200);
    free(large);
}

int main(void)
{
#define PAGE(name) cmocka_unit_test_setup_teardown(name, given_page, no_page)
    const struct CMUnitTest tests[] = {
        PAGE(every_page_asks_for_a_log_in_first),
        PAGE(log_in_leads_to_the_page_that_was_asked_for_and_nowhere_else),
        PAGE(the_cookie_is_for_this_page_only),
        PAGE(wrong_passwords_shut_the_door_for_a_while),
        PAGE(a_log_in_form_of_another_browser_does_not_count),
        PAGE(log_out_ends_the_session),
        PAGE(a_post_without_the_sessions_token_does_nothing),
        PAGE(a_form_from_another_site_is_refused),
        PAGE(another_hosts_name_is_not_answered),
        PAGE(answers_keep_a_page_to_itself),
        PAGE(an_ended_session_gives_the_typed_entries_back),
        PAGE(a_return_without_a_session_is_kept_behind_the_log_in),
        PAGE(a_weak_page_throws_a_return_without_a_session_away),
        PAGE(a_form_of_an_older_log_in_keeps_its_entries),
        PAGE(odd_requests_get_a_plain_refusal),
        PAGE(a_body_without_end_is_not_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
