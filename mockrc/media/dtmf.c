#include "media/dtmf.h"

#include <string.h>

static const char digits[] = "0123456789*#ABCD";

bool dtmf_is_digit(char c)
{
    return c && strchr(digits, c) != NULL;
}

bool dtmf_read(const uint8_t *body, size_t len, struct dtmf *ret)
{
    if (len < DTMF_LEN)
        return false;
    *ret = (struct dtmf){
        .digit = body[0] < sizeof digits - 1 ? digits[body[0]] : '\0',
        .is_end = body[1] >> 7,
        .volume = body[1] & 0x3f,
        .duration = (uint16_t)(body[2] << 8 | body[3]),
    };
    return true;
}

void dtmf_write(const struct dtmf *dtmf, uint8_t out[DTMF_LEN])
{
    out[0] = (uint8_t)(strchr(digits, dtmf->digit) - digits);
    out[1] = (uint8_t)((dtmf->is_end ? 0x80 : 0) | dtmf->volume);
    out[2] = (uint8_t)(dtmf->duration >> 8);
    out[3] = (uint8_t)dtmf->duration;
}

bool dtmf_packet(char digit, int i, struct dtmf *ret)
{
    static const uint16_t durations[] = {0, 160, 320, 800, 800, 800};
    enum { PACKETS = sizeof durations / sizeof *durations, FIRST_END = 3 };
    if (i >= PACKETS)
        return false;
    *ret = (struct dtmf){digit, i >= FIRST_END, 6, durations[i]};
    return true;
}
