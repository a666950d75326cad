#include "dns/edge.h"

#include "base/mem.h"
#include "dns/message.h"
#include "world/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    WAKE,
    UDP,
    TCP,
    FIXED, /* the sockets above; connections follow */
    PREFIX = 2,
    BACKLOG = 64,
    DATAGRAMS = 64, /* at one go, so that TCP gets its turn */
    TRIES = 32,     /* for a port that is free in both */
    REST_MS = 100,  /* when no descriptor is left */
};

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

struct connection {
    int fd; /* -1: free */
    int64_t ends_ms;
    uint8_t heard[PREFIX + DNS_QUERY_MAX];
    size_t heard_len;
    struct buf out;
    size_t sent;
    int64_t due_ms; /* the answer is held back until then */
};

/* A datagram that is held back. */
struct held {
    struct held *next;
    int64_t due_ms;
    union address to;
    socklen_t to_len;
    struct buf out;
};

struct dns_edge {
    dns_answer_fn *answer;
    void *context;
    pthread_t thread;
    int wake, udp, tcp, port;
    int64_t rests_until_ms; /* no connection is accepted before */
    struct connection connections[DNS_CONNECTIONS];
    struct held *held;
    size_t held_count;
};

/* --- UDP --- */

static void hold(struct dns_edge *edge, int64_t delay_ms, const union address *to, socklen_t to_len,
                 const struct buf *out)
{
    if (edge->held_count == DNS_HELD)
        return;
    struct held *held = xcalloc(1, sizeof *held);
    *held = (struct held){edge->held, clock_machine_ms() + delay_ms, *to, to_len, {0}};
    buf_init(&held->out, DNS_ANSWER_MAX + 1);
    buf_add(&held->out, out->data, out->len);
    edge->held = held;
    edge->held_count++;
}

/* Sends those that are due by `now_ms`; INT64_MAX: frees all instead. Returns when the next one is. */
static int64_t release(struct dns_edge *edge, int64_t now_ms)
{
    int64_t next_ms = INT64_MAX;
    for (struct held **at = &edge->held; *at;) {
        struct held *held = *at;
        if (held->due_ms > now_ms) {
            next_ms = held->due_ms < next_ms ? held->due_ms : next_ms;
            at = &held->next;
            continue;
        }
        if (now_ms != INT64_MAX)
            sendto(edge->udp, held->out.data, held->out.len, MSG_NOSIGNAL, &held->to.any,
                   held->to_len);
        *at = held->next;
        edge->held_count--;
        buf_done(&held->out);
        free(held);
    }
    return next_ms;
}

static void serve_datagrams(struct dns_edge *edge)
{
    uint8_t bytes[DNS_QUERY_MAX];
    struct buf out;
    buf_init(&out, DNS_ANSWER_MAX + 1);
    for (int i = 0; i < DATAGRAMS; i++) {
        union address from;
        socklen_t from_len = sizeof from;
        ssize_t len = recvfrom(edge->udp, bytes, sizeof bytes, 0, &from.any, &from_len);
        if (len < 0)
            break;
        buf_reset(&out);
        int64_t delay_ms = edge->answer(edge->context, true, bytes, (size_t)len, &out);
        if (out.len && delay_ms)
            hold(edge, delay_ms, &from, from_len, &out);
        else if (out.len) /* what cannot be sent now is lost, as datagrams are */
            sendto(edge->udp, out.data, out.len, MSG_NOSIGNAL, &from.any, from_len);
    }
    buf_done(&out);
}

/* --- TCP --- */

static void hang_up(struct connection *connection)
{
    close(connection->fd);
    connection->fd = -1;
    buf_done(&connection->out);
}

static struct connection *free_connection(struct dns_edge *edge)
{
    for (size_t i = 0; i < DNS_CONNECTIONS; i++)
        if (edge->connections[i].fd < 0)
            return &edge->connections[i];
    return NULL;
}

static void accept_connections(struct dns_edge *edge)
{
    struct connection *connection;
    while ((connection = free_connection(edge))) {
        int fd = accept4(edge->tcp, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
                edge->rests_until_ms = clock_machine_ms() + REST_MS;
            return;
        }
        *connection = (struct connection){.fd = fd, .ends_ms = clock_machine_ms() + DNS_IDLE_MS};
        buf_init(&connection->out, PREFIX + DNS_ANSWER_MAX + 1);
    }
}

