#include "support/acme.h"

#include "support/cmocka_all.h"

#include "base/text.h"

struct world *acme_world(const char *name, uint64_t seed, size_t call_log_records)
{
    const struct fixture_options options = {.call_log_records = call_log_records};
    struct diag diag;
    char path[512], text[1024];
    int64_t start_ms = 0;
    text_time_ms("2026-01-06T17:00:00Z", &start_ms);
    struct world *world = world_new(seed, CLOCK_FROZEN, start_ms);
    if (fixture_find(name, path, sizeof path, &diag) || fixture_load(world, path, &options, &diag))
        fail_msg("%s", diag_text(&diag, text, sizeof text));
    return world;
}
