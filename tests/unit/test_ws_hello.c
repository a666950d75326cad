#include "support/cmocka_all.h"

#include "front/ws.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* RFC 6455 section 1.3's example. */
#define KEY     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define ACCEPT  "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
#define HOST    "Host: server.example.com\r\n"
#define UPGRADE "Upgrade: websocket\r\nConnection: Upgrade\r\n"
#define VERSION "Sec-WebSocket-Version: 13\r\n"
#define GET     "GET /ws?access_token=a HTTP/1.1\r\n"

static ssize_t read_copy(char **copy, const char *text, struct ws_head *ret)
{
    *copy = strdup(text);
    return ws_head_read(*copy, strlen(text), ret);
}

static void the_example_of_the_rfc_is_accepted(void **state)
{
    static const char *const known[] = {"chat", NULL};
    static const char rest[] = "\x81\x80";
    char *copy;
    const char *why;
    struct ws_head head;
    struct buf out;
    static const char text[] =
        "GET /chat?a=1 HTTP/1.1\r\n" HOST UPGRADE KEY "Origin: http://example.com\r\n"
        "Sec-WebSocket-Protocol: superchat,  chat \r\n" VERSION "\r\n";
    copy = malloc(sizeof text + sizeof rest);
    memcpy(copy, text, sizeof text - 1);
    memcpy(copy + sizeof text - 1, rest, sizeof rest);
    for (size_t len = 0; len < sizeof text - 1; len++)
        assert_int_equal(ws_head_read(copy, len, &head), 0);
    ssize_t len = ws_head_read(copy, sizeof text + sizeof rest - 1, &head);
    assert_int_equal(len, sizeof text - 1);
    assert_memory_equal(copy + len, rest, sizeof rest);
    assert_string_equal(head.method, "GET");
    assert_string_equal(head.path, "/chat");
    assert_string_equal(head.query, "a=1");
    assert_string_equal(ws_head_get(&head, "origin"), "http://example.com");
    assert_int_equal(ws_check(&head, &why), 0);
    const char *protocol = ws_choose(&head, known);
    assert_string_equal(protocol, "chat");
    assert_null(ws_choose(&head, NULL));
    buf_init(&out, 4096);
    ws_accept(&head, protocol, &out);
    assert_string_equal(buf_text(&out),
                        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                        "Connection: Upgrade\r\n" ACCEPT "Sec-WebSocket-Protocol: chat\r\n\r\n");
    buf_reset(&out);
    ws_accept(&head, NULL, &out);
    assert_null(strstr(buf_text(&out), "Protocol:"));
    buf_done(&out);
    free(copy);
}

static void handshakes_are_judged(void **state)
{
    static const struct {
        const char *label, *text;
        int want;
    } rows[] = {
        {"right", GET HOST UPGRADE KEY VERSION, 0},
        {"as browsers write it",
         GET HOST "connection: keep-alive, upgrade\r\nupgrade: WebSocket\r\n" KEY VERSION, 0},
        {"an absolute target", "GET ws://h/ws HTTP/1.1\r\n" HOST UPGRADE KEY VERSION, 0},
        {"POST", "POST /ws HTTP/1.1\r\n" HOST UPGRADE KEY VERSION, 400},
        {"HTTP/1.0", "GET /ws HTTP/1.0\r\n" HOST UPGRADE KEY VERSION, 400},
        {"no Host", GET UPGRADE KEY VERSION, 400},
        {"two Hosts", GET HOST HOST UPGRADE KEY VERSION, 400},
        {"no Upgrade", GET HOST "Connection: Upgrade\r\n" KEY VERSION, 400},
        {"another Upgrade", GET HOST "Upgrade: h2c\r\nConnection: Upgrade\r\n" KEY VERSION, 400},
        {"no Connection", GET HOST "Upgrade: websocket\r\n" KEY VERSION, 400},
        {"no key", GET HOST UPGRADE VERSION, 400},
        {"two keys", GET HOST UPGRADE KEY KEY VERSION, 400},
        {"a short key", GET HOST UPGRADE "Sec-WebSocket-Key: dGhlIHNhbXBsZQ==\r\n" VERSION, 400},
        {"a key that is no base64",
         GET HOST UPGRADE "Sec-WebSocket-Key: ????????????????????????\r\n" VERSION, 400},
        {"no version", GET HOST UPGRADE KEY, 426},
        {"version 8", GET HOST UPGRADE KEY "Sec-WebSocket-Version: 8\r\n", 426},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[1024], *copy;
        const char *why = "";
        struct ws_head head;
        snprintf(text, sizeof text, "%s\r\n", rows[i].text);
        ssize_t len = read_copy(&copy, text, &head);
        int status = len > 0 ? ws_check(&head, &why) : -1;
        if (status != rows[i].want || (status > 0) != (why[0] != '\0'))
            fail_msg("%s: want %d, saw %d %s", rows[i].label, rows[i].want, status, why);
        free(copy);
    }
}

