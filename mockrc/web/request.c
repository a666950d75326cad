/* A request: from civetweb's connection to plain data, the plain reply back to its bytes. */
#include "web/parts.h"

#include "base/text.h"
#include "base/mem.h"
#include "world/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    DROP_HOLD_MS = 10000,
    DRAIN_MAX = 16 << 20,
    DRAIN_MS = 1000, /* what a body that is refused may take */
    BODY_MS = 30000, /* what a body may: who sends it slowly holds a worker */
};

void *web_worker_new(const struct mg_context *context, int type)
{
    if (type != 1) /* 1: a worker, as civetweb counts */
        return NULL;
    struct worker *worker = xmalloc(sizeof *worker);
    arena_init(&worker->arena);
    web_reply_init(&worker->reply);
    buf_init(&worker->out, WEB_REPLY_MAX + 65536);
    buf_init(&worker->body, WEB_MULTIPART_MAX + 1);
    return worker;
}

void web_worker_free(const struct mg_context *context, int type, void *pointer)
{
    struct worker *worker = pointer;
    if (!worker)
        return;
    arena_done(&worker->arena);
    web_reply_done(&worker->reply);
    buf_done(&worker->out);
    buf_done(&worker->body);
    free(worker);
}

/* How much of a body is read: files may be larger than forms and JSON. */
static size_t body_limit(struct mg_connection *conn)
{
    const char *type = mg_get_header(conn, "Content-Type");
    return type && text_starts_nocase(type, "multipart/") ? WEB_MULTIPART_MAX : WEB_BODY_MAX;
}

/* A body past the limit is read on for a while, or else the client, still sending, would be reset
 * before it has read why. Not one that is huge, or whose client asks first. */
static void refuse_body(struct mg_connection *conn, long long length, struct web_request *request)
{
    char scrap[16384];
    size_t left = length <= DRAIN_MAX && !mg_get_header(conn, "Expect") ? DRAIN_MAX : 0;
    int64_t until_ms = clock_machine_ms() + DRAIN_MS;
    request->is_body_too_large = true;
    mg_disable_connection_keep_alive(conn);
    while (left > 0 && clock_machine_ms() < until_ms) {
        int got = mg_read(conn, scrap, sizeof scrap);
        if (got <= 0)
            break;
        left -= (size_t)got < left ? (size_t)got : left;
    }
}

/* Reads what the request's framing promises, up to the limit. */
static void read_body(struct mg_connection *conn, long long length, struct buf *body,
                      struct web_request *request)
{
    bool is_chunked = length < 0 && mg_get_header(conn, "Transfer-Encoding");
    if (length <= 0 && !is_chunked)
        return;
    size_t most = body_limit(conn);
    int64_t until_ms = clock_machine_ms() + BODY_MS;
    if (length > (long long)most) {
        refuse_body(conn, length, request);
        return;
    }
    for (;;) {
        size_t wanted = most + 1 - body->len;
        wanted = wanted < 4096 ? wanted : 4096;
        char *room = buf_room(body, wanted);
        if (!room || body->len > most) {
            refuse_body(conn, length, request);
            break;
        }
        int got = mg_read(conn, room, wanted);
        buf_commit(body, got > 0 ? (size_t)got : 0);
        bool is_late = got > 0 && clock_machine_ms() >= until_ms;
        if (got <= 0 || is_late) {
            request->is_body_cut =
                is_late || got < 0 || (!is_chunked && (long long)body->len < length);
            break;
        }
    }
    request->body = buf_text(body);
    request->body_len = body->len;
}

/* "http://host/path" in a request line is the same as "/path" (RFC 9112 section 3.2.2). */
static const char *path_of(const char *uri)
{
    const char *authority = strstr(uri, "://");
    if (*uri == '/' || !authority)
        return uri;
    const char *path = strchr(authority + 3, '/');
    return path ? path : "/";
}

static bool stays_open(const struct mg_request_info *info, struct mg_connection *conn)
{
    const char *wish = mg_get_header(conn, "Connection");
    if (wish && strcasestr(wish, "close"))
        return false;
    return text_eq(info->http_version, "1.1") || (wish && strcasestr(wish, "keep-alive"));
}

