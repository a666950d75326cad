#include "media/g711.h"

/* Mu-law works on 14 bits with a bias of 33, so that each segment begins at a power of two. */
enum { ULAW_BIAS = 33, ULAW_MOST = 8158 };

static int highest_bit(int value)
{
    int bit = 0;
    while (value >>= 1)
        bit++;
    return bit;
}

uint8_t g711_to_ulaw(int16_t sample)
{
    int is_negative = sample < 0;
    int size = (is_negative ? -(int)sample : sample) >> 2;
    size = (size > ULAW_MOST ? ULAW_MOST : size) + ULAW_BIAS;
    int segment = highest_bit(size) - 5;
    int step = size >> (segment + 1) & 15;
    return (uint8_t) ~(is_negative << 7 | segment << 4 | step);
}

int16_t g711_of_ulaw(uint8_t byte)
{
    int bits = ~byte & 0xff;
    int size = (((bits & 15) << 1) + ULAW_BIAS) << (bits >> 4 & 7);
    size = (size - ULAW_BIAS) * 4;
    return (int16_t)(bits & 0x80 ? -size : size);
}

/* A-law works on 13 bits; the first two segments are one straight line. Even bits are inverted. */
uint8_t g711_to_alaw(int16_t sample)
{
    int size = (sample < 0 ? ~(int)sample : sample) >> 4;
    int segment = size < 32 ? size >> 4 : highest_bit(size) - 3;
    int step = segment ? size >> (segment - 1) & 15 : size & 15;
    return (uint8_t)((segment << 4 | step | (sample < 0 ? 0 : 0x80)) ^ 0x55);
}

int16_t g711_of_alaw(uint8_t byte)
{
    int bits = byte ^ 0x55, segment = bits >> 4 & 7;
    int size = (bits & 15) << 4 | 8; /* the middle of the step */
    if (segment)
        size = (size + 0x100) << (segment - 1);
    return (int16_t)(bits & 0x80 ? size : -size);
}
