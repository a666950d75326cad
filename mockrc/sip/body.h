/*
 * What a request carries: whether its body is of a kind that can be understood, and whether the
 * answer's would be taken. Source: RFC 3261 8.2.3, 20.1, 20.11, 21.4.13.
 */
#ifndef MOCKRC_SIP_BODY_H
#define MOCKRC_SIP_BODY_H

#include "sip/exchange.h"

#define BODY_SDP   "application/sdp"
#define BODY_AGENT "x-rc/agent" /* sip.md 4.3 */
#define BODY_JSON  "application/json"
#define BODY_DTMF  "application/dtmf-relay"

/* Is there a body, and is it of that type? One without Content-Type is taken for it. */
bool body_is(const struct sip_request *request, const char *type);
/* 415 when there is a body that must be understood and is none of `types` (up to the first NULL),
 * or is encoded. */
bool body_refuse(struct sip_exchange *exchange, const char *const *types);
/* 406 when what we would answer with is nothing the client takes. */
bool body_refuse_accept(struct sip_exchange *exchange, const char *type);

#endif
