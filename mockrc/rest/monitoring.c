/* Call monitoring groups and their members. Source: rest.md 5.10, 10. Ids are text here. */
#include "rest/families.h"

#include "api/refuse.h"
#include "base/mem.h"
#include "base/text.h"
#include "rest/ask.h"
#include "rest/page.h"
#include "rest/queue_json.h"
#include "rest/uri.h"

#include <string.h>

enum { NAME_MOST = 64, ASSIGN_MOST = 1000 };

static struct monitoring_group *group_of(struct call *call)
{
    const char *id = call_arg(call, "groupId");
    int64_t number;
    struct monitoring_group *group =
        text_int64(id, &number) ? monitoring_by_id(call->world, number) : NULL;
    if (group && group->account_id == call->account->id)
        return group;
    refuse_value(call, CMN_102, "groupId", id);
    return NULL;
}

static void write_group(struct json_out *out, const struct call *call, const void *element)
{
    const struct monitoring_group *group = element;
    json_open(out, NULL);
    uri_open(out, "uri", call->world);
    buf_str(out->buf, "/account/");
    buf_int(out->buf, group->account_id);
    buf_str(out->buf, "/call-monitoring-groups/");
    buf_int(out->buf, group->id);
    uri_close(out);
    uri_id(out, "id", group->id);
    json_str(out, "name", group->name);
    json_close(out);
}

static void list_groups(struct call *call)
{
    struct page page;
    const char *member = params_get(&call->query, "memberExtensionId");
    const struct world *world = call->world;
    const struct user *person = NULL;
    if (!page_read(call, &page) ||
        (member && !(person = queue_person(call, "memberExtensionId", member))))
        return;
    const void **found = arena_alloc(call->arena, world->monitoring_count * sizeof *found);
    size_t count = 0;
    for (size_t i = 0; i < world->monitoring_count; i++) {
        const struct monitoring_group *group = world->monitoring[i];
        if (group->account_id == call->account->id && (!person || monitoring_of(group, person->id)))
            found[count++] = group;
    }
    page_answer(call, &page, found, count, write_group);
}

/* The body's name; refuses when it is missing, no text or too long. */
static const char *read_name(struct call *call)
{
    if (!ask_body(call))
        return NULL;
    const struct node *name = node_get(call->body, "name");
    if (!name)
        refuse(call, CMN_100, "name");
    else if (name->kind != NODE_STRING || !*name->text || strlen(name->text) > NAME_MOST)
        refuse(call, CMN_101, "name");
    else
        return name->text;
    return NULL;
}

static void create_group(struct call *call)
{
    const char *name = read_name(call);
    if (!name)
        return;
    const struct monitoring_group *group = monitoring_add(call->world, call->account->id, name);
    if (!group) {
        refuse(call, CMN_109, NULL);
        return;
    }
    struct json_out out = reply_json(call, 200);
    write_group(&out, call, group);
}

static void update_group(struct call *call)
{
    struct monitoring_group *group = group_of(call);
    const char *name = group ? read_name(call) : NULL;
    if (!name)
        return;
    xset(&group->name, name);
    struct json_out out = reply_json(call, 200);
    write_group(&out, call, group);
}

static void delete_group(struct call *call)
{
    struct monitoring_group *group = group_of(call);
    if (!group)
        return;
    monitoring_remove(call->world, group);
    reply_empty(call, 204);
}

static void write_member(struct json_out *out, const struct call *call, const void *element)
{
    const struct monitoring_member *member = element;
    const struct user *user = user_by_id(call->world, member->user_id);
    json_open(out, NULL);
    uri_user(out, "uri", call->world, user, "");
    uri_id(out, "id", user->id);
    json_str(out, "extensionNumber", user->extension_number);
    json_list(out, "permissions");
    if (member->permissions & MAY_MONITOR)
        json_str(out, NULL, "Monitoring");
    if (member->permissions & IS_MONITORED)
        json_str(out, NULL, "Monitored");
    json_list_end(out);
    json_close(out);
}

