/*
 * The certificates of one simulator: a certificate authority of its own, made when first asked for,
 * and what it signs. Keys are fresh each time (P-256): a key that follows from a seed would let
 * everybody sign for whoever trusts it. Of libcrypto only; used on one thread.
 *
 * X.509 as RFC 5280 and the CA/Browser baseline want it of servers: SHA-256, names as subjectAltName
 * (DNS or IP), serverAuth.
 */
#ifndef MOCKRC_FRONT_CERT_H
#define MOCKRC_FRONT_CERT_H

#include "base/buf.h"
#include "fault/fault.h"

#include <openssl/x509.h>

struct cert {
    X509 *x509;
    EVP_PKEY *key;
};
void cert_done(struct cert *cert);

/* A certificate authority. */
void cert_make_ca(struct cert *ret);
/* For the names in `names` (one a line: DNS names, IPv4 and IPv6 addresses), signed by `ca`; what is `wrong`
 * with it. */
void cert_issue(const struct cert *ca, const char *names, enum fault_certificate wrong,
                struct cert *ret);
void cert_pem(const struct cert *cert, struct buf *out);
/* How many certificates a PEM text holds; 0 when what stands there is none. */
size_t cert_count(const char *pem);

#endif
