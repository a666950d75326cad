/*
 * HTTPS for the tenant's page: a TLS listener on a loopback port that hands what it decrypts to the
 * page's own server on another, byte for byte, and its answers back. (The packaged civetweb has no
 * TLS that works with OpenSSL 3.)
 *
 * What holds: TLS 1.2 or newer; one thread for all; nobody is read faster than the other side takes
 * it. Bounded: RELAY_MAX connections, the next wait in the listener's queue; who has not finished his
 * handshake after ten seconds is let go, who is idle then is the server's matter.
 */
#ifndef RC_CLIENT_WEB_TLS_RELAY_H
#define RC_CLIENT_WEB_TLS_RELAY_H

#include <stddef.h>

#define RELAY_MAX 128

struct tls_relay;

struct tls_relay_options {
    int port;              /* loopback; 0: a free one */
    const char *cert_file; /* PEM: the certificate, and behind it what leads to its authority */
    const char *key_file;  /* PEM, without a passphrase */
    int to_port;           /* where the plain server listens, on 127.0.0.1 */
};

/* NULL with a sentence in `why`: a file that cannot be read, a key of another certificate, no port. */
struct tls_relay *tls_relay_start(const struct tls_relay_options *options, char *why, size_t cap);
int tls_relay_port(const struct tls_relay *relay);
/* Ends every connection. NULL is fine. */
void tls_relay_stop(struct tls_relay *relay);

#endif
