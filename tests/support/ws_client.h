/*
 * A WebSocket client of few words for wire tests: blocking, one frame at a time, framing of its own
 * (so that front/ws.c is judged by other code than its library).
 */
#ifndef MOCKRC_TESTS_WS_CLIENT_H
#define MOCKRC_TESTS_WS_CLIENT_H

#include "support/cmocka_all.h"

#include "base/mem.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { WSC_TEXT = 1, WSC_BINARY = 2, WSC_CLOSE = 8, WSC_PING = 9, WSC_PONG = 10 };
enum { WSC_PATIENCE_S = 20 };

struct ws_client {
    int fd;
    int status; /* of the upgrade */
    char *text; /* of the last frame, NUL-terminated */
    size_t len;
    int opcode; /* of the last frame; 0: the connection ended instead */
    int code;   /* of a close frame */
};

static inline int ws_client_dial(int port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval patience = {.tv_sec = WSC_PATIENCE_S};
    assert_true(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

/* All of it, or false at the end of the connection. */
static inline bool ws_client_read(int fd, void *out, size_t len)
{
    for (size_t have = 0; have < len;) {
        ssize_t got = recv(fd, (char *)out + have, len - have, 0);
        if (got <= 0)
            return false;
        have += (size_t)got;
    }
    return true;
}

/* Asks for an upgrade; returns the status of the answer, whose head is read. */
static inline int ws_client_open(struct ws_client *client, int port, const char *target)
{
    char head[4096];
    *client = (struct ws_client){.fd = ws_client_dial(port)};
    int len = snprintf(head, sizeof head,
                       "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: "
                       "Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                       "Sec-WebSocket-Version: 13\r\n\r\n",
                       target);
    assert_int_equal(send(client->fd, head, (size_t)len, MSG_NOSIGNAL), len);
    size_t have = 0;
    while (have + 1 < sizeof head && ws_client_read(client->fd, head + have, 1)) {
        head[++have] = '\0';
        if (have >= 4 && strcmp(head + have - 4, "\r\n\r\n") == 0)
            break;
    }
    client->status = have > 12 ? (int)strtol(head + 9, NULL, 10) : 0;
    return client->status;
}

static inline void ws_client_send(struct ws_client *client, int opcode, const void *bytes,
                                  size_t len)
{
    static const unsigned char mask[4] = {0x5a, 0x01, 0xff, 0x80};
    unsigned char *frame = xmalloc(len + 14);
    size_t at = 0;
    frame[at++] = (unsigned char)(0x80 | opcode);
    if (len < 126) {
        frame[at++] = (unsigned char)(0x80 | len);
    } else {
        frame[at++] = 0x80 | 126;
        frame[at++] = (unsigned char)(len >> 8);
        frame[at++] = (unsigned char)len;
    }
    memcpy(frame + at, mask, 4);
    at += 4;
    for (size_t i = 0; i < len; i++)
        frame[at++] = ((const unsigned char *)bytes)[i] ^ mask[i % 4];
    assert_int_equal(send(client->fd, frame, at, MSG_NOSIGNAL), at);
    free(frame);
}

static inline void ws_client_say(struct ws_client *client, const char *text)
{
    ws_client_send(client, WSC_TEXT, text, strlen(text));
}

/* The next frame, whatever it is; returns its opcode. */
static inline int ws_client_next(struct ws_client *client)
{
    unsigned char head[10];
    free(client->text);
    client->text = NULL;
    client->opcode = 0;
    if (!ws_client_read(client->fd, head, 2))
        return 0;
    assert_true(head[0] & 0x80);  /* ours are never in fragments */
    assert_false(head[1] & 0x80); /* nor masked */
    client->len = head[1];
    int more = client->len == 126 ? 2 : client->len == 127 ? 8 : 0;
    if (more)
        client->len = 0;
    if (!ws_client_read(client->fd, head + 2, (size_t)more))
        return 0;
    for (int i = 0; i < more; i++)
        client->len = client->len << 8 | head[2 + i];
    client->text = xcalloc(1, client->len + 1);
    if (!ws_client_read(client->fd, client->text, client->len))
        return 0;
    client->opcode = head[0] & 15;
    if (client->opcode == WSC_CLOSE && client->len >= 2)
        client->code = (unsigned char)client->text[0] << 8 | (unsigned char)client->text[1];
    return client->opcode;
}

static inline void ws_client_done(struct ws_client *client)
{
    free(client->text);
    close(client->fd);
    *client = (struct ws_client){.fd = -1};
}

#endif
