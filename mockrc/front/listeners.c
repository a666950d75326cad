/* The listeners: what is open, and what should be. */
#include "front/parts.h"

#include "base/mem.h"
#include "base/text.h"
#include "world/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { BACKLOG = 1024, ACCEPTS = 64, REST_MS = 100, LOOK_MS = 50 };

static struct listener_slot *of_rest(struct timer *timer)
{
    return (struct listener_slot *)((char *)timer - offsetof(struct listener_slot, rest));
}

static void set_port(struct sockaddr_storage *address, int port)
{
    if (address->ss_family == AF_INET6)
        ((struct sockaddr_in6 *)address)->sin6_port = htons((uint16_t)port);
    else
        ((struct sockaddr_in *)address)->sin_port = htons((uint16_t)port);
}

void address_text(const struct sockaddr_storage *address, char *out, size_t out_len, int *ret_port)
{
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)address;
    bool is_v6 = address->ss_family == AF_INET6;
    inet_ntop(address->ss_family, is_v6 ? (const void *)&v6->sin6_addr : &v4->sin_addr, out,
              (socklen_t)out_len);
    *ret_port = ntohs(is_v6 ? v6->sin6_port : v4->sin_port);
}

int address_port(int fd)
{
    struct sockaddr_storage address;
    socklen_t len = sizeof address;
    char text[LINK_PEER_LEN];
    int port = 0;
    if (getsockname(fd, (struct sockaddr *)&address, &len) == 0)
        address_text(&address, text, sizeof text, &port);
    return port;
}

/* Nothing can be accepted though the socket is ready, mostly because no descriptor is left: others will
 * close some. Until then it is not waited for, which would be without end. */
static void rest(struct listener_slot *slot)
{
    watch_set(slot->front, &slot->watch, 0);
    timer_set(&slot->front->timers, &slot->rest, slot->front->now_ms + REST_MS);
}

static void rested(struct timer *timer)
{
    struct listener_slot *slot = of_rest(timer);
    watch_set(slot->front, &slot->watch, EPOLLIN);
}

static void on_connection(struct watch *watch, uint32_t events)
{
    struct listener_slot *slot = (struct listener_slot *)watch;
    for (int i = 0; i < ACCEPTS; i++) {
        struct sockaddr_storage peer;
        socklen_t len = sizeof peer;
        int fd = accept4(watch->fd, (struct sockaddr *)&peer, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            link_accept(slot, fd, &peer);
            continue;
        }
        if (errno == EINTR || errno == ECONNABORTED)
            continue;
        if (errno != EAGAIN)
            rest(slot);
        return;
    }
}

/* A socket bound to `port`; -1 and errno. */
static int bound(struct front *front, int port)
{
    struct sockaddr_storage address = front->address;
    int yes = 1, fd = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    set_port(&address, port);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd, (struct sockaddr *)&address, front->address_len) == 0)
        return fd;
    int failed = errno;
    close(fd);
    errno = failed;
    return -1;
}

/* Listens, or keeps the port and refuses. To stop listening takes another socket: one that listened
 * cannot be told to stop and keep its port. */
static int set_listening(struct listener_slot *slot, bool is_listening)
{
    struct front *front = slot->front;
    if (is_listening) {
        if (listen(slot->watch.fd, BACKLOG) != 0)
            return -1;
        watch_set(front, &slot->watch, EPOLLIN);
    } else if (slot->is_listening) {
        timer_stop(&front->timers, &slot->rest);
        watch_set(front, &slot->watch, 0);
        shutdown(slot->watch.fd, SHUT_RDWR); /* another thread may still wait for it */
        close(slot->watch.fd);
        slot->watch.fd = bound(front, slot->port);
        if (slot->watch.fd < 0)
            return -1;
    }
    slot->is_listening = is_listening;
    return 0;
}

static void die(struct link *link)
{
    link_end(link, LINK_END_STOPPED);
}

