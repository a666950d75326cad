#include "openapi/openapi.h"

#include "base/mem.h"
#include "base/text.h"
#include "openapi/operation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPERATIONS_MAX = 4000, PATH_SEGMENTS_MAX = 20 };

struct openapi {
    struct document *document;
    struct arena arena; /* texts of rows */
    struct operation *operations;
    size_t count, cap;
    struct route *routes;
};

static int refuse_node(const struct document *document, const struct node *node, struct diag *diag,
                       const char *what, const char *saw)
{
    return diag_set(diag, ERR_USAGE, document_name(document), node->line ? node->key_line : 0,
                    node->line ? node->key_col : 0, "%s \"%.200s\"", what, saw);
}

/* "Light" -> RATE_LIGHT; false when there is no such group. */
static bool read_rate(const char *name, enum rate_group *ret)
{
    if (!name || text_eq(name, "NoThrottling")) {
        *ret = RATE_NONE;
        return true;
    }
    for (int i = RATE_LIGHT; i < RATE_GROUP_COUNT; i++)
        if (text_eq_nocase(name, rate_group_name((enum rate_group)i))) {
            *ret = (enum rate_group)i;
            return true;
        }
    return false;
}

/* "A" or "A OR B". */
static void read_permission(struct operation *operation, struct arena *arena, const char *words)
{
    const char * or = words ? strstr(words, " OR ") : NULL;
    const char *first = or ? arena_strndup(arena, words, (size_t)(or -words)) : words;
    struct route *row = &operation->route;
    row->permission = first ? permission_named(first) : PERMISSION_NONE;
    row->or_permission = or ? permission_named(or +strlen(" OR ")) : PERMISSION_NONE;
    operation->is_ungated =
        operation->is_ungated || (first && !row->permission) || (or &&!row->or_permission);
}

/* `security: []`, or one of the ways in needs nothing. */
static bool is_open_to_all(const struct node *operation)
{
    const struct node *ways = node_get(operation, "security");
    if (!ways || ways->kind != NODE_LIST)
        return false;
    for (const struct node *way = ways->first; way; way = way->next)
        if (way->kind == NODE_MAP && way->count == 0)
            return true;
    return ways->count == 0;
}

static int read_row(struct openapi *openapi, const struct node *node, struct operation *operation,
                    struct diag *diag)
{
    struct route *row = &operation->route;
    const char *scope = node_text(node_get(node, "x-app-permission"), NULL);
    const char *id = node_text(node_get(node, "operationId"), NULL);
    const struct node *rate = node_get(node, "x-throttling-group");
    row->op = id ? id : arena_printf(&openapi->arena, "%s %s", row->method, row->path);
    row->layer = LAYER_REST;
    row->auth = is_open_to_all(node) ? AUTH_NONE : AUTH_BEARER;
    row->scope = scope ? scope_named(scope) : SCOPE_NONE;
    operation->is_ungated = scope && !row->scope;
    read_permission(operation, &openapi->arena,
                    node_text(node_get(node, "x-user-permission"), NULL));
    row->target = strstr(row->path, "{extensionId}") ? TARGET_EXTENSION : TARGET_NONE;
    row->run = operation_run;
    if (!read_rate(node_text(rate, NULL), &row->rate))
        return refuse_node(openapi->document, rate, diag, "unknown x-throttling-group",
                           node_text(rate, ""));
    return 0;
}

/* Segments that are whole words or whole {parameters}, as the router wants them. */
static bool is_path(const char *path)
{
    int args = 0, segments = 0;
    if (*path != '/')
        return false;
    for (const char *at = path; *at; segments++) {
        size_t len = strcspn(++at, "/");
        bool is_arg = *at == '{';
        if (len == 0 || (is_arg && (at[len - 1] != '}' || len < 3)) ||
            (!is_arg && memchr(at, '{', len)))
            return false;
        args += is_arg;
        at += len;
    }
    return args <= ROUTE_ARGS_MAX && segments <= PATH_SEGMENTS_MAX;
}

