/*
 * A recording to be played: samples of 8,000 a second, 16 bits, one channel, as a WAV file holds
 * them (RIFF WAVE, PCM). Does not change once it is made, so who plays it need not lock; freed when
 * the last lets go.
 */
#ifndef MOCKRC_WORLD_CLIP_H
#define MOCKRC_WORLD_CLIP_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

enum { CLIP_HZ = 8000, CLIP_BYTES_MAX = 4 << 20 /* some four minutes */ };

struct clip;

/* From the bytes of a file; ERR_USAGE when they are no such WAV. `file` is for the message. */
int clip_read(const void *bytes, size_t len, const char *file, struct clip **ret,
              struct diag *diag);
/* The same from a file of this machine, of CLIP_BYTES_MAX at most. */
int clip_load(const char *path, struct clip **ret, struct diag *diag);

struct clip *clip_keep(struct clip *clip);
void clip_drop(struct clip *clip); /* NULL is fine */

size_t clip_count(const struct clip *clip); /* samples */
/* 0 past the end. */
int16_t clip_sample(const struct clip *clip, size_t i);

#endif
