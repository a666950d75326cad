/* Bad input at every OAuth endpoint: the documented error or a clean refusal, nothing leaked. */
#include "support/oauth_probe.h"

#include "base/buf.h"

#define CANARY "c4n4ry-S3cret"

/* Every text this server gave out or wrote down since the start. */
static void gather(struct probe *probe, struct buf *out)
{
    buf_add(out, probe->reply.head.data ? probe->reply.head.data : "", probe->reply.head.len);
    buf_str(out, probe_body(probe));
    struct json_out json;
    json_out_init(&json, out);
    json_open(&json, NULL);
    event_json(&probe->event, &json);
    json_close(&json);
}

static void open_redirects_are_refused_without_a_redirect(void **state)
{
    static const char *const uris[] = {
        "https%3A%2F%2Fccaas.example%2Fcb%2F",
        "https%3A%2F%2Fccaas.example%2Fcb%3Fx",
        "https%3A%2F%2Fccaas.example%2Fcb%23x",
        "https%3A%2F%2Fccaas.example%2Fcb%2F..%2Fother",
        "https%3A%2F%2Fccaas.example.evil%2Fcb",
        "https%3A%2F%2Fccaas.example%40evil%2Fcb",
        "https%3A%2F%2Fevil%2F",
        "HTTPS%3A%2F%2Fccaas.example%2Fcb",
        "https%3A%2F%2Fccaas.example%2Fcb%20",
        "https%3A%2F%2Fccaas.example%2Fcb%0D%0ALocation%3A%20https%3A%2F%2Fevil",
        "%2F%2Fevil",
        "%2Foauth%2Flogin",
        "javascript%3Aalert(1)",
        "data%3Atext%2Fhtml%2Cx",
    };
    struct probe *probe = *state;
    for (size_t i = 0; i < sizeof uris / sizeof *uris; i++) {
        char target[512];
        snprintf(target, sizeof target,
                 "/restapi/oauth/authorize?response_type=code&client_id=conf&redirect_uri=%s",
                 uris[i]);
        int status = probe_get(probe, target);
        if (status != 400 || probe_header(probe, "Location") ||
            !text_eq(probe_code(probe), "OAU-109"))
            fail_msg("%s: %d %s", uris[i], status, probe_body(probe));
    }
}

static void state_and_errors_can_not_break_out_of_the_location(void **state)
{
    struct probe *probe = *state;
    probe_get(probe, "/restapi/oauth/authorize?response_type=code&client_id=conf&prompt=none&"
                     "state=%0D%0ASet-Cookie%3A+evil%3D1%26code%3Dx%23");
    assert_null(probe_header(probe, "Set-Cookie"));
    assert_null(probe_location_param(probe, "code"));
    assert_string_equal(probe_location_param(probe, "state"), "\r\nSet-Cookie: evil=1&code=x#");
}

static void a_form_that_is_no_form_is_a_clean_refusal(void **state)
{
    static const struct {
        const char *label, *body;
        size_t len;
        const char *type;
        int status;
    } rows[] = {
        {"broken escape", "grant_type=%zz", 0, NULL, 400},
        {"not UTF-8", "grant_type=\xff\xfe", 0, NULL, 400},
        {"not UTF-8 when decoded", "grant_type=%ff%fe", 0, NULL, 400},
        {"overlong UTF-8", "grant_type=%c0%af", 0, NULL, 400},
        {"a NUL", "grant_type=a%00b", 0, NULL, 400},
        {"a raw NUL", "grant_type=a\0b", 14, NULL, 400},
        {"bad JSON", "{", 0, "application/json", 400},
        {"JSON", "{\"grant_type\":\"refresh_token\"}", 0, "application/json", 415},
        {"XML", "<a/>", 0, "text/xml", 415},
        {"text", "grant_type=refresh_token", 0, "text/plain", 415},
        {"multipart", "--x\r\n", 0, "multipart/form-data; boundary=x", 400},
        {"nothing", "", 0, NULL, 400},
        {"only separators", "&&&&=&=", 0, NULL, 400},
        {"names without values", "grant_type&refresh_token", 0, NULL, 400},
        {"many repeats", "a=1&a=1&a=1&a=1", 0, NULL, 400},
    };
    static const char *const targets[] = {"/restapi/oauth/token", "/restapi/oauth/revoke",
                                          "/restapi/oauth/authorize"};
    struct probe *probe = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t j = 0; j < sizeof targets / sizeof *targets; j++) {
            probe->content_type = rows[i].type;
            probe_as(probe, PROBE_CONF);
            int status = probe_send_n(probe, "POST", targets[j], rows[i].body,
                                      rows[i].len ? rows[i].len : strlen(rows[i].body));
            if (status != rows[i].status ||
                !probe_json(probe, "message") == !probe_json(probe, "error_description"))
                fail_msg("%s to %s: %d %s", rows[i].label, targets[j], status, probe_body(probe));
        }
}

