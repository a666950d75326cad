/*
 * The descriptors of this process. A phone over TLS takes three, and what a login allows, often 1,024,
 * is soon used up.
 */
#ifndef MOCKRC_BASE_DESCRIPTORS_H
#define MOCKRC_BASE_DESCRIPTORS_H

#include <sys/socket.h>

/* Lifts the soft limit to the hard one, as every process may for itself; a failure changes nothing. */
void descriptors_allow_all(void);

/* The socket of that type (SOCK_DGRAM) bound to `address`, for a library's that it does not tell; -1:
 * there is none. Borrowed. */
int descriptor_bound(int type, const struct sockaddr *address, socklen_t len);

#endif
