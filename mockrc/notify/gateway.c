/* Connections: opened, recovered, lost; heartbeats and errors. */
#include "notify/gateway.h"

#include "api/refuse.h"
#include "base/mem.h"
#include "base/text.h"
#include "notify/gateway_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void gateway_out_init(struct gateway_out *out)
{
    *out = (struct gateway_out){0};
    buf_init(&out->refusal, 4096);
}

void gateway_out_done(struct gateway_out *out)
{
    for (size_t i = 0; i < out->frame_count; i++)
        free(out->frames[i].text);
    free(out->frames);
    buf_done(&out->refusal);
}

void gateway_event(struct api *api, struct event *event, enum layer layer, const char *op,
                   const struct session *session)
{
    const struct user *user = session ? user_by_id(api->world, session->user_id) : NULL;
    event_init(event, layer, op);
    event->time_ms = clock_now(api->world);
    event_set(event, EVENT_TRANSPORT, "ws");
    if (session) {
        event_set(event, EVENT_CLIENT_ID, session->app->client_id);
        event_set(event, EVENT_APP, session->app->name);
        event_set(event, EVENT_SESSION, session->id);
    }
    if (user) {
        event_set(event, EVENT_USER, user->email ? user->email : user->extension_number);
        event_set_int(event, EVENT_EXTENSION, user->id);
        event_set_int(event, EVENT_ACCOUNT, user->account_id);
    }
}

bool gateway_is_half_open(const struct api *api, struct gateway_out *out)
{
    if (!api->world->knobs.ws_half_open)
        return false;
    out->is_dead = true;
    return true;
}

/* ---- opening ---- */

/* Why the token opens nothing; API_ERROR_COUNT: it does. */
static enum api_error token_error(const struct world *world, const char *token,
                                  const struct token_view *view)
{
    if (!token || !*token)
        return AGW_401;
    switch (view->state) {
    case TOKEN_GOOD:
        break;
    case TOKEN_EXPIRED:
        return OAU_128;
    default:
        return OAU_213;
    }
    return wsc_has_room(world, view->session) ? API_ERROR_COUNT : CMN_301;
}

static void refuse_upgrade(struct gateway_out *out, struct event *event, int status,
                           const char *code, const char *message)
{
    struct web_reply reply;
    web_reply_init(&reply);
    refuse_raw(&reply, status, code, message);
    buf_add(&out->refusal, buf_text(&reply.body), reply.body.len);
    web_reply_done(&reply);
    out->status = status;
    event_set_int(event, EVENT_STATUS, status);
    event_set(event, EVENT_CODE, code);
}

/* What becomes of what the client wants back (rest.md 8.5): the old session, or NULL and why not. */
static struct wsc *recover(struct api *api, const struct session *session, const char *token,
                           const char **ret_code)
{
    struct wsc *old = wsc_by_token(api->world, token);
    *ret_code = NULL;
    if (old && !text_eq(old->session_id, session->id))
        *ret_code = "WSG-1003";
    else if (!old || !wsc_subscription(api->world, old, 0) ||
             api->world->knobs.ws_recovery_force_fail)
        *ret_code = "WSG-1005";
    return *ret_code ? NULL : old;
}

/* A token of ours looks so, whether it is known or not. */
static bool is_token_like(const char *token)
{
    return strlen(token) == ID_UUID_LEN - 1 &&
           strspn(token, "0123456789abcdefABCDEF-") == ID_UUID_LEN - 1;
}

static void write_details(struct api *api, struct wsc *wsc, const char *state, const char *code,
                          int64_t delay_ms, struct gateway_out *out)
{
    const struct knobs *knobs = &api->world->knobs;
    struct gateway_writer writer;
    char id[ID_UUID_LEN], request_id[ID_UUID_LEN];
    gateway_frame_begin(&writer, "ConnectionDetails", id_uuid(&api->world->ids, id), 200);
    json_open(&writer.json, "headers");
    json_str(&writer.json, "RCRequestId", id_uuid(&api->world->ids, request_id));
    json_close(&writer.json);
    gateway_frame_meta_end(&writer, wsc);
    json_open(&writer.json, NULL);
    json_time(&writer.json, "creationTime", clock_now(api->world));
    json_int(&writer.json, "maxConnectionsPerSession", knobs->ws_max_conn);
    json_int(&writer.json, "recoveryBufferSize", knobs->ws_buffer);
    json_int(&writer.json, "recoveryTimeout", knobs->ws_recovery_window_ms / 1000);
    json_int(&writer.json, "idleTimeout", knobs->ws_idle_ms / 1000);
    json_int(&writer.json, "absoluteTimeout", knobs->ws_absolute_ms / 1000);
    json_int(&writer.json, "maxActiveRequests", knobs->ws_max_active_req);
    json_str(&writer.json, "recoveryState", state);
    json_str(&writer.json, "recoveryErrorCode", code);
    json_close(&writer.json);
    gateway_frame_end(&writer, out)->delay_ms = delay_ms;
}

