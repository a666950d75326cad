/*
 * A TLS client as strict as any: it trusts one authority, wants one name, and tells why not.
 */
#ifndef TESTS_SUPPORT_TLS_CLIENT_H
#define TESTS_SUPPORT_TLS_CLIENT_H

#include "base/buf.h"
#include "support/front_stage.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#define TLS_NO_SNI "-"

struct tls_wish {
    const char *ca;   /* PEM; NULL: nothing is checked */
    const char *host; /* a name or an address it must be for; a name is also asked for */
    int version;      /* TLS1_2_VERSION: no newer one; 0: any */
    const char *sni;  /* the name asked for, if another; TLS_NO_SNI: none */
};

struct tls_client {
    int fd;
    SSL_CTX *context;
    SSL *ssl;
    char why[256];    /* the handshake failed so; "" when it did not */
    char version[16]; /* "TLSv1.3" */
    char serial[64];  /* of the certificate it was shown */
};

static inline void tls_trust(SSL_CTX *context, const char *pem)
{
    BIO *bio = BIO_new_mem_buf(pem, -1);
    X509 *ca = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    assert_non_null(ca);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), ca);
    X509_free(ca);
    BIO_free(bio);
}

static inline void tls_note(struct tls_client *client)
{
    X509 *shown = SSL_get1_peer_certificate(client->ssl);
    if (!shown)
        return;
    BIGNUM *number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(shown), NULL);
    char *hex = BN_bn2hex(number);
    snprintf(client->serial, sizeof client->serial, "%s", hex);
    OPENSSL_free(hex);
    BN_free(number);
    X509_free(shown);
    snprintf(client->version, sizeof client->version, "%s", SSL_get_version(client->ssl));
}

/* Connects and shakes hands; what came of it is in `why`. */
static inline void tls_dial(struct tls_client *client, int port, const struct tls_wish *wish)
{
    unsigned char address[16];
    *client = (struct tls_client){.fd = dial(port)};
    assert_true(client->fd >= 0);
    struct timeval patience = {.tv_sec = STAGE_WAIT_MS / 1000};
    setsockopt(client->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    client->context = SSL_CTX_new(TLS_client_method());
    if (wish->version)
        SSL_CTX_set_max_proto_version(client->context, wish->version);
    if (wish->ca) {
        tls_trust(client->context, wish->ca);
        SSL_CTX_set_verify(client->context, SSL_VERIFY_PEER, NULL);
    }
    client->ssl = SSL_new(client->context);
    bool is_address = wish->host && (inet_pton(AF_INET, wish->host, address) == 1 ||
                                     inet_pton(AF_INET6, wish->host, address) == 1);
    if (is_address)
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(client->ssl), wish->host);
    else if (wish->host)
        SSL_set1_host(client->ssl, wish->host);
    const char *sni = wish->sni ? wish->sni : is_address ? NULL : wish->host;
    if (sni && strcmp(sni, TLS_NO_SNI) != 0)
        SSL_set_tlsext_host_name(client->ssl, sni);
    SSL_set_fd(client->ssl, client->fd);
    ERR_clear_error();
    if (SSL_connect(client->ssl) == 1) {
        tls_note(client);
        return;
    }
    long verdict = SSL_get_verify_result(client->ssl);
    unsigned long error = ERR_peek_error();
    snprintf(client->why, sizeof client->why, "%s",
             wish->ca && verdict != X509_V_OK ? X509_verify_cert_error_string(verdict)
             : error                          ? ERR_reason_error_string(error)
                                              : "closed");
}

static inline void tls_hang_up(struct tls_client *client)
{
    SSL_free(client->ssl);
    SSL_CTX_free(client->context);
    close(client->fd);
}

static inline void tls_say(struct tls_client *client, const char *text)
{
    assert_int_equal(SSL_write(client->ssl, text, (int)strlen(text)), strlen(text));
}

/* As hear(). HEARD_END is a goodbye in TLS; a connection cut short is HEARD_RESET. */
static inline int tls_hear(struct tls_client *client, char *out, size_t wanted)
{
    size_t len = 0;
    out[0] = '\0';
    while (len < wanted) {
        int got = SSL_read(client->ssl, out + len, (int)(wanted - len));
        if (got <= 0)
            return SSL_get_error(client->ssl, got) == SSL_ERROR_ZERO_RETURN ? HEARD_END
                                                                            : HEARD_RESET;
        len += (size_t)got;
        out[len] = '\0';
    }
    return HEARD_ENOUGH;
}

#endif
