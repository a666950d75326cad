/* Time; see clock.h. */
#include "clock.h"

#include <stdio.h>
#include <time.h>

static int64_t machine_now(void *self)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct clock clock_machine(void)
{
    return (struct clock){.now_ms = machine_now, .can_wait = true};
}

static int64_t told_now(void *self)
{
    return *(int64_t *)self;
}

struct clock clock_told(int64_t *now_ms)
{
    return (struct clock){.now_ms = told_now, .self = now_ms};
}

int64_t clock_now_ms(const struct clock *clock)
{
    return clock->now_ms(clock->self);
}

bool clock_wait_ms(const struct clock *clock, int64_t ms)
{
    if (!clock->can_wait)
        return false;
    struct timespec wait = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    while (nanosleep(&wait, &wait) != 0)
        ;
    return true;
}

int64_t clock_steady_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void clock_text(int64_t at_ms, char *to)
{
    time_t seconds = (time_t)(at_ms / 1000);
    struct tm tm;
    gmtime_r(&seconds, &tm);
    char day[32];
    strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(to, 25, "%.19s.%03uZ", day, (unsigned)(at_ms % 1000) % 1000);
}

/* `count` digits at `*at`, which then stands behind them and `after` (NUL: nothing). */
static bool digits(const char **at, int count, char after, int *ret_number)
{
    int number = 0;
    for (int i = 0; i < count; i++, ++*at) {
        if (**at < '0' || **at > '9')
            return false;
        number = number * 10 + (**at - '0');
    }
    *ret_number = number;
    if (after == '\0')
        return true;
    return *(*at)++ == after;
}

/* "Z", "+hh:mm" or "+hhmm" to the end of the text. */
static bool parse_offset(const char *at, int64_t *ret_ms)
{
    int hours, minutes;
    char sign = *at++;
    *ret_ms = 0;
    if (sign == 'Z')
        return *at == '\0';
    if ((sign != '+' && sign != '-') || !digits(&at, 2, '\0', &hours))
        return false;
    at += *at == ':';
    if (!digits(&at, 2, '\0', &minutes) || *at != '\0')
        return false;
    *ret_ms = ((int64_t)hours * 60 + minutes) * (sign == '-' ? -60000 : 60000);
    return true;
}

bool clock_parse(const char *text, int64_t *ret_ms)
{
    struct tm tm = {0};
    const char *at = text;
    int64_t fraction = 0, offset_ms;
    if (!digits(&at, 4, '-', &tm.tm_year) || !digits(&at, 2, '-', &tm.tm_mon) ||
        !digits(&at, 2, 'T', &tm.tm_mday) || !digits(&at, 2, ':', &tm.tm_hour) ||
        !digits(&at, 2, ':', &tm.tm_min) || !digits(&at, 2, '\0', &tm.tm_sec))
        return false;
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    if (*at == '.') {
        int64_t unit = 100;
        for (at++; *at >= '0' && *at <= '9'; at++, unit /= 10)
            fraction += (*at - '0') * unit;
    }
    if (!parse_offset(at, &offset_ms))
        return false;
    *ret_ms = (int64_t)timegm(&tm) * 1000 + fraction - offset_ms;
    return true;
}
