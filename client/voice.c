/* Audio of a call; see voice.h. */
#include "voice.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    HEADER = 12,
    FRAME = 160,    /* samples of 20 ms */
    LOUD = 0x90,    /* mu-law: some 15,900; with the highest bit off the same below zero */
    HALF_WAVE = 10, /* samples: a tone of 400 Hz */
    DATAGRAM_MAX = 2048,
};

void voice_init(struct voice *voice)
{
    *voice = (struct voice){.fd = -1};
}

static socklen_t read_address(struct voice *voice, const char *address, int port)
{
    memset(&voice->far, 0, sizeof(voice->far));
    if (inet_pton(AF_INET, address, &voice->far.v4.sin_addr) == 1) {
        voice->far.v4.sin_family = AF_INET;
        voice->far.v4.sin_port = htons((uint16_t)port);
        return sizeof(voice->far.v4);
    }
    if (inet_pton(AF_INET6, address, &voice->far.v6.sin6_addr) == 1) {
        voice->far.v6.sin6_family = AF_INET6;
        voice->far.v6.sin6_port = htons((uint16_t)port);
        return sizeof(voice->far.v6);
    }
    return 0;
}

bool voice_open(struct voice *voice, const char *address, struct rnd *rnd)
{
    if (voice->fd >= 0)
        return true;
    socklen_t len = read_address(voice, address, 0);
    int fd =
        len ? socket(voice->far.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0) : -1;
    if (fd < 0)
        return false;
    if (bind(fd, &voice->far.any, len) != 0 || getsockname(fd, &voice->far.any, &len) != 0) {
        close(fd);
        return false;
    }
    *voice = (struct voice){.fd = fd, .port = ntohs(voice->far.v4.sin_port)};
    rnd_bytes(rnd, (unsigned char *)&voice->ssrc, sizeof(voice->ssrc));
    return true;
}

void voice_close(struct voice *voice)
{
    if (voice->fd >= 0)
        close(voice->fd);
    voice_init(voice);
}

bool voice_meet(struct voice *voice, const char *sdp)
{
    char address[64];
    const char *c = strstr(sdp, "c=IN IP"), *m = strstr(sdp, "m=audio ");
    voice->far_len = 0;
    if (!c || !m || strlen(c) < strlen("c=IN IP4 "))
        return false;
    c += strlen("c=IN IP4 ");
    snprintf(address, sizeof(address), "%.*s", (int)strcspn(c, " /\r\n"), c);
    long port = strtol(m + strlen("m=audio "), NULL, 10);
    if (port > 0 && port <= UINT16_MAX)
        voice->far_len = read_address(voice, address, (int)port);
    return voice->far_len > 0;
}

static void send_frame(struct voice *voice)
{
    uint8_t bytes[HEADER + FRAME] = {0x80, 0};
    uint16_t seq = htons(++voice->seq);
    uint32_t ts = htonl(voice->ts += FRAME);
    memcpy(bytes + 2, &seq, sizeof(seq));
    memcpy(bytes + 4, &ts, sizeof(ts));
    memcpy(bytes + 8, &voice->ssrc, sizeof(voice->ssrc));
    for (int i = 0; i < FRAME; i++)
        bytes[HEADER + i] = i / HALF_WAVE % 2 ? LOUD : LOUD & 0x7f;
    if (sendto(voice->fd, bytes, sizeof(bytes), MSG_NOSIGNAL, &voice->far.any, voice->far_len) > 0)
        voice->sent++;
}

void voice_frame(struct voice *voice)
{
    if (voice->far_len)
        send_frame(voice);
    voice_listen(voice);
}

void voice_listen(struct voice *voice)
{
    uint8_t bytes[DATAGRAM_MAX];
    ssize_t len;
    while ((len = recv(voice->fd, bytes, sizeof(bytes), 0)) >= 0)
        voice->heard += len > HEADER && bytes[0] >> 6 == 2;
}

const char *voice_ways(uint64_t sent, uint64_t heard)
{
    if (sent)
        return heard ? "both" : "sent only";
    return heard ? "heard only" : "none";
}
