/* The URI of a Refer-To, with and without the dialog it replaces. */
#include "sip/refer.h"

#include "fuzz.d/fuzz.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct refer_target target;
    arena_init(&arena);
    char *text = fuzz_text(data, size);
    if (refer_read(&arena, text, &target)) {
        assert(*target.number && strlen(target.number) <= size);
        assert(!target.call_id || (*target.call_id && target.to_tag && target.from_tag));
    }
    free(text);
    arena_done(&arena);
    return 0;
}
