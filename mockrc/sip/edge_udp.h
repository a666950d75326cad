/*
 * Answers over UDP, written and sent past the library. Private to mockrc/sip/edge*.
 *
 * The library's way to answer without a transaction (nta_msg_treply) copies the request's headers,
 * parses ours, resolves the address the request came from and looks up errors of its socket: three
 * quarters of what a registration costs. Here the request's headers are written as the library has read
 * them, ours as they are, and the datagram leaves by the library's own socket for where RFC 3261 section
 * 18.2.2 and RFC 3581 section 4 want it. What is unusual is left to the library.
 */
#ifndef MOCKRC_SIP_EDGE_UDP_H
#define MOCKRC_SIP_EDGE_UDP_H

#include "base/buf.h"

#include <sofia-sip/msg_addr.h>
#include <sofia-sip/tport.h>
#include <stdbool.h>
#include <stdint.h>

enum { EDGE_PEER_LEN = 64 };

struct edge_udp {
    int fd; /* the library's socket, borrowed; below 0: not looked for yet, or not found */
    uint64_t tag_key[2];
    struct buf out;
};

void edge_udp_init(struct edge_udp *udp);
void edge_udp_done(struct edge_udp *udp);

/* Answers; `phrase` NULL is the usual one, `headers` whole lines, `body` may be NULL. The To tag follows
 * from the request, so a repeated one gets the same (RFC 3261 section 8.2.7). False when nothing was
 * sent: the request did not come by UDP, or names an address of its own (maddr), a route or
 * compression. */
bool edge_udp_answer(struct edge_udp *udp, const tport_t *tports, const msg_t *request, int status,
                     const char *phrase, const char *headers, const char *body);

/* "127.0.0.1:5060", "[::1]:5060"; returns `out`. */
const char *edge_udp_peer(char out[EDGE_PEER_LEN], const msg_t *request);

#endif
