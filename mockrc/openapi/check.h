/*
 * Is a value what a schema asks for? For request parameters and bodies, and for the examples a
 * document gives. Checked: type, enum, required, properties, items, allOf / oneOf / anyOf (with a
 * discriminator, the alternative it names), lengths, limits, the patterns pattern.h reads, and the
 * formats int32, date-time, date, email, uri. Members a schema does not name are let pass, as the
 * platform does. Bounded in depth and work: what is past the bounds is let pass.
 */
#ifndef MOCKRC_OPENAPI_CHECK_H
#define MOCKRC_OPENAPI_CHECK_H

#include "openapi/document.h"

enum { CHECK_PATH_MAX = 160 };

struct check_fault {
    bool is_missing;           /* a required member is not there; else a value is wrong */
    char path[CHECK_PATH_MAX]; /* "contact.email", "to[1].phoneNumber"; "" the value itself */
};

/* In a request readOnly members are neither asked for nor looked at, and one alternative of oneOf at
 * least must fit; in an answer they are members like others, and just one must. */
enum check_side { CHECK_REQUEST, CHECK_ANSWER };

/* False: `*ret` (may be NULL) says what is wrong first. */
bool check_value(const struct document *document, const struct node *schema,
                 const struct node *value, enum check_side side, struct check_fault *ret);

/* The same of a text where types cannot be told apart: a path's or a query's parameter. */
bool check_text(const struct document *document, const struct node *schema, const char *text);

#endif
