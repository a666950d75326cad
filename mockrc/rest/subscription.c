/* Subscriptions: create (with the receiver's validation), list, read, change, renew, delete.
 * Source: rest.md 6.1, 6.2. */
#include "rest/families.h"

#include "api/errand.h"
#include "api/gate.h"
#include "api/refuse.h"
#include "api/subscription_json.h"
#include "base/text.h"
#include "rest/ask.h"
#include "rest/subscription_ask.h"
#include "rest/uri.h"

#include <stdio.h>

/* Of this user and this app (sub.owner_binding: and this grant), or refused. */
static struct subscription *own(struct call *call)
{
    const char *id = call_arg(call, "subscriptionId");
    struct subscription *one = subscription_by_id(call->world, id);
    if (one && subscription_is_of(call->world, one, call->session)) {
        event_set(call->event, EVENT_SUBSCRIPTION, one->id);
        return one;
    }
    refuse_value(call, CMN_102, "subscriptionId", id);
    return NULL;
}

static void answer(struct call *call, const struct subscription *one)
{
    event_set(call->event, EVENT_SUBSCRIPTION, one->id);
    event_set_int(call->event, EVENT_EXPIRES, (one->expires_ms - clock_now(call->world)) / 1000);
    struct json_out out = reply_json(call, 200);
    subscription_json(&out, NULL, call->world, one);
}

static void ask_validation(struct call *call, const char *address)
{
    const struct knobs *knobs = &call->world->knobs;
    struct errand *errand = arena_alloc(call->arena, sizeof *errand);
    *errand = (struct errand){
        .url = arena_strdup(call->arena, address),
        .timeout_ms = knobs->sub_validation_timeout_ms,
        .max_bytes = (size_t)knobs->sub_validation_max_bytes,
        .verifies_tls = knobs->sub_hook_tls_verify != 0,
    };
    id_uuid(&call->world->ids, errand->token);
    call->reply->errand = errand;
}

/* rest.md 6.2: what of the receiver's answer is wrong; API_ERROR_COUNT: nothing. */
static enum api_error validation_error(const struct errand *errand)
{
    switch (errand->result) {
    case ERRAND_UNREACHABLE:
        return SUB_521;
    case ERRAND_BAD_TLS:
        return SUB_524;
    case ERRAND_TOO_LARGE:
    case ERRAND_MALFORMED:
        return SUB_525;
    case ERRAND_ANSWERED:
        break;
    }
    if (errand->status != 200)
        return SUB_525;
    return errand->has_token ? API_ERROR_COUNT : SUB_520;
}

/* Did the receiver pass, now that it was asked? Else the call is refused. */
static bool is_validated(struct call *call)
{
    enum api_error error = validation_error(call->errand);
    if (error == API_ERROR_COUNT)
        return true;
    event_set(call->event, EVENT_REASON, call->errand->reason);
    refuse(call, error, NULL);
    return false;
}

/* The same events to the same place a second time: refused when the platform is told to mind
 * (sub.allow_duplicates; how: chosen). */
static bool is_duplicate(struct call *call, const struct delivery_mode *mode,
                         const struct filter_list *filters)
{
    if (call->world->knobs.sub_allow_duplicates)
        return false;
    for (size_t i = 0; i < subscription_count(call->world); i++) {
        const struct subscription *one = subscription_at(call->world, i);
        if (one->transport == TRANSPORT_WEBHOOK && text_eq(one->address, mode->address) &&
            subscription_is_of(call->world, one, call->session) &&
            subscription_is_live(call->world, one) &&
            filters_are_same(one->filters, one->filter_count, filters->list, filters->count))
            return true;
    }
    return false;
}

/* One per connection: a second one takes the first one's place (rest.md 8.4). */
static void create_on_socket(struct call *call, struct filter_list *filters,
                             struct subscription_draft *draft)
{
    struct subscription *old;
    struct wsc *wsc = wsc_by_number(call->world, call->request->wsc);
    while (call->world->knobs.ws_single_subscription &&
           (old = wsc_subscription(call->world, wsc, 0)))
        subscription_remove(call->world, old);
    if (!subscription_has_room(call->world, call->user->id, call->app)) {
        refuse(call, SUB_505, NULL);
        filter_list_done(filters);
        return;
    }
    draft->session = call->session;
    draft->wsc = wsc->number;
    draft->filters = filters->list;
    draft->filter_count = filters->count;
    answer(call, subscription_add(call->world, draft));
}

/* The receiver was asked, or need not be (sub.address_check). */
static void create_validated(struct call *call, const struct delivery_mode *mode,
                             struct filter_list *filters, struct subscription_draft *draft)
{
    if (call->errand && !is_validated(call)) {
        filter_list_done(filters);
        return;
    }
    draft->session = call->session;
    draft->address = mode->address;
    draft->verification_token = mode->verification_token;
    draft->filters = filters->list;
    draft->filter_count = filters->count;
    answer(call, subscription_add(call->world, draft));
}

