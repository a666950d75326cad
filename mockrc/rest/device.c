/* Devices and the SIP credentials of those a third party may register. Source: rest.md 5.5,
 * sip.md 1.4. */
#include "rest/families.h"

#include "api/gate.h"
#include "api/refuse.h"
#include "base/mem.h"
#include "base/text.h"
#include "rest/ask.h"
#include "rest/device_json.h"
#include "rest/enums.h"
#include "rest/page.h"
#include "rest/proxy_json.h"

#include <string.h>

enum { NAME_MOST = 64 };

static void write_record(struct json_out *out, const struct call *call, const void *device)
{
    device_write(out, NULL, call, device);
}

struct wanted {
    uint64_t type, feature;
    int line_type, line_pooling; /* -1: any */
};

static bool is_wanted(const struct device *device, const struct wanted *wanted)
{
    const char *line = !device->has_line                  ? "Unknown"
                       : device->type == DEVICE_WEB_PHONE ? "StandaloneFree"
                                                          : "Standalone";
    return (wanted->type & words_bit(enum_device_type(), device_type_name(device->type))) &&
           wanted->feature == UINT64_MAX && /* ours have none of the features asked for */
           (wanted->line_type < 0 || text_eq(enum_line_type().list[wanted->line_type], line)) &&
           (wanted->line_pooling < 0 ||
            text_eq(enum_line_pooling().list[wanted->line_pooling], "None"));
}

/* Without `type` all are listed: the SDK's note of a default (HardPhone) would hide the phones this
 * call is mostly made for (chosen). */
static void list(struct call *call, const struct user *owner)
{
    struct page page;
    struct wanted wanted;
    if (!page_read(call, &page) || !ask_words(call, "type", enum_device_type(), &wanted.type) ||
        !ask_words(call, "feature", enum_device_feature(), &wanted.feature) ||
        !ask_word(call, "lineType", enum_line_type(), &wanted.line_type) ||
        !ask_word(call, "linePooling", enum_line_pooling(), &wanted.line_pooling))
        return;
    const struct world *world = call->world;
    const void **found = arena_alloc(call->arena, world->device_count * sizeof *found);
    size_t count = 0;
    for (size_t i = 0; i < world->device_count; i++) {
        const struct device *device = world->devices[i];
        if (device->account_id == call->account->id && (!owner || device->user_id == owner->id) &&
            is_wanted(device, &wanted))
            found[count++] = device;
    }
    page_answer(call, &page, found, count, write_record);
}

static void list_of_account(struct call *call)
{
    list(call, NULL);
}

static void list_of_extension(struct call *call)
{
    list(call, call->target);
}

/* The path's device; refuses and returns NULL when there is none the caller may see. */
static struct device *device_of(struct call *call)
{
    const char *id = call_arg(call, "deviceId");
    struct device *device = device_by_id(call->world, id);
    if (device && device->account_id == call->account->id) {
        event_set(call->event, EVENT_DEVICE, device->id);
        return device;
    }
    refuse_value(call, CMN_102, "deviceId", id);
    return NULL;
}

static void read_device(struct call *call)
{
    const struct device *device = device_of(call);
    if (!device)
        return;
    struct json_out out = reply_json(call, 200);
    device_write(&out, NULL, call, device);
}

/* The name is what of it can be changed here. */
static void update_device(struct call *call)
{
    struct device *device = device_of(call);
    if (!device || !ask_body(call))
        return;
    const struct node *name = node_get(call->body, "name");
    if (name && (name->kind != NODE_STRING || !*name->text || strlen(name->text) > NAME_MOST)) {
        refuse(call, CMN_101, "name");
        return;
    }
    if (name)
        xset(&device->name, name->text);
    struct json_out out = reply_json(call, 200);
    device_write(&out, NULL, call, device);
}

static void write_proxies(struct json_out *out, const struct call *call)
{
    const struct world *world = call->world;
    json_list(out, "outboundProxies");
    for (size_t i = 0; i < world->proxy_count; i++) {
        const struct proxy *proxy = world->proxies[i];
        if (!proxy->is_listed || proxy->account_id != call->account->id)
            continue;
        json_open(out, NULL);
        json_str(out, "region", proxy_region_name(proxy->region));
        proxy_member(out, "proxy", world, proxy, TRANSPORT_UDP);
        proxy_member(out, "proxyTLS", world, proxy, TRANSPORT_TLS);
        json_close(out);
    }
    json_list_end(out);
}

static void read_sip_info(struct call *call)
{
    const struct device *device = device_of(call);
    if (!device)
        return;
    if (device->type != DEVICE_OTHER_PHONE) {
        refuse_value(call, CMN_102, "deviceId", device->id);
        return;
    }
    struct json_out out = reply_json(call, 200);
    json_open(&out, NULL);
    json_str(&out, "domain", call->account->sip_domain);
    write_proxies(&out, call);
    json_str(&out, "userName", device->sip_username);
    json_str(&out, "password", device->sip_password);
    json_str(&out, "authorizationId", device->id);
    json_close(&out);
}

#define OF_ACCOUNT(path_, op_, rate_, run_)                                                        \
    {                                                                                              \
        .method = "GET", .path = "/restapi/v1.0/account/{accountId}/device" path_, .op = op_,      \
        .layer = LAYER_REST, .auth = AUTH_BEARER, .scope = SCOPE_READ_ACCOUNTS,                    \
        .permission = PERMISSION_READ_COMPANY_DEVICES, .rate = rate_, .target = TARGET_ACCOUNT,    \
        .run = run_                                                                                \
    }

static const struct route routes[] = {
    OF_ACCOUNT("", "listAccountDevices", RATE_LIGHT, list_of_account),
    OF_ACCOUNT("/{deviceId}", "readDevice", RATE_LIGHT, read_device),
    {"PUT", "/restapi/v1.0/account/{accountId}/device/{deviceId}", .op = "updateDevice",
     .layer = LAYER_REST, .auth = AUTH_BEARER, .scope = SCOPE_EDIT_ACCOUNTS,
     .permission = PERMISSION_EDIT_COMPANY_DEVICES, .rate = RATE_MEDIUM, .target = TARGET_ACCOUNT,
     .run = update_device},
    OF_ACCOUNT("/{deviceId}/sip-info", "readDeviceSipInfo", RATE_LIGHT, read_sip_info),
    {"GET", "/restapi/v1.0/account/{accountId}/extension/{extensionId}/device",
     .op = "listExtensionDevices", .layer = LAYER_REST, .auth = AUTH_BEARER,
     .scope = SCOPE_READ_ACCOUNTS, .permission = PERMISSION_READ_USER_DEVICES, .rate = RATE_LIGHT,
     .target = TARGET_EXTENSION, .run = list_of_extension, .bulk = "extensionId", .bulk_max = 30},
};

struct route_family device_routes(void)
{
    return (struct route_family){routes, sizeof routes / sizeof *routes};
}
