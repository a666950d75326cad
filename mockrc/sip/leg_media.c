#include "sip/leg_media.h"

static const char *const ops[] = {"media.start", "media.dtmf", "media.leg"};
enum { OP_START, OP_DTMF, OP_LEG, OPS };

const char *leg_media_op_at(size_t i)
{
    return i < OPS ? ops[i] : NULL;
}

static void open_event(const struct sip_service *service, struct event *event, int op,
                       const struct phone_leg *leg)
{
    event_init(event, LAYER_MEDIA, ops[op]);
    event->time_ms = clock_now(service->world);
    event->cause = leg->call->cause;
    event_set(event, EVENT_PROXY, leg->proxy->name);
    event_set(event, EVENT_TRANSPORT, media_transport_name(&leg->line.wish));
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
    if (leg->state == LEG_UP && !leg->line.was_used && !leg->is_offered)
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
