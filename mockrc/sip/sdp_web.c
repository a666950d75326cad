#include "sip/sdp_web.h"

#include "base/buf.h"
#include "base/text.h"
#include "sip/sdp_refused.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PAYLOADS = 128, CLOCK_HZ = 8000, OPUS_HZ = 48000 };

/* What browsers and the platform's media servers share. `payload` is fixed, or with `is_dynamic` the
 * one of our own offers. The clock of G722 is 8000 all the same (RFC 3551 4.5.2). */
static const struct codec {
    const char *name;
    unsigned kind;
    int payload, clock_hz;
    bool is_dynamic, is_offered;
} codecs[] = {
    {"opus/48000/2", SDP_OPUS, 111, OPUS_HZ, true, true},
    {"PCMU/8000", SDP_G711, 0, CLOCK_HZ, false, true},
    {"PCMA/8000", SDP_G711, 8, CLOCK_HZ, false, true},
    {"G722/8000", SDP_OTHERS, 9, CLOCK_HZ, false, false},
};
enum { CODECS = sizeof codecs / sizeof *codecs };

/* Telephone events have the clock of the codec that they go with (RFC 4733 2.1). */
static const struct {
    const char *name;
    int payload, clock_hz; /* of our own offers */
} events[] = {{"telephone-event/48000", 110, OPUS_HZ}, {"telephone-event/8000", 101, CLOCK_HZ}};
enum { EVENTS = sizeof events / sizeof *events };

static const char *const directions[] = {[SDP_SENDRECV] = "sendrecv",
                                         [SDP_SENDONLY] = "sendonly",
                                         [SDP_RECVONLY] = "recvonly",
                                         [SDP_INACTIVE] = "inactive"};

struct reader {
    struct sdp_web *web;
    bool is_elsewhere; /* in the part of another stream */
    size_t streams;    /* m= lines so far */
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
    size_t stream = reader->streams++;
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
    web->stream = stream;
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

static int hex_value(char c)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    const char *at = c ? strchr(digits, c) : NULL;
    int value = at ? (int)(at - digits) : -1;
    return value > 15 ? value - 6 : value;
}

/* "sha-256 AB:CD:..." (RFC 8122 section 5): the first by a digest that we know counts. */
static void read_print(struct sdp_web *web, const char *value)
{
    static const struct {
        const char *name;
        size_t len;
    } digests[] = {{"sha-256 ", 32}, {"sha-384 ", 48}, {"sha-512 ", 64}};
    unsigned char print[MEDIA_PRINT_MAX];
    size_t want = 0, len = 0;
    const char *at = value;
    for (size_t i = 0; i < sizeof digests / sizeof *digests; i++)
        if (text_starts_nocase(value, digests[i].name)) {
            want = digests[i].len;
            at += strlen(digests[i].name);
        }
    while (len < want && hex_value(at[0]) >= 0 && hex_value(at[1]) >= 0) {
        print[len++] = (unsigned char)(hex_value(at[0]) << 4 | hex_value(at[1]));
        at += 2;
        if (len == want || *at != ':')
            break;
        at++;
    }
    if (web->print_len || !want || len != want || *at == ':')
        return;
    memcpy(web->print, print, len);
    web->print_len = len;
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
    if (text_starts_nocase(line, "fingerprint:"))
        read_print(web, line + strlen("fingerprint:"));
    web->has_ice |= text_starts(line, "ice-pwd:");
    web->has_bundle |= text_starts(line, "group:BUNDLE");
    web->has_mux |= len == strlen("rtcp-mux") && text_starts(line, "rtcp-mux");
    if (text_starts(line, "rtpmap:"))
        read_map(reader, line + strlen("rtpmap:"));
}

static bool is_codec(const struct reader *reader, int type, const struct codec *codec)
{
    const char *name = reader->names[type];
    return *name ? strcasecmp(name, codec->name) == 0
                 : !codec->is_dynamic && codec->payload == type;
}

static const struct codec *codec_of(const struct reader *reader, int type, unsigned kinds)
{
    for (const struct codec *codec = codecs; codec < codecs + CODECS; codec++)
        if ((codec->kind & kinds) && is_codec(reader, type, codec))
            return codec;
    return NULL;
}

static void choose_events(struct reader *reader)
{
    struct sdp_web *web = reader->web;
    for (size_t i = 0; i < reader->count; i++)
        for (size_t j = 0; j < EVENTS && !web->has_dtmf; j++)
            if (events[j].clock_hz == web->clock_hz &&
                strcasecmp(reader->names[reader->offered[i]], events[j].name) == 0) {
                web->has_dtmf = true;
                web->dtmf = reader->offered[i];
                web->dtmf_hz = web->clock_hz;
            }
}

/* The first codec we know. */
static void choose(struct reader *reader, unsigned kinds)
{
    struct sdp_web *web = reader->web;
    const struct codec *codec = NULL;
    for (size_t i = 0; i < reader->count && !codec; i++) {
        codec = codec_of(reader, reader->offered[i], kinds);
        web->payload = reader->offered[i];
    }
    if (!codec)
        return;
    web->clock_hz = codec->clock_hz;
    snprintf(web->codec, sizeof web->codec, "%s", codec->name);
    choose_events(reader);
}

