/*
 * Call monitoring groups: who may listen to whose calls (rest.md 5.10). Each member monitors, is
 * monitored, or both.
 */
#ifndef MOCKRC_WORLD_MONITORING_H
#define MOCKRC_WORLD_MONITORING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world;

enum { MAY_MONITOR = 1, IS_MONITORED = 2 };
enum { MONITORING_GROUPS_MAX = 1000, MONITORING_MEMBERS_MAX = 1000 };

struct monitoring_member {
    int64_t user_id;
    unsigned permissions; /* MAY_MONITOR, IS_MONITORED */
};

struct monitoring_group {
    int64_t id, account_id;
    char *name;
    struct monitoring_member *members;
    size_t member_count, member_cap;
};

/* NULL when there are too many. */
struct monitoring_group *monitoring_add(struct world *world, int64_t account_id, const char *name);
struct monitoring_group *monitoring_by_id(const struct world *world, int64_t id);
void monitoring_remove(struct world *world, struct monitoring_group *group);

/* Adds the member or replaces what it may; no permissions: takes it out. False when full. */
bool monitoring_set(struct monitoring_group *group, int64_t user_id, unsigned permissions);
/* 0 when not a member. */
unsigned monitoring_of(const struct monitoring_group *group, int64_t user_id);

void monitoring_done(struct world *world);

#endif
