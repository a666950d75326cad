/* The life of links, and what services ask of them. */
#include "front/parts.h"

#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

static void timer_fired(struct timer *timer)
{
    struct link *link = (struct link *)((char *)timer - offsetof(struct link, timer));
    if (link->phase == LINK_LINGERING)
        link_end(link, link->end);
    else if (link->service->timer)
        link->service->timer(link);
    link_queue(link);
}

/* The handshake has taken too long, or a fault has more to do. */
static void pace_fired(struct timer *timer)
{
    struct link *link = (struct link *)((char *)timer - offsetof(struct link, pace));
    bool is_handshake = link->phase == LINK_SHAKING && link->fault.kind != BYTES_STALL;
    if (is_handshake)
        link_fail(link, "the client did not finish the handshake in time");
    else
        link_fault_timer(link);
}

struct link *link_new(struct front *front, struct listener_slot *listener, int fd)
{
    struct link *link = xcalloc(1, sizeof *link);
    link->watch = (struct watch){.fd = fd, .ready = link_ready};
    link->front = front;
    link->listener = listener;
    link->timer.fire = timer_fired;
    link->pace.fire = pace_fired;
    link->facts = (struct link_facts){
        .number = ++front->last_number,
        .role = listener->wish.role,
        .listener = listener->wish.name,
        .proxy = listener->wish.proxy,
        .upstream = listener->wish.upstream,
    };
    link->next = front->links;
    if (link->next)
        link->next->prev = link;
    front->links = link;
    front->link_count++;
    HASH_ADD(hh, front->by_number, facts.number, sizeof link->facts.number, link);
    int yes = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return link;
}

static void serve(struct link *link, const struct link_service *service, void *context)
{
    free(link->state);
    link->state = service->state_len ? xcalloc(1, service->state_len) : NULL;
    link->service = service;
    link->context = context;
}

/* Asks the world, by one of the two ways (front.h). */
static struct front_welcome ask(struct link *link, front_accepted_fn *how)
{
    struct front_welcome given = {.plan.retry_after_s = -1};
    buf_init(&given.names, FRONT_NAMES_MAX);
    buf_init(&given.body, FRONT_NAMES_MAX);
    if (how)
        how(link->front->options.context, &link->facts, &given);
    return given;
}

static void welcome_done(struct front_welcome *given)
{
    buf_done(&given->names);
    buf_done(&given->body);
}

static void suffer(struct link *link, const struct plan *plan)
{
    if (plan->kind != PLAN_BYTES || plan->bytes == BYTES_CERTIFICATE || link->facts.is_faulty)
        return;
    link->facts.is_faulty = true;
    timer_stop(&link->front->timers, &link->pace);
    link_fault_begin(link, plan);
}

/* The handshake has so long to end, but for one that is stalled. */
static void watch_handshake(struct link *link)
{
    struct front *front = link->front;
    if (link->fault.kind != BYTES_STALL)
        timer_set(&front->timers, &link->pace, front->now_ms + FRONT_HANDSHAKE_MS);
}

/* What the world says of this connection as such. */
static void welcome(struct link *link)
{
    struct front *front = link->front;
    struct front_welcome given = ask(link, front->options.accepted);
    suffer(link, &given.plan);
    if (link->facts.is_tls && link->phase == LINK_OPEN) {
        link->phase = LINK_SHAKING;
        watch_handshake(link);
    }
    welcome_done(&given);
}

void link_greet(struct link *link)
{
    struct front_welcome given = ask(link, link->front->options.asked);
    suffer(link, &given.plan);
    if (link->phase == LINK_RUDE) {
        link_fault_answer(link); /* its hello was heard */
    } else if (link->phase == LINK_SHAKING) {
        struct seal_wish wish = {buf_text(&given.names), given.leaf, given.ca,
                                 given.plan.certificate};
        seal_show(link->seal, &wish);
        watch_handshake(link);
    }
    welcome_done(&given);
}

/* Bound to any, each connection tells. */
static void read_ours(struct link *link)
{
    const char *bind = link->front->bind;
    struct sockaddr_storage ours;
    socklen_t len = sizeof ours;
    int port;
    bool is_any = text_eq(bind, "0.0.0.0") || text_eq(bind, "::");
    if (is_any && getsockname(link->watch.fd, (struct sockaddr *)&ours, &len) == 0)
        address_text(&ours, link->facts.address, sizeof link->facts.address, &port);
    else
        snprintf(link->facts.address, sizeof link->facts.address, "%s", bind);
}

void link_accept(struct listener_slot *listener, int fd, const struct sockaddr_storage *peer)
{
    struct front *front = listener->front;
    struct link *link = link_new(front, listener, fd);
    const struct front_mount *mount = &front->options.mounts[listener->wish.role];
    address_text(peer, link->facts.peer, sizeof link->facts.peer, &link->facts.peer_port);
    link->facts.port = listener->port;
    read_ours(link);
    link->facts.is_tls = front_role_is_tls(listener->wish.role);
    link->phase = LINK_OPEN;
    serve(link, mount->service, mount->context);
    if (front->link_count > FRONT_LINKS_MAX)
        link_abort(link);
    else
        welcome(link);
    link_queue(link);
}

