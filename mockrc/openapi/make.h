/*
 * An answer made from a schema: every property that can be said, in the document's order; enums,
 * formats, patterns, lengths and limits kept; ids of the path, and what the caller sent, echoed;
 * one page of few records, with paging that fits. The same wish gives the same text.
 *
 * Left out: what is deprecated or write-only, what would lead round in a circle, what tells of pages
 * or errors that are not there, and optional members far down. Size and depth are bounded.
 */
#ifndef MOCKRC_OPENAPI_MAKE_H
#define MOCKRC_OPENAPI_MAKE_H

#include "base/buf.h"
#include "base/params.h"
#include "openapi/document.h"

struct make_wish {
    uint64_t seed;       /* of this request */
    const char *url;     /* the called resource, absolute, without query */
    struct params args;  /* the path's parameters, with real ids */
    bool is_of_last_arg; /* the path ends with one: it is what the answer is about */
    int64_t page, per_page;
    const struct node
        *sent; /* the request's body, or NULL: its members are echoed where they fit */
};

/* Appends JSON. False when the schema has no finite value within the bounds: then the text is not
 * what the schema asks for. */
bool make_value(const struct document *document, const struct node *schema,
                const struct make_wish *wish, struct buf *out);

#endif
