/* Who takes the calls of which queue, seen from the queue and from the member. Source: rest.md
 * 5.13. */
#include "rest/families.h"

#include "api/gate.h"
#include "api/refuse.h"
#include "base/text.h"
#include "rest/ask.h"
#include "rest/queue_json.h"

enum { RECORDS_MOST = 1000 };

/* Reads "records" of a body: each names somebody below `who` and says a boolean. */
static bool read_records(struct call *call, const struct node **ret)
{
    if (!ask_body(call))
        return false;
    *ret = node_get(call->body, "records");
    if (*ret && (*ret)->kind == NODE_LIST && (*ret)->count <= RECORDS_MOST)
        return true;
    refuse(call, *ret ? CMN_101 : CMN_100, "records");
    return false;
}

static struct user *queue_of(struct call *call)
{
    return queue_named(call, "groupId", call_arg(call, "groupId"));
}

static void answer_of_queue(struct call *call, const struct user *queue)
{
    struct json_out out = reply_json(call, 200);
    json_open(&out, NULL);
    json_list(&out, "records");
    for (size_t i = 0; i < queue->member_count; i++) {
        const struct user *member = user_by_id(call->world, queue->members[i]);
        if (!member || member->is_deleted)
            continue;
        json_open(&out, NULL);
        queue_reference(&out, "member", member);
        json_bool(&out, "acceptQueueCalls", presence_takes_queue_calls(member));
        json_bool(&out, "acceptCurrentQueueCalls", presence_takes_calls_of(member, queue));
        json_close(&out);
    }
    json_list_end(&out);
    json_close(&out);
}

static void read_of_queue(struct call *call)
{
    const struct user *queue = queue_of(call);
    if (queue)
        answer_of_queue(call, queue);
}

/* The one a record is about and what it says; NULL and refused when it cannot be read. */
static struct user *read_record(struct call *call, const struct node *record, const char *who,
                                const char *flag,
                                struct user *(*named)(struct call *, const char *, const char *),
                                bool *ret)
{
    const struct node *says = node_get(record, flag);
    if (!says || says->kind != NODE_BOOL) {
        refuse(call, says ? CMN_101 : CMN_100, flag);
        return NULL;
    }
    *ret = says->boolean;
    return named(call, who, node_text(node_get(node_get(record, who), "id"), ""));
}

static void update_of_queue(struct call *call)
{
    const struct node *records;
    struct user *queue = queue_of(call);
    bool takes;
    if (!queue || !read_records(call, &records))
        return;
    for (const struct node *record = records->first; record; record = record->next) {
        struct user *member =
            read_record(call, record, "member", "acceptCurrentQueueCalls", queue_person, &takes);
        if (!member)
            return;
        if (!user_has_member(queue, member->id)) {
            refuse(call, CMN_102, "member");
            return;
        }
    }
    for (const struct node *record = records->first; record; record = record->next) {
        struct user *member =
            read_record(call, record, "member", "acceptCurrentQueueCalls", queue_person, &takes);
        presence_set_takes_calls_of(member, queue, takes);
        presence_changed(call->world, member, call_seq(call));
    }
    answer_of_queue(call, queue);
}

static void read_of_extension(struct call *call)
{
    const struct world *world = call->world;
    int editable; /* -1: not asked */
    static const char *const words[] = {"false", "true"};
    if (!ask_word(call, "editableMemberStatus", WORDS(words), &editable))
        return;
    struct json_out out = reply_json(call, 200);
    json_open(&out, NULL);
    json_list(&out, "records");
    for (size_t i = 0; i < world->user_count; i++) {
        const struct user *queue = world->users[i];
        if (queue->is_deleted || !user_has_member(queue, call->target->id) ||
            (editable >= 0 && editable != queue->queue.lets_members_choose))
            continue;
        json_open(&out, NULL);
        queue_reference(&out, "callQueue", queue);
        json_bool(&out, "acceptCalls", presence_takes_calls_of(call->target, queue));
        json_close(&out);
    }
    json_list_end(&out);
    json_close(&out);
}

/* A member may choose only where the queue lets members choose. */
static void update_of_extension(struct call *call)
{
    const struct node *records;
    bool takes;
    if (!read_records(call, &records))
        return;
    for (const struct node *record = records->first; record; record = record->next) {
        const struct user *queue =
            read_record(call, record, "callQueue", "acceptCalls", queue_named, &takes);
        if (!queue)
            return;
        if (!user_has_member(queue, call->target->id)) {
            refuse(call, CMN_102, "callQueue");
            return;
        }
        if (!queue->queue.lets_members_choose && call->target == call->user) {
            refuse(call, CMN_109, NULL);
            return;
        }
    }
    for (const struct node *record = records->first; record; record = record->next) {
        const struct user *queue =
            read_record(call, record, "callQueue", "acceptCalls", queue_named, &takes);
        presence_set_takes_calls_of(call->target, queue, takes);
    }
    presence_changed(call->world, call->target, call_seq(call));
    read_of_extension(call);
}

/* The specification names no user permissions here: reading is for those who see presence, changing
 * a queue's members for its administrators, one's own for oneself (chosen). */
#define A "/restapi/v1.0/account/{accountId}"
#define ROW(method_, path_, op_, scope_, permission_, rate_, target_, run_)                        \
    {                                                                                              \
        .method = method_, .path = A path_, .op = op_, .layer = LAYER_REST, .auth = AUTH_BEARER,   \
        .scope = scope_, .permission = permission_, .rate = rate_, .target = target_, .run = run_  \
    }

static const struct route routes[] = {
    ROW("GET", "/call-queues/{groupId}/presence", "readCallQueuePresence", SCOPE_READ_PRESENCE,
        PERMISSION_READ_PRESENCE_STATUS, RATE_LIGHT, TARGET_NONE, read_of_queue),
    ROW("PUT", "/call-queues/{groupId}/presence", "updateCallQueuePresence", SCOPE_EDIT_PRESENCE,
        PERMISSION_EDIT_CALL_QUEUE_PRESENCE, RATE_MEDIUM, TARGET_ACCOUNT, update_of_queue),
    ROW("GET", "/extension/{extensionId}/call-queue-presence", "readExtensionCallQueuePresence",
        SCOPE_READ_PRESENCE, PERMISSION_READ_PRESENCE_STATUS, RATE_LIGHT, TARGET_EXTENSION,
        read_of_extension),
    ROW("PUT", "/extension/{extensionId}/call-queue-presence", "updateExtensionCallQueuePresence",
        SCOPE_EDIT_PRESENCE, PERMISSION_JOIN_LEAVE_CALL_QUEUE, RATE_MEDIUM, TARGET_EXTENSION,
        update_of_extension),
};

struct route_family queue_presence_routes(void)
{
    return (struct route_family){routes, sizeof routes / sizeof *routes};
}
