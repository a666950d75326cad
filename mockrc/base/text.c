#include "base/text.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

bool text_eq(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

bool text_eq_nocase(const char *a, const char *b)
{
    return a == b || (a && b && strcasecmp(a, b) == 0);
}

bool text_starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_starts_nocase(const char *text, const char *prefix)
{
    return strncasecmp(text, prefix, strlen(prefix)) == 0;
}

bool text_int64(const char *text, int64_t *ret)
{
    if (!text)
        return false;
    bool negative = *text == '-';
    const char *at = text + negative;
    if (!*at)
        return false;
    int64_t value = 0;
    for (; *at; at++) {
        if (*at < '0' || *at > '9')
            return false;
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, *at - '0', &value))
            return false;
    }
    *ret = negative ? -value : value;
    return true;
}

bool text_bool(const char *text, bool *ret)
{
    if (text_eq_nocase(text, "true"))
        *ret = true;
    else if (text_eq_nocase(text, "false"))
        *ret = false;
    else
        return false;
    return true;
}

bool text_is_utf8(const char *text, size_t len)
{
    const unsigned char *at = (const unsigned char *)text;
    const unsigned char *end = at + len;
    while (at < end) {
        if (*at == 0)
            return false;
        if (*at < 0x80) {
            at++;
            continue;
        }
        int more = *at >= 0xf0 ? 3 : *at >= 0xe0 ? 2 : 1;
        if (*at < 0xc2 || *at > 0xf4 || end - at <= more)
            return false;
        uint32_t rune = *at & (0x3fu >> more);
        for (int i = 1; i <= more; i++) {
            if ((at[i] & 0xc0) != 0x80)
                return false;
            rune = rune << 6 | (at[i] & 0x3fu);
        }
        bool is_overlong = (more == 2 && rune < 0x800) || (more == 3 && rune < 0x10000);
        if (is_overlong || rune > 0x10ffff || (rune >= 0xd800 && rune <= 0xdfff))
            return false;
        at += more + 1;
    }
    return true;
}

size_t text_utf16_len(const char *text)
{
    size_t len = 0;
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        len += (c & 0xc0) != 0x80; /* not in the middle of a character */
        len += c >= 0xf0;          /* past U+FFFF: a surrogate pair */
    }
    return len;
}

bool text_duration_ms(const char *text, int64_t *ret_ms)
{
    static const struct {
        const char *name;
        int64_t ms;
    } units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};
    int64_t total = 0;
    const char *at = text;
    if (!at || !*at)
        return false;
    while (*at) {
        int64_t whole = 0, thousandths = 0;
        int digits = 0;
        for (; isdigit((unsigned char)*at); at++, digits++)
            if (whole > INT64_MAX / 86400000 / 100 ||
                __builtin_add_overflow(whole * 10, *at - '0', &whole))
                return false;
        if (*at == '.') {
            at++;
            for (int64_t place = 100; isdigit((unsigned char)*at); at++, digits++, place /= 10)
                thousandths += (*at - '0') * place;
        }
        if (digits == 0)
            return false;
        const char *unit = at;
        while (isalpha((unsigned char)*at))
            at++;
        int64_t scale = 0;
        for (size_t i = 0; i < sizeof units / sizeof *units; i++)
            if ((size_t)(at - unit) == strlen(units[i].name) &&
                memcmp(unit, units[i].name, (size_t)(at - unit)) == 0)
                scale = units[i].ms;
        if (at == unit && !*at)
            scale = 1000;
        int64_t part;
        if (scale == 0 || __builtin_mul_overflow(whole, scale, &part) ||
            __builtin_add_overflow(total, part + thousandths * scale / 1000, &total))
            return false;
    }
    *ret_ms = total;
    return true;
}

