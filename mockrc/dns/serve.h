/*
 * One message to the name service: read, answered from the world, told in the journal as dns.query.
 */
#ifndef MOCKRC_DNS_SERVE_H
#define MOCKRC_DNS_SERVE_H

#include "dns/message.h"
#include "journal/journal.h"
#include "world/world.h"

/* Inside the door. Appends the answer to `out`; nothing: silence. */
void dns_serve(const struct world *world, struct journal *journal, bool is_udp,
               const uint8_t *bytes, size_t len, struct buf *out);

/* The name of its events, for rules and expectations. */
extern const char dns_op[];

#endif
