/* Request bodies: JSON to a node tree. What was read can be written and read again. */
#include "base/json.h"

#include "fuzz.d/fuzz.h"
#include "fuzz.d/walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    arena_init(&arena);
    const char *why = NULL;
    const struct node *root = json_parse(&arena, (const char *)data, size, &why);
    assert(root || (why && *why));
    if (root) {
        fuzz_walk(root, 0);
        struct buf text;
        buf_init(&text, 16 << 20);
        struct json_out out;
        json_out_init(&out, &text);
        json_node(&out, NULL, root);
        const struct node *again = json_parse(&arena, buf_text(&text), text.len, &why);
        assert(again && again->kind == root->kind && again->count == root->count);
        buf_done(&text);
    }
    arena_done(&arena);
    return 0;
}
