#include "world/binding.h"

#include "base/mem.h"
#include "base/text.h"
#include "world/world.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

struct aor {
    UT_hash_handle hh; /* also keeps the order of first registration */
    struct binding *first;
    size_t count;
    char name[];
};

struct binding_store {
    struct aor *aors;
    size_t count;
};

static struct aor *aor_find(const struct world *world, const char *name)
{
    struct aor *aor = NULL;
    if (world->bindings)
        HASH_FIND_STR(world->bindings->aors, name, aor);
    return aor;
}

static struct aor *aor_put(struct world *world, const char *name)
{
    struct aor *aor = aor_find(world, name);
    if (aor)
        return aor;
    if (!world->bindings)
        world->bindings = xcalloc(1, sizeof *world->bindings);
    size_t len = strlen(name);
    aor = xcalloc(1, sizeof *aor + len + 1);
    memcpy(aor->name, name, len);
    HASH_ADD_KEYPTR(hh, world->bindings->aors, aor->name, len, aor);
    return aor;
}

/* Takes out the binding that `*slot` points at. */
static void unlink_at(struct binding_store *store, struct aor *aor, struct binding **slot)
{
    struct binding *gone = *slot;
    *slot = gone->next;
    aor->count--;
    store->count--;
    free(gone->contact);
    free(gone->instance);
    free(gone->call_id);
    free(gone->ousted);
    free(gone->peer);
    free(gone);
}

static void aor_drop_if_empty(struct binding_store *store, struct aor *aor)
{
    if (aor->first)
        return;
    HASH_DEL(store->aors, aor);
    free(aor);
}

/* The AOR without what has expired; NULL when nothing is left. */
static struct aor *aor_live(struct world *world, const char *name)
{
    struct aor *aor = aor_find(world, name);
    if (!aor)
        return NULL;
    int64_t now = clock_now(world);
    for (struct binding **slot = &aor->first; *slot;)
        if ((*slot)->expires_ms <= now)
            unlink_at(world->bindings, aor, slot);
        else
            slot = &(*slot)->next;
    bool is_empty = !aor->first;
    aor_drop_if_empty(world->bindings, aor);
    return is_empty ? NULL : aor;
}

struct binding *binding_list(struct world *world, const char *aor)
{
    struct aor *live = aor_live(world, aor);
    return live ? live->first : NULL;
}

size_t binding_count(struct world *world, const char *aor)
{
    struct aor *live = aor_live(world, aor);
    return live ? live->count : 0;
}

size_t binding_count_all(const struct world *world)
{
    return world->bindings ? world->bindings->count : 0;
}

static bool is_of_key(const struct binding *binding, const struct binding_key *key)
{
    if (binding->is_stale != key->is_stale)
        return false;
    if (binding->instance && key->instance)
        return binding->reg_id == key->reg_id && strcmp(binding->instance, key->instance) == 0;
    return !binding->instance && !key->instance && strcmp(binding->contact, key->contact) == 0;
}

static struct binding **slot_of(struct aor *aor, const struct binding_key *key)
{
    struct binding **slot = &aor->first;
    while (*slot && !is_of_key(*slot, key))
        slot = &(*slot)->next;
    return slot;
}

struct binding *binding_find(struct world *world, const struct binding_key *key)
{
    struct aor *aor = aor_live(world, key->aor);
    return aor ? *slot_of(aor, key) : NULL;
}

struct binding *binding_put(struct world *world, const struct binding_key *key)
{
    aor_live(world, key->aor);
    struct aor *aor = aor_put(world, key->aor);
    struct binding **slot = slot_of(aor, key), *binding = *slot;
    if (binding && text_eq(binding->contact, key->contact))
        return binding;
    if (binding) {
        *slot = binding->next;
    } else {
        if (aor->count == BINDINGS_PER_AOR_MAX)
            return NULL;
        binding = xcalloc(1, sizeof *binding);
        binding->is_stale = key->is_stale;
        binding->reg_id = key->reg_id;
        xset(&binding->instance, key->instance);
        aor->count++;
        world->bindings->count++;
    }
    xset(&binding->contact, key->contact);
    binding->next = aor->first;
    aor->first = binding;
    return binding;
}

void binding_remove(struct world *world, const char *name, struct binding *binding)
{
    struct aor *aor = aor_find(world, name);
    if (!aor)
        return;
    for (struct binding **slot = &aor->first; *slot; slot = &(*slot)->next)
        if (*slot == binding) {
            unlink_at(world->bindings, aor, slot);
            break;
        }
    aor_drop_if_empty(world->bindings, aor);
}

size_t binding_clear(struct world *world, const char *name)
{
    struct aor *aor = aor_live(world, name);
    if (!aor)
        return 0;
    size_t count = aor->count;
    while (aor->first)
        unlink_at(world->bindings, aor, &aor->first);
    aor_drop_if_empty(world->bindings, aor);
    return count;
}

void binding_each(struct world *world,
                  void (*each)(void *context, const char *aor, const struct binding *binding),
                  void *context)
{
    if (!world->bindings)
        return;
    struct aor *aor, *next;
    HASH_ITER(hh, world->bindings->aors, aor, next)
    {
        if (!aor_live(world, aor->name))
            continue;
        for (const struct binding *binding = aor->first; binding; binding = binding->next)
            each(context, aor->name, binding);
    }
}

void bindings_done(struct world *world)
{
    if (!world->bindings)
        return;
    struct aor *aor, *next;
    HASH_ITER(hh, world->bindings->aors, aor, next)
    {
        while (aor->first)
            unlink_at(world->bindings, aor, &aor->first);
        aor_drop_if_empty(world->bindings, aor);
    }
    free(world->bindings);
    world->bindings = NULL;
}
