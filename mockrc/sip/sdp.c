#include "sip/sdp.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PORT = 9, PAYLOADS = 128 };

/* Codecs the platform's media servers take (sip.md 4.6), and those with a fixed payload type. */
static const struct {
    const char *name;
    int payload; /* -1: dynamic, told by a=rtpmap */
} codecs[] = {{"PCMU/8000", 0},  {"PCMA/8000", 8},   {"G722/8000", 9},
              {"G729/8000", 18}, {"OPUS/16000", -1}, {"OPUS/48000", -1}};
enum { CODECS = sizeof codecs / sizeof *codecs };

static const char *const directions[] = {[SDP_SENDRECV] = "sendrecv",
                                         [SDP_SENDONLY] = "sendonly",
                                         [SDP_RECVONLY] = "recvonly",
                                         [SDP_INACTIVE] = "inactive"};

/* Reading state: the payload types of m=audio in order, and what a=rtpmap says of each. */
struct reader {
    struct sdp_audio *audio;
    bool is_in_audio;
    int offered[PAYLOADS];
    size_t count;
    char names[PAYLOADS][24];
};

/* "audio 40000 RTP/AVP 0 101": only the first audio stream counts. */
static void read_media(struct reader *reader, const char *line)
{
    struct sdp_audio *audio = reader->audio;
    char profile[32], *at;
    reader->is_in_audio = false;
    if (audio->is_there || !text_starts(line, "audio "))
        return;
    long port = strtol(line + strlen("audio "), &at, 10);
    at += strspn(at, " ");
    size_t len = strcspn(at, " \r\n");
    snprintf(profile, sizeof profile, "%.*s", (int)len, at);
    bool is_plain = text_eq(profile, "RTP/AVP"), is_secure = text_eq(profile, "RTP/SAVP");
    if (port <= 0 || (!is_plain && !is_secure))
        return;
    audio->is_there = reader->is_in_audio = true;
    audio->is_secure = is_secure;
    char *end;
    for (at += len; reader->count < PAYLOADS && *at == ' '; at = end) {
        long type = strtol(at, &end, 10);
        if (end == at)
            break;
        if (type >= 0 && type < PAYLOADS)
            reader->offered[reader->count++] = (int)type;
    }
}

static void read_attribute(struct reader *reader, const char *line, size_t len)
{
    struct sdp_audio *audio = reader->audio;
    char *name;
    for (int i = SDP_SENDRECV; i <= SDP_INACTIVE; i++)
        if (strlen(directions[i]) == len && strncmp(line, directions[i], len) == 0)
            audio->direction = (enum sdp_direction)i;
    if (text_starts(line, "rtpmap:")) {
        long type = strtol(line + 7, &name, 10);
        size_t skipped = strspn(name, " ");
        size_t name_len = strcspn(name + skipped, " \r\n");
        if (type >= 0 && type < PAYLOADS)
            snprintf(reader->names[type], sizeof *reader->names, "%.*s", (int)name_len,
                     name + skipped);
    } else if (text_starts(line, "crypto:")) {
        const char *suite = strstr(line, "AES_CM_128_HMAC_SHA1_80 inline:");
        audio->has_key |= suite && suite < line + len;
    }
}

/* "opus/48000/2" is OPUS/48000. */
static bool is_codec(const char *name, const char *codec)
{
    size_t len = strlen(codec);
    return strncasecmp(name, codec, len) == 0 && (!name[len] || name[len] == '/');
}

static void choose(struct reader *reader)
{
    struct sdp_audio *audio = reader->audio;
    for (size_t i = 0; i < reader->count; i++) {
        int type = reader->offered[i];
        const char *name = reader->names[type];
        if (is_codec(name, "telephone-event/8000")) {
            audio->has_dtmf = true;
            audio->dtmf = type;
        }
        for (size_t j = 0; j < CODECS && !*audio->codec; j++)
            if (*name ? is_codec(name, codecs[j].name) : codecs[j].payload == type) {
                audio->payload = type;
                snprintf(audio->codec, sizeof audio->codec, "%s", *name ? name : codecs[j].name);
            }
    }
}

void sdp_read(const char *text, struct sdp_audio *ret)
{
    struct reader reader = {.audio = ret};
    *ret = (struct sdp_audio){0};
    for (const char *line = text ? text : ""; *line;) {
        size_t len = strcspn(line, "\r\n");
        if (text_starts(line, "m="))
            read_media(&reader, line + 2);
        else if (text_starts(line, "a=") && (reader.is_in_audio || !ret->is_there))
            read_attribute(&reader, line + 2, len - 2);
        line += len + strspn(line + len, "\r\n");
    }
    choose(&reader);
}

/* 16 bytes of key and 14 of salt, in base64; nobody decrypts anything with it. */
static char *key_text(struct id *ids, char out[41])
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int i = 0; i < 40; i++)
        out[i] = letters[id_below(ids, 64)];
    out[40] = '\0';
    return out;
}

static const char *describe(struct arena *arena, struct id *ids, const char *address,
                            const struct sdp_audio *audio)
{
    char key[41], dtmf[8] = "";
    const char *more = "", *crypto = "";
    const char *net = strchr(address, ':') ? "IP6" : "IP4";
    if (audio->has_dtmf) {
        snprintf(dtmf, sizeof dtmf, " %d", audio->dtmf);
        more = arena_printf(arena, "a=rtpmap:%d telephone-event/8000\r\na=fmtp:%d 0-15\r\n",
                            audio->dtmf, audio->dtmf);
    }
    if (audio->is_secure)
        crypto = arena_printf(arena, "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:%s\r\n",
                              key_text(ids, key));
    unsigned session = (unsigned)id_below(ids, 1000000000);
    return arena_printf(arena,
                        "v=0\r\no=- %u 1 IN %s %s\r\ns=-\r\nc=IN %s %s\r\nt=0 0\r\n"
                        "m=audio %d RTP/%s %d%s\r\na=rtpmap:%d %s\r\n%s%sa=%s\r\n",
                        session, net, address, net, address, PORT,
                        audio->is_secure ? "SAVP" : "AVP", audio->payload, dtmf, audio->payload,
                        audio->codec, more, crypto, directions[audio->direction]);
}

const char *sdp_offer(struct arena *arena, struct id *ids, const char *address, bool is_secure)
{
    const struct sdp_audio audio = {
        .is_secure = is_secure, .has_dtmf = true, .dtmf = 101, .codec = "PCMU/8000"};
    return describe(arena, ids, address, &audio);
}

const char *sdp_answer(struct arena *arena, struct id *ids, const char *address,
                       const struct sdp_audio *offer)
{
    static const enum sdp_direction mirrored[] = {[SDP_SENDRECV] = SDP_SENDRECV,
                                                  [SDP_SENDONLY] = SDP_RECVONLY,
                                                  [SDP_RECVONLY] = SDP_SENDONLY,
                                                  [SDP_INACTIVE] = SDP_INACTIVE};
    struct sdp_audio audio = *offer;
    audio.direction = mirrored[offer->direction];
    return describe(arena, ids, address, &audio);
}
