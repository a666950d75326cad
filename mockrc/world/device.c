#include "world/device.h"

#include "base/mem.h"
#include "base/text.h"
#include "world/world.h"

#include <stdlib.h>

static const char *const type_names[DEVICE_TYPE_COUNT] = {
    [DEVICE_OTHER_PHONE] = "OtherPhone",
    [DEVICE_HARD_PHONE] = "HardPhone",
    [DEVICE_SOFT_PHONE] = "SoftPhone",
    [DEVICE_WEB_PHONE] = "WebPhone",
};

struct device *device_add(struct world *world, const char *id, int64_t account_id, int64_t user_id)
{
    struct device *device = xcalloc(1, sizeof *device);
    xset(&device->id, id);
    device->account_id = account_id;
    device->user_id = user_id;
    xgrow(world->devices, world->device_count, &world->device_cap);
    lookup_put(&world->devices_by_id, id, device);
    return world->devices[world->device_count++] = device;
}

struct device *device_by_id(const struct world *world, const char *id)
{
    return lookup_get(world->devices_by_id, id);
}

void device_set_sip_username(struct world *world, struct device *device, const char *username)
{
    lookup_drop(&world->devices_by_sip_username, device->sip_username, device);
    xset(&device->sip_username, username);
    lookup_put(&world->devices_by_sip_username, username, device);
}

struct device *device_by_sip_username(const struct world *world, const char *username)
{
    return lookup_get(world->devices_by_sip_username, username);
}

const char *device_type_name(enum device_type type)
{
    return type_names[type];
}

bool device_type_named(const char *name, enum device_type *ret)
{
    for (int i = 0; i < DEVICE_TYPE_COUNT; i++)
        if (text_eq(name, type_names[i])) {
            *ret = (enum device_type)i;
            return true;
        }
    return false;
}

static void device_free(struct device *device)
{
    char *texts[] = {
        device->id,           device->name,   device->serial,   device->sip_username,
        device->sip_password, device->number, device->instance, device->sip_password_old};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free(texts[i]);
    free(device);
}

void devices_done(struct world *world)
{
    for (size_t i = 0; i < world->device_count; i++)
        device_free(world->devices[i]);
    free(world->devices);
    lookup_done(&world->devices_by_id);
    lookup_done(&world->devices_by_sip_username);
    world->devices = NULL;
    world->device_count = world->device_cap = 0;
}
