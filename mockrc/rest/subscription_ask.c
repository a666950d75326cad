#include "rest/subscription_ask.h"

#include "api/gate.h"
#include "api/refuse.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

void filter_list_done(struct filter_list *filters)
{
    for (size_t i = 0; i < filters->count; i++)
        filter_done(&filters->list[i]);
    free(filters->list);
    *filters = (struct filter_list){0};
}

/* Another's messages, missed calls and calls to pick up are refused as a whole. */
static bool refuse_private(struct call *call, const struct filter *filter)
{
    if (!filter->disabled || !filter->kind->of_others)
        return false;
    refuse_because(call, api_error_named(filter->kind->of_others), NULL, call->user->role_cause);
    return true;
}

static bool refuse_fault(struct call *call, enum filter_fault fault, const char *text)
{
    static const enum api_error errors[] = {
        [FILTER_BAD] = SUB_508,          [FILTER_OTHER_ACCOUNT] = SUB_406,
        [FILTER_UNKNOWN_USER] = SUB_408, [FILTER_BAD_REMINDER] = SUB_516,
        [FILTER_NO_PRESENCE] = SUB_402,  [FILTER_PRESENCE_OFF] = SUB_403};
    refuse_value(call, errors[fault], "eventFilters", text);
    return false;
}

static bool judge_scope(struct call *call, struct filter *filter)
{
    if (refuse_private(call, filter))
        return false;
    if (!gate_has_scope(call, filter->kind->scope)) {
        filter->disabled = api_error_code(CMN_401);
        filter->permission = scope_name(filter->kind->scope);
    }
    return true;
}

static bool read_one(struct call *call, const struct node *item, const char *subscription_id,
                     int64_t ttl_ms, struct filter_list *list)
{
    if (item->kind != NODE_STRING)
        return refuse_fault(call, FILTER_BAD, NULL);
    struct filter *filter = &list->list[list->count];
    enum filter_fault fault =
        filter_read(call->world, call->user, item->text, ttl_ms, subscription_id, filter);
    if (fault)
        return refuse_fault(call, fault, item->text);
    list->count++;
    return judge_scope(call, filter);
}

/* Nothing left to hear of, or all was wanted or nothing: the first one's reason is the answer. */
static bool refuse_disabled(struct call *call, const struct filter_list *list)
{
    const struct filter *first = NULL;
    size_t disabled = 0;
    for (size_t i = list->count; i-- > 0;)
        if (list->list[i].disabled) {
            first = &list->list[i];
            disabled++;
        }
    int64_t how = call->world->knobs.sub_disabled_filters;
    if (!first || how == KNOB_DISABLED_SILENT ||
        (disabled < list->count && how != KNOB_DISABLED_REFUSED))
        return true;
    if (text_eq(first->disabled, api_error_code(CMN_401)))
        refuse_because(call, CMN_401, first->permission, call->app->scopes_cause);
    else
        refuse_because(call, SUB_412, first->permission, call->user->role_cause);
    return false;
}

bool ask_filters(struct call *call, const char *subscription_id, int64_t ttl_ms,
                 struct filter_list *ret)
{
    const struct node *filters = node_get(call->body, "eventFilters");
    if (!filters || filters->kind == NODE_NULL) {
        refuse(call, CMN_100, "eventFilters");
        return false;
    }
    if (filters->kind != NODE_LIST || filters->count == 0 || filters->count > FILTERS_MAX)
        return refuse_fault(call, FILTER_BAD, NULL);
    struct filter_list list = {.list = xcalloc(filters->count, sizeof *list.list)};
    bool is_good = true;
    for (const struct node *item = node_first(filters); is_good && item; item = item->next)
        is_good = read_one(call, item, subscription_id, ttl_ms, &list);
    if (!is_good || !refuse_disabled(call, &list)) {
        filter_list_done(&list);
        return false;
    }
    *ret = list;
    return true;
}

bool ask_filters_again(struct call *call, struct subscription *one)
{
    size_t bytes = one->filter_count * sizeof *one->filters;
    struct filter_list list = {arena_alloc(call->arena, bytes), one->filter_count};
    memcpy(list.list, one->filters, bytes);
    for (size_t i = 0; i < list.count; i++) {
        filter_judge(call->user, &list.list[i]);
        if (!judge_scope(call, &list.list[i]))
            return false;
    }
    if (!refuse_disabled(call, &list))
        return false;
    memcpy(one->filters, list.list, bytes);
    return true;
}

