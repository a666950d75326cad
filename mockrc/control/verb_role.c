/*
 * set-role: a user gets another role; tokens stay valid, permissions are asked per call
 * (failures.md F034).
 *
 *   set-role: { user: superadmin, role: standard }
 *
 * Says: user, role, was.
 */
#include "control/verbs.h"

static int run(struct verb_call *call)
{
    struct user *user = verb_user(call, "user");
    if (!user)
        return ERR_USAGE;
    enum role was = user->role;
    role_named(verb_text(call, "role", ""), &user->role);
    user->role_cause = journal_next(call->journal);
    notice_put(call->world, &(struct notice){.kind = NOTICE_EXTENSION_CHANGED,
                                             .user = user,
                                             .hints = HINT_PERMISSIONS,
                                             .cause = user->role_cause});
    json_str(call->out, "user", user->email);
    json_str(call->out, "role", role_name(user->role));
    json_str(call->out, "was", role_name(was));
    return ERR_OK;
}

const struct verb verb_set_role = {
    .name = "set-role",
    .help = "give a user another role",
    .args = {{"user", "user", "whose", true},
             {"role", "role", "super-admin, manager, standard ...", true}},
    .run = run,
};
