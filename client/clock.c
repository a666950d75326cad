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

bool clock_parse(const char *text, int64_t *ret_ms)
{
    struct tm tm = {0};
    int used = 0;
    if (sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour,
               &tm.tm_min, &tm.tm_sec, &used) != 6)
        return false;
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    const char *rest = text + used;
    int64_t fraction = 0;
    if (*rest == '.') {
        int64_t unit = 100;
        for (rest++; *rest >= '0' && *rest <= '9'; rest++, unit /= 10)
            fraction += (*rest - '0') * unit;
    }
    int hours = 0, minutes = 0;
    char sign = 0;
    if (!(rest[0] == 'Z' && rest[1] == '\0') &&
        sscanf(rest, "%c%2d:%2d", &sign, &hours, &minutes) != 3 &&
        sscanf(rest, "%c%2d%2d", &sign, &hours, &minutes) != 3)
        return false;
    if (sign != 0 && sign != '+' && sign != '-')
        return false;
    int64_t offset = ((int64_t)hours * 60 + minutes) * 60000;
    *ret_ms = (int64_t)timegm(&tm) * 1000 + fraction - (sign == '-' ? -offset : offset);
    return true;
}