/* False: the client is gone. */
static bool send_out(struct connection *connection)
{
    if (connection->due_ms > clock_machine_ms())
        return true;
    while (connection->sent < connection->out.len) {
        ssize_t len = send(connection->fd, connection->out.data + connection->sent,
                           connection->out.len - connection->sent, MSG_NOSIGNAL);
        if (len < 0)
            return errno == EAGAIN || errno == EINTR;
        connection->sent += (size_t)len;
    }
    buf_reset(&connection->out);
    connection->sent = 0;
    return true;
}

/* Length of the first question with its prefix; 0: it is not whole yet. */
static size_t whole_question(const struct connection *connection)
{
    if (connection->heard_len < PREFIX)
        return 0;
    size_t len = PREFIX + (size_t)(connection->heard[0] << 8 | connection->heard[1]);
    return len <= connection->heard_len ? len : 0;
}

/* Answers the first question there is; the next one waits until the client took the answer. */
static void serve_question(struct dns_edge *edge, struct connection *connection, size_t len)
{
    struct buf *out = &connection->out;
    buf_add(out, "\0", PREFIX);
    int64_t delay_ms =
        edge->answer(edge->context, false, connection->heard + PREFIX, len - PREFIX, out);
    size_t answer_len = out->len - PREFIX;
    out->data[0] = (char)(answer_len >> 8);
    out->data[1] = (char)answer_len;
    if (!answer_len)
        buf_reset(out);
    connection->heard_len -= len;
    memmove(connection->heard, connection->heard + len, connection->heard_len);
    connection->due_ms = clock_machine_ms() + delay_ms;
    connection->ends_ms = connection->due_ms + DNS_IDLE_MS;
}

/* What is whole, until an answer has to wait for the client. False: the client is gone. */
static bool serve_questions(struct dns_edge *edge, struct connection *connection)
{
    size_t len;
    while (!connection->out.len && (len = whole_question(connection))) {
        serve_question(edge, connection, len);
        if (!send_out(connection))
            return false;
    }
    return true;
}

/* False: it is over. */
static bool serve_connection(struct dns_edge *edge, struct connection *connection)
{
    if (connection->out.len)
        return send_out(connection) && serve_questions(edge, connection);
    size_t room = sizeof connection->heard - connection->heard_len;
    ssize_t got = recv(connection->fd, connection->heard + connection->heard_len, room, 0);
    if (got < 0)
        return errno == EAGAIN || errno == EINTR;
    connection->heard_len += (size_t)got;
    if (!serve_questions(edge, connection))
        return false;
    if (connection->out.len)
        return true; /* the rest is heard once the answer is taken */
    /* A full buffer without a whole question: it is longer than any. */
    return got > 0 && connection->heard_len < sizeof connection->heard;
}

/* --- the thread --- */

static size_t what_to_watch(struct dns_edge *edge, struct pollfd fds[FIXED + DNS_CONNECTIONS],
                            int *ret_wait_ms)
{
    int64_t now_ms = clock_machine_ms(), next_ms = release(edge, now_ms);
    bool accepts = free_connection(edge) && now_ms >= edge->rests_until_ms;
    fds[WAKE] = (struct pollfd){.fd = edge->wake, .events = POLLIN};
    fds[UDP] = (struct pollfd){.fd = edge->udp, .events = POLLIN};
    fds[TCP] = (struct pollfd){.fd = accepts ? edge->tcp : -1, .events = POLLIN};
    if (edge->rests_until_ms > now_ms && edge->rests_until_ms < next_ms)
        next_ms = edge->rests_until_ms;
    for (size_t i = 0; i < DNS_CONNECTIONS; i++) {
        struct connection *connection = &edge->connections[i];
        if (connection->fd >= 0 && connection->ends_ms <= now_ms)
            hang_up(connection);
        bool is_held = connection->fd >= 0 && connection->out.len && connection->due_ms > now_ms;
        if (is_held && connection->due_ms < next_ms)
            next_ms = connection->due_ms;
        fds[FIXED + i] =
            (struct pollfd){.fd = connection->fd,
                            .events = is_held                                      ? 0
                                      : connection->fd >= 0 && connection->out.len ? POLLOUT
                                                                                   : POLLIN};
        if (connection->fd >= 0 && connection->ends_ms < next_ms)
            next_ms = connection->ends_ms;
    }
    *ret_wait_ms = next_ms == INT64_MAX ? -1 : (int)(next_ms - now_ms);
    return FIXED + DNS_CONNECTIONS;
}

