#include "rest/proxy_json.h"

enum { ADDRESS_MAX = 320 };

/* sip.md 2; when no SIP edge runs. */
static const int conventional[TRANSPORTS] = {5090, 5090, 5096, 8083, 8083};

void proxy_member(struct json_out *out, const char *key, const struct world *world,
                  const struct proxy *proxy, enum transport transport)
{
    if (!proxy || !world_serves(world, transport))
        return;
    char address[ADDRESS_MAX];
    int port = proxy->port[transport], wish = proxy->want[transport];
    proxy_address(world, proxy,
                  port   ? port
                  : wish ? wish
                         : conventional[transport],
                  address, sizeof address);
    json_str(out, key, address);
}

static bool is_shown(const struct proxy *proxy, const struct account *account)
{
    return proxy->is_listed && proxy->account_id == account->id;
}

const struct proxy *proxy_primary(const struct world *world, const struct account *account)
{
    const struct proxy *any = NULL;
    for (size_t i = 0; i < world->proxy_count; i++) {
        const struct proxy *proxy = world->proxies[i];
        if (!is_shown(proxy, account))
            continue;
        if (!proxy->is_secondary)
            return proxy;
        if (!any)
            any = proxy;
    }
    return any;
}

const struct proxy *proxy_backup(const struct world *world, const struct account *account,
                                 const struct proxy *primary)
{
    const struct proxy *far = NULL;
    for (size_t i = 0; i < world->proxy_count; i++) {
        const struct proxy *proxy = world->proxies[i];
        if (!is_shown(proxy, account) || !proxy->is_secondary || proxy == primary)
            continue;
        if (proxy->region == primary->region)
            return proxy;
        if (!far)
            far = proxy;
    }
    return far;
}