static void a_body_cut_short_or_too_large_changes_nothing(void **state)
{
    struct probe *probe = *state;
    struct probe_pair pair = probe_grant(probe);
    char form[512];
    snprintf(form, sizeof form, "token=%s", pair.access);
    probe->is_body_cut = true;
    assert_int_equal(probe_post(probe, "/restapi/oauth/revoke", form), 400);
    assert_string_equal(probe_code(probe), "CMN-104");
    probe->is_body_cut = false;
    probe->is_body_too_large = true;
    assert_int_equal(probe_post(probe, "/restapi/oauth/revoke", form), 413);
    probe->is_body_too_large = false;
    assert_int_equal(probe_use(probe, pair.access), 200);
}

static void what_is_too_long_is_refused_or_cut_and_never_kept(void **state)
{
    static const struct {
        const char *name;
        size_t len;
        bool is_good;
    } rows[] = {
        {"state", 4096, true},
        {"state", 4097, false},
        {"nonce", 512, true},
        {"nonce", 513, false},
        {"login_hint", 320, true},
        {"login_hint", 321, false},
        {"display", 17, false},
        {"code_challenge", 128, true},
        {"code_challenge", 129, false},
        {"client_id", 100000, false},
        {"redirect_uri", 100000, false},
    };
    struct probe *probe = *state;
    char *form = xmalloc(200000);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool is_own = text_eq(rows[i].name, "client_id");
        int at = sprintf(form, "response_type=code&%s%s=", is_own ? "" : "client_id=conf&",
                         rows[i].name);
        memset(form + at, 'x', rows[i].len);
        form[(size_t)at + rows[i].len] = '\0';
        int status = probe_post(probe, "/restapi/oauth/authorize", form);
        if (status != (rows[i].is_good ? 302 : 400) || probe->reply.body.len > 2000)
            fail_msg("%s of %zu: %d", rows[i].name, rows[i].len, status);
    }
    memset(form, 'x', 199999);
    form[199999] = '\0';
    memcpy(form, "grant_type=", 11);
    probe_as(probe, PROBE_CONF);
    assert_int_equal(probe_post(probe, "/restapi/oauth/token", form), 400);
    assert_string_equal(probe_code(probe), "OAU-250");
    assert_true(probe->reply.body.len < 2000);
    for (size_t i = 0; i < 199998; i += 2)
        memcpy(form + i, "a&", 2);
    assert_int_equal(probe_post(probe, "/restapi/oauth/token", form), 400);
    free(form);
}

static void logins_are_bounded_and_the_oldest_goes(void **state)
{
    struct probe *probe = *state;
    probe_get(probe, PROBE_AUTHORIZE);
    char first[128];
    snprintf(first, sizeof first, "%s", probe->cookie);
    for (int i = 0; i < LOGINS_MAX - 1; i++)
        login_new(probe->world);
    assert_int_equal(probe_get(probe, "/oauth/login"), 200);
    login_new(probe->world);
    snprintf(probe->cookie, sizeof probe->cookie, "%s", first);
    assert_int_equal(probe_get(probe, "/oauth/login"), 400);
}