/* civetweb has a port for us on loopback; the SIP library listens where it is told to. */
static socklen_t inner_address(const struct link *maker, int port, struct sockaddr_storage *ret)
{
    struct front *front = maker->front;
    struct sockaddr_in *v4 = (struct sockaddr_in *)ret;
    *ret = front->address;
    if (front_role_is_sip(maker->facts.role) && front->address.ss_family == AF_INET6) {
        ((struct sockaddr_in6 *)ret)->sin6_port = htons((uint16_t)port);
        return sizeof(struct sockaddr_in6);
    }
    v4->sin_family = AF_INET;
    v4->sin_port = htons((uint16_t)port);
    if (!front_role_is_sip(maker->facts.role) || v4->sin_addr.s_addr == htonl(INADDR_ANY))
        v4->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return sizeof *v4;
}

struct link *link_connect(struct link *maker, int port, const struct link_service *service,
                          void *context)
{
    struct sockaddr_storage to;
    socklen_t len = inner_address(maker, port, &to);
    int fd = socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct link *link = link_new(maker->front, maker->listener, fd);
    link->facts.is_outgoing = true;
    link->phase = LINK_CONNECTING;
    serve(link, service, context);
    if (fd < 0 || (connect(fd, (struct sockaddr *)&to, len) != 0 && errno != EINPROGRESS))
        link_end(link, LINK_END_LOST);
    link->facts.port = fd < 0 ? 0 : address_port(fd);
    link_queue(link);
    return link;
}

void link_become(struct link *link, const struct link_service *service, void *context)
{
    timer_stop(&link->front->timers, &link->timer);
    serve(link, service, context);
    link->is_opened = link->has_told_over = link->is_full = false;
    link_queue(link);
}

void link_queue(struct link *link)
{
    if (link->is_queued)
        return;
    link->is_queued = true;
    link->later = link->front->queued;
    link->front->queued = link;
}

void link_end(struct link *link, enum link_end end)
{
    if (link->phase == LINK_DEAD)
        return;
    if (link->phase != LINK_LINGERING)
        link->end = end;
    link->phase = LINK_DEAD;
    link_queue(link);
}

void link_free(struct link *link)
{
    struct front *front = link->front;
    timer_stop(&front->timers, &link->timer);
    timer_stop(&front->timers, &link->pace);
    watch_set(front, &link->watch, 0);
    if (link->is_aborted) {
        struct linger now = {.l_onoff = 1};
        setsockopt(link->watch.fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    }
    if (link->watch.fd >= 0)
        close(link->watch.fd);
    HASH_DEL(front->by_number, link);
    if (link->prev)
        link->prev->next = link->next;
    else
        front->links = link->next;
    if (link->next)
        link->next->prev = link->prev;
    front->link_count--;
    seal_free(link->seal);
    queue_done(&link->in);
    queue_done(&link->plain);
    queue_done(&link->out);
    queue_done(&link->fault.held);
    free(link->fault.body);
    free(link->state);
    free(link);
}

void links_of_listener(struct listener_slot *listener, void (*each)(struct link *link))
{
    for (struct link *link = listener->front->links; link; link = link->next)
        if (link->listener == listener)
            each(link);
}

const struct link_facts *link_facts(const struct link *link)
{
    return &link->facts;
}

void *link_state(struct link *link)
{
    return link->state;
}

void *link_context(struct link *link)
{
    return link->context;
}

struct front *link_front(struct link *link)
{
    return link->front;
}

struct link *link_find(struct front *front, uint64_t number)
{
    struct link *link;
    HASH_FIND(hh, front->by_number, &number, sizeof number, link);
    return link && link->phase <= LINK_OPEN ? link : NULL;
}

bool link_write(struct link *link, const void *bytes, size_t len)
{
    if (link->phase > LINK_OPEN || (link->wants_finish && !link->fault.is_done))
        return false;
    size_t max = link->service->out_max ? link->service->out_max : LINK_OUT_MAX;
    if (link_waiting(link) + len > max) {
        link_end(link, LINK_END_LIMIT);
        return false;
    }
    link_fault_write(link, bytes, len);
    return true;
}

void link_put(struct link *link, const void *bytes, size_t len)
{
    queue_add(link->seal ? &link->plain : &link->out, bytes, len);
    link_queue(link);
}

size_t link_waiting(const struct link *link)
{
    return queue_len(&link->plain) + queue_len(&link->out) + queue_len(&link->fault.held);
}

void link_pause(struct link *link, bool is_paused)
{
    link->is_paused = is_paused;
    link_queue(link);
}

void link_finish(struct link *link)
{
    link->wants_finish = true;
    link_queue(link);
}

void link_close(struct link *link)
{
    if (link->phase == LINK_CONNECTING) {
        link_end(link, LINK_END_OURS);
    } else if (link->phase == LINK_OPEN) {
        link->phase = LINK_CLOSING;
        link->end = LINK_END_OURS;
        link_queue(link);
    }
}

void link_abort(struct link *link)
{
    link->is_aborted = true;
    link_end(link, LINK_END_OURS);
}

void link_timer(struct link *link, int64_t delay_ms)
{
    if (delay_ms < 0)
        timer_stop(&link->front->timers, &link->timer);
    else
        timer_set(&link->front->timers, &link->timer, link->front->now_ms + delay_ms);
}

int64_t link_now_ms(const struct link *link)
{
    return link->front->now_ms;
}
