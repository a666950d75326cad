#include "world/token.h"

#include "base/codec.h"
#include "world/world.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const char pod[] = "MCK01P01PAS01|";

size_t token_text(struct world *world, size_t bytes, char out[TOKEN_TEXT_MAX])
{
    char plain[sizeof pod + CODE_BYTES + sizeof(uint64_t)];
    size_t len = sizeof pod - 1;
    assert(bytes <= CODE_BYTES);
    memcpy(plain, pod, len);
    for (size_t i = 0; i < bytes; i += sizeof(uint64_t)) {
        uint64_t word = id_next(&world->ids);
        memcpy(plain + len + i, &word, sizeof word);
    }
    struct buf text = {.data = out, .cap = TOKEN_TEXT_MAX, .max = TOKEN_TEXT_MAX - 1};
    codec_base64(&text, BASE64_URL, plain, len + bytes);
    assert(text.data == out && !text.truncated);
    return text.len;
}
