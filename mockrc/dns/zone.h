/*
 * What the simulated names answer, from the world's proxies and from what set-dns said of a name
 * (world/name.h). Read anew with each question: a proxy that moves has moved here too.
 *
 *   <proxy's host>               A or AAAA: the address bound
 *   _sip._udp.<host>, _sip._tcp.<host>, _sips._tcp.<host>     SRV: the proxy's real port
 *   _sip._udp.<SIP domain>, ...  SRV: the proxies of the domain's first region, primary before secondary
 *   <SIP domain>                 NAPTR: SIPS over TLS, SIP over TCP, SIP over UDP (RFC 3263 section 4.1)
 *
 * A stopped proxy keeps its records, as a provider's DNS does not know of it; a stale one keeps its own
 * and is no longer among its domain's; one that moved is where it is now. Other names are NXDOMAIN. A
 * name that is there without records of the type asked for, or has such names below it (RFC 8020), gets
 * none. No SOA goes with that, so resolvers do not remember it (RFC 2308 section 5): what a test changes
 * is seen at once.
 */
#ifndef MOCKRC_DNS_ZONE_H
#define MOCKRC_DNS_ZONE_H

#include "dns/message.h"
#include "world/world.h"

enum { ZONE_TTL_S = 60 }; /* where set-dns says no other (chosen) */

/* False: silence. `*ret_cause` is the journal number of the set-dns that made it so, else 0. */
bool zone_answer(const struct world *world, const struct dns_query *query, struct dns_answer *ret,
                 uint64_t *ret_cause);

/* Another answer in its place: "nxdomain", "servfail", "refused", "empty", or an address (the records of SRV and
 * NAPTR stay as they are). */
void zone_give(const struct dns_query *query, const char *gives, struct dns_answer *answer);

/* Is it the host name of a proxy? */
bool zone_is_host(const struct world *world, const char *name);

#endif
