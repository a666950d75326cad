#include "sip/leg_media.h"

#include "base/text.h"
#include "sip/sdp.h"
#include "sip/sdp_web.h"

#include <stdio.h>
#include <string.h>

static const char *const ops[] = {"media.start", "media.dtmf", "media.leg"};
enum { OP_START, OP_DTMF, OP_LEG, OPS };

const char *leg_media_op_at(size_t i)
{
    return i < OPS ? ops[i] : NULL;
}

static unsigned kinds_of(const struct world *world)
{
    static const unsigned kinds[] = {
        [KNOB_CODECS_ALL] = SDP_ALL, [KNOB_CODECS_G711] = SDP_G711, [KNOB_CODECS_OPUS] = SDP_OPUS};
    return kinds[world->knobs.rtp_codecs];
}

/* --- descriptions --- */

static bool needs_srtp(const struct world *world, enum transport transport)
{
    return transport == TRANSPORT_TLS || world->knobs.rtp_srtp_required;
}

static const char *web_misfit(const char *offer)
{
    struct sdp_web web;
    sdp_web_read(offer, &web);
    return sdp_web_misfit(&web);
}

const char *leg_media_misfit(const struct world *world, enum transport transport, const char *offer)
{
    struct sdp_audio audio;
    if (transport_is_web(transport))
        return web_misfit(offer);
    sdp_read(offer, kinds_of(world), &audio);
    if (!audio.is_there || !*audio.codec)
        return "nothing offered can be answered";
    if (audio.is_secure && !audio.has_key)
        return "SRTP is offered without a key we can use";
    if (!audio.is_secure && needs_srtp(world, transport))
        return "SRTP is required, and RTP was offered";
    return NULL;
}

/* Our address as phones reach it: bound to any, it is this machine's own. */
static struct sdp_end end_of(const struct world *world, const struct phone_leg *leg)
{
    return (struct sdp_end){
        .address = text_eq(world->bind, "0.0.0.0") ? "127.0.0.1" : world->bind,
        .port = leg->line.port,
        .key = leg->line.wish.key_out,
    };
}

/* A browser's leg has no line: sip/sdp_web.h. */
static const char *describe_web(const struct world *world, const struct phone_leg *leg,
                                struct arena *arena, const char *offer)
{
    struct sdp_web web;
    const struct sdp_web_end end = {.address = end_of(world, leg).address, .dialog = leg->call_id};
    if (!offer)
        return sdp_web_offer(arena, &end);
    sdp_web_read(offer, &web);
    return sdp_web_answer(arena, &end, &web);
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
    if (transport_is_web(leg->transport))
        return describe_web(world, leg, arena, offer);
    if (!offer)
        return leg_media_offer(world, leg, arena);
    if (!open_line(world, leg))
        return NULL;
    sdp_read(offer, kinds_of(world), &audio);
    wish_for(world, leg, &audio);
    struct sdp_end end = end_of(world, leg);
    return sdp_answer(arena, &world->sip_ids, &end, &audio);
}

const char *leg_media_offer(struct world *world, struct phone_leg *leg, struct arena *arena)
{
    if (transport_is_web(leg->transport))
        return describe_web(world, leg, arena, NULL);
    open_line(world, leg);
    const struct phone_leg *caller = leg->call->legs;
    const struct media_wish *its = &caller->line.wish;
    struct sdp_audio first = {.payload = its->payload,
                              .has_dtmf = its->dtmf != 0,
                              .dtmf = its->dtmf,
                              .clock_hz = its->clock_hz};
    snprintf(first.codec, sizeof first.codec, "%s", caller->line.codec);
    bool is_called = caller != leg && caller->is_phone && *first.codec;
    struct sdp_end end = end_of(world, leg);
    leg->line.wish.is_secure = leg->line.wish.is_secure || needs_srtp(world, leg->transport);
    return sdp_offer(arena, &world->sip_ids, &end, leg->line.wish.is_secure,
                     is_called ? &first : NULL, kinds_of(world));
}

void leg_media_answered(struct world *world, struct phone_leg *leg, const char *answer)
{
    struct sdp_audio audio;
    if (transport_is_web(leg->transport))
        return;
    sdp_read(answer, kinds_of(world), &audio);
    bool fits = audio.is_there && *audio.codec && audio.is_secure == leg->line.wish.is_secure &&
                (!audio.is_secure || audio.has_key);
    if (fits)
        wish_for(world, leg, &audio);
}

/* --- who hears whom --- */

static void open_event(const struct sip_service *service, struct event *event, int op,
                       const struct phone_leg *leg)
{
    event_init(event, LAYER_MEDIA, ops[op]);
    event->time_ms = clock_now(service->world);
    event->cause = leg->call->cause;
    event_set(event, EVENT_PROXY, leg->proxy->name);
    event_set(event, EVENT_TRANSPORT, leg->line.wish.is_secure ? "srtp" : "rtp");
    event_set(event, EVENT_AOR, leg->aor);
    event_set_int(event, EVENT_CALL, (int64_t)leg->call->id);
    event_set(event, EVENT_FROM, leg->call->from);
    event_set(event, EVENT_TO, leg->call->to);
    event_set(event, EVENT_DEVICE, leg->device_id);
    event_set(event, EVENT_CODEC, leg->line.codec);
}

