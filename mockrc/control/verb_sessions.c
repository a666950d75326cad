/*
 * revoke-sessions: the user (or an admin) takes grants back at the provider (failures.md F028).
 *
 *   revoke-sessions: superadmin
 *   revoke-sessions: { user: superadmin, app: "Acme CCaaS" }
 *
 * Says: user, sessions_ended.
 */
#include "control/verbs.h"

static int run(struct verb_call *call)
{
    struct user *user = verb_user(call, "user");
    if (!user)
        return ERR_USAGE;
    struct app *app = NULL;
    if (verb_arg(call, "app") && !(app = verb_app(call, "app")))
        return ERR_USAGE;
    uint64_t cause = journal_next(call->journal);
    size_t ended = app ? session_end_app(call->world, app, user->id, SESSION_REVOKED, cause)
                       : session_end_user(call->world, user->id, SESSION_REVOKED, false, cause);
    json_str(call->out, "user", user->email);
    json_int(call->out, "sessions_ended", (int64_t)ended);
    return ERR_OK;
}

const struct verb verb_revoke_sessions = {
    .name = "revoke-sessions",
    .help = "end a user's grants",
    .main_arg = "user",
    .args = {{"user", "user", "whose", true}, {"app", "app", "of this app only", false}},
    .run = run,
};
