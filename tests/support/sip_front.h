/*
 * The front's SIP listeners before a stage's edge (support/sip_stage.h): TLS, WebSocket and both, and
 * a plain stream through the same hop; and connections to them as bytes.
 */
#ifndef MOCKRC_TESTS_SIP_FRONT_H
#define MOCKRC_TESTS_SIP_FRONT_H

#include "front/sip_link.h"
#include "support/sip_stage.h"

#include <openssl/ssl.h>

struct sip_front {
    struct stage *sip;
    struct front *front;
    struct sip_link_options options;
    SSL_CTX *tls;          /* of clients; trusts anybody */
    int ports[TRANSPORTS]; /* of proxy "a"; TCP: the plain stream; none for UDP */
};

static const struct {
    enum front_role role;
    enum transport transport;
    const struct link_service *service;
} sip_front_roles[] = {{FRONT_SIP_TCP, TRANSPORT_TCP, &sip_stream_service},
                       {FRONT_SIP_TLS, TRANSPORT_TLS, &sip_stream_service},
                       {FRONT_SIP_WS, TRANSPORT_WS, &sip_web_service},
                       {FRONT_SIP_WSS, TRANSPORT_WSS, &sip_web_service}};
enum { SIP_FRONT_ROLES = sizeof sip_front_roles / sizeof *sip_front_roles };

static inline bool sip_front_wish(void *context, size_t index, struct front_wish *wish)
{
    struct sip_front *front = context;
    if (index >= SIP_FRONT_ROLES)
        return false;
    pthread_mutex_lock(&front->sip->lock);
    *wish = (struct front_wish){
        .role = sip_front_roles[index].role, .is_open = true, .upstream = front->sip->inner};
    snprintf(wish->name, sizeof wish->name, "%zu", index);
    pthread_mutex_unlock(&front->sip->lock);
    return true;
}

static inline void sip_front_opened(void *context, const struct front_wish *wish, int port)
{
    struct sip_front *front = context;
    pthread_mutex_lock(&front->sip->lock);
    for (size_t i = 0; i < SIP_FRONT_ROLES; i++)
        if (sip_front_roles[i].role == wish->role)
            front->ports[sip_front_roles[i].transport] = port;
    pthread_mutex_unlock(&front->sip->lock);
}

static inline void sip_front_accepted(void *context, const struct link_facts *facts,
                                      struct front_welcome *ret)
{
    (void)context, (void)facts;
    buf_str(&ret->names, "127.0.0.1\n");
}

static inline void sip_front_start(struct sip_front *front, struct stage *stage)
{
    struct diag diag;
    *front = (struct sip_front){.sip = stage, .options = {stage_options(stage).hop_key}};
    struct front_options options = {.bind = "127.0.0.1",
                                    .wish = sip_front_wish,
                                    .opened = sip_front_opened,
                                    .accepted = sip_front_accepted,
                                    .context = front};
    for (size_t i = 0; i < SIP_FRONT_ROLES; i++)
        options.mounts[sip_front_roles[i].role] =
            (struct front_mount){sip_front_roles[i].service, &front->options};
    front->tls = SSL_CTX_new(TLS_client_method());
    if (front_start(&options, &front->front, &diag) || front_reconcile(front->front, &diag))
        fail_msg("%s", diag.text);
}

static inline void sip_front_stop(struct sip_front *front)
{
    front_stop(front->front);
    SSL_CTX_free(front->tls);
}

/* --- a connection --- */

struct sip_pipe {
    struct sip_client tcp;
    SSL *ssl; /* NULL: without TLS */
};

static inline void sip_pipe_open(struct sip_pipe *conn, struct sip_front *front,
                                 enum transport transport)
{
    struct timeval patience = {.tv_sec = SIP_CLIENT_WAIT_MS / 1000};
    *conn = (struct sip_pipe){0};
    assert_true(sip_client_open(&conn->tcp, true, front->ports[transport]));
    setsockopt(conn->tcp.fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (transport != TRANSPORT_TLS && transport != TRANSPORT_WSS)
        return;
    conn->ssl = SSL_new(front->tls);
    SSL_set_fd(conn->ssl, conn->tcp.fd);
    assert_int_equal(SSL_connect(conn->ssl), 1);
}

static inline void sip_pipe_send(struct sip_pipe *conn, const void *bytes, size_t len)
{
    if (conn->ssl)
        assert_int_equal(SSL_write(conn->ssl, bytes, (int)len), len);
    else
        assert_int_equal(send(conn->tcp.fd, bytes, len, MSG_NOSIGNAL), len);
}

/* Says that no more will come. */
static inline void sip_pipe_finish(struct sip_pipe *conn)
{
    if (conn->ssl)
        SSL_shutdown(conn->ssl);
    shutdown(conn->tcp.fd, SHUT_WR);
}

/* Bytes read; 0: the end, however it came. */
static inline size_t sip_pipe_read(struct sip_pipe *conn, char *out, size_t len)
{
    ssize_t got = conn->ssl ? SSL_read(conn->ssl, out, (int)len) : recv(conn->tcp.fd, out, len, 0);
    return got > 0 ? (size_t)got : 0;
}

static inline void sip_pipe_close(struct sip_pipe *conn)
{
    SSL_free(conn->ssl);
    sip_client_close(&conn->tcp);
}

/* --- WebSocket on it --- */

/* A frame with a mask of zeros: what it masks stays as it is. `out` takes 8 bytes more than `len`. */
static inline size_t sip_web_frame(char *out, int opcode, const char *bytes, size_t len)
{
    size_t head = len < 126 ? 2 : 4;
    assert_true(len < 65536);
    out[0] = (char)(0x80 | opcode);
    out[1] = (char)(0x80 | (len < 126 ? len : 126));
    if (head == 4) {
        out[2] = (char)(len >> 8);
        out[3] = (char)len;
    }
    memset(out + head, 0, 4);
    memcpy(out + head + 4, bytes, len);
    return head + 4 + len;
}

/* The length of a server's frame at the start of `bytes`, 0: not whole yet; its payload. */
static inline size_t sip_web_read(const char *bytes, size_t len, const char **ret, size_t *ret_len)
{
    const unsigned char *head = (const unsigned char *)bytes;
    size_t skip = len > 1 && head[1] == 126 ? 4 : 2;
    if (len < skip)
        return 0;
    *ret = bytes + skip;
    *ret_len = skip == 4 ? (size_t)head[2] << 8 | head[3] : head[1];
    return skip + *ret_len <= len ? skip + *ret_len : 0;
}

static const char sip_web_hello[] =
    "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Protocol: %s\r\n\r\n";

#endif
