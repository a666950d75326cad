#include "web/parts.h"

#include "base/descriptors.h"
#include "base/mem.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { STOP_SWEEP_MS = 2 };

void web_hold(struct listener *listener, int64_t ms)
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

static int on_log(const struct mg_connection *conn, const char *message)
{
    return 1; /* not to stderr: what a client sends wrong is in the journal */
}

/* A worker of the outer context has a connection, for as long as its client likes. */
static int on_connection(const struct mg_connection *conn, void **conn_data)
{
    struct listener *listener = mg_get_user_data(mg_get_context(conn));
    int threads = listener->options.threads;
    int held = ++listener->held;
    if (held >= threads - threads / 4 && listener->options.crowded)
        listener->options.crowded(listener->options.context);
    return 0;
}

static void on_connection_closed(const struct mg_connection *conn)
{
    struct listener *listener = mg_get_user_data(mg_get_context(conn));
    listener->held--;
}

/* Opens the `count` ports from `first` on, with so many workers. */
static int open_context(struct listener *listener, const char *where, int first, int count,
                        int workers, struct mg_context **ret, struct diag *diag)
{
    char threads[16];
    bool is_outer = first == PORT_OUTER;
    snprintf(threads, sizeof threads, "%d", workers);
    const char *settings[] = {
        "listening_ports",    where,  "num_threads",           threads, "tcp_nodelay", "1",
        "enable_keep_alive",  "yes",  "keep_alive_timeout_ms", "30000", "decode_url",  "no",
        "request_timeout_ms", "5000", "max_request_size",      "32768", NULL,
    };
    struct mg_callbacks callbacks = {
        .begin_request = web_on_request,
        .http_error = web_on_error,
        .init_thread = web_worker_new,
        .exit_thread = web_worker_free,
        .init_connection = is_outer ? on_connection : NULL,
        .connection_closed = is_outer ? on_connection_closed : NULL,
        .log_message = on_log,
    };
    struct mg_init_data init = {
        .callbacks = &callbacks, .user_data = listener, .configuration_options = settings};
    struct mg_error_data error = {.text = listener->diag,
                                  .text_buffer_size = sizeof listener->diag};
    struct mg_server_port ports[PORTS];
    errno = 0;
    *ret = mg_start2(&init, &error);
    int failed = errno;
    if (!*ret || mg_get_server_ports(*ret, PORTS, ports) != count)
        return diag_set(diag, ERR_ENV, NULL, 0, 0, "cannot listen for HTTP on %s: %s", where,
                        failed ? strerror(failed) : listener->diag);
    for (int i = 0; i < count; i++)
        listener->ports[first + i] = ports[i].port;
    return ERR_OK;
}

int listener_start(const struct listener_options *options, struct listener **ret, struct diag *diag)
{
    struct listener *listener = xcalloc(1, sizeof *listener);
    char where[80];
    listener->options = *options;
    pthread_mutex_init(&listener->lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&listener->stop, &monotonic);
    pthread_condattr_destroy(&monotonic);
    mg_init_library(0);
    snprintf(where, sizeof where, "%s:%d", options->bind, options->port);
    int err =
        open_context(listener, where, PORT_OUTER, 1, options->threads, &listener->outer, diag);
    if (!err && options->inner_threads)
        err = open_context(listener, "127.0.0.1:0,127.0.0.1:0", PORT_INNER, 2,
                           options->inner_threads, &listener->inner, diag);
    if (err)
        listener_stop(listener);
    else
        *ret = listener;
    return err;
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

int listener_yield(struct listener *listener)
{
    pthread_mutex_lock(&listener->lock);
    bool is_late = listener->is_stopping; /* the port may be another's soon */
    pthread_mutex_unlock(&listener->lock);
    if (is_late)
        return -1;
    struct sockaddr_in outer = {.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)listener->ports[PORT_OUTER])};
    inet_pton(AF_INET, listener->options.bind, &outer.sin_addr);
    int fd = descriptor_bound(SOCK_STREAM, (struct sockaddr *)&outer, sizeof outer);
    /* The quiet one is to be woken, too. */
    return fd < 0 ? -1 : descriptor_take_over(fd, &listener->ports[PORT_QUIET]);
}

/* Wakes whoever waits: every socket of this process whose own port is one of the listener's is shut down,
 * for civetweb looks at its stop flag only when a wait of up to two seconds ends. A socket that listens is ready
 * for ever then, so the front's, which it was given and waits for itself, is told to look again and no more,
 * which is all that shutting down its sending side does: who waits for it since before sees the quiet one. */
static void wake_socket(const struct listener *listener, int fd)
{
    struct sockaddr_in address;
    socklen_t len = sizeof address, flag_len = sizeof(int);
    int is_listening = 0;
    if (getsockname(fd, (struct sockaddr *)&address, &len) != 0 || address.sin_family != AF_INET ||
        !has_port(listener, ntohs(address.sin_port)))
        return;
    getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &is_listening, &flag_len);
    bool is_given = is_listening && listener->ports[PORT_QUIET] &&
                    ntohs(address.sin_port) == listener->ports[PORT_OUTER];
    shutdown(fd, is_given ? SHUT_WR : SHUT_RDWR);
}

static void wake_sockets(const struct listener *listener)
{
    DIR *fds = opendir("/proc/self/fd");
    int64_t fd;
    for (struct dirent *one; fds && (one = readdir(fds));)
        if (text_int64(one->d_name, &fd))
            wake_socket(listener, (int)fd);
    if (fds)
        closedir(fds);
}

struct stopper {
    struct listener *listener;
    struct mg_context *context; /* NULL: there is none to stop */
    pthread_t thread;
};

static void *stop_context(void *arg)
{
    const struct stopper *stopper = arg;
    struct listener *listener = stopper->listener;
    pthread_mutex_lock(&listener->lock);
    listener->stoppers++;
    pthread_cond_broadcast(&listener->stop);
    pthread_mutex_unlock(&listener->lock);
    mg_stop(stopper->context); /* sets the flag, and sleeps until it is heeded */
    return NULL;
}

/* Returns when the threads that stop civetweb run: whoever was woken before they have set its flag would find
 * nothing to do, look again, and keep them from the processor. */
static void begin_stop(struct listener *listener, struct stopper stoppers[2])
{
    int count = 0;
    for (int i = 0; i < 2; i++)
        if (stoppers[i].context)
            count += !pthread_create(&stoppers[i].thread, NULL, stop_context, &stoppers[i]);
    pthread_mutex_lock(&listener->lock);
    listener->is_stopping = true;
    pthread_cond_broadcast(&listener->stop);
    while (listener->stoppers < count)
        pthread_cond_wait(&listener->stop, &listener->lock);
    pthread_mutex_unlock(&listener->lock);
}

static bool has_stopped(const struct stopper *stopper)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += STOP_SWEEP_MS * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    return pthread_timedjoin_np(stopper->thread, NULL, &until) != ETIMEDOUT;
}

void listener_halt(struct listener *listener)
{
    if (!listener || listener->is_halted)
        return;
    struct stopper stoppers[] = {{.listener = listener, .context = listener->outer},
                                 {.listener = listener, .context = listener->inner}};
    begin_stop(listener, stoppers);
    for (int i = 0; i < 2; i++)
        while (stoppers[i].context && !has_stopped(&stoppers[i]))
            wake_sockets(listener);
    mg_exit_library();
    listener->is_halted = true;
}

void listener_stop(struct listener *listener)
{
    if (!listener)
        return;
    listener_halt(listener);
    pthread_mutex_destroy(&listener->lock);
    pthread_cond_destroy(&listener->stop);
    free(listener);
}
