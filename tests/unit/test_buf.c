#include "support/cmocka_all.h"

#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

static void a_buffer_is_text_from_the_start(void **state)
{
    struct buf buf;
    buf_init(&buf, 100);
    assert_string_equal(buf_text(&buf), "");
    buf_str(&buf, "");
    assert_string_equal(buf_text(&buf), "");
    buf_str(&buf, "ab");
    buf_char(&buf, 'c');
    buf_add(&buf, "d\0e", 3);
    assert_int_equal(buf.len, 6);
    assert_memory_equal(buf.data, "abcd\0e\0", 7);
    buf_done(&buf);
    assert_int_equal(buf.len, 0);
    assert_string_equal(buf_text(&buf), "");
}

static void numbers_are_written_to_the_last_digit(void **state)
{
    static const struct {
        int64_t value;
        const char *want;
    } rows[] = {
        {0, "0"},
        {7, "7"},
        {-1, "-1"},
        {1234567890123, "1234567890123"},
        {INT64_MAX, "9223372036854775807"},
        {INT64_MIN, "-9223372036854775808"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf buf;
        buf_init(&buf, 30);
        buf_int(&buf, rows[i].value);
        assert_string_equal(buf_text(&buf), rows[i].want);
        buf_done(&buf);
    }
}

/* Every way of adding, at every size around a small maximum. */
static void nothing_passes_the_maximum(void **state)
{
    for (size_t max = 0; max < 40; max++)
        for (int way = 0; way < 4; way++) {
            struct buf buf;
            buf_init(&buf, max);
            for (int i = 0; i < 30; i++) {
                if (way == 0)
                    buf_add(&buf, "abcdefg", 7);
                else if (way == 1)
                    buf_char(&buf, 'x');
                else if (way == 2)
                    buf_printf(&buf, "%s-%d", "ab", 1000 + i);
                else
                    buf_int(&buf, 123456);
                assert_true(buf.len <= max);
                assert_int_equal(strlen(buf_text(&buf)), buf.len);
            }
            assert_true(buf.truncated || max >= 30);
            buf_done(&buf);
        }
}

static void what_just_fits_fits(void **state)
{
    struct buf buf;
    buf_init(&buf, 10);
    buf_str(&buf, "0123456789");
    assert_false(buf.truncated);
    assert_string_equal(buf_text(&buf), "0123456789");
    buf_str(&buf, "");
    assert_false(buf.truncated);
    buf_char(&buf, 'x');
    assert_true(buf.truncated);
    assert_string_equal(buf_text(&buf), "0123456789");
    buf_done(&buf);
}

/* A text with a hole in it would be worse than one that ends. */
static void after_a_cut_nothing_more_is_added(void **state)
{
    struct buf buf;
    buf_init(&buf, 10);
    buf_str(&buf, "abc");
    buf_str(&buf, "too long for it");
    buf_str(&buf, "d");
    buf_char(&buf, 'e');
    buf_int(&buf, 1);
    buf_printf(&buf, "f");
    assert_null(buf_room(&buf, 1));
    assert_string_equal(buf_text(&buf), "abc");
    buf_reset(&buf);
    buf_str(&buf, "new");
    assert_false(buf.truncated);
    assert_string_equal(buf_text(&buf), "new");
    buf_done(&buf);
}

static void a_large_buffer_grows_bit_by_bit(void **state)
{
    struct buf buf;
    buf_init(&buf, 1 << 20);
    for (int i = 0; i < 100000; i++)
        buf_char(&buf, (char)('a' + i % 26));
    assert_int_equal(buf.len, 100000);
    for (int i = 0; i < 100000; i++)
        assert_int_equal(buf.data[i], 'a' + i % 26);
    buf_done(&buf);
}

static void room_is_written_by_the_caller(void **state)
{
    struct buf buf;
    buf_init(&buf, 1000);
    char *room = buf_room(&buf, 600);
    memset(room, 'y', 600);
    buf_commit(&buf, 500);
    assert_int_equal(buf.len, 500);
    assert_int_equal(strlen(buf_text(&buf)), 500);
    assert_null(buf_room(&buf, 501));
    buf_done(&buf);
}

static void what_is_taken_is_the_callers(void **state)
{
    struct buf buf;
    buf_init(&buf, 10);
    char *empty = buf_take(&buf);
    assert_string_equal(empty, "");
    free(empty);
    buf_str(&buf, "mine");
    char *text = buf_take(&buf);
    buf_str(&buf, "other");
    assert_string_equal(text, "mine");
    assert_string_equal(buf_text(&buf), "other");
    free(text);
    buf_done(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_buffer_is_text_from_the_start),
        cmocka_unit_test(numbers_are_written_to_the_last_digit),
        cmocka_unit_test(nothing_passes_the_maximum),
        cmocka_unit_test(what_just_fits_fits),
        cmocka_unit_test(after_a_cut_nothing_more_is_added),
        cmocka_unit_test(a_large_buffer_grows_bit_by_bit),
        cmocka_unit_test(room_is_written_by_the_caller),
        cmocka_unit_test(what_is_taken_is_the_callers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
