/* What an extension can use, and why not. Source: rest.md 5.2. */
#include "rest/families.h"

#include "api/refuse.h"
#include "base/text.h"
#include "rest/ask.h"

/* Features an extension that is no person has too (chosen). */
static bool is_for_any_type(const char *feature)
{
    static const char *const list[] = {
        "Voicemail",    "VoicemailToText", "Fax",
        "FaxReceiving", "CallForwarding",  "AutomaticInboundCallRecording"};
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (text_eq(feature, list[i]))
            return true;
    return false;
}

/* NULL: it is available. */
static const char *why_not(const struct call *call, size_t feature, const char **ret_message)
{
    if (call->account->features_off >> feature & 1) {
        *ret_message = "The feature is not in the service plan";
        return "ServicePlanLimitation";
    }
    if (call->target->type != USER_USER && !is_for_any_type(account_feature_name(feature))) {
        *ret_message = "The feature is not for this type of extension";
        return "ExtensionTypeLimitation";
    }
    return NULL;
}

/* Unknown feature ids match nothing (chosen). */
static bool is_asked(const struct call *call, const char *name)
{
    const char *wanted = params_get(&call->query, "featureId");
    for (size_t n = 0; wanted; wanted = params_nth(&call->query, "featureId", ++n))
        if (text_eq(wanted, name))
            return true;
    return !params_get(&call->query, "featureId");
}

static void read_features(struct call *call)
{
    bool is_available_only;
    if (!ask_bool(call, "availableOnly", false, &is_available_only))
        return;
    struct json_out out = reply_json(call, 200);
    json_open(&out, NULL);
    json_list(&out, "records");
    for (size_t i = 0; i < account_feature_count(); i++) {
        const char *name = account_feature_name(i), *message;
        const char *reason = why_not(call, i, &message);
        if (!is_asked(call, name) || (reason && is_available_only))
            continue;
        json_open(&out, NULL);
        json_str(&out, "id", name);
        json_bool(&out, "available", !reason);
        if (reason) {
            json_open(&out, "reason");
            json_str(&out, "code", reason);
            json_str(&out, "message", message);
            json_close(&out);
        }
        json_close(&out);
    }
    json_list_end(&out);
    json_close(&out);
}

static const struct route routes[] = {
    {"GET", "/restapi/v1.0/account/{accountId}/extension/{extensionId}/features",
     .op = "readExtensionFeatures", .layer = LAYER_REST, .auth = AUTH_BEARER,
     .scope = SCOPE_READ_ACCOUNTS, .permission = PERMISSION_READ_EXTENSIONS, .rate = RATE_MEDIUM,
     .target = TARGET_EXTENSION, .run = read_features},
};

struct route_family feature_routes(void)
{
    return (struct route_family){routes, sizeof routes / sizeof *routes};
}
