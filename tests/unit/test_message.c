#include "support/cmocka_all.h"

#include "api/language.h"
#include "api/message.h"

#include <string.h>

static void a_header_is_found_whatever_its_case(void **state)
{
    const struct web_header headers[] = {{"Host", "a"}, {"x-thing", "1"}, {"X-Thing", "2"}};
    struct web_request request = {.headers = headers, .header_count = 3};
    assert_string_equal(web_header_get(&request, "X-THING"), "1");
    assert_null(web_header_get(&request, "X-Thin"));
}

static void a_cookie_is_found_by_its_whole_name(void **state)
{
    static const struct {
        const char *header, *value;
    } rows[] = {
        {"sid=abc", "abc"},
        {"other=1; sid=abc", "abc"},
        {"xsid=1; sid=abc; sid=def", "abc"},
        {"sid=", ""},
        {"sid=\"quoted\"", "quoted"},
        {"sid=a=b", "a=b"},
        {" ;; sid=abc ;", "abc"},
        {"sid", NULL},
        {"sidx=1", NULL},
        {"", NULL},
    };
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct web_header header = {"cookie", rows[i].header};
        struct web_request request = {.headers = &header, .header_count = 1};
        const char *value = web_cookie_get(&request, &arena, "sid");
        print_message("%s\n", rows[i].header);
        if (rows[i].value)
            assert_string_equal(value, rows[i].value);
        else
            assert_null(value);
    }
    arena_done(&arena);
}

static void cookies_in_several_headers_count_as_one_list(void **state)
{
    struct arena arena;
    arena_init(&arena);
    const struct web_header headers[] = {{"Cookie", "a=1"}, {"Cookie", "b=2"}};
    struct web_request request = {.headers = headers, .header_count = 2};
    assert_string_equal(web_cookie_get(&request, &arena, "b"), "2");
    arena_done(&arena);
}

static void a_reply_is_emptied_for_the_next(void **state)
{
    struct web_reply reply;
    web_reply_init(&reply);
    assert_int_equal(reply.status, 200);
    web_reply_header(&reply, "A", "b");
    buf_str(&reply.body, "text");
    reply.content_type = "text/plain";
    reply.status = 500;
    web_reply_reset(&reply);
    assert_int_equal(reply.status, 200);
    assert_null(reply.content_type);
    assert_int_equal(reply.head.len, 0);
    assert_int_equal(reply.body.len, 0);
    web_reply_done(&reply);
}

static void a_header_value_cannot_begin_a_new_line(void **state)
{
    struct web_reply reply;
    web_reply_init(&reply);
    web_reply_header(&reply, "Location", "/a\r\nSet-Cookie: x=1\n\r");
    assert_string_equal(buf_text(&reply.head), "Location: /aSet-Cookie: x=1\r\n");
    web_reply_done(&reply);
}

static void every_status_has_words(void **state)
{
    assert_string_equal(web_status_text(404), "Not Found");
    for (int status = 100; status < 600; status++)
        assert_true(strlen(web_status_text(status)) > 1);
}

static void the_best_supported_language_is_chosen(void **state)
{
    static const struct {
        const char *accept, *wanted;
    } rows[] = {
        {NULL, "en-US"},
        {"", "en-US"},
        {"de-DE", "de-DE"},
        {"de-de", "de-DE"},
        {"de", "de-DE"},
        {"ko-KR", "ko_KR"},
        {"xx-YY", "en-US"},
        {"xx-YY, fr-CA", "fr-CA"},
        {"fr-CA;q=0.5, it-IT;q=0.9", "it-IT"},
        {"fr-CA;q=0, it-IT;q=0.1", "it-IT"},
        {"fr-CA;q=0", "en-US"},
        {"fr-CA; q=0.555, it-IT ;q=0.554", "fr-CA"},
        {"*", "en-US"},
        {",,;q=1", "en-US"},
        {"d", "en-US"},
        {"es-419, es-ES", "es-419"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        print_message("%s\n", rows[i].accept ? rows[i].accept : "(none)");
        assert_string_equal(language_choose(rows[i].accept, "en-US"), rows[i].wanted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_header_is_found_whatever_its_case),
        cmocka_unit_test(a_cookie_is_found_by_its_whole_name),
        cmocka_unit_test(cookies_in_several_headers_count_as_one_list),
        cmocka_unit_test(a_reply_is_emptied_for_the_next),
        cmocka_unit_test(a_header_value_cannot_begin_a_new_line),
        cmocka_unit_test(every_status_has_words),
        cmocka_unit_test(the_best_supported_language_is_chosen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) ? 1 : 0;
}
