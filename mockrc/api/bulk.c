#include "api/bulk.h"

#include "api/gate.h"
#include "api/refuse.h"
#include "base/text.h"

#include <string.h>

enum { BULK_MOST = 64 };

static const char json_kind[] = "application/vnd.ringcentral.multipart+json";

struct item {
    const char *id;
    const struct node *body;
    struct web_reply reply;
    const char *href;
};

struct bulk {
    struct item items[BULK_MOST];
    size_t count;
};

bool bulk_is_of(const struct call *call, const char *name)
{
    return text_eq(call->route->bulk, name) && bulk_is_asked(call);
}

bool bulk_is_asked(const struct call *call)
{
    const char *ids = call->route->bulk ? call_arg(call, call->route->bulk) : NULL;
    if (!ids)
        return false;
    bool has_ids_in_body = strcmp(ids, "*") == 0 && strcmp(call->route->method, "GET") != 0;
    return strchr(ids, ',') || has_ids_in_body;
}

static bool add(struct call *call, struct bulk *bulk, const char *id, const struct node *body)
{
    if (!id || !*id) {
        refuse(call, CMN_101, call->route->bulk);
        return false;
    }
    if (bulk->count == BULK_MOST || bulk->count == (size_t)call->route->bulk_max) {
        refuse(call, CMN_106, NULL);
        return false;
    }
    bulk->items[bulk->count++] = (struct item){.id = id, .body = body};
    return true;
}

/* "*": the ids are in the body. */
static bool read_body_ids(struct call *call, struct bulk *bulk)
{
    if (!call->body || call->body->kind != NODE_LIST || !call->body->count) {
        refuse(call, CMN_103, NULL);
        return false;
    }
    for (const struct node *part = call->body->first; part; part = part->next)
        if (!add(call, bulk, node_text(node_get(part, "resourceId"), NULL), node_get(part, "body")))
            return false;
    return true;
}

static bool read_path_ids(struct call *call, struct bulk *bulk)
{
    const struct node *part = NULL;
    const char *at = call_arg(call, call->route->bulk);
    if (call->body && call->body->kind == NODE_LIST)
        part = call->body->first;
    for (;; at++) {
        size_t len = strcspn(at, ",");
        /* Without a list every item has the same body. */
        const struct node *body = part ? node_get(part, "body") : call->body;
        if (!add(call, bulk, arena_strndup(call->arena, at, len), body))
            return false;
        part = part ? part->next : NULL;
        at += len;
        if (!*at)
            break;
    }
    if (!call->body || call->body->kind != NODE_LIST || call->body->count == bulk->count)
        return true;
    refuse(call, CMN_108, call->route->bulk);
    return false;
}

/* Where call_arg finds the bulk parameter. */
static const char **slot_of(struct call *call)
{
    size_t arg = 0;
    while (call->args[arg] != call_arg(call, call->route->bulk))
        arg++;
    return &call->args[arg];
}

/* The handler runs as if called for this id alone, into a reply of the item's own. */
static void run_item(struct call *call, const char **slot, struct item *item)
{
    struct web_reply *whole = call->reply;
    web_reply_init(&item->reply);
    call->reply = &item->reply;
    *slot = item->id;
    call->body = item->body;
    bool is_let =
        strcmp(call->route->bulk, "extensionId") != 0 || gate_pass_extension(call, item->id);
    struct buf href;
    buf_init(&href, 4096);
    buf_str(&href, call->world->base_url);
    call_path(call, &href);
    item->href = arena_strdup(call->arena, buf_text(&href));
    buf_done(&href);
    if (is_let)
        call->route->run(call);
    call->reply = whole;
}

static bool is_good(const struct item *item)
{
    return item->reply.status < 300;
}

static void write_list(struct call *call, const struct bulk *bulk)
{
    struct json_out out;
    json_out_init(&out, &call->reply->body);
    json_list(&out, NULL);
    for (size_t i = 0; i < bulk->count; i++) {
        json_open(&out, NULL);
        json_str(&out, "resourceId", bulk->items[i].id);
        json_int(&out, "status", bulk->items[i].reply.status);
        if (bulk->items[i].reply.body.len)
            json_raw(&out, "body", buf_text(&bulk->items[i].reply.body));
        json_close(&out);
    }
    json_list_end(&out);
    call->reply->content_type = json_kind;
}

static void begin_part(struct buf *out, const char *boundary)
{
    buf_str(out, "--");
    buf_str(out, boundary);
    buf_str(out, "\r\nContent-Type: application/json\r\n\r\n");
}

static void write_parts(struct call *call, const struct bulk *bulk)
{
    struct buf *body = &call->reply->body;
    /* Clients look for this start of a name in a WebSocket frame (rest.md 8.1). */
    const char *boundary = arena_printf(call->arena, "Boundary_%s", call->request_id);
    struct json_out out;
    begin_part(body, boundary);
    json_out_init(&out, body);
    json_open(&out, NULL);
    json_list(&out, "response");
    for (size_t i = 0; i < bulk->count; i++) {
        json_open(&out, NULL);
        json_str(&out, "href", bulk->items[i].href);
        json_int(&out, "status", bulk->items[i].reply.status);
        json_str(&out, "responseDescription", web_status_text(bulk->items[i].reply.status));
        json_close(&out);
    }
    json_list_end(&out);
    json_close(&out);
    buf_str(body, "\r\n");
    for (size_t i = 0; i < bulk->count; i++) {
        begin_part(body, boundary);
        buf_add(body, buf_text(&bulk->items[i].reply.body), bulk->items[i].reply.body.len);
        buf_str(body, "\r\n");
    }
    buf_str(body, "--");
    buf_str(body, boundary);
    buf_str(body, "--\r\n");
    call->reply->content_type = arena_printf(call->arena, "multipart/mixed; boundary=%s", boundary);
}

static void answer(struct call *call, const struct bulk *bulk)
{
    size_t good = 0;
    for (size_t i = 0; i < bulk->count; i++)
        good += is_good(&bulk->items[i]);
    event_set_int(call->event, EVENT_RECORDS, (int64_t)good);
    if (strcmp(call->route->method, "DELETE") == 0 && good == bulk->count) {
        reply_empty(call, 204);
        return;
    }
    const char *accept = web_header_get(call->request, "Accept");
    reply_empty(call, 207);
    if (accept && strstr(accept, json_kind))
        write_list(call, bulk);
    else
        write_parts(call, bulk);
}

void bulk_run(struct call *call)
{
    struct bulk *bulk = arena_alloc(call->arena, sizeof *bulk);
    const char **slot = slot_of(call), *ids = *slot;
    const struct node *body = call->body;
    if (!(strcmp(ids, "*") == 0 ? read_body_ids(call, bulk) : read_path_ids(call, bulk)))
        return;
    for (size_t i = 0; i < bulk->count; i++)
        run_item(call, slot, &bulk->items[i]);
    *slot = ids;
    call->body = body;
    answer(call, bulk);
    for (size_t i = 0; i < bulk->count; i++)
        web_reply_done(&bulk->items[i].reply);
}
