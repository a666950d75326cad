/* Where a SIP message ends, and what its lines are. */
#include "support/cmocka_all.h"

#include "front/sip_message.h"

#include <stdlib.h>
#include <string.h>

static const char *const found_names[] = {"more", "blank", "ping", "message", "bad"};

/* A copy without a byte behind it: reading past the end is seen. */
static enum sip_found find(const char *text, size_t *ret_len, struct sip_message *ret,
                           char **ret_copy)
{
    size_t len = strlen(text), scanned = 0;
    *ret_copy = malloc(len ? len : 1);
    memcpy(*ret_copy, text, len);
    return sip_message_find(*ret_copy, len, &scanned, ret_len, ret);
}

static void a_stream_is_cut_where_the_length_says(void **state)
{
    static const struct {
        const char *label, *text;
        enum sip_found want;
        size_t len, body;
    } rows[] = {
        {"nothing", "", SIP_FOUND_MORE, 0, 0},
        {"half a head", "OPTIONS sip:a SIP/2.0\r\nA: b\r\n", SIP_FOUND_MORE, 0, 0},
        {"no body", "OPTIONS sip:a SIP/2.0\r\nContent-Length: 0\r\n\r\nX", SIP_FOUND_MESSAGE, 44,
         0},
        {"a body", "SIP/2.0 200 OK\r\nContent-Length: 3\r\n\r\nabcX", SIP_FOUND_MESSAGE, 40, 3},
        {"half a body", "SIP/2.0 200 OK\r\nContent-Length: 3\r\n\r\nab", SIP_FOUND_MORE, 0, 0},
        {"no length", "OPTIONS sip:a SIP/2.0\r\nA: b\r\n\r\nX", SIP_FOUND_MESSAGE, 31, 0},
        {"compact", "OPTIONS sip:a SIP/2.0\r\nl: 1\r\n\r\nX", SIP_FOUND_MESSAGE, 32, 1},
        {"blanks before the colon", "OPTIONS sip:a SIP/2.0\r\nContent-Length \t: 1\r\n\r\nX",
         SIP_FOUND_MESSAGE, 47, 1},
        {"folded", "OPTIONS sip:a SIP/2.0\r\nContent-Length:\r\n 1\r\n\r\nX", SIP_FOUND_MESSAGE, 47,
         1},
        {"line feeds", "OPTIONS sip:a SIP/2.0\nl: 1\n\nX", SIP_FOUND_MESSAGE, 29, 1},
        {"twice the same", "OPTIONS sip:a SIP/2.0\r\nl: 1\r\nl: 1\r\n\r\nX", SIP_FOUND_MESSAGE, 38,
         1},
        {"two lengths", "OPTIONS sip:a SIP/2.0\r\nl: 1\r\nl: 2\r\n\r\nXX", SIP_FOUND_BAD, 0, 0},
        {"negative", "OPTIONS sip:a SIP/2.0\r\nl: -1\r\n\r\n", SIP_FOUND_BAD, 0, 0},
        {"no number", "OPTIONS sip:a SIP/2.0\r\nl: one\r\n\r\n", SIP_FOUND_BAD, 0, 0},
        {"empty", "OPTIONS sip:a SIP/2.0\r\nl:\r\n\r\n", SIP_FOUND_BAD, 0, 0},
        {"past all", "OPTIONS sip:a SIP/2.0\r\nl: 99999999999999999999\r\n\r\n", SIP_FOUND_BAD, 0,
         0},
        {"at the limit with its head", "OPTIONS sip:a SIP/2.0\r\nl: 65535\r\n\r\n", SIP_FOUND_BAD,
         0, 0},
        {"a return alone", "OPTIONS sip:a SIP/2.0\r\nA: b\rc\r\n\r\n", SIP_FOUND_BAD, 0, 0},
        {"two returns alone", "OPTIONS sip:a SIP/2.0\r\nA: b\r\r\n\r\n", SIP_FOUND_BAD, 0, 0},
        {"HTTP", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", SIP_FOUND_BAD, 0, 0},
        {"a word", "hello\r\n\r\n", SIP_FOUND_BAD, 0, 0},
        {"another version", "OPTIONS sip:a SIP/3.0\r\nl: 0\r\n\r\n", SIP_FOUND_MESSAGE, 31, 0},
        {"blanks behind the start line", "OPTIONS sip:a SIP/2.0 \t\r\nl: 0\r\n\r\n",
         SIP_FOUND_MESSAGE, 33, 0},
        {"no lines", "OPTIONS sip:a SIP/2.0\r\n\r\n", SIP_FOUND_MESSAGE, 25, 0},
        {"ping", "\r\n\r\nOPTIONS", SIP_FOUND_PING, 4, 0},
        {"half a ping", "\r\n", SIP_FOUND_MORE, 0, 0},
        {"three quarters of one", "\r\n\r", SIP_FOUND_MORE, 0, 0},
        {"a blank line", "\r\nOPTIONS", SIP_FOUND_BLANK, 2, 0},
        {"a bare feed", "\nOPTIONS", SIP_FOUND_BLANK, 1, 0},
        {"a bare return", "\rOPTIONS", SIP_FOUND_BAD, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sip_message message;
        size_t len = 0;
        char *copy;
        enum sip_found found = find(rows[i].text, &len, &message, &copy);
        if (found != rows[i].want)
            fail_msg("%s: %s", rows[i].label, found_names[found]);
        if (found < SIP_FOUND_BAD && found != SIP_FOUND_MORE && len != rows[i].len)
            fail_msg("%s: %zu bytes", rows[i].label, len);
        if (found == SIP_FOUND_MESSAGE && message.body_len != rows[i].body)
            fail_msg("%s: a body of %zu", rows[i].label, message.body_len);
        free(copy);
    }
}

/* However it is cut, the same message comes out, and nothing is read twice from its start. */
static void a_message_in_pieces_is_the_same_message(void **state)
{
    static const char text[] = "SIP/2.0 200 OK\r\nA: b\r\n c\r\nContent-Length: 4\r\n\r\n\r\n\r\n";
    size_t scanned = 0, len = 0, whole = sizeof text - 1;
    struct sip_message message;
    for (size_t have = 1; have < whole; have++) {
        char *copy = malloc(have);
        memcpy(copy, text, have);
        assert_int_equal(sip_message_find(copy, have, &scanned, &len, &message), SIP_FOUND_MORE);
        free(copy);
    }
    assert_int_equal(sip_message_find(text, whole, &scanned, &len, &message), SIP_FOUND_MESSAGE);
    assert_int_equal(len, whole);
    assert_int_equal(message.body_len, 4);
    assert_int_equal(scanned, 0);
}

static void a_head_without_end_is_given_up(void **state)
{
    char *text = malloc(SIP_MESSAGE_MAX + 1);
    size_t scanned = 0, len;
    struct sip_message message;
    memset(text, 'a', SIP_MESSAGE_MAX + 1);
    assert_int_equal(sip_message_find(text, SIP_MESSAGE_MAX, &scanned, &len, &message),
                     SIP_FOUND_MORE);
    assert_int_equal(sip_message_find(text, SIP_MESSAGE_MAX + 1, &scanned, &len, &message),
                     SIP_FOUND_BAD);
    free(text);
}

static void a_whole_message_ends_with_its_frame(void **state)
{
    static const struct {
        const char *label, *text;
        enum sip_found want;
        size_t body;
    } rows[] = {
        {"without a length", "OPTIONS sip:a SIP/2.0\r\nA: b\r\n\r\nabc", SIP_FOUND_MESSAGE, 3},
        {"with its length", "OPTIONS sip:a SIP/2.0\r\nl: 3\r\n\r\nabc", SIP_FOUND_MESSAGE, 3},
        {"with more behind", "OPTIONS sip:a SIP/2.0\r\nl: 2\r\n\r\nabc", SIP_FOUND_MESSAGE, 2},
        {"with less", "OPTIONS sip:a SIP/2.0\r\nl: 4\r\n\r\nabc", SIP_FOUND_BAD, 0},
        {"no end of its head", "OPTIONS sip:a SIP/2.0\r\nl: 4\r\n", SIP_FOUND_BAD, 0},
        {"lines before it", "\r\n\r\nOPTIONS sip:a SIP/2.0\r\n\r\n", SIP_FOUND_MESSAGE, 0},
        {"ping", "\r\n\r\n", SIP_FOUND_PING, 0},
        {"pong", "\r\n", SIP_FOUND_BLANK, 0},
        {"empty", "", SIP_FOUND_BLANK, 0},
        {"words", "hello", SIP_FOUND_BAD, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sip_message message;
        enum sip_found found = sip_message_whole(rows[i].text, strlen(rows[i].text), &message);
        if (found != rows[i].want)
            fail_msg("%s: %s", rows[i].label, found_names[found]);
        if (found == SIP_FOUND_MESSAGE && message.body_len != rows[i].body)
            fail_msg("%s: a body of %zu", rows[i].label, message.body_len);
    }
}

static void a_nul_in_the_head_is_refused_and_in_the_body_kept(void **state)
{
    static const char head[] = "OPTIONS sip:a SIP/2.0\r\nA: \0\r\n\r\n";
    static const char body[] = "OPTIONS sip:a SIP/2.0\r\nl: 1\r\n\r\n\0";
    struct sip_message message;
    assert_int_equal(sip_message_whole(head, sizeof head - 1, &message), SIP_FOUND_BAD);
    assert_int_equal(sip_message_whole(body, sizeof body - 1, &message), SIP_FOUND_MESSAGE);
    assert_int_equal(message.body_len, 1);
}

static void lines_are_read_with_their_folds(void **state)
{
    static const char text[] = "OPTIONS sip:a SIP/2.0\r\nSubject : one\r\n two \r\nEmpty:\r\n"
                               "nameless\r\nv: x\r\n\r\n";
    static const char *const want[][2] = {
        {"Subject", "one\r\n two"}, {"Empty", ""}, {"nameless", ""}, {"v", "x"}};
    struct sip_message message;
    struct sip_line line;
    size_t count = 0;
    assert_int_equal(sip_message_whole(text, sizeof text - 1, &message), SIP_FOUND_MESSAGE);
    for (const char *at = message.lines; sip_line_next(&at, message.lines_end, &line); count++) {
        assert_int_equal(line.name_len, strlen(want[count][0]));
        assert_memory_equal(line.name, want[count][0], line.name_len);
        assert_int_equal(line.value_len, strlen(want[count][1]));
        assert_memory_equal(line.value, want[count][1], line.value_len);
    }
    assert_int_equal(count, 4);
    assert_true(sip_message_line(&message, "Via", 'v', &line));
    assert_true(sip_message_line(&message, "SUBJECT", 's', &line));
    assert_false(sip_message_line(&message, "To", 't', &line));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_is_cut_where_the_length_says),
        cmocka_unit_test(a_message_in_pieces_is_the_same_message),
        cmocka_unit_test(a_head_without_end_is_given_up),
        cmocka_unit_test(a_whole_message_ends_with_its_frame),
        cmocka_unit_test(a_nul_in_the_head_is_refused_and_in_the_body_kept),
        cmocka_unit_test(lines_are_read_with_their_folds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
