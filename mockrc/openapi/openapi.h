/*
 * The vendor's own OpenAPI document as a family of endpoints: every operation of it that has no
 * handler here answers from its schema, behind the same gate, faults and journal (design.md 8). The
 * row comes from the document: x-throttling-group, x-app-permission, x-user-permission.
 *
 * Such answers are made up and keep nothing: what one call changes, no other shows. The same request
 * (path with real ids, query, body) gets the same answer under the same seed.
 */
#ifndef MOCKRC_OPENAPI_OPENAPI_H
#define MOCKRC_OPENAPI_OPENAPI_H

#include "api/route.h"
#include "base/err.h"

struct openapi;

/* ERR_USAGE with file, line and column of what is wrong; see document.h. */
int openapi_load(const char *path, struct openapi **ret, struct diag *diag);
int openapi_read(const char *name, const char *text, size_t len, struct openapi **ret,
                 struct diag *diag);
void openapi_free(struct openapi *openapi);

/* Rows for the operations that no row of `families` answers; borrowed from `openapi`. Once. */
struct route_family openapi_routes(struct openapi *openapi, const struct route_family *families,
                                   size_t count);

/* How an operation of the document is answered. */
enum coverage { COVERAGE_STATEFUL, COVERAGE_SCHEMA, COVERAGE_ABSENT, COVERAGE_COUNT };

const char *coverage_name(enum coverage coverage); /* "from schema" */

struct operation_view {
    const char *method, *path, *id, *tag;
    enum coverage coverage;
    const char *handler; /* the name the handler's row goes by, when there is one */
    const char *why;     /* when absent: a literal; or what of the row is not gated */
    bool is_ungated;     /* names a scope or permission that is not in the tables here */
};

size_t openapi_count(const struct openapi *openapi);
/* The i-th operation in the document's order; after openapi_routes. */
struct operation_view openapi_at(const struct openapi *openapi, size_t i);

#endif
