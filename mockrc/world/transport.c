#include "world/transport.h"

#include "base/text.h"

#include <stddef.h>

static const struct {
    const char *name, *via;
} transports[TRANSPORTS] = {
    [TRANSPORT_UDP] = {"udp", "UDP"}, [TRANSPORT_TCP] = {"tcp", "TCP"},
    [TRANSPORT_TLS] = {"tls", "TLS"}, [TRANSPORT_WS] = {"ws", "WS"},
    [TRANSPORT_WSS] = {"wss", "WSS"},
};

const char *transport_name(enum transport transport)
{
    return transports[transport].name;
}

const char *transport_via_name(enum transport transport)
{
    return transports[transport].via;
}

bool transport_named(const char *name, enum transport *ret)
{
    for (int i = 0; name && i < TRANSPORTS; i++)
        if (text_eq_nocase(name, transports[i].name)) {
            *ret = (enum transport)i;
            return true;
        }
    return false;
}
