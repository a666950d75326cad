#include "oauth/jwt.h"

#include "base/codec.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"
#include "oauth/oauth.h"
#include "world/keyring.h"

#include <string.h>

/* Decoded base64url in memory of the arena; false when it is none. */
static bool decode(struct arena *arena, const char *text, size_t len, struct buf *ret)
{
    size_t room = len + 1;
    *ret = (struct buf){.data = arena_alloc(arena, room), .cap = room, .max = room - 1};
    return codec_unbase64(ret, BASE64_URL, text, len);
}

static const struct node *decode_json(struct arena *arena, const char *text, size_t len)
{
    struct buf plain;
    if (!decode(arena, text, len, &plain))
        return NULL;
    const struct node *node = json_parse(arena, buf_text(&plain), plain.len, NULL);
    return node && node->kind == NODE_MAP ? node : NULL;
}

bool jwt_read(struct arena *arena, const char *text, struct jwt *ret)
{
    const char *first = strchr(text, '.'), *second = first ? strchr(first + 1, '.') : NULL;
    if (!second || strchr(second + 1, '.') || strlen(text) > JWT_MAX)
        return false;
    const struct node *header = decode_json(arena, text, (size_t)(first - text));
    const struct node *claims = decode_json(arena, first + 1, (size_t)(second - first - 1));
    const char *alg = node_text(node_get(header, "alg"), NULL);
    if (!claims || !alg || !decode(arena, second + 1, strlen(second + 1), &ret->signature))
        return false;
    ret->alg = alg;
    ret->kid = node_text(node_get(header, "kid"), NULL);
    ret->claims = claims;
    ret->signed_text = text;
    ret->signed_len = (size_t)(second - text);
    return true;
}

const char *jwt_text(const struct jwt *jwt, const char *claim)
{
    const struct node *node = node_get(jwt->claims, claim);
    return node && node->kind == NODE_STRING ? node->text : NULL;
}

int64_t jwt_expires_ms(const struct jwt *jwt)
{
    int64_t seconds;
    if (!node_int(node_get(jwt->claims, "exp"), &seconds) || seconds < 0)
        return 0;
    return seconds > INT64_MAX / 1000 ? INT64_MAX : seconds * 1000;
}

bool jwt_is_for(const struct jwt *jwt, const char *audience)
{
    const struct node *aud = node_get(jwt->claims, "aud");
    if (aud && aud->kind == NODE_STRING)
        return text_eq(aud->text, audience);
    for (const struct node *item = node_first(aud); item; item = item->next)
        if (text_eq(node_text(item, NULL), audience))
            return true;
    return false;
}

bool jwt_is_hmac(const struct jwt *jwt, const char *secret)
{
    unsigned char digest[HASH_MAX];
    char is[HASH_HEX_MAX], sent[HASH_HEX_MAX];
    if (!text_eq(jwt->alg, "HS256") || jwt->signature.len != hash_size(HASH_SHA256))
        return false;
    hash_hmac_sha256(secret, strlen(secret), jwt->signed_text, jwt->signed_len, digest);
    codec_hex(is, digest, jwt->signature.len);
    codec_hex(sent, jwt->signature.data, jwt->signature.len);
    return hash_same(is, sent);
}

bool jwt_is_rsa(const struct jwt *jwt, const struct rsa_key *key)
{
    return text_eq(jwt->alg, "RS256") && rsa_verify(key, jwt->signed_text, jwt->signed_len,
                                                    buf_text(&jwt->signature), jwt->signature.len);
}

bool jwt_is_pem(const struct jwt *jwt, const char *pem)
{
    struct rsa_key *key = pem ? rsa_key_from_pem(pem) : NULL;
    bool is_good = key && jwt_is_rsa(jwt, key);
    rsa_key_free(key);
    return is_good;
}

char *jwt_sign(struct world *world, struct arena *arena, const char *claims)
{
    struct buf text, signature;
    char *header =
        arena_printf(arena, "{\"kid\":\"%s\",\"typ\":\"JWT\",\"alg\":\"RS256\"}", keyring_key_id());
    buf_init(&text, JWT_MAX);
    buf_init(&signature, 1024);
    codec_base64(&text, BASE64_URL, header, strlen(header));
    buf_char(&text, '.');
    codec_base64(&text, BASE64_URL, claims, strlen(claims));
    rsa_sign(keyring_key(world), buf_text(&text), text.len, &signature);
    buf_char(&text, '.');
    codec_base64(&text, BASE64_URL, buf_text(&signature), signature.len);
    char *jwt = arena_strndup(arena, buf_text(&text), text.len);
    buf_done(&text);
    buf_done(&signature);
    return jwt;
}

/* "Never expires" of the developer console, decades ahead: 2100-01-01. */
static const int64_t never_ms = 4102444800000;

char *oauth_jwt_assertion(struct world *world, struct arena *arena,
                          const struct jwt_credential *credential)
{
    struct buf claims;
    struct json_out json;
    int64_t expires_ms = credential->expires_ms ? credential->expires_ms : never_ms;
    buf_init(&claims, JWT_MAX / 2);
    json_out_init(&json, &claims);
    json_open(&json, NULL);
    json_fmt(&json, "aud", "%s/restapi/oauth/token", world->base_url);
    json_fmt(&json, "sub", "%lld", (long long)credential->user_id);
    json_str(&json, "iss", world->base_url);
    json_int(&json, "exp", expires_ms / 1000);
    json_int(&json, "iat", credential->issued_ms / 1000);
    json_str(&json, "jti", credential->id);
    json_close(&json);
    char *jwt = jwt_sign(world, arena, buf_text(&claims));
    buf_done(&claims);
    return jwt;
}
