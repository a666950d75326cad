/*
 * A browser's line before and beside its audio: at its one port STUN, DTLS and SRTP are told apart
 * (RFC 7983). Nothing but checks of ICE is taken from an address that has not passed one, and
 * nothing else is sent there. No sockets; the edge is its network.
 *
 * waiting -> ICE checked -> DTLS up (keys) -> closed or failed; a description with another
 * fingerprint or another role begins DTLS anew (RFC 8842), other words of ICE only restart ICE.
 */
#ifndef MOCKRC_MEDIA_WEB_LINE_H
#define MOCKRC_MEDIA_WEB_LINE_H

#include "media/dtls.h"
#include "media/edge_socket.h"
#include "media/ice.h"

struct web_line;

/* What it needs of the world around it, for one call. */
struct web_net {
    void *context;
    int64_t now_us;
    void (*send)(void *context, const struct edge_address *to, const uint8_t *bytes, size_t len);
    const struct dtls_identity *identity;
};

struct web_line *web_line_new(void);
void web_line_free(struct web_line *web);
void web_line_set(struct web_line *web, const struct media_web *wish);

enum web_what {
    WEB_DONE,    /* it was for ICE or DTLS, or is nobody's business */
    WEB_REFUSED, /* it is nothing that this line takes, or comes from somewhere unchecked */
    WEB_MEDIA,   /* RTP or RTCP, sealed */
};
/* By its first byte it is RTP or RTCP. */
bool web_is_media(const uint8_t *bytes, size_t len);
enum web_what web_line_take(struct web_line *web, const struct web_net *net,
                            const struct edge_address *from, const uint8_t *bytes, size_t len);
/* What is due by now; when the next thing is, or 0: nothing is. */
int64_t web_line_tick(struct web_line *web, const struct web_net *net);

/* Where audio goes; NULL until it may. */
const struct edge_address *web_line_target(const struct web_line *web);
/* Once for each handshake that ends well: the keys of SRTP. */
bool web_line_take_keys(struct web_line *web, unsigned char in[MEDIA_KEY_LEN],
                        unsigned char out[MEDIA_KEY_LEN]);
/* Why it cannot carry, or not yet; NULL: it can. */
const char *web_line_trouble(const struct web_line *web);

#endif
