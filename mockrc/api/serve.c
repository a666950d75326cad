#include "api/serve.h"

#include "api/bulk.h"
#include "api/cors.h"
#include "api/errand.h"
#include "api/gate.h"
#include "api/refuse.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* RFC 9110 section 5.6.7, in world time: clients judge clock skew by it. */
static void date_header(struct web_reply *reply, int64_t now_ms)
{
    static const char days[][4] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char iso[TEXT_TIME_LEN], line[48];
    text_time(now_ms, iso);
    int64_t day = now_ms / 86400000 % 7;
    int month = (iso[5] - '0') * 10 + iso[6] - '0';
    int len = snprintf(line, sizeof line, "Date: %s, %.2s %s %.4s %.8s GMT\r\n",
                       days[day < 0 ? day + 7 : day], iso + 8, months[month - 1], iso, iso + 11);
    buf_add(&reply->head, line, (size_t)len);
}

static bool has_media_type(const char *content_type, const char *wanted)
{
    size_t len = strlen(wanted);
    return content_type && strncasecmp(content_type, wanted, len) == 0 &&
           strchr("; \t", content_type[len]);
}

static const char override_header[] = "X-HTTP-Method-Override";

/* The methods of HTTP that any resource of the API could have (rest.md 1.2). */
static bool is_method(const char *name)
{
    static const char *const methods[] = {"GET",    "POST", "PUT",    "PATCH",
                                          "DELETE", "HEAD", "OPTIONS"};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (strcmp(name, methods[i]) == 0)
            return true;
    return false;
}

/* POST may stand for another method (rest.md 1.2). Refuses and returns NULL when header and query
 * disagree, or name none. */
static const char *effective_method(struct call *call)
{
    const char *method = call->request->method;
    if (strcmp(method, "POST") != 0)
        return method;
    const char *header = web_header_get(call->request, override_header);
    const char *query = params_get(&call->query, "_method");
    if ((header && query && strcasecmp(header, query) != 0) || (query && !is_method(query)))
        refuse_value(call, CMN_101, "_method", query);
    else if (header && !is_method(header))
        refuse_value(call, CMN_407, override_header, header);
    else
        return header ? header : query ? query : method;
    return NULL;
}

/* Reads a form body; JSON waits for the gate: who may not call is not told about syntax. */
static enum params_fault read_form(struct call *call)
{
    const struct web_request *request = call->request;
    if (call->route->layer == LAYER_CONTROL ||
        !has_media_type(web_header_get(request, "Content-Type"),
                        "application/x-www-form-urlencoded"))
        return PARAMS_OK;
    return params_parse(&call->form, call->arena, request->body, request->body_len);
}

static bool is_json_part(const struct multipart_part *part)
{
    return has_media_type(part->type, "application/json");
}

/* Several items' bodies, in the order of the path's ids, as the list the other format would be
 * (rest.md 1.4). */
static const struct node *bodies_of(struct call *call)
{
    struct node *list = arena_alloc(call->arena, sizeof *list), **tail = &list->first;
    list->kind = NODE_LIST;
    for (size_t i = 0; i < call->parts.count; i++) {
        const struct multipart_part *part = &call->parts.parts[i];
        struct node *body = (struct node *)json_parse(call->arena, part->data, part->len, NULL);
        struct node *item = arena_alloc(call->arena, sizeof *item);
        if (!body)
            return NULL;
        body->key = "body";
        *item = (struct node){.kind = NODE_MAP, .count = 1, .first = body};
        *tail = item;
        tail = &item->next;
        list->count++;
    }
    return list;
}

/* The JSON among the parts is the call's body; the others are files and fields. */
static enum api_error read_parts(struct call *call, const char *type)
{
    const struct web_request *request = call->request;
    if (multipart_parse(call->arena, type, request->body, request->body_len, &call->parts)) {
        call->parts.count = 0;
        return CMN_104;
    }
    if (bulk_is_asked(call)) {
        call->body = bodies_of(call);
        return call->body ? API_ERROR_COUNT : CMN_103;
    }
    for (size_t i = 0; i < call->parts.count; i++) {
        const struct multipart_part *part = &call->parts.parts[i];
        if (!is_json_part(part))
            continue;
        call->body = json_parse(call->arena, part->data, part->len, NULL);
        return call->body ? API_ERROR_COUNT : CMN_103;
    }
    return API_ERROR_COUNT;
}

