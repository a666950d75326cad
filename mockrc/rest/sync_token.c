#include "rest/sync_token.h"

#include "base/codec.h"
#include "base/hash.h"
#include "base/text.h"

#include <string.h>

enum { TEXT_MAX = 320, SUM_BYTES = 8 };

/* Over the token's text, keyed by the seed: another world's token is not ours. */
static void sum_of(const struct world *world, const char *text, char out[2 * SUM_BYTES + 1])
{
    unsigned char digest[HASH_MAX];
    hash_hmac_sha256(&world->seed, sizeof world->seed, text, strlen(text), digest);
    codec_hex(out, digest, SUM_BYTES);
}

const char *sync_token_write(const struct call *call, const char *kind, const int64_t *values,
                             size_t count)
{
    char sum[2 * SUM_BYTES + 1];
    struct buf text, token;
    buf_init(&text, TEXT_MAX);
    buf_init(&token, 2 * TEXT_MAX);
    buf_str(&text, kind);
    for (size_t i = 0; i < count; i++) {
        buf_char(&text, '.');
        buf_int(&text, values[i]);
    }
    sum_of(call->world, buf_text(&text), sum);
    buf_char(&text, '.');
    buf_str(&text, sum);
    codec_base64(&token, BASE64_URL, buf_text(&text), text.len);
    const char *copy = arena_strndup(call->arena, buf_text(&token), token.len);
    buf_done(&text);
    buf_done(&token);
    return copy;
}

/* Cuts the next piece off; NULL at the end. */
static char *next_piece(char **at)
{
    char *piece = *at;
    if (!piece)
        return NULL;
    char *dot = strchr(piece, '.');
    if (dot)
        *dot = '\0';
    *at = dot ? dot + 1 : NULL;
    return piece;
}

bool sync_token_read(const struct call *call, const char *kind, const char *token, int64_t *values,
                     size_t count)
{
    char sum[2 * SUM_BYTES + 1];
    struct buf plain;
    buf_init(&plain, TEXT_MAX);
    bool is_text = codec_unbase64(&plain, BASE64_URL, token, strlen(token)) &&
                   text_is_utf8(buf_text(&plain), plain.len);
    char *text = arena_strndup(call->arena, buf_text(&plain), plain.len);
    buf_done(&plain);
    char *dot = is_text ? strrchr(text, '.') : NULL;
    if (!dot)
        return false;
    *dot = '\0';
    sum_of(call->world, text, sum);
    if (!hash_same(sum, dot + 1))
        return false;
    if (!text_eq(next_piece(&text), kind))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!text_int64(next_piece(&text), &values[i]))
            return false;
    return text == NULL;
}
