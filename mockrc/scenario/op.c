/* The names of everything that can happen in a scenario: the simulator's, and the client's commands. */
#include "control/ops.h"
#include "scenario/scenario.h"
#include "scenario/step.h"

int op_check(const struct node *op, const char *file, struct diag *diag)
{
    struct ops ops;
    struct arena arena;
    arena_init(&arena);
    ops_gather(NULL, &arena, &ops);
    for (size_t i = 0; i < step_kind_count(); i++)
        ops_add(&ops, step_kind_at(i)->op);
    int err = ops_check(&ops, op, file, diag);
    arena_done(&arena);
    return err;
}
