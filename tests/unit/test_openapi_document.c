/* OpenAPI documents that are none, each with one clear line; and the patterns that are read. */
#include "openapi/openapi.h"
#include "openapi/pattern.h"
#include "support/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#define HEAD "openapi: 3.0.3\n"
#define OK   "responses: {'200': {description: x}}"

static void bad_documents_are_refused_with_a_place(void **state)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"", "tea.yml:1:1: no OpenAPI document: wanted openapi: 3.x"},
        {"[]", "tea.yml:1:1: no OpenAPI document: wanted openapi: 3.x"},
        {"swagger: '2.0'\npaths: {}\n", "tea.yml:1:1: no OpenAPI document: wanted openapi: 3.x"},
        {"openapi: 2.0\npaths: {}\n",
         "tea.yml:1:10: no OpenAPI document: wanted openapi: 3.x, not \"2.0\""},
        {HEAD, "tea.yml:1:1: paths: wanted a map, saw nothing"},
        {HEAD "paths: []\n", "tea.yml:2:8: paths: wanted a map, saw a list"},
        {HEAD "paths: {a: {}}\n", "tea.yml:2:9: no path the API can have: \"a\""},
        {HEAD "paths: {/a/{b: {}}\n", "tea.yml:2:12: not YAML: "},
        {HEAD "paths: {'/a{b}': {}}\n", "tea.yml:2:9: no path the API can have: \"/a{b}\""},
        {HEAD "paths: {/a//b: {}}\n", "tea.yml:2:9: no path the API can have: \"/a//b\""},
        {HEAD "paths: {/a: {get: {x-throttling-group: Huge, " OK "}}}\n",
         "tea.yml:2:20: unknown x-throttling-group \"Huge\""},
        {HEAD "paths: {/a: {get: {$ref: '#/components/x/y'}}}\n",
         "tea.yml:2:26: $ref \"#/components/x/y\" leads nowhere"},
        {HEAD "paths: {/a: {get: {$ref: 'other.yml#/x'}}}\n",
         "tea.yml:2:26: $ref \"other.yml#/x\" leads nowhere"},
        {"{\"openapi\": \"3.0.0\", \"paths\": {\"/a\": 1}}",
         "tea.yml: no path the API can have: \"/a\""},
        {"{\"openapi\": \"3.0.0\", \"paths\": }", "tea.yml:1:"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct openapi *openapi;
        struct diag diag;
        char line[900];
        assert_int_equal(
            openapi_read("tea.yml", rows[i].text, strlen(rows[i].text), &openapi, &diag),
            ERR_USAGE);
        diag_text(&diag, line, sizeof line);
        if (strncmp(line, rows[i].want, strlen(rows[i].want)) != 0)
            fail_msg("%s\nsaid: %s", rows[i].text, line);
    }
    struct openapi *openapi;
    struct diag diag;
    assert_int_equal(openapi_load("/nowhere/tea.yml", &openapi, &diag), ERR_USAGE);
    assert_string_equal(diag.file, "/nowhere/tea.yml");
}

static void circles_of_references_have_an_end(void **state)
{
    static const char text[] =
        HEAD "paths:\n"
             "  /a: {get: {responses: {'200': {content: {application/json: {schema: {$ref: "
             "'#/components/schemas/A'}}}}}}}\n"
             "components: {schemas: {A: {$ref: '#/components/schemas/B'}, B: {$ref: "
             "'#/components/schemas/A'}, C: {allOf: [{$ref: '#/components/schemas/C'}, {$ref: "
             "'#/components/schemas/C'}]}}}\n";
    struct openapi *openapi;
    struct diag diag;
    assert_int_equal(openapi_read("tea.yml", text, strlen(text), &openapi, &diag), 0);
    openapi_routes(openapi, NULL, 0);
    assert_int_equal(openapi_at(openapi, 0).coverage, COVERAGE_SCHEMA); /* anything: {} */
    openapi_free(openapi);
}

static void json_is_read_too(void **state)
{
    static const char text[] = "{\"openapi\": \"3.0.0\", \"paths\": {\"/a\\/b\": {\"get\": "
                               "{\"operationId\": \"\\ud83c\\udf75\"}}}}";
    struct openapi *openapi;
    struct diag diag;
    assert_int_equal(openapi_read("tea.json", text, strlen(text), &openapi, &diag), 0);
    openapi_routes(openapi, NULL, 0);
    assert_string_equal(openapi_at(openapi, 0).path, "/a/b");
    assert_int_equal(openapi_at(openapi, 0).coverage, COVERAGE_ABSENT);
    openapi_free(openapi);
}

static void patterns_of_counted_characters_are_read(void **state)
{
    static const struct {
        const char *pattern, *text;
        bool is_match;
    } rows[] = {
        {"^[0-9]+$", "0123", true},
        {"^[0-9]+$", "", false},
        {"^[0-9]+$", "12a", false},
        {"[1-8]", "x5y", true},
        {"[1-8]", "x9y", false},
        {"^\\+[1-9]\\d{1,14}$", "+16505550100", true},
        {"^\\+[1-9]\\d{1,14}$", "+1", false},
        {"^\\+[1-9]\\d{1,14}$", "+1234567890123456", false},
        {"^a?b*c{2}$", "cc", true},
        {"^a?b*c{2}$", "abbbcc", true},
        {"^a?b*c{2}$", "aabcc", false},
        {"^\\w{2,}$", "a_9", true},
        {"", "anything", true},
    };
    struct pattern pattern;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(pattern_read(rows[i].pattern, &pattern));
        if (pattern_matches(&pattern, rows[i].text) != rows[i].is_match)
            fail_msg("%s on %s", rows[i].pattern, rows[i].text);
    }
    static const char *const others[] = {"(a|b)",  "^((?!<).)*$", "a|b", "[^a]", "\\s", "a{2",
                                         "a{3,2}", "*a",          "[a",  "a**",  ".",   "[]"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (pattern_read(others[i], &pattern))
            fail_msg("%s was read", others[i]);
}

static void what_a_pattern_makes_it_matches(void **state)
{
    static const char *const patterns[] = {"^\\+[1-9]\\d{1,14}$", "^\\d{3,8}$", "[1-8]",
                                           "^x*y+z?$"};
    struct id id;
    id_init(&id, 7);
    for (int i = 0; i < 400; i++) {
        struct pattern pattern;
        struct buf text;
        buf_init(&text, 4096);
        assert_true(pattern_read(patterns[i % 4], &pattern));
        pattern_make(&pattern, &id, &text);
        if (!pattern_matches(&pattern, buf_text(&text)))
            fail_msg("%s made %s", patterns[i % 4], buf_text(&text));
        buf_done(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_documents_are_refused_with_a_place),
        cmocka_unit_test(circles_of_references_have_an_end),
        cmocka_unit_test(json_is_read_too),
        cmocka_unit_test(patterns_of_counted_characters_are_read),
        cmocka_unit_test(what_a_pattern_makes_it_matches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) ? 1 : 0;
}
