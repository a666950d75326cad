#include "world/world.h"

#include "base/mem.h"
#include "world/keyring.h"
#include "world/login.h"
#include "world/traffic.h"

#include <stdlib.h>

struct world *world_new(uint64_t seed, enum clock_mode mode, int64_t start_ms)
{
    struct world *world = xcalloc(1, sizeof *world);
    world->seed = seed;
    id_init(&world->ids, seed);
    id_fork(&world->sip_ids, seed, "sip");
    clock_init(&world->clock, mode, start_ms, 1.0);
    knobs_init(&world->knobs);
    world->transports = 1u << TRANSPORT_UDP | 1u << TRANSPORT_TCP;
    xset(&world->bind, "127.0.0.1");
    xset(&world->base_url, "http://127.0.0.1");
    xset(&world->media_url, "http://127.0.0.1");
    return world;
}

void world_free(struct world *world)
{
    if (!world)
        return;
    keyring_done(world);
    logins_done(world);
    wscs_done(world);
    subscriptions_done(world);
    sessions_done(world);
    bindings_done(world);
    phone_calls_done(world);
    parties_done(world);
    traffic_done(world);
    free(world->ended);
    free(world->ring_outs);
    rates_done(world);
    call_log_done(world);
    messages_done(world);
    monitoring_done(world);
    proxies_done(world);
    names_done(world);
    devices_done(world);
    apps_done(world);
    users_done(world);
    accounts_done(world);
    outbox_done(world);
    sip_outs_done(world);
    recent_free(world->sip_nonces);
    recent_free(world->sip_exchanges);
    recent_free(world->sip_goodbyes);
    clock_done(&world->clock);
    free(world->base_url);
    free(world->tls_url);
    free(world->wss_url);
    free(world->ca_file);
    free(world->dns_address);
    free(world->media_url);
    free(world->ws_url);
    free(world->bind);
    free(world);
}