static void create(struct call *call)
{
    struct subscription_draft draft = {0};
    struct filter_list filters;
    struct delivery_mode mode;
    /* Who may have none at all is not told about the body; which one is meant it says. */
    if (!call->request->wsc && !gate_has_scope(call, SCOPE_SUBSCRIPTION_WEBHOOK)) {
        refuse_because(call, CMN_401, scope_name(SCOPE_SUBSCRIPTION_WEBHOOK),
                       call->app->scopes_cause);
        return;
    }
    if (!ask_body(call) || !ask_delivery(call, &mode) ||
        !ask_life(call, call->world->knobs.sub_ttl_default_ms, &draft.ttl_ms))
        return;
    draft.transport = mode.transport;
    bool is_socket = mode.transport == TRANSPORT_WEBSOCKET;
    bool is_asked = call->errand || call->world->knobs.sub_address_check == KNOB_ADDRESS_NEVER;
    if (is_socket)
        draft.ttl_ms = call->world->knobs.sub_ttl_default_ms; /* expiresIn is ignored there */
    if (is_asked || is_socket)
        id_uuid(&call->world->ids, draft.id);
    if (!ask_filters(call, draft.id, draft.ttl_ms, &filters))
        return;
    if (is_socket) {
        create_on_socket(call, &filters, &draft);
        return;
    }
    if (!subscription_has_room(call->world, call->user->id, call->app)) {
        refuse(call, SUB_505, NULL);
        filter_list_done(&filters);
    } else if (is_duplicate(call, &mode, &filters)) {
        refuse(call, CMN_406, "eventFilters");
        filter_list_done(&filters);
    } else if (is_asked) {
        create_validated(call, &mode, &filters, &draft);
    } else {
        ask_validation(call, mode.address);
        filter_list_done(&filters);
    }
}

static void list(struct call *call)
{
    int64_t count = 0;
    struct json_out out = reply_json(call, 200);
    json_open(&out, NULL);
    uri_self(&out, "uri", call);
    json_list(&out, "records");
    for (size_t i = 0; i < subscription_count(call->world); i++) {
        const struct subscription *one = subscription_at(call->world, i);
        if (!subscription_is_of(call->world, one, call->session) ||
            !subscription_is_live(call->world, one))
            continue;
        subscription_json(&out, NULL, call->world, one);
        count++;
    }
    json_list_end(&out);
    json_close(&out);
    event_set_int(call->event, EVENT_RECORDS, count);
}

static void read_one(struct call *call)
{
    const struct subscription *one = own(call);
    if (one)
        answer(call, one);
}

/* A WebSocket's is not changed over HTTP (rest.md 6.1); how that is refused: chosen. */
static struct subscription *own_to_change(struct call *call)
{
    struct subscription *one = own(call);
    if (!one || one->transport == TRANSPORT_WEBHOOK || one->wsc == call->request->wsc)
        return one;
    refuse_value(call, CMN_101, "deliveryMode.transportType", "WebSocket");
    return NULL;
}

/* Renewing may mean to look whether the receiver is still there (sub.address_check). False: it is to
 * be asked first, or did not pass. */
static bool is_still_there(struct call *call, const struct subscription *one)
{
    if (one->transport != TRANSPORT_WEBHOOK ||
        call->world->knobs.sub_address_check != KNOB_ADDRESS_RENEW)
        return true;
    if (call->errand)
        return is_validated(call);
    ask_validation(call, one->address);
    return false;
}

/* Filters, life, or nothing: an empty body renews. Other members are ignored (rest.md 6.1). */
static void update(struct call *call)
{
    struct subscription *one = own_to_change(call);
    struct filter_list filters = {0};
    int64_t ttl_ms;
    if (!one || (call->request->body_len && !ask_body(call)) ||
        !ask_life(call, one->ttl_ms, &ttl_ms))
        return;
    bool has_filters = node_get(call->body, "eventFilters") != NULL;
    if (has_filters && !ask_filters(call, one->id, ttl_ms, &filters))
        return;
    if (!is_still_there(call, one) || (!has_filters && !ask_filters_again(call, one))) {
        filter_list_done(&filters);
        return;
    }
    if (has_filters)
        subscription_set_filters(one, filters.list, filters.count);
    subscription_renew(call->world, one, ttl_ms);
    answer(call, one);
}

static void renew(struct call *call)
{
    struct subscription *one = own_to_change(call);
    if (!one || !is_still_there(call, one) || !ask_filters_again(call, one))
        return;
    subscription_renew(call->world, one, one->ttl_ms);
    answer(call, one);
}

static void delete_one(struct call *call)
{
    struct subscription *one = own(call);
    if (!one)
        return;
    subscription_remove(call->world, one);
    reply_empty(call, 204);
}

#define ROW(method_, tail_, op_, scope_, rate_, run_)                                              \
    {                                                                                              \
        .method = method_, .path = "/restapi/v1.0/subscription" tail_, .op = op_,                  \
        .layer = LAYER_REST, .auth = AUTH_BEARER, .scope = scope_, .permission = PERMISSION_NONE,  \
        .rate = rate_, .target = TARGET_NONE, .run = run_                                          \
    }

static const struct route routes[] = {
    ROW("POST", "", "createSubscription", SCOPE_NONE, RATE_MEDIUM, create),
    ROW("GET", "", "listSubscriptions", SCOPE_NONE, RATE_LIGHT, list),
    ROW("GET", "/{subscriptionId}", "readSubscription", SCOPE_NONE, RATE_LIGHT, read_one),
    ROW("PUT", "/{subscriptionId}", "updateSubscription", SCOPE_NONE, RATE_MEDIUM, update),
    ROW("POST", "/{subscriptionId}/renew", "renewSubscription", SCOPE_NONE, RATE_LIGHT, renew),
    ROW("DELETE", "/{subscriptionId}", "deleteSubscription", SCOPE_NONE, RATE_MEDIUM, delete_one),
};

struct route_family subscription_routes(void)
{
    return (struct route_family){routes, sizeof routes / sizeof *routes};
}
