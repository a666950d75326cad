/*
 * traffic: calls come by themselves while world time goes on, from the world's seed: the same seed
 * gives the same calls. What is not said is as usual for a support desk.
 *
 *   traffic: { calls-per-hour: 200, for: 24h, queue-share: 40 }
 *   traffic: { calls-per-hour: 0 }            stops it; calls under way go on
 *
 * Says: calls-per-hour, for.
 */
#include "control/verbs.h"

#include "base/text.h"
#include "world/traffic.h"

enum { SHARE_MAX = 100 };

static int64_t number(const struct verb_call *call, const char *name, int64_t otherwise)
{
    int64_t value = otherwise;
    node_int(verb_arg(call, name), &value);
    return value;
}

static int64_t duration(const struct verb_call *call, const char *name, int64_t otherwise)
{
    int64_t ms = otherwise;
    text_duration_ms(verb_text(call, name, ""), &ms);
    return ms;
}

static int run(struct verb_call *call)
{
    struct traffic_plan plan = traffic_usual();
    struct {
        const char *name;
        int *share;
    } shares[] = {{"queue-share", &plan.queue_share},
                  {"outbound-share", &plan.outbound_share},
                  {"internal-share", &plan.internal_share},
                  {"missed-share", &plan.missed_share}};
    enum { SHARES = sizeof shares / sizeof *shares };
    for (size_t i = 0; i < SHARES; i++) {
        int64_t share = number(call, shares[i].name, *shares[i].share);
        if (share > SHARE_MAX)
            return verb_refuse(call, verb_arg(call, shares[i].name), "%s is percent: 0 to 100",
                               shares[i].name);
        *shares[i].share = (int)share;
    }
    if (plan.queue_share + plan.outbound_share + plan.internal_share > SHARE_MAX)
        return verb_refuse(call, call->args, "the shares of calls make more than 100 percent");
    plan.calls_per_hour = number(call, "calls-per-hour", plan.calls_per_hour);
    plan.for_ms = duration(call, "for", plan.for_ms);
    plan.talk_ms = duration(call, "talk", plan.talk_ms);
    plan.ring_ms = duration(call, "ring", plan.ring_ms);
    plan.cause = journal_next(call->journal);
    if (plan.calls_per_hour > TRAFFIC_CALLS_PER_HOUR_MAX)
        return verb_refuse(call, verb_arg(call, "calls-per-hour"), "at most %d calls an hour",
                           TRAFFIC_CALLS_PER_HOUR_MAX);
    if (plan.calls_per_hour == 0)
        traffic_stop(call->world);
    else if (!traffic_start(call->world, &plan))
        return verb_refuse(call, call->args, "nobody is there who could be called");
    json_int(call->out, "calls-per-hour", plan.calls_per_hour);
    json_int(call->out, "for", plan.for_ms / 1000);
    return ERR_OK;
}

const struct verb verb_traffic = {
    .name = "traffic",
    .help = "calls come by themselves as time goes on",
    .main_arg = "calls-per-hour",
    .args = {{"calls-per-hour", "count", "on average (200); 0 stops it", false},
             {"for", "duration", "no further call begins after that (24h)", false},
             {"talk", "duration", "a call's length on average (2m)", false},
             {"ring", "duration", "until somebody answers, on average (8s)", false},
             {"queue-share", "count", "percent that come by a call queue (40)", false},
             {"outbound-share", "count", "percent to outside (25)", false},
             {"internal-share", "count", "percent between colleagues (10)", false},
             {"missed-share", "count", "percent nobody answers (15)", false}},
    .run = run,
};
