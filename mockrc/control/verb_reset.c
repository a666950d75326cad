/*
 * reset: everything back to the fixture: same seed, clock and knobs, empty journal; ports stay.
 * It happens once the door has closed behind this call, because the world itself is replaced.
 *
 *   reset:
 */
#include "control/verbs.h"

static int run(struct verb_call *call)
{
    outbox_put(call->world, OUTBOX_RESET, 0);
    json_bool(call->out, "reset", true);
    return ERR_OK;
}

const struct verb verb_reset = {
    .name = "reset",
    .help = "everything back to the fixture",
    .run = run,
};
