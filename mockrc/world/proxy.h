/*
 * A simulated SIP outbound proxy: where phones register. All proxies of a world share one
 * registrar, as sip.md 5.1 demands. The world says what a proxy should be; the SIP edge makes it so
 * (outbox: OUTBOX_PROXY) and writes the real ports back.
 *
 *   up --stop--> stopped (nothing listens)         up --drain--> draining (503 to new requests)
 *   up --stale--> stale (answers, but its bindings lead nowhere; no longer provisioned)
 *   any --start--> up                              move: new ports, the old ones close
 */
#ifndef MOCKRC_WORLD_PROXY_H
#define MOCKRC_WORLD_PROXY_H

#include "base/id.h"
#include "world/transport.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world;

enum proxy_state { PROXY_UP, PROXY_STOPPED, PROXY_DRAINING, PROXY_STALE, PROXY_STATE_COUNT };
enum proxy_region { REGION_NA, REGION_EMEA, REGION_APAC, REGION_LATAM, REGION_COUNT };

struct proxy {
    char *name;  /* "a", "b": how scenarios name it */
    char *host;  /* as provisioned, e.g. sip10.ringcentral.com; listens on world->bind */
    char *realm; /* SIP domain */
    int64_t account_id;
    enum proxy_region region;
    bool is_secondary;
    bool is_listed; /* sip-info and sip-provision show it */
    enum proxy_state state;
    int want[TRANSPORTS];  /* wished ports; 0 = any */
    int port[TRANSPORTS];  /* real ports; 0 while stopped, and of what world does not serve */
    uint64_t certificate;  /* rises with every new certificate */
    uint64_t restarts;     /* rises when its connections over TLS end */
    unsigned generation;   /* rises with every move; the edges compare */
    uint64_t cause;        /* journal number of the last change */
    uint64_t nonce_domain; /* per proxy: a nonce of one is no nonce of the other */
};

struct proxy *proxy_add(struct world *world, const char *name, int64_t account_id);
struct proxy *proxy_named(const struct world *world, const char *name);
const char *proxy_state_name(enum proxy_state state);
const char *proxy_region_name(enum proxy_region region); /* "NA" */
bool proxy_region_named(const char *name, enum proxy_region *ret);

/* "host:port", "[::1]:port". */
void proxy_host_address(const char *host, int port, char *out, size_t out_len);
/* "host:port" a client can reach: the provisioned host when world->names_resolve, else the address
 * bound. `port` is one of the proxy's. */
void proxy_address(const struct world *world, const struct proxy *proxy, int port, char *out,
                   size_t out_len);

/* Changes: each puts OUTBOX_PROXY into the outbox. */
void proxy_set_state(struct world *world, struct proxy *proxy, enum proxy_state state,
                     uint64_t cause);
/* New ports (0: any free one; NULL: all so). `leave_stale`: the old address stays, as another proxy of the
 * name "<name>-old", stale and unlisted. */
void proxy_move(struct world *world, struct proxy *proxy, const int want[TRANSPORTS],
                bool leave_stale, uint64_t cause);

void proxies_done(struct world *world);

#endif
