#include "world/name.h"

#include "base/mem.h"
#include "base/text.h"
#include "world/world.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct name_entry {
    char *name;
    struct name_rule rule;
};

static const char *const does_names[NAME_DOES_COUNT] = {[NAME_NORMAL] = "normal",
                                                        [NAME_ANSWERS] = "answer",
                                                        [NAME_UNKNOWN] = "nxdomain",
                                                        [NAME_FAILS] = "servfail",
                                                        [NAME_SILENT] = "silence"};

static size_t len_of(const char *name)
{
    size_t len = strlen(name);
    return len && name[len - 1] == '.' ? len - 1 : len;
}

bool name_eq(const char *a, const char *b)
{
    return len_of(a) == len_of(b) && strncasecmp(a, b, len_of(a)) == 0;
}

static struct name_entry *find(const struct world *world, const char *name)
{
    for (size_t i = 0; i < world->name_count; i++)
        if (name_eq(world->names[i].name, name))
            return &world->names[i];
    return NULL;
}

bool name_set(struct world *world, const char *name, const struct name_rule *rule)
{
    struct name_entry *entry = find(world, name);
    if (rule->does == NAME_NORMAL) {
        if (entry) {
            free(entry->name);
            *entry = world->names[--world->name_count];
        }
        return true;
    }
    if (entry) {
        entry->rule = *rule;
        return true;
    }
    if (world->name_count == NAME_RULES_MAX)
        return false;
    xgrow(world->names, world->name_count, &world->name_cap);
    world->names[world->name_count++] = (struct name_entry){xstrndup(name, len_of(name)), *rule};
    return true;
}

bool name_is_set(const struct world *world, const char *name, struct name_rule *ret)
{
    const struct name_entry *entry = find(world, name);
    if (entry)
        *ret = entry->rule;
    return entry != NULL;
}

const char *name_rule_at(const struct world *world, size_t i)
{
    return i < world->name_count ? world->names[i].name : NULL;
}

const char *name_does_name(enum name_does does)
{
    return does_names[does];
}

bool name_does_named(const char *name, enum name_does *ret)
{
    for (int i = 0; i < NAME_DOES_COUNT; i++)
        if (text_eq(name, does_names[i])) {
            *ret = (enum name_does)i;
            return true;
        }
    return false;
}

void names_done(struct world *world)
{
    for (size_t i = 0; i < world->name_count; i++)
        free(world->names[i].name);
    free(world->names);
    world->names = NULL;
    world->name_count = world->name_cap = 0;
}
