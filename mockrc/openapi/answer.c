/* What an operation answers with: status and body from its responses, made for the request. */
#include "openapi/operation.h"

#include "api/refuse.h"
#include "base/hash.h"
#include "base/text.h"
#include "openapi/make.h"

#include <stdlib.h>
#include <string.h>

enum { ANSWER_MAX = 4 << 20 };

/* A header and no samples. */
static const char wave[] = "RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0"
                           "\x02\0\x10\0data\0\0\0";
/* One transparent dot. */
static const unsigned char image[] = {
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48,
    0x44, 0x52, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x06, 0x00, 0x00,
    0x00, 0x1f, 0x15, 0xc4, 0x89, 0x00, 0x00, 0x00, 0x0b, 0x49, 0x44, 0x41, 0x54, 0x78,
    0x9c, 0x63, 0x60, 0x00, 0x02, 0x00, 0x00, 0x05, 0x00, 0x01, 0x7a, 0x5e, 0xab, 0x3f,
    0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
};
static const char rows[] = "id\r\n";

/* What stands for a body that has no schema, by the kind the document names. */
static const struct {
    const char *named;
    struct media media;
} media_table[] = {
    {"audio/*", {"audio/wav", wave, sizeof wave}},
    {"audio/wav", {"audio/wav", wave, sizeof wave}},
    {"image/*", {"image/png", image, sizeof image}},
    {"image/png", {"image/png", image, sizeof image}},
    {"text/csv", {"text/csv", rows, sizeof rows - 1}},
};

static const struct media *media_named(const char *type)
{
    for (size_t i = 0; i < sizeof media_table / sizeof *media_table; i++)
        if (text_eq(type, media_table[i].named))
            return &media_table[i].media;
    return NULL;
}

static bool is_json(const char *type)
{
    size_t len = strlen(type);
    return text_eq(type, "application/json") ||
           (len > 5 && text_eq(type + len - 5, "+json") && !strstr(type, "multipart"));
}

static void read_content(struct operation *operation, const struct node *content)
{
    for (const struct node *type = document_members(content); type; type = type->next) {
        if (is_json(type->key)) {
            operation->schema = node_get(type, "schema");
            operation->media_type = text_eq(type->key, "application/json")
                                        ? "application/json;charset=UTF-8"
                                        : type->key;
            operation->media = NULL;
            return;
        }
        if (!operation->media)
            operation->media = media_named(type->key);
    }
    if (content && content->count && !operation->media)
        operation->why_absent = "its answer is of a kind that cannot be made";
}

/* The least of 2xx. */
static const struct node *success_of(const struct operation *operation, int *ret_status)
{
    const struct node *best = NULL;
    int64_t status;
    for (const struct node *response = document_members(node_get(operation->node, "responses"));
         response; response = response->next)
        if (text_int64(response->key, &status) && status >= 200 && status < 300 &&
            (!best || status < *ret_status)) {
            best = response;
            *ret_status = (int)status;
        }
    return best;
}

void operation_read_answer(struct operation *operation)
{
    const struct node *response = success_of(operation, &operation->status);
    if (!response) {
        operation->why_absent = "it has no answer of success";
        return;
    }
    read_content(operation, node_get(document_follow(operation->document, response), "content"));
}

/* The path's parameters with real ids. */
static struct params args_of(const struct call *call)
{
    struct params args = {arena_alloc(call->arena, ROUTE_ARGS_MAX * sizeof *args.list), 0};
    for (const char *at = call->route->path; (at = strchr(at, '{')) && args.count < ROUTE_ARGS_MAX;
         at++) {
        const char *name = arena_strndup(call->arena, at + 1, strcspn(at + 1, "}"));
        const char *value = call->args[args.count];
        if (text_eq(name, "accountId") && call->account)
            value = arena_printf(call->arena, "%lld", (long long)call->account->id);
        else if (text_eq(name, "extensionId") && call->target)
            value = arena_printf(call->arena, "%lld", (long long)call->target->id);
        args.list[args.count++] = (struct param){name, value};
    }
    return args;
}

/* The same request, the same seed: method, path without the host (ports differ between runs), query
 * and body; not the token. */
static uint64_t seed_of(const struct call *call, const char *url)
{
    struct buf text;
    const uint64_t key[2] = {call->world->seed, 0x6f70656e617069};
    buf_init(&text, 4 << 20);
    buf_printf(&text, "%s %s", call->route->method, url + strlen(call->world->base_url));
    for (size_t i = 0; i < call->query.count; i++)
        if (!text_eq(call->query.list[i].name, "access_token"))
            buf_printf(&text, "\n%s=%s", call->query.list[i].name, call->query.list[i].value);
    buf_char(&text, '\n');
    buf_add(&text, call->request->body, call->request->body_len);
    uint64_t seed = hash_keyed(key, buf_text(&text), text.len);
    buf_done(&text);
    return seed;
}

static int64_t number_of(const struct call *call, const char *name, int64_t otherwise, int64_t most)
{
    int64_t number;
    const char *text = params_get(&call->query, name);
    if (!text || !text_int64(text, &number) || number < 1)
        return text_eq(text, "max") ? most : otherwise;
    return number > most ? most : number;
}

static struct make_wish wish_of(const struct call *call)
{
    struct buf url;
    buf_init(&url, 1 << 16);
    buf_str(&url, call->world->base_url);
    call_path(call, &url);
    const char *text = arena_strdup(call->arena, buf_text(&url));
    size_t len = strlen(call->route->path);
    buf_done(&url);
    return (struct make_wish){
        .seed = seed_of(call, text),
        .url = text,
        .args = args_of(call),
        .is_of_last_arg = len > 0 && call->route->path[len - 1] == '}',
        .page = number_of(call, "page", 1, 1 << 20),
        .per_page = number_of(call, "perPage", 100, call->world->knobs.paging_max),
        .sent = call->body,
    };
}

static void answer_json(struct call *call, const struct operation *operation)
{
    struct make_wish wish = wish_of(call);
    struct buf body;
    buf_init(&body, ANSWER_MAX);
    if (make_value(operation->document, operation->schema, &wish, &body)) {
        reply_empty(call, operation->status);
        call->reply->content_type = operation->media_type;
        buf_add(&call->reply->body, buf_text(&body), body.len);
    } else {
        refuse(call, CMN_202, NULL);
    }
    buf_done(&body);
}

void operation_run(struct call *call)
{
    const struct operation *operation = call->route->context;
    if (!operation_check(call, operation))
        return;
    if (operation->why_absent) {
        refuse(call, CMN_202, NULL);
    } else if (operation->media_type) {
        answer_json(call, operation);
    } else {
        reply_empty(call, operation->status);
        if (operation->media) {
            call->reply->content_type = operation->media->type;
            buf_add(&call->reply->body, operation->media->bytes, operation->media->len);
        }
    }
}

bool operation_is_finite(const struct operation *operation)
{
    struct make_wish wish = {.seed = 1, .url = "http://localhost", .page = 1, .per_page = 100};
    struct buf body;
    if (!operation->media_type)
        return true;
    buf_init(&body, ANSWER_MAX);
    bool is_finite = make_value(operation->document, operation->schema, &wish, &body);
    buf_done(&body);
    return is_finite;
}
