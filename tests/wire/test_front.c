/* The front alone: listeners, links and the relay, with services of the test's own. */
#include "front/relay.h"
#include "support/front_stage.h"

#include <dirent.h>
#include <stdlib.h>

/* Says back what it hears, line by line; knows some words. */
struct echo {
    int lines;
};

static size_t echo_data(struct link *link, const char *bytes, size_t len)
{
    const char *stop = memchr(bytes, '\n', len);
    struct echo *echo = link_state(link);
    if (!stop)
        return 0;
    size_t line = (size_t)(stop + 1 - bytes);
    echo->lines++;
    if (memcmp(bytes, "bye\n", line < 4 ? line : 4) == 0) {
        link_write(link, "bye\n", 4);
        link_close(link);
        assert_false(link_write(link, "more", 4));
    } else if (memcmp(bytes, "abort\n", line < 6 ? line : 6) == 0) {
        link_abort(link);
    } else if (memcmp(bytes, "flood\n", line < 6 ? line : 6) == 0) {
        static char much[200000];
        while (link_write(link, much, sizeof much))
            ;
    } else if (memcmp(bytes, "later\n", line < 6 ? line : 6) == 0) {
        link_timer(link, 5);
    } else {
        link_write(link, bytes, line);
    }
    return line;
}

static void echo_timer(struct link *link)
{
    link_write(link, "ring\n", 5);
}

static void echo_ended(struct link *link)
{
    char text[32];
    snprintf(text, sizeof text, "%d lines\n", ((struct echo *)link_state(link))->lines);
    link_write(link, text, strlen(text));
    link_close(link);
}

static _Atomic int ends[8];

static void echo_closed(struct link *link, enum link_end end)
{
    ends[end]++;
}

static void echo_woken(struct front *front, void *context)
{
    uint64_t *number = context;
    struct link *link = link_find(front, *number);
    if (link)
        link_write(link, "woken\n", 6);
}

static const struct link_service echo_service = {
    .name = "echo",
    .state_len = sizeof(struct echo),
    .in_max = 1024,
    .data = echo_data,
    .ended = echo_ended,
    .timer = echo_timer,
    .closed = echo_closed,
    .woken = echo_woken,
};

static uint64_t first = 1;

static void given_echo(struct stage *stage)
{
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        ends[i] = 0;
    stage_init(stage);
    stage->options.mounts[FRONT_SIP_TCP] = (struct front_mount){&echo_service, &first};
    stage_add(stage, FRONT_SIP_TCP, "a tcp");
    stage_start(stage);
}

static void bytes_go_to_the_service_and_back(void **state)
{
    struct stage stage;
    char heard[64];
    given_echo(&stage);
    int fd = dial(stage_port(&stage, 0));
    say(fd, "one\ntw");
    assert_int_equal(hear(fd, heard, 4), HEARD_ENOUGH);
    say(fd, "o\nlater\n");
    assert_int_equal(hear(fd, heard, 9), HEARD_ENOUGH);
    assert_string_equal(heard, "two\nring\n");
    front_wake(stage.front);
    assert_int_equal(hear(fd, heard, 6), HEARD_ENOUGH);
    assert_string_equal(heard, "woken\n");
    close(fd);
    stage_done(&stage);
}

static void a_half_closed_client_still_gets_its_answer(void **state)
{
    struct stage stage;
    char heard[64];
    given_echo(&stage);
    int fd = dial(stage_port(&stage, 0));
    say(fd, "one\ntwo\n");
    shutdown(fd, SHUT_WR);
    assert_int_equal(hear(fd, heard, 60), HEARD_END);
    assert_string_equal(heard, "one\ntwo\n2 lines\n");
    close(fd);
    stage_done(&stage);
}

static void how_a_link_ends_is_told_to_client_and_service(void **state)
{
    struct stage stage;
    char heard[64];
    given_echo(&stage);
    int port = stage_port(&stage, 0);

    int closed = dial(port);
    say(closed, "bye\nmore that nobody reads");
    assert_int_equal(hear(closed, heard, 60), HEARD_END);
    assert_string_equal(heard, "bye\n");

    int aborted = dial(port);
    say(aborted, "abort\n");
    assert_int_equal(hear(aborted, heard, 60), HEARD_RESET);

    int flooded = dial(port);
    say(flooded, "flood\n");
    static char much[1 << 20];
    assert_int_not_equal(hear(flooded, much, sizeof much - 1), HEARD_NOTHING);

    int endless = dial(port);
    char line[2048];
    memset(line, 'x', sizeof line);
    assert_int_equal(send(endless, line, sizeof line, MSG_NOSIGNAL), sizeof line);
    assert_int_not_equal(hear(endless, heard, 60), HEARD_NOTHING);

    int stopped = dial(port);
    say(stopped, "one\n");
    assert_int_equal(hear(stopped, heard, 4), HEARD_ENOUGH);
    stage_done(&stage);
    assert_int_equal(ends[LINK_END_OURS], 2);
    assert_int_equal(ends[LINK_END_LIMIT], 2);
    assert_int_equal(ends[LINK_END_STOPPED], 1);
    close(closed);
    close(aborted);
    close(flooded);
    close(endless);
    close(stopped);
}

