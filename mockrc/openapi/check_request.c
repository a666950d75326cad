/* A request against its operation: parameters and body, refused in the platform's own codes. */
#include "openapi/operation.h"

#include "api/refuse.h"
#include "base/text.h"
#include "openapi/check.h"
#include "openapi/shape.h"

#include <string.h>

/* One of a repeated parameter's values, or one of a comma list's when the schema says so. */
static bool check_each(const struct operation *operation, const struct node *schema,
                       const char *value, bool is_comma_list, struct arena *arena)
{
    if (!is_comma_list)
        return check_text(operation->document, schema, value);
    for (;; value++) {
        size_t len = strcspn(value, ",");
        if (!check_text(operation->document, schema, arena_strndup(arena, value, len)))
            return false;
        value += len;
        if (!*value)
            return true;
    }
}

/* The excess is clamped, not refused, and the call log's "max" is known everywhere (rest.md 1.3). */
static bool is_clamped(const char *name, const char *value)
{
    int64_t number;
    return text_eq(name, "perPage") &&
           (text_eq(value, "max") || (text_int64(value, &number) && number > 0));
}

static bool refuse_parameter(struct call *call, const char *where, const char *name,
                             const char *value)
{
    bool is_header = text_eq(where, "header");
    if (is_header)
        refuse(call, value ? CMN_407 : CMN_110, name);
    else
        refuse_value(call, value ? CMN_101 : CMN_100, name, value);
    return false;
}

static const char *value_of(const struct call *call, const char *where, const char *name, size_t n)
{
    if (text_eq(where, "query"))
        return params_nth(&call->query, name, n);
    if (n > 0)
        return NULL;
    return text_eq(where, "path")     ? call_arg(call, name)
           : text_eq(where, "header") ? web_header_get(call->request, name)
                                      : NULL;
}

/* The gate has resolved these. */
static bool is_gates(const char *where, const char *name)
{
    return text_eq(where, "path") && (text_eq(name, "accountId") || text_eq(name, "extensionId"));
}

static bool check_parameter(struct call *call, const struct operation *operation,
                            const struct node *parameter)
{
    struct shape shape;
    parameter = document_follow(operation->document, parameter);
    const char *name = node_text(node_get(parameter, "name"), NULL);
    const char *where = node_text(node_get(parameter, "in"), "");
    const struct node *schema = node_get(parameter, "schema");
    if (!name || is_gates(where, name))
        return true;
    shape_of(operation->document, schema, NULL, &shape);
    bool is_list = shape_kind(&shape) == SCHEMA_ARRAY;
    const struct node *each = is_list ? shape_word(&shape, "items") : schema;
    /* Simple style joins a path's list with commas; a query's does so when it is not exploded. */
    bool is_comma_list =
        is_list && (!text_eq(where, "query") || !node_bool(node_get(parameter, "explode"), true));
    const char *value = value_of(call, where, name, 0);
    if (!value)
        return !node_bool(node_get(parameter, "required"), false) || text_eq(where, "cookie") ||
               refuse_parameter(call, where, name, NULL);
    for (size_t n = 0; (value = value_of(call, where, name, n)); n++)
        if (!is_clamped(name, value) &&
            !check_each(operation, each, value, is_comma_list, call->arena))
            return refuse_parameter(call, where, name, value);
    return true;
}

static bool check_parameters(struct call *call, const struct operation *operation,
                             const struct node *list)
{
    for (const struct node *parameter = node_first(list); parameter; parameter = parameter->next)
        if (!check_parameter(call, operation, parameter))
            return false;
    return true;
}

const struct node *operation_body(const struct operation *operation, bool *ret_required)
{
    const struct node *body =
        document_follow(operation->document, node_get(operation->node, "requestBody"));
    *ret_required = node_bool(node_get(body, "required"), false);
    for (const struct node *media = document_members(node_get(body, "content")); media;
         media = media->next)
        if (text_starts(media->key, "application/") && strstr(media->key, "json") &&
            !strstr(media->key, "multipart"))
            return node_get(media, "schema");
    *ret_required = false; /* files and forms are taken as they come */
    return NULL;
}

static bool check_body(struct call *call, const struct operation *operation)
{
    bool is_required;
    struct check_fault fault;
    const struct node *schema = operation_body(operation, &is_required);
    if (!call->body && is_required) {
        refuse(call, CMN_103, NULL);
        return false;
    }
    if (!schema || !call->body ||
        check_value(operation->document, schema, call->body, CHECK_REQUEST, &fault))
        return true;
    refuse(call, fault.is_missing ? CMN_100 : CMN_101, fault.path[0] ? fault.path : "body");
    return false;
}

bool operation_check(struct call *call, const struct operation *operation)
{
    return check_parameters(call, operation, operation->shared) &&
           check_parameters(call, operation, node_get(operation->node, "parameters")) &&
           check_body(call, operation);
}