/* The query of a form's POST belongs into the form; what steers the call itself may stay. */
static bool has_query_beside_form(const struct call *call)
{
    for (size_t i = 0; i < call->query.count; i++)
        if (strcmp(call->query.list[i].name, "access_token") != 0 &&
            strcmp(call->query.list[i].name, "_method") != 0)
            return call->route->auth == AUTH_BEARER;
    return false;
}

/* What of the body is wrong for a call that got past the gate; API_ERROR_COUNT: nothing. */
static enum api_error body_error(struct call *call)
{
    const struct web_request *request = call->request;
    if (request->is_body_too_large)
        return CMN_TOO_LARGE;
    if (request->is_body_cut)
        return CMN_104;
    if (call->route->layer == LAYER_CONTROL)
        return API_ERROR_COUNT; /* reads its body itself, whatever its type says */
    if (request->body_len == 0 || strcmp(request->method, "GET") == 0)
        return API_ERROR_COUNT;
    const char *type = web_header_get(request, "Content-Type");
    if (has_media_type(type, "application/x-www-form-urlencoded"))
        return has_query_beside_form(call) ? CMN_105 : API_ERROR_COUNT;
    if (has_media_type(type, "multipart/form-data") || has_media_type(type, "multipart/mixed"))
        return read_parts(call, type);
    if (!type)
        return CMN_110;
    bool is_json = has_media_type(type, "application/json") ||
                   has_media_type(type, "application/scim+json") ||
                   has_media_type(type, "application/vnd.ringcentral.multipart+json");
    if (!is_json)
        return CMN_MEDIA;
    call->body = json_parse(call->arena, request->body, request->body_len, NULL);
    return call->body ? API_ERROR_COUNT : CMN_103;
}

/* A path outside the tree of the API is the gateway's to refuse, inside it the platform's. */
static enum api_error unknown_path(const char *path)
{
    return text_starts(path, "/restapi/v1.0/") ? CMN_120 : AGW_404;
}

/* Finds the row, or answers without one; true when there is a row. */
static bool route(struct api *api, struct call *call, enum params_fault query_fault)
{
    struct buf allow;
    buf_init(&allow, 256);
    const char *method;
    bool is_found = false;
    if (query_fault) {
        refuse(call, CMN_104, NULL);
    } else if ((method = effective_method(call))) {
        switch (router_find(api->router, method, call->request->path, call, &allow)) {
        case ROUTE_FOUND:
            is_found = true;
            break;
        case ROUTE_WRONG_METHOD:
            if (cors_preflight(call, buf_text(&allow)))
                break;
            web_reply_header(call->reply, "Allow", buf_text(&allow));
            refuse(call, is_method(method) ? CMN_METHOD : CMN_202, NULL);
            break;
        case ROUTE_UNKNOWN:
            if (!cors_preflight(call, ""))
                refuse(call, unknown_path(call->request->path), NULL);
        }
    }
    buf_done(&allow);
    return is_found;
}

static void answer_planned(struct call *call, const struct plan *plan)
{
    struct web_reply *reply = call->reply;
    if (plan->body) {
        reply->status = plan->status;
        reply->content_type = "application/json;charset=UTF-8";
        buf_str(&reply->body, plan->body);
    } else if (plan->code && call->route->refuse_planned) {
        call->route->refuse_planned(call, plan->status, plan->code, plan->message);
    } else if (plan->code) {
        refuse_raw(reply, plan->status, plan->code, plan->message);
        event_set(call->event, EVENT_CODE, plan->code);
    } else {
        reply->status = plan->status;
    }
    if (plan->retry_after_s >= 0) {
        char seconds[16];
        snprintf(seconds, sizeof seconds, "%d", plan->retry_after_s);
        web_reply_header(reply, "Retry-After", seconds);
    }
}

/* Text of a rule must outlive the rule: the edge performs the plan after the door has closed. */
static void keep_plan(struct arena *arena, struct plan *plan)
{
    const char **texts[] = {&plan->rule, &plan->code, &plan->message, &plan->body};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (*texts[i])
            *texts[i] = arena_strdup(arena, *texts[i]);
}

static void note_plan(struct event *event, const struct plan *plan)
{
    if (plan->kind == PLAN_NONE)
        return;
    event_set(event, EVENT_FAULT, plan->rule);
    event_set(event, EVENT_PLAN, plan_kind_name(plan->kind));
    if (!event->cause)
        event->cause = plan->cause;
}

