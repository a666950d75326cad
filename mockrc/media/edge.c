#include "media/edge.h"

#include "base/mem.h"
#include "media/edge_socket.h"
#include "media/session.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    TICK_US = 5000,   /* how exact what is due is */
    EVENTS_MAX = 128, /* packets for which the lock is held at once */
    DRAINED_MAX = 64, /* packets that came before the question for figures */
    SLOT_BITS = 20,   /* of an id; the rest counts, so that no id is used twice */
};

struct line {
    struct session session; /* first */
    int fd;
    struct edge_address source, described;
};

struct heard {
    uint64_t line;
    char digit;
};

struct media {
    media_digit_fn *digit;
    void *context;
    pthread_t thread;
    /* Whoever wants `lock` takes `gate` before and leaves it after: so the thread, which is seldom
     * without the lock, cannot pass by who waits. */
    pthread_mutex_t gate, lock;
    int epoll, wake;
    bool is_stopping, wants_srtp;
    struct line **lines;
    size_t count, cap, port_next;
    uint64_t serial;
    struct srtp_library *srtp;
    const char *srtp_trouble;
    int64_t due_us;      /* when the next tick is; 0: nothing is due */
    struct heard *heard; /* digits that somebody must be told */
    size_t heard_count, heard_cap;
};

static void enter(struct media *media)
{
    pthread_mutex_lock(&media->gate);
    pthread_mutex_lock(&media->lock);
    pthread_mutex_unlock(&media->gate);
}

static void leave(struct media *media)
{
    pthread_mutex_unlock(&media->lock);
}

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

static struct line *line_of(const struct media *media, uint64_t id)
{
    size_t slot = id & (((uint64_t)1 << SLOT_BITS) - 1);
    struct line *line = slot < media->count ? media->lines[slot] : NULL;
    return line && line->session.id == id ? line : NULL;
}

/* --- what sessions need --- */

static const struct edge_address *target_of(const struct session *session)
{
    const struct line *line = (const struct line *)session;
    return session->wish.is_sent_there ? &line->described : &line->source;
}

static bool can_send(void *context, const struct session *session)
{
    return target_of(session)->len > 0;
}

static bool send_to(void *context, struct session *session, const uint8_t *bytes, size_t len)
{
    const struct edge_address *to = target_of(session);
    return to->len && edge_socket_send(((struct line *)session)->fd, to, bytes, len);
}

static void digit_heard(void *context, struct session *session, char digit)
{
    struct media *media = context;
    xgrow(media->heard, media->heard_count, &media->heard_cap);
    media->heard[media->heard_count++] = (struct heard){session->id, digit};
}

static struct session *session_of(void *context, uint64_t id)
{
    struct line *line = line_of(context, id);
    return line ? &line->session : NULL;
}

static struct session_net net_of(struct media *media)
{
    return (struct session_net){
        .context = media,
        .now_us = now_us(),
        .send = send_to,
        .can_send = can_send,
        .digit = digit_heard,
        .line = session_of,
        .srtp = media->srtp,
        .srtp_trouble = media->srtp_trouble,
    };
}

/* --- the thread --- */

/* One datagram; false: there is none. */
static bool receive(struct media *media, struct line *line, const struct session_net *net)
{
    uint8_t bytes[RTP_DATAGRAM_MAX];
    bool is_new = !line->source.len;
    ssize_t len = edge_socket_receive(line->fd, bytes, sizeof bytes, &line->source);
    if (len < 0)
        return false;
    if (is_new)
        media->due_us = 1; /* now it can be sent to */
    session_hear(&line->session, net, bytes, (size_t)len);
    if (line->session.held && !media->due_us)
        media->due_us = 1; /* a fault holds its packets */
    return true;
}

