/*
 * The registrar (RFC 3261 section 10): which REGISTER becomes which bindings. All proxies share it;
 * what comes in by a stale one leads nowhere. Behaviour of the platform: sip.md section 3.
 */
#ifndef MOCKRC_SIP_REGISTRAR_H
#define MOCKRC_SIP_REGISTRAR_H

#include "sip/exchange.h"

/* The checks a REGISTER meets, the last of which always answers. NULL-ended. */
extern sip_check_fn *const registrar_checks[];

#endif
