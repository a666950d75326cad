#include "dns/serve.h"

#include "base/text.h"
#include "dns/zone.h"
#include "world/clock.h"

#include <stdio.h>

const char dns_op[] = "dns.query";

/* What was asked: what rules can match. */
static void describe(const struct world *world, bool is_udp, const struct dns_query *query,
                     struct event *event)
{
    char number[16];
    const char *type = dns_type_name(query->type);
    snprintf(number, sizeof number, "TYPE%u", query->type); /* RFC 3597 section 5 */
    event_init(event, LAYER_DNS, dns_op);
    event->time_ms = clock_now(world);
    if (query->question_len) {
        event_set(event, EVENT_NAME, query->name);
        event_set(event, EVENT_QTYPE, type ? type : number);
    }
    event_set(event, EVENT_TRANSPORT, is_udp ? "udp" : "tcp");
}

static void tell(struct journal *journal, const struct dns_query *query,
                 const struct dns_answer *answer, bool is_silent, const struct plan *plan,
                 struct event *event)
{
    event_set(event, EVENT_RESULT, is_silent ? "silence" : dns_rcode_name(answer->rcode));
    event_set(event, EVENT_REASON, query->reason);
    if (answer->rcode == DNS_OK && !is_silent)
        event_set_int(event, EVENT_RECORDS, (int64_t)answer->count);
    event_set(event, EVENT_FAULT, plan->rule);
    event_set(event, EVENT_PLAN, plan_kind_name(plan->kind));
    journal_append(journal, event);
}

int64_t dns_serve(const struct world *world, struct journal *journal, struct faults *faults,
                  bool is_udp, const uint8_t *bytes, size_t len, struct buf *out)
{
    struct dns_query query;
    struct dns_answer answer;
    struct event event;
    struct plan plan = {.retry_after_s = -1};
    uint64_t cause;
    if (!dns_read(bytes, len, &query))
        return 0;
    bool is_answered = zone_answer(world, &query, &answer, &cause);
    describe(world, is_udp, &query, &event);
    if (query.rcode == DNS_OK)
        fault_decide(faults, &event, event.time_ms, &plan);
    event.cause = plan.kind ? plan.cause : cause;
    bool is_cut = plan.kind == PLAN_RESOLVE && text_eq(plan.gives, "truncated");
    if (plan.kind == PLAN_RESOLVE && !is_cut)
        zone_give(&query, plan.gives, &answer);
    is_answered = plan.kind == PLAN_RESOLVE || (is_answered && plan.kind != PLAN_DROP);
    tell(journal, &query, &answer, !is_answered, &plan, &event);
    size_t max = !is_udp ? DNS_ANSWER_MAX : is_cut ? 0 : DNS_UDP_MAX; /* nothing fits: cut */
    if (is_answered)
        dns_write(&query, &answer, max, out);
    return plan.kind == PLAN_DELAY ? plan.delay_ms : 0;
}
