#include "web/listener.h"

#include "base/mem.h"
#include "base/text.h"
#include "world/clock.h"

#include <civetweb.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

/* The listening ports, in their order. */
enum { PORT_OUTER, PORT_INNER, PORT_INNER_TLS, PORTS };

enum { DROP_HOLD_MS = 10000, STOP_SWEEP_MS = 2, DRAIN_MAX = 16 << 20 };

struct listener {
    struct listener_options options;
    struct mg_context *context;
    int ports[PORTS]; /* 0: not open */
    /* Planned waits (delay, drop) end at once when the listener stops. */
    pthread_mutex_t lock;
    pthread_cond_t stop;
    bool is_stopping;
    char diag[256]; /* what civetweb complained about while starting */
};

/* What a worker thread keeps from one request to the next. */
struct worker {
    struct arena arena;
    struct web_reply reply;
    struct buf out, body;
};

static void *worker_new(const struct mg_context *context, int type)
{
    if (type != 1) /* 1: a worker, as civetweb counts */
        return NULL;
    struct worker *worker = xmalloc(sizeof *worker);
    arena_init(&worker->arena);
    web_reply_init(&worker->reply);
    buf_init(&worker->out, WEB_REPLY_MAX + 65536);
    buf_init(&worker->body, WEB_MULTIPART_MAX + 1);
    return worker;
}

static void worker_free(const struct mg_context *context, int type, void *pointer)
{
    struct worker *worker = pointer;
    if (!worker)
        return;
    arena_done(&worker->arena);
    web_reply_done(&worker->reply);
    buf_done(&worker->out);
    buf_done(&worker->body);
    free(worker);
}

/* Waits in machine time, or until the listener stops. */
static void hold(struct listener *listener, int64_t ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += ms % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&listener->lock);
    while (!listener->is_stopping &&
           pthread_cond_timedwait(&listener->stop, &listener->lock, &until) != ETIMEDOUT)
        ;
    pthread_mutex_unlock(&listener->lock);
}

/* How much of a body is read: files may be larger than forms and JSON. */
static size_t body_limit(struct mg_connection *conn)
{
    const char *type = mg_get_header(conn, "Content-Type");
    return type && text_starts_nocase(type, "multipart/") ? WEB_MULTIPART_MAX : WEB_BODY_MAX;
}

/* A body past the limit is read on for a while, or else the client, still sending, would be reset
 * before it has read why. Not one that is huge, or whose client asks first. */
static void refuse_body(struct mg_connection *conn, long long length, struct web_request *request)
{
    char scrap[16384];
    size_t left = length <= DRAIN_MAX && !mg_get_header(conn, "Expect") ? DRAIN_MAX : 0;
    request->is_body_too_large = true;
    mg_disable_connection_keep_alive(conn);
    while (left > 0) {
        int got = mg_read(conn, scrap, sizeof scrap);
        if (got <= 0)
            break;
        left -= (size_t)got < left ? (size_t)got : left;
    }
}

/* Reads what the request's framing promises, up to the limit. */
static void read_body(struct mg_connection *conn, long long length, struct buf *body,
                      struct web_request *request)
{
    bool is_chunked = length < 0 && mg_get_header(conn, "Transfer-Encoding");
    if (length <= 0 && !is_chunked)
        return;
    size_t most = body_limit(conn);
    if (length > (long long)most) {
        refuse_body(conn, length, request);
        return;
    }
    for (;;) {
        size_t wanted = most + 1 - body->len;
        wanted = wanted < 4096 ? wanted : 4096;
        char *room = buf_room(body, wanted);
        if (!room || body->len > most) {
            refuse_body(conn, length, request);
            break;
        }
        int got = mg_read(conn, room, wanted);
        buf_commit(body, got > 0 ? (size_t)got : 0);
        if (got <= 0) {
            request->is_body_cut = got < 0 || (!is_chunked && (long long)body->len < length);
            break;
        }
    }
    request->body = buf_text(body);
    request->body_len = body->len;
}

/* "http://host/path" in a request line is the same as "/path" (RFC 9112 section 3.2.2). */
static const char *path_of(const char *uri)
{
    const char *authority = strstr(uri, "://");
    if (*uri == '/' || !authority)
        return uri;
    const char *path = strchr(authority + 3, '/');
    return path ? path : "/";
}

static bool stays_open(const struct mg_request_info *info, struct mg_connection *conn)
{
    const char *wish = mg_get_header(conn, "Connection");
    if (wish && strcasestr(wish, "close"))
        return false;
    return text_eq(info->http_version, "1.1") || (wish && strcasestr(wish, "keep-alive"));
}

