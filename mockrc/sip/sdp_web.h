/*
 * Session descriptions for browsers (RFC 8829, RFC 8839, RFC 8842): one audio stream by DTLS-SRTP
 * over ICE. What is written is complete, so that a browser takes it: mid and bundle of the offer, ICE
 * lite with a host candidate, a DTLS role, rtcp-mux.
 *
 * No media flows over it: there is no ICE and no DTLS behind the candidate (port 9, discard), and the
 * fingerprint is nobody's certificate's. To the phone the call is signalling without sound.
 */
#ifndef MOCKRC_SIP_SDP_WEB_H
#define MOCKRC_SIP_SDP_WEB_H

#include "base/arena.h"
#include "sip/sdp.h"

/* What an offer says, as far as the answer needs it. */
struct sdp_web {
    bool is_there;    /* m=audio with a profile of DTLS-SRTP */
    bool has_dtls;    /* a fingerprint */
    bool has_ice;     /* ufrag and password */
    char profile[24]; /* "UDP/TLS/RTP/SAVPF" */
    char mid[32];     /* "": none */
    char ufrag[64];   /* of ICE: another one is a restart */
    char setup[12];   /* "actpass", "active", "passive"; "" */
    bool has_bundle, has_dtmf;
    int payload, dtmf; /* of the first codec we know; telephone events of its clock */
    char codec[24];    /* "opus/48000/2"; "" when it offers none that we know */
    enum sdp_direction direction;
};

/* Text that is no session description reads as one without audio. */
void sdp_web_read(const char *text, struct sdp_web *ret);
/* Why it cannot be answered, in words; NULL: it can. */
const char *sdp_web_misfit(const struct sdp_web *offer);

/* Our side of one dialog. */
struct sdp_web_end {
    const char *address;
    const char *dialog; /* Call-ID: ICE's words and the fingerprint follow from it */
};

/* In the arena; the answer keeps its ICE words as long as the offer keeps its own (RFC 8839 4.4). */
const char *sdp_web_answer(struct arena *arena, const struct sdp_web_end *end,
                           const struct sdp_web *offer);
/* An offer of the codecs that browsers have (sip.md 4.6). */
const char *sdp_web_offer(struct arena *arena, const struct sdp_web_end *end);

#endif
