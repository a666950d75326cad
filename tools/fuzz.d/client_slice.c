/* A page of the call log as the client walks it: no look past its end, slices inside the text. */
#include "slice.h"

#include "fuzz.d/fuzz.h"

static void fuzz_walk(struct slice text)
{
    struct walk page = walk_begin(text), inside, members;
    struct slice name, value, record;
    char id[16];
    while (walk_enter(&page, "[", &name, &inside, &value)) {
        if (value.at) {
            slice_copy(value, id, sizeof id);
            slice_int(value, 0);
            continue;
        }
        while (walk_enter(&inside, "{", NULL, &members, &record)) {
            if (!record.at) {
                while (walk_next(&members, &name, &value))
                    slice_copy(value, id, sizeof id);
                if (!walk_leave(&inside, &members, &record))
                    break;
                struct slice again;
                assert(slice_text(record.at, record.len, &again));
            }
            assert(record.at >= text.at && record.at + record.len <= text.at + text.len);
            slice_copy(slice_member(record, "id"), id, sizeof id);
        }
        walk_leave(&page, &inside, NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size ? size : 1); /* no NUL: a look past the end is seen */
    struct slice whole;
    memcpy(text, data, size);
    fuzz_walk((struct slice){text, size});
    if (slice_text(text, size, &whole))
        assert(whole.at >= text && whole.at + whole.len <= text + size);
    free(text);
    return 0;
}
