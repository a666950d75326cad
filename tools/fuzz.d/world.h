/* A world of acme-rc per input, cheap: the fixture's tree is read once. */
#ifndef MOCKRC_FUZZ_WORLD_H
#define MOCKRC_FUZZ_WORLD_H

#include "base/mem.h"
#include "base/yaml.h"
#include "fixture/fixture.h"

#include <assert.h>

static inline const struct node *fuzz_fixture(void)
{
    static struct arena arena;
    static const struct node *root;
    struct diag diag;
    char path[512];
    if (!root) {
        arena_init(&arena);
        int err = fixture_find("acme-rc", path, sizeof path, &diag);
        assert(err == 0);
        err = yaml_load(&arena, path, &root, &diag);
        assert(err == 0);
    }
    return root;
}

static inline struct world *fuzz_world(void)
{
    struct fixture_options few = {.call_log_records = 20};
    struct diag diag;
    struct world *world = world_new(1, CLOCK_FROZEN, 1767603600000);
    xset(&world->base_url, "http://127.0.0.1:5880");
    xset(&world->media_url, "http://127.0.0.1:5880");
    xset(&world->bind, "127.0.0.1");
    int err = fixture_build(world, fuzz_fixture(), "acme-rc.yaml", &few, &diag);
    assert(err == 0);
    return world;
}

#endif
