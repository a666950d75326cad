#include "front/seal.h"

#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_MAX = 64 /* certificates kept; the oldest goes */, RECORD = 16384 };

/* A certificate and the context that shows it. */
struct shown {
    struct shown *next;
    char *names;
    uint64_t leaf, ca;
    enum fault_certificate wrong;
    SSL_CTX *context;
};

struct seals {
    FILE *keylog;
    SSL_CTX *plain; /* without a certificate: what is set of a connection whatever it shows; NULL
                       until the first one */
    struct cert ca;
    uint64_t ca_number;
    struct shown *shown; /* newest first */
    size_t shown_count;
};

struct seal {
    SSL *ssl;
    struct seals *seals;
    BIO *from_wire, *to_wire; /* the ssl's */
    enum seal_state state;
    char reason[160];
};

static void on_secret(const SSL *ssl, const char *line)
{
    const struct seals *seals = SSL_get_ex_data(ssl, 0);
    fprintf(seals->keylog, "%s\n", line);
}

/* The client's hello is read, and what it asks for known. What it is shown has no such function, so that
 * the handshake goes on once that is there. */
static int on_hello(SSL *ssl, void *arg)
{
    return -1; /* not yet: SSL_ERROR_WANT_X509_LOOKUP */
}

static SSL_CTX *plain_context(const struct seals *seals)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_cert_cb(context, on_hello, NULL);
    if (seals->keylog)
        SSL_CTX_set_keylog_callback(context, on_secret);
    return context;
}

int seals_new(const char *keylog, struct seals **ret, struct diag *diag)
{
    FILE *file = keylog ? fopen(keylog, "ae") : NULL;
    if (keylog && !file)
        return diag_set(diag, ERR_ENV, keylog, 0, 0, "cannot be written: %s", strerror(errno));
    struct seals *seals = xcalloc(1, sizeof *seals);
    seals->keylog = file;
    if (file)
        setvbuf(file, NULL, _IOLBF, BUFSIZ);
    *ret = seals;
    return ERR_OK;
}

static void shown_free(struct seals *seals, struct shown *shown)
{
    SSL_CTX_free(shown->context);
    free(shown->names);
    free(shown);
    seals->shown_count--;
}

/* The oldest go until `keep` are left. */
static void trim(struct seals *seals, size_t keep)
{
    while (seals->shown_count > keep) {
        struct shown **last = &seals->shown;
        while ((*last)->next)
            last = &(*last)->next;
        shown_free(seals, *last);
        *last = NULL;
    }
}

void seals_free(struct seals *seals)
{
    if (!seals)
        return;
    trim(seals, 0);
    SSL_CTX_free(seals->plain);
    cert_done(&seals->ca);
    if (seals->keylog)
        fclose(seals->keylog);
    free(seals);
}

static const struct cert *authority(struct seals *seals, uint64_t number)
{
    if (!seals->ca.x509 || seals->ca_number != number) {
        cert_done(&seals->ca);
        cert_make_ca(&seals->ca);
        seals->ca_number = number;
    }
    return &seals->ca;
}

void seals_make_ca(struct seals *seals, uint64_t ca)
{
    authority(seals, ca);
}

void seals_ca_pem(struct seals *seals, uint64_t ca, struct buf *out)
{
    cert_pem(authority(seals, ca), out);
}

static SSL_CTX *make_context(struct seals *seals, const struct seal_wish *wish)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    struct cert leaf;
    cert_issue(authority(seals, wish->ca), wish->names, wish->wrong, &leaf);
    SSL_CTX_use_certificate(context, leaf.x509);
    SSL_CTX_use_PrivateKey(context, leaf.key);
    cert_done(&leaf);
    if (seals->keylog)
        SSL_CTX_set_keylog_callback(context, on_secret);
    return context;
}

static SSL_CTX *context_for(struct seals *seals, const struct seal_wish *wish)
{
    for (struct shown *shown = seals->shown; shown; shown = shown->next)
        if (shown->leaf == wish->leaf && shown->ca == wish->ca && shown->wrong == wish->wrong &&
            text_eq(shown->names, wish->names))
            return shown->context;
    struct shown *shown = xcalloc(1, sizeof *shown);
    *shown = (struct shown){seals->shown, xstrdup(wish->names), wish->leaf,
                            wish->ca,     wish->wrong,          make_context(seals, wish)};
    seals->shown = shown;
    seals->shown_count++;
    trim(seals, SHOWN_MAX);
    return shown->context;
}

