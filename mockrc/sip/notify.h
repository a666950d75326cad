/*
 * Requests the platform sends to phones of its own accord, outside of calls.
 */
#ifndef MOCKRC_SIP_NOTIFY_H
#define MOCKRC_SIP_NOTIFY_H

#include "world/world.h"

/* NOTIFY with `Event: check-sync` to every contact of `aor` that can be reached: "your provisioning
 * has changed, fetch it again" (sip.md 5.1). Returns how many leave. */
size_t notify_check_sync(struct world *world, const char *aor);

#endif
