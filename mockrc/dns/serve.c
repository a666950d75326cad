#include "dns/serve.h"

#include "dns/zone.h"
#include "world/clock.h"

#include <stdio.h>

const char dns_op[] = "dns.query";

static void tell(const struct world *world, struct journal *journal, bool is_udp,
                 const struct dns_query *query, const struct dns_answer *answer, bool is_silent,
                 uint64_t cause)
{
    struct event event;
    char number[16];
    const char *type = dns_type_name(query->type);
    snprintf(number, sizeof number, "TYPE%u", query->type); /* RFC 3597 section 5 */
    event_init(&event, LAYER_NET, dns_op);
    event.time_ms = clock_now(world);
    event.cause = cause;
    if (query->question_len) {
        event_set(&event, EVENT_NAME, query->name);
        event_set(&event, EVENT_QTYPE, type ? type : number);
    }
    event_set(&event, EVENT_TRANSPORT, is_udp ? "udp" : "tcp");
    event_set(&event, EVENT_RESULT, is_silent ? "silence" : dns_rcode_name(answer->rcode));
    event_set(&event, EVENT_REASON, query->reason);
    if (answer->rcode == DNS_OK && !is_silent)
        event_set_int(&event, EVENT_RECORDS, (int64_t)answer->count);
    journal_append(journal, &event);
}

void dns_serve(const struct world *world, struct journal *journal, bool is_udp,
               const uint8_t *bytes, size_t len, struct buf *out)
{
    struct dns_query query;
    struct dns_answer answer;
    uint64_t cause;
    if (!dns_read(bytes, len, &query))
        return;
    bool is_answered = zone_answer(world, &query, &answer, &cause);
    tell(world, journal, is_udp, &query, &answer, !is_answered, cause);
    if (is_answered)
        dns_write(&query, &answer, is_udp ? DNS_UDP_MAX : DNS_ANSWER_MAX, out);
}
