/* What the two sides describe of a leg's audio, and what comes of it for its line. */
#include "sip/leg_media.h"

#include "base/codec.h"
#include "base/text.h"
#include "sip/sdp.h"
#include "sip/sdp_web.h"

#include <stdio.h>
#include <string.h>

enum { DTMF_HZ = 8000 /* of telephone events beside any codec, but for browsers */ };

static unsigned kinds_of(const struct world *world)
{
    static const unsigned kinds[] = {
        [KNOB_CODECS_ALL] = SDP_ALL, [KNOB_CODECS_G711] = SDP_G711, [KNOB_CODECS_OPUS] = SDP_OPUS};
    return kinds[world->knobs.rtp_codecs];
}

static bool needs_srtp(const struct world *world, enum transport transport)
{
    return transport == TRANSPORT_TLS || world->knobs.rtp_srtp_required;
}

static const char *web_misfit(const struct world *world, const char *offer)
{
    struct sdp_web web;
    sdp_web_read(offer, kinds_of(world), &web);
    return sdp_web_misfit(&web);
}

const char *leg_media_misfit(const struct world *world, enum transport transport, const char *offer)
{
    struct sdp_audio audio;
    if (transport_is_web(transport))
        return web_misfit(world, offer);
    sdp_read(offer, kinds_of(world), &audio);
    if (!audio.is_there || !*audio.codec)
        return "nothing offered can be answered";
    if (audio.is_secure && !audio.has_key)
        return "SRTP is offered without a key we can use";
    if (!audio.is_secure && needs_srtp(world, transport))
        return "SRTP is required, and RTP was offered";
    return NULL;
}

/* For one more description. */
static struct sdp_end end_of(const struct world *world, struct phone_leg *leg)
{
    return (struct sdp_end){
        .address = media_ours(world, leg->peer, leg->line.ours),
        .port = leg->line.port,
        .key = leg->line.wish.key_out,
        .session = leg->line.id,
        .version = ++leg->line.described,
    };
}

static void make_key(struct world *world, struct media_wish *wish)
{
    for (size_t i = 0; i < sizeof wish->key_out; i++)
        wish->key_out[i] = (unsigned char)id_below(&world->sip_ids, 256);
}

/* False: no port is to be had, and the description names the one that is nobody's. */
static bool open_line(struct world *world, struct phone_leg *leg)
{
    if (leg->line.id)
        return true;
    make_key(world, &leg->line.wish);
    return media_line_open(world, &leg->line);
}

