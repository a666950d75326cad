/* Bounded text; see text.h. */
#include "text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void *xmalloc(size_t size)
{
    void *p = malloc(size ? size : 1);
    if (p == NULL)
        abort();
    return p;
}

void *xcalloc(size_t count, size_t size)
{
    void *p = calloc(count ? count : 1, size ? size : 1);
    if (p == NULL)
        abort();
    return p;
}

char *xstrndup(const char *text, size_t len)
{
    char *copy = xmalloc(len + 1);
    memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

char *xstrdup(const char *text)
{
    return xstrndup(text, strlen(text));
}

void sb_reserve(struct sb *sb, size_t more)
{
    size_t want = sb->len + more + 1;
    if (want <= sb->cap)
        return;
    size_t cap = sb->cap ? sb->cap : 64;
    while (cap < want)
        cap *= 2;
    char *text = realloc(sb->text, cap);
    if (text == NULL)
        abort();
    sb->text = text;
    sb->cap = cap;
}

void sb_add_n(struct sb *sb, const char *text, size_t len)
{
    if (sb->len + len > sb->max) {
        len = sb->max - sb->len;
        sb->cut = true;
    }
    sb_reserve(sb, len);
    memcpy(sb->text + sb->len, text, len);
    sb->len += len;
    sb->text[sb->len] = '\0';
}

void sb_add(struct sb *sb, const char *text)
{
    sb_add_n(sb, text, strlen(text));
}

void sb_addf(struct sb *sb, const char *fmt, ...)
{
    va_list args;
    char *text = NULL;
    va_start(args, fmt);
    int len = vasprintf(&text, fmt, args);
    va_end(args);
    if (len < 0)
        abort();
    sb_add_n(sb, text, (size_t)len);
    free(text);
}

void sb_add_url(struct sb *sb, const char *text)
{
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        if (isalnum(*p) || strchr("-._~", *p))
            sb_add_n(sb, (const char *)p, 1);
        else
            sb_addf(sb, "%%%02X", *p);
    }
}

void sb_add_pair(struct sb *sb, const char *name, const char *value)
{
    if (sb->len > 0)
        sb_add(sb, "&");
    sb_add_url(sb, name);
    sb_add(sb, "=");
    sb_add_url(sb, value);
}

const char *sb_text(const struct sb *sb)
{
    return sb->text ? sb->text : "";
}

bool sb_is_cut(const struct sb *sb)
{
    return sb->cut;
}

void sb_reset(struct sb *sb)
{
    sb->len = 0;
    sb->cut = false;
    if (sb->text)
        sb->text[0] = '\0';
}

void sb_done(struct sb *sb)
{
    free(sb->text);
    *sb = (struct sb){.max = sb->max};
}

bool text_copy(char *to, size_t cap, const char *from)
{
    size_t len = from ? strlen(from) : 0;
    bool fits = len < cap;
    if (!fits)
        len = cap - 1;
    if (len > 0)
        memmove(to, from, len);
    to[len] = '\0';
    return fits;
}

bool text_same(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

bool text_same_nocase(const char *a, const char *b)
{
    return strcasecmp(a ? a : "", b ? b : "") == 0;
}

bool text_has_nocase(const char *text, const char *part)
{
    return text != NULL && strcasestr(text, part) != NULL;
}

static int hex(int c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = tolower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

void text_unurl(char *text)
{
    char *to = text;
    for (const char *p = text; *p; p++) {
        if (*p == '+') {
            *to++ = ' ';
        } else if (*p == '%' && hex(p[1]) >= 0 && hex(p[2]) >= 0) {
            *to++ = (char)(hex(p[1]) * 16 + hex(p[2]));
            p += 2;
        } else {
            *to++ = *p;
        }
    }
    *to = '\0';
}

bool text_query(const char *query, const char *name, char *to, size_t cap)
{
    size_t name_len = strlen(name);
    for (const char *p = query; p && *p;) {
        size_t len = strcspn(p, "&");
        if (len > name_len && strncmp(p, name, name_len) == 0 && p[name_len] == '=') {
            size_t value_len = len - name_len - 1;
            if (value_len >= cap)
                return false;
            memcpy(to, p + name_len + 1, value_len);
            to[value_len] = '\0';
            text_unurl(to);
            return true;
        }
        p += len + (p[len] == '&');
    }
    return false;
}

const char *text_masked(const char *text, char *to, size_t cap)
{
    size_t len = strlen(text);
    if (len <= 4)
        snprintf(to, cap, "***");
    else
        snprintf(to, cap, "%.2s***%s", text, text + len - 2);
    return to;
}
