#include "notify/webhook.h"

#include "base/mem.h"
#include "base/text.h"
#include "api/message.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    RECONCILE_MS = 15 * 60 * 1000,
    RETRY_MS = 1000,      /* the first; each further one waits twice as long */
    ANSWER_MAX = 1 << 20, /* of a delivery; nobody reads it */
};

/* What becomes of the verification token (sub.verification_token). The guide calls the header by another
 * name than the schema (rest.md 6.3): receivers take that for a handshake. */
static void set_token(struct parcel *parcel, const struct subscription *one, int64_t how)
{
    parcel->token_header = how == KNOB_TOKEN_GUIDE ? "Validation-Token" : "Verification-Token";
    if (one->verification_token && how != KNOB_TOKEN_OMITTED)
        xset(&parcel->verification_token,
             how == KNOB_TOKEN_WRONG ? "not-the-token-it-was-given" : one->verification_token);
}

bool webhook_take(const struct judge *judge, int64_t number, struct parcel *ret)
{
    struct world *world = judge->world;
    struct subscription *one = subscription_by_number(world, number);
    int code;
    if (!one || one->is_in_flight || one->transport != TRANSPORT_WEBHOOK ||
        !subscription_is_live(world, one) || judge_next(judge, one, &code) != VERDICT_SEND)
        return false;
    const struct delivery *first = subscription_first(one);
    const struct knobs *knobs = &world->knobs;
    *ret = (struct parcel){
        .number = number,
        .url = xstrdup(one->address),
        .body = first->body ? xstrndup(first->body, first->len) : NULL,
        .len = first->len,
        .timeout_ms =
            first->body ? knobs->sub_deliver_timeout_ms : knobs->sub_validation_timeout_ms,
        .verifies_tls = knobs->sub_hook_tls_verify != 0,
    };
    if (first->body)
        set_token(ret, one, knobs->sub_verification_token);
    ret->errand.max_bytes = first->body ? ANSWER_MAX : (size_t)knobs->sub_validation_max_bytes;
    if (!first->body)
        snprintf(ret->errand.token, sizeof ret->errand.token, "%s", first->uuid);
    one->is_in_flight = true;
    return true;
}

void parcel_done(struct parcel *parcel)
{
    free(parcel->url);
    free(parcel->verification_token);
    free(parcel->body);
    *parcel = (struct parcel){0};
}

/* On the agenda: sends a handshake to see whether the receiver is back. */
static void reconcile(struct world *world, void *context, int64_t number)
{
    struct subscription *one = subscription_by_number(world, number);
    char token[ID_UUID_LEN];
    if (!one || one->status != SUBSCRIPTION_BLACKLISTED || one->queue_count)
        return;
    if (subscription_push(world, one, NULL, 0, id_uuid(&world->ids, token), 0))
        outbox_put(world, OUTBOX_WEBHOOK, number);
}

static void set_reason(struct subscription *one, const struct errand *errand)
{
    char text[ERRAND_REASON_MAX + 64];
    if (errand->result == ERRAND_ANSWERED)
        snprintf(text, sizeof text, "Webhook responses with code: [%d], reason: [%s]",
                 errand->status,
                 errand->reason[0] ? errand->reason : web_status_text(errand->status));
    else
        snprintf(text, sizeof text, "I/O operation is failed. Details: [%s]", errand->reason);
    xset(&one->reason, text);
}

/* What the subscription tells of it (sub.blacklist.reason). */
static void choose_reason(const struct world *world, struct subscription *one)
{
    static const char *const told[] = {
        [KNOB_REASON_TIMEOUT] = "I/O operation is failed. Details: [Read timed out]",
        [KNOB_REASON_NOT_FOUND] = "Webhook responses with code: [404], reason: [Not Found]",
        [KNOB_REASON_OMITTED] = NULL,
    };
    if (world->knobs.sub_blacklist_reason != KNOB_REASON_SEEN)
        xset(&one->reason, told[world->knobs.sub_blacklist_reason]);
}

