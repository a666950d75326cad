/* HTTPS in front of the page's server; see tls_relay.h. */
#include "web/tls_relay.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "text.h"

#define HANDSHAKE_MS 10000
/* A record of TLS holds at most this much. */
#define PIPE_SIZE 16384

/* Bytes on their way to one side. */
struct pipe_buf {
    char bytes[PIPE_SIZE];
    size_t from, len; /* what is left begins at `from` */
};

struct passage {
    SSL *ssl; /* NULL: free */
    int outer, inner;
    int64_t opened_ms;
    bool is_shaken, is_connected;          /* the handshake is over; the server has us */
    bool has_outer_ended, has_inner_ended; /* nothing more comes from there */
    bool wants_write;                      /* the TLS side waits until it may send */
    struct pipe_buf in, out;               /* to the server; to the browser */
};

struct tls_relay {
    SSL_CTX *ctx;
    int listener, wake, port, to_port;
    pthread_t thread;
    bool is_started;
    struct passage *passages[RELAY_MAX];
    int count;
};

/* --- one passage --- */

static struct passage *passage_open(SSL_CTX *ctx, int outer)
{
    struct passage *passage = xcalloc(1, sizeof(*passage));
    passage->outer = outer;
    passage->inner = -1;
    passage->opened_ms = clock_steady_ms();
    passage->ssl = SSL_new(ctx);
    setsockopt(outer, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    if (passage->ssl)
        SSL_set_fd(passage->ssl, outer);
    return passage;
}

static void passage_close(struct passage *passage)
{
    SSL_free(passage->ssl);
    close(passage->outer);
    if (passage->inner >= 0)
        close(passage->inner);
    explicit_bzero(passage, sizeof(*passage)); /* passwords went through */
    free(passage);
}

/* What a call on the TLS side that gave nothing means: true, wait; false, it is over. */
static bool may_wait(struct passage *passage, int result)
{
    int error = SSL_get_error(passage->ssl, result);
    passage->wants_write = error == SSL_ERROR_WANT_WRITE;
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

/* The first step that can be made; 1: made one, 0: none now, -1: the passage is over. */
static int shake(struct passage *passage, int to_port)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)to_port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (!passage->is_shaken) {
        int result = SSL_accept(passage->ssl);
        if (result != 1)
            return may_wait(passage, result) ? 0 : -1;
        passage->is_shaken = true;
        passage->inner = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        setsockopt(passage->inner, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
        return passage->inner >= 0 ? 1 : -1;
    }
    if (connect(passage->inner, (struct sockaddr *)&to, sizeof(to)) == 0 || errno == EISCONN) {
        passage->is_connected = true;
        return 1;
    }
    return errno == EINPROGRESS || errno == EALREADY ? 0 : -1;
}

static int move_in(struct passage *passage)
{
    struct pipe_buf *in = &passage->in;
    if (in->len > 0) {
        ssize_t sent = send(passage->inner, in->bytes + in->from, in->len, MSG_NOSIGNAL);
        if (sent < 0)
            return errno == EAGAIN ? 0 : -1;
        in->from += (size_t)sent;
        in->len -= (size_t)sent;
        return 1;
    }
    if (passage->has_outer_ended)
        return 0;
    int got = SSL_read(passage->ssl, in->bytes, sizeof(in->bytes));
    if (got > 0) {
        in->from = 0;
        in->len = (size_t)got;
        return 1;
    }
    if (may_wait(passage, got))
        return 0;
    if (SSL_get_error(passage->ssl, got) != SSL_ERROR_ZERO_RETURN)
        return -1;
    passage->has_outer_ended = true;
    return shutdown(passage->inner, SHUT_WR) == 0 ? 1 : -1;
}

static int move_out(struct passage *passage)
{
    struct pipe_buf *out = &passage->out;
    if (out->len > 0) {
        int sent = SSL_write(passage->ssl, out->bytes + out->from, (int)out->len);
        if (sent <= 0)
            return may_wait(passage, sent) ? 0 : -1;
        passage->wants_write = false;
        out->from += (size_t)sent;
        out->len -= (size_t)sent;
        return 1;
    }
    if (passage->has_inner_ended) { /* and all of it is said */
        SSL_shutdown(passage->ssl);
        return -1;
    }
    ssize_t got = recv(passage->inner, out->bytes, sizeof(out->bytes), 0);
    if (got < 0)
        return errno == EAGAIN ? 0 : -1;
    passage->has_inner_ended = got == 0;
    out->from = 0;
    out->len = (size_t)got;
    return 1;
}

/* Moves what can be moved now; false: the passage is over. */
static bool passage_run(struct passage *passage, int to_port)
{
    int in, out;
    ERR_clear_error();
    while (!passage->is_connected) {
        int step = shake(passage, to_port);
        if (step <= 0)
            return step == 0 && clock_steady_ms() - passage->opened_ms < HANDSHAKE_MS;
    }
    do {
        in = move_in(passage);
        out = in < 0 ? -1 : move_out(passage);
    } while (in > 0 || out > 0);
    return in == 0 && out == 0;
}

/* A side that nothing is wanted of is not looked at: its end alone must not wake us again and again. */
static struct pollfd polled(int fd, bool reads, bool writes)
{
    short events = (short)((reads ? POLLIN : 0) | (writes ? POLLOUT : 0));
    return (struct pollfd){.fd = events ? fd : -1, .events = events};
}

/* What to wait for on either side. */
static void passage_poll(const struct passage *passage, struct pollfd *outer, struct pollfd *inner)
{
    bool reads = passage->in.len == 0 && !passage->has_outer_ended;
    *outer = polled(passage->outer, reads, passage->wants_write);
    bool is_waiting = passage->is_connected && passage->out.len == 0 && !passage->has_inner_ended;
    bool has_more = passage->in.len > 0 || (passage->is_shaken && !passage->is_connected);
    *inner = polled(passage->inner, is_waiting, has_more);
}

/* --- the thread --- */

static void take_one(struct tls_relay *relay)
{
    int outer = accept4(relay->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (outer < 0)
        return;
    struct passage *passage = passage_open(relay->ctx, outer);
    if (passage->ssl)
        relay->passages[relay->count++] = passage;
    else
        passage_close(passage);
}

static void run_all(struct tls_relay *relay)
{
    for (int i = 0; i < relay->count;) {
        if (passage_run(relay->passages[i], relay->to_port)) {
            i++;
            continue;
        }
        passage_close(relay->passages[i]);
        relay->passages[i] = relay->passages[--relay->count];
    }
}

static bool is_shaking(const struct tls_relay *relay)
{
    for (int i = 0; i < relay->count; i++) {
        if (!relay->passages[i]->is_connected)
            return true;
    }
    return false;
}

static void *run_relay(void *arg)
{
    struct tls_relay *relay = arg;
    struct pollfd at[2 + 2 * RELAY_MAX];
    for (;;) {
        bool has_room = relay->count < RELAY_MAX;
        at[0] = (struct pollfd){.fd = relay->wake, .events = POLLIN};
        at[1] = (struct pollfd){.fd = has_room ? relay->listener : -1, .events = POLLIN};
        for (int i = 0; i < relay->count; i++)
            passage_poll(relay->passages[i], &at[2 + 2 * i], &at[3 + 2 * i]);
        /* Who is slow in his handshake wakes nobody: he is looked at every second. */
        poll(at, (nfds_t)(2 + 2 * relay->count), is_shaking(relay) ? 1000 : -1);
        if (at[0].revents)
            return NULL;
        run_all(relay);
        if (at[1].revents)
            take_one(relay);
    }
}

/* --- life --- */

static int no_passphrase(char *to, int cap, int is_write, void *arg)
{
    return -1; /* nobody is there to be asked */
}

static bool load_files(SSL_CTX *ctx, const struct tls_relay_options *options, char *why, size_t cap)
{
    const char *what = NULL;
    char said[120];
    ERR_clear_error();
    if (SSL_CTX_use_certificate_chain_file(ctx, options->cert_file) != 1)
        what = options->cert_file;
    else if (SSL_CTX_use_PrivateKey_file(ctx, options->key_file, SSL_FILETYPE_PEM) != 1)
        what = options->key_file;
    if (what == NULL)
        return true;
    ERR_error_string_n(ERR_get_error(), said, sizeof(said));
    const char *reason = strrchr(said, ':');
    snprintf(why, cap, "%.200s: %s", what, reason ? reason + 1 : said);
    return false;
}

static SSL_CTX *make_ctx(const struct tls_relay_options *options, char *why, size_t cap)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    if (ctx == NULL) {
        snprintf(why, cap, "OpenSSL gave no context");
        return NULL;
    }
    SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
    SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                              SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_default_passwd_cb(ctx, no_passphrase);
    if (load_files(ctx, options, why, cap))
        return ctx;
    SSL_CTX_free(ctx);
    return NULL;
}

static bool start_listening(struct tls_relay *relay, int port)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(at);
    relay->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    relay->wake = eventfd(0, EFD_CLOEXEC);
    if (relay->listener < 0 || relay->wake < 0)
        return false;
    setsockopt(relay->listener, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (bind(relay->listener, (struct sockaddr *)&at, sizeof(at)) != 0 ||
        listen(relay->listener, 128) != 0 ||
        getsockname(relay->listener, (struct sockaddr *)&at, &len) != 0)
        return false;
    relay->port = ntohs(at.sin_port);
    return true;
}

struct tls_relay *tls_relay_start(const struct tls_relay_options *options, char *why, size_t cap)
{
    struct tls_relay *relay = xcalloc(1, sizeof(*relay));
    relay->listener = relay->wake = -1;
    relay->to_port = options->to_port;
    signal(SIGPIPE, SIG_IGN); /* SSL_write knows no MSG_NOSIGNAL; civetweb does the same */
    relay->ctx = make_ctx(options, why, cap);
    bool is_open = relay->ctx && start_listening(relay, options->port);
    if (relay->ctx && !is_open)
        snprintf(why, cap, "127.0.0.1:%d: cannot listen; is the port in use?", options->port);
    if (is_open && pthread_create(&relay->thread, NULL, run_relay, relay) != 0)
        abort();
    relay->is_started = is_open;
    if (!is_open) {
        tls_relay_stop(relay);
        return NULL;
    }
    return relay;
}

int tls_relay_port(const struct tls_relay *relay)
{
    return relay->port;
}

void tls_relay_stop(struct tls_relay *relay)
{
    if (relay == NULL)
        return;
    if (relay->is_started) {
        eventfd_write(relay->wake, 1);
        pthread_join(relay->thread, NULL);
    }
    for (int i = 0; i < relay->count; i++)
        passage_close(relay->passages[i]);
    if (relay->listener >= 0)
        close(relay->listener);
    if (relay->wake >= 0)
        close(relay->wake);
    SSL_CTX_free(relay->ctx);
    free(relay);
}