/* A rule of kind impair that fits the line's start holds until its end. */
static void impair(struct sip_service *service, struct event *event, struct media_wish *wish)
{
    struct plan plan;
    fault_decide(service->faults, event, clock_now(service->world), &plan);
    if (plan.kind != PLAN_IMPAIR)
        return;
    const struct media_harm harm = {plan.loss, plan.reorder, plan.jitter_ms};
    if (plan.direction != FAULT_TO_PHONE)
        wish->from_phone = harm;
    if (plan.direction != FAULT_FROM_PHONE)
        wish->to_phone = harm;
    event_set(event, EVENT_FAULT, plan.rule);
    event_set(event, EVENT_PLAN, plan_kind_name(plan.kind));
    if (!event->cause)
        event->cause = plan.cause;
}

static void start_line(struct sip_service *service, struct phone_leg *leg)
{
    struct event event;
    leg->line.was_used = true;
    open_event(service, &event, OP_START, leg);
    event_set(&event, EVENT_PLAYS, media_source_name(leg->line.wish.source));
    impair(service, &event, &leg->line.wish);
    journal_append(service->journal, &event);
}

static enum media_source plays_of(const struct world *world, const struct phone_party *party)
{
    static const enum media_source plays[] = {[PARTY_PLAYS_ECHO] = MEDIA_ECHO,
                                              [PARTY_PLAYS_TONE] = MEDIA_TONE,
                                              [PARTY_PLAYS_SILENCE] = MEDIA_SILENCE,
                                              [PARTY_PLAYS_NOTHING] = MEDIA_NOTHING};
    int usual = PARTY_PLAYS_ECHO + (int)world->knobs.rtp_party_plays;
    return plays[party->plays.plays ? (int)party->plays.plays : usual];
}

/* What a phone of `call` hears when no other phone is up in it: somebody simulated, or nobody. */
static enum media_source simulated_plays(const struct world *world, const struct phone_leg *leg)
{
    for (const struct phone_party *party = leg->call->parties; party; party = party->next)
        if (party != leg->party && phone_party_talks(party))
            return plays_of(world, party);
        else if (party != leg->party && party->status == PHONE_VOICEMAIL)
            return MEDIA_TONE; /* in the place of a greeting */
    return MEDIA_NOTHING;
}

static bool is_holding(const struct phone_leg *leg)
{
    return leg->line.wish.is_deaf || leg->party->status == PHONE_HOLD;
}

static enum media_source source_of(const struct world *world, const struct phone_leg *leg,
                                   const struct phone_leg *other)
{
    if (leg->state != LEG_UP)
        return MEDIA_RINGBACK;
    if (leg->line.is_told)
        return leg->line.told;
    if (leg->party->status == PHONE_PARKED || (other && is_holding(other)))
        return MEDIA_TONE; /* in the place of music */
    return other ? MEDIA_LINE : simulated_plays(world, leg);
}

static void hear(struct sip_service *service, struct phone_leg *leg, const struct phone_leg *other)
{
    struct media_wish *wish = &leg->line.wish;
    wish->from = other ? other->line.id : 0;
    wish->source = source_of(service->world, leg, other);
    wish->clip = leg->line.clip;
    if (leg->state == LEG_UP && !leg->line.was_used)
        start_line(service, leg);
    media_line_set(service->world, &leg->line);
}

/* Of three that are up, say in a conference, each hears the first other one. */
void leg_media_join(struct sip_service *service, struct phone_call *call)
{
    if (!service->world->media)
        return;
    for (struct phone_leg *leg = call->legs; leg; leg = leg->next) {
        const struct phone_leg *other = call->legs;
        while (other && (other->party == leg->party || other->state != LEG_UP || !other->is_phone))
            other = other->next;
        if (leg->is_phone && leg->line.id)
            hear(service, leg, other);
    }
}

static struct phone_leg *leg_of_line(const struct world *world, uint64_t line)
{
    for (struct phone_call *call = world->phone_calls; call; call = call->next)
        for (struct phone_leg *leg = call->legs; leg; leg = leg->next)
            if (leg->line.id == line)
                return leg;
    return NULL;
}

void leg_media_digit(struct sip_service *service, uint64_t line, char digit)
{
    const struct phone_leg *leg = leg_of_line(service->world, line);
    if (leg) /* else it hung up meanwhile */
        leg_media_heard(service, leg, digit);
}

void leg_media_heard(struct sip_service *service, const struct phone_leg *leg, char digit)
{
    struct event event;
    open_event(service, &event, OP_DTMF, leg);
    event_set_n(&event, EVENT_DIGITS, &digit, 1);
    journal_append(service->journal, &event);
}

void leg_media_ended(struct sip_service *service, const struct phone_leg *leg,
                     const struct media_figures *figures)
{
    struct event event;
    open_event(service, &event, OP_LEG, leg);
    event_set_int(&event, EVENT_SECONDS, figures->audio_ms / 1000);
    event_set(&event, EVENT_REASON, figures->trouble);
    event_set(&event, EVENT_AUDIO, media_figures_ways(figures));
    event_set_int(&event, EVENT_RECEIVED, (int64_t)figures->received);
    event_set_int(&event, EVENT_SENT, (int64_t)figures->sent);
    event_set_int(&event, EVENT_LOST, (int64_t)figures->lost);
    /* That is the machine's: where time stands still, one run must be like the other. */
    if (service->world->clock.mode != CLOCK_FROZEN)
        event_set_int(&event, EVENT_JITTER_MS, figures->jitter_us / 1000);
    event_set(&event, EVENT_DIGITS, *figures->digits ? figures->digits : NULL);
    journal_append(service->journal, &event);
}
