/*
 * Whether an answer came over a TLS connection whose certificate names one of two hosts, as sofia-sip
 * tells its names (dNSNames; the common name when there are none). No wildcards (RFC 5922 7.2).
 */
#ifndef RC_CLIENT_SIPNAMES_H
#define RC_CLIENT_SIPNAMES_H

#include <stdbool.h>

struct nta_agent_s;
struct nta_outgoing_s;

/* Each may be "". */
bool sipnames_hold(struct nta_agent_s *agent, struct nta_outgoing_s *answered, const char *host,
                   const char *domain);

#endif