static enum media_codec codec_of(const char *name)
{
    static const struct {
        const char *name;
        enum media_codec codec;
    } rows[] = {{"PCMU/", MEDIA_PCMU}, {"PCMA/", MEDIA_PCMA}, {"OPUS/", MEDIA_OPUS}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (text_starts_nocase(name, rows[i].name))
            return rows[i].codec;
    return MEDIA_OTHER;
}

/* --- browsers --- */

/* ICE begins, or begins anew. */
static void make_words(struct world *world, struct media_web *web)
{
    const uint64_t words[] = {id_next(&world->sip_ids), id_next(&world->sip_ids),
                              id_next(&world->sip_ids)};
    web->is_on = true;
    codec_hex(web->ufrag, words, 4);
    codec_hex(web->pwd, words + 1, MEDIA_ICE_MAX / 2);
}

static struct sdp_web_end web_end_of(const struct world *world, struct phone_leg *leg,
                                     char print[MEDIA_PRINT_TEXT])
{
    const struct sdp_end end = end_of(world, leg);
    media_print(world, print);
    return (struct sdp_web_end){
        .address = end.address,
        .port = end.port,
        .session = end.session,
        .version = end.version,
        .ufrag = leg->line.wish.web.ufrag,
        .pwd = leg->line.wish.web.pwd,
        .print = print,
    };
}

/* What the browser described is what its line shall do. */
static void wish_for_web(struct world *world, struct phone_leg *leg, const struct sdp_web *said)
{
    struct media_wish *wish = &leg->line.wish;
    wish->codec = codec_of(said->codec);
    wish->payload = said->payload;
    wish->clock_hz = said->clock_hz;
    wish->dtmf = said->has_dtmf ? said->dtmf : 0;
    wish->dtmf_hz = said->dtmf_hz;
    wish->is_secure = true;
    wish->is_deaf = said->direction == SDP_SENDONLY || said->direction == SDP_INACTIVE;
    wish->web.is_client = sdp_web_wants_client(said);
    wish->web.print_len = said->print_len;
    memcpy(wish->web.print, said->print, sizeof wish->web.print);
    snprintf(wish->web.peer, sizeof wish->web.peer, "%s", said->ufrag);
    snprintf(leg->line.codec, sizeof leg->line.codec, "%s", said->codec);
    media_line_set(world, &leg->line);
}

static const char *answer_web(struct world *world, struct phone_leg *leg, struct arena *arena,
                              const char *offer)
{
    struct sdp_web said;
    char print[MEDIA_PRINT_TEXT];
    struct media_web *web = &leg->line.wish.web;
    sdp_web_read(offer, kinds_of(world), &said);
    /* RFC 8839 4.4: other words are a restart, which only the offer may ask for. */
    if (!web->is_on || (*web->peer && !text_eq(web->peer, said.ufrag)))
        make_words(world, web);
    wish_for_web(world, leg, &said);
    const struct sdp_web_end end = web_end_of(world, leg, print);
    return sdp_web_answer(arena, &end, &said, offer);
}

/* The first other phone whose codec is known: a caller that offered, or who was called by one that did not;
 * NULL: there is none. */
static const struct phone_leg *other_of(const struct phone_leg *leg)
{
    const struct phone_leg *other = leg->call->legs;
    while (other &&
           (other == leg || other->party == leg->party || !other->is_phone || !*other->line.codec))
        other = other->next;
    return other;
}

static const char *offer_web(struct world *world, struct phone_leg *leg, struct arena *arena)
{
    char print[MEDIA_PRINT_TEXT];
    const struct phone_leg *other = other_of(leg);
    if (!leg->line.wish.web.is_on)
        make_words(world, &leg->line.wish.web);
    leg->line.wish.is_secure = true;
    media_line_set(world, &leg->line); /* checks may come before the answer */
    const struct sdp_web_end end = web_end_of(world, leg, print);
    const char *wished = *leg->line.codec ? leg->line.codec : other ? other->line.codec : "";
    return sdp_web_offer(arena, &end, wished, kinds_of(world));
}

static bool answered_web(struct world *world, struct phone_leg *leg, const char *answer)
{
    struct sdp_web said;
    sdp_web_read(answer, kinds_of(world), &said);
    if (sdp_web_misfit(&said))
        return false;
    wish_for_web(world, leg, &said);
    return true;
}

/* --- the others --- */

/* What the phone described is what its line shall do. */
static void wish_for(struct world *world, struct phone_leg *leg, const struct sdp_audio *audio)
{
    struct media_wish *wish = &leg->line.wish;
    snprintf(wish->address, sizeof wish->address, "%s", audio->address);
    wish->port = audio->port;
    wish->is_sent_there = world->knobs.rtp_send_to == KNOB_SEND_TO_SDP;
    wish->codec = codec_of(audio->codec);
    wish->payload = audio->payload;
    wish->clock_hz = audio->clock_hz;
    wish->dtmf = audio->has_dtmf ? audio->dtmf : 0;
    wish->dtmf_hz = DTMF_HZ;
    wish->is_secure = audio->is_secure;
    memcpy(wish->key_in, audio->key, sizeof wish->key_in);
    wish->is_deaf = audio->direction == SDP_SENDONLY || audio->direction == SDP_INACTIVE;
    snprintf(leg->line.codec, sizeof leg->line.codec, "%s", audio->codec);
    media_line_set(world, &leg->line);
}

const char *leg_media_describe(struct world *world, struct phone_leg *leg, struct arena *arena,
                               const char *offer)
{
    struct sdp_audio audio;
    if (!offer)
        return leg_media_offer(world, leg, arena);
    if (!open_line(world, leg))
        return NULL;
    if (transport_is_web(leg->transport))
        return answer_web(world, leg, arena, offer);
    sdp_read(offer, kinds_of(world), &audio);
    wish_for(world, leg, &audio);
    struct sdp_end end = end_of(world, leg);
    return sdp_answer(arena, &end, &audio, offer);
}

const char *leg_media_offer(struct world *world, struct phone_leg *leg, struct arena *arena)
{
    open_line(world, leg);
    if (transport_is_web(leg->transport))
        return offer_web(world, leg, arena);
    const struct phone_leg *other = other_of(leg);
    struct sdp_audio first = {0};
    if (other) {
        const struct media_wish *its = &other->line.wish;
        first = (struct sdp_audio){.payload = its->payload,
                                   .has_dtmf = its->dtmf != 0,
                                   .dtmf = its->dtmf,
                                   .clock_hz = its->clock_hz};
        snprintf(first.codec, sizeof first.codec, "%s", other->line.codec);
    }
    struct sdp_end end = end_of(world, leg);
    leg->line.wish.is_secure = leg->line.wish.is_secure || needs_srtp(world, leg->transport);
    return sdp_offer(arena, &end, leg->line.wish.is_secure, other ? &first : NULL, kinds_of(world));
}

bool leg_media_answered(struct world *world, struct phone_leg *leg, const char *answer)
{
    struct sdp_audio audio;
    if (transport_is_web(leg->transport))
        return answered_web(world, leg, answer);
    sdp_read(answer, kinds_of(world), &audio);
    bool fits = audio.is_there && *audio.codec && audio.is_secure == leg->line.wish.is_secure &&
                (!audio.is_secure || audio.has_key);
    if (fits)
        wish_for(world, leg, &audio);
    return fits;
}
