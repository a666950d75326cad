/*
 * close-connections: the provider's side hangs up on the connections that phones are registered over,
 * as a proxy that restarts or a firewall does. Registrations stay: calls go nowhere until the phone
 * comes back. The vendor's SDKs do nothing about it by themselves (sip.md 5.1).
 *
 *   close-connections: "800110100000"     those of one device
 *   close-connections:                    those of all devices
 *
 * Says: closed (how many connections; phones over UDP have none).
 */
#include "control/verbs.h"

static int run(struct verb_call *call)
{
    const struct device *only = NULL;
    if (verb_arg(call, "device") && !(only = verb_device(call, "device")))
        return ERR_USAGE;
    int64_t count = 0;
    for (size_t i = 0; i < call->world->device_count; i++) {
        const struct device *device = call->world->devices[i];
        if (!device->sip_username || (only && device != only))
            continue;
        for (const struct binding *at = binding_list(call->world, device->sip_username); at;
             at = at->next) {
            if (!at->flow)
                continue;
            outbox_put(call->world, OUTBOX_FLOW, (int64_t)at->flow);
            count++;
        }
    }
    json_int(call->out, "closed", count);
    return ERR_OK;
}

const struct verb verb_close_connections = {
    .name = "close-connections",
    .help = "hang up on the connections of phones; their registrations stay",
    .main_arg = "device",
    .args = {{"device", "device", "whose; without it those of all devices", false}},
    .run = run,
};
