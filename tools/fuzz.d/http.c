/*
 * HTTP requests as the front measures them: whole at once or byte by byte, they end at the same place, and no
 * byte behind it counts.
 */
#include "front/http_span.h"

#include "fuzz.d/fuzz.h"

enum { BODY_MAX = 300 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct http_span at_once = {0}, bit_by_bit = {0}, again = {0};
    char *copy = fuzz_text(data, size);
    enum http_span_state state = http_span_read(&at_once, copy, size, BODY_MAX), piece = HTTP_HEAD;
    assert(at_once.head_len <= size && (!at_once.head_len || at_once.head_len <= HTTP_HEAD_MAX));
    size_t step = size > 2000 ? size / 1000 : 1;
    for (size_t len = 0; len < size && piece < HTTP_WHOLE; len += step) {
        piece = http_span_read(&bit_by_bit, copy, len, BODY_MAX);
        assert(piece != HTTP_WHOLE || bit_by_bit.len <= len);
    }
    if (piece < HTTP_WHOLE)
        piece = http_span_read(&bit_by_bit, copy, size, BODY_MAX);
    if (state == HTTP_WHOLE) {
        assert(at_once.len <= size && at_once.len >= at_once.head_len);
        assert(piece == HTTP_WHOLE && bit_by_bit.len == at_once.len);
        char *whole = fuzz_text(data, at_once.len);
        assert(http_span_read(&again, whole, at_once.len, BODY_MAX) == HTTP_WHOLE);
        assert(again.len == at_once.len);
        free(whole);
    }
    free(copy);
    return 0;
}
