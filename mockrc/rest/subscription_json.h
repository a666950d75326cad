/*
 * A subscription as the platform writes it (rest.md 6.1, section 10): SubscriptionInfo.
 */
#ifndef MOCKRC_REST_SUBSCRIPTION_JSON_H
#define MOCKRC_REST_SUBSCRIPTION_JSON_H

#include "api/route.h"

void subscription_json(struct json_out *out, const struct world *world,
                       const struct subscription *subscription);

#endif
