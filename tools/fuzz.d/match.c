/* Matcher expressions and fault rules: what people and control calls write, against an event. */
#include "base/yaml.h"
#include "fault/fault.h"
#include "journal/match.h"

#include "fuzz.d/fuzz.h"

static void fuzz_match(struct arena *arena, const struct node *map, const struct event *event)
{
    struct diag diag = {0};
    const struct match *match = NULL;
    if (match_from_node(arena, map, NULL, "fuzz.yaml", &match, &diag) != 0) {
        assert(diag.text[0]);
        return;
    }
    /* An event satisfies a matcher when all its terms hold, and only then. */
    size_t terms = match_terms(match), score = match_score(match, event);
    assert(terms <= MATCH_TERMS_MAX && score <= terms);
    assert(match_event(match, event) == (score == terms));
    struct buf text;
    buf_init(&text, 65536);
    match_text(match, &text);
    match_explain(match, event, &text);
    buf_done(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    arena_init(&arena);
    struct diag diag = {0};
    const struct node *root = NULL;
    if (yaml_parse(&arena, "fuzz.yaml", (const char *)data, size, &root, &diag) == 0 &&
        root->kind == NODE_MAP) {
        struct event event;
        event_init(&event, LAYER_OAUTH, "oauth.token");
        event_set(&event, EVENT_CODE, "OAU-213");
        event_set_int(&event, EVENT_STATUS, 400);
        fuzz_match(&arena, root, &event);
        fuzz_match(&arena, node_get(root, "match"), &event);
        if (fault_check(root, "fuzz.yaml", &diag) != 0)
            assert(diag.text[0]);
    }
    arena_done(&arena);
    return 0;
}
