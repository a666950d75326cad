#include "front/front.h"

#include "base/mem.h"
#include "front/parts.h"
#include "world/clock.h"

#include <errno.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { EVENTS = 64 };

/* What another thread asks of the front's own, and waits for. */
struct front_errand {
    struct front_errand *next;
    int (*run)(struct front *front, const struct front_errand *errand);
    struct diag *diag;
    uint64_t ca;     /* front_ca_pem's */
    struct buf *out; /* the same */
    int err;
    bool is_done;
};

void watch_set(struct front *front, struct watch *watch, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = watch};
    if (watch->events == events)
        return;
    int op = !watch->events ? EPOLL_CTL_ADD : events ? EPOLL_CTL_MOD : EPOLL_CTL_DEL;
    watch->events = events;
    epoll_ctl(front->epoll, op, watch->fd, &event);
}

static void poke(struct front *front)
{
    uint64_t one = 1;
    ssize_t written = write(front->wakeup.fd, &one, sizeof one);
    (void)written; /* a full counter wakes as well */
}

static struct front_errand *take_errand(struct front *front)
{
    pthread_mutex_lock(&front->lock);
    struct front_errand *errand = front->errands;
    if (errand)
        front->errands = errand->next;
    pthread_mutex_unlock(&front->lock);
    return errand;
}

static void run_errands(struct front *front)
{
    for (struct front_errand *errand; (errand = take_errand(front));) {
        errand->err = errand->run(front, errand);
        pthread_mutex_lock(&front->lock);
        errand->is_done = true;
        pthread_cond_broadcast(&front->answered);
        pthread_mutex_unlock(&front->lock);
    }
}

/* Once per service and context, however many roles it is mounted at. */
static void tell_services(struct front *front)
{
    const struct front_mount *mounts = front->options.mounts;
    for (size_t i = 0; i < FRONT_ROLE_COUNT; i++) {
        bool is_told = !mounts[i].service || !mounts[i].service->woken;
        for (size_t j = 0; j < i && !is_told; j++)
            is_told =
                mounts[j].service == mounts[i].service && mounts[j].context == mounts[i].context;
        if (!is_told)
            mounts[i].service->woken(front, mounts[i].context);
    }
}

static void on_wakeup(struct watch *watch, uint32_t events)
{
    struct front *front = (struct front *)((char *)watch - offsetof(struct front, wakeup));
    uint64_t count;
    ssize_t got = read(watch->fd, &count, sizeof count);
    (void)got;
    pthread_mutex_lock(&front->lock);
    bool is_woken = front->is_woken;
    front->is_woken = false;
    pthread_mutex_unlock(&front->lock);
    if (is_woken)
        tell_services(front);
    run_errands(front);
}

static int wait_ms(const struct front *front)
{
    int64_t due = timers_next(&front->timers);
    if (due < 0)
        return -1;
    return due <= front->now_ms          ? 0
           : due - front->now_ms > 60000 ? 60000
                                         : (int)(due - front->now_ms);
}

static void settle(struct front *front)
{
    while (front->queued) {
        struct link *link = front->queued;
        front->queued = link->later;
        link->is_queued = false;
        link_work(link);
    }
    listeners_bury(front);
}

/* What clients did on connections is dealt with before new ones are accepted, which they made later, and
 * before what other threads ask is answered. */
static void dispatch(struct front *front, struct epoll_event *events, int count)
{
    int late = 0;
    for (int i = 0; i < count; i++) {
        struct watch *watch = events[i].data.ptr;
        if (watch->is_late)
            events[late++] = events[i];
        else
            watch->ready(watch, events[i].events);
    }
    settle(front);
    for (int i = 0; i < late; i++) {
        struct watch *watch = events[i].data.ptr;
        watch->ready(watch, events[i].events);
    }
    settle(front);
}

static void *live(void *arg)
{
    struct front *front = arg;
    struct epoll_event events[EVENTS];
    if (front->options.makes_ca)
        seals_make_ca(front->seals, 0);
    while (!front->is_stopping) {
        front->now_ms = clock_machine_ms();
        timers_run(&front->timers, front->now_ms);
        settle(front);
        int count = epoll_wait(front->epoll, events, EVENTS, wait_ms(front));
        front->now_ms = clock_machine_ms();
        dispatch(front, events, count);
    }
    listeners_done(front);
    while (front->links) {
        link_end(front->links, LINK_END_STOPPED);
        settle(front);
    }
    return NULL;
}

