#include "support/cmocka_all.h"

#include "front/ws.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What was heard, one line a message: "text hello", "close 1000 bye". */
struct ear {
    struct buf heard;
    struct ws *ws;
    const char *answer; /* sent when something is heard; NULL: nothing */
};

static void hear(void *context, const struct ws_message *message)
{
    static const char *const kinds[] = {"text", "binary", "ping", "pong", "close"};
    struct ear *ear = context;
    buf_str(&ear->heard, kinds[message->kind]);
    if (message->kind == WS_CLOSE)
        buf_printf(&ear->heard, " %d", message->code);
    if (message->len)
        buf_printf(&ear->heard, " %.*s", (int)(message->len < 40 ? message->len : 40),
                   message->bytes);
    buf_char(&ear->heard, '\n');
    if (ear->answer)
        ws_text(ear->ws, ear->answer, strlen(ear->answer));
}

static struct ws *given_ws(struct ear *ear)
{
    struct ws_options options = {
        .hear = hear, .context = ear, .message_max = 1000, .pending_max = 5000};
    buf_init(&ear->heard, 1 << 16);
    return ear->ws = ws_new(&options);
}

static void done(struct ear *ear)
{
    ws_free(ear->ws);
    buf_done(&ear->heard);
}

/* A client's frame, masked with `mask` unless that is 0. */
static size_t frame(unsigned char *out, unsigned first, const void *bytes, size_t len,
                    uint32_t mask)
{
    size_t at = 0;
    const unsigned char *from = bytes, key[4] = {mask >> 24, mask >> 16, mask >> 8, mask};
    out[at++] = (unsigned char)first;
    out[at++] = (unsigned char)((mask ? 0x80 : 0) | (len < 126 ? len : 126));
    if (len >= 126) {
        out[at++] = (unsigned char)(len >> 8);
        out[at++] = (unsigned char)len;
    }
    if (mask) {
        memcpy(out + at, key, 4);
        at += 4;
    }
    for (size_t i = 0; i < len; i++)
        out[at++] = from[i] ^ (mask ? key[i % 4] : 0);
    return at;
}

static void feed(struct ear *ear, unsigned first, const char *text)
{
    unsigned char bytes[2048];
    ws_feed(ear->ws, bytes, frame(bytes, first, text, strlen(text), 0x01020304));
}

/* What waits to be sent, taken. */
static const char *sent(struct ear *ear, size_t *ret_len)
{
    static char copy[8192];
    const char *pending = ws_pending(ear->ws, ret_len);
    assert_true(*ret_len < sizeof copy);
    if (*ret_len)
        memcpy(copy, pending, *ret_len);
    ws_sent(ear->ws, *ret_len);
    return copy;
}

static void assert_sent(struct ear *ear, const char *want, size_t want_len)
{
    size_t len;
    const char *bytes = sent(ear, &len);
    assert_int_equal(len, want_len);
    assert_memory_equal(bytes, want, len);
}

static void messages_arrive_whole_in_whatever_pieces_they_come(void **state)
{
    unsigned char bytes[64];
    struct ear ear = {0};
    given_ws(&ear);
    size_t len = frame(bytes, 0x81, "hello", 5, 0xdeadbeef);
    for (size_t i = 0; i < len; i++)
        ws_feed(ear.ws, bytes + i, 1);
    feed(&ear, 0x01, "in ");
    feed(&ear, 0x00, "three ");
    feed(&ear, 0x89, "now"); /* a ping between the fragments */
    feed(&ear, 0x80, "parts");
    feed(&ear, 0x82, "raw");
    assert_string_equal(buf_text(&ear.heard),
                        "text hello\nping now\ntext in three parts\nbinary raw\n");
    assert_sent(&ear, "\x8a\x03now", 5); /* the pong */
    assert_false(ws_is_over(ear.ws));
    assert_int_equal(ws_close_code(ear.ws), 0);
    done(&ear);
}

static void what_is_sent_is_framed_without_a_mask(void **state)
{
    char longer[300], want[304] = "\x81\x7e\x01\x2c";
    struct ear ear = {0};
    given_ws(&ear);
    memset(longer, 'x', sizeof longer);
    memset(want + 4, 'x', sizeof longer);
    assert_true(ws_text(ear.ws, "hi", 2));
    assert_sent(&ear, "\x81\x02hi", 4);
    assert_true(ws_text(ear.ws, longer, sizeof longer));
    assert_sent(&ear, want, sizeof want);
    assert_true(ws_binary(ear.ws, "\0\1", 2));
    assert_true(ws_ping(ear.ws, "p", 1));
    assert_sent(&ear, "\x82\x02\0\1\x89\x01p", 7);
    done(&ear);
}

static void what_is_not_taken_waits_in_order(void **state)
{
    size_t len;
    struct ear ear = {0};
    given_ws(&ear);
    ws_text(ear.ws, "one", 3);
    ws_text(ear.ws, "two", 3);
    ws_sent(ear.ws, 6); /* into the second frame */
    ws_text(ear.ws, "three", 5);
    const char *pending = ws_pending(ear.ws, &len);
    assert_int_equal(len, 11);
    assert_memory_equal(pending, "\x03two\x81\x05three", 11);
    ws_sent(ear.ws, 11);
    assert_null(ws_pending(ear.ws, &len));
    done(&ear);
}

