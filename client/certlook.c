/* A look at a server's certificate; see certlook.h. */
#include "certlook.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "clock.h"
#include "text.h"

/* --- the connection --- */

static bool connect_within(int fd, const struct addrinfo *to, int timeout_ms)
{
    int error = 0, flags = fcntl(fd, F_GETFL);
    socklen_t len = sizeof(error);
    struct pollfd at = {.fd = fd, .events = POLLOUT};
    struct timeval limit = {.tv_sec = timeout_ms / 1000, .tv_usec = timeout_ms % 1000 * 1000};
    fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    if (connect(fd, to->ai_addr, to->ai_addrlen) != 0 &&
        (errno != EINPROGRESS || poll(&at, 1, timeout_ms) != 1 ||
         getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0 || error != 0))
        return false;
    fcntl(fd, F_SETFL, flags);
    return setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) == 0 &&
           setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) == 0;
}

static int dial(const struct hostport *server, int timeout_ms)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM}, *found = NULL;
    char port[8];
    int fd = -1;
    snprintf(port, sizeof(port), "%d", server->port);
    if (getaddrinfo(server->host, port, &hints, &found) != 0)
        return -1;
    for (const struct addrinfo *at = found; at && fd < 0; at = at->ai_next) {
        fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd >= 0 && !connect_within(fd, at, timeout_ms)) {
            close(fd);
            fd = -1;
        }
    }
    freeaddrinfo(found);
    return fd;
}

/* --- what it shows --- */

static void read_name(const X509_NAME *name, char *to, size_t cap)
{
    BIO *out = BIO_new(BIO_s_mem());
    char *text;
    X509_NAME_print_ex(out, name, 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB);
    long len = BIO_get_mem_data(out, &text);
    snprintf(to, cap, "%.*s", (int)len, text);
    BIO_free(out);
}

static void add_name(const GENERAL_NAME *name, char *to, size_t cap)
{
    char text[INET6_ADDRSTRLEN + 260] = "";
    const ASN1_STRING *value = name->d.ia5;
    if (name->type == GEN_DNS || name->type == GEN_URI)
        snprintf(text, sizeof(text), "%.*s", (int)ASN1_STRING_length(value),
                 (const char *)ASN1_STRING_get0_data(value));
    else if (name->type == GEN_IPADD)
        inet_ntop(ASN1_STRING_length(value) == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(value),
                  text, sizeof(text));
    size_t len = strlen(to);
    if (*text)
        snprintf(to + len, cap - len, "%s%s", len ? " " : "", text);
}

static void read_certificate(X509 *cert, struct certlook_seen *seen)
{
    struct tm until;
    read_name(X509_get_subject_name(cert), seen->subject, sizeof(seen->subject));
    read_name(X509_get_issuer_name(cert), seen->issuer, sizeof(seen->issuer));
    if (ASN1_TIME_to_tm(X509_get0_notAfter(cert), &until) == 1)
        strftime(seen->until, sizeof(seen->until), "%Y-%m-%dT%H:%M:%SZ", &until);
    GENERAL_NAMES *names = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++)
        add_name(sk_GENERAL_NAME_value(names, i), seen->names, sizeof(seen->names));
    GENERAL_NAMES_free(names);
}

static bool is_named(X509 *cert, const struct hostport *server, const char *domain)
{
    const unsigned flags = X509_CHECK_FLAG_NO_WILDCARDS;
    bool has_host = hostport_is_address(server)
                        ? X509_check_ip_asc(cert, server->host, 0) == 1
                        : X509_check_host(cert, server->host, 0, flags, NULL) == 1;
    return has_host || (*domain && X509_check_host(cert, domain, 0, flags, NULL) == 1);
}

/* --- the look --- */

/* Goes on whatever is wrong, so that the certificate can be read; the first error stays. */
static int note_error(int is_ok, X509_STORE_CTX *store)
{
    int *first =
        SSL_get_ex_data(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()), 0);
    if (!is_ok && *first == X509_V_OK)
        *first = X509_STORE_CTX_get_error(store);
    return 1;
}

static enum certlook judge(SSL *ssl, int error, const struct hostport *server, const char *domain,
                           struct certlook_seen *seen)
{
    X509 *cert = SSL_get1_peer_certificate(ssl);
    if (cert == NULL) {
        const char *reason = ERR_reason_error_string(ERR_peek_error());
        text_copy(seen->why, sizeof(seen->why), reason ? reason : "the connection ended");
        return CERTLOOK_NO_HANDSHAKE;
    }
    read_certificate(cert, seen);
    bool has_name = is_named(cert, server, domain);
    if (error != X509_V_OK)
        text_copy(seen->why, sizeof(seen->why), X509_verify_cert_error_string(error));
    else if (!has_name)
        text_copy(seen->why, sizeof(seen->why), "the certificate is of another name");
    X509_free(cert);
    return error == X509_V_OK && has_name ? CERTLOOK_GOOD : CERTLOOK_BAD;
}

static enum certlook shake_hands(int fd, const struct hostport *server, const char *domain,
                                 const char *ca_file, struct certlook_seen *seen)
{
    enum certlook found = CERTLOOK_NO_ANSWER;
    int error = X509_V_OK;
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    SSL *ssl = ctx ? SSL_new(ctx) : NULL;
    if (ssl && (ca_file && *ca_file ? SSL_CTX_load_verify_file(ctx, ca_file) == 1
                                    : SSL_CTX_set_default_verify_paths(ctx) == 1)) {
        SSL_set_ex_data(ssl, 0, &error);
        SSL_set_verify(ssl, SSL_VERIFY_PEER, note_error);
        SSL_set_fd(ssl, fd);
        ERR_clear_error();
        /* Without a server name, as sofia-sip shakes hands: we want to see what it saw. */
        int result = SSL_connect(ssl);
        bool is_silent = result != 1 && SSL_get_error(ssl, result) == SSL_ERROR_WANT_READ;
        if (!is_silent)
            found = judge(ssl, error, server, domain, seen);
        SSL_shutdown(ssl);
    }
    SSL_free(ssl);
    SSL_CTX_free(ctx);
    return found;
}

enum certlook certlook(const struct hostport *server, const struct hostport *at, const char *domain,
                       const char *ca_file, int timeout_ms, struct certlook_seen *ret_seen)
{
    struct certlook_seen seen = {0};
    enum certlook found = CERTLOOK_NO_ANSWER;
    signal(SIGPIPE, SIG_IGN); /* OpenSSL writes without MSG_NOSIGNAL */
    int fd = dial(at, timeout_ms);
    if (fd >= 0) {
        found = shake_hands(fd, server, domain, ca_file, &seen);
        close(fd);
    }
    *ret_seen = seen;
    return found;
}
