/*
 * Reading what a subscriber asks for: event filters, delivery mode, life. Each refuses the call and
 * returns false when it is wrong. Source: rest.md 6.1, 6.4, 6.5.
 */
#ifndef MOCKRC_REST_SUBSCRIPTION_ASK_H
#define MOCKRC_REST_SUBSCRIPTION_ASK_H

#include "api/route.h"

struct filter_list {
    struct filter *list; /* owned: filter_list_done, unless taken */
    size_t count;
};

void filter_list_done(struct filter_list *filters);

/* eventFilters of the body, for a subscription of that id and life. A filter that the user has no
 * permission or the app no scope for is switched off; all of them off is a refusal, or any
 * (sub.disabled_filters). */
bool ask_filters(struct call *call, const char *subscription_id, int64_t ttl_ms,
                 struct filter_list *ret);
/* The same judgement of filters that are there, as roles and scopes are now: a renewal's. */
bool ask_filters_again(struct call *call, struct subscription *one);

/* expiresIn in ms, clamped to the longest life; `otherwise` when the body has none. */
bool ask_life(struct call *call, int64_t otherwise, int64_t *ret_ms);

/* deliveryMode; texts are borrowed from the body. */
struct delivery_mode {
    enum delivery_transport transport; /* WebSocket only from the gateway's own calls */
    const char *address, *verification_token;
};
bool ask_delivery(struct call *call, struct delivery_mode *ret);

#endif
