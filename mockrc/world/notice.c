#include "world/notice.h"

#include "world/world.h"

void notice_put(struct world *world, const struct notice *notice)
{
    if (world->listener)
        world->listener(world->listener_context, world, notice);
}

void notice_listen(struct world *world, notice_fn *fn, void *context)
{
    world->listener = fn;
    world->listener_context = context;
}
