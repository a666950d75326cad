/*
 * One operation of the document: the route it becomes, where its schemas stand, and what it answers
 * with. What openapi.c builds and answer.c serves; nobody else includes this.
 */
#ifndef MOCKRC_OPENAPI_OPERATION_H
#define MOCKRC_OPENAPI_OPERATION_H

#include "api/route.h"
#include "openapi/document.h"

struct media {
    const char *type;
    const void *bytes;
    size_t len;
};

struct operation {
    const struct document *document;
    struct route route;
    const struct node *node;   /* the operation */
    const struct node *shared; /* parameters of its path, or NULL */
    const char *tag;
    const struct route *handler; /* who answers instead, or NULL */
    bool is_ungated;

    /* The answer. */
    int status;
    const struct node *schema; /* of a JSON body, or NULL */
    const char *media_type;    /* of that body */
    const struct media *media; /* a body that is no JSON, or NULL */
    const char *why_absent;    /* NULL: it can be answered */
};

/* Reads status, schema and media from node's responses. */
void operation_read_answer(struct operation *operation);

/* The handler of all of them; the row's context is the operation. */
void operation_run(struct call *call);

/* Checks parameters and body; refuses and returns false when something is wrong. */
bool operation_check(struct call *call, const struct operation *operation);

/* The schema of the operation's JSON body, or NULL; `*ret_required` whether there must be one. */
const struct node *operation_body(const struct operation *operation, bool *ret_required);

/* Can a whole answer be made from the schema? For `mockrc coverage`. */
bool operation_is_finite(const struct operation *operation);

#endif
