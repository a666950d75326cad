/*
 * What the front's SIP hop tells the SIP edge in the Via it pushes on a request: how the client
 * really came. The hop (front/sip_hop.h) ends TLS and WebSocket and hands the message on over
 * loopback TCP, as one more proxy would; sofia-sip sees only that connection.
 *
 *   Via: SIP/2.0/TCP 127.0.0.1:40112;branch=z9hG4bK-h...;rport;hop=wss;hop-key=...;hop-peer="..."
 *
 * Only who knows the key, made at start, is believed: a client's own "hop=wss" is any parameter.
 */
#ifndef MOCKRC_SIP_HOP_VIA_H
#define MOCKRC_SIP_HOP_VIA_H

#define HOP_VIA_TRANSPORT "hop"      /* transport_name */
#define HOP_VIA_KEY       "hop-key"  /* HOP_KEY_LEN hexadecimal digits */
#define HOP_VIA_PEER      "hop-peer" /* quoted: the client's address and port */

enum { HOP_KEY_LEN = 32 };

#endif
