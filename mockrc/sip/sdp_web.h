/*
 * Session descriptions of browsers (RFC 8829, RFC 8839, RFC 8842): one audio stream by DTLS-SRTP
 * over ICE. What is written is complete, so that a browser takes it: mid and bundle of the offer, ICE
 * lite with one host candidate, a DTLS role, rtcp-mux.
 */
#ifndef MOCKRC_SIP_SDP_WEB_H
#define MOCKRC_SIP_SDP_WEB_H

#include "base/arena.h"
#include "sip/sdp.h"
#include "world/media.h"

/* What an offer or an answer says, as far as the other needs it. */
struct sdp_web {
    bool is_there;    /* m=audio with a profile of DTLS-SRTP */
    bool has_ice;     /* a password; the user name is `ufrag` */
    char profile[24]; /* "UDP/TLS/RTP/SAVPF" */
    char mid[32];     /* "": none */
    char ufrag[64];   /* of ICE: another one is a restart */
    char setup[12];   /* "actpass", "active", "passive"; "" */
    /* Of the certificate: as struct media_web has it; print_len 0: none by a digest that we know. */
    unsigned char print[MEDIA_PRINT_MAX];
    size_t print_len;
    bool has_bundle, has_mux, has_dtmf; /* has_mux: RTCP may come by the port of RTP */
    int payload, dtmf; /* of the first codec we know; telephone events of its clock */
    int clock_hz, dtmf_hz;
    char codec[24]; /* "opus/48000/2"; "" when it has none that we know */
    enum sdp_direction direction;
    size_t stream; /* which m= line it is, counted from 0 */
};

/* Text that is no session description reads as one without audio. `codecs`: kinds to look for. */
void sdp_web_read(const char *text, unsigned codecs, struct sdp_web *ret);
/* Why it cannot be answered, in words; NULL: it can. */
const char *sdp_web_misfit(const struct sdp_web *offer);
/* Who answers this is DTLS' client: the other wants to be its server (RFC 5763 section 5). */
bool sdp_web_wants_client(const struct sdp_web *offer);

/* Our side of one dialog. */
struct sdp_web_end {
    const char *address;
    int port;
    uint64_t session; /* of o=, as struct sdp_end has it */
    unsigned version;
    const char *ufrag, *pwd; /* of ICE; others are a restart */
    const char *print;       /* "AB:CD:...", of SHA-256 */
};

/* In the arena: the answer to the offer `text`, read as `offer`. Other streams are refused. */
const char *sdp_web_answer(struct arena *arena, const struct sdp_web_end *end,
                           const struct sdp_web *offer, const char *text);
/* An offer of the codecs that browsers have (sip.md 4.6), of the kinds `codecs`; `first`, when it is
 * the name of one of them, is wished for. */
const char *sdp_web_offer(struct arena *arena, const struct sdp_web_end *end, const char *first,
                          unsigned codecs);

#endif
