#include "world/tone.h"

/* The sine of `phase` / TONE_RATE turns, without floating point: Bhaskara's formula for half a
 * turn. */
static int sine(uint32_t phase)
{
    const int64_t half = TONE_RATE / 2;
    int64_t at = phase % TONE_RATE;
    int sign = at < half ? 1 : -1;
    at %= half;
    int64_t bow = at * (half - at);
    return sign * (int)(TONE_PEAK * 16 * bow / (5 * half * half - 4 * bow));
}

int tone_sample(uint32_t hz, uint64_t i)
{
    return sine((uint32_t)(i * hz % TONE_RATE));
}
