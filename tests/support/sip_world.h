/*
 * A small world for SIP tests: frozen, seed 1, one account with the domain d.test, one user with an
 * OtherPhone (the one of sip.md 3.5's test vector) and two proxies, "a" and "b".
 */
#ifndef MOCKRC_TESTS_SIP_WORLD_H
#define MOCKRC_TESTS_SIP_WORLD_H

#include "base/mem.h"
#include "world/world.h"

#include <stdlib.h>

#define SIP_WORLD_START_MS ((int64_t)1767603600000) /* 2026-01-05T09:00:00Z */
#define SIP_WORLD_AOR      "12025550101"

static inline struct proxy *sip_world_proxy(struct world *world, const char *name)
{
    struct proxy *proxy = proxy_add(world, name, 1);
    xset(&proxy->realm, "d.test");
    return proxy;
}

static inline struct device *sip_world_phone(struct world *world, const char *id, const char *aor,
                                             int64_t user_id)
{
    struct device *device = device_add(world, id, 1, user_id);
    device_set_sip_username(world, device, aor);
    xset(&device->sip_password, "pw");
    device->has_line = true;
    return device;
}

static inline struct world *sip_world_new(void)
{
    struct world *world = world_new(1, CLOCK_FROZEN, SIP_WORLD_START_MS);
    xset(&account_add(world, 1)->sip_domain, "d.test");
    user_set_extension(world, user_add(world, 101, 1), "101");
    sip_world_phone(world, "802001", SIP_WORLD_AOR, 101);
    sip_world_proxy(world, "a");
    sip_world_proxy(world, "b");
    return world;
}

#endif
