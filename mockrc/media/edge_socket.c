#include "media/edge_socket.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void edge_address_read(const char *text, int port, struct edge_address *ret)
{
    *ret = (struct edge_address){0};
    if (port <= 0 || port > UINT16_MAX)
        return;
    if (inet_pton(AF_INET, text, &ret->v4.sin_addr) == 1) {
        ret->v4.sin_family = AF_INET;
        ret->v4.sin_port = htons((uint16_t)port);
        ret->len = sizeof ret->v4;
    } else if (inet_pton(AF_INET6, text, &ret->v6.sin6_addr) == 1) {
        ret->v6.sin6_family = AF_INET6;
        ret->v6.sin6_port = htons((uint16_t)port);
        ret->len = sizeof ret->v6;
    }
}

/* Without the brackets and the port, which must be there. */
static bool read_peer(const char *peer, struct edge_address *ret)
{
    char host[INET6_ADDRSTRLEN];
    const char *colon = strrchr(peer, ':');
    size_t is_bracketed = *peer == '[';
    size_t len = colon ? (size_t)(colon - peer) : 0;
    if (len <= 2 * is_bracketed || len - 2 * is_bracketed >= sizeof host)
        return false;
    snprintf(host, sizeof host, "%.*s", (int)(len - 2 * is_bracketed), peer + is_bracketed);
    edge_address_read(host, 9, ret); /* any port: nothing is sent */
    return ret->len > 0;
}

bool edge_socket_ours(const char *peer, char *out, size_t out_len)
{
    struct edge_address address;
    if (!read_peer(peer, &address))
        return false;
    int fd = socket(address.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool is_told = fd >= 0 && connect(fd, &address.any, address.len) == 0 &&
                   getsockname(fd, &address.any, &address.len) == 0;
    if (fd >= 0)
        close(fd);
    const struct in6_addr *v6 = &address.v6.sin6_addr;
    const void *at = address.any.sa_family == AF_INET ? (const void *)&address.v4.sin_addr : v6;
    int family = address.any.sa_family;
    if (family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(v6)) { /* who came over IPv4 knows no other */
        family = AF_INET;
        at = &v6->s6_addr[12];
    }
    return is_told && inet_ntop(family, at, out, (socklen_t)out_len);
}

int edge_socket_open(const char *bind_to, int port, int *ret_port)
{
    struct edge_address address;
    edge_address_read(bind_to, port ? port : 1, &address);
    if (!address.len)
        return -1;
    if (!port) /* at the same place in both families */
        address.v4.sin_port = 0;
    int fd = socket(address.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    if (bind(fd, &address.any, address.len) != 0 ||
        getsockname(fd, &address.any, &address.len) != 0) {
        close(fd);
        return -1;
    }
    *ret_port = ntohs(address.v4.sin_port);
    return fd;
}

ssize_t edge_socket_receive(int fd, uint8_t *bytes, size_t len, struct edge_address *from)
{
    struct edge_address source = {.len = sizeof source.v6};
    ssize_t got = recvfrom(fd, bytes, len, MSG_TRUNC, &source.any, &source.len);
    if (got >= 0)
        *from = source;
    return got > (ssize_t)len ? 0 : got;
}

bool edge_socket_send(int fd, const struct edge_address *to, const uint8_t *bytes, size_t len)
{
    return sendto(fd, bytes, len, MSG_NOSIGNAL, &to->any, to->len) == (ssize_t)len;
}
