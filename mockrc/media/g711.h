/*
 * G.711 (ITU-T): 16-bit samples to a byte and back, as mu-law (PCMU) and A-law (PCMA).
 */
#ifndef MOCKRC_MEDIA_G711_H
#define MOCKRC_MEDIA_G711_H

#include <stdint.h>

uint8_t g711_to_ulaw(int16_t sample);
int16_t g711_of_ulaw(uint8_t byte);
uint8_t g711_to_alaw(int16_t sample);
int16_t g711_of_alaw(uint8_t byte);

#endif
