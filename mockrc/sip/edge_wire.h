/*
 * The library's message into a plain request, and a plain answer into header lines. Private to
 * mockrc/sip/edge*.
 */
#ifndef MOCKRC_SIP_EDGE_WIRE_H
#define MOCKRC_SIP_EDGE_WIRE_H

#include "sip/wire.h"

#include <sofia-sip/sip.h>

/* Text is borrowed from `sip` or made in the arena. `request` is zero before. */
void edge_read(const sip_t *sip, struct arena *arena, struct sip_request *request);

/* When the top Via is that of the front's hop, which knows the key (sip/hop_via.h): the transport and
 * the address the client really has. */
void edge_read_hop(const sip_t *sip, struct arena *arena, const char *key,
                   struct sip_request *request);

/* The header lines an answer has beyond those every answer has; "" when none. */
void edge_write(const struct sip_answer *answer, struct buf *out);

#endif
