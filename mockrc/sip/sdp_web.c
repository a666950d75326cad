#include "sip/sdp_web.h"

#include "base/codec.h"
#include "base/hash.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PAYLOADS = 128, OPUS = 111, DTMF = 101, SESSION_MAX = 1000000000 };

/* What browsers and the platform's media servers share; -1: told by a=rtpmap. */
static const struct {
    const char *name;
    int payload;
} codecs[] = {{"opus/48000/2", -1}, {"PCMU/8000", 0}, {"PCMA/8000", 8}, {"G722/8000", 9}};
enum { CODECS = sizeof codecs / sizeof *codecs };

static const char *const directions[] = {[SDP_SENDRECV] = "sendrecv",
                                         [SDP_SENDONLY] = "sendonly",
                                         [SDP_RECVONLY] = "recvonly",
                                         [SDP_INACTIVE] = "inactive"};

struct reader {
    struct sdp_web *web;
    bool is_elsewhere; /* in the part of another stream */
    int offered[PAYLOADS];
    size_t count;
    char names[PAYLOADS][24];
};

/* A word up to a blank or the line's end; cut words are none. */
static void copy_word(const char *from, char *out, size_t out_len)
{
    size_t len = strcspn(from, " \r\n");
    snprintf(out, out_len, "%.*s", (int)(len < out_len ? len : 0), from);
}

/* "audio 9 UDP/TLS/RTP/SAVPF 111 0": only the first audio stream counts. */
static void read_media(struct reader *reader, const char *line)
{
    struct sdp_web *web = reader->web;
    char *at;
    reader->is_elsewhere = true;
    if (web->is_there || !text_starts(line, "audio "))
        return;
    long port = strtol(line + strlen("audio "), &at, 10);
    at += strspn(at, " ");
    copy_word(at, web->profile, sizeof web->profile);
    if (port <= 0 || port > 65535 ||
        (!text_eq(web->profile, "UDP/TLS/RTP/SAVPF") && !text_eq(web->profile, "RTP/SAVPF")))
        return;
    reader->is_elsewhere = false;
    web->is_there = true;
    char *end;
    for (at += strlen(web->profile); reader->count < PAYLOADS && *at == ' '; at = end) {
        long type = strtol(at, &end, 10);
        if (end == at)
            break;
        if (type >= 0 && type < PAYLOADS)
            reader->offered[reader->count++] = (int)type;
    }
}

static void read_map(struct reader *reader, const char *value)
{
    char *name;
    long type = strtol(value, &name, 10);
    if (type >= 0 && type < PAYLOADS && *name == ' ')
        copy_word(name + 1, reader->names[type], sizeof *reader->names);
}

static void read_attribute(struct reader *reader, const char *line, size_t len)
{
    struct sdp_web *web = reader->web;
    const struct {
        const char *name;
        char *to;
        size_t size;
    } words[] = {{"mid:", web->mid, sizeof web->mid},
                 {"setup:", web->setup, sizeof web->setup},
                 {"ice-ufrag:", web->ufrag, sizeof web->ufrag}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_starts(line, words[i].name))
            copy_word(line + strlen(words[i].name), words[i].to, words[i].size);
    for (int i = SDP_SENDRECV; i <= SDP_INACTIVE; i++)
        if (strlen(directions[i]) == len && strncmp(line, directions[i], len) == 0)
            web->direction = (enum sdp_direction)i;
    web->has_dtls |= text_starts(line, "fingerprint:");
    web->has_ice |= text_starts(line, "ice-pwd:");
    web->has_bundle |= text_starts(line, "group:BUNDLE");
    if (text_starts(line, "rtpmap:"))
        read_map(reader, line + strlen("rtpmap:"));
}

static bool is_codec(const struct reader *reader, int type, size_t codec)
{
    const char *name = reader->names[type];
    return *name ? strcasecmp(name, codecs[codec].name) == 0 : codecs[codec].payload == type;
}

/* The first codec we know, and telephone events of the same clock (RFC 4733 2.1). */
static void choose(struct reader *reader)
{
    struct sdp_web *web = reader->web;
    for (size_t i = 0; i < reader->count; i++)
        for (size_t j = 0; j < CODECS && !*web->codec; j++)
            if (is_codec(reader, reader->offered[i], j)) {
                web->payload = reader->offered[i];
                snprintf(web->codec, sizeof web->codec, "%s", codecs[j].name);
            }
    const char *events =
        text_starts(web->codec, "opus") ? "telephone-event/48000" : "telephone-event/8000";
    for (size_t i = 0; i < reader->count && !web->has_dtmf; i++) {
        web->dtmf = reader->offered[i];
        web->has_dtmf = strcasecmp(reader->names[web->dtmf], events) == 0;
    }
}

void sdp_web_read(const char *text, struct sdp_web *ret)
{
    struct reader reader = {.web = ret};
    *ret = (struct sdp_web){0};
    for (const char *line = text ? text : ""; *line;) {
        size_t len = strcspn(line, "\r\n");
        if (text_starts(line, "m="))
            read_media(&reader, line + 2);
        else if (text_starts(line, "a=") && !reader.is_elsewhere)
            read_attribute(&reader, line + 2, len - 2);
        line += len + strspn(line + len, "\r\n");
    }
    choose(&reader);
}

