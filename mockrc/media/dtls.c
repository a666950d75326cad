#include "media/dtls.h"

#include "base/mem.h"

#include <assert.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

enum {
    MTU = 1200, /* of a datagram's content: what any path takes */
    SECRET = 16,
    SALT = MEDIA_KEY_LEN - SECRET,
    /* Before what was not answered is said again; doubled each time. Half a second and more is for
     * the open network (RFC 6347 4.2.4.1), and is heard at the beginning of a call. */
    FIRST_WAIT_US = 100000,
    LONGEST_WAIT_US = 2000000,
};

struct dtls {
    SSL *ssl; /* NULL: it rests */
    enum dtls_state state;
    const char *reason;
    bool is_client;
    unsigned char print[MEDIA_PRINT_MAX];
    size_t print_len;
    /* Of the call under way: the datagram that came, and where to send. */
    const uint8_t *bytes;
    size_t len;
    const struct dtls_out *out;
};

struct dtls_identity {
    SSL_CTX *context;
    BIO_METHOD *wire;
    char print[MEDIA_PRINT_TEXT];
};

/* --- the wire: a BIO that keeps datagrams apart --- */

static int wire_read(BIO *bio, char *out, int cap)
{
    struct dtls *dtls = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (!dtls->len) {
        BIO_set_retry_read(bio);
        return -1;
    }
    size_t len = dtls->len < (size_t)cap ? dtls->len : (size_t)cap;
    memcpy(out, dtls->bytes, len);
    dtls->len = 0; /* as of recv(): what does not fit is gone */
    return (int)len;
}

static int wire_write(BIO *bio, const char *bytes, int len)
{
    const struct dtls *dtls = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (dtls->out)
        dtls->out->send(dtls->out->context, (const uint8_t *)bytes, (size_t)len);
    return len;
}

static long wire_control(BIO *bio, int command, long number, void *at)
{
    return command == BIO_CTRL_FLUSH;
}

/* --- the identity --- */

/* The signature of who he says he is proves nothing: that the certificate is the one whose
 * fingerprint came by signalling does (RFC 5763 section 5). */
static int check_print(X509_STORE_CTX *chain, void *unused)
{
    const SSL *ssl = X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx());
    const struct dtls *dtls = SSL_get_app_data(ssl);
    const X509 *shown = X509_STORE_CTX_get0_cert(chain);
    const EVP_MD *digest = dtls->print_len == 64   ? EVP_sha512()
                           : dtls->print_len == 48 ? EVP_sha384()
                                                   : EVP_sha256();
    unsigned char print[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    if (X509_digest(shown, digest, print, &len) && len == dtls->print_len &&
        memcmp(print, dtls->print, len) == 0)
        return 1;
    X509_STORE_CTX_set_error(chain, X509_V_ERR_CERT_REJECTED);
    return 0;
}

/* A year long, from yesterday: clocks differ. Browsers look at the fingerprint only. */
static X509 *certificate_of(EVP_PKEY *key)
{
    enum { DAY_S = 86400 };
    X509 *x509 = X509_new();
    X509_set_version(x509, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509), -DAY_S);
    X509_gmtime_adj(X509_getm_notAfter(x509), 365L * DAY_S);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_UTF8,
                               (const unsigned char *)"mockrc media", -1, -1, 0);
    X509_set_issuer_name(x509, X509_get_subject_name(x509));
    X509_set_pubkey(x509, key);
    X509_sign(x509, key, EVP_sha256());
    return x509;
}