/* What still waits is lost: events are not replayed (rest.md 6.4). */
static void blacklist(struct world *world, struct journal *journal, struct subscription *one,
                      uint64_t cause)
{
    struct event event;
    one->status = SUBSCRIPTION_BLACKLISTED;
    one->blacklisted_ms = clock_now(world);
    size_t lost = subscription_drain(world, one);
    event_init(&event, LAYER_NOTIFY, "notify.blacklisted");
    event.time_ms = one->blacklisted_ms;
    event.cause = cause;
    event_set(&event, EVENT_SUBSCRIPTION, one->id);
    event_set(&event, EVENT_REASON, one->reason);
    event_set_int(&event, EVENT_RECORDS, (int64_t)lost);
    journal_append(journal, &event);
    choose_reason(world, one);
}

static void schedule_reconcile(struct world *world, const struct subscription *one)
{
    if (world->knobs.sub_blacklist_recover == KNOB_RECOVER_RECONCILE)
        clock_schedule(world, clock_now(world) + RECONCILE_MS, reconcile, NULL, one->number);
}

static void note_failure(struct world *world, struct journal *journal, struct subscription *one,
                         const struct errand *errand, uint64_t cause)
{
    int64_t now = clock_now(world);
    one->failed++;
    if (!one->failing_since_ms)
        one->failing_since_ms = now;
    set_reason(one, errand);
    if (now - one->failing_since_ms < world->knobs.sub_blacklist_after_ms)
        return;
    blacklist(world, journal, one, cause);
    schedule_reconcile(world, one);
}

static bool is_success(const struct parcel *parcel)
{
    const struct errand *errand = &parcel->errand;
    if (errand->result != ERRAND_ANSWERED)
        return false;
    return parcel->body ? errand->status / 100 == 2 : errand->status == 200 && errand->has_token;
}

static uint64_t tell(struct world *world, struct journal *journal, const struct subscription *one,
                     const struct delivery *sent, const struct parcel *parcel)
{
    const struct errand *errand = &parcel->errand;
    struct event event;
    judge_event(&event, world, one, sent);
    if (errand->result == ERRAND_ANSWERED)
        event_set_int(&event, EVENT_STATUS, errand->status);
    event_set(&event, EVENT_RESULT, is_success(parcel) ? "received" : "failed");
    if (!is_success(parcel) && errand->reason[0])
        event_set(&event, EVENT_REASON, errand->reason);
    return journal_append(journal, &event);
}

static void tell_overflow(struct world *world, struct journal *journal, struct subscription *one)
{
    struct event event;
    if (one->overflowed == one->overflow_told)
        return;
    event_init(&event, LAYER_NOTIFY, "notify.overflow");
    event.time_ms = clock_now(world);
    event_set(&event, EVENT_SUBSCRIPTION, one->id);
    event_set_int(&event, EVENT_RECORDS, (int64_t)(one->overflowed - one->overflow_told));
    event_set(&event, EVENT_REASON, "the queue was full: events are lost");
    journal_append(journal, &event);
    one->overflow_told = one->overflowed;
}

void webhook_done(struct world *world, struct journal *journal, const struct parcel *parcel)
{
    struct subscription *one = subscription_by_number(world, parcel->number);
    if (!one || !one->is_in_flight)
        return;
    one->is_in_flight = false;
    struct delivery *sent = subscription_first(one);
    if (!sent)
        return;
    tell_overflow(world, journal, one);
    uint64_t cause = tell(world, journal, one, sent, parcel);
    bool is_handshake = !sent->body;
    if (!is_handshake && !is_success(parcel) && sent->attempts < world->knobs.sub_deliver_retries)
        subscription_defer(world, one, RETRY_MS << sent->attempts++);
    else if (sent->is_twice)
        sent->is_twice = false; /* and once more */
    else
        subscription_pop(world, one);
    if (!is_success(parcel) && is_handshake) {
        schedule_reconcile(world, one);
    } else if (!is_success(parcel)) {
        note_failure(world, journal, one, &parcel->errand, cause);
    } else {
        one->delivered += !is_handshake;
        one->failing_since_ms = 0;
        if (is_handshake)
            one->status = SUBSCRIPTION_ACTIVE;
    }
    if (one->queue_count)
        outbox_put(world, OUTBOX_WEBHOOK, one->number);
}
