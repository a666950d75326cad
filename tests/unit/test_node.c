#include "support/cmocka_all.h"

#include "base/json.h"
#include "base/node.h"

#include <stdio.h>
#include <string.h>

struct document {
    struct arena arena;
    const struct node *root;
};

static int given_document(void **state)
{
    static struct document document;
    const char *text = "{\"a\":{\"b\":[1,{\"c\":\"x\"},[]]},\"n\":12,\"f\":1.5,\"t\":true,"
                       "\"z\":null,\"s\":\"34\",\"e\":\"\",\"big\":9007199254740993,\"neg\":-8}";
    arena_init(&document.arena);
    document.root = json_parse(&document.arena, text, strlen(text), NULL);
    *state = &document;
    return document.root ? 0 : -1;
}

static int done(void **state)
{
    arena_done(&((struct document *)*state)->arena);
    return 0;
}

static void looking_into_nothing_is_nothing(void **state)
{
    const struct node *root = ((struct document *)*state)->root;
    assert_null(node_get(NULL, "a"));
    assert_null(node_get(node_get(root, "n"), "a"));
    assert_null(node_get(node_get(node_get(root, "no"), "no"), "no"));
    assert_null(node_get(root, "A"));
    assert_null(node_first(NULL));
    assert_null(node_first(node_get(root, "s")));
    assert_null(node_first(node_first(node_get(node_get(root, "a"), "b"))->next->next));
    assert_string_equal(node_text(NULL, "d"), "d");
    assert_string_equal(node_text(node_get(root, "z"), "d"), "d");
    assert_string_equal(node_text(node_get(root, "a"), "d"), "d");
    assert_string_equal(node_text(node_get(root, "e"), "d"), "");
    assert_true(node_bool(NULL, true));
    assert_true(node_bool(node_get(root, "s"), true));
    assert_true(node_bool(node_get(root, "t"), false));
}

static void whole_numbers_and_digits_are_numbers(void **state)
{
    static const struct {
        const char *key;
        bool is_int;
        int64_t want;
    } rows[] = {
        {"n", true, 12}, {"neg", true, -8}, {"s", true, 34}, {"f", false, 0}, {"big", false, 0},
        {"e", false, 0}, {"t", false, 0},   {"z", false, 0}, {"a", false, 0}, {"none", false, 0},
    };
    const struct node *root = ((struct document *)*state)->root;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t seen = 0;
        if (node_int(node_get(root, rows[i].key), &seen) != rows[i].is_int || seen != rows[i].want)
            fail_msg("%s is %ld", rows[i].key, (long)seen);
    }
}

static void a_path_leads_to_a_node(void **state)
{
    const struct node *root = ((struct document *)*state)->root;
    const struct node *list = node_get(node_get(root, "a"), "b");
    const struct node *c = node_get(node_first(list)->next, "c");
    const struct node stranger = {0};
    char path[64], tiny[6];
    assert_string_equal(node_path(root, root, path, sizeof path), "$");
    assert_string_equal(node_path(root, list, path, sizeof path), "$.a.b");
    assert_string_equal(node_path(root, c, path, sizeof path), "$.a.b[1].c");
    assert_string_equal(node_path(root, &stranger, path, sizeof path), "$");
    assert_string_equal(node_path(root, c, tiny, sizeof tiny), "$.a.b");
}

static void every_kind_has_a_name(void **state)
{
    for (int kind = NODE_NULL; kind <= NODE_MAP; kind++)
        assert_non_null(node_kind_name(&(struct node){.kind = (enum node_kind)kind}));
    assert_string_equal(node_kind_name(NULL), "nothing");
    assert_string_equal(node_kind_name(&(struct node){.kind = NODE_LIST}), "a list");
}

static void a_repeated_key_is_found_in_small_maps_and_large(void **state)
{
    static struct node nodes[4096];
    static char keys[4096][16];
    assert_null(node_repeated(&(struct node){.kind = NODE_MAP}));
    for (size_t count = 1; count <= 4096; count = count < 40 ? count + 1 : count * 2) {
        const struct node map = {.kind = NODE_MAP, .count = count, .first = nodes};
        for (size_t i = 0; i < count; i++) {
            snprintf(keys[i], sizeof keys[i], "%zu", i * 7919); /* not in the order of text */
            nodes[i] = (struct node){.key = keys[i], .next = i + 1 < count ? &nodes[i + 1] : NULL};
        }
        assert_null(node_repeated(&map));
        if (count == 1)
            continue;
        memcpy(keys[count - 1], keys[0], sizeof keys[0]);
        assert_ptr_equal(node_repeated(&map), &nodes[count - 1]);
        if (count > 4) {
            memcpy(keys[3], keys[2], sizeof keys[2]); /* of two, the one that stands first */
            assert_ptr_equal(node_repeated(&map), &nodes[3]);
            memcpy(keys[4], keys[2], sizeof keys[2]);
            assert_ptr_equal(node_repeated(&map), &nodes[3]);
        }
    }
}

#define in_document(test) cmocka_unit_test_setup_teardown(test, given_document, done)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_document(looking_into_nothing_is_nothing),
        in_document(whole_numbers_and_digits_are_numbers),
        in_document(a_path_leads_to_a_node),
        cmocka_unit_test(every_kind_has_a_name),
        cmocka_unit_test(a_repeated_key_is_found_in_small_maps_and_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
