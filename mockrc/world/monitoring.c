#include "world/monitoring.h"

#include "base/mem.h"
#include "world/world.h"

#include <stdlib.h>

enum { FIRST_ID = 600001 };

struct monitoring_group *monitoring_add(struct world *world, int64_t account_id, const char *name)
{
    if (world->monitoring_count >= MONITORING_GROUPS_MAX)
        return NULL;
    struct monitoring_group *group = xcalloc(1, sizeof *group);
    group->id = FIRST_ID + (int64_t)world->monitoring_made++;
    group->account_id = account_id;
    xset(&group->name, name);
    xgrow(world->monitoring, world->monitoring_count, &world->monitoring_cap);
    return world->monitoring[world->monitoring_count++] = group;
}

struct monitoring_group *monitoring_by_id(const struct world *world, int64_t id)
{
    for (size_t i = 0; i < world->monitoring_count; i++)
        if (world->monitoring[i]->id == id)
            return world->monitoring[i];
    return NULL;
}

static void group_free(struct monitoring_group *group)
{
    free(group->name);
    free(group->members);
    free(group);
}

void monitoring_remove(struct world *world, struct monitoring_group *group)
{
    size_t kept = 0;
    for (size_t i = 0; i < world->monitoring_count; i++)
        if (world->monitoring[i] != group)
            world->monitoring[kept++] = world->monitoring[i];
    world->monitoring_count = kept;
    group_free(group);
}

static size_t member_at(const struct monitoring_group *group, int64_t user_id)
{
    size_t at = 0;
    while (at < group->member_count && group->members[at].user_id != user_id)
        at++;
    return at;
}

unsigned monitoring_of(const struct monitoring_group *group, int64_t user_id)
{
    size_t at = member_at(group, user_id);
    return at < group->member_count ? group->members[at].permissions : 0;
}

bool monitoring_set(struct monitoring_group *group, int64_t user_id, unsigned permissions)
{
    size_t at = member_at(group, user_id);
    if (!permissions) {
        if (at == group->member_count)
            return true;
        group->member_count--;
        for (; at < group->member_count; at++)
            group->members[at] = group->members[at + 1];
        return true;
    }
    if (at == group->member_count) {
        if (group->member_count >= MONITORING_MEMBERS_MAX)
            return false;
        xgrow(group->members, group->member_count, &group->member_cap);
        group->member_count++;
    }
    group->members[at] = (struct monitoring_member){user_id, permissions};
    return true;
}

void monitoring_done(struct world *world)
{
    for (size_t i = 0; i < world->monitoring_count; i++)
        group_free(world->monitoring[i]);
    free(world->monitoring);
    world->monitoring = NULL;
    world->monitoring_count = world->monitoring_cap = 0;
}
