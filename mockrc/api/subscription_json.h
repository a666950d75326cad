/*
 * A subscription as the platform writes it (rest.md 6.1, section 10): SubscriptionInfo. Here since
 * REST answers with it and a reminder's event holds it.
 */
#ifndef MOCKRC_API_SUBSCRIPTION_JSON_H
#define MOCKRC_API_SUBSCRIPTION_JSON_H

#include "api/route.h"

void subscription_json(struct json_out *out, const char *key, const struct world *world,
                       const struct subscription *subscription);

#endif