static const char *method_of(const char *key)
{
    static const char *const methods[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (text_eq_nocase(key, methods[i]))
            return methods[i];
    return NULL; /* "parameters", "summary", HEAD, OPTIONS: nothing to answer */
}

static int add_path(struct openapi *openapi, const struct node *item, struct diag *diag)
{
    if (!is_path(item->key) || item->kind != NODE_MAP)
        return refuse_node(openapi->document, item, diag, "no path the API can have:", item->key);
    for (const struct node *node = item->first; node; node = node->next) {
        const char *method = method_of(node->key);
        if (!method || node->kind != NODE_MAP)
            continue;
        if (openapi->count == OPERATIONS_MAX)
            return refuse_node(openapi->document, node, diag, "too many operations at", item->key);
        xgrow(openapi->operations, openapi->count, &openapi->cap);
        struct operation *operation = &openapi->operations[openapi->count++];
        *operation = (struct operation){
            .document = openapi->document,
            .route = {.method = method, .path = item->key},
            .node = node,
            .shared = node_get(item, "parameters"),
            .tag = node_text(node_first(node_get(node, "tags")), NULL),
        };
        int err = read_row(openapi, node, operation, diag);
        if (err)
            return err;
        operation_read_answer(operation);
    }
    return 0;
}

static int build(struct openapi *openapi, struct diag *diag)
{
    const struct node *paths = node_get(document_root(openapi->document), "paths");
    int err = 0;
    for (const struct node *item = paths->first; item && !err; item = item->next)
        err = add_path(openapi, item, diag);
    return err;
}

static int wrap(struct document *document, struct openapi **ret, struct diag *diag)
{
    struct openapi *openapi = xcalloc(1, sizeof *openapi);
    arena_init(&openapi->arena);
    openapi->document = document;
    int err = build(openapi, diag);
    if (err)
        openapi_free(openapi);
    else
        *ret = openapi;
    return err;
}

int openapi_load(const char *path, struct openapi **ret, struct diag *diag)
{
    struct document *document;
    int err = document_load(path, &document, diag);
    return err ? err : wrap(document, ret, diag);
}

int openapi_read(const char *name, const char *text, size_t len, struct openapi **ret,
                 struct diag *diag)
{
    struct document *document;
    int err = document_read(name, text, len, &document, diag);
    return err ? err : wrap(document, ret, diag);
}

void openapi_free(struct openapi *openapi)
{
    if (!openapi)
        return;
    free(openapi->routes);
    free(openapi->operations);
    arena_done(&openapi->arena);
    document_free(openapi->document);
    free(openapi);
}

/* Do two paths mean the same place, whatever their parameters are called? */
static bool same_place(const char *a, const char *b)
{
    while (*a && *b) {
        if (*a == '{' && *b == '{') {
            a += strcspn(a, "}");
            b += strcspn(b, "}");
        } else if (*a != *b) {
            return false;
        }
        a += *a != '\0';
        b += *b != '\0';
    }
    return *a == *b;
}

static const struct route *handler_of(const struct operation *operation,
                                      const struct route_family *families, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < families[i].count; j++) {
            const struct route *row = &families[i].routes[j];
            if (strcmp(row->method, operation->route.method) == 0 &&
                same_place(row->path, operation->route.path))
                return row;
        }
    return NULL;
}

struct route_family openapi_routes(struct openapi *openapi, const struct route_family *families,
                                   size_t count)
{
    size_t kept = 0;
    openapi->routes = xcalloc(openapi->count + 1, sizeof *openapi->routes);
    for (size_t i = 0; i < openapi->count; i++) {
        struct operation *operation = &openapi->operations[i];
        operation->handler = handler_of(operation, families, count);
        operation->route.context = operation;
        if (!operation->handler)
            openapi->routes[kept++] = operation->route;
    }
    return (struct route_family){openapi->routes, kept};
}

const char *coverage_name(enum coverage coverage)
{
    static const char *const names[COVERAGE_COUNT] = {"stateful", "from schema", "absent"};
    return names[coverage];
}

size_t openapi_count(const struct openapi *openapi)
{
    return openapi->count;
}

struct operation_view openapi_at(const struct openapi *openapi, size_t i)
{
    const struct operation *operation = &openapi->operations[i];
    struct operation_view view = {
        .method = operation->route.method,
        .path = operation->route.path,
        .id = operation->route.op,
        .tag = operation->tag,
        .is_ungated = operation->is_ungated && !operation->handler,
    };
    if (operation->handler) {
        view.coverage = COVERAGE_STATEFUL;
        view.handler = operation->handler->op;
    } else if (operation->why_absent || !operation_is_finite(operation)) {
        view.coverage = COVERAGE_ABSENT;
        view.why = operation->why_absent ? operation->why_absent : "its schema has no end";
    } else {
        view.coverage = COVERAGE_SCHEMA;
    }
    return view;
}
