/*
 * A SIP client as bytes on loopback sockets, for wire tests: what it sends is written by the test,
 * what it gets is text. Waits have an end.
 */
#ifndef MOCKRC_TESTS_SIP_CLIENT_H
#define MOCKRC_TESTS_SIP_CLIENT_H

#include "support/cmocka_all.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SIP_CLIENT_WAIT_MS = 10000, SIP_CLIENT_TEXT_MAX = 65536 };

struct sip_client {
    int fd;
    bool is_tcp;
    int port;                           /* its own */
    char text[SIP_CLIENT_TEXT_MAX + 1]; /* the last message received */
    char rest[SIP_CLIENT_TEXT_MAX + 1]; /* TCP: bytes behind it */
    size_t rest_len;
};

/* False when the connection is refused. */
static inline bool sip_client_open(struct sip_client *client, bool is_tcp, int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)}, me;
    socklen_t me_len = sizeof me;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    client->is_tcp = is_tcp;
    client->rest_len = 0;
    client->fd = socket(AF_INET, (is_tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0);
    assert_true(client->fd >= 0);
    if (connect(client->fd, (struct sockaddr *)&to, sizeof to) != 0) {
        close(client->fd);
        return false;
    }
    assert_int_equal(getsockname(client->fd, (struct sockaddr *)&me, &me_len), 0);
    client->port = ntohs(me.sin_port);
    return true;
}

static inline void sip_client_close(struct sip_client *client)
{
    close(client->fd);
}

static inline void sip_client_send_n(struct sip_client *client, const char *bytes, size_t len)
{
    assert_int_equal(send(client->fd, bytes, len, MSG_NOSIGNAL), len);
}

static inline void sip_client_send(struct sip_client *client, const char *text)
{
    sip_client_send_n(client, text, strlen(text));
}

/* Bytes there are in `wait_ms`; -1: none came, 0: the connection was closed. */
static inline ssize_t sip_client_read(struct sip_client *client, char *out, size_t len, int wait_ms)
{
    struct pollfd wait = {.fd = client->fd, .events = POLLIN};
    if (poll(&wait, 1, wait_ms) <= 0)
        return -1;
    ssize_t got = recv(client->fd, out, len, 0);
    return got < 0 ? 0 : got;
}

/* The next message into client->text; false when the connection was closed. Fails the test when
 * nothing comes. */
static inline bool sip_client_receive(struct sip_client *client)
{
    if (!client->is_tcp) {
        ssize_t len =
            sip_client_read(client, client->text, SIP_CLIENT_TEXT_MAX, SIP_CLIENT_WAIT_MS);
        if (len < 0)
            fail_msg("no answer over UDP");
        client->text[len] = '\0';
        return len > 0;
    }
    for (;;) {
        client->rest[client->rest_len] = '\0';
        char *end = strstr(client->rest, "\r\n\r\n");
        if (end) {
            const char *length = strstr(client->rest, "Content-Length: ");
            size_t body = length && length < end ? strtoul(length + 16, NULL, 10) : 0;
            size_t len = (size_t)(end - client->rest) + 4 + body;
            if (len <= client->rest_len) {
                memcpy(client->text, client->rest, len);
                client->text[len] = '\0';
                memmove(client->rest, client->rest + len, client->rest_len -= len);
                return true;
            }
        }
        ssize_t len = sip_client_read(client, client->rest + client->rest_len,
                                      SIP_CLIENT_TEXT_MAX - client->rest_len, SIP_CLIENT_WAIT_MS);
        if (len < 0)
            fail_msg("no answer over TCP");
        if (len == 0)
            return false;
        client->rest_len += (size_t)len;
    }
}

/* Status of the last message; 0 when it is no answer. */
static inline int sip_client_status(const struct sip_client *client)
{
    return strncmp(client->text, "SIP/2.0 ", 8) == 0 ? (int)strtol(client->text + 8, NULL, 10) : 0;
}

/* The value of a header of the last message into `out`; "" when it is not there. */
static inline const char *sip_client_header(const struct sip_client *client, const char *name,
                                            char *out, size_t out_len)
{
    char start[64];
    snprintf(start, sizeof start, "\r\n%s: ", name);
    const char *at = strstr(client->text, start);
    if (!at) {
        *out = '\0';
        return out;
    }
    at += strlen(start);
    snprintf(out, out_len, "%.*s", (int)strcspn(at, "\r"), at);
    return out;
}

#endif
