/* The HTTP listener alone, with a handler of our own: real sockets, port 0. */
#include "web/listener.h"

#include "support/cmocka_all.h"
#include "world/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct seen {
    pthread_mutex_t lock; /* workers and the test take turns */
    struct plan plan;
    size_t body_len;
    bool is_cut, is_large;
    int calls;
};

static void serve(void *context, struct arena *arena, const struct web_request *request,
                  struct web_reply *reply, struct plan *plan)
{
    struct seen *seen = context;
    pthread_mutex_lock(&seen->lock);
    __atomic_add_fetch(&seen->calls, 1, __ATOMIC_SEQ_CST);
    seen->body_len = request->body_len;
    seen->is_cut = request->is_body_cut;
    seen->is_large = request->is_body_too_large;
    *plan = seen->plan;
    pthread_mutex_unlock(&seen->lock);
    reply->status = 200;
    reply->content_type = "text/plain";
    buf_printf(&reply->body, "%s %s?%s", request->method, request->path, request->query);
}

static void set_plan(struct seen *seen, enum plan_kind kind, int64_t delay_ms)
{
    pthread_mutex_lock(&seen->lock);
    seen->plan = (struct plan){.kind = kind, .delay_ms = delay_ms};
    pthread_mutex_unlock(&seen->lock);
}

static void malformed(void *context, struct web_reply *reply)
{
    reply->content_type = "application/json";
    buf_str(&reply->body, "{\"errorCode\":\"CMN-104\"}");
}

static struct listener *given_listener(struct seen *seen)
{
    struct listener_options options = {
        .bind = "127.0.0.1", .threads = 4, .serve = serve, .malformed = malformed, .context = seen};
    struct listener *listener;
    struct diag diag;
    if (listener_start(&options, &listener, &diag))
        fail_msg("%s", diag.text);
    return listener;
}

static int dial(const struct listener *listener)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)listener_port(listener)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

/* Reads until the peer closes, `wanted` is there, or two seconds pass. */
static const char *hear(int fd, const char *wanted, char *answer, size_t size)
{
    size_t len = 0;
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    answer[0] = '\0';
    while (len + 1 < size && !(wanted && strstr(answer, wanted)) && poll(&wait, 1, 2000) == 1) {
        ssize_t got = recv(fd, answer + len, size - len - 1, 0);
        if (got <= 0)
            break;
        len += (size_t)got;
        answer[len] = '\0';
    }
    return answer;
}

static const char *ask(const struct listener *listener, const char *bytes, size_t len, char *answer,
                       size_t size)
{
    int fd = dial(listener);
    assert_int_equal(send(fd, bytes, len, MSG_NOSIGNAL), (ssize_t)len);
    shutdown(fd, SHUT_WR);
    hear(fd, NULL, answer, size);
    close(fd);
    return answer;
}

static void two_requests_share_a_connection(void **state)
{
    struct seen seen = {.lock = PTHREAD_MUTEX_INITIALIZER};
    struct listener *listener = given_listener(&seen);
    char answer[4096];
    int fd = dial(listener);
    for (int i = 0; i < 2; i++) {
        const char *get = "GET /a/%7e?x=%20y HTTP/1.1\r\nHost: h\r\n\r\n";
        send(fd, get, strlen(get), 0);
        hear(fd, "GET /a/%7e?x=%20y", answer, sizeof answer);
        assert_non_null(strstr(answer, "Connection: keep-alive"));
        assert_non_null(strstr(answer, "\r\n\r\nGET /a/%7e?x=%20y"));
    }
    close(fd);
    listener_stop(listener);
}

static void bytes_that_are_no_request_get_the_platforms_error(void **state)
{
    static const char *const rows[] = {
        "\r\n\r\n\r\n",
        "GARBAGE\r\n\r\n",
        "GET\r\n\r\n",
        "GET /\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "GET / HTTP/1.1\r\n: empty name\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 10\r\nContent-Length: 3\r\n\r\nabc",
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        "GET /\x01\x02 HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET http:// HTTP/1.1\r\nHost: h\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    };
    struct seen seen = {.lock = PTHREAD_MUTEX_INITIALIZER};
    struct listener *listener = given_listener(&seen);
    char answer[4096];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ask(listener, rows[i], strlen(rows[i]), answer, sizeof answer);
        /* Either our handler saw a request, or the answer is the platform's, or silence. */
        if (answer[0] && !strstr(answer, "\r\n\r\n{\"errorCode\":\"CMN-104\"}") &&
            !strstr(answer, "HTTP/1.1 200"))
            fail_msg("row %zu: %s", i, answer);
    }
    /* And it still serves. */
    const char *get = "GET /alive HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    assert_non_null(strstr(ask(listener, get, strlen(get), answer, sizeof answer), "GET /alive?"));
    listener_stop(listener);
}

static void headers_without_end_are_refused(void **state)
{
    struct seen seen = {.lock = PTHREAD_MUTEX_INITIALIZER};
    struct listener *listener = given_listener(&seen);
    char answer[4096];
    char *large = malloc(70000);
    size_t len = (size_t)sprintf(large, "GET / HTTP/1.1\r\nX: ");
    memset(large + len, 'a', 60000);
    len += 60000;
    len += (size_t)sprintf(large + len, "\r\n\r\n");
    int fd = dial(listener);
    ssize_t sent = send(fd, large, len, MSG_NOSIGNAL);
    assert_true(sent > 0 || errno == ECONNRESET || errno == EPIPE);
    hear(fd, "}", answer, sizeof answer);
    assert_null(strstr(answer, "200 OK"));
    close(fd);
    free(large);
    listener_stop(listener);
}

