/*
 * Which of the two outbound proxies carries a handset: primary first, secondary when the primary
 * gives a reason to leave it. Pure: how a REGISTER is sent is a function the caller brings.
 *
 * Reasons to leave: no address, connection refused, another's certificate, silence, 408, 500, 502, 503, 504. Any other
 * answer, 401 and 403 among them, comes from a living proxy and is final (RFC 3263 4.3,
 * sip.md 5.2). A proxy found dead stays so for the run: a hundred handsets wait for its silence
 * once.
 */
#ifndef RC_CLIENT_FAILOVER_H
#define RC_CLIENT_FAILOVER_H

#include "sipua.h"

enum route { ROUTE_PRIMARY, ROUTE_SECONDARY, ROUTE_NONE };

struct failover {
    struct hostport proxies[2];
    bool has_secondary;          /* configured, and not the primary again */
    bool is_dead[2];             /* found so in this run */
    struct sipua_result last[2]; /* what each said last */
};

typedef void failover_send_fn(void *arg, const struct hostport *proxy,
                              struct sipua_result *ret_result);

bool failover_is_reason(const struct sipua_result *result);

/* Tries in order; the result is the one of the proxy that carries the handset, or of the last one
 * asked. */
enum route failover_send(struct failover *failover, failover_send_fn *send, void *arg,
                         struct sipua_result *ret_result);

const char *route_text(enum route route); /* "primary", "secondary", "none" */

#endif
