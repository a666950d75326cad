/*
 * The Vias of messages that pass the SIP hop (RFC 3261 sections 16.6, 16.7, 18.2.1; RFC 3581). Pure:
 * a message in, the message for the other side out.
 *
 *   client's request:   our Via goes on top, `received` and `rport` into the client's
 *   answer to it:       our Via comes off
 *   platform's request: its Via, of loopback TCP, becomes one of the client's transport: clients
 *                       want a single one (sip.md section 0, rule 7, and 4.2)
 *   client's answer:    it becomes again what it was
 *
 * Header lines keep their order and their words, but for Content-Length, which is the real one and
 * stands last (sip.md section 0, rule 8), and to browsers Call-Id, which is spelled so. Lines end
 * with CRLF.
 */
#ifndef MOCKRC_FRONT_SIP_VIA_H
#define MOCKRC_FRONT_SIP_VIA_H

#include "base/buf.h"
#include "front/sip_message.h"
#include "world/transport.h"

enum { SIP_SENT_BY_MAX = 280 };

/* Both ends of one connection's hop. Text is borrowed. */
struct sip_ends {
    enum transport transport; /* the client's */
    const char *peer;         /* the client's address, without brackets */
    int peer_port;
    const char *outer;              /* "127.0.0.1:5190": we, as the client knows us */
    const char *key;                /* sip/hop_via.h */
    uint64_t number;                /* of the connection: no two share branches */
    char platform[SIP_SENT_BY_MAX]; /* sent-by of the platform's last request; "" before */
};

/* From the client to the platform, and back. False: the message may not pass, it has no Via that a
 * relay could work with, or answers nothing. The message may be larger than SIP_MESSAGE_MAX then. */
bool sip_via_inward(const struct sip_ends *ends, const struct sip_message *message,
                    struct buf *out);
bool sip_via_outward(struct sip_ends *ends, const struct sip_message *message, struct buf *out);

#endif