static void bodies_are_read_to_the_limit(void **state)
{
    static const struct {
        const char *head, *body;
        size_t repeat, want;
        bool is_cut, is_large;
    } rows[] = {
        {"Content-Length: 5", "hello", 1, 5, false, false},
        {"Content-Length: 50", "hello", 1, 5, true, false},
        {"Content-Length: 0", "", 1, 0, false, false},
        {"Transfer-Encoding: chunked", "5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n", 1, 6, false, false},
        {"Content-Length: 1048576", "0123456789abcdef", 65536, 1048576, false, false},
        {"Content-Length: 1048577", "0123456789abcdef", 1, 0, false, true},
    };
    struct seen seen = {.lock = PTHREAD_MUTEX_INITIALIZER};
    struct listener *listener = given_listener(&seen);
    char *bytes = malloc(1 << 21), answer[4096];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t len =
            (size_t)sprintf(bytes, "POST /p HTTP/1.1\r\nHost: h\r\n%s\r\n\r\n", rows[i].head);
        for (size_t n = 0; n < rows[i].repeat; n++) {
            memcpy(bytes + len, rows[i].body, strlen(rows[i].body));
            len += strlen(rows[i].body);
        }
        seen.calls = 0;
        ask(listener, bytes, len, answer, sizeof answer);
        if (seen.calls != 1 || seen.body_len != rows[i].want || seen.is_cut != rows[i].is_cut ||
            seen.is_large != rows[i].is_large)
            fail_msg("row %zu: calls %d, %zu bytes, cut %d, large %d", i, seen.calls, seen.body_len,
                     seen.is_cut, seen.is_large);
    }
    free(bytes);
    listener_stop(listener);
}

static void plans_are_performed(void **state)
{
    static const struct {
        enum plan_kind kind;
        bool wants_answer;
    } rows[] = {{PLAN_NONE, true},
                {PLAN_ANSWER, true},
                {PLAN_DELAY, true},
                {PLAN_CLOSE, false},
                {PLAN_DROP, false}};
    struct seen seen = {.lock = PTHREAD_MUTEX_INITIALIZER};
    struct listener *listener = given_listener(&seen);
    char answer[4096];
    const char *get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        set_plan(&seen, rows[i].kind, 30);
        int64_t before = clock_machine_ms();
        int fd = dial(listener);
        send(fd, get, strlen(get), 0);
        hear(fd, "GET /?", answer, sizeof answer);
        close(fd);
        assert_int_equal(answer[0] != '\0', rows[i].wants_answer);
        if (rows[i].kind == PLAN_DELAY)
            assert_true(clock_machine_ms() - before >= 30);
    }
    listener_stop(listener);
}

static void it_stops_at_once_whatever_hangs_on_it(void **state)
{
    struct seen seen = {.lock = PTHREAD_MUTEX_INITIALIZER};
    struct listener *listener = given_listener(&seen);
    char answer[4096];
    const char *get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    int idle = dial(listener), kept = dial(listener), held = dial(listener);
    send(kept, get, strlen(get), 0);
    hear(kept, "GET /?", answer, sizeof answer);
    set_plan(&seen, PLAN_DROP, 60000);
    send(held, get, strlen(get), 0);
    while (__atomic_load_n(&seen.calls, __ATOMIC_SEQ_CST) < 2)
        poll(NULL, 0, 1);
    int64_t before = clock_machine_ms();
    listener_stop(listener);
    int64_t took = clock_machine_ms() - before;
    close(idle);
    close(kept);
    close(held);
    /* civetweb's own sleeps are 1,000 ms and more: well below that it did not sleep. */
    if (took > 500)
        fail_msg("the stop took %d ms", (int)took);
}

/* A socket that is shut down is ready without end: who waits for it, and does not know, never sleeps again. */
static void a_socket_that_was_handed_over_still_listens_after_the_stop(void **state)
{
    struct seen seen = {.lock = PTHREAD_MUTEX_INITIALIZER};
    struct listener *listener = given_listener(&seen);
    int fd = listener_yield(listener), is_listening = 0;
    socklen_t len = sizeof is_listening;
    assert_true(fd >= 0);
    int64_t began = clock_machine_ms();
    listener_stop(listener);
    int64_t took = clock_machine_ms() - began;
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    assert_int_equal(getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &is_listening, &len), 0);
    assert_true(is_listening);
    assert_int_equal(poll(&wait, 1, 0), 0);
    close(fd);
    if (took > 500) /* civetweb's own waits are of 2,000 */
        fail_msg("the stop took %d ms", (int)took);
}

static void a_port_in_use_is_said(void **state)
{
    struct seen seen = {.lock = PTHREAD_MUTEX_INITIALIZER};
    struct listener *listener = given_listener(&seen), *second = NULL;
    struct listener_options options = {.bind = "127.0.0.1",
                                       .port = listener_port(listener),
                                       .threads = 1,
                                       .serve = serve,
                                       .malformed = malformed,
                                       .context = &seen};
    struct diag diag = {0};
    char want[80];
    snprintf(want, sizeof want, "cannot listen for HTTP on 127.0.0.1:%d", listener_port(listener));
    assert_int_equal(listener_start(&options, &second, &diag), ERR_ENV);
    assert_non_null(strstr(diag.text, want));
    assert_null(second);
    listener_stop(listener);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_requests_share_a_connection),
        cmocka_unit_test(bytes_that_are_no_request_get_the_platforms_error),
        cmocka_unit_test(headers_without_end_are_refused),
        cmocka_unit_test(bodies_are_read_to_the_limit),
        cmocka_unit_test(plans_are_performed),
        cmocka_unit_test(it_stops_at_once_whatever_hangs_on_it),
        cmocka_unit_test(a_socket_that_was_handed_over_still_listens_after_the_stop),
        cmocka_unit_test(a_port_in_use_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
