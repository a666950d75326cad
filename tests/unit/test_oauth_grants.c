/* The other grants, how apps prove themselves, revoke, and what the server tells of itself:
 * oauth.md 5, 6, 8, 9. */
#include "support/oauth_probe.h"

static void a_code_gives_a_grant_with_every_member(void **state)
{
    struct probe *probe = *state;
    struct probe_pair pair = probe_grant(probe);
    assert_true(strlen(pair.access) > 40);
    assert_string_equal(probe_json(probe, "token_type"), "bearer");
    assert_string_equal(probe_json(probe, "expires_in"), "3600");
    assert_string_equal(probe_json(probe, "refresh_token_expires_in"), "604800");
    assert_string_equal(probe_json(probe, "scope"), "ReadAccounts ReadCallLog WebSocket");
    assert_string_equal(probe_json(probe, "owner_id"), "7001");
    assert_non_null(strstr(probe_body(probe), "\"owner_id\":\"7001\""));
    assert_non_null(probe_json(probe, "endpoint_id"));
    assert_non_null(probe_json(probe, "session_id"));
    assert_null(probe_json(probe, "id_token"));
    assert_null(probe_json(probe, "session_expires_in"));
    assert_string_equal(probe_header(probe, "Cache-Control"), "no-store");
    assert_string_equal(probe_header(probe, "Pragma"), "no-cache");
    assert_string_equal(probe_event(probe, EVENT_SESSION), probe_json(probe, "session_id"));
    assert_string_equal(probe_event(probe, EVENT_USER), "alice@acme.test");
    assert_string_equal(probe_event(probe, EVENT_CLIENT_ID), "conf");
}

static void a_token_reads_as_the_platforms(void **state)
{
    struct probe *probe = *state;
    struct probe_pair pair = probe_grant(probe);
    struct buf plain;
    buf_init(&plain, 512);
    assert_true(codec_unbase64(&plain, BASE64_URL, pair.access, strlen(pair.access)));
    assert_non_null(memchr(plain.data, '|', plain.len));
    buf_done(&plain);
}

static void a_code_lives_a_minute_to_the_millisecond_and_works_once(void **state)
{
    struct probe *probe = *state;
    char *code = probe_code_for(probe, PROBE_AUTHORIZE, "alice@acme.test");
    clock_advance(probe->world, 60000 - 1);
    assert_int_equal(probe_exchange(probe, code), 200);
    struct probe_pair pair = probe_pair(probe);
    probe_exchange(probe, code);
    assert_int_equal(probe->reply.status, 400);
    assert_string_equal(probe_code(probe), "OAU-106");
    assert_int_equal(probe_use(probe, pair.access), 200);
    probe->world->knobs.oauth_code_reuse = KNOB_CODE_REJECT_AND_REVOKE;
    probe_exchange(probe, code);
    assert_string_equal(probe_code(probe), "OAU-106");
    uint64_t replay = probe->event.seq;
    assert_int_equal(probe_use(probe, pair.access), 401);
    assert_int_equal(probe->event.cause, replay);
    free(code);
}

static int exchange_pub(struct probe *probe, const char *code, const char *more)
{
    char form[1024];
    probe->authorization = NULL;
    snprintf(form, sizeof form,
             "grant_type=authorization_code&client_id=pub&code=%s&redirect_uri=%s%s", code,
             PROBE_REDIRECT, more);
    return probe_post(probe, "/restapi/oauth/token", form);
}

static void pkce_holds_plain_and_s256(void **state)
{
    /* The vector of RFC 7636 appendix B. */
    static const struct {
        const char *challenge, *verifier;
        int status;
    } rows[] = {
        {"code_challenge=" PROBE_VERIFIER, PROBE_VERIFIER, 200},
        {"code_challenge_method=plain&code_challenge=" PROBE_VERIFIER, PROBE_VERIFIER, 200},
        {"code_challenge=" PROBE_VERIFIER, PROBE_VERIFIER "x", 400},
        {"code_challenge=" PROBE_VERIFIER, "", 400},
        {"code_challenge_method=S256&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
         "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", 200},
        {"code_challenge_method=S256&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
         "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", 400},
        {"code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
         "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", 400},
    };
    struct probe *probe = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char target[512], more[256];
        snprintf(
            target, sizeof target,
            "/restapi/oauth/authorize?response_type=code&client_id=pub&prompt=login%%20consent&%s",
            rows[i].challenge);
        char *code = probe_code_for(probe, target, "alice@acme.test");
        snprintf(more, sizeof more, "&code_verifier=%s", rows[i].verifier);
        int status = exchange_pub(probe, code, more);
        if (status != rows[i].status || (status == 400 && !text_eq(probe_code(probe), "OAU-106")))
            fail_msg("row %zu: %d %s", i, status, probe_body(probe));
        free(code);
    }
}

static void a_bad_challenge_is_refused_at_once(void **state)
{
    static const char *const rows[] = {"code_challenge=short", "code_challenge_method=S256",
                                       "code_challenge_method=S512&code_challenge=" PROBE_VERIFIER,
                                       "code_challenge=" PROBE_VERIFIER "%20"};
    struct probe *probe = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char target[512];
        snprintf(target, sizeof target,
                 "/restapi/oauth/authorize?response_type=code&client_id=pub&%s", rows[i]);
        assert_int_equal(probe_get(probe, target), 400);
        assert_string_equal(probe_json(probe, "error"), "invalid_request");
    }
}