const char *sdp_web_misfit(const struct sdp_web *offer)
{
    if (!offer->is_there)
        return "over WebSocket audio must be by DTLS-SRTP";
    if (!offer->has_dtls || !offer->has_ice || !*offer->ufrag)
        return "a fingerprint, or ICE's user name and password, is missing";
    if (!*offer->codec)
        return "nothing offered can be answered";
    return NULL;
}

/* Words of our own for this dialog and that turn of ICE: `bytes` of a digest, in hexadecimal. */
static const char *word(struct arena *arena, const struct sdp_web_end *end, const char *what,
                        const char *turn, size_t bytes)
{
    unsigned char sum[HASH_MAX];
    char *text = arena_alloc(arena, 2 * HASH_MAX + 1);
    const char *said = arena_printf(arena, "%s %s %s", what, end->dialog, turn);
    hash_bytes(HASH_SHA256, said, strlen(said), sum);
    return codec_hex(text, sum, bytes);
}

/* "AB:CD:..." (RFC 8122 section 5). */
static const char *fingerprint(struct arena *arena, const struct sdp_web_end *end)
{
    const char *hex = word(arena, end, "certificate", "", 32);
    char *text = arena_alloc(arena, 3 * 32);
    for (int i = 0; i < 32; i++) {
        static const char upper[] = "0123456789ABCDEF";
        for (int j = 0; j < 2; j++)
            text[3 * i + j] = upper[strtol((char[]){hex[2 * i + j], 0}, NULL, 16)];
        text[3 * i + 2] = i < 31 ? ':' : '\0';
    }
    return text;
}

struct parts {
    const char *turn, *mid, *profile, *formats, *maps, *setup;
    bool has_bundle;
    enum sdp_direction direction;
};

static const char *describe(struct arena *arena, const struct sdp_web_end *end,
                            const struct parts *parts)
{
    const char *net = strchr(end->address, ':') ? "IP6" : "IP4";
    const char *mid = *parts->mid ? arena_printf(arena, "a=mid:%s\r\n", parts->mid) : "";
    const char *bundle =
        parts->has_bundle && *mid ? arena_printf(arena, "a=group:BUNDLE %s\r\n", parts->mid) : "";
    long session = strtol(word(arena, end, "session", parts->turn, 4), NULL, 16) % SESSION_MAX;
    return arena_printf(
        arena,
        "v=0\r\no=- %ld 1 IN %s %s\r\ns=-\r\nc=IN %s %s\r\nt=0 0\r\na=ice-lite\r\n%s"
        "m=audio 9 %s%s\r\n%s%sa=ice-ufrag:%s\r\na=ice-pwd:%s\r\n"
        "a=fingerprint:sha-256 %s\r\na=setup:%s\r\na=rtcp-mux\r\n"
        "a=candidate:1 1 udp 2130706431 %s 9 typ host\r\na=end-of-candidates\r\na=%s\r\n",
        session, net, end->address, net, end->address, bundle, parts->profile, parts->formats,
        parts->maps, mid, word(arena, end, "user", parts->turn, 4),
        word(arena, end, "password", parts->turn, 12), fingerprint(arena, end), parts->setup,
        end->address, directions[parts->direction]);
}

static const char *map(struct arena *arena, int payload, const char *name)
{
    return arena_printf(arena, "a=rtpmap:%d %s\r\n", payload, name);
}

const char *sdp_web_answer(struct arena *arena, const struct sdp_web_end *end,
                           const struct sdp_web *offer)
{
    static const enum sdp_direction mirrored[] = {[SDP_SENDRECV] = SDP_SENDRECV,
                                                  [SDP_SENDONLY] = SDP_RECVONLY,
                                                  [SDP_RECVONLY] = SDP_SENDONLY,
                                                  [SDP_INACTIVE] = SDP_INACTIVE};
    const char *clock = text_starts(offer->codec, "opus") ? "48000" : "8000";
    const char *maps = map(arena, offer->payload, offer->codec), *dtmf = "";
    if (offer->has_dtmf) {
        dtmf = arena_printf(arena, " %d", offer->dtmf);
        maps =
            arena_printf(arena, "%sa=rtpmap:%d telephone-event/%s\r\n", maps, offer->dtmf, clock);
    }
    const struct parts parts = {
        .turn = offer->ufrag,
        .mid = offer->mid,
        .has_bundle = offer->has_bundle,
        .profile = offer->profile,
        .formats = arena_printf(arena, " %d%s", offer->payload, dtmf),
        .maps = maps,
        /* RFC 5763 section 5: who is offered the choice had better be active; ICE lite answers. */
        .setup = text_eq(offer->setup, "passive") ? "active" : "passive",
        .direction = mirrored[offer->direction],
    };
    return describe(arena, end, &parts);
}

const char *sdp_web_offer(struct arena *arena, const struct sdp_web_end *end)
{
    const struct parts parts = {
        .turn = "",
        .mid = "0",
        .has_bundle = true,
        .profile = "UDP/TLS/RTP/SAVPF",
        .formats = arena_printf(arena, " %d 0 8 %d", OPUS, DTMF),
        .maps = arena_printf(arena, "%s%s%s%s", map(arena, OPUS, "opus/48000/2"),
                             map(arena, 0, "PCMU/8000"), map(arena, 8, "PCMA/8000"),
                             map(arena, DTMF, "telephone-event/8000")),
        .setup = "actpass",
        .direction = SDP_SENDRECV,
    };
    return describe(arena, end, &parts);
}
