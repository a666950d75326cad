/* sip-provision: a soft device and where it registers. Source: rest.md 5.6, sip.md 1.1-1.3. */
#include "rest/families.h"

#include "api/refuse.h"
#include "base/mem.h"
#include "base/text.h"
#include "rest/device_json.h"
#include "rest/proxy_json.h"

#include <stdio.h>
#include <string.h>

enum { SOFT_DEVICES_MAX = 64 /* of one user */ };

/* The wanted transports in order, each once; refuses at an unknown one. Asked for nothing: WSS, the
 * only one that captures show so (sip.md 1.2), or UDP where the world has none. */
static bool read_transports(struct call *call, enum transport ret[TRANSPORTS], size_t *ret_count)
{
    const struct node *list = node_get(call->body, "sipInfo");
    *ret_count = 0;
    if (!list) {
        bool has_web = world_serves(call->world, TRANSPORT_WSS);
        ret[(*ret_count)++] = has_web ? TRANSPORT_WSS : TRANSPORT_UDP;
        return true;
    }
    if (list->kind != NODE_LIST) {
        refuse(call, CMN_101, "sipInfo");
        return false;
    }
    for (const struct node *item = node_first(list); item; item = item->next) {
        const char *name = node_text(node_get(item, "transport"), "");
        int found = 0;
        while (found < TRANSPORTS && !text_eq(name, transport_via_name((enum transport)found)))
            found++;
        if (found == TRANSPORTS) {
            refuse_value(call, CMN_101, "sipInfo.transport", name);
            return false;
        }
        bool is_new = true;
        for (size_t i = 0; i < *ret_count; i++)
            is_new = is_new && (int)ret[i] != found;
        if (is_new)
            ret[(*ret_count)++] = (enum transport)found;
    }
    return true;
}

static bool is_soft(const struct device *device, const struct user *user)
{
    return device->user_id == user->id &&
           (device->type == DEVICE_SOFT_PHONE || device->type == DEVICE_WEB_PHONE);
}

static struct device *oldest_soft(const struct world *world, const struct user *user,
                                  size_t *ret_count)
{
    struct device *oldest = NULL;
    *ret_count = 0;
    for (size_t i = 0; i < world->device_count; i++)
        if (is_soft(world->devices[i], user)) {
            oldest = oldest ? oldest : world->devices[i];
            (*ret_count)++;
        }
    return oldest;
}

/* "<main number without +>*<extension>" (sip.md 1.2). */
static void set_username(struct call *call, struct device *device)
{
    char username[64];
    const char *main_number = call->account->main_number;
    snprintf(username, sizeof username, "%s*%s", main_number + (*main_number == '+'),
             call->user->extension_number);
    device_set_sip_username(call->world, device, username);
}

static struct device *new_device(struct call *call, enum device_type type)
{
    struct world *world = call->world;
    char id[16];
    do {
        snprintf(id, sizeof id, "8%011llu",
                 (unsigned long long)id_below(&world->ids, 100000000000u));
    } while (device_by_id(world, id));
    struct device *device = device_add(world, id, call->account->id, call->user->id);
    device->type = type;
    device->has_line = true;
    xset(&device->name, type == DEVICE_WEB_PHONE ? "WebPhone" : "Soft phone");
    set_username(call, device);
    return device;
}

/* The device of an earlier call when its id is given, else a new one. At the limit the oldest is
 * given anew, with a new password: what was forgotten stops working (chosen). */
static struct device *device_for(struct call *call, enum device_type type)
{
    const struct node *asked = node_get(call->body, "device");
    const char *id = node_text(node_get(asked, "id"), NULL);
    struct device *device = id ? device_by_id(call->world, id) : NULL;
    size_t count;
    if (!device || !is_soft(device, call->user)) {
        device = oldest_soft(call->world, call->user, &count);
        if (count < SOFT_DEVICES_MAX)
            device = new_device(call, type);
        else
            xset(&device->sip_password, NULL);
    }
    if (!device->sip_password) {
        char password[9];
        xset(&device->sip_password, id_hex(&call->world->ids, password, 8));
        device->cause = call_seq(call);
    }
    const char *serial = node_text(node_get(asked, "serial"), NULL);
    if (serial && strlen(serial) <= 128)
        xset(&device->serial, serial);
    return device;
}