void sdp_web_read(const char *text, unsigned kinds, struct sdp_web *ret)
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
    choose(&reader, kinds);
}

const char *sdp_web_misfit(const struct sdp_web *offer)
{
    if (!offer->is_there)
        return "over WebSocket audio must be by DTLS-SRTP";
    if (!offer->print_len || !offer->has_ice || !*offer->ufrag)
        return "a fingerprint, or ICE's user name and password, is missing";
    if (!*offer->codec)
        return "nothing offered can be answered";
    return NULL;
}

bool sdp_web_wants_client(const struct sdp_web *offer)
{
    return text_eq(offer->setup, "passive");
}

struct parts {
    const char *mid, *profile, *setup;
    bool has_bundle, has_mux;
    enum sdp_direction direction;
    struct sdp_refused refused;
};

/* The whole, around what was gathered; empties both. */
static const char *describe(struct arena *arena, const struct sdp_web_end *end,
                            const struct parts *parts, struct buf *formats, struct buf *maps)
{
    const char *net = strchr(end->address, ':') ? "IP6" : "IP4";
    const char *mid = *parts->mid ? arena_printf(arena, "a=mid:%s\r\n", parts->mid) : "";
    const char *bundle =
        parts->has_bundle && *mid ? arena_printf(arena, "a=group:BUNDLE %s\r\n", parts->mid) : "";
    const char *text = arena_printf(
        arena,
        "v=0\r\no=- %llu %u IN %s %s\r\ns=-\r\nc=IN %s %s\r\nt=0 0\r\na=ice-lite\r\n%s%s"
        "m=audio %d %s%s\r\n%s%sa=ice-ufrag:%s\r\na=ice-pwd:%s\r\n"
        "a=fingerprint:sha-256 %s\r\na=setup:%s\r\n%s"
        "a=candidate:1 1 udp 2130706431 %s %d typ host\r\na=end-of-candidates\r\na=%s\r\n%s",
        (unsigned long long)end->session, end->version, net, end->address, net, end->address,
        bundle, parts->refused.before, end->port, parts->profile, buf_text(formats), buf_text(maps),
        mid, end->ufrag, end->pwd, end->print, parts->setup, parts->has_mux ? "a=rtcp-mux\r\n" : "",
        end->address, end->port, directions[parts->direction], parts->refused.behind);
    buf_done(formats);
    buf_done(maps);
    return text;
}

static void add(struct buf *formats, struct buf *maps, int payload, const char *name)
{
    buf_printf(formats, " %d", payload);
    buf_printf(maps, "a=rtpmap:%d %s\r\n", payload, name);
}

static const char *events_of(int clock_hz)
{
    return clock_hz == OPUS_HZ ? "telephone-event/48000" : "telephone-event/8000";
}

static void start(struct buf *formats, struct buf *maps)
{
    buf_init(formats, 256);
    buf_init(maps, 1024);
}

const char *sdp_web_answer(struct arena *arena, const struct sdp_web_end *end,
                           const struct sdp_web *offer, const char *text)
{
    static const enum sdp_direction mirrored[] = {[SDP_SENDRECV] = SDP_SENDRECV,
                                                  [SDP_SENDONLY] = SDP_RECVONLY,
                                                  [SDP_RECVONLY] = SDP_SENDONLY,
                                                  [SDP_INACTIVE] = SDP_INACTIVE};
    struct buf formats, maps;
    start(&formats, &maps);
    add(&formats, &maps, offer->payload, offer->codec);
    if (offer->has_dtmf)
        add(&formats, &maps, offer->dtmf, events_of(offer->dtmf_hz));
    const struct parts parts = {
        .mid = offer->mid,
        .has_bundle = offer->has_bundle,
        .has_mux = offer->has_mux, /* RFC 5761 5.1.1 */
        .profile = offer->profile,
        /* RFC 5763 section 5: who is offered the choice had better be active; ICE lite answers. */
        .setup = sdp_web_wants_client(offer) ? "active" : "passive",
        .direction = mirrored[offer->direction],
        .refused = sdp_refuse_others(arena, text, offer->stream),
    };
    return describe(arena, end, &parts, &formats, &maps);
}

const char *sdp_web_offer(struct arena *arena, const struct sdp_web_end *end, const char *first,
                          unsigned kinds)
{
    struct buf formats, maps;
    const struct codec *wished = NULL;
    start(&formats, &maps);
    for (const struct codec *codec = codecs; codec < codecs + CODECS; codec++)
        if (strcasecmp(codec->name, first) == 0)
            wished = codec;
    if (wished)
        add(&formats, &maps, wished->payload, wished->name);
    for (const struct codec *codec = codecs; codec < codecs + CODECS; codec++)
        if (codec->is_offered && (codec->kind & kinds) && codec != wished)
            add(&formats, &maps, codec->payload, codec->name);
    for (size_t i = 0; i < EVENTS; i++)
        add(&formats, &maps, events[i].payload, events[i].name);
    const struct parts parts = {
        .mid = "0",
        .has_bundle = true,
        .has_mux = true,
        .profile = "UDP/TLS/RTP/SAVPF",
        .setup = "actpass",
        .direction = SDP_SENDRECV,
        .refused = {"", ""},
    };
    return describe(arena, end, &parts, &formats, &maps);
}
