/* JSON Web Tokens: a user's credential, an app's proof, the ID token. oauth.md 5, 6, 9. */
#include "support/oauth_probe.h"

#include "oauth/jwt.h"
#include "world/keyring.h"

static int ask_with(struct probe *probe, const char *assertion)
{
    char form[4096];
    probe_as(probe, PROBE_CONF);
    snprintf(form, sizeof form,
             "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion=%s", assertion);
    return probe_post(probe, "/restapi/oauth/token", form);
}

/* An assertion with these claims, signed by the provider's key. To be freed. */
static char *signed_claims(struct probe *probe, const char *claims)
{
    return xstrdup(jwt_sign(probe->world, &probe->arena, claims));
}

static void a_jwt_credential_is_a_login(void **state)
{
    struct probe *probe = *state;
    struct jwt_credential *credential = jwt_credential_add(probe->world, "jti-1", BRUNO);
    char *assertion = xstrdup(oauth_jwt_assertion(probe->world, &probe->arena, credential));
    for (int i = 0; i < 2; i++) { /* verified, then remembered */
        assert_int_equal(ask_with(probe, assertion), 200);
        assert_string_equal(probe_json(probe, "owner_id"), "7002");
    }
    credential->client_ids = xstrdup("pub other");
    assert_int_equal(ask_with(probe, assertion), 400);
    assert_string_equal(probe_event(probe, EVENT_REASON), "the credential is not for this app");
    xset(&credential->client_ids, "other conf");
    assert_int_equal(ask_with(probe, assertion), 200);
    credential->is_revoked = true;
    assert_int_equal(ask_with(probe, assertion), 400);
    assert_string_equal(probe_code(probe), "OAU-140");
    assert_string_equal(probe_event(probe, EVENT_REASON), "the credential was revoked");
    free(assertion);
}

static void an_assertion_expires_to_the_second(void **state)
{
    struct probe *probe = *state;
    struct jwt_credential *credential = jwt_credential_add(probe->world, "jti-1", BRUNO);
    credential->expires_ms = PROBE_START_MS + 60000;
    char *assertion = xstrdup(oauth_jwt_assertion(probe->world, &probe->arena, credential));
    clock_advance(probe->world, 60000 - 1);
    assert_int_equal(ask_with(probe, assertion), 200);
    clock_advance(probe->world, 1);
    assert_int_equal(ask_with(probe, assertion), 400);
    assert_string_equal(probe_event(probe, EVENT_REASON), "the credential has expired");
    free(assertion);
}

static void a_forged_assertion_is_refused(void **state)
{
    static const struct {
        const char *claims, *reason;
    } rows[] = {
        {"{\"iss\":\"http://127.0.0.1:5880\",\"aud\":\"http://127.0.0.1:5880/restapi/oauth/token\","
         "\"sub\":\"7001\",\"jti\":\"jti-1\",\"exp\":4102444800}",
         "there is no such credential"},
        {"{\"iss\":\"http://127.0.0.1:5880\",\"aud\":\"http://127.0.0.1:5880/restapi/oauth/token\","
         "\"sub\":\"7002\",\"jti\":\"jti-2\",\"exp\":4102444800}",
         "there is no such credential"},
        {"{\"iss\":\"https://other\",\"aud\":\"http://127.0.0.1:5880/restapi/oauth/token\","
         "\"sub\":\"7002\",\"jti\":\"jti-1\",\"exp\":4102444800}",
         "the assertion is for another server"},
        {"{\"iss\":\"http://127.0.0.1:5880\",\"aud\":\"https://other\",\"sub\":\"7002\","
         "\"jti\":\"jti-1\",\"exp\":4102444800}",
         "the assertion is for another server"},
        {"{\"iss\":\"http://127.0.0.1:5880\",\"aud\":[\"x\","
         "\"http://127.0.0.1:5880/restapi/oauth/token\"],\"sub\":\"7002\",\"jti\":\"jti-1\"}",
         "the credential has expired"},
    };
    struct probe *probe = *state;
    struct jwt_credential *credential = jwt_credential_add(probe->world, "jti-1", BRUNO);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *assertion = signed_claims(probe, rows[i].claims);
        assert_int_equal(ask_with(probe, assertion), 400);
        assert_string_equal(probe_event(probe, EVENT_REASON), rows[i].reason);
        free(assertion);
    }
    char *assertion = xstrdup(oauth_jwt_assertion(probe->world, &probe->arena, credential));
    char *last = assertion + strlen(assertion) - 10;
    *last = *last == 'A' ? 'B' : 'A';
    assert_int_equal(ask_with(probe, assertion), 400);
    assert_string_equal(probe_event(probe, EVENT_REASON),
                        "the assertion is not signed by this provider");
    /* {"alg":"none","kid":ours} over the same claims, no signature */
    free(assertion);
    assertion = xstrdup("eyJhbGciOiJub25lIiwia2lkIjoibW9ja3JjLXB1YmxpYy10ZXN0LWtleS0xIn0.e30.");
    assert_int_equal(ask_with(probe, assertion), 400);
    assert_string_equal(probe_event(probe, EVENT_REASON),
                        "the assertion is not signed by this provider");
    free(assertion);
}

