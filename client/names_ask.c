/* Finding a proxy; see names_ask.h. */
#include "names_ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

static const struct service {
    const char *transport, *label, *naptr;
    int port;
} services[] = {{"udp", "_sip._udp.", "SIP+D2U", 5060},
                {"tcp", "_sip._tcp.", "SIP+D2T", 5060},
                {"tls", "_sips._tcp.", "SIPS+D2T", 5061}};

static const struct service *service_of(const char *transport)
{
    size_t at = sizeof(services) / sizeof(*services) - 1;
    while (at > 0 && strcmp(services[at].transport, transport) != 0)
        at--;
    return &services[at];
}

int names_default_port(const char *transport)
{
    return service_of(transport)->port;
}

struct finding {
    const struct names_asking *asking;
    struct names_found *found;
    uint32_t ttl_s;
};

static enum resolver_said question(struct finding *finding, const char *name, enum dns_type type,
                                   struct dns_records *ret)
{
    enum resolver_said said = finding->asking->ask(finding->asking->arg, name, type, ret);
    for (int i = 0; i < ret->count; i++)
        if (ret->list[i].ttl_s < finding->ttl_s)
            finding->ttl_s = ret->list[i].ttl_s;
    return said;
}

/* A before AAAA: what a proxy has of the second alone is rare, and costs one more try. */
static enum resolver_said add_addresses(struct finding *finding, const char *host, int port,
                                        unsigned priority)
{
    static const enum dns_type types[] = {DNS_A, DNS_AAAA};
    struct names_found *found = finding->found;
    enum resolver_said best = RESOLVER_NO_NAME;
    bool has_any = false;
    for (int i = 0; i < 2; i++) {
        struct dns_records read;
        enum resolver_said said = question(finding, host, types[i], &read);
        if (said == RESOLVER_SILENT || said == RESOLVER_NO_NAME)
            return has_any ? RESOLVER_RECORDS : said; /* the other type fares no better */
        has_any = has_any || said == RESOLVER_RECORDS;
        best = i == 0 || resolver_is_final(best) ? said : best;
        for (int j = 0; j < read.count && found->count < NAMES_TARGETS_MAX; j++) {
            struct names_target *target = &found->targets[found->count++];
            *target = (struct names_target){.port = port, .priority = priority};
            text_copy(target->address, sizeof(target->address), read.list[j].address);
        }
    }
    return has_any ? RESOLVER_RECORDS : best;
}

static int by_priority(const void *a, const void *b)
{
    const struct dns_record *one = a, *other = b;
    return one->priority != other->priority
               ? (one->priority > other->priority ? 1 : -1)
               : (one->weight > other->weight) - (one->weight < other->weight);
}

/* RFC 2782: of one priority, each next one by chance as its weight says; those without come first
 * into the sum, so that they have a small chance. */
static void draw_lots(struct rnd *rnd, struct dns_record *list, int count)
{
    for (int first = 0; first < count - 1; first++) {
        unsigned sum = 0;
        int end = first, at = first;
        for (; end < count && list[end].priority == list[first].priority; end++)
            sum += list[end].weight;
        if (end - first < 2)
            continue;
        unsigned lot = (unsigned)rnd_below(rnd, (uint64_t)sum + 1);
        for (unsigned run = list[first].weight; run < lot; run += list[at].weight)
            at++;
        struct dns_record drawn = list[at];
        memmove(&list[first + 1], &list[first], (size_t)(at - first) * sizeof(*list));
        list[first] = drawn;
    }
}

static enum resolver_said add_services(struct finding *finding, const char *name, bool *ret_is_told)
{
    struct dns_records read;
    enum resolver_said said = question(finding, name, DNS_SRV, &read), one = said;
    *ret_is_told = said == RESOLVER_RECORDS;
    if (said != RESOLVER_RECORDS)
        return said;
    qsort(read.list, (size_t)read.count, sizeof(*read.list), by_priority);
    draw_lots(finding->asking->rnd, read.list, read.count);
    for (int i = 0; i < read.count && finding->found->count < NAMES_TARGETS_MAX; i++) {
        /* "." says that the service is decidedly not available there. */
        if (read.list[i].target[0] == '\0' || read.list[i].port == 0)
            one = RESOLVER_NO_RECORDS;
        else
            one = add_addresses(finding, read.list[i].target, (int)read.list[i].port,
                                read.list[i].priority);
        if (one == RESOLVER_SILENT)
            break;
    }
    return finding->found->count > 0 ? RESOLVER_RECORDS
           : one == RESOLVER_NO_NAME ? RESOLVER_NO_RECORDS
                                     : one;
}

/* Where the SRV of this transport is; the usual place when NAPTR does not say. */
static enum resolver_said service_name(struct finding *finding, const char *host,
                                       const struct service *service, char to[DNSREAD_NAME + 16])
{
    struct dns_records read;
    enum resolver_said said = question(finding, host, DNS_NAPTR, &read);
    const struct dns_record *best = NULL;
    for (int i = 0; i < read.count; i++) {
        const struct dns_record *one = &read.list[i];
        if (text_same_nocase(one->service, service->naptr) && text_same_nocase(one->flags, "s") &&
            one->target[0] &&
            (best == NULL || one->order < best->order ||
             (one->order == best->order && one->preference < best->preference)))
            best = one;
    }
    if (best)
        text_copy(to, DNSREAD_NAME + 16, best->target);
    else
        snprintf(to, DNSREAD_NAME + 16, "%s%s", service->label, host);
    return said;
}

/* RFC 6761 6.3: it is no name of DNS. */
static bool is_localhost(const char *host)
{
    return text_same_nocase(host, "localhost") || text_same_nocase(host, "localhost.");
}

static enum resolver_said find(struct finding *finding, const struct hostport *proxy,
                               const struct service *service)
{
    char name[DNSREAD_NAME + 16];
    bool is_told;
    if (is_localhost(proxy->host)) {
        finding->found->targets[0] = (struct names_target){
            .address = "127.0.0.1", .port = proxy->port ? proxy->port : service->port};
        finding->found->targets[1] =
            (struct names_target){.address = "::1", .port = finding->found->targets[0].port};
        finding->found->count = 2;
        return RESOLVER_RECORDS;
    }
    if (proxy->port)
        return add_addresses(finding, proxy->host, proxy->port, 0);
    enum resolver_said said = service_name(finding, proxy->host, service, name);
    if (said == RESOLVER_SILENT)
        return said;
    said = add_services(finding, name, &is_told);
    /* Whoever cannot say whether there is a service does not say that there is none. */
    if (resolver_is_final(said) && !is_told)
        said = add_addresses(finding, proxy->host, service->port, 0);
    return said;
}

void names_ask(const struct names_asking *asking, const struct hostport *proxy,
               const char *transport, struct names_found *ret, uint32_t *ret_ttl_s)
{
    struct finding finding = {asking, ret, UINT32_MAX};
    *ret = (struct names_found){.is_fresh = true};
    ret->said = find(&finding, proxy, service_of(transport));
    *ret_ttl_s = finding.ttl_s;
}
