/* Call queues and who is in them. Source: rest.md 5.13. */
#include "rest/families.h"

#include "api/gate.h"
#include "api/refuse.h"
#include "base/mem.h"
#include "base/text.h"
#include "rest/ask.h"
#include "rest/extension_edit.h"
#include "rest/page.h"
#include "rest/queue_json.h"
#include "rest/uri.h"
#include "rest/user_json.h"

#include <string.h>

enum { ASSIGN_MOST = 1000, MEMBERS_MOST = 10000, NAME_MOST = 64 };

static struct user *extension_named(struct call *call, const char *name, const char *id)
{
    int64_t number;
    struct user *user = text_int64(id, &number) ? user_by_id(call->world, number) : NULL;
    if (user && !user->is_deleted && user->account_id == call->account->id)
        return user;
    refuse_value(call, CMN_102, name, id);
    return NULL;
}

struct user *queue_named(struct call *call, const char *name, const char *id)
{
    struct user *user = extension_named(call, name, id);
    if (!user || user->type == USER_DEPARTMENT)
        return user;
    refuse_value(call, CMN_102, name, id);
    return NULL;
}

struct user *queue_person(struct call *call, const char *name, const char *id)
{
    struct user *user = extension_named(call, name, id);
    if (!user || user->type == USER_USER)
        return user;
    refuse_value(call, CMN_101, name, id);
    return NULL;
}

void queue_reference(struct json_out *out, const char *key, const struct user *user)
{
    json_open(out, key);
    uri_id(out, "id", user->id);
    json_str(out, "name", user->name);
    json_str(out, "extensionNumber", user->extension_number);
    json_close(out);
}

/* The queue of the called path. */
static struct user *queue_of(struct call *call)
{
    const char *name = call_arg(call, "groupId") ? "groupId" : "departmentId";
    return queue_named(call, name, call_arg(call, name));
}

static void write_common(struct json_out *out, const struct call *call, const struct user *queue)
{
    uri_open(out, "uri", call->world);
    buf_str(out->buf, "/account/");
    buf_int(out->buf, queue->account_id);
    buf_str(out->buf, "/call-queues/");
    buf_int(out->buf, queue->id);
    uri_close(out);
    uri_id(out, "id", queue->id);
    json_str(out, "extensionNumber", queue->extension_number);
    json_str(out, "name", queue->name);
    json_str(out, "status", user_status_name(queue->status));
}

static void write_record(struct json_out *out, const struct call *call, const void *queue)
{
    json_open(out, NULL);
    write_common(out, call, queue);
    json_close(out);
}

static void list_queues(struct call *call)
{
    struct page page;
    const char *member = params_get(&call->query, "memberExtensionId");
    const struct world *world = call->world;
    const struct user *person = NULL;
    if (!page_read(call, &page))
        return;
    if (text_eq(member, "~"))
        person = call->user;
    else if (member && !(person = extension_named(call, "memberExtensionId", member)))
        return;
    const void **found = arena_alloc(call->arena, world->user_count * sizeof *found);
    size_t count = 0;
    for (size_t i = 0; i < world->user_count; i++) {
        const struct user *queue = world->users[i];
        if (queue->type == USER_DEPARTMENT && !queue->is_deleted &&
            queue->account_id == call->account->id &&
            (!person || user_has_member(queue, person->id)))
            found[count++] = queue;
    }
    page_answer(call, &page, found, count, write_record);
}

static void answer_queue(struct call *call, const struct user *queue)
{
    const struct queue_settings *settings = &queue->queue;
    struct json_out out = reply_json(call, 200);
    json_open(&out, NULL);
    write_common(&out, call, queue);
    json_open(&out, "serviceLevelSettings");
    json_int(&out, "slaGoal", settings->sla_goal);
    json_int(&out, "slaThresholdSeconds", settings->sla_threshold_s);
    json_bool(&out, "includeAbandonedCalls", settings->counts_abandoned);
    json_int(&out, "abandonedThresholdSeconds", settings->abandoned_threshold_s);
    json_close(&out);
    json_bool(&out, "editableMemberStatus", settings->lets_members_choose);
    json_int(&out, "alertTimer", settings->alert_s);
    json_close(&out);
}

