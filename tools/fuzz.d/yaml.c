/* Files people write: YAML text to a node tree, or a refusal with its place. */
#include "base/yaml.h"

#include "fuzz.d/fuzz.h"
#include "fuzz.d/walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    arena_init(&arena);
    struct diag diag = {0};
    const struct node *root = NULL;
    int err = yaml_parse(&arena, "fuzz.yaml", (const char *)data, size, &root, &diag);
    assert(err == 0 ? root != NULL : err == ERR_USAGE && diag.text[0] && diag.line >= 0);
    if (err == 0)
        fuzz_walk(root, 0);
    arena_done(&arena);
    return 0;
}
