#include "notify/judge.h"

#include "base/text.h"

#include <stdio.h>

static const char *op_of(const struct subscription *one, const struct delivery *delivery)
{
    if (one->transport == TRANSPORT_WEBSOCKET)
        return "ws.notification";
    return delivery->body ? "notify.webhook" : "notify.validation";
}

void judge_event(struct event *event, const struct world *world, const struct subscription *one,
                 const struct delivery *delivery)
{
    event_init(event, LAYER_NOTIFY, op_of(one, delivery));
    event->time_ms = clock_now(world);
    event->cause = delivery->cause;
    if (one->transport == TRANSPORT_WEBHOOK)
        event_set(event, EVENT_METHOD, "POST");
    event_set(event, EVENT_SUBSCRIPTION, one->id);
    event_set_int(event, EVENT_EXTENSION, one->user_id);
    event_set(event, EVENT_REQUEST_ID, delivery->uuid);
    event_set(event, EVENT_EVENT, delivery->event);
    if (delivery->state[0])
        event_set(event, EVENT_PARTY_STATE, delivery->state);
    if (delivery->body)
        event_set_int(event, EVENT_SEQUENCE, (int64_t)delivery->sequence);
    if (delivery->rule[0]) {
        event_set(event, EVENT_FAULT, delivery->rule);
        event_set(event, EVENT_PLAN, delivery->plan);
    }
}

/* Told now, since nothing will be sent. */
static void drop(const struct judge *judge, struct subscription *one, struct delivery *delivery)
{
    struct event event;
    judge_event(&event, judge->world, one, delivery);
    event_set(&event, EVENT_RESULT, "dropped");
    journal_append(judge->journal, &event);
    subscription_pop(judge->world, one);
}

/* Asks the rules, once; VERDICT_NONE: the delivery is no longer the first. */
static enum verdict judge_one(const struct judge *judge, struct subscription *one,
                              struct delivery *delivery, int *ret_code)
{
    struct world *world = judge->world;
    struct event event;
    struct plan plan;
    int64_t code = 0;
    delivery->is_judged = true;
    judge_event(&event, world, one, delivery);
    fault_decide(judge->faults, &event, clock_now(world), &plan);
    if (plan.kind != PLAN_NONE) {
        snprintf(delivery->rule, sizeof delivery->rule, "%s", plan.rule);
        delivery->plan = plan_kind_name(plan.kind);
        if (plan.cause)
            delivery->cause = plan.cause;
    }
    /* Counted from the event on, not from when its turn came: that depends on the machine. */
    int64_t later_ms = plan.kind == PLAN_DELAY ? plan.delay_ms : world->knobs.sub_deliver_delay_ms;
    later_ms -= later_ms ? clock_now(world) - delivery->told_ms : 0;
    bool is_dropped =
        plan.kind == PLAN_DROP || (plan.kind == PLAN_CLOSE && one->transport == TRANSPORT_WEBHOOK);
    if (is_dropped) {
        drop(judge, one, delivery);
        return VERDICT_NONE;
    }
    delivery->is_twice = plan.kind == PLAN_DUPLICATE;
    delivery->is_swapped = plan.kind == PLAN_REORDER;
    if (plan.kind == PLAN_CLOSE) {
        *ret_code = text_int64(plan.code, &code) ? (int)code : 0;
        return VERDICT_CLOSE;
    }
    if (later_ms > 0) {
        subscription_defer(world, one, later_ms);
        return VERDICT_NONE;
    }
    return VERDICT_SEND;
}

enum verdict judge_next(const struct judge *judge, struct subscription *one, int *ret_code)
{
    struct delivery *first;
    while ((first = subscription_first(one))) {
        if (first->body && !first->is_judged) {
            enum verdict verdict = judge_one(judge, one, first, ret_code);
            if (verdict == VERDICT_NONE)
                continue;
            if (verdict == VERDICT_CLOSE)
                return verdict;
        }
        if (!first->is_swapped)
            return VERDICT_SEND;
        if (one->queue_count < 2)
            return VERDICT_NONE; /* until the one that overtakes it is there */
        first->is_swapped = false;
        subscription_swap_first(one);
    }
    return VERDICT_NONE;
}
