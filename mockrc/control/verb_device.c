/*
 * drop-registrations: the registrar forgets what a device, or everybody, registered, and tells no
 * phone: what is left when a connection died unnoticed (failures.md F108).
 *
 *   drop-registrations: "800102001"
 *   drop-registrations:
 *
 * Says: dropped (how many contacts).
 *
 * rotate-sip-secret: a device gets another SIP password (failures.md F102), and with
 * `line: false` loses its digital line as well (F105).
 *
 *   rotate-sip-secret: "800102001"
 *   rotate-sip-secret: { device: "800102001", secret: "n3w" }
 *   rotate-sip-secret: { device: "800102001", overlap: 10m }       the old one stays good so long
 *
 * Says: device, user, secret (when one was made). What is registered stays until it expires.
 */
#include "control/verbs.h"

#include "base/mem.h"
#include "base/text.h"

static int run(struct verb_call *call)
{
    struct device *device = verb_device(call, "device");
    if (!device)
        return ERR_USAGE;
    const char *secret = verb_text(call, "secret", NULL);
    char made[17];
    int64_t overlap_ms = 0;
    text_duration_ms(verb_text(call, "overlap", "0"), &overlap_ms);
    xset(&device->sip_password_old, overlap_ms ? device->sip_password : NULL);
    device->sip_old_until_ms = clock_now(call->world) + overlap_ms;
    xset(&device->sip_password, secret ? secret : id_word(&call->world->ids, made, 16));
    device->has_line = node_bool(verb_arg(call, "line"), device->has_line);
    device->cause = journal_next(call->journal);
    const struct user *user = user_by_id(call->world, device->user_id);
    json_str(call->out, "device", device->id);
    json_str(call->out, "user", user ? user->email : NULL);
    if (!secret)
        json_str(call->out, "secret", made);
    return ERR_OK;
}

const struct verb verb_rotate_sip_secret = {
    .name = "rotate-sip-secret",
    .help = "give a device another SIP password",
    .main_arg = "device",
    .args = {{"device", "device", "which", true},
             {"secret", "secret", "the new one; without it one is made and said back", false},
             {"overlap", "duration", "how long the old one stays good; 0s: not at all", false},
             {"line", "switch", "whether it still has its digital line", false}},
    .run = run,
};

static int drop(struct verb_call *call)
{
    const struct device *only = NULL;
    size_t dropped = 0;
    if (verb_arg(call, "device") && !(only = verb_device(call, "device")))
        return ERR_USAGE;
    for (size_t i = 0; i < call->world->device_count; i++) {
        const struct device *device = call->world->devices[i];
        if (device->sip_username && (!only || device == only))
            dropped += binding_clear(call->world, device->sip_username);
    }
    json_int(call->out, "dropped", (int64_t)dropped);
    return ERR_OK;
}

const struct verb verb_drop_registrations = {
    .name = "drop-registrations",
    .help = "forget what phones registered, and tell nobody",
    .main_arg = "device",
    .args = {{"device", "device", "whose contacts; without it those of all devices", false}},
    .run = drop,
};
