#include "rest/proxy_json.h"

enum { ADDRESS_MAX = 320, CONVENTIONAL_PORT = 5090 /* sip.md 2; when no SIP edge runs */ };

void proxy_member(struct json_out *out, const char *key, const struct world *world,
                  const struct proxy *proxy, enum proxy_transport transport)
{
    if (!proxy)
        return;
    char address[ADDRESS_MAX];
    int port = transport == PROXY_UDP ? proxy->udp : proxy->tcp;
    int wish = transport == PROXY_UDP ? proxy->want_udp : proxy->want_tcp;
    proxy_address(world, proxy,
                  port   ? port
                  : wish ? wish
                         : CONVENTIONAL_PORT,
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