/* Head and body as one piece: two writes cost 40 ms with Nagle and half the speed without. */
static void compose(struct buf *out, const struct web_reply *reply, bool is_open, bool is_head)
{
    buf_str(out, "HTTP/1.1 ");
    buf_int(out, reply->status);
    buf_char(out, ' ');
    buf_str(out, web_status_text(reply->status));
    buf_str(out, "\r\n");
    if (reply->head.len)
        buf_add(out, reply->head.data, reply->head.len);
    if (reply->content_type) {
        buf_str(out, "Content-Type: ");
        buf_str(out, reply->content_type);
        buf_str(out, "\r\n");
    }
    if (reply->status != 204 && reply->status != 304) {
        buf_str(out, "Content-Length: ");
        buf_int(out, (int64_t)reply->body.len);
        buf_str(out, "\r\n");
    }
    buf_str(out, is_open ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n");
    if (!is_head && reply->body.len)
        buf_add(out, reply->body.data, reply->body.len);
}

static void send_reply(struct mg_connection *conn, struct worker *worker, bool is_open,
                       bool is_head)
{
    buf_reset(&worker->out);
    compose(&worker->out, &worker->reply, is_open, is_head);
    if (!is_open)
        mg_disable_connection_keep_alive(conn);
    mg_write(conn, worker->out.data, worker->out.len);
}

static void perform(struct listener *listener, struct mg_connection *conn, struct worker *worker,
                    const struct plan *plan, bool is_open, bool is_head)
{
    switch (plan->kind) {
    case PLAN_DROP:
        hold(listener, plan->delay_ms ? plan->delay_ms : DROP_HOLD_MS);
        mg_disable_connection_keep_alive(conn);
        return;
    case PLAN_CLOSE:
        mg_disable_connection_keep_alive(conn);
        return;
    case PLAN_DELAY:
        hold(listener, plan->delay_ms);
        break;
    case PLAN_NONE:
    case PLAN_ANSWER:
    case PLAN_DUPLICATE: /* of notifications */
    case PLAN_REORDER:
    case PLAN_IMPAIR:
    case PLAN_BYTES:
        break;
    }
    send_reply(conn, worker, is_open, is_head);
}

static int on_request(struct mg_connection *conn)
{
    const struct mg_request_info *info = mg_get_request_info(conn);
    struct listener *listener = info->user_data;
    struct worker *worker = mg_get_thread_pointer(conn);
    struct web_header headers[WEB_HEADERS_MAX];
    struct web_request request = {
        .method = info->request_method,
        .path = path_of(info->request_uri),
        .query = info->query_string ? info->query_string : "",
        .headers = headers,
        .body = "",
        .is_tls = info->server_port == listener->ports[PORT_INNER_TLS],
    };
    for (int i = 0; i < info->num_headers && i < WEB_HEADERS_MAX; i++)
        headers[request.header_count++] =
            (struct web_header){info->http_headers[i].name, info->http_headers[i].value};
    arena_reset(&worker->arena);
    web_reply_reset(&worker->reply);
    buf_reset(&worker->body);
    read_body(conn, info->content_length, &worker->body, &request);

    struct plan plan;
    listener->options.serve(listener->options.context, &worker->arena, &request, &worker->reply,
                            &plan);
    bool is_open = stays_open(info, conn) && !request.is_body_cut && !request.is_body_too_large;
    perform(listener, conn, worker, &plan, is_open, strcmp(request.method, "HEAD") == 0);
    return worker->reply.status ? worker->reply.status : 200;
}

/* civetweb found no request in the bytes (or too many of them). */
static int on_http_error(struct mg_connection *conn, int status, const char *message)
{
    const struct mg_request_info *info = mg_get_request_info(conn);
    struct listener *listener = info->user_data;
    struct worker *worker = mg_get_thread_pointer(conn);
    if (!worker)
        return 1;
    web_reply_reset(&worker->reply);
    worker->reply.status = status;
    listener->options.malformed(listener->options.context, &worker->reply);
    send_reply(conn, worker, false, false);
    return 0;
}

static int on_log(const struct mg_connection *conn, const char *message)
{
    return 1; /* not to stderr: what a client sends wrong is in the journal */
}

int listener_start(const struct listener_options *options, struct listener **ret, struct diag *diag)
{
    struct listener *listener = xcalloc(1, sizeof *listener);
    listener->options = *options;
    pthread_mutex_init(&listener->lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&listener->stop, &monotonic);
    pthread_condattr_destroy(&monotonic);

    char port[80], all[120], threads[16];
    int wanted = options->has_inner ? PORTS : 1;
    snprintf(port, sizeof port, "%s:%d", options->bind, options->port);
    snprintf(all, sizeof all, "%s%s", port, options->has_inner ? ",127.0.0.1:0,127.0.0.1:0" : "");
    snprintf(threads, sizeof threads, "%d", options->threads);
    const char *settings[] = {
        "listening_ports",    all,    "num_threads",           threads, "tcp_nodelay", "1",
        "enable_keep_alive",  "yes",  "keep_alive_timeout_ms", "30000", "decode_url",  "no",
        "request_timeout_ms", "5000", "max_request_size",      "32768", NULL,
    };
    struct mg_callbacks callbacks = {
        .begin_request = on_request,
        .http_error = on_http_error,
        .init_thread = worker_new,
        .exit_thread = worker_free,
        .log_message = on_log,
    };
    struct mg_init_data init = {
        .callbacks = &callbacks, .user_data = listener, .configuration_options = settings};
    struct mg_error_data error = {.text = listener->diag,
                                  .text_buffer_size = sizeof listener->diag};
    mg_init_library(0);
    errno = 0;
    listener->context = mg_start2(&init, &error);
    int failed = errno;
    struct mg_server_port ports[PORTS];
    if (!listener->context || mg_get_server_ports(listener->context, PORTS, ports) != wanted) {
        int err = diag_set(diag, ERR_ENV, NULL, 0, 0, "cannot listen for HTTP on %s: %s", port,
                           failed ? strerror(failed) : listener->diag);
        listener_stop(listener);
        return err;
    }
    for (int i = 0; i < wanted; i++)
        listener->ports[i] = ports[i].port;
    *ret = listener;
    return 0;
}

int listener_port(const struct listener *listener)
{
    return listener->ports[PORT_OUTER];
}

int listener_inner_port(const struct listener *listener, bool is_tls)
{
    return listener->ports[is_tls ? PORT_INNER_TLS : PORT_INNER];
}

static bool has_port(const struct listener *listener, int port)
{
    for (int i = 0; i < PORTS; i++)
        if (port && listener->ports[i] == port)
            return true;
    return false;
}

/* The descriptor civetweb listens on with the outer port; -1: none is found. It does not tell. */
static int outer_socket(const struct listener *listener)
{
    DIR *fds = opendir("/proc/self/fd");
    int found = -1;
    for (struct dirent *one; fds && found < 0 && (one = readdir(fds));) {
        struct sockaddr_in address;
        socklen_t len = sizeof address, flag_len = sizeof(int);
        int64_t fd;
        int is_listening = 0;
        if (text_int64(one->d_name, &fd) &&
            getsockname((int)fd, (struct sockaddr *)&address, &len) == 0 &&
            address.sin_family == AF_INET &&
            ntohs(address.sin_port) == listener->ports[PORT_OUTER] &&
            getsockopt((int)fd, SOL_SOCKET, SO_ACCEPTCONN, &is_listening, &flag_len) == 0 &&
            is_listening)
            found = (int)fd;
    }
    if (fds)
        closedir(fds);
    return found;
}

/* A socket nobody knows of, to listen on instead. It must not block: civetweb may still be told of a
 * connection to the old one, and then accepts on this. */
static int quiet_socket(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 1) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

int listener_yield(struct listener *listener)
{
    int outer = outer_socket(listener), quiet = quiet_socket();
    int taken = outer >= 0 && quiet >= 0 ? fcntl(outer, F_DUPFD_CLOEXEC, 0) : -1;
    if (taken >= 0) {
        fcntl(taken, F_SETFL, O_NONBLOCK);
        dup3(quiet, outer, O_CLOEXEC);
    }
    if (quiet >= 0)
        close(quiet);
    return taken;
}

/* Wakes whoever waits for bytes: every socket of this process whose own port is one of the listener's
 * is shut down. civetweb looks at its stop flag only when a wait of up to two seconds ends. */
static void wake_sockets(const struct listener *listener)
{
    DIR *fds = opendir("/proc/self/fd");
    if (!fds)
        return;
    for (struct dirent *one; (one = readdir(fds));) {
        struct sockaddr_in address;
        socklen_t len = sizeof address;
        int64_t fd;
        if (text_int64(one->d_name, &fd) &&
            getsockname((int)fd, (struct sockaddr *)&address, &len) == 0 &&
            address.sin_family == AF_INET && has_port(listener, ntohs(address.sin_port)))
            shutdown((int)fd, SHUT_RDWR);
    }
    closedir(fds);
}

static void *stop_context(void *context)
{
    mg_stop(context);
    return NULL;
}

void listener_stop(struct listener *listener)
{
    if (!listener)
        return;
    pthread_mutex_lock(&listener->lock);
    listener->is_stopping = true;
    pthread_cond_broadcast(&listener->stop);
    pthread_mutex_unlock(&listener->lock);
    if (listener->context) {
        pthread_t stopper;
        pthread_create(&stopper, NULL, stop_context, listener->context);
        struct timespec until;
        do {
            wake_sockets(listener);
            clock_gettime(CLOCK_REALTIME, &until);
            until.tv_nsec += STOP_SWEEP_MS * 1000000;
            if (until.tv_nsec >= 1000000000) {
                until.tv_sec++;
                until.tv_nsec -= 1000000000;
            }
        } while (pthread_timedjoin_np(stopper, NULL, &until) == ETIMEDOUT);
    }
    mg_exit_library();
    pthread_mutex_destroy(&listener->lock);
    pthread_cond_destroy(&listener->stop);
    free(listener);
}
