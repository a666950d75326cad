#include "scenario/schema.h"

#include "base/text.h"
#include "scenario/step.h"
#include "support/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void read_published(struct buf *out)
{
    char block[4096];
    size_t got;
    FILE *file = fopen(SOURCE_DIR "/scenarios/scenario.schema.json", "re");
    assert_non_null(file);
    while ((got = fread(block, 1, sizeof block, file)) > 0)
        buf_add(out, block, got);
    fclose(file);
}

static void the_published_schema_is_the_one_the_tables_make(void **state)
{
    struct buf made, published;
    buf_init(&made, 4 << 20);
    buf_init(&published, 4 << 20);
    schema_write(&made);
    read_published(&published);
    if (!text_eq(buf_text(&made), buf_text(&published)))
        fail_msg("mockrc schema > scenarios/scenario.schema.json mends it");
    buf_done(&made);
    buf_done(&published);
}

/* Every word a file can hold is in it, so that an editor knows it. */
static void every_verb_step_argument_and_result_is_in_it(void **state)
{
    struct buf made;
    struct arena arena;
    buf_init(&made, 4 << 20);
    arena_init(&arena);
    schema_write(&made);
    const struct node *root = json_parse(&arena, buf_text(&made), made.len, NULL);
    assert_non_null(root);
    const struct node *step = node_get(node_get(root, "$defs"), "step");
    const struct node *words = node_get(node_get(step, "anyOf")->first->next, "properties");
    assert_int_equal(words->count, verb_count() + step_kind_count());
    for (size_t i = 0; i < verb_count(); i++) {
        const struct verb *verb = verb_at(i);
        const struct node *word = node_get(words, verb->name);
        assert_non_null(word);
        const struct node *map = node_first(node_get(word, "anyOf"));
        for (size_t j = 0; map && j < VERB_ARGS_MAX && verb->args[j].name; j++)
            assert_non_null(node_get(node_get(map, "properties"), verb->args[j].name));
    }
    for (size_t i = 0; i < step_kind_count(); i++) {
        const struct step_kind *kind = step_kind_at(i);
        const struct node *word = node_get(words, kind->name);
        assert_non_null(word);
        const struct node *map = node_first(node_get(word, "anyOf"));
        for (size_t j = 0; map && j < STEP_ARGS_MAX && kind->args[j].name; j++)
            assert_non_null(node_get(node_get(map, "properties"), kind->args[j].name));
        for (size_t j = 0; map && j < STEP_RESULTS_MAX && kind->results[j].name; j++)
            assert_non_null(node_get(node_get(map, "properties"), kind->results[j].name));
    }
    arena_done(&arena);
    buf_done(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_schema_is_the_one_the_tables_make),
        cmocka_unit_test(every_verb_step_argument_and_result_is_in_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
