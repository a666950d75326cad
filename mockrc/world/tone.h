/*
 * Tones, sample by sample, in whole numbers: the same on every machine.
 */
#ifndef MOCKRC_WORLD_TONE_H
#define MOCKRC_WORLD_TONE_H

#include <stdint.h>

enum { TONE_RATE = 8000 /* samples a second */, TONE_PEAK = 6000 };

/* Sample `i` of a sine of `hz`. */
int tone_sample(uint32_t hz, uint64_t i);

#endif