bool ask_life(struct call *call, int64_t otherwise, int64_t *ret_ms)
{
    const struct node *said = node_get(call->body, "expiresIn");
    if (!said && call->world->knobs.sub_ttl_parse == KNOB_TTL_LENIENT)
        said = node_get(node_get(call->body, "deliveryMode"), "expiresIn");
    *ret_ms = otherwise;
    if (!said || said->kind == NODE_NULL)
        return true;
    int64_t seconds;
    if (!node_int(said, &seconds) || seconds < 1) {
        refuse(call, CMN_101, "expiresIn");
        return false;
    }
    *ret_ms = seconds < SUBSCRIPTION_TTL_MAX_MS / 1000 ? seconds * 1000 : SUBSCRIPTION_TTL_MAX_MS;
    return true;
}

/* http or https, a host, nothing that could not stand in a URI. */
static bool is_address(const char *address)
{
    size_t head = text_starts_nocase(address, "https://")  ? 8
                  : text_starts_nocase(address, "http://") ? 7
                                                           : 0;
    if (!head || strlen(address) > HOOK_ADDRESS_MAX || strchr("/?#:@", address[head]))
        return false;
    for (const char *at = address; *at; at++)
        if ((unsigned char)*at <= ' ' || *at == 127)
            return false;
    return true;
}

static bool ask_token(struct call *call, const struct node *mode, struct delivery_mode *ret)
{
    const struct node *token = node_get(mode, "verificationToken");
    if (!token)
        token = node_get(mode, "validationToken"); /* the guide's name (rest.md 6.3) */
    if (!token || token->kind == NODE_NULL)
        return true;
    if (token->kind != NODE_STRING || strlen(token->text) > HOOK_TOKEN_MAX ||
        strpbrk(token->text, "\r\n")) {
        refuse(call, CMN_101, "deliveryMode.verificationToken");
        return false;
    }
    ret->verification_token = token->text;
    return true;
}

/* A WebSocket's subscription is made over that very WebSocket (rest.md 6.1). */
static bool ask_socket(struct call *call, struct delivery_mode *ret)
{
    ret->transport = TRANSPORT_WEBSOCKET;
    if (gate_has_scope(call, SCOPE_WEB_SOCKET))
        return true;
    refuse_because(call, SUB_528, scope_name(SCOPE_WEB_SOCKET), call->app->scopes_cause);
    return false;
}

static bool ask_hook(struct call *call, const struct node *mode, struct delivery_mode *ret)
{
    const char *address = ret->address;
    if (!address)
        refuse(call, CMN_100, "deliveryMode.address");
    else if (!is_address(address))
        refuse_value(call, CMN_101, "deliveryMode.address", address);
    else if (call->world->knobs.sub_validation_require_https &&
             !text_starts_nocase(address, "https://"))
        refuse(call, SUB_523, NULL);
    else
        return ask_token(call, mode, ret);
    return false;
}

bool ask_delivery(struct call *call, struct delivery_mode *ret)
{
    const struct node *mode = node_get(call->body, "deliveryMode");
    const char *transport = node_text(node_get(mode, "transportType"), NULL);
    *ret = (struct delivery_mode){.address = node_text(node_get(mode, "address"), NULL)};
    if (!mode)
        refuse(call, CMN_100, "deliveryMode");
    else if (!transport)
        refuse(call, CMN_100, "deliveryMode.transportType");
    else if (text_eq(transport, "WebSocket") && call->request->wsc &&
             subscription_serves(call->world, TRANSPORT_WEBSOCKET))
        return ask_socket(call, ret);
    else if (text_starts(transport, "RC/")) /* pushes to the vendor's own phone apps */
        refuse(call, SUB_407, NULL);
    else if (!text_eq(transport, "WebHook") || !subscription_serves(call->world, TRANSPORT_WEBHOOK))
        refuse_value(call, CMN_101, "deliveryMode.transportType", transport);
    else if (!gate_has_scope(call, SCOPE_SUBSCRIPTION_WEBHOOK))
        refuse_because(call, CMN_401, scope_name(SCOPE_SUBSCRIPTION_WEBHOOK),
                       call->app->scopes_cause);
    else
        return ask_hook(call, mode, ret);
    return false;
}
