/*
 * SIP clients on the front's links: each gets a connection of its own to the proxy's loopback TCP port
 * (link_facts.upstream), with the SIP hop (front/sip_hop.h) between them. When one side ends, the
 * other does: to the platform the client's flow is that connection.
 *
 * Both services want a struct sip_link_options as their context.
 */
#ifndef MOCKRC_FRONT_SIP_LINK_H
#define MOCKRC_FRONT_SIP_LINK_H

#include "front/link.h"
#include "sip/hop_via.h"

struct sip_link_options {
    const char *key; /* sip/hop_via.h: the edge knows it too */
};

/* A stream of messages: SIP over TLS, and over TCP where the front has a proxy's port. */
extern const struct link_service sip_stream_service;
/* WebSocket with the subprotocol "sip" (RFC 7118), on any path; what does not ask for it is refused
 * with 400. */
extern const struct link_service sip_web_service;

#endif
