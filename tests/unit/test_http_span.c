/* Where a request ends, whatever pieces it comes in. */
#include "front/http_span.h"

#include "support/cmocka_all.h"

#include <string.h>

enum { BODY_MAX = 20 };

static void each_request_ends_where_it_says(void **state)
{
    static const struct {
        const char *bytes;
        enum http_span_state state;
        size_t len; /* of HTTP_WHOLE */
    } rows[] = {
        {"", HTTP_HEAD, 0},
        {"GET / HTTP/1.1\r\nHost: h\r\n", HTTP_HEAD, 0},
        {"GET / HTTP/1.1\r\nHost: h\r\n\r\n", HTTP_WHOLE, 27},
        {"GET / HTTP/1.1\nHost: h\n\nGET", HTTP_WHOLE, 24},
        {"GET / HTTP/1.1\r\n\r\nGET /next", HTTP_WHOLE, 18},
        {"PUT / HTTP/1.1\r\ncontent-length:  3 \r\n\r\nab", HTTP_BODY, 0},
        {"PUT / HTTP/1.1\r\ncontent-length:  3 \r\n\r\nabc", HTTP_WHOLE, 42},
        {"PUT / HTTP/1.1\r\nContent-Length: 0\r\n\r\nabc", HTTP_WHOLE, 37},
        {"PUT / HTTP/1.1\r\nContent-Length: 21\r\n\r\n", HTTP_LARGE, 0},
        {"PUT / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", HTTP_WRONG, 0},
        {"PUT / HTTP/1.1\r\nContent-Length:\r\n\r\n", HTTP_WRONG, 0},
        {"PUT / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n", HTTP_WRONG, 0},
        {"PUT / HTTP/1.1\r\nX-Content-Length: 9\r\n\r\n", HTTP_WHOLE, 39},
        {"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", HTTP_BODY, 0},
        {"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", HTTP_BODY, 0},
        {"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n", HTTP_BODY, 0},
        {"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", HTTP_WHOLE,
         59},
        {"PUT / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n0A;x=y\r\n0123456789\r\n0\r\nT: x\r\n"
         "\r\nGET",
         HTTP_WHOLE, 77},
        {"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", HTTP_WRONG, 0},
        {"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcde\r\n", HTTP_WRONG, 0},
        {"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n15\r\n", HTTP_LARGE, 0},
        {"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n", HTTP_LARGE,
         0},
        {"PUT / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", HTTP_WHOLE, 43},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct http_span at_once = {0}, bit_by_bit = {0};
        size_t len = strlen(rows[i].bytes);
        enum http_span_state came = http_span_read(&at_once, rows[i].bytes, len, BODY_MAX);
        if (came != rows[i].state || (came == HTTP_WHOLE && at_once.len != rows[i].len))
            fail_msg("%s: state %d, %zu bytes", rows[i].bytes, came, at_once.len);
        for (size_t part = 0; part <= len; part++) {
            came = http_span_read(&bit_by_bit, rows[i].bytes, part, BODY_MAX);
            if (came >= HTTP_WHOLE)
                break;
        }
        if (came != rows[i].state || (came == HTTP_WHOLE && bit_by_bit.len != rows[i].len))
            fail_msg("%s: bit by bit state %d, %zu bytes", rows[i].bytes, came, bit_by_bit.len);
    }
}

static void a_head_without_end_is_given_up(void **state)
{
    static char bytes[HTTP_HEAD_MAX + 10];
    struct http_span span = {0};
    memset(bytes, 'x', sizeof bytes);
    assert_int_equal(http_span_read(&span, bytes, HTTP_HEAD_MAX - 1, BODY_MAX), HTTP_HEAD);
    assert_int_equal(http_span_read(&span, bytes, HTTP_HEAD_MAX, BODY_MAX), HTTP_WRONG);
}

static void what_the_head_asks_for_is_told(void **state)
{
    static const char put[] = "PUT / HTTP/1.1\r\nExpect: 100-Continue\r\nContent-Length: 4\r\n\r\n";
    static const char head[] = "HEAD / HTTP/1.1\r\n\r\n";
    struct http_span span = {0};
    assert_int_equal(http_span_read(&span, put, strlen(put), BODY_MAX), HTTP_BODY);
    assert_true(span.wants_continue);
    assert_false(span.is_head);
    span = (struct http_span){0};
    assert_int_equal(http_span_read(&span, head, strlen(head), BODY_MAX), HTTP_WHOLE);
    assert_false(span.wants_continue);
    assert_true(span.is_head);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_request_ends_where_it_says),
        cmocka_unit_test(a_head_without_end_is_given_up),
        cmocka_unit_test(what_the_head_asks_for_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