static void the_password_grant_works_when_it_is_on(void **state)
{
    struct probe *probe = *state;
    const char *form = "grant_type=password&username=2025550100&extension=102&password="
                       "Correct7%21Horse";
    probe_as(probe, PROBE_CONF);
    assert_int_equal(probe_post(probe, "/restapi/oauth/token", form), 400);
    probe->conf->grants |= 1u << GRANT_PASSWORD;
    assert_int_equal(probe_post(probe, "/restapi/oauth/token", form), 200);
    assert_string_equal(probe_json(probe, "owner_id"), "7002");
}

static void apps_prove_themselves_in_every_way_there_is(void **state)
{
    struct probe *probe = *state;
    struct probe_pair pair = probe_grant(probe);
    xset(&probe->conf->secret, "s+cret/%=");
    char form[4096];
    snprintf(form, sizeof form, "grant_type=refresh_token&refresh_token=%s&client_id=conf",
             pair.refresh);
    probe_as(probe, "basic Y29uZjpzK2NyZXQvJT0="); /* raw; scheme in any case */
    assert_int_equal(probe_post(probe, "/restapi/oauth/token", form), 200);
    probe_as(probe, "Basic Y29uZjpzJTJCY3JldCUyRiUyNSUzRA=="); /* form-encoded, RFC 6749 2.3.1 */
    assert_int_equal(probe_post(probe, "/restapi/oauth/token", form), 200);
}

static void revoking_any_token_ends_the_session(void **state)
{
    struct probe *probe = *state;
    for (int i = 0; i < 2; i++) {
        struct probe_pair pair = probe_grant(probe);
        char form[512];
        snprintf(form, sizeof form, "token=%s&client_id=conf", i ? pair.access : pair.refresh);
        assert_int_equal(probe_post(probe, "/restapi/oauth/revoke", form), 200);
        assert_int_equal(probe->reply.body.len, 0);
        uint64_t revoked = probe->event.seq;
        assert_int_equal(probe_use(probe, pair.access), 401);
        assert_int_equal(probe->event.cause, revoked);
        assert_int_equal(probe_refresh(probe, pair.refresh), 400);
        assert_string_equal(probe_event(probe, EVENT_REASON), "revoked");
    }
    struct probe_pair pair = probe_grant(probe);
    char target[512];
    snprintf(target, sizeof target, "/restapi/oauth/revoke?token=%s", pair.access);
    assert_int_equal(probe_post(probe, target, ""), 200);
    assert_int_equal(probe_use(probe, pair.access), 401);
    probe_as(probe, PROBE_CONF);
    assert_int_equal(probe_post(probe, "/restapi/oauth/revoke", "token=nothing"), 200);
    probe_as(probe, NULL);
    assert_int_equal(probe_post(probe, "/restapi/oauth/revoke", "token=nothing"), 400);
}

static void the_server_tells_of_itself(void **state)
{
    struct probe *probe = *state;
    probe_get(probe, "/.well-known/openid-configuration");
    assert_string_equal(probe_json(probe, "issuer"), "http://127.0.0.1:5880");
    assert_string_equal(probe_json(probe, "jwks_uri"), "http://127.0.0.1:5880/restapi/oauth/jwks");
    char *first = xstrdup(probe_body(probe));
    probe_get(probe, "/.well-known/oauth-authorization-server");
    assert_string_equal(probe_body(probe), first);
    free(first);
    assert_int_equal(probe_get(probe, "/restapi/oauth/jwks"), 200);
    assert_non_null(strstr(probe_body(probe), "\"e\":\"AQAB\""));
    struct probe_pair pair = probe_grant(probe);
    probe_use(probe, pair.access);
    assert_string_equal(probe_body(probe),
                        "{\"sub\":\"7001\",\"account_id\":\"7000\",\"email\":\"alice@acme.test\","
                        "\"email_verified\":true,\"given_name\":\"Test\",\"family_name\":"
                        "\"Person\"}");
}

static void a_web_socket_token_needs_its_scope_and_can_be_looked_up(void **state)
{
    struct probe *probe = *state;
    struct probe_pair pair = probe_grant(probe);
    char header[300];
    snprintf(header, sizeof header, "Bearer %s", pair.access);
    probe->authorization = header;
    assert_int_equal(probe_post(probe, "/restapi/oauth/wstoken", ""), 200);
    assert_string_equal(probe_json(probe, "uri"), "ws://127.0.0.1:5880/ws");
    assert_string_equal(probe_json(probe, "expires_in"), "600");
    char *token = xstrdup(probe_json(probe, "ws_access_token"));
    clock_advance(probe->world, 600000 - 1);
    struct token_view view = session_by_ws_token(probe->world, token);
    assert_int_equal(view.state, TOKEN_GOOD);
    assert_int_equal(view.session->user_id, ALICE);
    clock_advance(probe->world, 1);
    assert_int_equal(session_by_ws_token(probe->world, token).state, TOKEN_EXPIRED);
    free(token);
    view.session->scopes = SCOPE_BIT(READ_ACCOUNTS);
    assert_int_equal(probe_post(probe, "/restapi/oauth/wstoken", ""), 403);
    assert_string_equal(probe_code(probe), "CMN-401");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        probe_test(a_code_gives_a_grant_with_every_member),
        probe_test(a_token_reads_as_the_platforms),
        probe_test(a_code_lives_a_minute_to_the_millisecond_and_works_once),
        probe_test(pkce_holds_plain_and_s256),
        probe_test(a_bad_challenge_is_refused_at_once),
        probe_test(the_password_grant_works_when_it_is_on),
        probe_test(apps_prove_themselves_in_every_way_there_is),
        probe_test(revoking_any_token_ends_the_session),
        probe_test(the_server_tells_of_itself),
        probe_test(a_web_socket_token_needs_its_scope_and_can_be_looked_up),
    };
    return cmocka_run_group_tests_name("oauth_grants", tests, NULL, NULL) != 0;
}
