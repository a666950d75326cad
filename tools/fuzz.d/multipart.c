/* Multipart bodies: the first line is the Content-Type, the rest the body. Parts lie in the body. */
#include "base/multipart.h"

#include "fuzz.d/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct multipart parts;
    const uint8_t *line = memchr(data, '\n', size);
    if (!line)
        return 0;
    char *type = fuzz_text(data, (size_t)(line - data));
    char *body = fuzz_text(line + 1, size - (size_t)(line + 1 - data)); /* its end is guarded */
    size_t len = size - (size_t)(line + 1 - data), total = 0;
    arena_init(&arena);
    if (multipart_parse(&arena, type, body, len, &parts) == MULTIPART_OK) {
        assert(parts.count <= MULTIPART_PARTS_MAX);
        for (size_t i = 0; i < parts.count; i++) {
            const struct multipart_part *part = &parts.parts[i];
            total += part->len;
            for (size_t n = 0; n < part->len; n++)
                total += (unsigned char)part->data[n] == 0 ? 0 : 0; /* readable to its end */
        }
        assert(total <= len);
    }
    arena_done(&arena);
    free(body);
    free(type);
    return 0;
}
