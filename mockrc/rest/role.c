/* Who may do what: the authorization profile, roles, and who has which. Source: rest.md 4, 5.4.
 * Everything is computed from the user's role now: a role taken away shows at once. */
#include "rest/families.h"

#include "api/gate.h"
#include "api/refuse.h"
#include "base/text.h"
#include "rest/ask.h"
#include "rest/page.h"
#include "rest/role_json.h"
#include "rest/uri.h"
#include "rest/user_json.h"

/* Another's profile is for administrators; there is no permission in the row to say so. */
static bool may_see_profile(struct call *call)
{
    if (call->target == call->user ||
        user_reach(call->user, PERMISSION_READ_ASSIGNED_ROLES) == REACH_ACCOUNT)
        return true;
    refuse_because(call, CMN_404, NULL, call->user->role_cause);
    return false;
}

/* targetExtensionId: upon whom the permission would be used; NULL in `ret` when not asked. */
static bool read_upon(struct call *call, struct user **ret)
{
    const char *id = params_get(&call->query, "targetExtensionId");
    *ret = NULL;
    if (!id)
        return true;
    int64_t number;
    struct user *user = text_int64(id, &number) ? user_by_id(call->world, number) : NULL;
    if (text_eq(id, "~"))
        user = call->user;
    if (user && !user->is_deleted && user->account_id == call->account->id) {
        *ret = user;
        return true;
    }
    refuse_value(call, CMN_102, "targetExtensionId", id);
    return false;
}

static bool is_allowed(const struct user *who, enum permission permission, const struct user *upon)
{
    enum reach reach = user_reach(who, permission);
    return reach == REACH_ACCOUNT || (reach == REACH_SELF && (!upon || upon == who));
}

static void write_allowed(struct json_out *out, const struct call *call, const struct user *who,
                          enum permission permission)
{
    static const char *const all[] = {"Account",           "AllExtensions", "Federation",
                                      "NonUserExtensions", "RoleBased",     "Self",
                                      "UserExtensions"};
    json_open(out, "permission");
    permission_members(out, call, permission);
    json_close(out);
    json_open(out, "effectiveRole");
    uri_dictionary(out, "uri", call->world, "user-role", role_id(who->role));
    json_str(out, "id", role_id(who->role));
    json_close(out);
    json_list(out, "scopes");
    if (user_reach(who, permission) == REACH_ACCOUNT)
        for (size_t i = 0; i < sizeof all / sizeof *all; i++)
            json_str(out, NULL, all[i]);
    else
        json_str(out, NULL, "Self");
    json_list_end(out);
}

static void read_profile(struct call *call)
{
    struct user *upon;
    if (!may_see_profile(call) || !read_upon(call, &upon))
        return;
    struct json_out out = reply_json(call, 200);
    json_open(&out, NULL);
    uri_self(&out, "uri", call);
    json_list(&out, "permissions");
    for (int i = 1; i < PERMISSION_COUNT; i++) {
        if (!is_allowed(call->target, (enum permission)i, upon))
            continue;
        json_open(&out, NULL);
        write_allowed(&out, call, call->target, (enum permission)i);
        json_close(&out);
    }
    json_list_end(&out);
    json_close(&out);
}

static void check_profile(struct call *call)
{
    struct user *upon;
    const char *name = params_get(&call->query, "permissionId");
    if (!may_see_profile(call))
        return;
    if (!name || !*name) {
        refuse(call, CMN_100, "permissionId");
        return;
    }
    enum permission permission = permission_named(name);
    if (permission == PERMISSION_NONE) {
        refuse_value(call, CMN_102, "permissionId", name);
        return;
    }
    if (!read_upon(call, &upon))
        return;
    bool is_successful = is_allowed(call->target, permission, upon);
    struct json_out out = reply_json(call, 200);
    json_open(&out, NULL);
    uri_self(&out, "uri", call);
    json_bool(&out, "successful", is_successful);
    if (is_successful) {
        json_open(&out, "details");
        write_allowed(&out, call, call->target, permission);
        json_close(&out);
    }
    json_close(&out);
}

static void write_role_record(struct json_out *out, const struct call *call, const void *role)
{
    role_write(out, call, *(const enum role *)role, call->account, false);
}

