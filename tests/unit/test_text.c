#include "base/text.h"

#include "base/codec.h"
#include "base/params.h"
#include "support/cmocka_all.h"

#include <string.h>

static void whole_numbers_only(void **state)
{
    static const struct {
        const char *text;
        bool is_good;
        int64_t want;
    } rows[] = {
        {"0", true, 0},
        {"42", true, 42},
        {"-7", true, -7},
        {"", false, 0},
        {"-", false, 0},
        {"+1", false, 0},
        {" 1", false, 0},
        {"1 ", false, 0},
        {"1.0", false, 0},
        {"0x10", false, 0},
        {NULL, false, 0},
        {"007", true, 7},
        {"9223372036854775807", true, INT64_MAX},
        {"9223372036854775808", false, 0},
        {"99999999999999999999", false, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t got = 0;
        if (text_int64(rows[i].text, &got) != rows[i].is_good || got != rows[i].want)
            fail_msg("row %zu: %s", i, rows[i].text ? rows[i].text : "NULL");
    }
}

static void durations_are_read_as_people_write_them(void **state)
{
    static const struct {
        const char *text;
        int64_t want; /* -1: refused */
    } rows[] = {
        {"0", 0},
        {"5", 5000},
        {"250ms", 250},
        {"61m", 3660000},
        {"1h", 3600000},
        {"7d", 604800000},
        {"2h30m", 9000000},
        {"1.5h", 5400000},
        {"0.25s", 250},
        {"1.5", 1500},
        {"", -1},
        {"m", -1},
        {"5x", -1},
        {"-5s", -1},
        {"5 s", -1},
        {"1e3", -1},
        {"5s5", 10000},
        {".", -1},
        {NULL, -1},
        {"999999999999d", -1},
        {"99999999999999999999s", -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t got = -1;
        bool is_good = text_duration_ms(rows[i].text, &got);
        if (is_good != (rows[i].want >= 0) || got != rows[i].want)
            fail_msg("row %zu: %s gave %lld", i, rows[i].text ? rows[i].text : "NULL",
                     (long long)got);
    }
}

static void times_are_read_in_every_form_the_platform_takes(void **state)
{
    static const struct {
        const char *text;
        int64_t want; /* -1: refused */
    } rows[] = {
        {"1970-01-01T00:00:00.000Z", 0},
        {"2026-01-05T09:00:00.000Z", 1767603600000},
        {"2026-01-05T09:00:00Z", 1767603600000},
        {"2026-01-05T09:00Z", 1767603600000},
        {"2026-01-05T10:00:00+01:00", 1767603600000},
        {"2026-01-05T10:00:00+0100", 1767603600000},
        {"2026-01-05T04:00:00-05", 1767603600000},
        {"2026-01-05T09:00:00.5Z", 1767603600500},
        {"2026-01-05T09:00:00.123456Z", 1767603600123},
        {"2026-01-05", 1767571200000},
        {"2026-01", 1767225600000},
        {"2026", 1767225600000},
        {"2024-02-29", 1709164800000},
        {"2000-02-29", 951782400000},
        {"2026-02-29", -1},
        {"1900-02-29", -1},
        {"2026-13-01", -1},
        {"2026-00-01", -1},
        {"2026-01-32", -1},
        {"2026-01-05T24:00:00Z", -1},
        {"2026-01-05T09:60Z", -1},
        {"2026-01-05T9:00Z", -1},
        {"2026-01-05T09:00:00+25:00", -1},
        {"2026-01-05T09:00:00.Z", -1},
        {"2026-01-05T09:00:00Zx", -1},
        {"26-01-05", -1},
        {"yesterday", -1},
        {"", -1},
        {NULL, -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t got = -1;
        bool is_good = text_time_ms(rows[i].text, &got);
        if (is_good != (rows[i].want >= 0) || got != rows[i].want)
            fail_msg("row %zu: %s gave %lld", i, rows[i].text ? rows[i].text : "NULL",
                     (long long)got);
    }
}

static void times_come_back_as_they_went(void **state)
{
    char text[TEXT_TIME_LEN];
    for (int64_t ms = -62135596800000 + 86400000; ms < 4102444800000; ms += 86399999LL * 37) {
        int64_t back;
        assert_true(text_time_ms(text_time(ms, text), &back));
        assert_int_equal(back, ms);
    }
}

static void utf8_is_checked_to_the_letter(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
        bool want;
    } rows[] = {
        {"", 0, true},
        {"plain", 5, true},
        {"\xc3\xa9", 2, true},
        {"\xe2\x82\xac", 3, true},
        {"\xf0\x9f\x98\x80", 4, true},
        {"\xf4\x8f\xbf\xbf", 4, true},
        {"a\0b", 3, false},
        {"\x80", 1, false},
        {"\xc3", 1, false},
        {"\xc3(", 2, false},
        {"\xc0\xaf", 2, false},
        {"\xc1\xbf", 2, false},
        {"\xe0\x80\xaf", 3, false},
        {"\xf0\x80\x80\xaf", 4, false},
        {"\xed\xa0\x80", 3, false},
        {"\xf4\x90\x80\x80", 4, false},
        {"\xf5\x80\x80\x80", 4, false},
        {"\xe2\x82", 2, false},
        {"\xff", 1, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (text_is_utf8(rows[i].bytes, rows[i].len) != rows[i].want)
            fail_msg("row %zu", i);
}

static void globs_match_the_whole_text(void **state)
{
    static const struct {
        const char *pattern, *text;
        bool want;
    } rows[] = {
        {"*", "", true},
        {"*", "abc", true},
        {"a*c", "abc", true},
        {"a*c", "ac", true},
        {"a*c", "acb", false},
        {"?b?", "abc", true},
        {"?", "", false},
        {"a*b*c", "aXbYc", true},
        {"*call-log*", "/x/call-log/1", true},
        {"a**b", "ab", true},
        {"", "", true},
        {"", "a", false},
        {"*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (text_glob(rows[i].pattern, rows[i].text) != rows[i].want)
            fail_msg("%s against %s", rows[i].pattern, rows[i].text);
}

static void a_slip_finds_its_word(void **state)
{
    static const char *const names[] = {"rotate-password", "advance", "set", "stop-proxy"};
    assert_string_equal(text_nearest("rotate-pasword", names, 4), "rotate-password");
    assert_string_equal(text_nearest("advnace", names, 4), "advance");
    assert_string_equal(text_nearest("SET", names, 4), "set");
    assert_string_equal(text_nearest("rotate-", names, 4), "rotate-password"); /* it begins so */
    assert_null(text_nearest("banana-split", names, 4));
    assert_null(text_nearest("sip", names, 4)); /* two of its three letters would be wrong */
}

static void base64_goes_both_ways(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *std, *url;
    } rows[] = {
        {"", 0, "", ""},
        {"f", 1, "Zg==", "Zg"},
        {"fo", 2, "Zm8=", "Zm8"},
        {"foo", 3, "Zm9v", "Zm9v"},
        {"foob", 4, "Zm9vYg==", "Zm9vYg"},
        {"\xfb\xff\xfe", 3, "+//+", "-__-"},
        {"\0\0\0", 3, "AAAA", "AAAA"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (int kind = BASE64_STD; kind <= BASE64_URL; kind++) {
            const char *want = kind == BASE64_STD ? rows[i].std : rows[i].url;
            struct buf text, back;
            buf_init(&text, 100);
            buf_init(&back, 100);
            codec_base64(&text, (enum base64_kind)kind, rows[i].bytes, rows[i].len);
            assert_string_equal(buf_text(&text), want);
            assert_true(codec_unbase64(&back, (enum base64_kind)kind, want, strlen(want)));
            assert_int_equal(back.len, rows[i].len);
            assert_memory_equal(buf_text(&back), rows[i].bytes, rows[i].len);
            buf_done(&text);
            buf_done(&back);
        }
    }
    static const char *const bad[] = {"Z",      "Zg=",  "Zg===", "Z===",     "Zm9v=", "Zm 9v",
                                      "Zm9v\n", "-__-", "=",     "Zg==Zg==", "Zh==",  "Zm9="};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct buf back;
        buf_init(&back, 100);
        if (codec_unbase64(&back, BASE64_STD, bad[i], strlen(bad[i])))
            fail_msg("accepted %s", bad[i]);
        buf_done(&back);
    }
}

static void percent_and_html_escape_what_bites(void **state)
{
    struct buf out;
    buf_init(&out, 1000);
    codec_percent(&out, "a b/~\xc3\xa9?&");
    assert_string_equal(buf_text(&out), "a%20b%2F~%C3%A9%3F%26");
    buf_reset(&out);
    codec_html(&out, "<a href=\"x\">'&'</a>");
    assert_string_equal(buf_text(&out), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
    buf_reset(&out);
    assert_true(codec_unpercent(&out, "a+b%2B", 6, true));
    assert_string_equal(buf_text(&out), "a b+");
    static const char *const bad[] = {"%", "%2", "%2G", "%%20", "x%"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        buf_reset(&out);
        assert_false(codec_unpercent(&out, bad[i], strlen(bad[i]), false));
    }
    buf_reset(&out);
    assert_true(codec_unpercent(&out, "%41", 3, false));
    assert_string_equal(buf_text(&out), "A");
    buf_done(&out);
}

static void parameters_keep_order_and_repeats(void **state)
{
    struct arena arena;
    arena_init(&arena);
    struct params params = {0};
    const char *text = "a=1&b=&c&a=2&&d=x%20y+z&=v";
    assert_int_equal(params_parse(&params, &arena, text, strlen(text)), PARAMS_OK);
    assert_int_equal(params.count, 6);
    assert_string_equal(params_get(&params, "a"), "1");
    assert_string_equal(params_nth(&params, "a", 1), "2");
    assert_null(params_nth(&params, "a", 2));
    assert_string_equal(params_get(&params, "b"), "");
    assert_string_equal(params_get(&params, "c"), "");
    assert_string_equal(params_get(&params, "d"), "x y z");
    assert_string_equal(params_repeated(&params), "a");
    assert_null(params_get(&params, "e"));
    arena_done(&arena);
}

static void parameters_that_are_no_text_are_refused(void **state)
{
    static const struct {
        const char *text;
        size_t len;
        enum params_fault want;
    } rows[] = {
        {"a=%", 3, PARAMS_BAD_ESCAPE},    {"a=%zz", 5, PARAMS_BAD_ESCAPE},
        {"a=%ff", 5, PARAMS_BAD_UTF8},    {"a=\xff", 3, PARAMS_BAD_UTF8},
        {"a=%00", 5, PARAMS_BAD_UTF8},    {"a=\0b", 4, PARAMS_BAD_UTF8},
        {"%c3%28=x", 8, PARAMS_BAD_UTF8},
    };
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct params params = {0};
        assert_int_equal(params_parse(&params, &arena, rows[i].text, rows[i].len), rows[i].want);
    }
    char many[PARAMS_MAX * 4 + 8] = "";
    for (int i = 0; i <= PARAMS_MAX; i++)
        memcpy(many + 4 * i, "a=1&", 4);
    struct params params = {0};
    assert_int_equal(params_parse(&params, &arena, many, 4 * (PARAMS_MAX + 1)), PARAMS_TOO_MANY);
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers_only),
        cmocka_unit_test(durations_are_read_as_people_write_them),
        cmocka_unit_test(times_are_read_in_every_form_the_platform_takes),
        cmocka_unit_test(times_come_back_as_they_went),
        cmocka_unit_test(utf8_is_checked_to_the_letter),
        cmocka_unit_test(globs_match_the_whole_text),
        cmocka_unit_test(a_slip_finds_its_word),
        cmocka_unit_test(base64_goes_both_ways),
        cmocka_unit_test(percent_and_html_escape_what_bites),
        cmocka_unit_test(parameters_keep_order_and_repeats),
        cmocka_unit_test(parameters_that_are_no_text_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