/* The token is right: a session, the one before or a new one. */
static void begin(struct api *api, const struct session *session, const struct gateway_ask *ask,
                  const char *wanted, int64_t delay_ms, struct event *event,
                  struct gateway_out *out)
{
    const char *code = NULL;
    struct wsc *wsc = wanted ? recover(api, session, wanted, &code) : NULL;
    const char *state = !wanted ? NULL : wsc ? "Successful" : "Failed";
    if (wsc)
        wsc_regain(api->world, wsc, ask->link);
    else
        wsc = wsc_open(api->world, session, ask->link);
    wsc->is_quiet = wanted && !code;
    out->ready_ms = wsc->is_quiet ? api->world->knobs.ws_recovery_pause_ms + 1 : 0;
    event_set_int(event, EVENT_STATUS, 101);
    event_set(event, EVENT_RESULT, !wanted ? "new" : code ? "not recovered" : "recovered");
    event_set(event, EVENT_CODE, code);
    out->status = 101;
    out->wsc = wsc->number;
    out->ping_ms = api->world->knobs.ws_ping_interval_ms;
    out->pong_ms = api->world->knobs.ws_pong_deadline_ms;
    write_details(api, wsc, state, code, delay_ms, out);
}

/* Told in a frame, and the connection ends. */
static void begin_and_end(struct api *api, struct event *event, int status, const char *code,
                          const char *message, struct gateway_out *out)
{
    event_set_int(event, EVENT_STATUS, 101);
    event_set(event, EVENT_CODE, code);
    out->status = 101;
    gateway_error(api, NULL, NULL, status, code, message, out);
    out->close_code = GATEWAY_CLOSE_REFUSED;
    out->close_reason = status == 400 ? "wsc is malformed" : "token opens nothing";
}

/* How a token that opens nothing is told of is not documented (rest.md 8.5): ws.refusal. */
static void refuse_token(struct api *api, struct event *event, enum api_error error,
                         struct gateway_out *out)
{
    int status = api_error_status(error);
    if (api->world->knobs.ws_refusal == KNOB_REFUSAL_FRAME)
        begin_and_end(api, event, status, api_error_code(error), api_error_message(error), out);
    else
        refuse_upgrade(out, event, status, api_error_code(error), api_error_message(error));
}

/* What the rules leave of the upgrade; true: it goes on. */
static bool pass_plan(const struct plan *plan, struct event *event, struct gateway_out *out)
{
    if (plan->kind == PLAN_NONE)
        return true;
    event_set(event, EVENT_FAULT, plan->rule);
    event_set(event, EVENT_PLAN, plan_kind_name(plan->kind));
    event->cause = plan->cause;
    if (plan->kind == PLAN_ANSWER) {
        const char *words = plan->message ? plan->message : web_status_text(plan->status);
        refuse_upgrade(out, event, plan->status, plan->code ? plan->code : "", words);
    }
    out->is_cut = plan->kind == PLAN_CLOSE;
    out->is_dead = plan->kind == PLAN_DROP;
    return plan->kind == PLAN_DELAY;
}

void gateway_open(struct api *api, const struct gateway_ask *ask, struct gateway_out *out)
{
    struct arena arena;
    struct event event;
    struct params query = {0};
    struct plan plan;
    clock_run_due(api->world);
    arena_init(&arena);
    out->link = ask->link;
    params_parse(&query, &arena, ask->query, strlen(ask->query));
    const char *token = params_get(&query, "access_token"), *wanted = params_get(&query, "wsc");
    struct token_view view = {.state = TOKEN_UNKNOWN};
    if (token)
        view = session_by_ws_token(api->world, token);
    gateway_event(api, &event, LAYER_REST, "ws.open", view.session);
    if (ask->is_tls)
        event_set(&event, EVENT_TRANSPORT, "wss");
    event_set(&event, EVENT_METHOD, "GET");
    event_set(&event, EVENT_PATH, ask->path);
    event_set_query(&event, ask->query);
    event_set(&event, EVENT_USER_AGENT, ask->user_agent);
    fault_decide(api->faults, &event, clock_now(api->world), &plan);
    enum api_error error = token_error(api->world, token, &view);
    if (pass_plan(&plan, &event, out)) {
        if (error != API_ERROR_COUNT)
            refuse_token(api, &event, error, out);
        else if (wanted && !is_token_like(wanted)) /* rest.md 8.5 */
            begin_and_end(api, &event, 400, "WSG-400", "Parameter [wsc] is malformed", out);
        else
            begin(api, view.session, ask, wanted, plan.delay_ms, &event, out);
        if (out->status == 101 && error == API_ERROR_COUNT && api->world->knobs.ws_token_single_use)
            session_spend_ws_token(api->world, view.session);
    }
    journal_append(api->journal, &event);
    arena_done(&arena);
}

