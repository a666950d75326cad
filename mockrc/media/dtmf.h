/*
 * Telephone events (RFC 4733 section 2.3): the digits 0 to 9, *, # and A to D.
 */
#ifndef MOCKRC_MEDIA_DTMF_H
#define MOCKRC_MEDIA_DTMF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DTMF_LEN = 4, DTMF_HZ = 8000 /* of dtmf_packet's durations */ };

struct dtmf {
    char digit; /* '\0': another event than a digit */
    bool is_end;
    int volume;        /* dB below full, 0 to 63 */
    uint16_t duration; /* in timestamps */
};

bool dtmf_read(const uint8_t *body, size_t len, struct dtmf *ret);
void dtmf_write(const struct dtmf *dtmf, uint8_t out[DTMF_LEN]);
bool dtmf_is_digit(char c);

/* The six packets of a digit of ours, 20 ms apart, as the vendor's own phones send and look for
 * them (sip.md 4.6): exactly one with duration 0. False past the last. */
bool dtmf_packet(char digit, int i, struct dtmf *ret);

#endif