/* Head and body as one piece: two writes cost 40 ms with Nagle and half the speed without. */
static void compose(struct buf *out, const struct web_reply *reply, bool is_open, bool is_head)
{
    buf_str(out, "HTTP/1.1 ");
    buf_int(out, reply->status);
    buf_char(out, ' ');
    buf_str(out, web_status_text(reply->status));
    buf_str(out, "\r\n");
    if (reply->head.len)
        buf_add(out, reply->head.data, reply->head.len);
    if (reply->content_type) {
        buf_str(out, "Content-Type: ");
        buf_str(out, reply->content_type);
        buf_str(out, "\r\n");
    }
    if (reply->status != 204 && reply->status != 304) {
        buf_str(out, "Content-Length: ");
        buf_int(out, (int64_t)reply->body.len);
        buf_str(out, "\r\n");
    }
    buf_str(out, is_open ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n");
    if (!is_head && reply->body.len)
        buf_add(out, reply->body.data, reply->body.len);
}

/* The front keeps a client's connection open; that of one request to us ends with the answer. */
static bool is_inner(const struct listener *listener, const struct mg_request_info *info)
{
    return info->server_port != listener->ports[PORT_OUTER];
}

static void send_reply(struct mg_connection *conn, struct worker *worker, bool is_open,
                       bool is_head)
{
    const struct mg_request_info *info = mg_get_request_info(conn);
    buf_reset(&worker->out);
    compose(&worker->out, &worker->reply, is_open, is_head);
    if (!is_open || is_inner(info->user_data, info))
        mg_disable_connection_keep_alive(conn);
    mg_write(conn, worker->out.data, worker->out.len);
}

static void perform(struct listener *listener, struct mg_connection *conn, struct worker *worker,
                    const struct plan *plan, bool is_open, bool is_head)
{
    switch (plan->kind) {
    case PLAN_DROP:
        web_hold(listener, plan->delay_ms ? plan->delay_ms : DROP_HOLD_MS);
        mg_disable_connection_keep_alive(conn);
        return;
    case PLAN_CLOSE:
        mg_disable_connection_keep_alive(conn);
        return;
    case PLAN_DELAY:
        web_hold(listener, plan->delay_ms);
        break;
    case PLAN_NONE:
    case PLAN_ANSWER:
    case PLAN_DUPLICATE: /* of notifications */
    case PLAN_REORDER:
    case PLAN_RESOLVE: /* of names */
    case PLAN_IMPAIR:
    case PLAN_BYTES:
        break;
    }
    send_reply(conn, worker, is_open, is_head);
}

int web_on_request(struct mg_connection *conn)
{
    const struct mg_request_info *info = mg_get_request_info(conn);
    struct listener *listener = info->user_data;
    struct worker *worker = mg_get_thread_pointer(conn);
    struct web_header headers[WEB_HEADERS_MAX];
    struct web_request request = {
        .method = info->request_method,
        .path = path_of(info->request_uri),
        .query = info->query_string ? info->query_string : "",
        .headers = headers,
        .body = "",
        .is_tls = info->server_port == listener->ports[PORT_INNER_TLS],
    };
    for (int i = 0; i < info->num_headers && i < WEB_HEADERS_MAX; i++)
        headers[request.header_count++] =
            (struct web_header){info->http_headers[i].name, info->http_headers[i].value};
    arena_reset(&worker->arena);
    web_reply_reset(&worker->reply);
    buf_reset(&worker->body);
    read_body(conn, info->content_length, &worker->body, &request);

    struct plan plan;
    listener->options.serve(listener->options.context, &worker->arena, &request, &worker->reply,
                            &plan);
    bool is_open = stays_open(info, conn) && !request.is_body_cut && !request.is_body_too_large;
    perform(listener, conn, worker, &plan, is_open, strcmp(request.method, "HEAD") == 0);
    return worker->reply.status ? worker->reply.status : 200;
}

/* civetweb found no request in the bytes (or too many of them). */
int web_on_error(struct mg_connection *conn, int status, const char *message)
{
    const struct mg_request_info *info = mg_get_request_info(conn);
    struct listener *listener = info->user_data;
    struct worker *worker = mg_get_thread_pointer(conn);
    if (!worker)
        return 1;
    web_reply_reset(&worker->reply);
    worker->reply.status = status;
    listener->options.malformed(listener->options.context, &worker->reply);
    send_reply(conn, worker, false, false);
    return 0;
}
