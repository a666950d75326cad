/*
 * The SIP hop: one client connection that ends here (TLS, WebSocket or both) and goes on to a proxy's
 * port over loopback TCP, as through one more proxy. Pure: bytes go in, messages come out; who owns
 * the sockets is front/sip_link.h.
 *
 *   client --sip_hop_client--> to the platform: sip_hop_inward
 *   client <--sip_hop_next---- from the platform: sip_hop_platform
 *
 * To the client each message is one piece, to be written at once (one SSL_write, one WebSocket
 * message). Behind a message with a body the next one waits SIP_HOP_SPACE_MS of machine time: clients
 * of the field read two that come glued together as one (sip.md section 0, rule 8; 6.1, 6.2).
 */
#ifndef MOCKRC_FRONT_SIP_HOP_H
#define MOCKRC_FRONT_SIP_HOP_H

#include "front/sip_via.h"

enum {
    SIP_HOP_SPACE_MS = 50,
    SIP_HOP_QUEUE_MAX = 1 << 20, /* bytes that may wait for the client; more ends the connection */
};

struct sip_hop;

/* Text of `ends` is copied. */
struct sip_hop *sip_hop_new(const struct sip_ends *ends);
void sip_hop_free(struct sip_hop *hop);

/* Bytes of a stream (TLS), from the first that was not taken; returns how many are taken. */
size_t sip_hop_client(struct sip_hop *hop, const char *bytes, size_t len);
/* A whole message (WebSocket, RFC 7118 section 5). One that is no SIP is passed over. */
void sip_hop_client_message(struct sip_hop *hop, const char *bytes, size_t len);
/* Bytes of the platform's stream. */
size_t sip_hop_platform(struct sip_hop *hop, const char *bytes, size_t len);

/* What is to be written to the platform; the caller resets it when he has. */
struct buf *sip_hop_inward(struct sip_hop *hop);
/* The next message for the client, now the caller's (free() it), when it may be sent at `now_ms`.
 * NULL: none, and `*ret_wait_ms` tells how long the next one still waits; -1: there is none. */
char *sip_hop_next(struct sip_hop *hop, int64_t now_ms, size_t *ret_len, int64_t *ret_wait_ms);

/* A peer sent what is no SIP, or the client takes nothing: the connection is to be ended. */
bool sip_hop_is_over(const struct sip_hop *hop);

#endif