struct seal *seal_new(struct seals *seals)
{
    struct seal *seal = xcalloc(1, sizeof *seal);
    seal->seals = seals;
    if (!seals->plain) /* not at start: it is 2 ms of setting up the library */
        seals->plain = plain_context(seals);
    seal->ssl = SSL_new(seals->plain);
    seal->from_wire = BIO_new(BIO_s_mem());
    seal->to_wire = BIO_new(BIO_s_mem());
    SSL_set_bio(seal->ssl, seal->from_wire, seal->to_wire);
    SSL_set_ex_data(seal->ssl, 0, seals);
    SSL_set_accept_state(seal->ssl);
    return seal;
}

void seal_free(struct seal *seal)
{
    if (!seal)
        return;
    SSL_free(seal->ssl);
    free(seal);
}

void seal_show(struct seal *seal, const struct seal_wish *wish)
{
    SSL_set_SSL_CTX(seal->ssl, context_for(seal->seals, wish));
    seal->state = SEAL_SHAKING;
}

void seal_give(struct seal *seal, const void *bytes, size_t len)
{
    BIO_write(seal->from_wire, bytes, (int)len);
}

/* What the library complains of first: the rest follows from it. */
static void fail(struct seal *seal)
{
    unsigned long error = ERR_peek_error();
    const char *reason = error ? ERR_reason_error_string(error) : NULL;
    snprintf(seal->reason, sizeof seal->reason, "%s", reason ? reason : "TLS failed");
    seal->state = SEAL_FAILED;
}

/* After a call that did not do all; the library's queue of errors is this thread's. */
static void judge(struct seal *seal, int result)
{
    switch (SSL_get_error(seal->ssl, result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        break;
    case SSL_ERROR_WANT_X509_LOOKUP:
        seal->state = SEAL_ASKED;
        break;
    case SSL_ERROR_ZERO_RETURN:
        seal->state = SEAL_OVER;
        break;
    default:
        fail(seal);
    }
}

static void shake(struct seal *seal)
{
    ERR_clear_error();
    int result = SSL_do_handshake(seal->ssl);
    if (result == 1)
        seal->state = SEAL_OPEN;
    else
        judge(seal, result);
}

enum seal_state seal_work(struct seal *seal, struct queue *in, size_t max)
{
    if (seal->state == SEAL_SHAKING)
        shake(seal);
    while (seal->state == SEAL_OPEN && max > 0) {
        size_t want = max < RECORD ? max : RECORD;
        char *room = queue_room(in, want);
        ERR_clear_error();
        int got = SSL_read(seal->ssl, room, (int)want);
        queue_commit(in, got > 0 ? (size_t)got : 0);
        if (got <= 0) {
            judge(seal, got);
            break;
        }
        max -= (size_t)got;
    }
    return seal->state;
}

void seal_write(struct seal *seal, const void *bytes, size_t len)
{
    ERR_clear_error();
    /* Into memory: it takes all or fails for good. */
    if (len && SSL_write(seal->ssl, bytes, (int)len) <= 0)
        fail(seal);
}

void seal_finish(struct seal *seal)
{
    ERR_clear_error();
    if (seal->state == SEAL_OPEN || seal->state == SEAL_OVER)
        SSL_shutdown(seal->ssl);
}

void seal_take(struct seal *seal, struct queue *out)
{
    size_t waiting;
    while ((waiting = BIO_ctrl_pending(seal->to_wire)) > 0) {
        int got = BIO_read(seal->to_wire, queue_room(out, waiting), (int)waiting);
        queue_commit(out, got > 0 ? (size_t)got : 0);
        if (got <= 0)
            return;
    }
}

const char *seal_sni(const struct seal *seal)
{
    return SSL_get_servername(seal->ssl, TLSEXT_NAMETYPE_host_name);
}

const char *seal_reason(const struct seal *seal)
{
    return seal->reason;
}
