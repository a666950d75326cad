#include "sip/refer.h"

#include "base/text.h"

#include <string.h>

static int digit(char letter)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = letter ? strchr(digits, letter | 0x20) : NULL;
    return at && (letter >= 'A' || letter <= '9') ? (int)(at - digits) : -1;
}

/* "%3B" is ";"; what is no escape, or would be NUL, stays. */
static const char *unescape(struct arena *arena, const char *text, size_t len)
{
    char *plain = arena_alloc(arena, len + 1), *to = plain;
    for (size_t i = 0; i < len; i++) {
        int high = text[i] == '%' && i + 2 < len ? digit(text[i + 1]) : -1;
        int low = high >= 0 ? digit(text[i + 2]) : -1;
        if (low >= 0 && high * 16 + low) {
            *to++ = (char)(high * 16 + low);
            i += 2;
        } else {
            *to++ = text[i];
        }
    }
    *to = '\0';
    return plain;
}

/* "call-id;to-tag=a;from-tag=b;early-only" */
static bool read_replaces(struct arena *arena, const char *value, struct refer_target *ret)
{
    size_t len = strcspn(value, ";");
    ret->call_id = arena_strndup(arena, value, len);
    for (const char *at = value + len; *at == ';'; at += len) {
        at++;
        len = strcspn(at, ";");
        if (text_starts_nocase(at, "to-tag="))
            ret->to_tag = arena_strndup(arena, at + 7, len - 7);
        else if (text_starts_nocase(at, "from-tag="))
            ret->from_tag = arena_strndup(arena, at + 9, len - 9);
    }
    return *ret->call_id && ret->to_tag && ret->from_tag;
}

bool refer_read(struct arena *arena, const char *uri, struct refer_target *ret)
{
    *ret = (struct refer_target){0};
    size_t scheme = text_starts_nocase(uri, "sips:")  ? 5
                    : text_starts_nocase(uri, "sip:") ? 4
                    : text_starts_nocase(uri, "tel:") ? 4
                                                      : 0;
    if (!scheme)
        return false;
    const char *user = uri + scheme;
    ret->number = unescape(arena, user, strcspn(user, "@;:?"));
    const char *headers = strchr(user, '?');
    while (headers && *headers) {
        headers++; /* '?' or '&' */
        size_t len = strcspn(headers, "&");
        if (text_starts_nocase(headers, "Replaces=") &&
            !read_replaces(arena, unescape(arena, headers + 9, len - 9), ret))
            return false;
        headers += len;
    }
    return *ret->number != '\0';
}
