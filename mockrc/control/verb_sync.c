/*
 * reset-sync: the provider throws away what it knew of call log synchronizations: each sync token is
 * refused with CLG-104 until a full one (failures.md F049).
 *
 *   reset-sync:
 *
 * Says: resets.
 */
#include "control/verbs.h"

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
