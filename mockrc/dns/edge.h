/*
 * The sockets of the name service: one thread with a UDP and a TCP socket on one port. Knows no
 * message but the length before it on TCP (RFC 1035 section 4.2.2, RFC 7766).
 *
 * Limits: DNS_HELD answers by UDP that are held back, further ones are lost; as many TCP connections as DNS_CONNECTIONS, each for DNS_IDLE_MS of machine time without a
 * whole question; more wait to be accepted.
 */
#ifndef MOCKRC_DNS_EDGE_H
#define MOCKRC_DNS_EDGE_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DNS_HELD = 256, DNS_CONNECTIONS = 32, DNS_IDLE_MS = 10000 };

/* On the edge's thread: appends the answer; nothing appended: silence. Returns for how many ms it is held back. */
typedef int64_t dns_answer_fn(void *context, bool is_udp, const uint8_t *bytes, size_t len,
                              struct buf *out);

struct dns_edge;

/* Binds `port` of `bind` (an IPv4 or IPv6 address), 0: one that is free for both, and serves. ERR_ENV:
 * nothing is left behind. */
int dns_edge_start(const char *bind, int port, dns_answer_fn *answer, void *context,
                   struct dns_edge **ret, struct diag *diag);
int dns_edge_port(const struct dns_edge *edge);
/* Ends connections and thread; waits for no client. NULL is fine. */
void dns_edge_stop(struct dns_edge *edge);

#endif