static void what_is_no_head_is_refused(void **state)
{
    static const struct {
        const char *label, *text;
    } rows[] = {
        {"nothing but an end", "\r\n\r\n"},
        {"no version", "GET /\r\n\r\n"},
        {"HTTP/2", "GET / HTTP/2.0\r\n\r\n"},
        {"more after the version", "GET / HTTP/1.1 x\r\n\r\n"},
        {"two blanks", "GET  / HTTP/1.1\r\n\r\n"},
        {"a blank first", " GET / HTTP/1.1\r\n\r\n"},
        {"a control character", "GET /\x01 HTTP/1.1\r\n\r\n"},
        {"no path", "GET * HTTP/1.1x\r\n\r\n"},
        {"an authority alone", "GET ws://h HTTP/1.1\r\n\r\n"},
        {"a header without a colon", "GET / HTTP/1.1\r\nHost\r\n\r\n"},
        {"a header without a name", "GET / HTTP/1.1\r\n: x\r\n\r\n"},
        {"a blank before the colon", "GET / HTTP/1.1\r\nHost : x\r\n\r\n"},
        {"a folded header", "GET / HTTP/1.1\r\nHost: x\r\n y\r\n\r\n"},
        {"a lone CR in a value", "GET / HTTP/1.1\r\nHost: x\ry\r\n\r\n"},
        {"a lone LF in a value", "GET / HTTP/1.1\r\nHost: x\ny\r\n\r\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *copy;
        struct ws_head head;
        if (read_copy(&copy, rows[i].text, &head) != -1)
            fail_msg("%s: taken", rows[i].label);
        free(copy);
    }
}

static void a_head_has_limits(void **state)
{
    struct buf text;
    struct ws_head head;
    buf_init(&text, 1 << 20);
    buf_str(&text, GET);
    for (int i = 0; i < WS_HEADERS_MAX; i++)
        buf_printf(&text, "X-%d: y\r\n", i);
    size_t len = text.len;
    buf_str(&text, "\r\n");
    assert_int_equal(ws_head_read(text.data, text.len, &head), text.len);
    buf_reset(&text);
    buf_str(&text, GET);
    for (int i = 0; i < WS_HEADERS_MAX + 1; i++)
        buf_printf(&text, "X-%d: y\r\n", i);
    buf_str(&text, "\r\n");
    assert_true(text.len > len);
    assert_int_equal(ws_head_read(text.data, text.len, &head), -1);

    buf_reset(&text);
    buf_str(&text, GET "X: ");
    while (text.len < WS_HEAD_MAX - 1)
        buf_char(&text, 'x');
    assert_int_equal(ws_head_read(text.data, text.len, &head), 0);
    buf_char(&text, 'x');
    assert_int_equal(ws_head_read(text.data, text.len, &head), -1);
    buf_done(&text);
}

static void refusals_say_what_is_wanted(void **state)
{
    struct buf out;
    buf_init(&out, 4096);
    ws_refuse(426, NULL, NULL, &out);
    assert_string_equal(buf_text(&out), "HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\n"
                                        "Sec-WebSocket-Version: 13\r\nContent-Length: 0\r\n"
                                        "Connection: close\r\n\r\n");
    buf_reset(&out);
    ws_refuse(401, "application/json", "{}", &out);
    assert_string_equal(buf_text(&out),
                        "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\n"
                        "Content-Length: 2\r\nConnection: close\r\n\r\n{}");
    buf_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_of_the_rfc_is_accepted),
        cmocka_unit_test(handshakes_are_judged),
        cmocka_unit_test(what_is_no_head_is_refused),
        cmocka_unit_test(a_head_has_limits),
        cmocka_unit_test(refusals_say_what_is_wanted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
