#include "base/params.h"

#include "base/codec.h"
#include "base/text.h"

#include <string.h>

/* Decodes into the arena; NULL with the fault set when it cannot be text. */
static const char *decode(struct arena *arena, const char *text, size_t len,
                          enum params_fault *fault)
{
    if (!memchr(text, '%', len) && !memchr(text, '+', len)) {
        if (!text_is_utf8(text, len))
            *fault = PARAMS_BAD_UTF8;
        return arena_strndup(arena, text, len);
    }
    struct buf plain;
    buf_init(&plain, len + 1);
    if (!codec_unpercent(&plain, text, len, true))
        *fault = PARAMS_BAD_ESCAPE;
    else if (!text_is_utf8(buf_text(&plain), plain.len))
        *fault = PARAMS_BAD_UTF8;
    char *copy = arena_strndup(arena, buf_text(&plain), plain.len);
    buf_done(&plain);
    return copy;
}

enum params_fault params_parse(struct params *params, struct arena *arena, const char *text,
                               size_t len)
{
    if (len == 0)
        return PARAMS_OK;
    size_t pieces = 1;
    for (size_t i = 0; i < len; i++)
        pieces += text[i] == '&';
    if (pieces + params->count > PARAMS_MAX)
        return PARAMS_TOO_MANY;
    struct param *list = arena_alloc(arena, (params->count + pieces) * sizeof *list);
    if (params->count)
        memcpy(list, params->list, params->count * sizeof *list);
    params->list = list;

    enum params_fault fault = PARAMS_OK;
    const char *end = text + len;
    for (const char *at = text; at < end;) {
        const char *stop = memchr(at, '&', (size_t)(end - at));
        if (!stop)
            stop = end;
        const char *eq = memchr(at, '=', (size_t)(stop - at));
        const char *name_end = eq ? eq : stop;
        if (stop > at) {
            const char *value = eq ? eq + 1 : stop;
            struct param one = {
                .name = decode(arena, at, (size_t)(name_end - at), &fault),
                .value = decode(arena, value, (size_t)(stop - value), &fault),
            };
            if (fault)
                return fault;
            params->list[params->count++] = one;
        }
        at = stop + 1;
    }
    return PARAMS_OK;
}

const char *params_nth(const struct params *params, const char *name, size_t n)
{
    for (size_t i = 0; i < params->count; i++)
        if (strcmp(params->list[i].name, name) == 0 && n-- == 0)
            return params->list[i].value;
    return NULL;
}

const char *params_get(const struct params *params, const char *name)
{
    return params_nth(params, name, 0);
}

const char *params_repeated(const struct params *params)
{
    for (size_t i = 1; i < params->count; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(params->list[i].name, params->list[j].name) == 0)
                return params->list[i].name;
    return NULL;
}
