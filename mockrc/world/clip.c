#include "world/clip.h"

#include "base/mem.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PCM = 1, FORMAT_LEN = 16 };

struct clip {
    atomic_int users;
    size_t count;
    int16_t samples[];
};

static unsigned get16(const unsigned char *at)
{
    return (unsigned)(at[0] | at[1] << 8);
}

static uint32_t get32(const unsigned char *at)
{
    return get16(at) | (uint32_t)get16(at + 2) << 16;
}

/* The chunk of that name within RIFF; NULL when there is none. A last one that says that it is
 * longer than the file (a recorder died) is as long as the file. */
static const unsigned char *chunk(const unsigned char *riff, size_t len, const char *name,
                                  size_t *ret_len)
{
    for (size_t at = 12; at + 8 <= len;) {
        size_t said = get32(riff + at + 4), there = len - at - 8;
        size_t chunk_len = said < there ? said : there;
        if (memcmp(riff + at, name, 4) == 0) {
            *ret_len = chunk_len;
            return riff + at + 8;
        }
        at += 8 + chunk_len + (chunk_len & 1);
    }
    return NULL;
}

int clip_read(const void *bytes, size_t len, const char *file, struct clip **ret, struct diag *diag)
{
    const unsigned char *riff = bytes;
    size_t format_len = 0, data_len = 0;
    if (len < 12 || memcmp(riff, "RIFF", 4) != 0 || memcmp(riff + 8, "WAVE", 4) != 0)
        return diag_set(diag, ERR_USAGE, file, 0, 0, "no WAV file");
    const unsigned char *format = chunk(riff, len, "fmt ", &format_len);
    const unsigned char *data = chunk(riff, len, "data", &data_len);
    if (!format || format_len < FORMAT_LEN || !data)
        return diag_set(diag, ERR_USAGE, file, 0, 0, "a WAV file without format or samples");
    unsigned kind = get16(format), channels = get16(format + 2), bits = get16(format + 14);
    uint32_t rate = get32(format + 4);
    if (kind != PCM || channels != 1 || bits != 16 || rate != CLIP_HZ)
        return diag_set(diag, ERR_USAGE, file, 0, 0,
                        "wanted PCM, 8000 Hz, 16 bits, one channel, saw format %u, %u Hz, %u "
                        "bits, %u channels",
                        kind, (unsigned)rate, bits, channels);
    size_t count = data_len / 2;
    struct clip *clip = xmalloc(sizeof *clip + count * sizeof *clip->samples);
    atomic_init(&clip->users, 1);
    clip->count = count;
    for (size_t i = 0; i < count; i++)
        clip->samples[i] = (int16_t)get16(data + 2 * i);
    *ret = clip;
    return 0;
}

/* A pipe or a device would keep who waits for it. */
int clip_load(const char *path, struct clip **ret, struct diag *diag)
{
    struct stat stat;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return diag_set(diag, ERR_USAGE, path, 0, 0, "cannot be opened: %m");
    if (fstat(fd, &stat) != 0 || !S_ISREG(stat.st_mode) || stat.st_size > CLIP_BYTES_MAX) {
        close(fd);
        return diag_set(diag, ERR_USAGE, path, 0, 0, "wanted a file of up to %d bytes",
                        CLIP_BYTES_MAX);
    }
    unsigned char *bytes = xmalloc((size_t)stat.st_size + 1);
    ssize_t len = read(fd, bytes, (size_t)stat.st_size);
    close(fd);
    int err = clip_read(bytes, len < 0 ? 0 : (size_t)len, path, ret, diag);
    free(bytes);
    return err;
}

struct clip *clip_keep(struct clip *clip)
{
    if (clip)
        atomic_fetch_add(&clip->users, 1);
    return clip;
}

void clip_drop(struct clip *clip)
{
    if (clip && atomic_fetch_sub(&clip->users, 1) == 1)
        free(clip);
}

size_t clip_count(const struct clip *clip)
{
    return clip->count;
}

int16_t clip_sample(const struct clip *clip, size_t i)
{
    return i < clip->count ? clip->samples[i] : 0;
}
