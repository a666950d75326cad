/* Packed texts; see pack.h. The bytes: the text's length (4, the lowest first), then an LZ4 block. */
#include "pack.h"

#include <endian.h>
#include <lz4.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

#define HEAD 4

struct pack {
    char sample[PACK_SAMPLE_MAX];
    int sample_len;
    LZ4_stream_t *primed; /* has read the sample */
    LZ4_stream_t *stream;
    char *bytes; /* of the last packed text */
    size_t cap;
};

struct pack *pack_new(const char *sample, size_t len)
{
    struct pack *pack = xcalloc(1, sizeof(*pack));
    len = len < PACK_SAMPLE_MAX ? len : PACK_SAMPLE_MAX;
    memcpy(pack->sample, sample, len);
    pack->sample_len = (int)len;
    pack->primed = LZ4_createStream();
    pack->stream = LZ4_createStream();
    if (pack->primed == NULL || pack->stream == NULL)
        abort();
    LZ4_loadDict(pack->primed, pack->sample, pack->sample_len);
    return pack;
}

void pack_free(struct pack *pack)
{
    if (pack == NULL)
        return;
    LZ4_freeStream(pack->primed);
    LZ4_freeStream(pack->stream);
    free(pack->bytes);
    free(pack);
}

const void *pack_text(struct pack *pack, const char *text, size_t len, size_t *ret_len)
{
    if (len <= HEAD || len > PACK_TEXT_MAX)
        return NULL;
    if (pack->cap < len) {
        free(pack->bytes);
        pack->cap = 2 * len;
        pack->bytes = xmalloc(pack->cap);
    }
    /* A copy of the state costs less than to read the sample again. */
    memcpy(pack->stream, pack->primed, sizeof(*pack->stream));
    int packed = LZ4_compress_fast_continue(pack->stream, text, pack->bytes + HEAD, (int)len,
                                            (int)(len - HEAD), 1);
    if (packed <= 0)
        return NULL;
    uint32_t head = htole32((uint32_t)len);
    memcpy(pack->bytes, &head, HEAD);
    *ret_len = HEAD + (size_t)packed;
    return pack->bytes;
}

char *pack_open(const struct pack *pack, const void *bytes, size_t len)
{
    uint32_t head;
    if (len <= HEAD || len > PACK_TEXT_MAX)
        return NULL;
    memcpy(&head, bytes, HEAD);
    size_t text_len = le32toh(head);
    if (text_len > PACK_TEXT_MAX)
        return NULL;
    char *text = xmalloc(text_len + 1);
    int got = LZ4_decompress_safe_usingDict((const char *)bytes + HEAD, text, (int)(len - HEAD),
                                            (int)text_len, pack->sample, pack->sample_len);
    if (got < 0 || (size_t)got != text_len) {
        free(text);
        return NULL;
    }
    text[text_len] = '\0';
    return text;
}
