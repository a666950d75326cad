#include "media/edge_socket.h"

#include <arpa/inet.h>
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