static void tell_print(struct dtls_identity *identity, const X509 *x509)
{
    static const char upper[] = "0123456789ABCDEF";
    unsigned char print[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    X509_digest(x509, EVP_sha256(), print, &len);
    assert(3 * len == MEDIA_PRINT_TEXT);
    for (unsigned i = 0; i < len; i++) {
        identity->print[3 * i] = upper[print[i] >> 4];
        identity->print[3 * i + 1] = upper[print[i] & 15];
        identity->print[3 * i + 2] = i + 1 < len ? ':' : '\0';
    }
}

static bool equip(struct dtls_identity *identity)
{
    SSL_CTX *context = identity->context;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *x509 = key ? certificate_of(key) : NULL;
    bool is_equipped = x509 && SSL_CTX_use_certificate(context, x509) == 1 &&
                       SSL_CTX_use_PrivateKey(context, key) == 1 &&
                       SSL_CTX_set_min_proto_version(context, DTLS1_2_VERSION) == 1 &&
                       SSL_CTX_set_tlsext_use_srtp(context, "SRTP_AES128_CM_SHA1_80") == 0;
    if (is_equipped)
        tell_print(identity, x509);
    X509_free(x509);
    EVP_PKEY_free(key);
    return is_equipped;
}

struct dtls_identity *dtls_identity_new(void)
{
    struct dtls_identity *identity = xcalloc(1, sizeof *identity);
    identity->context = SSL_CTX_new(DTLS_method());
    identity->wire = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "datagrams");
    if (!identity->context || !identity->wire || !equip(identity)) {
        dtls_identity_free(identity);
        return NULL;
    }
    BIO_meth_set_read(identity->wire, wire_read);
    BIO_meth_set_write(identity->wire, wire_write);
    BIO_meth_set_ctrl(identity->wire, wire_control);
    SSL_CTX_set_verify(identity->context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    SSL_CTX_set_cert_verify_callback(identity->context, check_print, NULL);
    SSL_CTX_set_session_cache_mode(identity->context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_max_send_fragment(identity->context, MTU); /* else its buffer is for 16 KB */
    SSL_CTX_set_options(identity->context,
                        SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_QUERY_MTU);
    return identity;
}

void dtls_identity_free(struct dtls_identity *identity)
{
    if (!identity)
        return;
    SSL_CTX_free(identity->context);
    BIO_meth_free(identity->wire);
    free(identity);
}

const char *dtls_identity_print(const struct dtls_identity *identity)
{
    return identity->print;
}

/* --- one line --- */

static unsigned next_wait_us(SSL *ssl, unsigned before_us)
{
    unsigned next_us = before_us ? 2 * before_us : FIRST_WAIT_US;
    return next_us < LONGEST_WAIT_US ? next_us : LONGEST_WAIT_US;
}

struct dtls *dtls_new(const struct dtls_identity *identity, const struct media_web *wish)
{
    struct dtls *dtls = xcalloc(1, sizeof *dtls);
    BIO *wire = BIO_new(identity->wire);
    dtls->ssl = SSL_new(identity->context);
    dtls->is_client = wish->is_client;
    dtls->print_len = wish->print_len;
    memcpy(dtls->print, wish->print, sizeof dtls->print);
    BIO_set_data(wire, dtls);
    BIO_set_init(wire, 1);
    SSL_set_bio(dtls->ssl, wire, wire);
    SSL_set_mtu(dtls->ssl, MTU);
    SSL_set_app_data(dtls->ssl, dtls);
    DTLS_set_timer_cb(dtls->ssl, next_wait_us);
    if (wish->is_client)
        SSL_set_connect_state(dtls->ssl);
    else
        SSL_set_accept_state(dtls->ssl);
    return dtls;
}

void dtls_free(struct dtls *dtls)
{
    if (!dtls)
        return;
    SSL_free(dtls->ssl);
    free(dtls);
}

static void fail(struct dtls *dtls)
{
    unsigned long error = ERR_peek_error();
    const char *reason = error ? ERR_reason_error_string(error) : NULL;
    dtls->state = DTLS_FAILED;
    dtls->reason = reason ? reason : "DTLS failed";
    if (SSL_get_verify_result(dtls->ssl) == X509_V_ERR_CERT_REJECTED)
        dtls->reason = "the certificate is not the one of the description's fingerprint";
}

static void judge(struct dtls *dtls, int result)
{
    switch (SSL_get_error(dtls->ssl, result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        break;
    case SSL_ERROR_ZERO_RETURN:
        dtls->state = DTLS_OVER;
        break;
    default:
        fail(dtls);
    }
}

static void shake(struct dtls *dtls)
{
    int result = SSL_do_handshake(dtls->ssl);
    if (result != 1) {
        judge(dtls, result);
    } else if (SSL_get_selected_srtp_profile(dtls->ssl)) {
        dtls->state = DTLS_UP;
    } else {
        dtls->state = DTLS_FAILED;
        dtls->reason = "no profile of SRTP in common";
    }
}

/* Content is of no use to us (data channels are not offered), but an alert or a Finished that is
 * said again is read by reading. */
static void drain(struct dtls *dtls)
{
    char unused[256];
    int got;
    do
        got = SSL_read(dtls->ssl, unused, sizeof unused);
    while (got > 0);
    judge(dtls, got);
}

static enum dtls_state work(struct dtls *dtls, const struct dtls_out *out, const uint8_t *bytes,
                            size_t len)
{
    dtls->out = out;
    dtls->bytes = bytes;
    dtls->len = len;
    ERR_clear_error();
    if (dtls->state == DTLS_SHAKING)
        shake(dtls);
    else if (dtls->state == DTLS_UP && dtls->ssl)
        drain(dtls);
    ERR_clear_error(); /* the queue is this thread's, and not ours alone */
    dtls->out = NULL;
    dtls->bytes = NULL;
    dtls->len = 0;
    return dtls->state;
}

enum dtls_state dtls_start(struct dtls *dtls, const struct dtls_out *out)
{
    return work(dtls, out, NULL, 0);
}

enum dtls_state dtls_take(struct dtls *dtls, const struct dtls_out *out, const uint8_t *bytes,
                          size_t len)
{
    return work(dtls, out, bytes, len);
}

int64_t dtls_tick(struct dtls *dtls, const struct dtls_out *out)
{
    struct timeval left;
    if (dtls->state != DTLS_SHAKING || !DTLSv1_get_timeout(dtls->ssl, &left))
        return -1;
    if (left.tv_sec == 0 && left.tv_usec == 0) {
        dtls->out = out;
        if (DTLSv1_handle_timeout(dtls->ssl) < 0)
            fail(dtls);
        dtls->out = NULL;
        ERR_clear_error();
        if (dtls->state != DTLS_SHAKING || !DTLSv1_get_timeout(dtls->ssl, &left))
            return -1;
    }
    return left.tv_sec * INT64_C(1000000) + left.tv_usec;
}

void dtls_rest(struct dtls *dtls)
{
    SSL_free(dtls->ssl);
    dtls->ssl = NULL;
}

enum dtls_state dtls_state(const struct dtls *dtls)
{
    return dtls->state;
}

const char *dtls_reason(const struct dtls *dtls)
{
    return dtls->reason;
}

/* RFC 5764 section 4.2: the client's key, the server's, the client's salt, the server's. */
bool dtls_keys(const struct dtls *dtls, unsigned char in[MEDIA_KEY_LEN],
               unsigned char out[MEDIA_KEY_LEN])
{
    static const char label[] = "EXTRACTOR-dtls_srtp";
    unsigned char all[2 * MEDIA_KEY_LEN];
    unsigned char *of_client = dtls->is_client ? out : in, *of_server = dtls->is_client ? in : out;
    if (SSL_export_keying_material(dtls->ssl, all, sizeof all, label, strlen(label), NULL, 0, 0) !=
        1)
        return false;
    memcpy(of_client, all, SECRET);
    memcpy(of_server, all + SECRET, SECRET);
    memcpy(of_client + SECRET, all + 2 * SECRET, SALT);
    memcpy(of_server + SECRET, all + 2 * SECRET + SALT, SALT);
    return true;
}
