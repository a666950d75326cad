/* Query strings and form bodies, and the codecs beneath them. */
#include "base/codec.h"
#include "base/params.h"
#include "base/text.h"

#include "fuzz.d/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    arena_init(&arena);
    struct params params = {0};
    params_parse(&params, &arena, (const char *)data, size);
    assert(params.count <= PARAMS_MAX);
    for (size_t i = 0; i < params.count; i++) {
        assert(text_is_utf8(params.list[i].name, strlen(params.list[i].name)));
        assert(text_is_utf8(params.list[i].value, strlen(params.list[i].value)));
        assert(params_get(&params, params.list[i].name));
    }
    params_repeated(&params);
    arena_done(&arena);

    struct buf out;
    buf_init(&out, 1 << 20);
    if (codec_unbase64(&out, BASE64_STD, (const char *)data, size))
        assert(out.len <= size);
    buf_done(&out);
    return 0;
}
