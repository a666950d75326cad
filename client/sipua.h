/*
 * The client's SIP endpoint: sends one REGISTER (with its digest round) to one proxy and waits for
 * the outcome. Request-URI, From and To keep the SIP domain (RFC 3261 8.1.2). Every Call-ID, tag
 * and branch comes from the caller's rnd. sipnet.h tells how it travels and when it ends.
 */
#ifndef RC_CLIENT_SIPUA_H
#define RC_CLIENT_SIPUA_H

#include <stdbool.h>

#include "hostport.h"
#include "resolver.h"
#include "rnd.h"

enum { SIPUA_ADDRESS = 64 }; /* "[address]:port" */

struct sipnet;

enum sipua_kind {
    SIPUA_REGISTER,
    SIPUA_UNREGISTER,
    SIPUA_FETCH, /* REGISTER without Contact: proves proxy and secret, changes nothing (10.2.3) */
    SIPUA_PING   /* OPTIONS, unauthenticated: proves the proxy only */
};

struct sipua_request {
    enum sipua_kind kind;
    struct hostport proxy;
    const char *transport; /* "udp", "tcp" or "tls" */
    const char *domain;    /* without a port */
    const char *user;      /* user part of the address of record */
    const char *auth_id, *password;
    const char *instance; /* UUID */
    int expires_s;
    int timeout_ms;
};

enum sipua_trouble {
    SIPUA_ANSWERED, /* `status` is the proxy's */
    SIPUA_UNRESOLVED,
    SIPUA_REFUSED, /* connection refused, unreachable, reset */
    SIPUA_SILENT,  /* no final answer within the time */
    SIPUA_MISNAMED /* over TLS, and the certificate names somebody else: what came is not believed */
};

struct sipua_result {
    enum sipua_trouble trouble;
    enum resolver_said said; /* about the proxy's name */
    char by[SIPUA_ADDRESS];  /* the address asked last; "": none */
    int status;              /* of the last final answer, 0 when none */
    bool has_answered; /* our digest was sent: a 401 or 403 now means the secret was refused */
    int granted_s;     /* expiry of our binding */
    int contacts;      /* bindings the 200 lists */
    int retry_after_s; /* -1 when absent */
    char realm[256];   /* of the challenge */
    bool has_moved;    /* a 3xx with a Contact: */
    struct hostport moved;
};

void sipua_send(struct sipnet *net, struct rnd *rnd, const struct sipua_request *request,
                struct sipua_result *ret_result);

/* "SIP 503", "no answer", "connection refused", "host not found: NXDOMAIN, ...". */
const char *sipua_text(const struct sipua_result *result, char *to, size_t cap);

#endif