static void write_info(struct json_out *out, const struct call *call, const struct device *device,
                       enum transport transport)
{
    const struct world *world = call->world;
    const struct proxy *primary = proxy_primary(world, call->account);
    if (!world_serves(world, transport) || !primary)
        return;
    json_open(out, NULL);
    json_str(out, "transport", transport_via_name(transport));
    json_str(out, "username", device->sip_username);
    json_str(out, "password", device->sip_password);
    json_list(out, "authorizationTypes");
    json_str(out, NULL, "SipDigest");
    json_list_end(out);
    json_str(out, "authorizationId", device->id);
    json_str(out, "domain", call->account->sip_domain);
    proxy_member(out, "outboundProxy", world, primary, transport);
    const struct proxy *backup = proxy_backup(world, call->account, primary);
    proxy_member(out, "outboundProxyBackup", world, backup, transport);
    if (backup && world->knobs.sip_switch_back_ms)
        json_int(out, "switchBackInterval", world->knobs.sip_switch_back_ms / 1000);
    json_close(out);
}

static void write_rest(struct json_out *out, const struct call *call)
{
    static const char *const leave_on[] = {"408", "502", "503", "504"};
    json_list(out, "sipInfoPstn");
    json_list_end(out);
    json_open(out, "sipFlags");
    json_bool(out, "voipFeatureEnabled", true);
    json_bool(out, "voipCountryBlocked", false);
    json_bool(out, "outboundCallsEnabled", true);
    json_bool(out, "dscpEnabled", false);
    json_int(out, "dscpSignaling", 26);
    json_int(out, "dscpVoice", 46);
    json_int(out, "dscpVideo", 34);
    json_close(out);
    json_list(out, "sipErrorCodes");
    for (size_t i = 0; i < sizeof leave_on / sizeof *leave_on; i++)
        json_str(out, NULL, leave_on[i]);
    json_list_end(out);
    json_int(out, "pollingInterval", call->world->knobs.sip_polling_ms / 1000);
}

static void provision(struct call *call)
{
    enum transport wanted[TRANSPORTS];
    size_t count;
    if (call->body && call->body->kind != NODE_MAP) {
        refuse(call, CMN_103, NULL);
        return;
    }
    if (account_lacks(call->account, "VoipCalling")) {
        refuse(call, SPR_101, NULL);
        return;
    }
    if (call->user->type != USER_USER) { /* which of the three codes that is, is chosen */
        refuse(call, SPR_132, NULL);
        return;
    }
    if (!read_transports(call, wanted, &count))
        return;
    bool is_web = count > 0 && transport_is_web(wanted[0]);
    const struct device *device = device_for(call, is_web ? DEVICE_WEB_PHONE : DEVICE_SOFT_PHONE);
    event_set(call->event, EVENT_DEVICE, device->id);
    struct json_out out = reply_json(call, 200);
    json_open(&out, NULL);
    device_write(&out, "device", call, device);
    json_list(&out, "sipInfo");
    for (size_t i = 0; i < count; i++)
        write_info(&out, call, device, wanted[i]);
    json_list_end(&out);
    write_rest(&out, call);
    json_close(&out);
}

static const struct route routes[] = {
    {"POST", "/restapi/v1.0/client-info/sip-provision", .op = "createSIPRegistration",
     .layer = LAYER_REST, .auth = AUTH_BEARER, .scope = SCOPE_VOIP_CALLING, .rate = RATE_HEAVY,
     .run = provision},
};

struct route_family provision_routes(void)
{
    return (struct route_family){routes, sizeof routes / sizeof *routes};
}
