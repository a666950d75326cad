#include "rest/role_json.h"

#include "rest/uri.h"

#include <assert.h>

static_assert(ROLE_COUNT <= 9, "a role's id is one digit");

const char *role_id(enum role role)
{
    static const char ids[9][2] = {"1", "2", "3", "4", "5", "6", "7", "8", "9"};
    return ids[role];
}

bool role_by_id(const char *id, enum role *ret)
{
    bool is_one = id[0] >= '1' && id[0] < '1' + ROLE_COUNT && id[1] == '\0';
    if (is_one)
        *ret = (enum role)(id[0] - '1');
    return is_one;
}

void permission_members(struct json_out *out, const struct call *call, enum permission permission)
{
    uri_dictionary(out, "uri", call->world, "permission", permission_name(permission));
    json_str(out, "id", permission_name(permission));
    json_str(out, "siteCompatible", "Independent");
    json_bool(out, "readOnly", false);
    json_bool(out, "assignable", true);
}

void role_write(struct json_out *out, const struct call *call, enum role role,
                const struct account *account, bool has_permissions)
{
    bool is_wide = role_reach(role, PERMISSION_READ_EXTENSIONS) == REACH_ACCOUNT;
    json_open(out, NULL);
    uri_open(out, "uri", call->world);
    if (account) {
        buf_str(out->buf, "/account/");
        buf_int(out->buf, account->id);
        buf_str(out->buf, "/user-role/");
    } else {
        buf_str(out->buf, "/dictionary/user-role/");
    }
    buf_str(out->buf, role_id(role));
    uri_close(out);
    json_str(out, "id", role_id(role));
    json_str(out, "displayName", role_name(role));
    json_str(out, "description", "Predefined");
    json_bool(out, "siteCompatible", true);
    json_bool(out, "custom", false);
    json_str(out, "scope", is_wide ? "Account" : "Self");
    json_bool(out, "hidden", false);
    if (has_permissions) {
        json_list(out, "permissions");
        for (int i = 1; i < PERMISSION_COUNT; i++) {
            if (role_reach(role, (enum permission)i) == REACH_NONE)
                continue;
            json_open(out, NULL);
            permission_members(out, call, (enum permission)i);
            json_close(out);
        }
        json_list_end(out);
    }
    json_close(out);
}
