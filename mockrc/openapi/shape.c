#include "openapi/shape.h"

#include "base/text.h"

#include <string.h>

enum schema_kind schema_kind(const struct node *schema)
{
    static const struct {
        const char *type;
        enum schema_kind kind;
    } types[] = {
        {"object", SCHEMA_OBJECT},   {"array", SCHEMA_ARRAY},   {"string", SCHEMA_STRING},
        {"integer", SCHEMA_INTEGER}, {"number", SCHEMA_NUMBER}, {"boolean", SCHEMA_BOOLEAN},
    };
    const char *type = node_text(node_get(schema, "type"), NULL);
    for (size_t i = 0; type && i < sizeof types / sizeof *types; i++)
        if (text_eq(type, types[i].type))
            return types[i].kind;
    if (node_get(schema, "properties") || node_get(schema, "additionalProperties"))
        return SCHEMA_OBJECT;
    if (node_get(schema, "items"))
        return SCHEMA_ARRAY;
    const struct node *word = node_first(node_get(schema, "enum"));
    return word && word->kind == NODE_STRING ? SCHEMA_STRING : SCHEMA_ANY;
}

/* A mapping's value is a reference or a schema's bare name; what it names is one of the
 * alternatives or, without such a list, any schema. */
const struct node *schema_mapped(const struct document *document, const struct node *schema,
                                 const char *value)
{
    const struct node *to = node_get(node_get(node_get(schema, "discriminator"), "mapping"), value);
    if (!to || !to->text)
        return NULL;
    struct node reference = {.kind = NODE_STRING, .key = "$ref", .text = to->text};
    struct node holder = {.kind = NODE_MAP, .count = 1, .first = &reference};
    return document_follow(document, &holder);
}

/* The discriminator's value that leads to `alternative`, or NULL. */
static const char *tag_of(const struct document *document, const struct node *schema,
                          const struct node *alternative)
{
    const struct node *map = node_get(node_get(schema, "discriminator"), "mapping");
    for (const struct node *row = document_members(map); row; row = row->next)
        if (schema_mapped(document, schema, row->key) == alternative)
            return row->key;
    return NULL;
}

/* Circular parts would multiply: what was visited is counted. */
enum { VISITS_MAX = 256 };

struct walk {
    const struct document *document;
    const struct shape_picks *picks;
    struct shape *shape;
    int visits;
};

static void add(struct walk *walk, const struct node *schema, int depth);

static size_t picked(const struct shape_picks *picks, const struct node *schema)
{
    for (size_t i = 0; picks && i < picks->count; i++)
        if (picks->list[i].schema == schema)
            return picks->list[i].index;
    return 0;
}

static void add_choice(struct walk *walk, const struct node *schema, const char *word, int depth)
{
    const struct node *taken = node_first(node_get(schema, word));
    if (!taken)
        return;
    for (size_t n = picked(walk->picks, schema); n > 0 && taken->next; n--)
        taken = taken->next;
    const struct node *alternative = document_follow(walk->document, taken);
    const char *value = tag_of(walk->document, schema, alternative);
    if (value) {
        walk->shape->tag =
            node_text(node_get(node_get(schema, "discriminator"), "propertyName"), NULL);
        walk->shape->tag_value = value;
    }
    add(walk, alternative, depth + 1);
}

static bool has_part(const struct shape *shape, const struct node *schema)
{
    for (size_t i = 0; i < shape->count; i++)
        if (shape->parts[i] == schema)
            return true;
    return false;
}

static void add(struct walk *walk, const struct node *schema, int depth)
{
    schema = document_follow(walk->document, schema);
    if (!schema || depth > SHAPE_DEPTH_MAX || walk->visits++ == VISITS_MAX)
        return;
    for (const struct node *part = node_first(node_get(schema, "allOf")); part; part = part->next)
        add(walk, part, depth + 1);
    add_choice(walk, schema, "oneOf", depth);
    add_choice(walk, schema, "anyOf", depth);
    if (walk->shape->count < SHAPE_PARTS_MAX && !has_part(walk->shape, schema))
        walk->shape->parts[walk->shape->count++] = schema;
}

void shape_of(const struct document *document, const struct node *schema,
              const struct shape_picks *picks, struct shape *ret)
{
    struct walk walk = {document, picks, ret, 0};
    ret->count = 0;
    ret->tag = ret->tag_value = NULL;
    add(&walk, schema, 0);
}

const struct node *shape_word(const struct shape *shape, const char *name)
{
    for (size_t i = shape->count; i-- > 0;) {
        const struct node *word = node_get(shape->parts[i], name);
        if (word)
            return word;
    }
    return NULL;
}

int64_t shape_int(const struct shape *shape, const char *name, int64_t otherwise)
{
    int64_t value;
    return node_int(shape_word(shape, name), &value) ? value : otherwise;
}

bool shape_flag(const struct shape *shape, const char *name)
{
    return node_bool(shape_word(shape, name), false);
}

enum schema_kind shape_kind(const struct shape *shape)
{
    for (size_t i = shape->count; i-- > 0;) {
        enum schema_kind kind = schema_kind(shape->parts[i]);
        if (kind != SCHEMA_ANY)
            return kind;
    }
    return SCHEMA_ANY;
}

const struct node *shape_property(const struct shape *shape, const char *name)
{
    for (size_t i = shape->count; i-- > 0;) {
        const struct node *found = node_get(node_get(shape->parts[i], "properties"), name);
        if (found)
            return found;
    }
    return NULL;
}

bool shape_requires(const struct shape *shape, const char *name)
{
    for (size_t i = 0; i < shape->count; i++)
        for (const struct node *word = node_first(node_get(shape->parts[i], "required")); word;
             word = word->next)
            if (text_eq(word->text, name))
                return true;
    return false;
}
