#include "rest/ask.h"

#include "api/refuse.h"
#include "base/text.h"

static bool bad(struct call *call, const char *name, const char *value)
{
    refuse_value(call, CMN_101, name, value);
    return false;
}

uint64_t words_bit(struct words words, const char *word)
{
    for (size_t i = 0; i < words.count; i++)
        if (text_eq(words.list[i], word))
            return (uint64_t)1 << i;
    return 0;
}

bool ask_words(struct call *call, const char *name, struct words words, uint64_t *ret)
{
    uint64_t set = 0;
    const char *value;
    for (size_t n = 0; (value = params_nth(&call->query, name, n)); n++) {
        uint64_t bit = words_bit(words, value);
        if (!bit)
            return bad(call, name, value);
        set |= bit;
    }
    *ret = set ? set : UINT64_MAX;
    return true;
}

bool ask_word(struct call *call, const char *name, struct words words, int *ret)
{
    const char *value = params_get(&call->query, name);
    *ret = -1;
    for (size_t i = 0; value && i < words.count; i++)
        if (text_eq(words.list[i], value))
            *ret = (int)i;
    return !value || *ret >= 0 || bad(call, name, value);
}

bool ask_bool(struct call *call, const char *name, bool otherwise, bool *ret)
{
    const char *value = params_get(&call->query, name);
    *ret = otherwise;
    return !value || text_bool(value, ret) || bad(call, name, value);
}

bool ask_int(struct call *call, const char *name, int64_t least, int64_t most, int64_t otherwise,
             int64_t *ret)
{
    const char *value = params_get(&call->query, name);
    *ret = otherwise;
    if (!value)
        return true;
    int64_t number;
    if (!text_int64(value, &number) || number < least || number > most)
        return bad(call, name, value);
    *ret = number;
    return true;
}

bool ask_time(struct call *call, const char *name, int64_t otherwise, int64_t *ret)
{
    const char *value = params_get(&call->query, name);
    *ret = otherwise;
    return !value || text_time_ms(value, ret) || bad(call, name, value);
}

bool ask_body(struct call *call)
{
    if (call->body && call->body->kind == NODE_MAP)
        return true;
    refuse(call, CMN_103, NULL);
    return false;
}
