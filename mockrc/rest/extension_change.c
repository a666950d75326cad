/* Update, create and delete an extension. Source: rest.md 5.2, 5.3. */
#include "rest/extension_edit.h"

#include "api/gate.h"
#include "api/refuse.h"
#include "base/mem.h"
#include "base/text.h"
#include "rest/user_json.h"

#include <stdio.h>

enum { EXTENSIONS_MAX = 20000 /* of the world */, FIRST_EXTENSION = 101 };

bool extension_is_above(const struct call *call, const struct user *user)
{
    return user->role == ROLE_SUPER_ADMIN && call->user->role != ROLE_SUPER_ADMIN;
}

/* Numbers and states are the administrators'; one's own contact and password are one's own. */
static bool may_change(struct call *call, const struct extension_draft *draft)
{
    bool is_admins = draft->extension_number || draft->status >= 0;
    bool is_vital = draft->status >= 0 || draft->password;
    if (is_vital && extension_is_above(call, call->target)) {
        refuse_because(call, CMN_402, NULL, call->user->role_cause);
        return false;
    }
    if (!is_admins || user_reach(call->user, PERMISSION_USERS) == REACH_ACCOUNT)
        return true;
    refuse_because(call, CMN_408, permission_name(PERMISSION_USERS), call->user->role_cause);
    return false;
}

static bool has_contact(const struct extension_draft *draft)
{
    return draft->first_name || draft->last_name || draft->email || draft->job_title ||
           draft->department;
}

static bool has_profile(const struct extension_draft *draft)
{
    return has_contact(draft) || draft->extension_number;
}

static void note(struct call *call, const struct extension_draft *draft)
{
    char words[80];
    snprintf(words, sizeof words, "changed:%s%s%s%s", has_contact(draft) ? " contact" : "",
             draft->extension_number ? " extensionNumber" : "", draft->status >= 0 ? " status" : "",
             draft->password ? " password" : "");
    event_set(call->event, EVENT_REASON, words);
}

static void tell(struct call *call, enum notice_kind kind, const struct user *user,
                 const char *hints)
{
    struct notice notice = {.kind = kind, .user = user, .hints = hints, .cause = call_seq(call)};
    notice_put(call->world, &notice);
}

void extension_update(struct call *call)
{
    struct extension_draft draft;
    struct user *user = call->target;
    if (!extension_read_draft(call, user, &draft) || !may_change(call, &draft))
        return;
    note(call, &draft);
    extension_apply_draft(call, user, &draft);
    if (!draft.password || draft.status >= 0 || has_profile(&draft)) /* a password tells itself */
        tell(call, NOTICE_EXTENSION_CHANGED, user, draft.status >= 0 ? HINT_STATUS : HINT_INFO);
    struct json_out out = reply_json(call, 200);
    user_whole(&out, call, user);
}

/* The body's type; of the platform's words, those our world has. */
static bool read_type(struct call *call, enum user_type *ret)
{
    const char *name = node_text(node_get(call->body, "type"), "User");
    static const enum user_type may_create[] = {USER_USER,      USER_DEPARTMENT,
                                                USER_VOICEMAIL, USER_ANNOUNCEMENT,
                                                USER_LIMITED,   USER_PARK_LOCATION};
    for (size_t i = 0; i < sizeof may_create / sizeof *may_create; i++)
        if (text_eq(name, user_type_name(may_create[i]))) {
            *ret = may_create[i];
            return true;
        }
    refuse_value(call, CMN_101, "type", name);
    return false;
}

static void free_number(const struct call *call, char out[16])
{
    int number = FIRST_EXTENSION;
    do
        snprintf(out, 16, "%d", number++);
    while (user_by_extension(call->world, call->account->id, out));
}

/* A password nobody chose, when the body has none: good, and of the seed. */
static void make_password(struct call *call, struct user *user)
{
    char word[13], password[24];
    snprintf(password, sizeof password, "Aa1-%s", id_hex(&call->world->ids, word, 12));
    xset(&user->password, password);
}

static bool is_mandatory_there(struct call *call, const struct extension_draft *draft)
{
    if (!draft->first_name)
        refuse(call, CMN_100, "contact.firstName");
    else if (!draft->email)
        refuse(call, CMN_100, "contact.email");
    else
        return true;
    return false;
}

void extension_create(struct call *call)
{
    struct world *world = call->world;
    struct extension_draft draft;
    struct user shape = {.account_id = call->account->id};
    if (!extension_read_draft(call, &shape, &draft) || !read_type(call, &shape.type) ||
        !is_mandatory_there(call, &draft))
        return;
    if (world->user_count >= EXTENSIONS_MAX) {
        refuse(call, CMN_109, NULL);
        return;
    }
    char number[16];
    if (!draft.extension_number) {
        free_number(call, number);
        draft.extension_number = number;
    }
    if (draft.status < 0)
        draft.status = USER_NOT_ACTIVATED;
    /* Above all others: the call log holds places in the list of users. */
    struct user *user =
        user_add(world, world->users[world->user_count - 1]->id + 1, call->account->id);
    user->type = shape.type;
    user->role = ROLE_STANDARD_INTERNATIONAL; /* the default for new users (rest.md 4) */
    if (user->type == USER_USER && !draft.password)
        make_password(call, user);
    extension_apply_draft(call, user, &draft);
    event_set(call->event, EVENT_REASON, "created");
    tell(call, NOTICE_EXTENSION_CREATED, user, NULL);
    struct json_out out = reply_json(call, 200);
    user_whole(&out, call, user);
}

void extension_remove(struct call *call, struct user *user)
{
    struct world *world = call->world;
    for (size_t i = 0; i < world->number_count; i++)
        if (world->numbers[i]->user_id == user->id) {
            world->numbers[i]->user_id = 0;
            world->numbers[i]->usage = NUMBER_COMPANY;
        }
    for (size_t i = 0; i < world->device_count; i++)
        if (world->devices[i]->user_id == user->id) {
            world->devices[i]->has_line = false;
            world->devices[i]->cause = call_seq(call);
        }
    for (size_t i = 0; i < world->user_count; i++)
        user_remove_member(world->users[i], user->id);
    user->is_deleted = true;
    user->status_cause = call_seq(call);
    tell(call, NOTICE_EXTENSION_DELETED, user, NULL);
}

/* Nobody may delete oneself (chosen). */
void extension_delete(struct call *call)
{
    if (call->target == call->user) {
        refuse(call, CMN_101, "extensionId");
        return;
    }
    if (extension_is_above(call, call->target)) {
        refuse_because(call, CMN_402, NULL, call->user->role_cause);
        return;
    }
    extension_remove(call, call->target);
    reply_empty(call, 204);
}
