#include "oauth/id_token.h"

#include "oauth/jwt.h"

void id_claims(struct json_out *json, const struct user *user)
{
    json_fmt(json, "sub", "%lld", (long long)user->id);
    json_fmt(json, "account_id", "%lld", (long long)user->account_id);
    json_str(json, "email", user->email);
    if (user->email)
        json_bool(json, "email_verified", true);
    json_str(json, "given_name", user->first_name);
    json_str(json, "family_name", user->last_name);
}

const char *id_token(struct call *call, const struct session *session, const char *nonce)
{
    struct buf claims;
    struct json_out json;
    char jti[ID_UUID_LEN];
    int64_t now_ms = clock_now(call->world);
    buf_init(&claims, JWT_MAX / 2);
    json_out_init(&json, &claims);
    json_open(&json, NULL);
    json_str(&json, "iss", call->world->base_url);
    json_str(&json, "aud", session->app->client_id);
    json_int(&json, "iat", now_ms / 1000);
    json_int(&json, "exp", session->current.access_expires_ms / 1000);
    json_int(&json, "auth_time", session->auth_time_ms / 1000);
    json_str(&json, "jti", id_uuid(&call->world->ids, jti));
    json_str(&json, "nonce", nonce);
    id_claims(&json, call->user);
    json_close(&json);
    const char *token = jwt_sign(call->world, call->arena, buf_text(&claims));
    buf_done(&claims);
    return token;
}