static void answers_given_while_hearing_are_sent(void **state)
{
    struct ear ear = {.answer = "yes"};
    given_ws(&ear);
    feed(&ear, 0x81, "there?");
    assert_sent(&ear, "\x81\x03yes", 5);
    done(&ear);
}

static void a_close_is_answered_with_its_code_and_ends_it(void **state)
{
    struct ear ear = {0};
    given_ws(&ear);
    feed(&ear, 0x88,
         "\x03\xe9"
         "bye");
    assert_string_equal(buf_text(&ear.heard), "close 1001 bye\n");
    assert_int_equal(ws_close_code(ear.ws), 1001);
    assert_true(ws_is_over(ear.ws));
    assert_true(ws_is_closing(ear.ws));
    assert_false(ws_text(ear.ws, "late", 4));
    size_t len;
    const char *bytes = sent(&ear, &len);
    assert_memory_equal(bytes, "\x88", 1);
    assert_memory_equal(bytes + 2, "\x03\xe9", 2);
    feed(&ear, 0x81, "nobody reads this");
    assert_string_equal(buf_text(&ear.heard), "close 1001 bye\n");
    done(&ear);

    given_ws(&ear);
    feed(&ear, 0x88, "");
    assert_string_equal(buf_text(&ear.heard), "close 1005\n");
    assert_int_equal(ws_close_code(ear.ws), 1005);
    assert_sent(&ear, "\x88\x00", 2);
    done(&ear);
}

static void our_close_waits_for_the_clients(void **state)
{
    struct ear ear = {0};
    given_ws(&ear);
    assert_true(ws_close(ear.ws, 1000, "idle"));
    assert_sent(&ear, "\x88\x06\x03\xe8idle", 8);
    assert_true(ws_is_closing(ear.ws));
    assert_false(ws_is_over(ear.ws));
    assert_false(ws_close(ear.ws, 1001, "twice"));
    assert_false(ws_text(ear.ws, "late", 4));
    feed(&ear, 0x81, "still read");
    feed(&ear, 0x88, "\x03\xe8");
    assert_string_equal(buf_text(&ear.heard), "text still read\nclose 1000\n");
    assert_true(ws_is_over(ear.ws));
    size_t len;
    assert_null(ws_pending(ear.ws, &len));
    done(&ear);
}

static void a_long_close_reason_is_cut(void **state)
{
    char reason[200];
    size_t len;
    struct ear ear = {0};
    given_ws(&ear);
    memset(reason, 'r', sizeof reason - 1);
    reason[sizeof reason - 1] = '\0';
    assert_true(ws_close(ear.ws, 1008, reason));
    const char *bytes = sent(&ear, &len);
    assert_int_equal(len, 2 + 125);
    assert_memory_equal(bytes, "\x88\x7d\x03\xf0rrr", 7);
    done(&ear);
}

#define M "\1\2\3\4" /* the mask of the rows; "\1\2\3\4" ^ itself is zeros */
#define ROW(label, bytes, code)                                                                    \
    {                                                                                              \
        label, bytes, sizeof(bytes) - 1, code                                                      \
    }

