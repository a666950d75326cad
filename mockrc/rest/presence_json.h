/* Presence as the platform writes it. Source: rest.md 5.9, 10. */
#ifndef MOCKRC_REST_PRESENCE_JSON_H
#define MOCKRC_REST_PRESENCE_JSON_H

#include "api/route.h"

/* How much of the calls is told. */
enum presence_detail { PRESENCE_PLAIN, PRESENCE_WITH_CALLS, PRESENCE_WITH_SIP };

/* PresenceInfoResponse as an element. */
void presence_write(struct json_out *out, const struct call *call, const struct user *user,
                    enum presence_detail detail);
/* UnifiedPresence. */
void unified_write(struct json_out *out, const struct call *call, const struct user *user);

#endif
