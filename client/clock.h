/*
 * What time it is for the client, in milliseconds since 1970 (UTC). One interface, three makers:
 * the machine's clock, a time somebody told (a scenario), or a simulator's clock over HTTP.
 *
 * Only the machine's clock can be waited on: told and followed time moves when others move it.
 */
#ifndef RC_CLIENT_CLOCK_H
#define RC_CLIENT_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct clock {
    int64_t (*now_ms)(void *self);
    void *self;
    bool can_wait; /* sleeping makes this clock advance */
};

struct clock clock_machine(void);
/* Reads `*now_ms` each time; the caller owns it and moves it. */
struct clock clock_told(int64_t *now_ms);

int64_t clock_now_ms(const struct clock *clock);
/* Sleeps and returns true, or returns false at once when this clock cannot be waited on. */
bool clock_wait_ms(const struct clock *clock, int64_t ms);

/* Milliseconds that only ever grow, for waits on a wire: no time of day. */
int64_t clock_steady_ms(void);

/* "2025-03-01T09:00:00.000Z"; `to` holds at least 25 bytes. */
void clock_text(int64_t at_ms, char *to);
/* Reads what clock_text and the platform write (fraction optional, "Z" or "+0000"); false when it
 * is something else. */
bool clock_parse(const char *text, int64_t *ret_ms);

#endif
