#include "rest/device_json.h"

#include "rest/region.h"
#include "rest/uri.h"
#include "rest/user_json.h"

const char *device_status(struct world *world, const struct device *device)
{
    bool is_online = device->sip_username && binding_count(world, device->sip_username) > 0;
    return is_online ? "Online" : "Offline";
}

static void write_line(struct json_out *out, const struct call *call, const struct device *device)
{
    const struct phone_number *number =
        device->number ? phone_number_find(call->world, device->number) : NULL;
    json_open(out, NULL);
    json_str(out, "id", device->id);
    json_str(out, "lineType", device->type == DEVICE_WEB_PHONE ? "StandaloneFree" : "Standalone");
    json_open(out, "emergencyAddress");
    json_bool(out, "required", false);
    json_bool(out, "localOnly", false);
    json_close(out);
    if (number) {
        json_open(out, "phoneInfo");
        json_int(out, "id", number->id);
        region_country_short(out, "country", call, call->account);
        json_str(out, "phoneNumber", number->number);
        json_str(out, "paymentType", "Local");
        json_str(out, "type", "VoiceFax");
        json_str(out, "usageType", number_usage_name(number->usage));
        json_str(out, "status", "Normal");
        json_close(out);
    }
    json_close(out);
}

void device_write(struct json_out *out, const char *key, const struct call *call,
                  const struct device *device)
{
    struct user *owner = device->user_id ? user_by_id(call->world, device->user_id) : NULL;
    json_open(out, key);
    uri_open(out, "uri", call->world);
    buf_str(out->buf, "/account/");
    buf_int(out->buf, device->account_id);
    buf_str(out->buf, "/device/");
    buf_str(out->buf, device->id);
    uri_close(out);
    json_str(out, "id", device->id);
    json_str(out, "type", device_type_name(device->type));
    json_str(out, "status", device_status(call->world, device));
    json_str(out, "name", device->name);
    json_str(out, "serial", device->serial);
    if (owner)
        user_reference(out, "extension", call, owner, false);
    json_list(out, "phoneLines");
    if (device->has_line)
        write_line(out, call, device);
    json_list_end(out);
    json_bool(out, "useAsCommonPhone", false);
    json_bool(out, "hotDeskDevice", false);
    json_bool(out, "inCompanyNet", true);
    json_str(out, "linePooling", "None");
    json_close(out);
}
