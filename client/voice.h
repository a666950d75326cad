/*
 * The voice of one call: a UDP socket, RTP with PCMU, a steady tone out and a count of what comes
 * in. It tells which ways audio goes, which a handset's user hears at once and signalling never
 * shows (failures.md F091).
 */
#ifndef RC_CLIENT_VOICE_H
#define RC_CLIENT_VOICE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "rnd.h"

enum { VOICE_FRAME_MS = 20 };

struct voice {
    int fd, port; /* ours; -1 and 0: not open */
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } far;
    socklen_t far_len; /* 0: where to is not known */
    uint16_t seq;
    uint32_t ts, ssrc;
    uint64_t sent, heard;
};

void voice_init(struct voice *voice);
/* Binds a port of that address ("127.0.0.1", "::1"), unless one is open. */
bool voice_open(struct voice *voice, const char *address, struct rnd *rnd);
void voice_close(struct voice *voice);
/* The other side's description: where to send. False: it names no address as a number, or no port. */
bool voice_meet(struct voice *voice, const char *sdp);
/* Sends one frame, and counts what has come. */
void voice_frame(struct voice *voice);
/* Counts only. */
void voice_listen(struct voice *voice);
/* "both", "sent only", "heard only", "none". */
const char *voice_ways(uint64_t sent, uint64_t heard);

#endif