static void what_is_against_the_rules_is_closed_with_the_codes_of_the_rfc(void **state)
{
    static const struct {
        const char *label, *bytes;
        size_t len;
        int code;
    } rows[] = {
        ROW("no mask", "\x81\x02hi", 1002),
        ROW("no mask, nothing in it", "\x81\x00", 1002),
        ROW("RSV1", "\xc1\x80" M, 1002),
        ROW("RSV2", "\xa1\x80" M, 1002),
        ROW("RSV3", "\x91\x80" M, 1002),
        ROW("opcode 3", "\x83\x80" M, 1002),
        ROW("opcode 7", "\x87\x80" M, 1002),
        ROW("opcode 11", "\x8b\x80" M, 1002),
        ROW("opcode 15", "\x8f\x80" M, 1002),
        ROW("a ping in fragments", "\x09\x80" M, 1002),
        ROW("a close in fragments", "\x08\x80" M, 1002),
        ROW("a ping of 126 bytes", "\x89\xfe\x00\x7e" M, 1002),
        ROW("a close of 126 bytes", "\x88\xfe\x00\x7e" M, 1002),
        ROW("a continuation of nothing", "\x80\x80" M, 1002),
        ROW("a text inside a text", "\x01\x80" M "\x81\x80" M, 1002),
        ROW("a length in 16 bits that fits 7", "\x81\xfe\x00\x01" M "x", 1002),
        ROW("a length in 64 bits that fits 16", "\x81\xff\0\0\0\0\0\0\xff\xff" M, 1002),
        ROW("a length with its highest bit", "\x81\xff\x80\0\0\0\0\1\0\0" M, 1002),
        ROW("the longest length", "\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff" M "x", 1009),
        ROW("longer than allowed", "\x81\xfe\x03\xe9" M "x", 1009),
        ROW("longer in two parts", "\x01\x81" M "x\x80\xfe\x03\xe8" M "x", 1009),
        ROW("a close of one byte", "\x88\x81" M "\x02", 1002),
        ROW("close code 999", "\x88\x82" M "\x02\xe5", 1002),
        ROW("close code 1004", "\x88\x82" M "\x02\xee", 1002),
        ROW("close code 1005", "\x88\x82" M "\x02\xef", 1002),
        ROW("close code 1006", "\x88\x82" M "\x02\xec", 1002),
        ROW("close code 1015", "\x88\x82" M "\x02\xf5", 1002),
        ROW("close code 5000", "\x88\x82" M "\x12\x8a", 1002),
        ROW("a close reason that is no UTF-8", "\x88\x83" M "\x02\xea\xfc", 1007),
        ROW("a text with a stray byte", "\x81\x81" M "\x81", 1007),
        ROW("a text with an overlong slash", "\x81\x82" M "\xc1\xad", 1007),
        ROW("a text with a surrogate", "\x81\x83" M "\xec\xa2\x83", 1007),
        ROW("a text past U+10FFFF", "\x81\x84" M "\xf5\x92\x83\x84", 1007),
        ROW("a text that ends inside a character", "\x81\x82" M "\xe3\x80", 1007),
        ROW("and so at the end of its last fragment", "\x01\x81" M "\xe3\x80\x81" M "\x83", 1007),
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ear ear = {0};
        size_t len;
        given_ws(&ear);
        ws_feed(ear.ws, rows[i].bytes, rows[i].len);
        int code = ws_close_code(ear.ws);
        const char *bytes = sent(&ear, &len);
        int told = len >= 4 && bytes[0] == '\x88'
                       ? (unsigned char)bytes[2] << 8 | (unsigned char)bytes[3]
                       : 0;
        if (code != rows[i].code || told != code || !ws_is_over(ear.ws))
            fail_msg("%s: want %d, saw %d, told %d, %s", rows[i].label, rows[i].code, code, told,
                     ws_is_over(ear.ws) ? "over" : "not over");
        feed(&ear, 0x81, "later");
        if (strstr(buf_text(&ear.heard), "later") || strstr(buf_text(&ear.heard), "text"))
            fail_msg("%s: heard %s", rows[i].label, buf_text(&ear.heard));
        done(&ear);
    }
}

static void right_frames_of_a_rare_kind_are_taken(void **state)
{
    static const struct {
        const char *label, *bytes;
        size_t len;
        const char *want;
    } rows[] = {
        ROW("a text of nothing", "\x81\x80" M, "text\n"),
        ROW("a pong nobody asked for", "\x8a\x80" M, "pong\n"),
        ROW("a character in two fragments", "\x01\x81" M "\xc2\x80\x81" M "\xa8", "text \u00e9\n"),
        ROW("U+10FFFF", "\x81\x84" M "\xf5\x8d\xbc\xbb", "text \U0010ffff\n"),
        ROW("a code of the application's", "\x88\x82" M "\x0e\xa2", "close 4000\n"),
        ROW("code 3000", "\x88\x82" M "\x0a\xba", "close 3000\n"),
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ear ear = {0};
        given_ws(&ear);
        ws_feed(ear.ws, rows[i].bytes, rows[i].len);
        if (strcmp(buf_text(&ear.heard), rows[i].want) != 0)
            fail_msg("%s: want %s, saw %s", rows[i].label, rows[i].want, buf_text(&ear.heard));
        done(&ear);
    }
}

static void who_takes_nothing_is_not_sent_without_end(void **state)
{
    char text[1000];
    size_t count = 0, len;
    struct ear ear = {0};
    given_ws(&ear);
    memset(text, 'x', sizeof text);
    while (count < 100 && ws_text(ear.ws, text, sizeof text))
        count++;
    assert_int_equal(count, 4); /* of 5000 bytes */
    ws_pending(ear.ws, &len);
    assert_true(len <= 5000);

    /* Nor do pings make it grow. */
    for (int i = 0; i < 200 && !ws_is_over(ear.ws); i++)
        feed(&ear, 0x89, "0123456789012345678901234567890123456789");
    assert_true(ws_is_over(ear.ws));
    ws_pending(ear.ws, &len);
    assert_true(len <= 5000);
    done(&ear);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_arrive_whole_in_whatever_pieces_they_come),
        cmocka_unit_test(what_is_sent_is_framed_without_a_mask),
        cmocka_unit_test(what_is_not_taken_waits_in_order),
        cmocka_unit_test(answers_given_while_hearing_are_sent),
        cmocka_unit_test(a_close_is_answered_with_its_code_and_ends_it),
        cmocka_unit_test(our_close_waits_for_the_clients),
        cmocka_unit_test(a_long_close_reason_is_cut),
        cmocka_unit_test(what_is_against_the_rules_is_closed_with_the_codes_of_the_rfc),
        cmocka_unit_test(right_frames_of_a_rare_kind_are_taken),
        cmocka_unit_test(who_takes_nothing_is_not_sent_without_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
