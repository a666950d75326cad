/* A ClientRequest: a REST call like any other (rest.md 8.2, 8.4). */
#include "notify/gateway_parts.h"

#include "api/errand.h"
#include "api/refuse.h"
#include "base/codec.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

void gateway_call_free(struct gateway_call *call)
{
    web_reply_done(&call->reply);
    arena_done(&call->arena);
    free(call);
}

/* "/restapi/..." of a path or a whole address; one blank end ("/subscription/") does no harm. */
static const char *path_of(struct gateway_call *call, const char *path, const char **ret_query)
{
    const char *authority = strstr(path, "://");
    if (*path != '/' && authority)
        path = strchr(authority + 3, '/') ? strchr(authority + 3, '/') : "/";
    size_t len = strcspn(path, "?");
    *ret_query = path[len] ? path + len + 1 : "";
    while (len > 1 && path[len - 1] == '/')
        len--;
    return arena_strndup(&call->arena, path, len);
}

static void add_query(struct buf *out, const char *name, const struct node *value)
{
    const char *text = node_text(value, "");
    if (value->kind == NODE_BOOL)
        text = value->boolean ? "true" : "false";
    if (out->len)
        buf_char(out, '&');
    codec_percent(out, name);
    buf_char(out, '=');
    codec_percent(out, text);
}

/* The query of the path, and `query` of the meta object; lists are repeated names. */
static const char *query_of(struct gateway_call *call, const char *query, const struct node *more)
{
    struct buf text;
    buf_init(&text, WEB_BODY_MAX);
    buf_str(&text, query);
    for (const struct node *one = node_first(more); one; one = one->next) {
        if (one->kind == NODE_LIST)
            for (const struct node *item = node_first(one); item; item = item->next)
                add_query(&text, one->key, item);
        else if (one->kind != NODE_NULL)
            add_query(&text, one->key, one);
    }
    const char *kept = arena_strndup(&call->arena, buf_text(&text), text.len);
    buf_done(&text);
    return kept;
}

/* The connection says who it is, and the frame how long the body is. */
static bool is_ours(const char *name)
{
    static const char *const names[] = {"Authorization",     "Host",       "Content-Length",
                                        "Transfer-Encoding", "Connection", "Cookie"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(name, names[i]) == 0)
            return true;
    return false;
}

static void read_headers(struct gateway_call *call, const struct node *headers)
{
    struct web_request *request = &call->request;
    struct web_header *list =
        arena_alloc(&call->arena, (WEB_HEADERS_MAX + 1) * sizeof(struct web_header));
    bool has_type = false;
    for (const struct node *one = node_first(headers); one; one = one->next) {
        if (is_ours(one->key) || !one->text || request->header_count == WEB_HEADERS_MAX)
            continue;
        has_type |= strcasecmp(one->key, "Content-Type") == 0;
        list[request->header_count++] = (struct web_header){arena_strdup(&call->arena, one->key),
                                                            arena_strdup(&call->arena, one->text)};
    }
    if (!has_type && request->body_len)
        list[request->header_count++] = (struct web_header){"Content-Type", "application/json"};
    request->headers = list;
}

static void read_body(struct gateway_call *call, const struct node *body)
{
    struct web_request *request = &call->request;
    request->body = "";
    if (!body || body->kind == NODE_NULL)
        return;
    struct buf text;
    struct json_out json;
    buf_init(&text, WEB_BODY_MAX);
    json_out_init(&json, &text);
    json_node(&json, NULL, body);
    request->is_body_too_large = text.truncated;
    request->body_len = text.len;
    request->body = arena_strndup(&call->arena, buf_text(&text), text.len);
    buf_done(&text);
}

static struct gateway_call *call_new(struct wsc *wsc, const struct node *frame)
{
    struct gateway_call *call = xcalloc(1, sizeof *call);
    const struct node *meta = node_first(frame);
    const char *query;
    arena_init(&call->arena);
    web_reply_init(&call->reply);
    call->wsc = wsc->number;
    call->link = wsc->link;
    call->message_id = arena_strdup(&call->arena, node_text(node_get(meta, "messageId"), ""));
    struct web_request *request = &call->request;
    request->method = arena_strdup(&call->arena, node_text(node_get(meta, "method"), "GET"));
    request->path = path_of(call, node_text(node_get(meta, "path"), "/"), &query);
    request->query = query_of(call, query, node_get(meta, "query"));
    read_body(call, meta->next);
    read_headers(call, node_get(meta, "headers"));
    request->session_id = arena_strdup(&call->arena, wsc->session_id);
    request->wsc = wsc->number;
    return call;
}

