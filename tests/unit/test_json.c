/* JSON and YAML into nodes, and JSON out. */
#include "base/json.h"

#include "base/yaml.h"
#include "support/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of strangers any bytes may come, and what is written must be JSON all the same. */
static void text_that_is_no_utf8_is_written_as_json(void **state)
{
    static const char *const rows[][2] = {
        {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
        {"a\xf1z", "a\\ufffdz"},
        {"\xff\xfe", "\\ufffd\\ufffd"},
        {"cut \xe2\x82", "cut \\ufffd\\ufffd"},
        {"\xc3\"", "\\ufffd\\\""},
        {"\xed\xa0\x80", "\\ufffd\\ufffd\\ufffd"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf buf;
        struct json_out out;
        char want[64];
        buf_init(&buf, 256);
        json_out_init(&out, &buf);
        json_open(&out, NULL);
        json_str(&out, "a", rows[i][0]);
        json_close(&out);
        snprintf(want, sizeof want, "{\"a\":\"%s\"}", rows[i][1]);
        assert_string_equal(buf_text(&buf), want);
        buf_done(&buf);
    }
}

static void what_is_not_json_is_refused_with_a_reason(void **state)
{
    static const struct {
        const char *text;
        size_t len; /* 0: strlen */
        const char *why;
    } rows[] = {
        {"", 0, "not JSON"},
        {"{", 0, "not JSON"},
        {"{\"a\":}", 0, "not JSON"},
        {"{'a':1}", 0, "not JSON"},
        {"{\"a\":1,}", 0, "not JSON"},
        {"nul", 0, "not JSON"},
        {"NaN", 0, "not JSON"},
        {"+1", 0, "not JSON"},
        {"\"\\ud800\"", 0, "not JSON"},
        {"{} {}", 0, "text after the value"},
        {"1 2", 0, "text after the value"},
        {"{\"a\":1,\"a\":2}", 0, "a member that is there twice"},
        {"\"a\nb\"", 0, "a control character inside a string"},
        {"\"\\u0000\"", 0, "\\u0000 inside a string"},
        {"01", 0, "a number with a leading zero"},
        {"[-01]", 0, "a number with a leading zero"},
        {"1.", 0, "a number with no digit beside its point"},
        {"[-.5]", 0, "a number with no digit beside its point"},
        {"2.e3", 0, "a number with no digit beside its point"},
        {"1e999", 0, "a number out of range"},
        {"{\"a\":1,\"b\":{\"c\":[{\"x\":1,\"x\":2}]}}", 0, "a member that is there twice"},
        {"\"\xff\"", 0, "not UTF-8"},
        {"\"a\0b\"", 5, "not UTF-8"},
        {"{\"a\":\x01 1}", 0, "a control character"},
    };
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *why = "(accepted)";
        size_t len = rows[i].len ? rows[i].len : strlen(rows[i].text);
        char *text = malloc(len + !len); /* no NUL after it: nobody may look there */
        memcpy(text, rows[i].text, len);
        if (json_parse(&arena, text, len, &why) || strcmp(why, rows[i].why) != 0)
            fail_msg("%s: wanted %s, saw %s", rows[i].text, rows[i].why, why);
        free(text);
    }
    arena_done(&arena);
}

static void good_json_becomes_nodes(void **state)
{
    struct arena arena;
    arena_init(&arena);
    const char *text =
        " {\"a\": [1, -2.5, 1e3, 0, 10], \"b\": {\"c\": \"x\\u00e9\\n\"}, \"d\": true,"
        " \"e\": null, \"A\": 9007199254740991} \n";
    const struct node *root = json_parse(&arena, text, strlen(text), NULL);
    assert_non_null(root);
    int64_t number;
    assert_int_equal(node_get(root, "a")->count, 5);
    assert_true(node_int(node_first(node_get(root, "a")), &number));
    assert_int_equal(number, 1);
    assert_false(node_int(node_first(node_get(root, "a"))->next, &number));
    assert_string_equal(node_text(node_get(node_get(root, "b"), "c"), ""), "x\xc3\xa9\n");
    assert_true(node_bool(node_get(root, "d"), false));
    assert_int_equal(node_get(root, "e")->kind, NODE_NULL);
    assert_true(node_int(node_get(root, "A"), &number));
    assert_true(number == 9007199254740991);
    assert_null(node_get(root, "B"));
    assert_null(node_get(node_get(root, "nope"), "c"));
    arena_done(&arena);
}

static void depth_and_members_have_limits(void **state)
{
    struct arena arena;
    arena_init(&arena);
    const char *why = NULL;
    char deep[200001];
    memset(deep, '[', 200000);
    assert_null(json_parse(&arena, deep, 200000, &why));
    assert_string_equal(why, "nested too deeply");
    struct buf many;
    buf_init(&many, 1 << 20);
    buf_char(&many, '{');
    for (int i = 0; i <= JSON_MEMBERS_MAX; i++)
        buf_printf(&many, "%s\"k%d\":1", i ? "," : "", i);
    buf_char(&many, '}');
    assert_null(json_parse(&arena, many.data, many.len, &why));
    assert_string_equal(why, "too many members");
    buf_done(&many);
    arena_done(&arena);
}

/* Whoever sends the keys chooses them: a million bytes of large objects must not take seconds. */
static void large_objects_are_checked_for_repeats(void **state)
{
    struct arena arena;
    const char *why = NULL;
    struct buf many;
    arena_init(&arena);
    buf_init(&many, 2 << 20);
    buf_char(&many, '[');
    while (many.len < 1 << 20) {
        buf_str(&many, many.len > 1 ? ",{" : "{");
        for (int i = 0; i < JSON_MEMBERS_MAX; i++)
            buf_printf(&many, "%s\"k%d\":1", i ? "," : "", i);
        buf_char(&many, '}');
    }
    buf_char(&many, ']');
    assert_non_null(json_parse(&arena, many.data, many.len, &why));
    memcpy(strstr(many.data, "\"k4000\""), "\"k3999\"", 7);
    assert_null(json_parse(&arena, many.data, many.len, &why));
    assert_string_equal(why, "a member that is there twice");
    buf_done(&many);
    arena_done(&arena);
}

static void the_writer_writes_what_the_reader_reads(void **state)
{
    struct buf text;
    struct json_out out;
    buf_init(&text, 10000);
    json_out_init(&out, &text);
    json_open(&out, NULL);
    json_str(&out, "s", "q\"b\\n\n\t\x01\xc3\xa9");
    json_str(&out, "left", NULL);
    json_int(&out, "i", INT64_MIN);
    json_num(&out, "n", 0.5);
    json_bool(&out, "t", true);
    json_null(&out, "z");
    json_list(&out, "l");
    json_int(&out, NULL, 1);
    json_open(&out, NULL);
    json_close(&out);
    json_list(&out, NULL);
    json_list_end(&out);
    json_list_end(&out);
    json_time(&out, "when", 0);
    json_fmt(&out, "f", "%d-%s", 7, "x");
    json_close(&out);
    assert_string_equal(buf_text(&text),
                        "{\"s\":\"q\\\"b\\\\n\\n\\t\\u0001\xc3\xa9\",\"i\":-9223372036854775808,"
                        "\"n\":0.5,\"t\":true,\"z\":null,\"l\":[1,{},[]],"
                        "\"when\":\"1970-01-01T00:00:00.000Z\",\"f\":\"7-x\"}");
    struct arena arena;
    arena_init(&arena);
    const struct node *root = json_parse(&arena, text.data, text.len, NULL);
    assert_non_null(root);
    struct buf again;
    buf_init(&again, 10000);
    json_out_init(&out, &again);
    json_node(&out, NULL, node_get(root, "l"));
    assert_string_equal(buf_text(&again), "[1,{},[]]");
    buf_reset(&again);
    const char *nasty = "{\"a\\\"b\":{\"\\u0001\":[{}]},\"c\":2}";
    json_out_init(&out, &again);
    json_node(&out, NULL, json_parse(&arena, nasty, strlen(nasty), NULL));
    assert_string_equal(buf_text(&again), nasty);
    buf_done(&again);
    buf_done(&text);
    arena_done(&arena);
}

static const struct node *given_yaml(struct arena *arena, const char *text)
{
    const struct node *root;
    struct diag diag;
    if (yaml_parse(arena, "t.yaml", text, strlen(text), &root, &diag))
        fail_msg("%d:%d %s", diag.line, diag.col, diag.text);
    return root;
}

static void yaml_scalars_mean_what_they_say(void **state)
{
    static const struct {
        const char *yaml;
        enum node_kind kind;
        const char *text;
    } rows[] = {
        {"400", NODE_NUMBER, "400"},
        {"-1.5", NODE_NUMBER, "-1.5"},
        {"'400'", NODE_STRING, "400"},
        {"61m", NODE_STRING, "61m"},
        {"true", NODE_BOOL, "true"},
        {"False", NODE_BOOL, "False"},
        {"\"true\"", NODE_STRING, "true"},
        {"yes", NODE_STRING, "yes"},
        {"~", NODE_NULL, "~"},
        {"null", NODE_NULL, "null"},
        {"", NODE_NULL, NULL},
        {"+15550001000", NODE_NUMBER, "+15550001000"},
        {"2026-01-05", NODE_STRING, "2026-01-05"},
        {"127.0.0.1", NODE_STRING, "127.0.0.1"},
        {".", NODE_STRING, "."},
        {"-", NODE_LIST, NULL},
        {"1e400", NODE_STRING, "1e400"},
        {"[]", NODE_LIST, NULL},
        {"{}", NODE_MAP, NULL},
        {"# only a comment", NODE_NULL, NULL},
    };
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct node *node = given_yaml(&arena, rows[i].yaml);
        if (node->kind != rows[i].kind ||
            (rows[i].text && (!node->text || strcmp(node->text, rows[i].text) != 0)))
            fail_msg("%s: kind %d, text %s", rows[i].yaml, node->kind,
                     node->text ? node->text : "NULL");
    }
    arena_done(&arena);
}