static void tell(struct listener_slot *slot)
{
    slot->front->options.opened(slot->front->options.context, &slot->wish, slot->port);
}

static void close_slot(struct listener_slot *slot)
{
    struct front *front = slot->front;
    timer_stop(&front->timers, &slot->rest);
    watch_set(front, &slot->watch, 0);
    if (slot->watch.fd >= 0)
        close(slot->watch.fd);
    slot->watch.fd = -1;
    slot->port = 0;
    slot->is_listening = false;
    links_of_listener(slot, die);
}

static int open_slot(struct listener_slot *slot, struct diag *diag)
{
    struct front *front = slot->front;
    int fd = slot->wish.fd > 0 ? slot->wish.fd : bound(front, slot->wish.port);
    if (fd >= 0) {
        slot->watch = (struct watch){.fd = fd, .is_late = true, .ready = on_connection};
        slot->port = address_port(fd);
        slot->is_listening = slot->wish.fd > 0;
        if (set_listening(slot, !slot->wish.is_refusing) == 0)
            return ERR_OK;
    }
    int failed = errno;
    close_slot(slot);
    return diag_set(diag, ERR_ENV, NULL, 0, 0, "cannot listen for %s on %s port %d: %s",
                    slot->wish.name, front->bind, slot->wish.port, strerror(failed));
}

static struct listener_slot *slot_new(struct front *front)
{
    struct listener_slot *slot = xcalloc(1, sizeof *slot);
    slot->front = front;
    slot->watch.fd = -1;
    slot->rest.fire = rested;
    return slot;
}

/* The wishes as they are now. */
static size_t read_wishes(struct front *front, struct front_wish **ret)
{
    struct front_wish *wishes = NULL;
    size_t count = 0, cap = 0;
    for (size_t i = 0;; i++) {
        struct front_wish wish = {0};
        if (!front->options.wish(front->options.context, i, &wish))
            break;
        wish.is_open = wish.is_open && front->options.mounts[wish.role].service;
        xgrow(wishes, count, &cap);
        wishes[count++] = wish;
    }
    *ret = wishes;
    return count;
}

static bool is_as_wished(const struct listener_slot *slot, const struct front_wish *wish)
{
    return slot->port ? wish->is_open && slot->wish.generation == wish->generation &&
                            slot->wish.role == wish->role
                      : !wish->is_open;
}

/* One reconciliation. */
struct change {
    struct front *front;
    struct front_wish *wishes; /* one per slot; past the last wish: closed */
    size_t wished;
    struct listener_slot **leaving;
    bool *is_new;
};

/* The listener of that role and port, out of those that leave: it goes on under another name, with
 * its connections. */
static struct listener_slot *take_over(const struct change *change, const struct front_wish *wish)
{
    for (size_t i = 0; i < change->front->slot_count; i++) {
        struct listener_slot *slot = change->leaving[i];
        if (!slot || slot->port != wish->port || slot->wish.role != wish->role)
            continue;
        change->leaving[i] = NULL;
        return slot;
    }
    return NULL;
}

static void rename_link(struct link *link)
{
    link->facts.proxy = link->listener->wish.proxy;
    link->facts.upstream = link->listener->wish.upstream;
}

/* What of a wish an open listener takes over as it is. */
static void adopt(struct listener_slot *slot, const struct front_wish *wish)
{
    bool is_changed = slot->wish.proxy != wish->proxy || slot->wish.upstream != wish->upstream;
    bool restarts = slot->wish.restarts != wish->restarts;
    slot->wish = *wish;
    if (restarts)
        links_of_listener(slot, die);
    if (is_changed)
        links_of_listener(slot, rename_link);
    if (slot->port && slot->is_listening == wish->is_refusing) {
        set_listening(slot, !wish->is_refusing);
        tell(slot);
    }
}