static void a_refusing_listener_keeps_its_port(void **state)
{
    struct stage stage;
    char heard[64];
    given_echo(&stage);
    int port = stage_port(&stage, 0), before = dial(port);
    say(before, "one\n");
    assert_int_equal(hear(before, heard, 4), HEARD_ENOUGH);

    stage.wishes[0].is_refusing = true;
    stage_reconcile(&stage);
    assert_int_equal(dial(port), -1);
    say(before, "two\n"); /* who is connected stays so */
    assert_int_equal(hear(before, heard, 4), HEARD_ENOUGH);

    stage.wishes[0].is_refusing = false;
    stage_reconcile(&stage);
    int after = dial(port);
    say(after, "six\n");
    assert_int_equal(hear(after, heard, 4), HEARD_ENOUGH);
    close(before);
    close(after);
    stage_done(&stage);
}

static void listeners_follow_the_wishes(void **state)
{
    struct stage stage;
    char heard[64];
    given_echo(&stage);
    int port = stage_port(&stage, 0), fd = dial(port);
    say(fd, "one\n");
    assert_int_equal(hear(fd, heard, 4), HEARD_ENOUGH);

    /* It moves, and another takes its old address over, with its connections. */
    stage.wishes[0].generation++;
    stage_add(&stage, FRONT_SIP_TCP, "a-old tcp")->port = port;
    stage_reconcile(&stage);
    assert_int_not_equal(stage_port(&stage, 0), port);
    assert_int_equal(stage_port(&stage, 1), port);
    say(fd, "two\n");
    assert_int_equal(hear(fd, heard, 4), HEARD_ENOUGH);

    /* It stops: clients see the end, and the port is refused. */
    stage.wishes[1].is_open = false;
    stage_reconcile(&stage);
    assert_int_equal(hear(fd, heard, 4), HEARD_END);
    assert_int_equal(dial(port), -1);
    assert_int_equal(stage_port(&stage, 1), 0);

    /* Fewer wishes: the rest is closed. */
    int moved = stage_port(&stage, 0);
    stage.count = 0;
    stage_reconcile(&stage);
    assert_int_equal(dial(moved), -1);
    close(fd);
    stage_done(&stage);
}

static void a_port_in_use_is_an_error_that_says_which(void **state)
{
    struct stage stage;
    struct diag diag;
    given_echo(&stage);
    stage_add(&stage, FRONT_SIP_TCP, "b tcp")->port = stage_port(&stage, 0);
    assert_int_equal(front_reconcile(stage.front, &diag), ERR_ENV);
    assert_non_null(strstr(diag.text, "b tcp"));
    assert_non_null(strstr(diag.text, "Address already in use"));
    stage_done(&stage);
}

/* A relay in front of the echo service. */
static void given_relay(struct stage *stage, struct relay_http *http)
{
    given_echo(stage);
    *http = (struct relay_http){.path = "/ws", .gateway = &echo_service, .context = &first};
    stage->options.mounts[FRONT_WS] = (struct front_mount){&relay_http_service, http};
    front_stop(stage->front);
    stage_start(stage);
    stage_add(stage, FRONT_WS, "ws")->upstream = stage_port(stage, 0);
    stage_reconcile(stage);
}

static void what_is_no_websocket_is_relayed(void **state)
{
    struct stage stage;
    struct relay_http http;
    char heard[64];
    given_relay(&stage, &http);
    int fd = dial(stage_port(&stage, 1));
    say(fd, "POST /ws\n");
    shutdown(fd, SHUT_WR);
    assert_int_equal(hear(fd, heard, 60), HEARD_END);
    assert_string_equal(heard, "POST /ws\n1 lines\n");
    close(fd);

    /* A head that ends early is the library's to judge. */
    fd = dial(stage_port(&stage, 1));
    say(fd, "GET /ws\n");
    shutdown(fd, SHUT_WR);
    assert_int_equal(hear(fd, heard, 60), HEARD_END);
    assert_string_equal(heard, "GET /ws\n1 lines\n");
    close(fd);

    fd = dial(stage_port(&stage, 1));
    say(fd, "POST\nabort\n");
    assert_int_equal(hear(fd, heard, 60), HEARD_RESET);
    close(fd);

    stage.wishes[1].upstream = 1; /* nobody listens there */
    stage_reconcile(&stage);
    fd = dial(stage_port(&stage, 1));
    say(fd, "POST\n");
    assert_int_equal(hear(fd, heard, 60), HEARD_RESET);
    close(fd);
    stage_done(&stage);
}

