/*
 * The descriptors of this process. A phone over TLS takes three, and what a login allows, often 1,024,
 * is soon used up.
 */
#ifndef MOCKRC_BASE_DESCRIPTORS_H
#define MOCKRC_BASE_DESCRIPTORS_H

#include <sys/socket.h>

/* Lifts the soft limit to the hard one, as every process may for itself; a failure changes nothing. */
void descriptors_allow_all(void);

/* The socket of that type bound to `address`, of streams the one that listens, for a library's that it
 * does not tell; -1: there is none. Borrowed. */
int descriptor_bound(int type, const struct sockaddr *address, socklen_t len);
/* Takes the place of a library that listens with `fd`: returned is its socket, which does not block and is
 * the caller's. Under the number the library knows is one on loopback then (`*ret_quiet`, its port) that
 * nobody is told of. Sets of epoll forget the old one; who waits in poll() looks at it once more at most.
 * -1: it cannot be. */
int descriptor_take_over(int fd, int *ret_quiet);

#endif