static void part(struct change *change)
{
    struct front *front = change->front;
    for (size_t i = 0; i < front->slot_count; i++) {
        struct listener_slot *slot = front->slots[i];
        change->is_new[i] = !is_as_wished(slot, &change->wishes[i]);
        if (change->is_new[i] && slot->port) {
            change->leaving[i] = slot;
            front->slots[i] = slot_new(front);
        }
    }
}

static void rejoin(struct change *change)
{
    struct front *front = change->front;
    for (size_t i = 0; i < front->slot_count; i++) {
        const struct front_wish *wish = &change->wishes[i];
        bool opens = change->is_new[i] && wish->is_open && wish->port;
        struct listener_slot *old = opens ? take_over(change, wish) : NULL;
        if (old) {
            free(front->slots[i]);
            front->slots[i] = old;
        }
        adopt(front->slots[i], wish);
    }
}

static int open_slots(const struct change *change, bool any_port, struct diag *diag)
{
    int err = ERR_OK;
    for (size_t i = 0; i < change->front->slot_count; i++) {
        struct listener_slot *slot = change->front->slots[i];
        if (slot->port || !slot->wish.is_open || (slot->wish.port == 0) != any_port)
            continue;
        int failed = open_slot(slot, err ? NULL : diag);
        err = err ? err : failed;
    }
    return err;
}

/* Its links look at it until they have ended, in this turn of the loop. */
static void retire(struct listener_slot *slot)
{
    close_slot(slot);
    slot->retired = slot->front->retired;
    slot->front->retired = slot;
}

static int perform(struct change *change, struct diag *diag)
{
    struct front *front = change->front;
    part(change);
    rejoin(change);
    /* New addresses are opened while the old ones are still held, so that a proxy that moves cannot
     * be given the port it leaves. */
    int err = open_slots(change, true, diag);
    for (size_t i = 0; i < front->slot_count; i++)
        if (change->leaving[i])
            retire(change->leaving[i]);
    int other = open_slots(change, false, err ? NULL : diag);
    for (size_t i = 0; i < front->slot_count; i++)
        if (change->is_new[i] && i < change->wished)
            tell(front->slots[i]);
    return err ? err : other;
}

int listeners_reconcile(struct front *front, struct diag *diag)
{
    struct change change = {.front = front};
    change.wished = read_wishes(front, &change.wishes);
    while (front->slot_count < change.wished) {
        xgrow(front->slots, front->slot_count, &front->slot_cap);
        front->slots[front->slot_count++] = slot_new(front);
    }
    change.wishes = xrealloc(change.wishes, (front->slot_count + 1) * sizeof *change.wishes);
    for (size_t i = change.wished; i < front->slot_count; i++)
        change.wishes[i] = (struct front_wish){.role = front->slots[i]->wish.role};
    change.leaving = xcalloc(front->slot_count + 1, sizeof *change.leaving);
    change.is_new = xcalloc(front->slot_count + 1, sizeof *change.is_new);
    int err = perform(&change, diag);
    bool is_timed = false;
    for (size_t i = 0; i < change.wished; i++)
        is_timed |= change.wishes[i].is_timed;
    if (is_timed)
        timer_set(&front->timers, &front->look, front->now_ms + LOOK_MS);
    else
        timer_stop(&front->timers, &front->look);
    free(change.wishes);
    free(change.leaving);
    free(change.is_new);
    return err;
}

void listeners_look(struct timer *timer)
{
    listeners_reconcile((struct front *)((char *)timer - offsetof(struct front, look)), NULL);
}

void listeners_bury(struct front *front)
{
    while (front->retired) {
        struct listener_slot *slot = front->retired;
        front->retired = slot->retired;
        free(slot);
    }
}

void listeners_free(struct front *front)
{
    for (size_t i = 0; i < front->slot_count; i++)
        free(front->slots[i]);
    free(front->slots);
}

void listeners_done(struct front *front)
{
    for (size_t i = 0; i < front->slot_count; i++)
        close_slot(front->slots[i]);
}