static int send_errand(struct front *front, struct front_errand *errand)
{
    pthread_mutex_lock(&front->lock);
    struct front_errand **last = &front->errands;
    while (*last)
        last = &(*last)->next;
    *last = errand;
    poke(front);
    while (!errand->is_done)
        pthread_cond_wait(&front->answered, &front->lock);
    pthread_mutex_unlock(&front->lock);
    return errand->err;
}

static int leave(struct front *front, const struct front_errand *errand)
{
    front->is_stopping = true;
    return ERR_OK;
}

static int nothing(struct front *front, const struct front_errand *errand)
{
    return ERR_OK;
}

static int reconcile(struct front *front, const struct front_errand *errand)
{
    return listeners_reconcile(front, errand->diag);
}

static int write_ca(struct front *front, const struct front_errand *errand)
{
    seals_ca_pem(front->seals, errand->ca, errand->out);
    return ERR_OK;
}

static int read_address(struct front *front, struct diag *diag)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)&front->address;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&front->address;
    if (inet_pton(AF_INET, front->bind, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        front->address_len = sizeof *v4;
    } else if (inet_pton(AF_INET6, front->bind, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        front->address_len = sizeof *v6;
    } else {
        return diag_set(diag, ERR_ENV, NULL, 0, 0, "cannot listen on \"%s\": wanted an address",
                        front->bind);
    }
    return ERR_OK;
}

static int begin(struct front *front, struct diag *diag)
{
    int err = read_address(front, diag);
    if (!err)
        err = seals_new(front->options.keylog, &front->seals, diag);
    if (err)
        return err;
    front->epoll = epoll_create1(EPOLL_CLOEXEC);
    front->wakeup = (struct watch){
        .fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), .is_late = true, .ready = on_wakeup};
    if (front->epoll < 0 || front->wakeup.fd < 0)
        return diag_set(diag, ERR_ENV, NULL, 0, 0, "the front gets no event loop: %s",
                        strerror(errno));
    watch_set(front, &front->wakeup, EPOLLIN);
    if (pthread_create(&front->thread, NULL, live, front) != 0)
        return diag_set(diag, ERR_ENV, NULL, 0, 0, "the front gets no thread");
    front->has_thread = true;
    return ERR_OK;
}

int front_start(const struct front_options *options, struct front **ret, struct diag *diag)
{
    struct front *front = xcalloc(1, sizeof *front);
    front->options = *options;
    front->bind = xstrdup(options->bind);
    front->options.bind = front->bind;
    front->epoll = front->wakeup.fd = -1;
    front->look.fire = listeners_look;
    pthread_mutex_init(&front->lock, NULL);
    pthread_cond_init(&front->answered, NULL);
    int err = begin(front, diag);
    if (err)
        front_stop(front);
    else
        *ret = front;
    return err;
}

int front_reconcile(struct front *front, struct diag *diag)
{
    struct front_errand errand = {.run = reconcile, .diag = diag};
    return send_errand(front, &errand);
}

/* The first errand is met before the round's new connections are accepted, the second one when what came
 * on them has been dealt with. */
void front_catch_up(struct front *front)
{
    for (int i = 0; i < 2; i++) {
        struct front_errand errand = {.run = nothing};
        send_errand(front, &errand);
    }
}

void front_ca_pem(struct front *front, uint64_t ca, struct buf *out)
{
    struct front_errand errand = {.run = write_ca, .ca = ca, .out = out};
    send_errand(front, &errand);
}

void front_wake(struct front *front)
{
    pthread_mutex_lock(&front->lock);
    if (!front->is_woken) {
        front->is_woken = true;
        poke(front);
    }
    pthread_mutex_unlock(&front->lock);
}

void front_stop(struct front *front)
{
    if (!front)
        return;
    if (front->has_thread) {
        struct front_errand errand = {.run = leave};
        send_errand(front, &errand);
        pthread_join(front->thread, NULL);
    }
    if (front->wakeup.fd >= 0)
        close(front->wakeup.fd);
    if (front->epoll >= 0)
        close(front->epoll);
    listeners_free(front);
    seals_free(front->seals);
    timers_done(&front->timers);
    pthread_cond_destroy(&front->answered);
    pthread_mutex_destroy(&front->lock);
    free(front->bind);
    free(front);
}