static void *live(void *arg)
{
    struct dns_edge *edge = arg;
    struct pollfd fds[FIXED + DNS_CONNECTIONS];
    for (;;) {
        int wait_ms;
        size_t count = what_to_watch(edge, fds, &wait_ms);
        if (poll(fds, count, wait_ms) < 0)
            continue;
        if (fds[WAKE].revents)
            return NULL;
        if (fds[UDP].revents)
            serve_datagrams(edge);
        for (size_t i = 0; i < DNS_CONNECTIONS; i++)
            if (fds[FIXED + i].revents && !serve_connection(edge, &edge->connections[i]))
                hang_up(&edge->connections[i]);
        if (fds[TCP].revents)
            accept_connections(edge);
    }
}

/* --- life --- */

static socklen_t read_address(const char *text, int port, union address *ret)
{
    *ret = (union address){0};
    if (inet_pton(AF_INET, text, &ret->v4.sin_addr) == 1) {
        ret->v4.sin_family = AF_INET;
        ret->v4.sin_port = htons((uint16_t)port);
        return sizeof ret->v4;
    }
    if (inet_pton(AF_INET6, text, &ret->v6.sin6_addr) != 1)
        return 0;
    ret->v6.sin6_family = AF_INET6;
    ret->v6.sin6_port = htons((uint16_t)port);
    return sizeof ret->v6;
}

static int open_socket(const char *bind_to, int type, int port)
{
    union address address;
    int yes = 1;
    socklen_t len = read_address(bind_to, port, &address);
    errno = EADDRNOTAVAIL;
    int fd = len ? socket(address.any.sa_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0) : -1;
    if (fd < 0)
        return -1;
    if (type == SOCK_STREAM)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd, &address.any, len) == 0 && (type == SOCK_DGRAM || listen(fd, BACKLOG) == 0))
        return fd;
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

static int port_of(int fd)
{
    union address address = {0};
    socklen_t len = sizeof address;
    getsockname(fd, &address.any, &len);
    return ntohs(address.any.sa_family == AF_INET6 ? address.v6.sin6_port : address.v4.sin_port);
}

static bool open_both(struct dns_edge *edge, const char *bind_to, int port)
{
    int tries = port ? 1 : TRIES;
    for (int i = 0; i < tries; i++) {
        edge->udp = open_socket(bind_to, SOCK_DGRAM, port);
        if (edge->udp < 0)
            return false;
        edge->port = port_of(edge->udp);
        edge->tcp = open_socket(bind_to, SOCK_STREAM, edge->port);
        if (edge->tcp >= 0)
            return true;
        int why = errno;
        close(edge->udp);
        edge->udp = -1;
        errno = why;
        if (why != EADDRINUSE)
            return false;
    }
    return false;
}

static void edge_free(struct dns_edge *edge)
{
    const int fds[] = {edge->wake, edge->udp, edge->tcp};
    release(edge, INT64_MAX);
    for (size_t i = 0; i < DNS_CONNECTIONS; i++)
        if (edge->connections[i].fd >= 0)
            hang_up(&edge->connections[i]);
    for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
        if (fds[i] >= 0)
            close(fds[i]);
    free(edge);
}

int dns_edge_start(const char *bind_to, int port, dns_answer_fn *answer, void *context,
                   struct dns_edge **ret, struct diag *diag)
{
    struct dns_edge *edge = xcalloc(1, sizeof *edge);
    edge->answer = answer;
    edge->context = context;
    edge->udp = edge->tcp = -1;
    for (size_t i = 0; i < DNS_CONNECTIONS; i++)
        edge->connections[i].fd = -1;
    edge->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    bool is_open = edge->wake >= 0 && open_both(edge, bind_to, port);
    int failed = is_open ? pthread_create(&edge->thread, NULL, live, edge) : errno;
    if (!failed) {
        *ret = edge;
        return ERR_OK;
    }
    edge_free(edge);
    return diag_set(diag, ERR_ENV, NULL, 0, 0, "DNS: cannot serve on %s port %d: %s", bind_to, port,
                    strerror(failed));
}

int dns_edge_port(const struct dns_edge *edge)
{
    return edge->port;
}

void dns_edge_stop(struct dns_edge *edge)
{
    uint64_t one = 1;
    if (!edge)
        return;
    while (write(edge->wake, &one, sizeof one) < 0 && errno == EINTR)
        ;
    pthread_join(edge->thread, NULL);
    edge_free(edge);
}