static void list_members(struct call *call)
{
    struct page page;
    const struct monitoring_group *group = group_of(call);
    if (!group || !page_read(call, &page))
        return;
    const void **found = arena_alloc(call->arena, group->member_count * sizeof *found);
    size_t count = 0;
    for (size_t i = 0; i < group->member_count; i++)
        if (!user_by_id(call->world, group->members[i].user_id)->is_deleted)
            found[count++] = &group->members[i];
    page_answer(call, &page, found, count, write_member);
}

/* One entry of a list: who, and (when it matters) which permissions. */
static bool read_entry(struct call *call, const struct node *entry, bool wants_permissions,
                       const struct user **ret_user, unsigned *ret_permissions)
{
    unsigned permissions = 0;
    if (!(*ret_user = queue_person(call, "id", node_text(node_get(entry, "id"), ""))))
        return false;
    const struct node *list = node_get(entry, "permissions");
    for (const struct node *item = node_first(list); item; item = item->next) {
        unsigned one = text_eq(node_text(item, ""), "Monitoring")  ? MAY_MONITOR
                       : text_eq(node_text(item, ""), "Monitored") ? IS_MONITORED
                                                                   : 0;
        if (!one) {
            refuse_value(call, CMN_101, "permissions", node_text(item, ""));
            return false;
        }
        permissions |= one;
    }
    if (wants_permissions && !permissions) {
        refuse(call, CMN_100, "permissions");
        return false;
    }
    *ret_permissions = wants_permissions ? permissions : 0;
    return true;
}

/* All three lists are read before the first is done. */
static void assign(struct call *call)
{
    static const struct {
        const char *name;
        bool wants_permissions;
    } lists[] = {
        {"addedExtensions", true}, {"updatedExtensions", true}, {"removedExtensions", false}};
    struct monitoring_group *group = group_of(call);
    const struct user *user;
    unsigned permissions;
    if (!group || !ask_body(call))
        return;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
            const struct node *list = node_get(call->body, lists[i].name);
            if (list && (list->kind != NODE_LIST || list->count > ASSIGN_MOST)) {
                refuse(call, list->kind == NODE_LIST ? CMN_106 : CMN_101, lists[i].name);
                return;
            }
            for (const struct node *entry = node_first(list); entry; entry = entry->next) {
                if (!read_entry(call, entry, lists[i].wants_permissions, &user, &permissions))
                    return;
                if (pass == 1 && !monitoring_set(group, user->id, permissions)) {
                    refuse(call, CMN_106, NULL);
                    return;
                }
            }
        }
    reply_empty(call, 204);
}

#define ROW(method_, path_, op_, scope_, permission_, rate_, target_, run_)                        \
    {                                                                                              \
        .method = method_,                                                                         \
        .path = "/restapi/v1.0/account/{accountId}/call-monitoring-groups" path_, .op = op_,       \
        .layer = LAYER_REST, .auth = AUTH_BEARER, .scope = scope_, .permission = permission_,      \
        .rate = rate_, .target = target_, .run = run_                                              \
    }
#define READ(path_, op_, run_)                                                                     \
    ROW("GET", path_, op_, SCOPE_READ_ACCOUNTS, PERMISSION_READ_EXTENSIONS, RATE_MEDIUM,           \
        TARGET_NONE, run_)
#define WRITE(method_, path_, op_, rate_, run_)                                                    \
    ROW(method_, path_, op_, SCOPE_EDIT_EXTENSIONS, PERMISSION_GROUPS, rate_, TARGET_ACCOUNT, run_)

static const struct route routes[] = {
    READ("", "listCallMonitoringGroups", list_groups),
    READ("/{groupId}/members", "listCallMonitoringGroupMembers", list_members),
    WRITE("POST", "", "createCallMonitoringGroup", RATE_MEDIUM, create_group),
    WRITE("PUT", "/{groupId}", "updateCallMonitoringGroup", RATE_MEDIUM, update_group),
    WRITE("DELETE", "/{groupId}", "deleteCallMonitoringGroup", RATE_MEDIUM, delete_group),
    WRITE("POST", "/{groupId}/bulk-assign", "updateCallMonitoringGroupList", RATE_HEAVY, assign),
};

struct route_family monitoring_routes(void)
{
    return (struct route_family){routes, sizeof routes / sizeof *routes};
}
