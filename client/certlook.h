/*
 * A look at the certificate of a TLS server, for those who need to know why it is not trusted: one
 * handshake of our own, and what it showed. Nothing is sent but the handshake.
 *
 * Whose name a SIP proxy's certificate must hold (RFC 5922): the host that was configured, as dNSName or,
 * for an address, as iPAddress, or the SIP domain it serves. No wildcards; the common
 * name counts where there is no subjectAltName.
 */
#ifndef RC_CLIENT_CERTLOOK_H
#define RC_CLIENT_CERTLOOK_H

#include "hostport.h"

enum certlook {
    CERTLOOK_GOOD,
    CERTLOOK_BAD,         /* it came, and is refused: `why` */
    CERTLOOK_NO_ANSWER,   /* no connection, or silence */
    CERTLOOK_NO_HANDSHAKE /* connected, and the handshake failed before a certificate came: `why` */
};

struct certlook_seen {
    char why[100]; /* OpenSSL's words, or ours about the name */
    char subject[80], issuer[80], names[120];
    char until[32]; /* notAfter; "" when there is none */
};

/* `at`: where to find it, an address or a name. `domain`: the SIP domain, without a port; "": none. `ca_file` NULL or "": the system's authorities.
 * Ends after `timeout_ms` a step (connecting, each read). */
enum certlook certlook(const struct hostport *server, const struct hostport *at, const char *domain,
                       const char *ca_file, int timeout_ms, struct certlook_seen *ret_seen);

#endif
