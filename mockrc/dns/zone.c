#include "dns/zone.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Best first, as NAPTR prefers them. */
static const struct service {
    const char *label;
    enum transport transport;
    const char *naptr;
} services[] = {
    {"_sips._tcp.", TRANSPORT_TLS, "SIPS+D2T"},
    {"_sip._tcp.", TRANSPORT_TCP, "SIP+D2T"},
    {"_sip._udp.", TRANSPORT_UDP, "SIP+D2U"},
};
enum {
    SERVICES = sizeof services / sizeof *services,
    PRIMARY = 10,
    SECONDARY = 20,
    WEIGHT = 10,
    NAPTR_ORDER = 10,
    NAPTR_STEP = 10,
};

struct lookup_zone {
    const struct world *world;
    const struct dns_query *query;
    struct dns_answer *answer;
    uint32_t ttl_s;
    bool is_known; /* the name is there, with whatever records */
};

/* Makes sure of one name: it is there, or it has to be because it is above one that is. True when it
 * is the name asked for. */
static bool meets(struct lookup_zone *zone, const char *name)
{
    const char *asked = zone->query->name;
    size_t len = strlen(name), asked_len = strlen(asked);
    if (name_eq(name, asked))
        return zone->is_known = true;
    if (len && name[len - 1] == '.')
        len--;
    if (!asked_len || (len > asked_len && name[len - asked_len - 1] == '.' &&
                       strncasecmp(name + len - asked_len, asked, asked_len) == 0))
        zone->is_known = true;
    return false;
}

static void add(struct lookup_zone *zone, struct dns_record record)
{
    bool is_wanted = zone->query->type == DNS_ANY || zone->query->type == record.type;
    if (!is_wanted || zone->answer->count == DNS_RECORDS_MAX)
        return;
    record.ttl_s = zone->ttl_s;
    zone->answer->records[zone->answer->count++] = record;
}

/* Where who is on this machine reaches what is bound to every address. */
static const char *reachable(const char *bind)
{
    return text_eq(bind, "0.0.0.0") ? "127.0.0.1" : text_eq(bind, "::") ? "::1" : bind;
}

static void add_address(struct lookup_zone *zone, const char *text)
{
    struct dns_record record = {.type = DNS_A};
    if (inet_pton(AF_INET, text, record.address) == 1) {
        add(zone, record);
        return;
    }
    record.type = DNS_AAAA;
    if (inet_pton(AF_INET6, text, record.address) == 1)
        add(zone, record);
}

static void add_srv(struct lookup_zone *zone, const struct proxy *proxy, enum transport transport)
{
    int port = proxy->port[transport] ? proxy->port[transport] : proxy->want[transport];
    struct dns_record record = {
        .type = DNS_SRV,
        .priority = proxy->is_secondary ? SECONDARY : PRIMARY,
        .weight = WEIGHT,
        .port = (uint16_t)port,
    };
    snprintf(record.target, sizeof record.target, "%s", proxy->host);
    if (port)
        add(zone, record);
}

static void add_naptr(struct lookup_zone *zone, const char *domain)
{
    for (size_t i = 0; i < SERVICES; i++) {
        struct dns_record record = {
            .type = DNS_NAPTR,
            .order = NAPTR_ORDER,
            .preference = (uint16_t)((i + 1) * NAPTR_STEP),
            .flags = "s",
            .service = services[i].naptr,
        };
        snprintf(record.target, sizeof record.target, "%s%s", services[i].label, domain);
        if (world_serves(zone->world, services[i].transport))
            add(zone, record);
    }
}

static bool is_provisioned(const struct proxy *proxy)
{
    return proxy->is_listed && proxy->state != PROXY_STALE;
}

static bool is_service(struct lookup_zone *zone, const struct service *service, const char *name)
{
    char whole[2 * DNS_NAME_MAX];
    snprintf(whole, sizeof whole, "%s%s", service->label, name);
    return world_serves(zone->world, service->transport) && meets(zone, whole);
}

