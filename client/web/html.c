/* HTML; see html.h. */
#include "web/html.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"

static const char *entity_of(unsigned char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    case '\n':
    case '\t':
        return NULL;
    default:
        return c < 32 || c == 127 ? "\xef\xbf\xbd" : NULL;
    }
}

void html_add(struct sb *page, const char *text)
{
    const char *from = text;
    for (const char *p = text; *p; p++) {
        const char *entity = entity_of((unsigned char)*p);
        if (entity == NULL)
            continue;
        sb_add_n(page, from, (size_t)(p - from));
        sb_add(page, entity);
        from = p + 1;
    }
    sb_add(page, from);
}

void html_addf(struct sb *page, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    for (const char *p = fmt; *p;) {
        size_t len = strcspn(p, "%");
        sb_add_n(page, p, len);
        p += len;
        if (*p == '\0')
            break;
        if (p[1] == 's') {
            html_add(page, va_arg(args, const char *));
            p += 2;
        } else if (p[1] == 'd') {
            sb_addf(page, "%d", va_arg(args, int));
            p += 2;
        } else if (strncmp(p, "%lld", 4) == 0) {
            sb_addf(page, "%lld", va_arg(args, long long));
            p += 4;
        } else if (p[1] == '%') {
            sb_add(page, "%");
            p += 2;
        } else {
            abort(); /* a format this writer does not know: ours */
        }
    }
    va_end(args);
}

void html_add_time(struct sb *page, int64_t at_ms)
{
    char text[32];
    if (at_ms == 0) {
        sb_add(page, "never");
        return;
    }
    clock_text(at_ms, text); /* 2025-03-01T09:00:00.000Z */
    sb_addf(page, "<time datetime=\"%s\">%.10s %.8s UTC</time>", text, text, text + 11);
}

void html_add_age(struct sb *page, int64_t at_ms, int64_t now_ms)
{
    long long s = (long long)(now_ms - at_ms) / 1000;
    if (at_ms == 0)
        return;
    if (s < 0)
        s = 0;
    if (s < 120)
        sb_addf(page, "%lld s ago", s);
    else if (s < 7200)
        sb_addf(page, "%lld min ago", s / 60);
    else if (s < 172800)
        sb_addf(page, "%lld h ago", s / 3600);
    else
        sb_addf(page, "%lld d ago", s / 86400);
}
