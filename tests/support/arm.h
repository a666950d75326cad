/* A verb done to a simulator in the same process. */
#ifndef MOCKRC_TESTS_ARM_H
#define MOCKRC_TESTS_ARM_H

#include "support/cmocka_all.h"

#include "base/json.h"
#include "sim/sim.h"

#include <string.h>

/* The verb with its arguments as JSON; fails the test when it is refused. */
static inline void arm(struct sim *sim, const char *verb, const char *json)
{
    struct arena arena;
    struct diag diag;
    const char *why;
    arena_init(&arena);
    const struct node *args = json_parse(&arena, json, strlen(json), &why);
    assert_non_null(args);
    if (sim_verb(sim, verb, args, "args", NULL, &diag))
        fail_msg("%s", diag.text);
    arena_done(&arena);
}

#endif
