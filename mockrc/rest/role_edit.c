/* Giving roles. What a role no longer reaches is refused on the very next call, with this one as its
 * cause. Source: rest.md 5.4. */
#include "rest/families.h"

#include "api/refuse.h"
#include "base/text.h"
#include "rest/ask.h"
#include "rest/page.h"
#include "rest/role_json.h"
#include "rest/uri.h"
#include "rest/user_json.h"

static const enum role default_role = ROLE_STANDARD_INTERNATIONAL; /* documented: of new users */

static void give(struct call *call, enum role role)
{
    struct user *user = call->target;
    if (user->role != role) {
        user->role = role;
        user->role_cause = call_seq(call);
    }
    event_set(call->event, EVENT_REASON, role_name(role));
    struct json_out out = reply_json(call, 200);
    json_open(&out, NULL);
    uri_user(&out, "uri", call->world, user, "/assigned-role");
    user_roles(&out, "records", call, user);
    json_close(&out);
}

/* One role each: ours are the predefined ones, which contain one another. */
static void assign(struct call *call)
{
    enum role role;
    if (!ask_body(call))
        return;
    const struct node *list = node_get(call->body, "records");
    if (!list) {
        refuse(call, CMN_100, "records");
        return;
    }
    if (call->target->type != USER_USER) {
        refuse(call, CMN_403, NULL);
        return;
    }
    const char *id = node_text(node_get(node_first(list), "id"), "");
    if (list->kind != NODE_LIST || list->count != 1) {
        refuse(call, CMN_101, "records");
        return;
    }
    if (!role_by_id(id, &role)) {
        refuse_value(call, CMN_102, "records.id", id);
        return;
    }
    give(call, role);
}

static void assign_default(struct call *call)
{
    if (call->target->type == USER_USER)
        give(call, default_role);
    else
        refuse(call, CMN_403, NULL);
}

static void read_default(struct call *call)
{
    struct json_out out = reply_json(call, 200);
    role_write(&out, call, default_role, call->account, false);
}

static void write_role(struct json_out *out, const struct call *call, const void *role)
{
    role_write(out, call, *(const enum role *)role, call->account, false);
}

static void list_assignable(struct call *call)
{
    struct page page;
    if (!page_read(call, &page))
        return;
    enum role *roles = arena_alloc(call->arena, ROLE_COUNT * sizeof *roles);
    const void **found = arena_alloc(call->arena, ROLE_COUNT * sizeof *found);
    for (int i = 0; i < ROLE_COUNT; i++) {
        roles[i] = (enum role)i;
        found[i] = &roles[i];
    }
    page_answer(call, &page, found, call->target->type == USER_USER ? ROLE_COUNT : 0, write_role);
}

#define A "/restapi/v1.0/account/{accountId}"
#define ROW(method_, path_, op_, permission_, rate_, target_, run_)                                \
    {                                                                                              \
        .method = method_, .path = A path_, .op = op_, .layer = LAYER_REST, .auth = AUTH_BEARER,   \
        .scope = SCOPE_ROLE_MANAGEMENT, .permission = permission_, .rate = rate_,                  \
        .target = target_, .run = run_                                                             \
    }

static const struct route routes[] = {
    ROW("PUT", "/extension/{extensionId}/assigned-role", "updateUserAssignedRoles",
        PERMISSION_EDIT_ASSIGNED_ROLES, RATE_MEDIUM, TARGET_EXTENSION, assign),
    ROW("PUT", "/extension/{extensionId}/assigned-role/default", "assignDefaultRole",
        PERMISSION_USERS, RATE_MEDIUM, TARGET_EXTENSION, assign_default),
    ROW("GET", "/extension/{extensionId}/assignable-roles", "listOfAvailableForAssigningRoles",
        PERMISSION_NONE, RATE_MEDIUM, TARGET_NONE, list_assignable),
    ROW("GET", "/user-role/default", "readDefaultRole", PERMISSION_READ_USER_ROLES, RATE_LIGHT,
        TARGET_ACCOUNT, read_default),
};

struct route_family role_edit_routes(void)
{
    return (struct route_family){routes, sizeof routes / sizeof *routes};
}