/* Names of a proxy alone. */
static void look_host(struct lookup_zone *zone, const struct proxy *proxy)
{
    if (meets(zone, proxy->host) && !zone->answer->count)
        add_address(zone, reachable(zone->world->bind));
    for (size_t i = 0; i < SERVICES; i++)
        if (is_service(zone, &services[i], proxy->host))
            add_srv(zone, proxy, services[i].transport);
}

/* Names of the domain that `first` is the first proxy of. */
static void look_domain(struct lookup_zone *zone, const struct proxy *first)
{
    const struct world *world = zone->world;
    if (meets(zone, first->realm))
        add_naptr(zone, first->realm);
    for (size_t i = 0; i < SERVICES; i++) {
        if (!is_service(zone, &services[i], first->realm))
            continue;
        for (size_t j = 0; j < world->proxy_count; j++) {
            const struct proxy *proxy = world->proxies[j];
            if (is_provisioned(proxy) && proxy->region == first->region &&
                name_eq(proxy->realm, first->realm))
                add_srv(zone, proxy, services[i].transport);
        }
    }
}

/* The first listed one of its domain, also while it is stale: the domain stays. */
static bool is_first(const struct world *world, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (world->proxies[i]->is_listed &&
            name_eq(world->proxies[i]->realm, world->proxies[index]->realm))
            return false;
    return *world->proxies[index]->realm != '\0';
}

static void look(struct lookup_zone *zone)
{
    const struct world *world = zone->world;
    const char *name;
    for (size_t i = 0; i < world->proxy_count; i++) {
        if (!world->proxies[i]->is_listed)
            continue; /* it has its host from another */
        look_host(zone, world->proxies[i]);
        if (is_first(world, i))
            look_domain(zone, world->proxies[i]);
    }
    for (size_t i = 0; (name = name_rule_at(world, i)); i++)
        meets(zone, name);
}

bool zone_is_host(const struct world *world, const char *name)
{
    for (size_t i = 0; i < world->proxy_count; i++)
        if (world->proxies[i]->is_listed && name_eq(world->proxies[i]->host, name))
            return true;
    return false;
}

/* Without the addresses that follow from the proxies: a rule's takes their place. */
static void drop_addresses(struct dns_answer *answer)
{
    size_t kept = 0;
    for (size_t i = 0; i < answer->count; i++)
        if (answer->records[i].type != DNS_A && answer->records[i].type != DNS_AAAA)
            answer->records[kept++] = answer->records[i];
    answer->count = kept;
}

void zone_give(const struct dns_query *query, const char *gives, struct dns_answer *answer)
{
    static const struct {
        const char *word;
        enum dns_rcode rcode;
    } words[] = {{"nxdomain", DNS_NXDOMAIN},
                 {"servfail", DNS_SERVFAIL},
                 {"refused", DNS_REFUSED},
                 {"empty", DNS_OK}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_eq(gives, words[i].word)) {
            answer->rcode = words[i].rcode;
            answer->count = 0;
            return;
        }
    struct lookup_zone zone = {.query = query, .answer = answer, .ttl_s = ZONE_TTL_S};
    answer->rcode = DNS_OK;
    drop_addresses(answer);
    add_address(&zone, gives);
}

bool zone_answer(const struct world *world, const struct dns_query *query, struct dns_answer *ret,
                 uint64_t *ret_cause)
{
    struct name_rule rule = {.does = NAME_NORMAL};
    struct lookup_zone zone = {.world = world, .query = query, .answer = ret, .ttl_s = ZONE_TTL_S};
    ret->rcode = query->rcode;
    ret->count = 0;
    *ret_cause = 0;
    if (query->rcode != DNS_OK)
        return true;
    if (name_is_set(world, query->name, &rule)) {
        *ret_cause = rule.cause;
        zone.ttl_s = rule.ttl_s;
    }
    if (rule.does == NAME_UNKNOWN || rule.does == NAME_FAILS) {
        ret->rcode = rule.does == NAME_UNKNOWN ? DNS_NXDOMAIN : DNS_SERVFAIL;
        return true;
    }
    look(&zone);
    if (rule.does == NAME_ANSWERS && *rule.address) {
        drop_addresses(ret);
        add_address(&zone, rule.address);
    }
    if (!zone.is_known)
        ret->rcode = DNS_NXDOMAIN;
    return rule.does != NAME_SILENT;
}
