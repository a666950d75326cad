/*
 * Recordings, made on the fly: two tones in turn, as if two people spoke. RIFF WAVE, PCM, 8 kHz, 16
 * bits, mono. Every sample is a function of its place, so that any range of the file can be read.
 */
#include "world/call_log.h"
#include "world/tone.h"
#include "world/world.h"

#include <string.h>

enum {
    RATE = TONE_RATE,
    HEADER = 44,
    TURN_MS = 1200,          /* how long one speaks */
    SAMPLES_MAX = 2147483000 /* the format's sizes are 32 bits */
};

static uint32_t samples_of(const struct call_record *record)
{
    uint64_t samples = (uint64_t)record->duration_ms * RATE / 1000;
    return samples < SAMPLES_MAX ? (uint32_t)samples : SAMPLES_MAX;
}

size_t recording_size(const struct call_record *record)
{
    return HEADER + 2 * (size_t)samples_of(record);
}

static void put(unsigned char *at, uint32_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        at[i] = (unsigned char)(value >> 8 * i);
}

static void write_header(const struct call_record *record, unsigned char out[HEADER])
{
    uint32_t data = 2 * samples_of(record);
    memcpy(out, "RIFF....WAVEfmt ", 16);
    put(out + 4, data + HEADER - 8, 4);
    put(out + 16, 16, 4);       /* of the format chunk */
    put(out + 20, 1, 2);        /* PCM */
    put(out + 22, 1, 2);        /* channels */
    put(out + 24, RATE, 4);     /* samples per second */
    put(out + 28, RATE * 2, 4); /* bytes per second */
    put(out + 32, 2, 2);        /* bytes per sample */
    put(out + 34, 16, 2);       /* bits per sample */
    memcpy(out + 36, "data", 4);
    put(out + 40, data, 4);
}

static int sample_at(const struct call_record *record, uint32_t i)
{
    uint32_t tones[2] = {300 + record->number % 7 * 20, 480 + record->number % 11 * 20};
    uint64_t turn = (uint64_t)i * 1000 / RATE / TURN_MS;
    uint32_t tone = tones[turn & 1];
    return tone_sample(tone, i);
}

void recording_read(const struct world *world, const struct call_record *record, size_t offset,
                    size_t len, unsigned char *out)
{
    unsigned char header[HEADER];
    write_header(record, header);
    for (size_t i = 0; i < len; i++) {
        size_t at = offset + i;
        if (at < HEADER) {
            out[i] = header[at];
            continue;
        }
        at -= HEADER;
        unsigned value = (unsigned)sample_at(record, (uint32_t)(at / 2));
        out[i] = (unsigned char)(at % 2 ? value >> 8 : value);
    }
}
