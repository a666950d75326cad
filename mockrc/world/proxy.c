#include "world/proxy.h"

#include "base/mem.h"
#include "base/text.h"
#include "world/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A stream of its own per name: adding a proxy does not move what others draw. */
static uint64_t nonce_domain(const struct world *world, const char *name, unsigned generation)
{
    char stream[128];
    struct id id;
    snprintf(stream, sizeof stream, "nonce domain %u of proxy %s", generation, name);
    id_fork(&id, world->seed, stream);
    return id_next(&id);
}

struct proxy *proxy_add(struct world *world, const char *name, int64_t account_id)
{
    struct proxy *proxy = xcalloc(1, sizeof *proxy);
    proxy->name = xstrdup(name);
    proxy->account_id = account_id;
    proxy->is_listed = true;
    proxy->nonce_domain = nonce_domain(world, name, 0);
    xset(&proxy->host, name);
    xset(&proxy->realm, "");
    xgrow(world->proxies, world->proxy_count, &world->proxy_cap);
    world->proxies[world->proxy_count++] = proxy;
    return proxy;
}

struct proxy *proxy_named(const struct world *world, const char *name)
{
    for (size_t i = 0; i < world->proxy_count; i++)
        if (text_eq(world->proxies[i]->name, name))
            return world->proxies[i];
    return NULL;
}

const char *proxy_state_name(enum proxy_state state)
{
    static const char *const names[PROXY_STATE_COUNT] = {[PROXY_UP] = "up",
                                                         [PROXY_STOPPED] = "stopped",
                                                         [PROXY_DRAINING] = "draining",
                                                         [PROXY_STALE] = "stale"};
    return names[state];
}

static const char *const region_names[REGION_COUNT] = {
    [REGION_NA] = "NA", [REGION_EMEA] = "EMEA", [REGION_APAC] = "APAC", [REGION_LATAM] = "LATAM"};

const char *proxy_region_name(enum proxy_region region)
{
    return region_names[region];
}

bool proxy_region_named(const char *name, enum proxy_region *ret)
{
    for (int i = 0; i < REGION_COUNT; i++)
        if (text_eq_nocase(name, region_names[i])) {
            *ret = (enum proxy_region)i;
            return true;
        }
    return false;
}

void proxy_host_address(const char *host, int port, char *out, size_t out_len)
{
    bool is_ipv6 = strchr(host, ':') != NULL;
    snprintf(out, out_len, is_ipv6 ? "[%s]:%d" : "%s:%d", host, port);
}

void proxy_address(const struct world *world, const struct proxy *proxy, int port, char *out,
                   size_t out_len)
{
    proxy_host_address(world->names_resolve ? proxy->host : world->bind, port, out, out_len);
}

/* The SIP edge shall look at the table again. */
static void changed(struct world *world, struct proxy *proxy, uint64_t cause)
{
    proxy->cause = cause;
    for (size_t i = 0; i < world->proxy_count; i++)
        if (world->proxies[i] == proxy)
            outbox_put(world, OUTBOX_PROXY, (int64_t)i);
}

/* From now on the ports it has are the ports it wants: after stop and start, clients find it where
 * it was. */
static void keep_ports(struct proxy *proxy)
{
    for (int i = 0; i < TRANSPORTS; i++)
        if (proxy->port[i])
            proxy->want[i] = proxy->port[i];
}

void proxy_set_state(struct world *world, struct proxy *proxy, enum proxy_state state,
                     uint64_t cause)
{
    if (state == PROXY_STOPPED)
        keep_ports(proxy);
    proxy->state = state;
    changed(world, proxy, cause);
}

/* Who takes over the old address of `proxy`. There is one per proxy: after a second move the
 * address before the last one closes. */
static struct proxy *leave_old(struct world *world, const struct proxy *proxy)
{
    char name[128];
    snprintf(name, sizeof name, "%s-old", proxy->name);
    struct proxy *old = proxy_named(world, name);
    if (old)
        old->generation++;
    else
        old = proxy_add(world, name, proxy->account_id);
    xset(&old->host, proxy->host);
    xset(&old->realm, proxy->realm);
    old->region = proxy->region;
    old->is_secondary = proxy->is_secondary;
    old->is_listed = false;
    old->state = PROXY_STALE;
    memcpy(old->want, proxy->port, sizeof old->want);
    /* It is the old machine: nonces it gave stay its own. */
    old->nonce_domain = proxy->nonce_domain;
    return old;
}

void proxy_move(struct world *world, struct proxy *proxy, const int want[TRANSPORTS],
                bool leave_stale, uint64_t cause)
{
    proxy->generation++;
    if (leave_stale && (proxy->port[TRANSPORT_UDP] || proxy->port[TRANSPORT_TCP])) {
        changed(world, leave_old(world, proxy), cause);
        proxy->nonce_domain = nonce_domain(world, proxy->name, proxy->generation);
    }
    for (int i = 0; i < TRANSPORTS; i++)
        proxy->want[i] = want ? want[i] : 0;
    changed(world, proxy, cause);
}

void proxies_done(struct world *world)
{
    for (size_t i = 0; i < world->proxy_count; i++) {
        struct proxy *proxy = world->proxies[i];
        free(proxy->name);
        free(proxy->host);
        free(proxy->realm);
        free(proxy);
    }
    free(world->proxies);
    world->proxies = NULL;
    world->proxy_count = world->proxy_cap = 0;
}
