/*
 * fault: arms a standing rule; its words are fault/fault.h's. clear-fault: takes rules away.
 *
 *   fault: { match: {op: oauth.token}, kind: answer, status: 503, times: 2 }
 *   clear-fault: tokens-fail          by the name the rule was given
 *   clear-fault:                      all of them
 *
 * Say: fault (its name); cleared (how many).
 */
#include "control/match_names.h"
#include "control/ops.h"
#include "control/verbs.h"

static int check_fault(const struct node *args, const char *file, struct diag *diag)
{
    return fault_check(args, file, diag);
}

/* A name nothing has would never fire. */
static int check_op(const struct verb_call *call)
{
    struct ops ops;
    if (!call->router)
        return ERR_OK;
    ops_gather(call->router, call->arena, &ops);
    return ops_check(&ops, node_get(node_get(call->args, "match"), "op"), call->file, call->diag);
}

static int fault(struct verb_call *call)
{
    const char *name = NULL;
    int err = check_op(call);
    if (!err)
        err = match_names_check(node_get(call->args, "match"), call->world, call->file, call->diag);
    if (err)
        return err;
    err = fault_arm(call->faults, call->args, call->file, clock_now(call->world),
                    journal_next(call->journal), &name, call->diag);
    if (err)
        return err;
    event_set(call->event, EVENT_FAULT, name);
    json_str(call->out, "fault", name);
    return ERR_OK;
}

const struct verb verb_fault = {
    .name = "fault",
    .help = "arm a fault: from now on what matches is answered, delayed, dropped or closed",
    .args = {{"match", "map", "which exchanges: keys of the journal", false},
             {"kind", "text", "what happens to them (GET /__admin/faults lists the kinds)", false}},
    .takes_any = true,
    .check = check_fault,
    .run = fault,
};

static int clear_fault(struct verb_call *call)
{
    const char *name = verb_text(call, "name", "*");
    size_t cleared = fault_clear(call->faults, name);
    if (cleared == 0 && verb_arg(call, "name"))
        return verb_refuse(call, verb_arg(call, "name"), "no fault \"%s\" is armed", name);
    event_set(call->event, EVENT_FAULT, name);
    json_int(call->out, "cleared", (int64_t)cleared);
    return ERR_OK;
}

const struct verb verb_clear_fault = {
    .name = "clear-fault",
    .help = "take a fault away",
    .main_arg = "name",
    .args = {{"name", "text", "its name (default: all)", false}},
    .run = clear_fault,
};
