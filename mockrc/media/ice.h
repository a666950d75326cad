/*
 * ICE, the lite side (RFC 8445 section 2.5): connectivity checks of a phone are answered, none is
 * made. It is always the controlled one; what the phone nominates is used. Answering is also the
 * consent that the phone asks for (RFC 7675). Pure; bytes in, bytes out.
 */
#ifndef MOCKRC_MEDIA_ICE_H
#define MOCKRC_MEDIA_ICE_H

#include "media/stun.h"
#include "world/media.h"

struct ice {
    /* Ours, and those of before the last restart: a phone checks with them until it has our
     * answer. */
    struct ice_words {
        char ufrag[MEDIA_ICE_MAX + 1], pwd[MEDIA_ICE_MAX + 1];
    } now, before;
};

/* Other words are a restart (RFC 8445 section 9). */
void ice_set(struct ice *ice, const char *ufrag, const char *pwd);

enum ice_what {
    ICE_IGNORED,   /* no check, or broken: no answer */
    ICE_REFUSED,   /* `answer` says why */
    ICE_CHECKED,   /* where it came from may send */
    ICE_NOMINATED, /* and is where to send to */
};

/* A datagram that begins as STUN; the answer to it is empty when it is ignored. */
enum ice_what ice_take(const struct ice *ice, const struct stun_address *from, const uint8_t *bytes,
                       size_t len, struct stun_out *answer);

#endif
