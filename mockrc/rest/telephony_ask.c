#include "rest/telephony_ask.h"

#include "api/refuse.h"
#include "base/text.h"

/* Which permission reaches others' calls is not documented: the one of the company's call log is
 * chosen, as for the account's events (world/filter.c). */
static bool reaches_all(const struct call *call)
{
    return user_reach(call->user, PERMISSION_FULL_COMPANY_CALL_LOG) == REACH_ACCOUNT;
}

static bool is_in(const struct phone_call *phone_call, const struct user *user)
{
    bool is_party = phone_call->host_id == user->id;
    for (const struct phone_party *party = phone_call->parties; party; party = party->next)
        is_party = is_party || party->user_id == user->id;
    return is_party;
}

static bool is_of_account(const struct call *call, const struct phone_call *phone_call)
{
    int64_t id = phone_call->host_id;
    for (const struct phone_party *party = phone_call->parties; party && !id; party = party->next)
        id = party->user_id;
    const struct user *user = id ? user_by_id(call->world, id) : NULL;
    return user && user->account_id == call->account->id;
}

struct phone_call *ask_session_named(struct call *call, const char *name, const char *id)
{
    struct phone_call *found = phone_call_by_session(call->world, id);
    if (!found || !is_of_account(call, found)) {
        refuse_value(call, CMN_102, name, id);
        return NULL;
    }
    if (!is_in(found, call->user) && !reaches_all(call)) {
        refuse(call, CMN_404, NULL);
        return NULL;
    }
    return found;
}

struct phone_call *ask_session(struct call *call)
{
    struct phone_call *found =
        ask_session_named(call, "telephonySessionId", call_arg(call, "telephonySessionId"));
    if (found)
        event_set_int(call->event, EVENT_CALL, (int64_t)found->id);
    return found;
}

struct phone_party *ask_party(struct call *call)
{
    const struct phone_call *session = ask_session(call);
    if (!session)
        return NULL;
    const char *id = call_arg(call, "partyId");
    struct phone_party *party = phone_party_by_id(session, id);
    if (!party) {
        refuse_value(call, CMN_102, "partyId", id);
        return NULL;
    }
    bool is_others = party->user_id && party->user_id != call->user->id;
    if (is_others && !reaches_all(call)) {
        refuse(call, CMN_404, NULL);
        return NULL;
    }
    return party;
}

bool ask_device(struct call *call, const char *name, const struct user *user, const char **ret_id)
{
    const char *id = node_text(node_get(call->body, name), NULL);
    if (!id) {
        refuse(call, CMN_100, name);
        return false;
    }
    const struct device *device = device_by_id(call->world, id);
    if (!device || !user || device->user_id != user->id) {
        refuse_value(call, CMN_102, name, id);
        return false;
    }
    *ret_id = device->id;
    return true;
}

const struct user *ask_somebody(struct call *call, const char *name, const char *text,
                                bool is_number)
{
    int64_t id;
    const struct user *user = is_number ? user_by_extension(call->world, call->account->id, text)
                              : text_int64(text, &id) ? user_by_id(call->world, id)
                                                      : NULL;
    if (user && !user->is_deleted && user->account_id == call->account->id)
        return user;
    refuse_value(call, CMN_102, name, text);
    return NULL;
}

static bool read_number(struct call *call, const char *name, const char *text,
                        struct switch_target *ret)
{
    if (switch_find(call->world, call->account->id, text, ret))
        return true;
    refuse_value(call, CMN_101, name, text);
    return false;
}

static bool read_extension(struct call *call, const char *name, const char *text,
                           struct switch_target *ret)
{
    ret->user = ask_somebody(call, name, text, true);
    return ret->user != NULL;
}

static bool read_id(struct call *call, const char *name, const char *text,
                    struct switch_target *ret)
{
    ret->user = ask_somebody(call, name, text, false);
    return ret->user != NULL;
}

/* Announcements, menus, park locations and sites only talk. */
static bool has_mailbox(const struct call *call, const struct user *user)
{
    bool is_of_type = user->type == USER_USER || user->type == USER_DEPARTMENT ||
                      user->type == USER_VOICEMAIL || user->type == USER_LIMITED;
    return is_of_type && !account_lacks(call->account, "Voicemail");
}

static bool read_mailbox(struct call *call, const char *name, const char *text,
                         struct switch_target *ret)
{
    const struct user *user = ask_somebody(call, name, text, false);
    if (user && !has_mailbox(call, user)) {
        refuse(call, CMN_427, NULL);
        return false;
    }
    ret->voicemail = user;
    return user != NULL;
}

bool ask_target(struct call *call, struct switch_target *ret, const char **ret_park)
{
    static const struct {
        const char *name;
        bool (*read)(struct call *call, const char *name, const char *text,
                     struct switch_target *ret);
    } rows[] = {{"phoneNumber", read_number},
                {"extensionNumber", read_extension},
                {"extensionId", read_id},
                {"voicemail", read_mailbox},
                {"parkOrbit", NULL}};
    enum { ROWS = sizeof rows / sizeof *rows };
    int chosen = -1;
    *ret = (struct switch_target){0};
    if (!ask_body(call))
        return false;
    for (int i = 0; i < ROWS - (ret_park ? 0 : 1); i++) {
        if (!node_get(call->body, rows[i].name))
            continue;
        if (chosen >= 0) {
            refuse(call, CMN_101, rows[i].name);
            return false;
        }
        chosen = i;
    }
    if (chosen < 0) {
        refuse(call, CMN_100, "phoneNumber");
        return false;
    }
    const char *text = node_text(node_get(call->body, rows[chosen].name), "");
    if (!rows[chosen].read)
        *ret_park = text;
    return !rows[chosen].read || rows[chosen].read(call, rows[chosen].name, text, ret);
}
