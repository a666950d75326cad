#include "api/subscription_json.h"

static void write_filters(struct json_out *out, const struct world *world,
                          const struct subscription *subscription)
{
    bool is_silent = world->knobs.sub_disabled_filters == KNOB_DISABLED_SILENT;
    bool has_disabled = false;
    json_list(out, "eventFilters");
    for (size_t i = 0; i < subscription->filter_count; i++) {
        const struct filter *filter = &subscription->filters[i];
        if (!filter->disabled || is_silent)
            json_str(out, NULL, filter->text);
        else
            has_disabled = true;
    }
    json_list_end(out);
    if (!has_disabled)
        return;
    json_list(out, "disabledFilters");
    for (size_t i = 0; i < subscription->filter_count; i++) {
        const struct filter *filter = &subscription->filters[i];
        if (!filter->disabled)
            continue;
        json_open(out, NULL);
        json_str(out, "filter", filter->text);
        json_str(out, "reason", filter->disabled);
        json_fmt(out, "message", "[%s] permission is missing", filter->permission);
        json_close(out);
    }
    json_list_end(out);
}

static void write_mode(struct json_out *out, const struct subscription *subscription)
{
    json_open(out, "deliveryMode");
    if (subscription->transport == TRANSPORT_WEBHOOK) {
        json_str(out, "transportType", "WebHook");
        json_bool(out, "encryption", false);
        json_str(out, "address", subscription->address);
    } else {
        json_str(out, "transportType", "WebSocket");
        json_bool(out, "encryption", false);
    }
    json_close(out);
}

void subscription_json(struct json_out *out, const char *key, const struct world *world,
                       const struct subscription *subscription)
{
    json_open(out, key);
    json_fmt(out, "uri", "%s/restapi/v1.0/subscription/%s", world->base_url, subscription->id);
    json_str(out, "id", subscription->id);
    write_filters(out, world, subscription);
    json_time(out, "creationTime", subscription->created_ms);
    json_time(out, "expirationTime", subscription->expires_ms);
    json_int(out, "expiresIn", (subscription->expires_ms - clock_now(world)) / 1000);
    bool is_blacklisted = subscription->status == SUBSCRIPTION_BLACKLISTED;
    json_str(out, "status", is_blacklisted ? "Blacklisted" : "Active");
    write_mode(out, subscription);
    if (is_blacklisted) {
        json_open(out, "blacklistedData");
        json_time(out, "blacklistedAt", subscription->blacklisted_ms);
        json_str(out, "reason", subscription->reason);
        json_close(out);
    }
    json_close(out);
}
