/* Numbers, times, durations and wildcards as clients and authors write them. */
#include "base/text.h"

#include "fuzz.d/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 4096)
        return 0;
    char *text = fuzz_text(data, size);
    int64_t value;
    bool flag;
    text_int64(text, &value);
    text_bool(text, &flag);
    text_duration_ms(text, &value);
    if (text_time_ms(text, &value)) {
        /* What is printed of a time is read as the same time. */
        char again[TEXT_TIME_LEN];
        int64_t same;
        assert(text_time_ms(text_time(value, again), &same) && same == value);
    }
    /* Pattern and text: the input's two halves. */
    char *half = fuzz_text(data + size / 2, size - size / 2);
    text[size / 2] = 0;
    if (size < 200)
        text_glob(text, half);
    const char *names[] = {"rotate-password", "move-proxy", "advance"};
    text_nearest(text, names, 3);
    free(half);
    free(text);
    return 0;
}
