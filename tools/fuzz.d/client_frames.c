/* What a WebSocket server sends, as the client reads it: the handshake's answer, then frames; the
 * same in one piece and byte by byte. */
#include "frames.h"

#include "fuzz.d/fuzz.h"

struct heard {
    size_t count, bytes;
};

static void hear(void *arg, const char *text, size_t len)
{
    struct heard *heard = arg;
    heard->count++;
    for (size_t i = 0; i < len; i++)
        heard->bytes += (unsigned char)text[i];
}

static struct heard feed(const uint8_t *data, size_t size, size_t piece)
{
    struct heard heard = {0};
    struct rnd rnd;
    size_t len;
    rnd_init_seeded(&rnd, 1, 1);
    struct frames *frames = frames_new(&rnd, hear, &heard);
    for (size_t at = 0; at < size; at += piece)
        frames_feed(frames, data + at, size - at < piece ? size - at : piece);
    frames_pending(frames, &len);
    frames_sent(frames, len);
    frames_free(frames);
    return heard;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hello hello = {"dGhlIHNhbXBsZSBub25jZQ=="};
    const char *why;
    size_t head = 0;
    int status = hello_read((const char *)data, size, &hello, &head, &why);
    if (status != 0)
        assert(head <= size);
    assert((status == -1) == (why != NULL));
    struct heard whole = feed(data, size, size ? size : 1), cut = feed(data, size, 1);
    assert(whole.count == cut.count && whole.bytes == cut.bytes);
    return 0;
}
