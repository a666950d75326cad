/* Bytes in and out of a link, and what follows from them. */
#include "front/parts.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/epoll.h>

static size_t in_max(const struct link *link)
{
    return link->service->in_max ? link->service->in_max : LINK_IN_MAX;
}

static bool may_read(const struct link *link)
{
    if (link->is_over)
        return false;
    return link->phase == LINK_LINGERING || link->phase == LINK_SHAKING ||
           link->phase == LINK_RUDE ||
           (link->phase == LINK_OPEN && !link->is_paused && queue_len(&link->in) < in_max(link));
}

static void note_sni(struct link *link)
{
    const char *sni = link->seal ? seal_sni(link->seal) : NULL;
    snprintf(link->facts.sni, sizeof link->facts.sni, "%s", sni ? sni : "");
    for (char *at = link->facts.sni; *at; at++)
        *at = (char)tolower((unsigned char)*at);
}

void link_fail(struct link *link, const char *reason)
{
    struct front *front = link->front;
    if (link->phase != LINK_SHAKING)
        return;
    timer_stop(&front->timers, &link->pace);
    note_sni(link);
    if (front->options.failed)
        front->options.failed(front->options.context, &link->facts, reason);
    link->phase = LINK_CLOSING;
    link->end = LINK_END_LOST;
    link_queue(link);
}

/* Nothing can be sent or read any more. Who resets the connection in the handshake may have said why:
 * an alert that came first has been read first. */
static void lost(struct link *link)
{
    link_fail(link, "the client reset the connection in the handshake");
    link_end(link, LINK_END_LOST);
}

static void shaken(struct link *link)
{
    timer_stop(&link->front->timers, &link->pace);
    link->phase = LINK_OPEN;
}

/* Plain bytes out of those of the wire, as many as the service can have now. */
static void unseal(struct link *link)
{
    bool is_shaking = link->phase == LINK_SHAKING;
    size_t has = queue_len(&link->in);
    bool is_alive = link->phase == LINK_SHAKING || link->phase == LINK_OPEN;
    if (is_shaking && !link->seal && link->is_over)
        link_fail(link, "the client closed the connection in the handshake");
    if (!link->seal || !is_alive || link->is_paused || has >= in_max(link))
        return;
    enum seal_state state = seal_work(link->seal, &link->in, in_max(link) - has);
    if (state == SEAL_ASKED) {
        note_sni(link);
        link_greet(link);
        if (link->phase != LINK_SHAKING)
            return;
        state = seal_work(link->seal, &link->in, in_max(link) - has);
    }
    seal_take(link->seal, &link->out);
    if (is_shaking && state != SEAL_SHAKING && state != SEAL_FAILED)
        shaken(link);
    if (state == SEAL_FAILED && is_shaking)
        link_fail(link, seal_reason(link->seal));
    else if (state == SEAL_FAILED)
        lost(link);
    else if (state == SEAL_OVER)
        link->is_over = true;
    else if (link->is_over && is_shaking)
        link_fail(link, "the client closed the connection in the handshake");
    else if (link->is_over && queue_len(&link->in) == has)
        lost(link); /* cut short: no goodbye in TLS */
}

/* One read, so that no link starves the others; what is left is told again. */
static void receive(struct link *link)
{
    char bytes[FRONT_READ];
    ssize_t got = recv(link->watch.fd, bytes, sizeof bytes, 0);
    if (got == 0)
        link->is_over = true;
    else if (got < 0 && errno != EAGAIN && errno != EINTR)
        lost(link);
    if (got > 0 && link->phase == LINK_RUDE) {
        link_fault_answer(link);
    } else if (got > 0 && link->phase != LINK_LINGERING) {
        if (link->facts.is_tls && !link->seal) /* who says nothing costs no TLS */
            link->seal = seal_new(link->front->seals);
        if (link->seal)
            seal_give(link->seal, bytes, (size_t)got);
        else
            queue_add(&link->in, bytes, (size_t)got);
    }
    if ((link->phase == LINK_LINGERING || link->phase == LINK_RUDE) && link->is_over)
        link_end(link, link->end);
}

static void connected(struct link *link)
{
    int failed = 0;
    socklen_t len = sizeof failed;
    getsockopt(link->watch.fd, SOL_SOCKET, SO_ERROR, &failed, &len);
    if (failed)
        lost(link);
    else
        link->phase = LINK_OPEN;
}

void link_ready(struct watch *watch, uint32_t events)
{
    struct link *link = (struct link *)watch;
    if (link->phase == LINK_CONNECTING)
        connected(link);
    else if (link->phase == LINK_SILENT)
        link_end(link, LINK_END_PEER);
    else if (may_read(link))
        receive(link);
    else if (events & EPOLLERR)
        lost(link);
    link_queue(link);
}

