/* Who authorized; see identity.h. */
#include "identity.h"

#include <stdio.h>
#include <string.h>

#include "text.h"

/* User permissions the product's reads need (rest.md section 5); recording_only ones count when
 * Enable Recording is on. */
static const struct {
    const char *name;
    bool recording_only;
} needed_permissions[] = {
    {"FullCompanyCallLog", false}, {"ReadCompanyInfo", false},  {"ReadExtensions", false},
    {"ReadCompanyDevices", false}, {"ReadCallRecording", true},
};

static const struct {
    const char *name;
    bool recording_only;
} needed_scopes[] = {
    {"ReadAccounts", false},
    {"ReadCallLog", false},
    {"ReadCallRecording", true},
};

static void append(char *list, size_t cap, const char *name)
{
    size_t len = strlen(list);
    snprintf(list + len, cap - len, "%s%s", len ? ", " : "", name);
}

static bool may(const cJSON *profile, const char *permission)
{
    const cJSON *row;
    cJSON_ArrayForEach(row, json_at(profile, "permissions"))
    {
        if (strcmp(json_text(row, "permission.id", ""), permission) == 0)
            return true;
    }
    return false;
}

bool identity_is_of(const struct client *client, const struct grant *grant, const char *account)
{
    char owner[32] = "";
    if (account[0] == '\0' || strcmp(account, grant->account_id) == 0)
        return true;
    store_fact_get(client->store, "service.owner", owner, sizeof(owner));
    return grant->account_id[0] == '\0' && strcmp(owner, grant->owner_id) == 0;
}

/* Which kinds of automatic recording the account does not do (failures.md F083). */
static void read_features(const cJSON *service, struct identity *identity)
{
    static const char *const wanted[] = {"AutomaticInboundCallRecording",
                                         "AutomaticOutboundCallRecording"};
    const cJSON *feature;
    cJSON_ArrayForEach(feature, json_at(service, "serviceFeatures"))
    {
        const cJSON *enabled = json_at(feature, "enabled");
        for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++) {
            if (strcmp(json_text(feature, "featureName", ""), wanted[i]) == 0 &&
                cJSON_IsFalse(enabled))
                append(identity->recording_off, sizeof(identity->recording_off), wanted[i]);
        }
    }
}

static void read_profile(struct rest *rest, struct identity *identity)
{
    cJSON *profile = rest_get(rest, "/restapi/v1.0/account/~/extension/~/authz-profile", "medium",
                              &identity->profile_err);
    identity->has_profile = profile != NULL;
    bool with_recording = strcmp(rest->settings.recording, "yes") == 0;
    size_t count = sizeof(needed_permissions) / sizeof(*needed_permissions);
    for (size_t i = 0; profile && i < count; i++) {
        if ((with_recording || !needed_permissions[i].recording_only) &&
            !may(profile, needed_permissions[i].name))
            append(identity->missing, sizeof(identity->missing), needed_permissions[i].name);
    }
    identity->is_admin = profile && may(profile, "FullCompanyCallLog");
    cJSON_Delete(profile);
}

bool identity_probe(struct rest *rest, struct identity *ret_identity, struct apierr *err)
{
    struct identity identity = {0};
    cJSON *own = rest_get(rest, "/restapi/v1.0/account/~/extension/~", "light", err);
    if (own == NULL)
        return false;
    json_id(own, "id", identity.owner_id, sizeof(identity.owner_id));
    json_id(own, "account.id", identity.account_id, sizeof(identity.account_id));
    json_id(own, "extensionNumber", identity.extension, sizeof(identity.extension));
    text_copy(identity.name, sizeof(identity.name), json_text(own, "name", ""));
    cJSON_Delete(own);

    struct apierr ignored;
    cJSON *service = rest_get(rest, "/restapi/v1.0/account/~/service-info", "light", &ignored);
    json_id(service, "brand.id", identity.brand_id, sizeof(identity.brand_id));
    read_features(service, &identity);
    cJSON_Delete(service);
    read_profile(rest, &identity);
    *ret_identity = identity;
    return true;
}

const char *identity_text(const char *name, const char *extension, char *to, size_t cap)
{
    if (*extension)
        snprintf(to, cap, "%s (ext %s)", *name ? name : "?", extension);
    else
        snprintf(to, cap, "%s", *name ? name : "?");
    return to;
}

void identity_missing_scopes(const struct grant *grant, bool with_recording, char *to, size_t cap)
{
    to[0] = '\0';
    if (grant->scope[0] == '\0')
        return; /* old answers name no scope: nothing to compare with */
    for (size_t i = 0; i < sizeof(needed_scopes) / sizeof(*needed_scopes); i++) {
        if ((with_recording || !needed_scopes[i].recording_only) &&
            !grant_has_scope(grant, needed_scopes[i].name))
            append(to, cap, needed_scopes[i].name);
    }
}
