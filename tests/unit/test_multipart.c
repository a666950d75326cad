/* Multipart bodies taken apart (RFC 2046 section 5.1, RFC 7578). */
#include "base/buf.h"
#include "base/multipart.h"
#include "base/text.h"
#include "support/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#define TYPE "multipart/form-data; boundary=b"

static enum multipart_fault parse(struct arena *arena, const char *type, const char *body,
                                  struct multipart *ret)
{
    return multipart_parse(arena, type, body, strlen(body), ret);
}

static void parts_have_names_types_and_bytes(void **state)
{
    static const char body[] =
        "a preamble nobody reads\r\n--a b \r\n"
        "Content-Disposition: form-data; name=\"json\"\r\ncontent-type: application/json\r\n\r\n"
        "{\"x\":1}\r\n--a b\t\r\n"
        "Content-Disposition: attachment; filename=\"a \\\"b\\\".png\"; name=file\r\n"
        "Content-Type: image/png\r\nX-Else: y\r\n\r\n"
        "\x89PNG\r\n\0--a b?\r\n--a c\r\n--a b\r\n"
        "\r\n--a b\r\n"
        "Content-Transfer-Encoding: BASE64\r\n\r\nSGVs\r\nbG8=\r\n--a b--\r\nand behind";
    struct arena arena;
    struct multipart parts;
    arena_init(&arena);
    assert_int_equal(multipart_parse(&arena, "multipart/mixed; charset=x;BOUNDARY=\"a b\"", body,
                                     sizeof body - 1, &parts),
                     MULTIPART_OK);
    assert_int_equal(parts.count, 4);
    assert_string_equal(parts.parts[0].name, "json");
    assert_string_equal(parts.parts[0].type, "application/json");
    assert_int_equal(parts.parts[0].len, 7);
    assert_memory_equal(parts.parts[0].data, "{\"x\":1}", 7);
    assert_string_equal(parts.parts[1].name, "file");
    assert_string_equal(parts.parts[1].file_name, "a \"b\".png");
    assert_int_equal(parts.parts[1].len, 20);
    assert_memory_equal(parts.parts[1].data, "\x89PNG\r\n\0--a b?\r\n--a c", 20);
    assert_null(parts.parts[2].name);
    assert_null(parts.parts[2].type);
    assert_int_equal(parts.parts[2].len, 0);
    assert_int_equal(parts.parts[3].len, 5);
    assert_memory_equal(parts.parts[3].data, "Hello", 5);
    arena_done(&arena);
}

static void what_is_wrong_is_told_apart(void **state)
{
    static const struct {
        const char *label, *type, *body;
        enum multipart_fault want;
    } rows[] = {
        {"no parts", TYPE, "--b--", MULTIPART_OK},
        {"one empty part", TYPE, "--b\r\n\r\n--b--", MULTIPART_OK},
        {"no type", NULL, "--b--", MULTIPART_NO_BOUNDARY},
        {"no boundary", "multipart/form-data", "--b--", MULTIPART_NO_BOUNDARY},
        {"empty boundary", "multipart/form-data; boundary=\"\"", "----", MULTIPART_NO_BOUNDARY},
        {"ends in a space", "multipart/form-data; boundary=\"b \"", "--b --",
         MULTIPART_NO_BOUNDARY},
        {"not of its characters", "multipart/form-data; boundary=\"b@\"", "--b@--",
         MULTIPART_NO_BOUNDARY},
        {"71 characters",
         "multipart/form-data; boundary="
         "01234567890123456789012345678901234567890123456789012345678901234567890",
         "", MULTIPART_NO_BOUNDARY},
        {"empty", TYPE, "", MULTIPART_UNFINISHED},
        {"another boundary", TYPE, "--c\r\n\r\n\r\n--c--", MULTIPART_UNFINISHED},
        {"no end", TYPE, "--b\r\n\r\nabc", MULTIPART_UNFINISHED},
        {"cut in the last boundary", TYPE, "--b\r\n\r\nabc\r\n--b", MULTIPART_UNFINISHED},
        {"cut in a head", TYPE, "--b\r\nContent-Type: a", MULTIPART_BAD_HEAD},
        {"a head line without a colon", TYPE, "--b\r\nabc\r\n\r\n\r\n--b--", MULTIPART_BAD_HEAD},
        {"a header without a name", TYPE, "--b\r\n: x\r\n\r\n\r\n--b--", MULTIPART_BAD_HEAD},
        {"a header that is not UTF-8", TYPE, "--b\r\nX: \xff\r\n\r\n\r\n--b--", MULTIPART_BAD_HEAD},
        {"bare line feeds", TYPE, "--b\n\nabc\n--b--", MULTIPART_UNFINISHED},
        {"an unknown coding", TYPE, "--b\r\nContent-Transfer-Encoding: rot13\r\n\r\nx\r\n--b--",
         MULTIPART_BAD_CODING},
        {"broken base64", TYPE, "--b\r\nContent-Transfer-Encoding: base64\r\n\r\n*\r\n--b--",
         MULTIPART_BAD_CODING},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena arena;
        struct multipart parts;
        arena_init(&arena);
        enum multipart_fault got = parse(&arena, rows[i].type, rows[i].body, &parts);
        if (got != rows[i].want)
            fail_msg("%s: %d", rows[i].label, (int)got);
        arena_done(&arena);
    }
}

static void parts_and_heads_have_limits(void **state)
{
    struct arena arena;
    struct multipart parts;
    struct buf body;
    arena_init(&arena);
    for (int count = MULTIPART_PARTS_MAX; count <= MULTIPART_PARTS_MAX + 1; count++) {
        buf_init(&body, 1 << 16);
        for (int i = 0; i < count; i++)
            buf_str(&body, "--b\r\n\r\nx\r\n");
        buf_str(&body, "--b--");
        assert_int_equal(parse(&arena, TYPE, buf_text(&body), &parts),
                         count > MULTIPART_PARTS_MAX ? MULTIPART_TOO_MANY : MULTIPART_OK);
        buf_done(&body);
    }
    buf_init(&body, 1 << 16);
    buf_str(&body, "--b\r\nX: ");
    for (int i = 0; i < MULTIPART_HEAD_MAX; i++)
        buf_char(&body, 'y');
    buf_str(&body, "\r\n\r\nx\r\n--b--");
    assert_int_equal(parse(&arena, TYPE, buf_text(&body), &parts), MULTIPART_BAD_HEAD);
    buf_done(&body);
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_have_names_types_and_bytes),
        cmocka_unit_test(what_is_wrong_is_told_apart),
        cmocka_unit_test(parts_and_heads_have_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) ? 1 : 0;
}