/* All that was written in this turn in as few records as hold it: a message in pieces is one record still. */
static void seal_up(struct link *link)
{
    size_t len = queue_len(&link->plain);
    if (!len)
        return;
    seal_write(link->seal, queue_bytes(&link->plain), len);
    queue_take(&link->plain, len);
    seal_take(link->seal, &link->out);
}

static void send_out(struct link *link)
{
    size_t len;
    while ((len = link_fault_may_send(link, queue_len(&link->out))) > 0) {
        ssize_t sent = send(link->watch.fd, queue_bytes(&link->out), len, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0) {
            if (errno != EAGAIN)
                lost(link);
            return;
        }
        queue_take(&link->out, (size_t)sent);
        if (link->fault.kind == BYTES_STALL)
            link->fault.sent += sent;
    }
}

/* Shows the service what came, as long as it takes some of it. */
static void deliver(struct link *link)
{
    for (;;) {
        unseal(link);
        const struct link_service *service = link->service;
        size_t len = queue_len(&link->in);
        if (link->phase != LINK_OPEN || link->is_paused || len == 0)
            return;
        size_t taken = service->data(link, queue_bytes(&link->in), len);
        queue_take(&link->in, taken);
        if (link->service != service)
            return; /* another service's now: it is opened first */
        if (taken == 0 && len >= in_max(link))
            link_end(link, LINK_END_LIMIT);
        if (taken == 0)
            return;
    }
}

static void tell_over(struct link *link)
{
    bool is_delivered = link->is_over && !link->is_paused && link->phase == LINK_OPEN;
    if (!is_delivered || link->has_told_over)
        return;
    link->has_told_over = true;
    if (link->service->ended) {
        link->service->ended(link);
    } else {
        link_close(link);
        link->end = LINK_END_PEER;
    }
}

static void tell_drained(struct link *link)
{
    if (link_waiting(link) > LINK_LOW) {
        link->is_full = true;
    } else if (link->is_full && link->phase == LINK_OPEN) {
        link->is_full = false;
        if (link->service->drained)
            link->service->drained(link);
    }
}

static void tell_closed(struct link *link)
{
    bool is_known = link->is_opened || link->facts.is_outgoing;
    if (link->service && link->service->closed && is_known)
        link->service->closed(link, link->end);
    link->service = NULL;
}

/* What is owed to the peer when all bytes have left. Closing while it still sends would reset what
 * it has not read yet, so its goodbye is waited for. */
static void say_goodbye(struct link *link)
{
    bool is_closing = link->phase == LINK_CLOSING;
    bool is_stalled = link->fault.is_done && link->fault.kind == BYTES_STALL;
    if (link_waiting(link) > 0 || !(is_closing || (link->wants_finish && link->phase == LINK_OPEN)))
        return;
    if (link->fault.is_done && link->fault.kind == BYTES_RESET) {
        link_abort(link);
        return;
    }
    if (!link->is_finished && link->seal) {
        link->is_finished = true;
        seal_finish(link->seal);
        seal_take(link->seal, &link->out);
        send_out(link);
        if (queue_len(&link->out) > 0 || link->phase == LINK_DEAD)
            return;
    }
    if (!link->is_shut && !is_stalled)
        shutdown(link->watch.fd, SHUT_WR);
    link->is_finished = link->is_shut = true;
    if (!is_closing)
        return;
    tell_closed(link);
    link->phase = LINK_LINGERING;
    queue_done(&link->in);
    if (link->is_over)
        link_end(link, link->end);
    else if (!is_stalled)
        timer_set(&link->front->timers, &link->timer, link->front->now_ms + FRONT_LINGER_MS);
}

static uint32_t wanted(const struct link *link)
{
    uint32_t events = may_read(link) ? EPOLLIN : link->phase == LINK_SILENT ? EPOLLRDHUP : 0;
    if (queue_len(&link->out) > 0 || link->phase == LINK_CONNECTING)
        events |= EPOLLOUT;
    return events;
}

/* All that follows from what happened: told to the service in order, sent, closed. */
void link_work(struct link *link)
{
    if (link->phase == LINK_SHAKING)
        unseal(link);
    if (link->phase == LINK_OPEN && !link->is_opened) {
        link->is_opened = true;
        if (link->service->opened)
            link->service->opened(link);
    }
    deliver(link);
    tell_over(link);
    if (link->phase >= LINK_SHAKING && link->phase <= LINK_CLOSING) {
        seal_up(link);
        send_out(link);
    }
    if (link->phase == LINK_OPEN)
        tell_drained(link);
    if (link->phase == LINK_OPEN || link->phase == LINK_CLOSING)
        say_goodbye(link);
    if (link->phase == LINK_DEAD) {
        tell_closed(link);
        if (!link->is_queued)
            link_free(link);
        return;
    }
    watch_set(link->front, &link->watch, wanted(link));
}
