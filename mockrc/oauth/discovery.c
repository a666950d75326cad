/* What the server tells about itself: metadata (OpenID Connect Discovery; RFC 8414) and keys. */
#include "oauth/handlers.h"

#include "api/refuse.h"
#include "oauth/request.h"
#include "world/keyring.h"

static void list(struct json_out *json, const char *key, const char *const *words)
{
    json_list(json, key);
    for (; *words; words++)
        json_str(json, NULL, *words);
    json_list_end(json);
}

void oauth_discovery(struct call *call)
{
    static const struct {
        const char *key, *path;
    } urls[] = {
        {"authorization_endpoint", "/restapi/oauth/authorize"},
        {"token_endpoint", "/restapi/oauth/token"},
        {"revocation_endpoint", "/restapi/oauth/revoke"},
        {"userinfo_endpoint", "/restapi/oauth/userinfo"},
        {"jwks_uri", "/restapi/oauth/jwks"},
    };
    static const struct {
        const char *key;
        const char *words[16];
    } lists[] = {
        {"scopes_supported", {"openid", "email", "profile"}},
        {"token_endpoint_auth_methods_supported",
         {"client_secret_basic", "client_secret_jwt", "private_key_jwt"}},
        {"response_types_supported", {"code"}},
        {"subject_types_supported", {"public"}},
        {"userinfo_signing_alg_values_supported", {"none"}},
        {"id_token_signing_alg_values_supported", {"RS256", "HS256"}},
        {"display_values_supported", {"page", "popup", "touch", "mobile"}},
        {"claims_supported",
         {"sub", "iss", "auth_time", "aud", "exp", "iat", "jti", "nonce", "account_id", "email",
          "email_verified", "given_name", "family_name"}},
        {"ui_locales_supported", {"en-US"}},
        {"code_challenge_methods_supported", {"plain", "S256"}},
    };
    struct json_out json = reply_json(call, 200);
    json_open(&json, NULL);
    json_str(&json, "issuer", call->world->base_url);
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++)
        json_str(&json, urls[i].key, oauth_url(call, urls[i].path));
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        list(&json, lists[i].key, lists[i].words);
    json_bool(&json, "claims_parameter_supported", false);
    json_bool(&json, "request_parameter_supported", false);
    json_bool(&json, "request_uri_parameter_supported", false);
    json_close(&json);
}

void oauth_jwks(struct call *call)
{
    struct buf n, e;
    buf_init(&n, 2048);
    buf_init(&e, 64);
    rsa_key_jwk(keyring_key(call->world), &n, &e);
    struct json_out json = reply_json(call, 200);
    json_open(&json, NULL);
    json_list(&json, "keys");
    json_open(&json, NULL);
    json_str(&json, "kty", "RSA");
    json_str(&json, "alg", "RS256");
    json_str(&json, "use", "sig");
    json_str(&json, "kid", keyring_key_id());
    json_str(&json, "n", buf_text(&n));
    json_str(&json, "e", buf_text(&e));
    json_close(&json);
    json_list_end(&json);
    json_close(&json);
    buf_done(&n);
    buf_done(&e);
}
