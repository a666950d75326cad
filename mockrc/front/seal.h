/*
 * TLS 1.2 and 1.3, the server's side, over bytes: what came from the wire goes in, plain bytes and
 * bytes for the wire come out. No sockets. One `struct seals` per front, used on its thread only.
 *
 * No session is resumed: each handshake is a full one and shows the certificate of the day.
 */
#ifndef MOCKRC_FRONT_SEAL_H
#define MOCKRC_FRONT_SEAL_H

#include "base/buf.h"
#include "base/err.h"
#include "front/cert.h"
#include "front/queue.h"

#include <stdbool.h>
#include <stdint.h>

struct seals;
struct seal;

/* Whose certificate is shown. */
struct seal_wish {
    const char *names;            /* one a line */
    uint64_t leaf;                /* another number: a certificate made anew */
    uint64_t ca;                  /* another number: by a new authority, and so are all others */
    enum fault_certificate wrong; /* what is wrong with it */
};

/* `keylog` (NULL: none) names a file that gets the secrets of every connection, in the NSS format
 * that Wireshark reads: ERR_ENV when it cannot be written. */
int seals_new(const char *keylog, struct seals **ret, struct diag *diag);
void seals_free(struct seals *seals);
/* The authority of that number, made now if it is not the one there is. */
void seals_make_ca(struct seals *seals, uint64_t ca);
/* Its certificate, as PEM; made as above. */
void seals_ca_pem(struct seals *seals, uint64_t ca, struct buf *out);

struct seal *seal_new(struct seals *seals);
void seal_free(struct seal *seal);

enum seal_state {
    SEAL_SHAKING,
    SEAL_ASKED, /* the client's hello is read, seal_sni is known: it waits for seal_show */
    SEAL_OPEN,
    SEAL_OVER,   /* the peer has said goodbye in TLS */
    SEAL_FAILED, /* there may be an alert to send: seal_take */
};

/* Which certificate this client is shown; the handshake goes on with the next seal_work. */
void seal_show(struct seal *seal, const struct seal_wish *wish);
/* Bytes from the wire. */
void seal_give(struct seal *seal, const void *bytes, size_t len);
/* Goes on with the handshake; of an open one, adds up to `max` plain bytes to `in`. */
enum seal_state seal_work(struct seal *seal, struct queue *in, size_t max);
/* Plain bytes to the peer. Of an open one only. */
void seal_write(struct seal *seal, const void *bytes, size_t len);
/* The goodbye (close_notify). */
void seal_finish(struct seal *seal);
/* Moves what is for the wire to `out`. */
void seal_take(struct seal *seal, struct queue *out);
/* The name the client asked for; NULL: none. Valid as long as the seal. */
const char *seal_sni(const struct seal *seal);
/* Why it failed, for people. */
const char *seal_reason(const struct seal *seal);

#endif
