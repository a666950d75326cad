/* A device as the platform writes it; ids are text here (rest.md section 9). */
#ifndef MOCKRC_REST_DEVICE_JSON_H
#define MOCKRC_REST_DEVICE_JSON_H

#include "api/route.h"

/* The object as member `key`, or as a list's element (NULL). */
void device_write(struct json_out *out, const char *key, const struct call *call,
                  const struct device *device);
/* "Online" while a binding of its address lives. */
const char *device_status(struct world *world, const struct device *device);

#endif
