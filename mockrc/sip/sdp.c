#include "sip/sdp.h"

#include "base/codec.h"
#include "base/text.h"
#include "sip/sdp_refused.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PAYLOADS = 128, DTMF = 101 };

/* Codecs the platform's media servers take (sip.md 4.6). `payload` is fixed, or with `is_dynamic`
 * the one of our own offers; the clock of G722 is 8000 all the same (RFC 3551 4.5.2). */
static const struct codec {
    const char *name, *offered;
    unsigned kind;
    int payload, clock_hz;
    bool is_dynamic;
} codecs[] = {
    {"OPUS/16000", "OPUS/16000", SDP_OPUS, 109, 16000, true},
    {"OPUS/48000", "OPUS/48000/2", SDP_OPUS, 111, 48000, true},
    {"PCMU/8000", "PCMU/8000", SDP_G711, 0, 8000, false},
    {"PCMA/8000", "PCMA/8000", SDP_G711, 8, 8000, false},
    {"G722/8000", NULL, SDP_OTHERS, 9, 8000, false},
    {"G729/8000", NULL, SDP_OTHERS, 18, 8000, false},
};
enum { CODECS = sizeof codecs / sizeof *codecs };

static const char suite[] = "AES_CM_128_HMAC_SHA1_80 inline:";

static const char *const directions[] = {[SDP_SENDRECV] = "sendrecv",
                                         [SDP_SENDONLY] = "sendonly",
                                         [SDP_RECVONLY] = "recvonly",
                                         [SDP_INACTIVE] = "inactive"};

/* Reading state: the payload types of m=audio in order, and what a=rtpmap says of each. */
struct reader {
    struct sdp_audio *audio;
    bool is_elsewhere; /* in the part of another stream */
    size_t streams;    /* m= lines so far */
    int offered[PAYLOADS];
    size_t count;
    char names[PAYLOADS][24];
};

/* "audio 40000 RTP/AVP 0 101": only the first audio stream counts. */
static void read_media(struct reader *reader, const char *line)
{
    struct sdp_audio *audio = reader->audio;
    char profile[32], *at;
    size_t stream = reader->streams++;
    reader->is_elsewhere = true;
    if (audio->is_there || !text_starts(line, "audio "))
        return;
    long port = strtol(line + strlen("audio "), &at, 10);
    at += strspn(at, " ");
    size_t len = strcspn(at, " \r\n");
    snprintf(profile, sizeof profile, "%.*s", (int)len, at);
    bool is_plain = text_eq(profile, "RTP/AVP"), is_secure = text_eq(profile, "RTP/SAVP");
    if (port <= 0 || port > 65535 || (!is_plain && !is_secure))
        return;
    reader->is_elsewhere = false;
    audio->is_there = true;
    audio->stream = stream;
    audio->is_secure = is_secure;
    audio->port = (int)port;
    char *end;
    for (at += len; reader->count < PAYLOADS && *at == ' '; at = end) {
        long type = strtol(at, &end, 10);
        if (end == at)
            break;
        if (type >= 0 && type < PAYLOADS)
            reader->offered[reader->count++] = (int)type;
    }
}

/* "IN IP4 127.0.0.1": the stream's own, else that of all streams. A name is not looked up. */
static void read_address(struct sdp_audio *audio, const char *line)
{
    if (!text_starts(line, "IN IP4 ") && !text_starts(line, "IN IP6 "))
        return;
    const char *address = line + strlen("IN IP4 ");
    size_t len = strspn(address, "0123456789abcdefABCDEF.:");
    bool is_number = len > 0 && strchr(" /\r\n", address[len]) != NULL;
    if (is_number && len < sizeof audio->address)
        snprintf(audio->address, sizeof audio->address, "%.*s", (int)len, address);
}

/* "1 AES_CM_128_HMAC_SHA1_80 inline:<40 letters>|lifetime": the first of that suite counts. */
static void read_key(struct sdp_audio *audio, const char *line, size_t len)
{
    char *at;
    long tag = strtol(line, &at, 10);
    at += strspn(at, " ");
    size_t skipped = (size_t)(at - line) + strlen(suite);
    struct buf key;
    if (audio->has_key || tag < 0 || tag > 999999999 || skipped > len || !text_starts(at, suite))
        return;
    const char *inline_key = line + skipped;
    buf_init(&key, 64);
    if (codec_unbase64(&key, BASE64_STD, inline_key, strcspn(inline_key, "|; \r\n")) &&
        key.len == SDP_KEY_LEN) {
        memcpy(audio->key, key.data, SDP_KEY_LEN);
        audio->has_key = true;
        audio->key_tag = (int)tag;
    }
    buf_done(&key);
}

static void read_attribute(struct reader *reader, const char *line, size_t len)
{
    char *name;
    for (int i = SDP_SENDRECV; i <= SDP_INACTIVE; i++)
        if (strlen(directions[i]) == len && strncmp(line, directions[i], len) == 0)
            reader->audio->direction = (enum sdp_direction)i;
    if (text_starts(line, "rtpmap:")) {
        long type = strtol(line + 7, &name, 10);
        size_t skipped = strspn(name, " ");
        size_t name_len = strcspn(name + skipped, " \r\n");
        if (type >= 0 && type < PAYLOADS)
            snprintf(reader->names[type], sizeof *reader->names, "%.*s", (int)name_len,
                     name + skipped);
    } else if (text_starts(line, "crypto:")) {
        read_key(reader->audio, line + 7, len - 7);
    }
}

/* "opus/48000/2" is OPUS/48000. */
static bool is_codec(const char *name, const char *codec)
{
    size_t len = strlen(codec);
    return strncasecmp(name, codec, len) == 0 && (!name[len] || name[len] == '/');
}

