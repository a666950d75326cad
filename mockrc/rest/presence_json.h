/* Presence as the platform writes it. Source: rest.md 5.9, 10. */
#ifndef MOCKRC_REST_PRESENCE_JSON_H
#define MOCKRC_REST_PRESENCE_JSON_H

#include "api/route.h"

/* PresenceInfoResponse as an element; `is_detailed` adds the calls. */
void presence_write(struct json_out *out, const struct call *call, const struct user *user,
                    bool is_detailed);
/* UnifiedPresence. */
void unified_write(struct json_out *out, const struct call *call, const struct user *user);

#endif
