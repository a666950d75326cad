/*
 * reset-sync: the provider throws away what it knew of call log synchronizations: each sync token is
 * refused with CLG-104 until a full one (failures.md F049).
 *
 *   reset-sync:
 *
 * Says: resets.
 *
 * delete-calls: a user empties their call log, or what began so lately, as DELETE call-log does.
 *
 *   delete-calls: "102"
 *   delete-calls: { user: "102", last: 10m }
 *
 * Says: user, deleted.
 */
#include "control/verbs.h"

#include "base/text.h"

static int run(struct verb_call *call)
{
    call->world->call_log_resets++;
    call->world->call_log_reset_cause = journal_next(call->journal);
    json_int(call->out, "resets", call->world->call_log_resets);
    return ERR_OK;
}

const struct verb verb_reset_sync = {
    .name = "reset-sync",
    .help = "throw away the call log's sync frames",
    .run = run,
};

static int delete_calls(struct verb_call *call)
{
    const struct user *user = verb_user(call, "user");
    if (!user)
        return ERR_USAGE;
    struct call_filter filter = {
        .user_id = user->id, .direction = -1, .kind = -1, .recording = -1, .transport = -1};
    int64_t last_ms;
    if (text_duration_ms(verb_text(call, "last", ""), &last_ms))
        filter.from_ms = clock_now(call->world) - last_ms;
    json_str(call->out, "user", user->email);
    json_int(call->out, "deleted", (int64_t)call_log_delete_all(call->world, &filter));
    return ERR_OK;
}

const struct verb verb_delete_calls = {
    .name = "delete-calls",
    .help = "a user empties their call log",
    .main_arg = "user",
    .args = {{"user", "user", "whose", true},
             {"last", "duration", "only what began so lately (all)", false}},
    .run = delete_calls,
};
