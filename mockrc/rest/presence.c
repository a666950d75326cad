/* Presence of one and of all. Source: rest.md 5.9. */
#include "rest/families.h"

#include "api/refuse.h"
#include "base/mem.h"
#include "base/text.h"
#include "rest/ask.h"
#include "rest/page.h"
#include "rest/presence_json.h"

/* Both of the query's switches; sipData shows nothing without the calls it belongs to. */
static bool ask_detail(struct call *call, enum presence_detail *ret)
{
    bool with_calls, with_sip_data;
    if (!ask_bool(call, "detailedTelephonyState", false, &with_calls) ||
        !ask_bool(call, "sipData", false, &with_sip_data))
        return false;
    *ret = !with_calls ? PRESENCE_PLAIN : with_sip_data ? PRESENCE_WITH_SIP : PRESENCE_WITH_CALLS;
    return true;
}

/* Colleagues may look at one another; who does not want that is seen by administrators only
 * (chosen). */
static bool may_see(struct call *call, const struct user *user)
{
    return user == call->user || !user->presence.is_hidden ||
           user_reach(call->user, PERMISSION_READ_PRESENCE_STATUS) == REACH_ACCOUNT;
}

static void read_one(struct call *call)
{
    enum presence_detail detail;
    if (!ask_detail(call, &detail))
        return;
    if (!may_see(call, call->target)) {
        refuse_because(call, CMN_404, NULL, call->target->presence.cause);
        return;
    }
    struct json_out out = reply_json(call, 200);
    presence_write(&out, call, call->target, detail);
}

static void write_plain(struct json_out *out, const struct call *call, const void *user)
{
    presence_write(out, call, user, PRESENCE_PLAIN);
}

static void write_calls(struct json_out *out, const struct call *call, const void *user)
{
    presence_write(out, call, user, PRESENCE_WITH_CALLS);
}

static void write_sip(struct json_out *out, const struct call *call, const void *user)
{
    presence_write(out, call, user, PRESENCE_WITH_SIP);
}

static void read_all(struct call *call)
{
    static record_fn *const writes[] = {[PRESENCE_PLAIN] = write_plain,
                                        [PRESENCE_WITH_CALLS] = write_calls,
                                        [PRESENCE_WITH_SIP] = write_sip};
    struct page page;
    enum presence_detail detail;
    if (!page_read(call, &page) || !ask_detail(call, &detail))
        return;
    const struct world *world = call->world;
    const void **found = arena_alloc(call->arena, world->user_count * sizeof *found);
    size_t count = 0;
    for (size_t i = 0; i < world->user_count; i++) {
        const struct user *user = world->users[i];
        if (user->account_id == call->account->id && !user->is_deleted && may_see(call, user))
            found[count++] = user;
    }
    page_answer(call, &page, found, count, writes[detail]);
}

static bool read_flag(struct call *call, const char *name, bool *flag)
{
    const struct node *node = node_get(call->body, name);
    if (node && node->kind != NODE_BOOL) {
        refuse(call, CMN_101, name);
        return false;
    }
    *flag = node_bool(node, *flag);
    return true;
}

/* A word of the body; false and refused when it is there and not one of them. */
static bool read_word(struct call *call, const char *name, const char *value, bool is_one)
{
    if (!value || is_one)
        return true;
    refuse_value(call, CMN_101, name, value);
    return false;
}

static void update(struct call *call)
{
    struct user *user = call->target;
    struct presence_state next = user->presence;
    if (!ask_body(call))
        return;
    if (user->type != USER_USER) {
        refuse(call, CMN_403, NULL);
        return;
    }
    const struct node *body = call->body;
    const char *said = node_text(node_get(body, "userStatus"), NULL);
    const char *dnd = node_text(node_get(body, "dndStatus"), NULL);
    const char *personal = node_text(node_get(body, "dndStatusPersonal"), NULL);
    const char *message = node_text(node_get(body, "message"), NULL);
    static const char *const personals[] = {"DoNotAcceptAnyCalls", "TakeAllCalls"};
    bool is_visible = !next.is_hidden, takes_queue_calls = presence_takes_queue_calls(user);
    if (!read_word(call, "userStatus", said, said && presence_named(said, &next.said)) ||
        !read_word(call, "dndStatus", dnd, dnd && dnd_named(dnd, &next.dnd)) ||
        !read_word(call, "dndStatusPersonal", personal,
                   personal && words_bit(WORDS(personals), personal)) ||
        !read_flag(call, "allowSeeMyPresence", &is_visible) ||
        !read_flag(call, "ringOnMonitoredCall", &next.rings_on_monitored) ||
        !read_flag(call, "pickUpCallsOnHold", &next.picks_up_on_hold) ||
        !read_flag(call, "acceptCallQueueCalls", &takes_queue_calls))
        return;
    if (message && text_utf16_len(message) > PRESENCE_MESSAGE_MAX) {
        refuse(call, CMN_101, "message");
        return;
    }
    next.is_hidden = !is_visible;
    user->presence = next;
    if (message)
        xset(&user->presence.message, message);
    if (node_get(body, "acceptCallQueueCalls"))
        presence_set_takes(user, takes_queue_calls, presence_takes_own_calls(user));
    if (personal)
        presence_set_takes(user, presence_takes_queue_calls(user),
                           text_eq(personal, "TakeAllCalls"));
    presence_changed(call->world, user, call_seq(call));
    struct json_out out = reply_json(call, 200);
    presence_write(&out, call, user, PRESENCE_PLAIN);
}