/* "Name: value" lines as members; the last of a name counts. */
static void write_headers(struct json_out *json, const struct web_reply *reply)
{
    json_open(json, "headers");
    json_str(json, "Content-Type", reply->content_type);
    const char *line = buf_text(&reply->head);
    for (const char *end; (end = strstr(line, "\r\n")); line = end + 2) {
        char name[64];
        size_t len = strcspn(line, ":");
        if (len >= sizeof name || line + len >= end)
            continue;
        memcpy(name, line, len);
        name[len] = '\0';
        const char *value = line + len + 1 + strspn(line + len + 1, " ");
        json_strn(json, name, value, (size_t)(end - value));
    }
    json_close(json);
}

static bool is_type(const struct web_reply *reply, const char *type)
{
    return reply->content_type && text_starts_nocase(reply->content_type, type);
}

/* Multipart answers stand in the frame as they are, which then is no JSON (rest.md 8.1). */
static struct gateway_frame *write_reply(struct gateway_call *call, struct wsc *wsc,
                                         struct gateway_out *out)
{
    const struct web_reply *reply = &call->reply;
    struct gateway_writer writer;
    gateway_frame_begin(&writer, "ClientRequest", call->message_id, reply->status);
    write_headers(&writer.json, reply);
    gateway_frame_meta_end(&writer, wsc);
    if (reply->body.len && is_type(reply, "multipart/")) {
        buf_char(&writer.text, ',');
        buf_add(&writer.text, reply->body.data, reply->body.len);
    } else if (reply->body.len) {
        json_raw(&writer.json, NULL, buf_text(&reply->body));
    }
    return gateway_frame_end(&writer, out);
}

/* Does what api_serve planned; the call is freed. */
static void answer(struct api *api, struct wsc *wsc, struct gateway_call *call,
                   struct gateway_out *out)
{
    const struct web_reply *reply = &call->reply;
    const struct plan *plan = &call->plan;
    int64_t code;
    if (plan->kind == PLAN_CLOSE) {
        out->close_code = text_int64(plan->code, &code) ? (int)code : GATEWAY_CLOSE_AWAY;
        out->close_reason = "";
    } else if (plan->kind != PLAN_DROP) {
        bool is_binary = reply->body.len && !is_type(reply, "application/json") &&
                         !is_type(reply, "multipart/") &&
                         !is_type(reply, "application/vnd.ringcentral.multipart+json");
        if (is_binary) {
            gateway_error(api, wsc, call->message_id, 400, "WSG-808",
                          "Binary content can not be sent over a WebSocket", out);
        } else {
            struct gateway_frame *frame = write_reply(call, wsc, out);
            frame->delay_ms = plan->kind == PLAN_DELAY ? plan->delay_ms : 0;
            frame->is_active = frame->delay_ms > 0;
            wsc->active += frame->is_active;
        }
    }
    gateway_call_free(call);
}

/* REST only: neither OAuth nor what is not the platform's (rest.md 8.4). */
static bool is_allowed(const char *path)
{
    return text_starts(path, "/restapi/") && !text_starts(path, "/restapi/oauth/");
}

void gateway_request(struct api *api, struct wsc *wsc, const struct node *frame,
                     struct gateway_out *out)
{
    const struct node *meta = node_first(frame);
    const struct node *method = node_get(meta, "method"), *path = node_get(meta, "path");
    const char *id = node_text(node_get(meta, "messageId"), "");
    if (!method || method->kind != NODE_STRING || !path || path->kind != NODE_STRING) {
        gateway_error(api, wsc, id, 400, "WSG-808", "method and path are required", out);
        return;
    }
    struct gateway_call *call = call_new(wsc, frame);
    if (!is_allowed(call->request.path)) {
        refuse_raw(&call->reply, api_error_status(AGW_404), api_error_code(AGW_404),
                   api_error_message(AGW_404));
        answer(api, wsc, call, out);
        return;
    }
    if ((int64_t)wsc->active >= api->world->knobs.ws_max_active_req) {
        refuse_raw(&call->reply, api_error_status(CMN_301), api_error_code(CMN_301),
                   "Too many active requests");
        answer(api, wsc, call, out);
        return;
    }
    int64_t number = wsc->number;
    api_serve(api, &call->arena, &call->request, &call->reply, &call->plan);
    wsc = wsc_carried(api->world, number, call->link);
    if (!wsc) {
        gateway_call_free(call);
    } else if (call->reply.errand) {
        wsc->active++;
        out->call = call;
    } else {
        answer(api, wsc, call, out);
    }
}

void gateway_resume(struct api *api, struct gateway_call *call, struct gateway_out *out)
{
    out->link = call->link;
    out->wsc = call->wsc;
    api_resume(api, &call->arena, &call->request, &call->reply, &call->plan);
    struct wsc *wsc = wsc_carried(api->world, call->wsc, call->link);
    if (!wsc) {
        gateway_call_free(call);
    } else if (call->reply.errand) {
        out->call = call;
    } else {
        wsc->active--;
        answer(api, wsc, call, out);
    }
}
