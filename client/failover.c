/* Primary, then secondary; see failover.h. */
#include "failover.h"

const char *route_text(enum route route)
{
    static const char *const names[] = {"primary", "secondary", "none"};
    return names[route];
}

bool failover_is_reason(const struct sipua_result *result)
{
    static const int codes[] = {408, 500, 502, 503, 504};
    if (result->trouble != SIPUA_ANSWERED)
        return true;
    for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
        if (result->status == codes[i])
            return true;
    }
    return false;
}

enum route failover_send(struct failover *failover, failover_send_fn *send, void *arg,
                         struct sipua_result *ret_result)
{
    int count = failover->has_secondary ? 2 : 1;
    for (int route = 0; route < count; route++) {
        struct sipua_result *result = &failover->last[route];
        if (!failover->is_dead[route]) {
            send(arg, &failover->proxies[route], result);
            failover->is_dead[route] = failover_is_reason(result);
        }
        *ret_result = *result;
        if (!failover->is_dead[route])
            return result->status / 100 == 2 ? (enum route)route : ROUTE_NONE;
    }
    return ROUTE_NONE;
}