static void tick(struct media *media, const struct session_net *net)
{
    if (!media->due_us || net->now_us < media->due_us)
        return;
    int64_t next_us = 0;
    for (size_t i = 0; i < media->count; i++) {
        int64_t due_us = media->lines[i] ? session_tick(&media->lines[i]->session, net) : 0;
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
    enter(media);
    media->wants_srtp = false;
    media->srtp = srtp;
    media->srtp_trouble = trouble;
    leave(media);
}

/* One round: what came, what is due, and outside the lock who must hear of digits. */
static void serve(struct media *media, const struct epoll_event *events, int count)
{
    enter(media);
    struct session_net net = net_of(media);
    for (int i = 0; i < count; i++) {
        struct line *line = line_of(media, events[i].data.u64);
        if (line)
            receive(media, line, &net);
        else if (!events[i].data.u64)
            drain_wake(media);
    }
    tick(media, &net);
    struct heard *heard = media->heard;
    size_t heard_count = media->heard_count;
    media->heard = NULL;
    media->heard_count = media->heard_cap = 0;
    bool wants_srtp = media->wants_srtp;
    leave(media);
    for (size_t i = 0; i < heard_count; i++)
        media->digit(media->context, heard[i].line, heard[i].digit);
    free(heard);
    if (wants_srtp)
        load_srtp(media);
}

static int wait_ms(struct media *media)
{
    enter(media);
    int64_t due_us = media->due_us, left_us = due_us ? due_us - now_us() : 0;
    leave(media);
    return !due_us ? -1 : left_us <= 0 ? 0 : (int)((left_us + 999) / 1000);
}

static bool is_stopping(struct media *media)
{
    enter(media);
    bool is = media->is_stopping;
    leave(media);
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

static void wake(struct media *media)
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
    enter(media);
    media->is_stopping = true;
    leave(media);
    wake(media);
    pthread_join(media->thread, NULL);
    media_clear(media);
    media_free(media);
}

/* --- lines --- */

static size_t free_slot(struct media *media)
{
    size_t slot = 0;
    while (slot < media->count && media->lines[slot])
        slot++;
    if (slot == media->count) {
        xgrow(media->lines, media->count, &media->cap);
        media->lines[media->count++] = NULL;
    }
    return slot;
}

static int bind_any(struct media *media, const char *bind, int first, int last, int *ret_port)
{
    int count = last >= first ? last - first + 1 : 1;
    if (!first)
        return edge_socket_open(bind, 0, ret_port);
    for (int i = 0; i < count; i++) {
        int port = first + (int)(media->port_next++ % (size_t)count);
        int fd = port <= UINT16_MAX ? edge_socket_open(bind, port, ret_port) : -1;
        if (fd >= 0)
            return fd;
    }
    return -1;
}

bool media_open(struct media *media, const char *bind, int first, int last, uint64_t seed,
                uint64_t *ret_id, int *ret_port)
{
    enter(media);
    int fd = bind_any(media, bind, first, last, ret_port);
    size_t slot = fd >= 0 ? free_slot(media) : 0;
    if (fd >= 0) {
        uint64_t id = ++media->serial << SLOT_BITS | slot;
        struct epoll_event event = {.events = EPOLLIN, .data.u64 = id};
        struct line *line = xcalloc(1, sizeof *line);
        session_init(&line->session, id, seed);
        line->fd = fd;
        media->lines[slot] = line;
        epoll_ctl(media->epoll, EPOLL_CTL_ADD, fd, &event);
        *ret_id = id;
    }
    leave(media);
    return fd >= 0;
}

void media_set(struct media *media, uint64_t id, const struct media_wish *wish)
{
    enter(media);
    struct line *line = line_of(media, id);
    if (line) {
        session_set(&line->session, wish);
        edge_address_read(wish->address, wish->port, &line->described);
        media->wants_srtp |= wish->is_secure && !media->srtp && !media->srtp_trouble;
    }
    leave(media);
    wake(media);
}

bool media_dial(struct media *media, uint64_t id, const char *digits)
{
    enter(media);
    struct line *line = line_of(media, id);
    bool is_taken = line && session_dial(&line->session, digits);
    leave(media);
    wake(media);
    return is_taken;
}

bool media_read(struct media *media, uint64_t id, struct media_figures *ret)
{
    enter(media);
    struct line *line = line_of(media, id);
    struct session_net net = net_of(media);
    for (int i = 0; line && i < DRAINED_MAX && receive(media, line, &net); i++)
        ;
    if (line)
        session_read(&line->session, ret);
    leave(media);
    return line != NULL;
}

static void end(struct media *media, size_t slot)
{
    struct line *line = media->lines[slot];
    media->lines[slot] = NULL;
    close(line->fd); /* epoll forgets it */
    session_done(&line->session);
    free(line);
}

void media_close(struct media *media, uint64_t id)
{
    enter(media);
    if (line_of(media, id))
        end(media, id & (((uint64_t)1 << SLOT_BITS) - 1));
    leave(media);
}

void media_clear(struct media *media)
{
    if (!media)
        return;
    enter(media);
    for (size_t i = 0; i < media->count; i++)
        if (media->lines[i])
            end(media, i);
    leave(media);
}