static void read_queue(struct call *call)
{
    const struct user *queue = queue_of(call);
    if (queue)
        answer_queue(call, queue);
}

/* A whole number of the body between two bounds; absent leaves it. */
static bool read_number(struct call *call, const struct node *parent, const char *name,
                        int64_t least, int64_t most, int64_t *field)
{
    const char *dot = strrchr(name, '.');
    const struct node *node = node_get(parent, dot ? dot + 1 : name);
    int64_t value;
    if (!node)
        return true;
    if (node->kind == NODE_NUMBER && node_int(node, &value) && value >= least && value <= most) {
        *field = value;
        return true;
    }
    refuse(call, CMN_101, name);
    return false;
}

static bool read_settings(struct call *call, struct queue_settings *settings)
{
    const struct node *level = node_get(call->body, "serviceLevelSettings");
    if (!read_number(call, level, "serviceLevelSettings.slaGoal", 0, 100, &settings->sla_goal) ||
        !read_number(call, level, "serviceLevelSettings.slaThresholdSeconds", 1, 3600,
                     &settings->sla_threshold_s) ||
        !read_number(call, level, "serviceLevelSettings.abandonedThresholdSeconds", 0, 3600,
                     &settings->abandoned_threshold_s) ||
        !read_number(call, call->body, "alertTimer", 5, 600, &settings->alert_s))
        return false;
    settings->counts_abandoned =
        node_bool(node_get(level, "includeAbandonedCalls"), settings->counts_abandoned);
    settings->lets_members_choose =
        node_bool(node_get(call->body, "editableMemberStatus"), settings->lets_members_choose);
    return true;
}

static void update_queue(struct call *call)
{
    struct user *queue = queue_of(call);
    if (!queue || !ask_body(call))
        return;
    struct queue_settings settings = queue->queue;
    enum user_status status = queue->status;
    const char *name = node_text(node_get(call->body, "name"), NULL);
    const char *number = node_text(node_get(call->body, "extensionNumber"), NULL);
    const char *state = node_text(node_get(call->body, "status"), NULL);
    if (name && (!*name || strlen(name) > NAME_MOST)) {
        refuse_value(call, CMN_101, "name", name);
        return;
    }
    if (state && (!user_status_named(state, &status) || status == USER_FROZEN)) {
        refuse_value(call, CMN_101, "status", state);
        return;
    }
    if (!read_settings(call, &settings) ||
        (number && !extension_may_have_number(call, queue, number)))
        return;
    queue->queue = settings;
    if (name) {
        xset(&queue->name, name);
        xset(&queue->first_name, name);
    }
    if (number)
        user_set_extension(call->world, queue, number);
    extension_set_status(call, queue, status);
    answer_queue(call, queue);
}

static void write_member(struct json_out *out, const struct call *call, const void *element)
{
    const struct user *member = element;
    json_open(out, NULL);
    uri_user(out, "uri", call->world, member, "");
    json_int(out, "id", member->id);
    json_str(out, "extensionNumber", member->extension_number);
    if (call_arg(call, "departmentId")) /* the older path tells the name too */
        json_str(out, "name", member->name);
    json_close(out);
}

static void list_members(struct call *call)
{
    struct page page;
    const struct user *queue = queue_of(call);
    if (!queue || !page_read(call, &page))
        return;
    const void **found = arena_alloc(call->arena, queue->member_count * sizeof *found);
    size_t count = 0;
    for (size_t i = 0; i < queue->member_count; i++) {
        const struct user *member = user_by_id(call->world, queue->members[i]);
        if (member && !member->is_deleted)
            found[count++] = member;
    }
    page_answer(call, &page, found, count, write_member);
}

/* Are all the ids of a list people of the account? Nothing is changed before all are known. */
static bool check_people(struct call *call, const char *name)
{
    const struct node *list = node_get(call->body, name);
    if (list && (list->kind != NODE_LIST || list->count > ASSIGN_MOST)) {
        refuse(call, list->kind == NODE_LIST ? CMN_106 : CMN_101, name);
        return false;
    }
    for (const struct node *item = node_first(list); item; item = item->next)
        if (!queue_person(call, name, node_text(item, "")))
            return false;
    return true;
}

