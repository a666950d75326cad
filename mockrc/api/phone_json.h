/*
 * Calls as the platform writes them, in answers and in events alike: a party of a telephony session,
 * and the active calls of presence. Source: rest.md 5.9, 5.10, 7, 10.
 */
#ifndef MOCKRC_API_PHONE_JSON_H
#define MOCKRC_API_PHONE_JSON_H

#include "base/json.h"
#include "world/world.h"

#define PHONE_SERVER_ID "10.0.0.1.MCK" /* of events: opaque to clients */

/* CallParty: what telephony sessions answer. */
void phone_party_json(struct json_out *out, const char *key, const struct world *world,
                      const struct phone_party *party);
/* TelephonySessionsEventBody: the one party that changed. */
void phone_event_json(struct json_out *out, const struct world *world,
                      const struct phone_party *party, bool with_sip_data);

/* Who calls and who is called, from where the party stands; NULL: not known. */
const struct phone_party *phone_party_from(const struct phone_party *party);
const struct phone_party *phone_party_to(const struct phone_party *party);

/* Member "activeCalls" of a user's presence; `ended` (NULL: none): one that has just left it. */
void phone_active_json(struct json_out *out, const struct world *world, const struct user *user,
                       const struct phone_party *ended, bool with_sip_data);
size_t phone_active_count(const struct user *user);

#endif
