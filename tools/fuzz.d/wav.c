/* A WAV file of the user's, read and played to its end and past it. */
#include "world/clip.h"

#include "fuzz.d/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct clip *clip = NULL;
    struct diag diag;
    if (clip_read(data, size, "x.wav", &clip, &diag))
        return 0;
    assert(clip_count(clip) <= size / 2);
    long sum = 0;
    for (size_t i = 0; i < clip_count(clip) + 2; i++)
        sum += clip_sample(clip, i);
    assert(clip_sample(clip, clip_count(clip)) == 0);
    assert(sum <= (long)size * 32768);
    clip_drop(clip);
    return 0;
}