static void assign(struct call *call)
{
    struct user *queue = queue_of(call);
    if (!queue || !ask_body(call) || !check_people(call, "addedExtensionIds") ||
        !check_people(call, "removedExtensionIds"))
        return;
    const struct node *added = node_get(call->body, "addedExtensionIds");
    if (queue->member_count + (added ? added->count : 0) > MEMBERS_MOST) {
        refuse(call, CMN_106, NULL);
        return;
    }
    int64_t id;
    for (const struct node *item = node_first(added); item; item = item->next)
        if (node_int(item, &id))
            user_add_member(queue, id);
    const struct node *removed = node_get(call->body, "removedExtensionIds");
    for (const struct node *item = node_first(removed); item; item = item->next)
        if (node_int(item, &id))
            user_remove_member(queue, id);
    reply_empty(call, 204);
}

/* PUT extension/{id}/call-queues: exactly these are the person's queues from now on. */
static void set_queues(struct call *call)
{
    struct user *person = call->target;
    if (!ask_body(call))
        return;
    const struct node *list = node_get(call->body, "records");
    if (!list || list->kind != NODE_LIST || list->count > ASSIGN_MOST) {
        refuse(call, list ? CMN_101 : CMN_100, "records");
        return;
    }
    struct user **wanted = arena_alloc(call->arena, list->count * sizeof *wanted);
    size_t count = 0;
    for (const struct node *item = list->first; item; item = item->next)
        if (!(wanted[count++] =
                  queue_named(call, "records.id", node_text(node_get(item, "id"), ""))))
            return;
    for (size_t i = 0; i < call->world->user_count; i++)
        if (call->world->users[i]->type == USER_DEPARTMENT)
            user_remove_member(call->world->users[i], person->id);
    struct json_out out = reply_json(call, 200);
    json_open(&out, NULL);
    json_list(&out, "records");
    for (size_t i = 0; i < count; i++) {
        user_add_member(wanted[i], person->id);
        json_open(&out, NULL);
        uri_id(&out, "id", wanted[i]->id);
        json_str(&out, "name", wanted[i]->name);
        json_close(&out);
    }
    json_list_end(&out);
    json_close(&out);
}

#define A "/restapi/v1.0/account/{accountId}"
#define ROW(method_, path_, op_, scope_, permission_, rate_, target_, run_)                        \
    {                                                                                              \
        .method = method_, .path = A path_, .op = op_, .layer = LAYER_REST, .auth = AUTH_BEARER,   \
        .scope = scope_, .permission = permission_, .rate = rate_, .target = target_, .run = run_  \
    }
#define READ(path_, op_, rate_, run_)                                                              \
    ROW("GET", path_, op_, SCOPE_READ_ACCOUNTS, PERMISSION_READ_EXTENSIONS, rate_, TARGET_NONE,    \
        run_)

static const struct route routes[] = {
    READ("/call-queues", "listCallQueues", RATE_MEDIUM, list_queues),
    READ("/call-queues/{groupId}", "readCallQueueInfo", RATE_LIGHT, read_queue),
    READ("/call-queues/{groupId}/members", "listCallQueueMembers", RATE_LIGHT, list_members),
    READ("/department/{departmentId}/members", "listDepartmentMembers", RATE_LIGHT, list_members),
    ROW("PUT", "/call-queues/{groupId}", "updateCallQueueInfo", SCOPE_EDIT_EXTENSIONS,
        PERMISSION_EDIT_USER_INFO, RATE_LIGHT, TARGET_ACCOUNT, update_queue),
    ROW("POST", "/call-queues/{groupId}/bulk-assign", "assignMultipleCallQueueMembers",
        SCOPE_EDIT_EXTENSIONS, PERMISSION_GROUPS, RATE_HEAVY, TARGET_ACCOUNT, assign),
    ROW("PUT", "/extension/{extensionId}/call-queues", "updateUserCallQueues", SCOPE_EDIT_ACCOUNTS,
        PERMISSION_EDIT_CALL_QUEUE_PRESENCE, RATE_MEDIUM, TARGET_EXTENSION, set_queues),
};

struct route_family queue_routes(void)
{
    return (struct route_family){routes, sizeof routes / sizeof *routes};
}