static size_t descriptors(void)
{
    size_t count = 0;
    DIR *folder = opendir("/proc/self/fd");
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

static void nobody_stays_connected_to_a_relay_whose_library_has_left(void **state)
{
    struct stage stage;
    struct relay_http http;
    char heard[64];
    given_relay(&stage, &http);
    size_t before = descriptors();
    int fd = dial(stage_port(&stage, 1));
    say(fd, "POST\nbye\n");
    assert_int_equal(hear(fd, heard, 60), HEARD_END);
    assert_string_equal(heard, "POST\nbye\n");
    /* The client does not hang up, and yet only its own end is left soon. */
    for (int left = STAGE_WAIT_MS / 50; descriptors() > before + 1 && left > 0; left--)
        poll(NULL, 0, 50);
    assert_int_equal(descriptors(), before + 1);
    close(fd);
    stage_done(&stage);
}

static void a_slow_reader_slows_the_relay_and_loses_nothing(void **state)
{
    enum { LINES = 3000, LINE = 1000 };
    struct stage stage;
    struct relay_http http;
    given_relay(&stage, &http);
    int fd = dial(stage_port(&stage, 1));
    char line[LINE + 1];
    memset(line, 'y', LINE);
    line[LINE - 1] = '\n';
    line[LINE] = '\0';
    size_t said = 0, heard = 0;
    struct pollfd wait = {.fd = fd, .events = POLLIN | POLLOUT};
    while (heard < (size_t)LINES * LINE) {
        assert_int_equal(poll(&wait, 1, STAGE_WAIT_MS), 1);
        if (said < LINES && wait.revents & POLLOUT) {
            /* Writes first, as long as it goes: the answers pile up meanwhile. */
            if (send(fd, line, LINE, MSG_NOSIGNAL | MSG_DONTWAIT) == LINE)
                said++;
        } else if (wait.revents & POLLIN) {
            char some[5000];
            ssize_t got = recv(fd, some, sizeof some, 0);
            assert_true(got > 0);
            heard += (size_t)got;
        }
    }
    close(fd);
    stage_done(&stage);
}

static void a_websocket_on_the_path_is_the_gateways(void **state)
{
    static const struct {
        const char *head;
        bool is_upgrade;
    } rows[] = {
        {"GET /ws HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", true},
        {"GET /ws?access_token=x HTTP/1.1\r\nconnection: keep-alive , upgrade\r\n"
         "UPGRADE:WebSocket\r\n\r\n",
         true},
        {"GET /wsx HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", false},
        {"GET /ws HTTP/1.1\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n", false},
        {"GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n", false},
        {"GET /ws HTTP/1.1\r\n\r\n", false},
        {"PUT /ws HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", false},
        {"GET /ws", false},
        {"", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (relay_is_upgrade(rows[i].head, strlen(rows[i].head), "/ws") != rows[i].is_upgrade)
            fail_msg("%s", rows[i].head);

    struct stage stage;
    struct relay_http http;
    char heard[128];
    given_relay(&stage, &http);
    /* Nobody is behind the listener, and yet there is an answer: the gateway's own. */
    stage.wishes[1].upstream = 1;
    stage_reconcile(&stage);
    int fd = dial(stage_port(&stage, 1));
    say(fd, "GET /ws HTTP/1.1\r\nUpgrade: websocket\r\nConnec");
    assert_true(is_silent(fd));
    say(fd, "tion: Upgrade\r\n\r\n");
    assert_int_equal(hear(fd, heard, 18), HEARD_ENOUGH);
    assert_string_equal(heard, "GET /ws HTTP/1.1\r\n");
    close(fd);
    stage_done(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_go_to_the_service_and_back),
        cmocka_unit_test(a_half_closed_client_still_gets_its_answer),
        cmocka_unit_test(how_a_link_ends_is_told_to_client_and_service),
        cmocka_unit_test(a_refusing_listener_keeps_its_port),
        cmocka_unit_test(listeners_follow_the_wishes),
        cmocka_unit_test(a_port_in_use_is_an_error_that_says_which),
        cmocka_unit_test(what_is_no_websocket_is_relayed),
        cmocka_unit_test(nobody_stays_connected_to_a_relay_whose_library_has_left),
        cmocka_unit_test(a_slow_reader_slows_the_relay_and_loses_nothing),
        cmocka_unit_test(a_websocket_on_the_path_is_the_gateways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
