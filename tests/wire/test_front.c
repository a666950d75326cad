/* The front alone: listeners and links, with services of the test's own. */
#include "support/front_stage.h"

#include <stdlib.h>
#include <sys/resource.h>

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

static int64_t used_us(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * INT64_C(1000000) +
           used.ru_utime.tv_usec + used.ru_stime.tv_usec;
}

/* Its socket is ready for ever then, and gives nothing. */
static void a_listener_that_somebody_shuts_down_does_not_spin(void **state)
{
    enum { WATCHED_MS = 200 };
    struct stage stage;
    given_echo(&stage);
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&any, sizeof any), 0);
    assert_int_equal(listen(fd, 1), 0);
    int ours = dup(fd);
    stage_add(&stage, FRONT_SIP_TCP, "given tcp")->fd = fd;
    stage_reconcile(&stage);
    shutdown(ours, SHUT_RDWR);
    front_catch_up(stage.front); /* it knows */
    int64_t before = used_us();
    poll(NULL, 0, WATCHED_MS);
    assert_true(used_us() - before < WATCHED_MS * 1000 / 4);
    close(ours);
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
        cmocka_unit_test(a_listener_that_somebody_shuts_down_does_not_spin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