/* Without a=rtpmap only a fixed payload type says what it is. */
static const struct codec *codec_of(const char *name, int type, unsigned kinds)
{
    for (const struct codec *codec = codecs; codec < codecs + CODECS; codec++)
        if ((codec->kind & kinds) &&
            (*name ? is_codec(name, codec->name) : !codec->is_dynamic && codec->payload == type))
            return codec;
    return NULL;
}

static void choose(struct reader *reader, unsigned kinds)
{
    struct sdp_audio *audio = reader->audio;
    for (size_t i = 0; i < reader->count; i++) {
        int type = reader->offered[i];
        const char *name = reader->names[type];
        if (!audio->has_dtmf && is_codec(name, "telephone-event/8000")) {
            audio->has_dtmf = true;
            audio->dtmf = type;
        }
        const struct codec *codec = *audio->codec ? NULL : codec_of(name, type, kinds);
        if (!codec)
            continue;
        audio->payload = type;
        audio->clock_hz = codec->clock_hz;
        snprintf(audio->codec, sizeof audio->codec, "%s", *name ? name : codec->name);
    }
}

void sdp_read(const char *text, unsigned kinds, struct sdp_audio *ret)
{
    struct reader reader = {.audio = ret};
    *ret = (struct sdp_audio){0};
    for (const char *line = text ? text : ""; *line;) {
        size_t len = strcspn(line, "\r\n");
        if (text_starts(line, "m="))
            read_media(&reader, line + 2);
        else if (text_starts(line, "c=") && !reader.is_elsewhere)
            read_address(ret, line + 2);
        else if (text_starts(line, "a=") && !reader.is_elsewhere)
            read_attribute(&reader, line + 2, len - 2);
        line += len + strspn(line + len, "\r\n");
    }
    choose(&reader, kinds);
}

/* One format of the m= line and its a= lines. */
static void add_format(struct buf *formats, struct buf *lines, int payload, const char *codec)
{
    buf_printf(formats, " %d", payload);
    buf_printf(lines, "a=rtpmap:%d %s\r\n", payload, codec);
}

static void add_dtmf(struct buf *formats, struct buf *lines, int payload)
{
    buf_printf(formats, " %d", payload);
    buf_printf(lines, "a=rtpmap:%d telephone-event/8000\r\na=fmtp:%d 0-15\r\n", payload, payload);
}

static void add_key(struct buf *lines, int tag, const unsigned char *key)
{
    buf_printf(lines, "a=crypto:%d %s", tag, suite);
    codec_base64(lines, BASE64_STD, key, SDP_KEY_LEN);
    buf_str(lines, "\r\n");
}

/* The whole, around what was gathered; empties both. */
static const char *describe(struct arena *arena, const struct sdp_end *end, bool is_secure,
                            struct buf *formats, struct buf *lines, enum sdp_direction direction,
                            const struct sdp_refused *refused)
{
    const char *net = strchr(end->address, ':') ? "IP6" : "IP4";
    const char *text =
        arena_printf(arena,
                     "v=0\r\no=- %llu %u IN %s %s\r\ns=-\r\nc=IN %s %s\r\nt=0 0\r\n%s"
                     "m=audio %d RTP/%s%s\r\n%sa=%s\r\n%s",
                     (unsigned long long)end->session, end->version, net, end->address, net,
                     end->address, refused->before, end->port, is_secure ? "SAVP" : "AVP",
                     buf_text(formats), buf_text(lines), directions[direction], refused->behind);
    buf_done(formats);
    buf_done(lines);
    return text;
}

static void start(struct buf *formats, struct buf *lines)
{
    buf_init(formats, 512);
    buf_init(lines, 2048);
}

const char *sdp_offer(struct arena *arena, const struct sdp_end *end, bool is_secure,
                      const struct sdp_audio *first, unsigned kinds)
{
    static const struct sdp_refused none = {"", ""};
    struct buf formats, lines;
    int dtmf = first && first->has_dtmf ? first->dtmf : DTMF;
    start(&formats, &lines);
    if (first)
        add_format(&formats, &lines, first->payload, first->codec);
    for (const struct codec *codec = codecs; codec < codecs + CODECS; codec++) {
        bool is_taken =
            codec->payload == dtmf ||
            (first && (first->payload == codec->payload || is_codec(first->codec, codec->name)));
        if (codec->offered && (codec->kind & kinds) && !is_taken)
            add_format(&formats, &lines, codec->payload, codec->offered);
    }
    add_dtmf(&formats, &lines, dtmf);
    if (is_secure)
        add_key(&lines, 1, end->key);
    return describe(arena, end, is_secure, &formats, &lines, SDP_SENDRECV, &none);
}

const char *sdp_answer(struct arena *arena, const struct sdp_end *end,
                       const struct sdp_audio *offer, const char *text)
{
    static const enum sdp_direction mirrored[] = {[SDP_SENDRECV] = SDP_SENDRECV,
                                                  [SDP_SENDONLY] = SDP_RECVONLY,
                                                  [SDP_RECVONLY] = SDP_SENDONLY,
                                                  [SDP_INACTIVE] = SDP_INACTIVE};
    struct buf formats, lines;
    start(&formats, &lines);
    add_format(&formats, &lines, offer->payload, offer->codec);
    if (offer->has_dtmf)
        add_dtmf(&formats, &lines, offer->dtmf);
    if (offer->is_secure)
        add_key(&lines, offer->key_tag, end->key);
    const struct sdp_refused refused = sdp_refuse_others(arena, text, offer->stream);
    return describe(arena, end, offer->is_secure, &formats, &lines, mirrored[offer->direction],
                    &refused);
}
