/*
 * What a schema comes to: itself with everything it is made of (allOf, and one alternative of each
 * oneOf and anyOf), references followed, so that its words (type, properties, required, limits) can
 * be asked for as if they stood in one place. A view: it borrows the document and owns nothing.
 *
 * Bounded: what is past SHAPE_PARTS_MAX parts or SHAPE_DEPTH_MAX levels is left out.
 */
#ifndef MOCKRC_OPENAPI_SHAPE_H
#define MOCKRC_OPENAPI_SHAPE_H

#include "openapi/document.h"

enum { SHAPE_PARTS_MAX = 32, SHAPE_DEPTH_MAX = 12 };

enum schema_kind {
    SCHEMA_ANY,
    SCHEMA_OBJECT,
    SCHEMA_ARRAY,
    SCHEMA_STRING,
    SCHEMA_INTEGER,
    SCHEMA_NUMBER,
    SCHEMA_BOOLEAN
};

struct shape {
    const struct node *parts[SHAPE_PARTS_MAX]; /* the more particular, the later */
    size_t count;
    const char *tag, *tag_value; /* which property tells the alternative taken, and its value */
};

/* Which alternative is taken of which schema's oneOf or anyOf; the first, of those not listed. */
enum { SHAPE_PICKS_MAX = 64 };

struct shape_picks {
    struct {
        const struct node *schema;
        size_t index;
    } list[SHAPE_PICKS_MAX];
    size_t count;
};

/* `picks` may be NULL. */
void shape_of(const struct document *document, const struct node *schema,
              const struct shape_picks *picks, struct shape *ret);

/* The last part's word of that name ("maxLength"), or NULL. */
const struct node *shape_word(const struct shape *shape, const char *name);
/* A whole number of that name; `otherwise` when there is none. */
int64_t shape_int(const struct shape *shape, const char *name, int64_t otherwise);
bool shape_flag(const struct shape *shape, const char *name);
enum schema_kind shape_kind(const struct shape *shape);

/* The schema of a property: the last part's that has it. NULL: no part has. */
const struct node *shape_property(const struct shape *shape, const char *name);
bool shape_requires(const struct shape *shape, const char *name);

/* A schema's own kind, from its "type" or from the words it has. */
enum schema_kind schema_kind(const struct node *schema);

/* Which alternative a discriminator's mapping names: NULL when there is no such mapping. */
const struct node *schema_mapped(const struct document *document, const struct node *schema,
                                 const char *value);

#endif
