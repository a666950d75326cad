/*
 * The transports a proxy serves (sip.md section 2). What differs between them is a column here or a
 * knob; nothing else asks by name.
 */
#ifndef MOCKRC_WORLD_TRANSPORT_H
#define MOCKRC_WORLD_TRANSPORT_H

#include <stdbool.h>

enum transport {
    TRANSPORT_UDP,
    TRANSPORT_TCP,
    TRANSPORT_TLS,
    TRANSPORT_WS,
    TRANSPORT_WSS,
    TRANSPORTS,
};

/* As in a `transport=` parameter and in the journal: "udp". Upper case: as in a Via. */
const char *transport_name(enum transport transport);
const char *transport_via_name(enum transport transport);
/* Either spelling; false leaves `*ret` alone. `name` may be NULL. */
bool transport_named(const char *name, enum transport *ret);

/* RFC 7118: what browsers speak. */
static inline bool transport_is_web(enum transport transport)
{
    return transport == TRANSPORT_WS || transport == TRANSPORT_WSS;
}

#endif