/* Days since 1970-01-01 of a civil date (proleptic Gregorian). */
static int64_t days_of(int64_t year, int month, int day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

static bool digits_of(const char **at, int count, int *ret)
{
    int value = 0;
    for (int i = 0; i < count; i++) {
        if (!isdigit((unsigned char)(*at)[i]))
            return false;
        value = value * 10 + ((*at)[i] - '0');
    }
    *at += count;
    *ret = value;
    return true;
}

/* "Z", "+0100", "+01:00", "+01" or nothing; the offset in minutes. */
static bool zone_of(const char **at, int *ret_minutes)
{
    *ret_minutes = 0;
    if (**at == 'Z' || **at == 'z') {
        (*at)++;
        return true;
    }
    if (**at != '+' && **at != '-')
        return true;
    int sign = **at == '-' ? -1 : 1, hours, minutes = 0;
    (*at)++;
    if (!digits_of(at, 2, &hours))
        return false;
    if (**at == ':')
        (*at)++;
    if (**at && !digits_of(at, 2, &minutes))
        return false;
    *ret_minutes = sign * (hours * 60 + minutes);
    return hours < 24 && minutes < 60;
}

bool text_time_ms(const char *text, int64_t *ret_ms)
{
    static const int month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const char *at = text;
    int year, month = 1, day = 1, hour = 0, minute = 0, second = 0, millis = 0, zone = 0;
    if (!at || !digits_of(&at, 4, &year))
        return false;
    if (*at == '-') {
        at++;
        if (!digits_of(&at, 2, &month))
            return false;
        if (*at == '-') {
            at++;
            if (!digits_of(&at, 2, &day))
                return false;
        }
    }
    if (*at == 'T' || *at == 't' || *at == ' ') {
        at++;
        if (!digits_of(&at, 2, &hour) || *at++ != ':' || !digits_of(&at, 2, &minute))
            return false;
        if (*at == ':') {
            at++;
            if (!digits_of(&at, 2, &second))
                return false;
            if (*at == '.' || *at == ',') {
                at++;
                if (!isdigit((unsigned char)*at))
                    return false;
                for (int place = 100; isdigit((unsigned char)*at); at++, place /= 10)
                    millis += (*at - '0') * place;
            }
        }
        if (!zone_of(&at, &zone))
            return false;
    }
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (*at || month < 1 || month > 12 || day < 1 ||
        day > month_days[month - 1] + (month == 2 && is_leap) || hour > 23 || minute > 59 ||
        second > 60)
        return false;
    int64_t minutes = (days_of(year, month, day) * 24 + hour) * 60 + minute - zone;
    *ret_ms = (minutes * 60 + second) * 1000 + millis;
    return true;
}

static void two(char *at, int value)
{
    at[0] = (char)('0' + value / 10 % 10);
    at[1] = (char)('0' + value % 10);
}

char *text_time(int64_t ms, char out[TEXT_TIME_LEN])
{
    int64_t days = ms / 86400000, rest = ms % 86400000;
    if (rest < 0) {
        rest += 86400000;
        days--;
    }
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t doe = days - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    int day = (int)(doy - (153 * mp + 2) / 5 + 1);
    int month = (int)(mp < 10 ? mp + 3 : mp - 9);
    int year = (int)(yoe + era * 400 + (month <= 2));
    memcpy(out, "0000-00-00T00:00:00.000Z", TEXT_TIME_LEN);
    two(out, year / 100);
    two(out + 2, year % 100);
    two(out + 5, month);
    two(out + 8, day);
    two(out + 11, (int)(rest / 3600000));
    two(out + 14, (int)(rest / 60000 % 60));
    two(out + 17, (int)(rest / 1000 % 60));
    out[20] = (char)('0' + rest / 100 % 10);
    two(out + 21, (int)(rest % 100));
    return out;
}

bool text_glob(const char *pattern, const char *text)
{
    const char *star = NULL, *mark = NULL;
    while (*text) {
        if (*pattern == '*') {
            star = pattern++;
            mark = text;
        } else if (*pattern == '?' || *pattern == *text) {
            pattern++;
            text++;
        } else if (star) {
            pattern = star + 1;
            text = ++mark;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return !*pattern;
}

/* Edit distance, cut short at words too long to be a slip. */
static int distance(const char *a, const char *b)
{
    enum { LONGEST = 48 };
    size_t a_len = strlen(a), b_len = strlen(b);
    if (a_len > LONGEST || b_len > LONGEST)
        return INT_MAX;
    int row[LONGEST + 1];
    for (size_t j = 0; j <= b_len; j++)
        row[j] = (int)j;
    for (size_t i = 1; i <= a_len; i++) {
        int corner = row[0];
        row[0] = (int)i;
        for (size_t j = 1; j <= b_len; j++) {
            bool same = tolower((unsigned char)a[i - 1]) == tolower((unsigned char)b[j - 1]);
            int best = corner + !same;
            corner = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[b_len];
}

const char *text_nearest(const char *word, const char *const *names, size_t count)
{
    const char *best = NULL;
    int least = (int)(strlen(word) / 3) + 2;
    for (size_t i = 0; i < count; i++) {
        int steps = distance(word, names[i]);
        bool is_other = steps > 1 && steps > (int)strlen(word) / 2; /* foo is no typing of aor */
        if (steps < least && !is_other) {
            least = steps;
            best = names[i];
        }
    }
    /* Or the beginning of just one: grant-revoked of grant-revoked-by-user. */
    const char *longer = NULL;
    size_t begun = 0, len = strlen(word);
    for (size_t i = 0; i < count && !best && len >= 4; i++)
        if (strncmp(names[i], word, len) == 0) {
            longer = names[i];
            begun++;
        }
    return begun == 1 ? longer : best;
}
