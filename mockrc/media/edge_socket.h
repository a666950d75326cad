/*
 * UDP sockets of the media edge: addresses as numbers, nothing blocks.
 */
#ifndef MOCKRC_MEDIA_EDGE_SOCKET_H
#define MOCKRC_MEDIA_EDGE_SOCKET_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct edge_address {
    socklen_t len; /* 0: none */
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    };
};

/* Text that is no IPv4 or IPv6 address, or port 0: none. */
void edge_address_read(const char *text, int port, struct edge_address *ret);

/* The address that a packet to `peer` ("10.0.0.9:5060", "[::1]:5060") would come from. False: `peer` is no
 * address, or there is no way to it. */
bool edge_socket_ours(const char *peer, char *out, size_t out_len);

/* Bound to `port` (0: any); -1: it cannot be. */
int edge_socket_open(const char *bind, int port, int *ret_port);
/* -1: nothing is there. `from` is only changed when something came. A datagram longer than `len` is
 * an empty one: it is no audio. */
ssize_t edge_socket_receive(int fd, uint8_t *bytes, size_t len, struct edge_address *from);
bool edge_socket_send(int fd, const struct edge_address *to, const uint8_t *bytes, size_t len);

#endif