static void list_roles(struct call *call)
{
    struct page page;
    int is_custom; /* -1: not asked */
    static const char *const words[] = {"false", "true"};
    if (!page_read(call, &page) || !ask_word(call, "custom", WORDS(words), &is_custom))
        return;
    enum role *roles = arena_alloc(call->arena, ROLE_COUNT * sizeof *roles);
    const void **found = arena_alloc(call->arena, ROLE_COUNT * sizeof *found);
    for (int i = 0; i < ROLE_COUNT; i++) {
        roles[i] = (enum role)i;
        found[i] = &roles[i];
    }
    /* All of ours are predefined. */
    page_answer(call, &page, found, is_custom == 1 ? 0 : ROLE_COUNT, write_role_record);
}

static void read_role(struct call *call)
{
    const char *id = call_arg(call, "roleId");
    enum role role;
    if (!role_by_id(id, &role)) {
        refuse_value(call, CMN_102, "roleId", id);
        return;
    }
    struct json_out out = reply_json(call, 200);
    role_write(&out, call, role, call->account, true);
}

static void write_assigned(struct json_out *out, const struct call *call, const void *element)
{
    const struct user *user = element;
    json_open(out, NULL);
    uri_user(out, "uri", call->world, user, "/assigned-role");
    uri_id(out, "extensionId", user->id);
    user_roles(out, "roles", call, user);
    json_close(out);
}

static void list_assigned(struct call *call)
{
    struct page page;
    bool shows_hidden;
    if (!page_read(call, &page) || !ask_bool(call, "showHidden", false, &shows_hidden))
        return;
    const struct world *world = call->world;
    const void **found = arena_alloc(call->arena, world->user_count * sizeof *found);
    size_t count = 0;
    for (size_t i = 0; i < world->user_count; i++) {
        const struct user *user = world->users[i];
        if (user->account_id == call->account->id && !user->is_deleted && user->type == USER_USER)
            found[count++] = user;
    }
    page_answer(call, &page, found, count, write_assigned);
}

static void read_assigned(struct call *call)
{
    struct json_out out = reply_json(call, 200);
    json_open(&out, NULL);
    uri_self(&out, "uri", call);
    user_roles(&out, "records", call, call->target);
    json_close(&out);
}

#define A "/restapi/v1.0/account/{accountId}"
#define ROW(path_, op_, scope_, permission_, rate_, target_, run_)                                 \
    {                                                                                              \
        .method = "GET", .path = A path_, .op = op_, .layer = LAYER_REST, .auth = AUTH_BEARER,     \
        .scope = scope_, .permission = permission_, .rate = rate_, .target = target_, .run = run_  \
    }

static const struct route routes[] = {
    ROW("/extension/{extensionId}/authz-profile", "readAuthorizationProfile", SCOPE_NONE,
        PERMISSION_NONE, RATE_MEDIUM, TARGET_NONE, read_profile),
    ROW("/extension/{extensionId}/authz-profile/check", "checkUserPermission", SCOPE_NONE,
        PERMISSION_NONE, RATE_LIGHT, TARGET_NONE, check_profile),
    ROW("/user-role", "listUserRoles", SCOPE_READ_ACCOUNTS, PERMISSION_READ_USER_ROLES, RATE_MEDIUM,
        TARGET_ACCOUNT, list_roles),
    ROW("/user-role/{roleId}", "readUserRole", SCOPE_READ_ACCOUNTS, PERMISSION_READ_USER_ROLES,
        RATE_LIGHT, TARGET_ACCOUNT, read_role),
    ROW("/assigned-role", "listAssignedRoles", SCOPE_READ_ACCOUNTS, PERMISSION_READ_ASSIGNED_ROLES,
        RATE_MEDIUM, TARGET_ACCOUNT, list_assigned),
    ROW("/extension/{extensionId}/assigned-role", "listUserAssignedRoles", SCOPE_READ_ACCOUNTS,
        PERMISSION_READ_ASSIGNED_ROLES, RATE_LIGHT, TARGET_EXTENSION, read_assigned),
};

struct route_family role_routes(void)
{
    return (struct route_family){routes, sizeof routes / sizeof *routes};
}
