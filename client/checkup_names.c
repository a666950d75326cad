/* Names of proxies in a checkup; see checkup_names.h. */
#include "checkup_names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

static const struct {
    const char *caption, *plane;
} routes[] = {
    [ROUTE_PRIMARY] = {"Outbound Proxy", "sip.primary"},
    [ROUTE_SECONDARY] = {"Secondary Outbound Proxy", "sip.secondary"},
};

void checkup_names_look(struct client *client, struct checkup *checkup,
                        const struct settings *settings, struct named_proxy *proxy)
{
    char *to = proxy->list;
    names_look(client_names(client, settings->dns), proxy->at, settings->transport, &proxy->now);
    if (proxy->now.count == 0)
        text_copy(to, sizeof(proxy->list), resolver_text(proxy->now.said));
    for (int i = 0; i < proxy->now.count; i++) {
        char one[SIPUA_ADDRESS];
        size_t len = strlen(to);
        names_target_text(&proxy->now.targets[i], one, sizeof(one));
        snprintf(to + len, sizeof(proxy->list) - len, "%s%s", i ? ", " : "", one);
    }
    if (!hostport_is_address(proxy->at))
        checkup_probe(checkup, "name", proxy->now.count > 0, "%.60s: %.50s", proxy->at->host, to);
}

static bool leads_to(const struct named_proxy *proxy, const char *address)
{
    for (int i = 0; i < proxy->now.count; i++) {
        char one[SIPUA_ADDRESS];
        names_target_text(&proxy->now.targets[i], one, sizeof(one));
        if (strcmp(one, address) == 0)
            return true;
    }
    return false;
}

/* Another of the places that the name leads to, if one answers. */
static bool find_alive(struct client *client, const struct settings *settings,
                       const struct named_proxy *proxy, char *to, size_t cap)
{
    struct handset nobody = {.username = "ping", .instance = "none"};
    for (int i = 0; i < proxy->now.count; i++) {
        const struct names_target *target = &proxy->now.targets[i];
        struct hostport at = {.port = target->port,
                              .is_ipv6 = strchr(target->address, ':') != NULL};
        struct sipua_result result;
        names_target_text(target, to, cap);
        if (strcmp(to, proxy->result->by) == 0)
            continue;
        text_copy(at.host, sizeof(at.host), target->address);
        handsets_send(client, settings, &nobody, SIPUA_PING, &at, &result);
        if (!failover_is_reason(&result))
            return true;
    }
    return false;
}

static bool judge_down(struct client *client, struct checkup *checkup,
                       const struct settings *settings, const struct named_proxy *proxy,
                       enum level level)
{
    const char *caption = routes[proxy->route].caption, *plane = routes[proxy->route].plane;
    const char *by = proxy->result->by;
    char said[120], alive[SIPUA_ADDRESS];
    sipua_text(proxy->result, said, sizeof(said));
    if (proxy->now.count == 0 && (*by == '\0' || !resolver_is_final(proxy->now.said))) {
        checkup_add(checkup, "DNS_FAILURE", plane, level, "%s %.60s: %s", caption, proxy->at->host,
                    proxy->list);
        return true;
    }
    if (*by && !leads_to(proxy, by)) {
        checkup_add(checkup, "DNS_ADDRESS_STALE", plane, level,
                    "%s %.60s was asked at %s (%s), and leads to %.80s", caption, proxy->at->host,
                    by, said, proxy->list);
        return true;
    }
    if (!find_alive(client, settings, proxy, alive, sizeof(alive)))
        return false;
    checkup_add(checkup, "SRV_FAILOVER_NOT_DONE", plane, level,
                "%s %.60s was asked at %s only (%s), and %s answers, where it leads too", caption,
                proxy->at->host, by, said, alive);
    return true;
}

/* Whether handsets still believe in a registration through this proxy. */
static bool is_relied_on(struct client *client, enum route route)
{
    struct handset *list = NULL;
    int count = store_handset_list(client->store, &list);
    bool is_found = false;
    for (int i = 0; i < count; i++)
        is_found = is_found || (strcmp(list[i].used, route_text(route)) == 0 &&
                                client_now_ms(client) < list[i].until_ms);
    free(list);
    return is_found;
}

static void judge_up(struct client *client, struct checkup *checkup,
                     const struct named_proxy *proxy)
{
    const char *caption = routes[proxy->route].caption, *plane = routes[proxy->route].plane;
    char at[SIPUA_ADDRESS];
    if (!resolver_is_final(proxy->now.said)) {
        checkup_add(checkup, "DNS_FAILURE", plane, LEVEL_DEGRADED,
                    "%s %.60s: %s; its last known address %s answers", caption, proxy->at->host,
                    proxy->list, proxy->result->by);
        return;
    }
    handsets_registered_at(client, proxy->route, at, sizeof(at));
    if (*at && !leads_to(proxy, at) && is_relied_on(client, proxy->route))
        checkup_add(checkup, "DNS_ADDRESS_STALE", plane, LEVEL_DEGRADED,
                    "handsets registered at %s, and %s %.60s leads to %.80s now", at, caption,
                    proxy->at->host, proxy->list);
}

bool checkup_names_judge(struct client *client, struct checkup *checkup,
                         const struct settings *settings, const struct named_proxy *proxy,
                         enum level level)
{
    if (hostport_is_address(proxy->at))
        return false;
    if (!proxy->is_up)
        return judge_down(client, checkup, settings, proxy, level);
    judge_up(client, checkup, proxy);
    return false;
}

bool checkup_names_same_target(const struct named_proxy *a, const struct named_proxy *b)
{
    return a->now.count > 0 && names_position(&b->now, &a->now.targets[0]) == 0;
}
