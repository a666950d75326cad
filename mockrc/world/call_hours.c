#include "world/call_hours.h"

#include "base/mem.h"

#include <stdlib.h>

enum { HOUR_MS = 3600 * 1000, DAY_MS = 24 * HOUR_MS };

/* Calls per hour of a working day, in thousandths of its calls, 0 to 23 o'clock. */
static const uint16_t hour_shares[24] = {1,  1,   1,   1,   1,  3,  8,  25, 70, 110, 125, 115,
                                         80, 100, 120, 115, 95, 55, 20, 10, 7,  4,   2,   1};
/* Percent of a working day's calls, Sunday to Saturday. */
static const uint16_t day_shares[7] = {6, 108, 104, 100, 98, 90, 14};

static int64_t floor_to(int64_t value, int64_t step)
{
    int64_t rest = value % step;
    return value - rest - (rest < 0 ? step : 0);
}

static uint64_t weight(int utc_offset_min, int64_t from_ms, int64_t to_ms)
{
    int64_t local = from_ms + (int64_t)utc_offset_min * 60000;
    int64_t day = floor_to(local, DAY_MS) / DAY_MS;
    int weekday = (int)(((day + 4) % 7 + 7) % 7); /* the first of 1970 was a Thursday */
    int hour = (int)((local - day * DAY_MS) / HOUR_MS);
    return (uint64_t)hour_shares[hour] * day_shares[weekday] * (uint64_t)(to_ms - from_ms) / 1000;
}

/* The hours of the last days, cut at their ends, each with the weights summed up to it. */
static uint64_t *cut(struct call_hours *all, int64_t now_ms, int days, int utc_offset_min)
{
    int64_t begin = now_ms - (int64_t)days * DAY_MS;
    int64_t offset = (int64_t)utc_offset_min * 60000;
    uint64_t *sums = xcalloc((size_t)days * 24 + 1, sizeof *sums), sum = 0;
    all->list = xcalloc((size_t)days * 24 + 1, sizeof *all->list);
    for (int64_t from = floor_to(begin + offset, HOUR_MS) - offset; from < now_ms;
         from += HOUR_MS) {
        struct call_hour *hour = &all->list[all->count];
        hour->from_ms = from < begin ? begin : from;
        hour->to_ms = from + HOUR_MS < now_ms ? from + HOUR_MS : now_ms;
        sum += weight(utc_offset_min, hour->from_ms, hour->to_ms);
        sums[all->count++] = sum;
    }
    return sums;
}

void call_hours_init(struct call_hours *all, struct id *id, int64_t now_ms, int days,
                     int utc_offset_min, size_t calls)
{
    *all = (struct call_hours){0};
    uint64_t *sums = cut(all, now_ms, days, utc_offset_min);
    for (size_t i = 0; i < calls; i++) {
        uint64_t at = id_below(id, sums[all->count - 1]);
        size_t low = 0, high = all->count - 1;
        while (low < high) {
            size_t middle = low + (high - low) / 2;
            if (sums[middle] <= at)
                low = middle + 1;
            else
                high = middle;
        }
        all->list[low].calls++;
    }
    free(sums);
}

void call_hours_done(struct call_hours *all)
{
    free(all->list);
    *all = (struct call_hours){0};
}