static char *client_jwt(struct probe *probe, const char *alg, const char *claims)
{
    struct buf text;
    unsigned char mac[HASH_MAX];
    char *header = arena_printf(&probe->arena, "{\"alg\":\"%s\"}", alg);
    buf_init(&text, 4096);
    codec_base64(&text, BASE64_URL, header, strlen(header));
    buf_char(&text, '.');
    codec_base64(&text, BASE64_URL, claims, strlen(claims));
    hash_hmac_sha256("app-secret", 10, text.data, text.len, mac);
    buf_char(&text, '.');
    codec_base64(&text, BASE64_URL, mac, 32);
    return buf_take(&text);
}

static int refresh_by_jwt(struct probe *probe, const char *refresh, const char *assertion)
{
    char form[4096];
    probe->authorization = NULL;
    snprintf(form, sizeof form,
             "grant_type=refresh_token&refresh_token=%s&client_assertion_type=urn:ietf:params:"
             "oauth:client-assertion-type:jwt-bearer&client_assertion=%s",
             refresh, assertion);
    return probe_post(probe, "/restapi/oauth/token", form);
}

static void apps_prove_themselves_by_jwt(void **state)
{
    static const struct {
        const char *alg, *claims, *code;
    } rows[] = {
        {"HS256",
         "{\"iss\":\"conf\",\"sub\":\"conf\",\"aud\":\"http://127.0.0.1:5880\",\"exp\":1767603601}",
         NULL},
        {"HS256",
         "{\"iss\":\"conf\",\"sub\":\"conf\",\"aud\":\"http://127.0.0.1:5880\",\"exp\":1767603600}",
         "OAU-146"},
        {"HS256", "{\"iss\":\"conf\",\"sub\":\"conf\",\"aud\":\"http://127.0.0.1:5880\"}",
         "OAU-146"},
        {"HS256", "{\"iss\":\"conf\",\"sub\":\"conf\",\"aud\":\"x\",\"exp\":1767603601}",
         "OAU-146"},
        {"none",
         "{\"iss\":\"conf\",\"sub\":\"conf\",\"aud\":\"http://127.0.0.1:5880\",\"exp\":1767603601}",
         "OAU-146"},
        {"RS256",
         "{\"iss\":\"conf\",\"sub\":\"conf\",\"aud\":\"http://127.0.0.1:5880\",\"exp\":1767603601}",
         "OAU-146"},
        {"HS256",
         "{\"iss\":\"pub\",\"sub\":\"pub\",\"aud\":\"http://127.0.0.1:5880\",\"exp\":1767603601}",
         "OAU-146"},
    };
    struct probe *probe = *state;
    struct probe_pair pair = probe_grant(probe);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *assertion = client_jwt(probe, rows[i].alg, rows[i].claims);
        refresh_by_jwt(probe, pair.refresh, assertion);
        if (!text_eq(probe_code(probe), rows[i].code))
            fail_msg("row %zu: %s", i, probe_body(probe));
        free(assertion);
    }
    /* private_key_jwt: the provider's own test key will do as the app's. */
    struct buf pem;
    buf_init(&pem, 4096);
    rsa_key_pem(keyring_key(probe->world), &pem, false);
    xset(&probe->conf->public_key, buf_text(&pem));
    buf_done(&pem);
    char *assertion = signed_claims(probe, rows[0].claims);
    assert_int_equal(refresh_by_jwt(probe, pair.refresh, assertion), 200);
    free(assertion);
}

static void openid_brings_an_id_token_that_verifies(void **state)
{
    struct probe *probe = *state;
    char *code = probe_code_for(probe, PROBE_AUTHORIZE "&scope=openid%20ReadAccounts&nonce=n-1",
                                "alice@acme.test");
    clock_advance(probe->world, 5000);
    probe_exchange(probe, code);
    struct jwt jwt;
    assert_true(jwt_read(&probe->arena, probe_json(probe, "id_token"), &jwt));
    assert_true(jwt_is_rsa(&jwt, keyring_key(probe->world)));
    assert_string_equal(jwt_text(&jwt, "sub"), "7001");
    assert_string_equal(jwt_text(&jwt, "nonce"), "n-1");
    assert_string_equal(jwt_text(&jwt, "iss"), "http://127.0.0.1:5880");
    assert_string_equal(jwt_text(&jwt, "email"), "alice@acme.test");
    assert_true(jwt_is_for(&jwt, "conf"));
    assert_int_equal(jwt_expires_ms(&jwt), PROBE_START_MS + 3605000);
    assert_string_equal(node_text(node_get(jwt.claims, "auth_time"), ""), "1767603600");
    free(code);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        probe_test(a_jwt_credential_is_a_login),
        probe_test(an_assertion_expires_to_the_second),
        probe_test(a_forged_assertion_is_refused),
        probe_test(apps_prove_themselves_by_jwt),
        probe_test(openid_brings_an_id_token_that_verifies),
    };
    return cmocka_run_group_tests_name("oauth_jwt", tests, NULL, NULL) != 0;
}
