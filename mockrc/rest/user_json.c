#include "rest/user_json.h"

#include "rest/region.h"
#include "rest/role_json.h"
#include "rest/uri.h"

static void write_contact(struct json_out *out, const struct call *call, const struct user *user)
{
    json_open(out, "contact");
    json_str(out, "firstName", user->first_name ? user->first_name : user->name);
    json_str(out, "lastName", user->last_name);
    json_str(out, "company", call->account->company);
    json_str(out, "jobTitle", user->job_title);
    json_str(out, "department", user->department);
    json_str(out, "email", user->email);
    json_bool(out, "emailAsLoginName", user->type == USER_USER && user->email);
    json_close(out);
}

/* Administrators are those whose reach is the whole account. */
static void write_permissions(struct json_out *out, const struct user *user)
{
    json_open(out, "permissions");
    json_open(out, "admin");
    json_bool(out, "enabled", role_reach(user->role, PERMISSION_USERS) == REACH_ACCOUNT);
    json_close(out);
    json_open(out, "internationalCalling");
    json_bool(out, "enabled", user->role != ROLE_STANDARD);
    json_close(out);
    json_close(out);
}

void user_roles(struct json_out *out, const char *key, const struct call *call,
                const struct user *user)
{
    const char *id = role_id(user->role);
    json_list(out, key);
    if (user->type == USER_USER) {
        json_open(out, NULL);
        uri_dictionary(out, "uri", call->world, "user-role", id);
        json_str(out, "id", id);
        json_str(out, "displayName", role_name(user->role));
        json_bool(out, "autoAssigned", false);
        json_bool(out, "siteCompatible", true);
        json_bool(out, "siteRestricted", false);
        json_close(out);
    }
    json_list_end(out);
}

/* What list and single read have in common. */
static void write_common(struct json_out *out, const struct call *call, const struct user *user)
{
    json_int(out, "id", user->id);
    uri_user(out, "uri", call->world, user, "");
    if (user->status != USER_UNASSIGNED)
        json_str(out, "extensionNumber", user->extension_number);
    json_str(out, "name", user->name);
    write_contact(out, call, user);
    write_permissions(out, user);
    json_str(out, "status", user_status_name(user->status));
    json_str(out, "type", user_type_name(user->type));
    json_bool(out, "hidden", false);
}

void user_record(struct json_out *out, const struct call *call, const struct user *user)
{
    json_open(out, NULL);
    write_common(out, call, user);
    json_close(out);
}

/* 60 of them on each "who am I": bytes, not members. Names need no escaping. */
static void write_features(struct json_out *out, const struct account *account)
{
    struct buf *buf = out->buf;
    json_list(out, "serviceFeatures");
    for (size_t i = 0; i < account_feature_count(); i++) {
        if (i > 0)
            buf_char(buf, ',');
        buf_str(buf, "{\"featureName\":\"");
        buf_str(buf, account_feature_name(i));
        buf_str(buf, account->features_off >> i & 1
                         ? "\",\"enabled\":false,\"reason\":\"ServicePlanLimitation\"}"
                         : "\",\"enabled\":true}");
    }
    json_list_end(out);
}

void user_whole(struct json_out *out, const struct call *call, const struct user *user)
{
    json_open(out, NULL);
    write_common(out, call, user);
    json_open(out, "account");
    uri_id(out, "id", user->account_id); /* text here, a number in GET account */
    uri_account(out, "uri", call->world, user->account_id, "");
    json_close(out);
    user_roles(out, "roles", call, user);
    region_settings(out, "regionalSettings", call, call->account);
    if (user == call->user)
        write_features(out, call->account);
    json_str(out, "setupWizardState",
             user->status == USER_NOT_ACTIVATED ? "NotStarted" : "Completed");
    json_close(out);
}

void user_reference(struct json_out *out, const char *key, const struct call *call,
                    const struct user *user, bool has_name)
{
    json_open(out, key);
    json_int(out, "id", user->id);
    uri_user(out, "uri", call->world, user, "");
    json_str(out, "extensionNumber", user->extension_number);
    if (has_name)
        json_str(out, "name", user->name);
    json_close(out);
}
