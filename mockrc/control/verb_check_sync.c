/*
 * check-sync: the provider tells phones that their provisioning has changed: a NOTIFY with
 * `Event: check-sync` to every contact that can be reached (sip.md 5.1). What they do then is theirs.
 *
 *   check-sync: "800102001"        the contacts of one device
 *   check-sync:                    those of all devices
 *
 * Says: notified (how many leave). Each answer is an event sip.notify with direction out.
 */
#include "control/verbs.h"

#include "sip/notify.h"

static int run(struct verb_call *call)
{
    const struct device *only = NULL;
    if (verb_arg(call, "device") && !(only = verb_device(call, "device")))
        return ERR_USAGE;
    size_t count = 0;
    for (size_t i = 0; i < call->world->device_count; i++) {
        const struct device *device = call->world->devices[i];
        if (device->sip_username && (!only || device == only))
            count += notify_check_sync(call->world, device->sip_username);
    }
    json_int(call->out, "notified", (int64_t)count);
    return ERR_OK;
}

const struct verb verb_check_sync = {
    .name = "check-sync",
    .help = "tell phones that their provisioning has changed",
    .main_arg = "device",
    .args = {{"device", "device", "whose contacts; without it those of all devices", false}},
    .run = run,
};
