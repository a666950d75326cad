#include "media/edge_parts.h"

#include "base/mem.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    TICK_US = 5000,   /* how exact what is due is */
    EVENTS_MAX = 128, /* packets for which the lock is held at once */
    ROUND_US = 2000, /* nor longer than that: a step of a handshake takes as long as many packets */
};

void media_enter(struct media *media)
{
    pthread_mutex_lock(&media->gate);
    pthread_mutex_lock(&media->lock);
    pthread_mutex_unlock(&media->gate);
}

void media_leave(struct media *media)
{
    pthread_mutex_unlock(&media->lock);
}

/* --- the thread --- */

static void tick(struct media *media, const struct session_net *net)
{
    if (!media->due_us || net->now_us < media->due_us)
        return;
    int64_t next_us = 0;
    for (size_t i = 0; i < media->count; i++) {
        struct line *line = media->lines[i];
        int64_t due_us = line ? line_tick(media, line, net) : 0;
        if (due_us && (!next_us || due_us < next_us))
            next_us = due_us;
    }
    int64_t soonest_us = net->now_us + TICK_US;
    media->due_us = next_us && next_us < soonest_us ? soonest_us : next_us;
}

static void drain_wake(struct media *media)
{
    uint64_t count;
    while (read(media->wake, &count, sizeof count) > 0)
        ;
    media->due_us = 1; /* something was asked for: look at every line */
}

/* Loading takes milliseconds: not under the lock. */
static void load_srtp(struct media *media)
{
    const char *trouble;
    struct srtp_library *srtp = srtp_library_open(&trouble);
    media_enter(media);
    media->wants_srtp = false;
    media->srtp = srtp;
    media->srtp_trouble = trouble;
    media_leave(media);
}

/* One round: what came, what is due, and outside the lock who must hear of digits. */
static void serve(struct media *media, const struct epoll_event *events, int count)
{
    media_enter(media);
    struct session_net net = line_net(media);
    for (int i = 0; i < count && line_net(media).now_us - net.now_us < ROUND_US; i++) {
        struct line *line = line_find(media, events[i].data.u64);
        if (line)
            line_receive(media, line, &net);
        else if (!events[i].data.u64)
            drain_wake(media);
    }
    tick(media, &net);
    struct heard *heard = media->heard;
    size_t heard_count = media->heard_count;
    media->heard = NULL;
    media->heard_count = media->heard_cap = 0;
    bool wants_srtp = media->wants_srtp;
    media_leave(media);
    for (size_t i = 0; i < heard_count; i++)
        media->digit(media->context, heard[i].line, heard[i].digit);
    free(heard);
    if (wants_srtp)
        load_srtp(media);
}

static int wait_ms(struct media *media)
{
    media_enter(media);
    int64_t due_us = media->due_us, left_us = due_us ? due_us - line_net(media).now_us : 0;
    media_leave(media);
    return !due_us ? -1 : left_us <= 0 ? 0 : (int)((left_us + 999) / 1000);
}

static bool is_stopping(struct media *media)
{
    media_enter(media);
    bool is = media->is_stopping;
    media_leave(media);
    return is;
}

static void *live(void *arg)
{
    struct media *media = arg;
    struct epoll_event events[EVENTS_MAX];
    while (!is_stopping(media)) {
        int count = epoll_wait(media->epoll, events, EVENTS_MAX, wait_ms(media));
        serve(media, events, count < 0 ? 0 : count);
    }
    return NULL;
}

/* --- life --- */

void media_wake(struct media *media)
{
    uint64_t one = 1;
    while (write(media->wake, &one, sizeof one) < 0 && errno == EINTR)
        ;
}

static void raise_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static void media_free(struct media *media)
{
    if (media->epoll >= 0)
        close(media->epoll);
    if (media->wake >= 0)
        close(media->wake);
    srtp_library_close(media->srtp);
    dtls_identity_free(media->identity);
    pthread_mutex_destroy(&media->gate);
    pthread_mutex_destroy(&media->lock);
    free(media->heard);
    free(media->lines);
    free(media);
}

struct media *media_start(media_digit_fn *digit, void *context)
{
    struct media *media = xcalloc(1, sizeof *media);
    struct epoll_event event = {.events = EPOLLIN};
    raise_limit();
    media->digit = digit;
    media->context = context;
    pthread_mutex_init(&media->gate, NULL);
    pthread_mutex_init(&media->lock, NULL);
    media->epoll = epoll_create1(EPOLL_CLOEXEC);
    media->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (media->epoll >= 0 && media->wake >= 0 &&
        epoll_ctl(media->epoll, EPOLL_CTL_ADD, media->wake, &event) == 0 &&
        pthread_create(&media->thread, NULL, live, media) == 0)
        return media;
    media_free(media);
    return NULL;
}

void media_stop(struct media *media)
{
    if (!media)
        return;
    media_enter(media);
    media->is_stopping = true;
    media_leave(media);
    media_wake(media);
    pthread_join(media->thread, NULL);
    media_clear(media);
    media_free(media);
}
