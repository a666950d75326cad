/* Many calls with audio both ways at once, each 50 packets a second, and none lost. How many and for
 * how long the environment may say: MOCKRC_RTP_CALLS (40), MOCKRC_RTP_SECONDS (2); MOCKRC_RTP_PAIRS=1
 * has phones call each other instead of a party that echoes. Tells what the simulator's and the
 * test's threads used of a core. */
#include "support/rtp_phone.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>

#define PARTY "12025559999"
#define PLAIN "RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n"

enum { CALLS = 40, SECONDS = 2, CALLS_MAX = 4000, FRAME_US = 20000, SLICES = 10 };

static long setting(const char *name, long otherwise)
{
    const char *text = getenv(name);
    return text ? strtol(text, NULL, 10) : otherwise;
}

static int64_t clock_us(clockid_t which)
{
    struct timespec now;
    clock_gettime(which, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

struct load {
    struct rtp_call *calls;
    size_t count;
    int epoll;
    uint64_t sent, heard;
};

/* All that has come by now: every packet is one of ours come back, so none may be missing. */
static void hear_all(struct load *load, int wait_ms)
{
    struct epoll_event events[256];
    uint8_t bytes[RTP_DATAGRAM_MAX];
    int count = epoll_wait(load->epoll, events, 256, wait_ms);
    for (int i = 0; i < count; i++)
        while (recv(load->calls[events[i].data.u32].fd, bytes, sizeof bytes, MSG_DONTWAIT) > 0)
            load->heard++;
}

/* Each call's frame is due every 20 ms; the calls are spread over it. */
static void talk(struct load *load, long seconds)
{
    int64_t start_us = clock_us(CLOCK_MONOTONIC);
    for (long frame = 0; frame < seconds * 50; frame++)
        for (size_t slice = 0; slice < SLICES; slice++) {
            int64_t due_us = start_us + frame * FRAME_US + (int64_t)slice * FRAME_US / SLICES;
            do
                hear_all(load, 1); /* at most that late */
            while (clock_us(CLOCK_MONOTONIC) < due_us);
            for (size_t i = slice; i < load->count; i += SLICES) {
                call_says(&load->calls[i], (uint8_t)frame);
                load->sent++;
            }
        }
    int64_t end_us = clock_us(CLOCK_MONOTONIC) + 10 * INT64_C(1000000);
    while (load->heard < load->sent && clock_us(CLOCK_MONOTONIC) < end_us)
        hear_all(load, 100);
}

static void hears_of(struct load *load, size_t i)
{
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
    assert_int_equal(epoll_ctl(load->epoll, EPOLL_CTL_ADD, load->calls[i].fd, &event), 0);
}

/* Opens the way both ways and takes what ringback came, so that every further packet counts. */
static void opens_way(struct load *load, size_t i)
{
    uint8_t bytes[RTP_DATAGRAM_MAX];
    assert_int_equal(send(load->calls[i].fd, "hello", 5, 0), 5);
    while (call_gets(&load->calls[i], bytes, sizeof bytes, 0) >= 0)
        ;
    hears_of(load, i);
}

static void calls_lose_nothing(void **state)
{
    static const char *const sets[] = {"sip.party.after=0s", "sip.max_calls=0", NULL};
    struct load load = {.count = (size_t)setting("MOCKRC_RTP_CALLS", CALLS)};
    long seconds = setting("MOCKRC_RTP_SECONDS", SECONDS);
    bool is_pairs = setting("MOCKRC_RTP_PAIRS", 0) != 0;
    struct rlimit files;
    struct rtp_phone one, two;
    assert_true(load.count > 1 && load.count <= CALLS_MAX && seconds < 60);
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    load.calls = calloc(load.count, sizeof *load.calls);
    load.epoll = epoll_create1(EPOLL_CLOEXEC);
    struct sim *sim = given_sim(sets);
    phone_opens(&one, sim, 0);
    phone_opens(&two, sim, 1);
    const char *number = is_pairs ? two.number : PARTY;
    for (size_t i = 0; i < load.count; i += 1 + is_pairs) {
        char id[32];
        snprintf(id, sizeof id, "c%zu", i);
        phone_calls(&one, &load.calls[i], id, number, PLAIN);
        if (is_pairs)
            phone_answers(&two, &load.calls[i + 1], PLAIN);
        phone_is_answered(&one, &load.calls[i], number);
        awaits_event(sim, "media.start", EVENT_AOR, is_pairs ? two.aor : one.aor,
                     (int)(i / (1 + is_pairs)));
        for (size_t j = i; j <= i + is_pairs; j++)
            opens_way(&load, j);
    }
    int64_t own_us = clock_us(CLOCK_THREAD_CPUTIME_ID), all_us = clock_us(CLOCK_PROCESS_CPUTIME_ID);
    int64_t start_us = clock_us(CLOCK_MONOTONIC);
    talk(&load, seconds);
    double took = (double)(clock_us(CLOCK_MONOTONIC) - start_us);
    double own = (double)(clock_us(CLOCK_THREAD_CPUTIME_ID) - own_us);
    double all = (double)(clock_us(CLOCK_PROCESS_CPUTIME_ID) - all_us);
    printf("# %zu lines, %ld s of audio in %.1f s: %llu packets sent, %llu heard; of a core: "
           "simulator %.0f %%, phones %.0f %%\n",
           load.count, seconds, took / 1e6, (unsigned long long)load.sent,
           (unsigned long long)load.heard, 100 * (all - own) / took, 100 * own / took);
    assert_int_equal(load.heard, load.sent);
    for (size_t i = 0; i < load.count; i += 1 + is_pairs)
        phone_hangs_up(&one, &load.calls[i], number);
    for (size_t i = 0; i < load.count / (1 + is_pairs); i++) {
        struct event leg = awaits_event(sim, "media.leg", EVENT_AOR, one.aor, (int)i);
        assert_int_equal(event_number(&leg, EVENT_RECEIVED), seconds * 50);
        assert_int_equal(event_number(&leg, EVENT_LOST), 0);
    }
    for (size_t i = 1; is_pairs && i < load.count; i += 2)
        close(load.calls[i].fd);
    close(load.epoll);
    free(load.calls);
    phone_closes(&one);
    phone_closes(&two);
    sim_stop(sim);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_lose_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
