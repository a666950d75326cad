#include "world/scope.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name, *words;
    scope_set includes;
} scopes[SCOPE_COUNT] = {
#define SCOPE(name, wire, words, includes) [SCOPE_##name] = {wire, words, includes},
#include "world/scope.def"
#undef SCOPE
};

const char *scope_name(enum scope scope)
{
    return scopes[scope].name;
}

const char *scope_words(enum scope scope)
{
    return scopes[scope].words;
}

enum scope scope_named(const char *name)
{
    for (int i = 1; i < SCOPE_COUNT; i++)
        if (text_eq(name, scopes[i].name))
            return (enum scope)i;
    return text_eq(name, "WebSocketsSubscription") ? SCOPE_WEB_SOCKET : SCOPE_NONE;
}

bool scope_has(scope_set set, enum scope scope)
{
    return scope == SCOPE_NONE || (set >> scope & 1);
}

scope_set scope_widen(scope_set set)
{
    scope_set before;
    do {
        before = set;
        for (int i = 1; i < SCOPE_COUNT; i++)
            if (set >> i & 1)
                set |= scopes[i].includes;
    } while (set != before);
    return set;
}

void scope_write(scope_set set, struct buf *out)
{
    bool is_first = true;
    for (int i = 1; i < SCOPE_COUNT; i++) {
        if (!(set >> i & 1))
            continue;
        if (!is_first)
            buf_char(out, ' ');
        buf_str(out, scopes[i].name);
        is_first = false;
    }
}

bool scope_read(const char *text, scope_set *ret)
{
    bool is_known = true;
    *ret = 0;
    while (*(text += strspn(text, " "))) {
        char name[64];
        size_t len = strcspn(text, " ");
        snprintf(name, sizeof name, "%.*s", (int)(len < 63 ? len : 63), text);
        enum scope scope = scope_named(name);
        if (scope == SCOPE_NONE)
            is_known = false;
        else
            *ret |= (scope_set)1 << scope;
        text += len;
    }
    return is_known;
}
