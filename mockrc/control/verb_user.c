/*
 * set-user: what support or an admin does to a user. unlock: lifts a lock-out before its time.
 *
 *   set-user: { user: "102", status: Disabled }
 *   set-user: { user: superadmin, mfa: true }
 *   unlock: superadmin
 *
 * Sessions of a user who is not Enabled stay but are of no use: every call is told the state it
 * finds (OAU-236, OAU-141; oauth.md 11). Say: user, status; unlock: user, was_locked.
 */
#include "control/verbs.h"

#include "base/text.h"

static void take_switch(const struct verb_call *call, const char *name, bool *field)
{
    *field = node_bool(verb_arg(call, name), *field);
}

static int run(struct verb_call *call)
{
    struct user *user = verb_user(call, "user");
    if (!user)
        return ERR_USAGE;
    if (verb_arg(call, "status") || verb_arg(call, "deleted"))
        user->status_cause = journal_next(call->journal);
    if (verb_arg(call, "status"))
        user_status_named(verb_text(call, "status", ""), &user->status);
    take_switch(call, "mfa", &user->has_mfa);
    take_switch(call, "sso", &user->has_sso);
    take_switch(call, "must-change-password", &user->must_change_password);
    take_switch(call, "deleted", &user->is_deleted);
    json_str(call->out, "user", user->email);
    json_str(call->out, "status", user_status_name(user->status));
    if (verb_arg(call, "status") || verb_arg(call, "deleted"))
        notice_put(call->world,
                   &(struct notice){.kind = user->is_deleted ? NOTICE_EXTENSION_DELETED
                                                             : NOTICE_EXTENSION_CHANGED,
                                    .user = user,
                                    .hints = HINT_STATUS,
                                    .cause = user->status_cause});
    return ERR_OK;
}

const struct verb verb_set_user = {
    .name = "set-user",
    .help = "disable, enable or delete a user, or change how they log in",
    .args = {{"user", "user", "whom", true},
             {"status", "user status", "Enabled, Disabled, Frozen ...", false},
             {"mfa", "switch", "a code is asked for at login", false},
             {"sso", "switch", "login is through single sign-on only", false},
             {"must-change-password", "switch", "the password has expired", false},
             {"deleted", "switch", "the extension is gone", false}},
    .run = run,
};

static int unlock(struct verb_call *call)
{
    struct user *user = verb_user(call, "user");
    if (!user)
        return ERR_USAGE;
    bool was_locked = user->locked_until_ms > clock_now(call->world);
    user->locked_until_ms = 0;
    user->failed_logins = 0;
    user->lock_cause = journal_next(call->journal);
    json_str(call->out, "user", user->email);
    json_bool(call->out, "was_locked", was_locked);
    return ERR_OK;
}

const struct verb verb_unlock = {
    .name = "unlock",
    .help = "lift a user's lock-out",
    .main_arg = "user",
    .args = {{"user", "user", "whose", true}},
    .run = unlock,
};
