/* A WebSocket's client side over bytes: the handshake's answer, texts, pings, closes, broken rules. */
#include "frames.h"

#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

/* RFC 6455 section 1.3: the example's key and what it is answered with. */
#define KEY    "dGhlIHNhbXBsZSBub25jZQ=="
#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

struct stage {
    struct rnd rnd;
    struct frames *frames;
    struct sb heard; /* each text, '|' after it */
};

static void hear(void *arg, const char *text, size_t len)
{
    struct stage *stage = arg;
    sb_add_n(&stage->heard, text, len);
    sb_add(&stage->heard, "|");
}

static int given_stage(void **state)
{
    struct stage *stage = *state = xcalloc(1, sizeof(*stage));
    rnd_init_seeded(&stage->rnd, 1, 1);
    stage->heard = SB_MAX(4096);
    stage->frames = frames_new(&stage->rnd, hear, stage);
    return 0;
}

static int no_stage(void **state)
{
    struct stage *stage = *state;
    frames_free(stage->frames);
    sb_done(&stage->heard);
    free(stage);
    return 0;
}

static void the_handshake_is_accepted_only_as_the_rules_say(void **state)
{
    static const struct {
        const char *label, *answer;
        int want;
    } rows[] = {
        {"right",
         "HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\nConnection: keep-alive, "
         "Upgrade\r\n"
         "Sec-WebSocket-Accept: " ACCEPT " \r\n\r\n\x81",
         101},
        {"not whole", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n", 0},
        {"refused", "HTTP/1.1 401 Unauthorized\r\n\r\n", 401},
        {"no upgrade",
         "HTTP/1.1 101 S\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " ACCEPT "\r\n\r\n", -1},
        {"no connection",
         "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: " ACCEPT "\r\n\r\n", -1},
        {"another key",
         "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Accept: S3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
         -1},
        {"an extension",
         "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: "
         "Upgrade\r\nSec-WebSocket-Accept: " ACCEPT
         "\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
         -1},
        {"no HTTP", "SIP/2.0 101 Dialog\r\n\r\n", -1},
    };
    struct hello hello = {KEY};
    const char *why;
    size_t len;
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        int got = hello_read(rows[i].answer, strlen(rows[i].answer), &hello, &len, &why);
        if (got != rows[i].want || (got == -1) != (why != NULL))
            fail_msg("%s: wanted %d, was %d (%s)", rows[i].label, rows[i].want, got,
                     why ? why : "");
    }
    assert_int_equal(hello_read(rows[0].answer, strlen(rows[0].answer), &hello, &len, &why), 101);
    assert_string_equal(rows[0].answer + len, "\x81"); /* what follows is frames */
}

static void a_head_without_end_is_given_up(void **state)
{
    struct hello hello = {KEY};
    const char *why;
    size_t len;
    char *endless = xcalloc(1, FRAMES_HEAD_MAX + 1);
    (void)state;
    memset(endless, 'a', FRAMES_HEAD_MAX);
    assert_int_equal(hello_read(endless, FRAMES_HEAD_MAX - 1, &hello, &len, &why), 0);
    assert_int_equal(hello_read(endless, FRAMES_HEAD_MAX, &hello, &len, &why), -1);
    free(endless);
}

static void texts_come_whole_however_the_bytes_are_cut(void **state)
{
    /* "hel" "lo" in two fragments with a ping between, then "" and "x" */
    static const char bytes[] = "\x01\x03hel\x89\x02hi\x80\x02lo\x81\x00\x81\x01x";
    struct stage *stage = *state;
    for (size_t piece = 1; piece < sizeof(bytes); piece++) {
        sb_reset(&stage->heard);
        for (size_t at = 0; at < sizeof(bytes) - 1; at += piece) {
            size_t left = sizeof(bytes) - 1 - at;
            frames_feed(stage->frames, bytes + at, left < piece ? left : piece);
        }
        assert_string_equal(sb_text(&stage->heard), "hello||x|");
        assert_false(frames_is_over(stage->frames));
    }
}

/* Undoes the mask of the one short frame that is pending, and takes it away. */
static void take_frame(struct stage *stage, int first_byte, const char *want)
{
    size_t len;
    const unsigned char *at = (const unsigned char *)frames_pending(stage->frames, &len);
    assert_non_null(at);
    assert_int_equal(len, 6 + strlen(want));
    assert_int_equal(at[0], first_byte);
    assert_int_equal(at[1], 0x80 | strlen(want)); /* a client masks (RFC 6455 section 5.1) */
    for (size_t i = 0; i < strlen(want); i++)
        assert_int_equal(at[6 + i] ^ at[2 + i % 4], (unsigned char)want[i]);
    frames_sent(stage->frames, len);
    assert_null(frames_pending(stage->frames, &len));
}

static void what_is_said_is_masked_and_pings_are_answered(void **state)
{
    struct stage *stage = *state;
    assert_true(frames_text(stage->frames, "[{}]", 4));
    take_frame(stage, 0x81, "[{}]");
    frames_feed(stage->frames, "\x89\x02hi", 4);
    take_frame(stage, 0x8a, "hi");
    frames_feed(stage->frames, "\x88\x02\x03\xe8", 4);
    assert_true(frames_is_over(stage->frames));
    take_frame(stage, 0x88, "\x03\xe8");
    assert_false(frames_text(stage->frames, "late", 4));
}

static void what_breaks_the_rules_ends_it(void **state)
{
    static const struct {
        const char *label, *bytes;
        size_t len;
    } rows[] = {
        {"masked by the server", "\x81\x81\1\2\3\4x", 7},
        {"a reserved bit", "\xc1\x01x", 3},
        {"an unknown opcode", "\x83\x01x", 3},
        {"a fragment of nothing", "\x80\x01x", 3},
        {"a ping in fragments", "\x09\x01x", 3},
        {"a text that is no UTF-8", "\x81\x01\xff", 3},
        {"longer than is taken", "\x81\x7f\0\0\0\0\0\x20\0\0x", 11},
    };
    struct stage *stage = *state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct frames *frames = frames_new(&stage->rnd, hear, stage);
        frames_feed(frames, rows[i].bytes, rows[i].len);
        if (!frames_is_over(frames) || stage->heard.len)
            fail_msg("%s: went on", rows[i].label);
        frames_feed(frames, "\x81\x01y", 3);
        assert_int_equal(stage->heard.len, 0);
        frames_free(frames);
    }
}

static void what_nobody_takes_is_bounded(void **state)
{
    struct stage *stage = *state;
    char text[1000];
    int said = 0;
    memset(text, 'a', sizeof(text));
    while (said < 10000 && frames_text(stage->frames, text, sizeof(text)))
        said++;
    assert_in_range(said, 1000, FRAMES_OUT_MAX / 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_handshake_is_accepted_only_as_the_rules_say),
        cmocka_unit_test(a_head_without_end_is_given_up),
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_stage, no_stage)
        TEST(texts_come_whole_however_the_bytes_are_cut),
        TEST(what_is_said_is_masked_and_pings_are_answered),
        TEST(what_breaks_the_rules_ends_it),
        TEST(what_nobody_takes_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