static void no_secret_is_in_any_answer_or_in_the_journal(void **state)
{
    static const struct {
        const char *method, *target, *form;
    } calls[] = {
        {"POST", "/restapi/oauth/token",
         "grant_type=password&username=alice@acme.test&password=" CANARY},
        {"POST", "/restapi/oauth/token", "grant_type=refresh_token&refresh_token=" CANARY},
        {"POST", "/restapi/oauth/token", "grant_type=authorization_code&code=" CANARY},
        {"POST", "/restapi/oauth/token",
         "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion=" CANARY},
        {"POST", "/restapi/oauth/token", "client_id=conf&client_secret=" CANARY},
        {"POST", "/restapi/oauth/token?client_secret=" CANARY, "client_id=conf"},
        {"GET", "/restapi/oauth/authorize?pass%77ord=" CANARY "&cod%65=" CANARY, NULL},
        {"GET", "/oauth/login?new_password=" CANARY "&csrf=" CANARY, NULL},
        {"POST", "/restapi/oauth/token?password=" CANARY "&password=x", "grant_type=password"},
        {"POST", "/restapi/oauth/token", "client_assertion=" CANARY},
        {"POST", "/restapi/oauth/revoke?token=" CANARY, "token=other"},
        {"POST", "/restapi/oauth/revoke", "token=" CANARY},
        {"GET", "/restapi/oauth/userinfo?access_token=" CANARY CANARY, NULL},
        {"GET", "/oauth/login?code=" CANARY, NULL},
        {"POST", "/oauth/login/password", "csrf=" CANARY "&password=" CANARY},
    };
    struct probe *probe = *state;
    struct buf all;
    buf_init(&all, 64 << 20);
    probe->world->knobs.oauth_password_grant = true;
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        probe_as(probe,
                 strstr(calls[i].form ? calls[i].form : "client_", "client_") ? NULL : PROBE_CONF);
        probe_send_n(probe, calls[i].method, calls[i].target, calls[i].form,
                     calls[i].form ? strlen(calls[i].form) : 0);
        gather(probe, &all);
    }
    probe->authorization = "Basic Y29uZjpjNG40cnktUzNjcmV0"; /* conf:CANARY */
    probe_post(probe, "/restapi/oauth/token", "grant_type=refresh_token&refresh_token=x");
    assert_string_equal(probe_code(probe), "OAU-146");
    gather(probe, &all);
    probe->authorization = "Bearer " CANARY CANARY;
    probe_get(probe, "/restapi/oauth/userinfo");
    gather(probe, &all);
    probe->authorization = NULL;
    probe_get(probe, PROBE_AUTHORIZE);
    probe_follow(probe);
    probe_submit(probe, "/oauth/login/identifier", "username=alice@acme.test");
    probe_submit(probe, "/oauth/login/password", "password=" CANARY);
    gather(probe, &all);
    assert_true(all.len > 5000);
    const char *at = strstr(buf_text(&all), CANARY);
    if (at)
        fail_msg("leaked: %.200s", at - (at - buf_text(&all) > 150 ? 150 : 0));
    assert_null(strstr(buf_text(&all), "Y29uZjpjNG40cnktUzNjcmV0"));
    assert_null(strstr(buf_text(&all), "app-secret"));
    buf_done(&all);
}

static void no_token_of_a_whole_walk_is_in_the_journal(void **state)
{
    struct probe *probe = *state;
    char *code = probe_code_for(probe, PROBE_AUTHORIZE, "alice@acme.test");
    char *cookie = xstrdup(strchr(probe->cookie, '=') + 1);
    probe_exchange(probe, code);
    struct probe_pair pair = probe_pair(probe);
    probe_use(probe, pair.access);
    probe_refresh(probe, pair.refresh);
    struct buf all;
    buf_init(&all, 1 << 20);
    for (uint64_t seq = 1; seq <= journal_last(probe->journal); seq++) {
        struct event event;
        struct json_out json;
        assert_true(journal_get(probe->journal, seq, &event));
        json_out_init(&json, &all);
        json_open(&json, NULL);
        event_json(&event, &json);
        json_close(&json);
    }
    const char *secrets[] = {code, cookie, pair.access, pair.refresh, "Correct7"};
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
        if (strstr(buf_text(&all), secrets[i]))
            fail_msg("secret %zu is in the journal", i);
    buf_done(&all);
    free(code);
    free(cookie);
}

static void wrong_methods_are_told_which_are_right(void **state)
{
    struct probe *probe = *state;
    assert_int_equal(probe_get(probe, "/restapi/oauth/token"), 405);
    assert_string_equal(probe_header(probe, "Allow"), "POST");
    assert_int_equal(probe_post(probe, "/restapi/oauth/jwks", ""), 405);
    assert_int_equal(probe_get(probe, "/oauth/consent"), 405);
}

static void one_seed_gives_one_set_of_tokens(void **state)
{
    struct probe *probe = *state, other;
    struct probe_pair pair = probe_grant(probe);
    probe_init(&other);
    struct probe_pair same = probe_grant(&other);
    assert_string_equal(pair.access, same.access);
    assert_string_equal(pair.refresh, same.refresh);
    assert_string_equal(probe_body(probe), probe_body(&other));
    probe_done(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        probe_test(open_redirects_are_refused_without_a_redirect),
        probe_test(state_and_errors_can_not_break_out_of_the_location),
        probe_test(a_form_that_is_no_form_is_a_clean_refusal),
        probe_test(a_body_cut_short_or_too_large_changes_nothing),
        probe_test(what_is_too_long_is_refused_or_cut_and_never_kept),
        probe_test(logins_are_bounded_and_the_oldest_goes),
        probe_test(no_secret_is_in_any_answer_or_in_the_journal),
        probe_test(no_token_of_a_whole_walk_is_in_the_journal),
        probe_test(wrong_methods_are_told_which_are_right),
        probe_test(one_seed_gives_one_set_of_tokens),
    };
    return cmocka_run_group_tests_name("oauth_abuse", tests, NULL, NULL) != 0;
}
