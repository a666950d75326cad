#include "world/clock.h"

#include "base/mem.h"
#include "base/text.h"
#include "world/world.h"

#include <stdlib.h>
#include <time.h>

static int64_t machine(clockid_t which)
{
    struct timespec now;
    clock_gettime(which, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_machine_ms(void)
{
    return machine(CLOCK_MONOTONIC);
}

void clock_init(struct clock *clock, enum clock_mode mode, int64_t start_ms, double scale)
{
    *clock = (struct clock){
        .mode = mode,
        .base_ms = start_ms ? start_ms : machine(CLOCK_REALTIME),
        .real_base_ms = clock_machine_ms(),
        .scale = scale > 0 ? scale : 1.0,
    };
}

void clock_done(struct clock *clock)
{
    free(clock->agenda);
    *clock = (struct clock){0};
}

int64_t clock_now(const struct world *world)
{
    const struct clock *clock = &world->clock;
    if (clock->mode == CLOCK_FROZEN)
        return clock->base_ms;
    int64_t passed = clock_machine_ms() - clock->real_base_ms;
    return clock->base_ms +
           (clock->mode == CLOCK_SCALED ? (int64_t)((double)passed * clock->scale) : passed);
}

static const char *const mode_names[] = {[CLOCK_REAL] = "real",
                                         [CLOCK_OFFSET] = "offset",
                                         [CLOCK_SCALED] = "scaled",
                                         [CLOCK_FROZEN] = "frozen"};

const char *clock_mode_name(enum clock_mode mode)
{
    return mode_names[mode];
}

bool clock_mode_named(const char *name, enum clock_mode *ret)
{
    for (size_t i = 0; i < sizeof mode_names / sizeof *mode_names; i++)
        if (text_eq(name, mode_names[i])) {
            *ret = (enum clock_mode)i;
            return true;
        }
    return false;
}

static bool is_before(const struct agenda_item *a, const struct agenda_item *b)
{
    return a->due_ms != b->due_ms ? a->due_ms < b->due_ms : a->order < b->order;
}

static void swap(struct agenda_item *a, struct agenda_item *b)
{
    struct agenda_item keep = *a;
    *a = *b;
    *b = keep;
}

void clock_schedule(struct world *world, int64_t due_ms, agenda_fn *run, void *context, int64_t id)
{
    struct clock *clock = &world->clock;
    xgrow(clock->agenda, clock->agenda_count, &clock->agenda_cap);
    size_t at = clock->agenda_count++;
    clock->agenda[at] = (struct agenda_item){due_ms, clock->agenda_order++, run, context, id};
    while (at > 0 && is_before(&clock->agenda[at], &clock->agenda[(at - 1) / 2])) {
        swap(&clock->agenda[at], &clock->agenda[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
}

int64_t clock_next_due(const struct world *world)
{
    return world->clock.agenda_count ? world->clock.agenda[0].due_ms : -1;
}

static struct agenda_item take_first(struct clock *clock)
{
    struct agenda_item first = clock->agenda[0];
    clock->agenda[0] = clock->agenda[--clock->agenda_count];
    for (size_t at = 0;;) {
        size_t least = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2; child++)
            if (child < clock->agenda_count &&
                is_before(&clock->agenda[child], &clock->agenda[least]))
                least = child;
        if (least == at)
            return first;
        swap(&clock->agenda[at], &clock->agenda[least]);
        at = least;
    }
}

size_t clock_run_due(struct world *world)
{
    size_t ran = 0;
    int64_t due;
    while ((due = clock_next_due(world)) >= 0 && due <= clock_now(world)) {
        struct agenda_item item = take_first(&world->clock);
        item.run(world, item.context, item.id);
        ran++;
    }
    return ran;
}

/* World time becomes `now_ms` and goes on from there. */
static void anchor(struct clock *clock, int64_t now_ms)
{
    clock->base_ms = now_ms;
    clock->real_base_ms = clock_machine_ms();
}

void clock_advance(struct world *world, int64_t by_ms)
{
    struct clock *clock = &world->clock;
    int64_t target = clock_now(world) + by_ms, due;
    if (clock->mode == CLOCK_REAL)
        clock->mode = CLOCK_OFFSET;
    while ((due = clock_next_due(world)) >= 0 && due <= target) {
        if (due > clock_now(world))
            anchor(clock, due);
        clock_run_due(world);
    }
    anchor(clock, target);
}

void clock_set(struct world *world, int64_t now_ms)
{
    if (world->clock.mode == CLOCK_REAL)
        world->clock.mode = CLOCK_OFFSET;
    anchor(&world->clock, now_ms);
}

void clock_set_mode(struct world *world, enum clock_mode mode, double scale)
{
    struct clock *clock = &world->clock;
    anchor(clock, clock_now(world));
    if (mode == CLOCK_REAL)
        clock->base_ms = machine(CLOCK_REALTIME);
    clock->mode = mode;
    clock->scale = scale > 0 ? scale : 1.0;
}
