/* A socket that a library listens on changes hands. */
#include "support/cmocka_all.h"

#include "base/descriptors.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

static int listening(struct sockaddr_in *ret)
{
    socklen_t len = sizeof *ret;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    *ret = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    assert_int_equal(bind(fd, (struct sockaddr *)ret, sizeof *ret), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)ret, &len), 0);
    return fd;
}

static int dial(const struct sockaddr_in *to)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)to, sizeof *to), 0);
    return fd;
}

/* A library's, that waits with epoll, has one connection, and never learns of it. */
static void who_takes_a_listeners_place_gets_its_connections(void **state)
{
    struct sockaddr_in at, now;
    socklen_t len = sizeof now;
    int fd = listening(&at), before = dial(&at), accepted = accept(fd, NULL, NULL), quiet;
    int set = epoll_create1(0), other = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN};
    assert_int_equal(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event), 0);
    assert_int_equal(descriptor_bound(SOCK_STREAM, (struct sockaddr *)&at, sizeof at), fd);

    int taken = descriptor_take_over(fd, &quiet);
    assert_true(taken >= 0);
    assert_int_equal(accept(taken, NULL, NULL), -1);
    assert_int_equal(errno, EAGAIN);
    int after = dial(&at);
    assert_int_equal(epoll_wait(set, &event, 1, 0), 0);
    int second = accept(taken, NULL, NULL);
    assert_true(second >= 0);
    assert_int_equal(descriptor_bound(SOCK_STREAM, (struct sockaddr *)&at, sizeof at), taken);

    assert_int_equal(getsockname(fd, (struct sockaddr *)&now, &len), 0);
    assert_int_equal(ntohs(now.sin_port), quiet);
    assert_int_not_equal(now.sin_port, at.sin_port);
    assert_int_equal(accept(fd, NULL, NULL), -1);
    assert_int_equal(errno, EAGAIN);
    const int all[] = {fd, before, accepted, set, other, taken, after, second};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        close(all[i]);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_takes_a_listeners_place_gets_its_connections),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
