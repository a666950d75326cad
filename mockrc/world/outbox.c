#include "world/outbox.h"

#include "base/mem.h"
#include "world/world.h"

#include <stdlib.h>
#include <string.h>

void outbox_put(struct world *world, enum outbox_kind kind, int64_t number)
{
    struct outbox *outbox = &world->outbox;
    if (outbox->count == OUTBOX_MAX) {
        outbox->overflowed++;
        return;
    }
    xgrow(outbox->items, outbox->count, &outbox->cap);
    outbox->items[outbox->count++] = (struct outbox_item){kind, number};
    outbox->waiting[kind]++;
}

bool outbox_take(struct world *world, enum outbox_kind kind, struct outbox_item *ret)
{
    struct outbox *outbox = &world->outbox;
    if (!outbox->waiting[kind])
        return false;
    for (size_t i = 0; i < outbox->count; i++) {
        if (outbox->items[i].kind != kind)
            continue;
        *ret = outbox->items[i];
        outbox->waiting[kind]--;
        memmove(outbox->items + i, outbox->items + i + 1,
                (--outbox->count - i) * sizeof *outbox->items);
        return true;
    }
    return false;
}

void outbox_done(struct world *world)
{
    free(world->outbox.items);
    world->outbox = (struct outbox){0};
}
