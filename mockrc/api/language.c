#include "api/language.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

/* As the platform spells them, ko_KR included. */
static const char *const tags[] = {
    "en-US", "en-GB", "de-DE", "es-ES", "es-419", "fr-FR", "fr-CA", "it-IT", "nl-NL",
    "pt-BR", "pt-PT", "fi-FI", "ko_KR", "ja-JP",  "zh-CN", "zh-TW", "zh-HK",
};

/* The whole tag, or its language alone ("de" -> de-DE); '-' and '_' are the same. */
static const char *supported(const char *wanted, size_t len)
{
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        size_t at = 0;
        while (at < len && tags[i][at] &&
               (strncasecmp(tags[i] + at, wanted + at, 1) == 0 ||
                (strchr("-_", tags[i][at]) && strchr("-_", wanted[at]))))
            at++;
        if (at == len && (tags[i][at] == '\0' || strchr("-_", tags[i][at])))
            return tags[i];
    }
    return NULL;
}

/* ";q=0.8" in thousandths; 1000 when not there. */
static int quality(const char *at, const char *end)
{
    for (; at < end; at++) {
        if (strncasecmp(at, "q=", 2) != 0)
            continue;
        at += 2;
        int whole = at < end && *at == '1' ? 1000 : 0;
        if (whole || end - at < 2 || at[1] != '.')
            return whole;
        at += 2;
        for (int place = 100; place > 0 && at < end && *at >= '0' && *at <= '9'; place /= 10)
            whole += (*at++ - '0') * place;
        return whole;
    }
    return 1000;
}

const char *language_choose(const char *accept, const char *otherwise)
{
    const char *best = otherwise;
    int best_quality = 0;
    for (const char *at = accept; at && *(at += strspn(at, " \t,"));) {
        const char *end = at + strcspn(at, ",");
        size_t len = strcspn(at, " \t;,");
        const char *tag = len ? supported(at, len) : NULL;
        int likes = quality(at + len, end);
        if (tag && likes > best_quality) {
            best = tag;
            best_quality = likes;
        }
        at = end;
    }
    return best;
}
