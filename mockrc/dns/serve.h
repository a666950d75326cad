/*
 * One message to the name service: read, answered from the world, told in the journal as dns.query.
 */
#ifndef MOCKRC_DNS_SERVE_H
#define MOCKRC_DNS_SERVE_H

#include "dns/message.h"
#include "fault/fault.h"
#include "journal/journal.h"
#include "world/world.h"

/* Inside the door. Appends the answer to `out`; nothing: silence. Returns for how many ms of machine time a rule
 * holds it back. */
int64_t dns_serve(const struct world *world, struct journal *journal, struct faults *faults,
                  bool is_udp, const uint8_t *bytes, size_t len, struct buf *out);

/* The name of its events, for rules and expectations. */
extern const char dns_op[];

#endif
