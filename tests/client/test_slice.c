/* JSON by slices: what is walked, what is refused. */
#include "slice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

static struct slice of(const char *text)
{
    struct slice value = {0};
    if (!slice_text(text, strlen(text), &value))
        fail_msg("not taken: %s", text);
    return value;
}

static void texts_are_taken_or_refused(void **state)
{
    static const struct {
        const char *text;
        bool is_json;
    } rows[] = {
        {"{}", true},
        {" [ ] ", true},
        {"[1,-2.5e+3,true,false,null,\"\"]", true},
        {"{\"a\":{\"b\":[{}]},\"c\":\"\\u00e9\\\"\\\\\"}", true},
        {"\"a longer text with nothing special in it, so that whole words are looked at\"", true},
        {"\"twelve chars\\n\"", true},
        {"", false},
        {"{", false},
        {"[1,]", false},
        {"[1 2]", false},
        {"{\"a\"}", false},
        {"{\"a\":}", false},
        {"{a:1}", false},
        {"{\"a\":1,}", false},
        {"[}", false},
        {"[1]x", false},
        {"tru", false},
        {"\"open", false},
        {"\"eight...open", false},
        {"\"bad \\x escape\"", false},
        {"\"bad \\u12g4\"", false},
        {"\"a\tb\"", false},
        {"\"0123456789\n\"", false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct slice value;
        if (slice_text(rows[i].text, strlen(rows[i].text), &value) != rows[i].is_json)
            fail_msg("%s: wanted %d", rows[i].text, rows[i].is_json);
    }
}

static void nesting_is_bounded(void **state)
{
    char text[2 * SLICE_DEPTH_MAX + 4];
    struct slice value;
    for (int depth = SLICE_DEPTH_MAX; depth <= SLICE_DEPTH_MAX + 1; depth++) {
        memset(text, '[', (size_t)depth);
        memset(text + depth, ']', (size_t)depth);
        assert_int_equal(slice_text(text, 2 * (size_t)depth, &value), depth == SLICE_DEPTH_MAX);
    }
}

static void members_are_found_by_name(void **state)
{
    struct slice object = of("{\"ab\":1,\"a\":\"x\",\"n\":-42,\"e\":\"\\\\\",\"o\":{\"a\":2}}");
    char text[8];
    assert_true(slice_copy(slice_member(object, "a"), text, sizeof(text)));
    assert_string_equal(text, "x");
    assert_int_equal(slice_int(slice_member(object, "n"), 0), -42);
    assert_int_equal(slice_int(slice_member(slice_member(object, "o"), "a"), 0), 2);
    assert_null(slice_member(object, "b").at);
    assert_false(slice_copy(slice_member(object, "e"), text, sizeof(text))); /* escapes */
    assert_false(slice_copy(slice_member(object, "o"), text, sizeof(text)));
    assert_false(slice_copy(slice_member(object, "a"), text, 1)); /* no room */
    assert_int_equal(slice_int(slice_member(object, "a"), 7), 7);
}

static void an_array_inside_is_walked_in_place(void **state)
{
    const char text[] = "{\"records\":[{\"id\":1},{\"id\":2}],\"navigation\":{\"x\":3}}";
    struct walk page = walk_begin((struct slice){text, strlen(text)}), inside;
    struct slice name, value, record;
    int64_t sum = 0;
    while (walk_enter(&page, "[", &name, &inside, &value)) {
        if (value.at) {
            assert_int_equal(slice_int(slice_member(value, "x"), 0), 3);
            sum += 10;
            continue;
        }
        while (walk_next(&inside, NULL, &record))
            sum += slice_int(slice_member(record, "id"), 0);
        walk_leave(&page, &inside, NULL);
    }
    assert_true(walk_is_whole(&page));
    assert_int_equal(sum, 13);
}

static void an_object_inside_is_walked_and_then_known_as_a_whole(void **state)
{
    const char text[] = "[ {\"a\":[1,{}],\"b\":\"}\"} ,7,{}]";
    static const char *const wholes[] = {"{\"a\":[1,{}],\"b\":\"}\"}", NULL, "{}"};
    struct walk list = walk_begin((struct slice){text, strlen(text)}), inside;
    struct slice value, member;
    size_t count = 0;
    for (; walk_enter(&list, "{", NULL, &inside, &value); count++) {
        assert_true(count < 3);
        if (value.at) {
            assert_null(wholes[count]);
            assert_int_equal(slice_int(value, 0), 7);
            continue;
        }
        while (walk_next(&inside, NULL, &member))
            continue;
        assert_true(walk_leave(&list, &inside, &value));
        assert_int_equal(value.len, strlen(wholes[count]));
        assert_memory_equal(value.at, wholes[count], value.len);
    }
    assert_true(walk_is_whole(&list));
    assert_int_equal(count, 3);
}

/* A quote, a backslash and a control character are seen at each place of a word, beside bytes that
 * look like them in some bit; a byte above 0x7f is none of them. */
static void what_ends_a_string_is_seen_wherever_it_stands(void **state)
{
    static const char fillers[] = {'!', '#', '[', ']', ' ', '\xa2', '\xdc', '\xff', '\x80', '\x7f'};
    for (size_t f = 0; f < sizeof(fillers); f++) {
        for (size_t at = 1; at < 20; at++) {
            char text[22];
            struct slice value;
            memset(text, fillers[f], sizeof(text));
            text[0] = text[21] = '"';
            assert_true(slice_text(text, 22, &value));
            text[at] = '\x1f';
            assert_false(slice_text(text, 22, &value));
            text[at] = '\\';
            text[at + 1] = 'q';
            assert_false(slice_text(text, 22, &value));
            text[at + 1] = '\\';
            assert_true(slice_text(text, 22, &value));
            text[at] = text[at + 1] = '"';
            assert_false(slice_text(text, 22, &value));
            assert_true(slice_text(text, at + 1, &value));
        }
    }
}

/* However a page is cut, it never looks whole. */
static void a_page_that_was_cut_is_not_whole(void **state)
{
    const char text[] = "{\"records\":[{\"id\":\"a\"},{\"id\":\"b\"}],\"navigation\":{}}";
    for (size_t len = 0; len < strlen(text); len++) {
        char *cut = malloc(len ? len : 1); /* so that a look past its end is seen */
        memcpy(cut, text, len);
        struct walk page = walk_begin((struct slice){cut, len}), inside;
        struct slice value, record;
        while (walk_enter(&page, "[", NULL, &inside, &value)) {
            if (value.at)
                continue;
            while (walk_next(&inside, NULL, &record))
                continue;
            walk_leave(&page, &inside, NULL);
        }
        if (walk_is_whole(&page) && len > 0)
            fail_msg("whole after %zu bytes", len);
        free(cut);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_taken_or_refused),
        cmocka_unit_test(nesting_is_bounded),
        cmocka_unit_test(members_are_found_by_name),
        cmocka_unit_test(an_array_inside_is_walked_in_place),
        cmocka_unit_test(an_object_inside_is_walked_and_then_known_as_a_whole),
        cmocka_unit_test(what_ends_a_string_is_seen_wherever_it_stands),
        cmocka_unit_test(a_page_that_was_cut_is_not_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