static void run(struct call *call, const struct running *running)
{
    if (!gate_pass(call))
        return;
    enum api_error error = body_error(call);
    if (error != API_ERROR_COUNT)
        refuse(call, error, error == CMN_110 ? "Content-Type" : NULL);
    else if (!call->errand && running_has(running, call->request))
        refuse(call, CMN_304, NULL);
    else if (bulk_is_asked(call))
        bulk_run(call);
    else
        call->route->run(call);
    if (call->reply->body.truncated)
        refuse(call, CMN_203, NULL); /* half an answer would be read as a whole one */
}

/* Control is a hand on the simulator, not traffic: its reads are no events, its verbs write their
 * own. */
static void close_event(struct call *call, const struct plan *plan)
{
    struct event *event = call->event;
    if (call->route && call->route->layer == LAYER_CONTROL)
        return;
    event->time_ms = clock_now(call->world);
    if (plan->kind != PLAN_CLOSE)
        event_set_int(event, EVENT_STATUS, call->reply->status);
    note_plan(event, plan);
    journal_append(call->journal, event);
}

/* The head of a resumed call's reply is there already. */
static void begin(struct call *call)
{
    if (call->errand) {
        snprintf(call->request_id, sizeof call->request_id, "%s", call->errand->request_id);
        event_set(call->event, EVENT_REQUEST_ID, call->request_id);
    } else {
        reply_begin(call);
        date_header(call->reply, clock_now(call->world));
        cors_expose(call);
    }
}

static void leave_on_errand(struct api *api, struct call *call)
{
    running_add(&api->running, call->request);
    struct errand *errand = call->reply->errand;
    snprintf(errand->request_id, sizeof errand->request_id, "%s", call->request_id);
}

static void serve(struct api *api, struct arena *arena, const struct web_request *request,
                  struct web_reply *reply, struct plan *plan, const struct errand *errand)
{
    struct event event;
    struct call call = {
        .world = api->world,
        .journal = api->journal,
        .faults = api->faults,
        .router = api->router,
        .arena = arena,
        .request = request,
        .reply = reply,
        .event = &event,
        .errand = errand,
    };
    clock_run_due(api->world);
    event_init(&event, LAYER_REST, "unknown");
    event_set(&event, EVENT_METHOD, request->method);
    event_set(&event, EVENT_PATH, request->path);
    event_set_query(&event, request->query);
    if (request->wsc)
        event_set(&event, EVENT_TRANSPORT, "ws");
    enum params_fault query_fault =
        params_parse(&call.query, arena, request->query, strlen(request->query));
    if (route(api, &call, query_fault)) {
        event.op = call.route->op;
        event.layer = call.route->layer;
    }
    if (event.layer != LAYER_CONTROL)
        begin(&call);
    if (call.route) {
        call.form_fault = read_form(&call);
        gate_name(&call);
        if (event.layer != LAYER_CONTROL && !errand)
            fault_decide(api->faults, &event, clock_now(api->world), plan);
        if (plan->kind == PLAN_ANSWER)
            answer_planned(&call, plan);
        else if (plan->kind != PLAN_CLOSE && call.form_fault && call.route->auth != AUTH_CLIENT)
            refuse(&call, CMN_104, NULL);
        else if (plan->kind != PLAN_CLOSE)
            run(&call, &api->running);
    }
    if (reply->errand)
        leave_on_errand(api, &call);
    else
        close_event(&call, plan);
    keep_plan(arena, plan);
}

void api_serve(struct api *api, struct arena *arena, const struct web_request *request,
               struct web_reply *reply, struct plan *ret_plan)
{
    *ret_plan = (struct plan){.retry_after_s = -1};
    serve(api, arena, request, reply, ret_plan, NULL);
}

void api_resume(struct api *api, struct arena *arena, const struct web_request *request,
                struct web_reply *reply, struct plan *plan)
{
    const struct errand *errand = reply->errand;
    reply->errand = NULL;
    running_drop(&api->running, request);
    serve(api, arena, request, reply, plan, errand);
}

void api_serve_malformed(struct api *api, struct web_reply *reply)
{
    struct event event;
    event_init(&event, LAYER_REST, "malformed");
    event.time_ms = clock_now(api->world);
    event_set(&event, EVENT_CODE, api_error_code(CMN_104));
    event_set_int(&event, EVENT_STATUS, reply->status);
    refuse_raw(reply, reply->status, api_error_code(CMN_104), api_error_message(CMN_104));
    journal_append(api->journal, &event);
}