static void read_unified(struct call *call)
{
    if (!may_see(call, call->target)) {
        refuse_because(call, CMN_404, NULL, call->target->presence.cause);
        return;
    }
    struct json_out out = reply_json(call, 200);
    unified_write(&out, call, call->target);
}

static void update_unified(struct call *call)
{
    static const char *const sights[] = {"Visible", "Invisible"};
    static const char *const moods[] = {"Available", "DND"};
    static const char *const calls[] = {"TakeAllCalls", "DoNotAcceptAnyCalls",
                                        "DoNotAcceptQueueCalls"};
    if (!ask_body(call))
        return;
    const struct node *glip = node_get(call->body, "glip");
    const char *sight = node_text(node_get(glip, "visibility"), NULL);
    const char *mood = node_text(node_get(glip, "availability"), NULL);
    const char *takes =
        node_text(node_get(node_get(call->body, "telephony"), "availability"), NULL);
    if (!read_word(call, "glip.visibility", sight, sight && words_bit(WORDS(sights), sight)) ||
        !read_word(call, "glip.availability", mood, mood && words_bit(WORDS(moods), mood)) ||
        !read_word(call, "telephony.availability", takes, takes && words_bit(WORDS(calls), takes)))
        return;
    struct user *user = call->target;
    if (sight)
        user->presence.said = text_eq(sight, "Visible") ? PRESENCE_AVAILABLE : PRESENCE_OFFLINE;
    if (mood)
        user->presence.dnd = text_eq(mood, "DND") ? DND_NO_CALLS : DND_ALL_CALLS;
    if (takes)
        presence_set_takes(user, text_eq(takes, "TakeAllCalls"),
                           !text_eq(takes, "DoNotAcceptAnyCalls"));
    presence_changed(call->world, user, call_seq(call));
    read_unified(call);
}

#define A "/restapi/v1.0/account/{accountId}"
#define E "/restapi/v1.0/account/{accountId}/extension/{extensionId}"
#define READ(path_, op_, rate_, run_, ...)                                                         \
    {                                                                                              \
        .method = "GET", .path = path_, .op = op_, .layer = LAYER_REST, .auth = AUTH_BEARER,       \
        .scope = SCOPE_READ_PRESENCE, .permission = PERMISSION_READ_PRESENCE_STATUS,               \
        .rate = rate_, .run = run_, __VA_ARGS__                                                    \
    }
/* The specification names no user permission for PUT; it is the one of the newer PATCH (chosen). */
#define WRITE(method_, path_, op_, run_)                                                           \
    {                                                                                              \
        .method = method_, .path = path_, .op = op_, .layer = LAYER_REST, .auth = AUTH_BEARER,     \
        .scope = SCOPE_EDIT_PRESENCE, .permission = PERMISSION_EDIT_PRESENCE_STATUS,               \
        .rate = RATE_MEDIUM, .target = TARGET_EXTENSION, .run = run_                               \
    }
#define BULK .bulk = "extensionId", .bulk_max = 30

static const struct route routes[] = {
    READ(A "/presence", "readAccountPresence", RATE_HEAVY, read_all),
    READ(E "/presence", "readUserPresenceStatus", RATE_LIGHT, read_one, BULK),
    READ(E "/unified-presence", "readUnifiedPresence", RATE_MEDIUM, read_unified, BULK),
    WRITE("PUT", E "/presence", "updateUserPresenceStatus", update),
    WRITE("PATCH", E "/unified-presence", "updateUnifiedPresence", update_unified),
};

struct route_family presence_routes(void)
{
    return (struct route_family){routes, sizeof routes / sizeof *routes};
}