/* ---- hearing ---- */

static void heartbeat(struct api *api, struct wsc *wsc, const char *message_id,
                      struct gateway_out *out)
{
    struct gateway_writer writer;
    struct event event;
    struct plan plan;
    int64_t code = 0;
    gateway_event(api, &event, LAYER_NOTIFY, "ws.heartbeat",
                  session_by_id(api->world, wsc->session_id));
    event_set(&event, EVENT_REQUEST_ID, message_id);
    fault_decide(api->faults, &event, clock_now(api->world), &plan);
    if (plan.kind != PLAN_NONE) {
        event_set(&event, EVENT_FAULT, plan.rule);
        event_set(&event, EVENT_PLAN, plan_kind_name(plan.kind));
        event.cause = plan.cause;
    }
    journal_append(api->journal, &event);
    if (plan.kind == PLAN_CLOSE) {
        out->close_code = text_int64(plan.code, &code) ? (int)code : GATEWAY_CLOSE_AWAY;
        out->close_reason = "";
    }
    for (int i = plan.kind == PLAN_DUPLICATE                 ? 2
                 : plan.kind == PLAN_DROP || out->close_code ? 0
                                                             : 1;
         i > 0; i--) {
        gateway_frame_begin(&writer, "Heartbeat", message_id, 0);
        gateway_frame_meta_end(&writer, wsc);
        gateway_frame_end(&writer, out)->delay_ms = plan.delay_ms;
    }
}

static void malformed(struct api *api, struct wsc *wsc, const char *message_id, const char *why,
                      struct gateway_out *out)
{
    gateway_error(api, wsc, message_id, 400, "WSG-808", why, out);
}

static void hear_frame(struct api *api, struct wsc *wsc, const struct node *frame,
                       struct gateway_out *out)
{
    bool is_strict = api->world->knobs.ws_strict_frames != 0;
    const struct node *meta = node_first(frame);
    const char *type = node_text(node_get(meta, "type"), NULL);
    const struct node *id = node_get(meta, "messageId");
    const char *message_id = id && id->kind == NODE_STRING ? id->text : NULL;
    if (!frame || frame->kind != NODE_LIST || !meta || meta->kind != NODE_MAP || frame->count > 2)
        malformed(api, wsc, NULL, "A frame is a list of a meta object and perhaps a body", out);
    else if (!message_id || !*message_id)
        malformed(api, wsc, NULL, "messageId is required", out);
    else if (text_eq(type, "Heartbeat"))
        heartbeat(api, wsc, message_id, out);
    else if (!text_eq(type, "ClientRequest"))
        malformed(api, wsc, message_id, "type is unknown", out);
    else if (is_strict && frame->count == 2 && meta->next->kind == NODE_NULL)
        malformed(api, wsc, message_id, "A body can not be null", out);
    else
        gateway_request(api, wsc, frame, out);
}

void gateway_hear(struct api *api, int64_t number, uint64_t link, bool is_text, const char *bytes,
                  size_t len, struct gateway_out *out)
{
    struct wsc *wsc = wsc_carried(api->world, number, link);
    struct arena arena;
    out->link = link;
    out->wsc = number;
    if (!wsc || gateway_is_half_open(api, out))
        return;
    clock_run_due(api->world);
    wsc_hear(api->world, wsc);
    if (!is_text) {
        out->close_code = GATEWAY_CLOSE_NO_TEXT;
        out->close_reason = "frames are text";
        return;
    }
    arena_init(&arena);
    hear_frame(api, wsc, json_parse(&arena, bytes, len, NULL), out);
    arena_done(&arena);
}

void gateway_ready(struct api *api, int64_t number, uint64_t link)
{
    struct wsc *wsc = wsc_carried(api->world, number, link);
    if (!wsc)
        return;
    wsc->is_quiet = false;
    outbox_put(api->world, OUTBOX_FRAME, number);
}

void gateway_answered(struct api *api, int64_t number, uint64_t link)
{
    struct wsc *wsc = wsc_carried(api->world, number, link);
    if (wsc && wsc->active)
        wsc->active--;
}

void gateway_lose(struct api *api, int64_t number, uint64_t link, int code, const char *why)
{
    struct event event;
    struct wsc *wsc = wsc_carried(api->world, number, link);
    if (!wsc)
        return;
    gateway_event(api, &event, LAYER_NOTIFY, "ws.close",
                  session_by_id(api->world, wsc->session_id));
    if (code)
        event_set_int(&event, EVENT_STATUS, code);
    event_set(&event, EVENT_REASON, why);
    journal_append(api->journal, &event);
    wsc_lose(api->world, wsc);
}