static void yaml_knows_where_things_stood(void **state)
{
    struct arena arena;
    arena_init(&arena);
    const struct node *root =
        given_yaml(&arena, "users:\n  - name: Ann\n  - name: Bob\n    x: 1\n");
    const struct node *bob = node_first(node_get(root, "users"))->next;
    const struct node *x = node_get(bob, "x");
    char path[100];
    assert_int_equal(x->line, 4);
    assert_int_equal(x->col, 8);
    assert_int_equal(x->key_line, 4);
    assert_int_equal(x->key_col, 5);
    assert_string_equal(node_path(root, x, path, sizeof path), "$.users[1].x");
    assert_int_equal(given_yaml(&arena, "{\"a\": [1, {\"b\": null}]}")->count, 1);
    arena_done(&arena);
}

static void yaml_that_could_hurt_is_refused_with_its_place(void **state)
{
    static const struct {
        const char *yaml;
        int line, col;
        const char *want;
    } rows[] = {
        {"a: 1\na: 2\n", 2, 1, "\"a\" is there twice"},
        {"a: &x 1\n", 1, 4, "anchors (&name) are not supported: write it out"},
        {"a: *x\n", 1, 4, "aliases (*name) are not supported: write it out"},
        {"a: !!binary x\n", 1, 4, "tags (!name) are not supported"},
        {"? [a]\n: 1\n", 1, 3, "a key must be plain text"},
        {"!!str a: 1\n", 1, 1, "a key must be plain text"},
        {"\"a\\0b\": 1\n", 1, 1, "a key must be plain text"},
        {"x:\n  b: 1\n  c: 2\n  b: 3\n  c: 4\n", 4, 3, "\"b\" is there twice"},
        {"a: 1\n---\nb: 2\n", 3, 1, "a second document: one file, one document"},
        {"a: [1, 2\n", 2, 1, "not YAML"},
        {"\ta: 1\n", 1, 1, "not YAML: a tab in the indentation; indent with blanks"},
        {"a:\n  - b:\n\tc: 1\n", 3, 1, "not YAML: a tab in the indentation; indent with blanks"},
        {"a: 1\nsteps\nb: 2\n", 2, 1,
         "not YAML: wanted \"key: value\", saw no \":\" with a blank behind it"},
        {"a: 1\nb: \"x\nc: 2\n", 2, 4,
         "not YAML: the quotation mark that opens here is never closed"},
        {"\xef\xbb\xbf"
         "a: 1\na: 2\n",
         2, 1, "\"a\" is there twice"},
        {"a: b: c\n", 1, 5, "not YAML"},
        {"a: \"\\0\"\n", 1, 4, "a NUL inside text"},
        {"a: \xff\n", 1, 1, "not YAML"},
    };
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct node *root;
        struct diag diag;
        int err = yaml_parse(&arena, "t.yaml", rows[i].yaml, strlen(rows[i].yaml), &root, &diag);
        if (err != ERR_USAGE || strncmp(diag.text, rows[i].want, strlen(rows[i].want)) != 0)
            fail_msg("%s: err %d, %s", rows[i].yaml, err, diag.text);
        if (strcmp(rows[i].want, "not YAML") != 0 &&
            (diag.line != rows[i].line || diag.col != rows[i].col))
            fail_msg("%s: at %d:%d", rows[i].yaml, diag.line, diag.col);
    }
    char *deep = malloc(100001);
    memset(deep, '[', 100000);
    const struct node *root;
    struct diag diag;
    assert_int_equal(yaml_parse(&arena, "t.yaml", deep, 100000, &root, &diag), ERR_USAGE);
    free(deep);
    assert_int_equal(yaml_load(&arena, "/nonexistent/x.yaml", &root, &diag), ERR_USAGE);
    assert_string_equal(diag.text, "cannot be read: No such file or directory");
    assert_int_equal(yaml_load(&arena, "/tmp", &root, &diag), ERR_USAGE);
    assert_string_equal(diag.text, "cannot be read: Is a directory");
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_that_is_no_utf8_is_written_as_json),
        cmocka_unit_test(what_is_not_json_is_refused_with_a_reason),
        cmocka_unit_test(good_json_becomes_nodes),
        cmocka_unit_test(depth_and_members_have_limits),
        cmocka_unit_test(large_objects_are_checked_for_repeats),
        cmocka_unit_test(the_writer_writes_what_the_reader_reads),
        cmocka_unit_test(yaml_scalars_mean_what_they_say),
        cmocka_unit_test(yaml_knows_where_things_stood),
        cmocka_unit_test(yaml_that_could_hurt_is_refused_with_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
