#include "openapi/check.h"

#include "base/text.h"
#include "openapi/pattern.h"
#include "openapi/shape.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Depth follows the value; circular alternatives would multiply, so steps have a limit of their own. */
enum { CHECK_DEPTH_MAX = 96, CHECK_STEPS_MAX = 200000 };

struct check {
    const struct document *document;
    enum check_side side;
    struct check_fault fault;
    size_t path_len;
    int depth, steps;
};

static bool check(struct check *check, const struct node *schema, const struct node *value);

/* The value at the path walked to is wrong, or what the schema wants there is missing. */
static bool fail(struct check *check, bool is_missing)
{
    check->fault.is_missing = is_missing;
    return false;
}

/* Walks into a member or an element; returns what to give to leave(). */
static size_t enter(struct check *check, const char *key, size_t index)
{
    size_t before = check->path_len, room = sizeof check->fault.path - before;
    char *end = check->fault.path + before;
    int wrote = key ? snprintf(end, room, "%s%s", before ? "." : "", key)
                    : snprintf(end, room, "[%zu]", index);
    check->path_len += wrote > 0 && (size_t)wrote < room ? (size_t)wrote : strlen(end);
    return before;
}

static void leave(struct check *check, size_t before)
{
    check->path_len = before;
    check->fault.path[before] = '\0';
}

static bool same(const struct node *a, const struct node *b)
{
    if (a->kind == NODE_NUMBER && b->kind == NODE_NUMBER)
        return a->number == b->number;
    if (a->kind == NODE_BOOL && b->kind == NODE_BOOL)
        return a->boolean == b->boolean;
    return a->text && b->text && text_eq(a->text, b->text);
}

static bool is_listed(const struct node *list, const struct node *value)
{
    if (!list)
        return true;
    for (const struct node *word = node_first(list); word; word = word->next)
        if (same(word, value))
            return true;
    return false;
}

static bool is_within(const struct node *schema, const char *least, const char *most, double value)
{
    const struct node *low = node_get(schema, least), *high = node_get(schema, most);
    return !(low && low->kind == NODE_NUMBER && value < low->number) &&
           !(high && high->kind == NODE_NUMBER && value > high->number);
}

/* "2026-01-05" */
static bool is_date(const char *text)
{
    int64_t ms;
    return strlen(text) == 10 && text[4] == '-' && text[7] == '-' && text_time_ms(text, &ms);
}

static bool has_format(const struct node *schema, const char *text)
{
    const char *format = node_text(node_get(schema, "format"), "");
    int64_t ms;
    if (text_eq(format, "date-time"))
        return text_time_ms(text, &ms);
    if (text_eq(format, "date"))
        return is_date(text);
    if (text_eq(format, "email")) {
        const char *at = strchr(text, '@');
        return at && at > text && at[1];
    }
    if (text_eq(format, "uri")) {
        size_t scheme =
            strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
        return scheme > 0 && text[scheme] == ':' && !strpbrk(text, " \t\r\n<>\"");
    }
    return true;
}

static bool check_string(struct check *check, const struct node *schema, const struct node *value)
{
    const char *text = value->text;
    struct pattern pattern;
    const char *expression = node_text(node_get(schema, "pattern"), NULL);
    if (value->kind != NODE_STRING ||
        !is_within(schema, "minLength", "maxLength", (double)text_utf16_len(text)) ||
        !has_format(schema, text))
        return fail(check, false);
    if (expression && pattern_read(expression, &pattern) && !pattern_matches(&pattern, text))
        return fail(check, false);
    return true;
}

static bool check_number(struct check *check, const struct node *schema, const struct node *value,
                         bool is_whole)
{
    bool is_int32 = text_eq(node_text(node_get(schema, "format"), NULL), "int32");
    double number = value->number;
    if (value->kind != NODE_NUMBER || (is_whole && number != floor(number)) ||
        (is_int32 && (number < INT32_MIN || number > INT32_MAX)) ||
        !is_within(schema, "minimum", "maximum", number))
        return fail(check, false);
    return true;
}

static bool check_list(struct check *list, const struct node *schema, const struct node *value)
{
    size_t index = 0;
    const struct node *items = node_get(schema, "items");
    if (value->kind != NODE_LIST ||
        !is_within(schema, "minItems", "maxItems", (double)value->count))
        return fail(list, false);
    for (const struct node *item = value->first; items && item; item = item->next, index++) {
        size_t before = enter(list, NULL, index);
        if (!check(list, items, item))
            return false;
        leave(list, before);
    }
    return true;
}

static bool is_read_only(const struct check *check, const struct node *property)
{
    return check->side == CHECK_REQUEST &&
           node_bool(node_get(document_follow(check->document, property), "readOnly"), false);
}

static bool check_required(struct check *check, const struct node *schema, const struct node *value)
{
    for (const struct node *name = node_first(node_get(schema, "required")); name;
         name = name->next) {
        if (!name->text || node_get(value, name->text) ||
            is_read_only(check, node_get(node_get(schema, "properties"), name->text)))
            continue;
        enter(check, name->text, 0);
        return fail(check, true);
    }
    return true;
}

static bool check_members(struct check *members, const struct node *schema,
                          const struct node *value)
{
    const struct node *properties = node_get(schema, "properties");
    const struct node *others = node_get(schema, "additionalProperties");
    for (const struct node *member = value->first; member; member = member->next) {
        const struct node *wanted = node_get(properties, member->key);
        if (!wanted && others && others->kind == NODE_MAP)
            wanted = others;
        if (!wanted || is_read_only(members, wanted))
            continue;
        size_t before = enter(members, member->key, 0);
        if (!check(members, wanted, member))
            return false;
        leave(members, before);
    }
    return true;
}

static bool check_kind(struct check *check, const struct node *schema, const struct node *value)
{
    switch (schema_kind(schema)) {
    case SCHEMA_OBJECT:
        if (value->kind != NODE_MAP)
            return fail(check, false);
        return check_required(check, schema, value) && check_members(check, schema, value);
    case SCHEMA_ARRAY:
        return check_list(check, schema, value);
    case SCHEMA_STRING:
        return check_string(check, schema, value);
    case SCHEMA_INTEGER:
        return check_number(check, schema, value, true);
    case SCHEMA_NUMBER:
        return check_number(check, schema, value, false);
    case SCHEMA_BOOLEAN:
        return value->kind == NODE_BOOL || fail(check, false);
    default:
        return value->kind != NODE_MAP || check_required(check, schema, value);
    }
}

static bool check_all(struct check *all, const struct node *schema, const struct node *value)
{
    for (const struct node *part = node_first(node_get(schema, "allOf")); part; part = part->next)
        if (!check(all, part, value))
            return false;
    return true;
}

/* Which alternative the value itself names; an unknown name is its fault. */
static bool check_tagged(struct check *tagged, const struct node *schema, const struct node *value,
                         bool *ret_is_tagged)
{
    const struct node *discriminator = node_get(schema, "discriminator");
    const char *name = node_text(node_get(discriminator, "propertyName"), NULL);
    const struct node *tag = name ? node_get(value, name) : NULL;
    *ret_is_tagged = tag && node_get(discriminator, "mapping");
    if (!*ret_is_tagged)
        return true;
    const struct node *mapped =
        tag->text ? schema_mapped(tagged->document, schema, tag->text) : NULL;
    if (!mapped) {
        enter(tagged, name, 0);
        return fail(tagged, false);
    }
    return check(tagged, mapped, value);
}

static bool check_choice(struct check *choice, const struct node *schema, const struct node *value,
                         const char *word)
{
    const struct node *alternative = node_first(node_get(schema, word));
    if (!alternative)
        return true;
    bool is_tagged, is_good = check_tagged(choice, schema, value, &is_tagged);
    if (is_tagged)
        return is_good;
    bool is_one = choice->side == CHECK_ANSWER && text_eq(word, "oneOf");
    size_t before = choice->path_len, fitting = 0;
    for (; alternative && (is_one || fitting == 0); alternative = alternative->next) {
        fitting += check(choice, alternative, value);
        leave(choice, before);
    }
    return fitting == 1 || fail(choice, false);
}

static bool check_here(struct check *check, const struct node *schema, const struct node *value)
{
    if (value->kind == NODE_NULL)
        return node_bool(node_get(schema, "nullable"), false) || fail(check, false);
    if (!is_listed(node_get(schema, "enum"), value))
        return fail(check, false);
    /* A base with a discriminator whose parts refer back to it: the tag is for oneOf only. */
    return check_all(check, schema, value) && check_choice(check, schema, value, "oneOf") &&
           check_choice(check, schema, value, "anyOf") && check_kind(check, schema, value);
}

static bool check(struct check *check, const struct node *schema, const struct node *value)
{
    schema = document_follow(check->document, schema);
    if (!schema || check->depth == CHECK_DEPTH_MAX || check->steps++ >= CHECK_STEPS_MAX)
        return true;
    check->depth++;
    bool is_good = check_here(check, schema, value);
    check->depth--;
    return is_good;
}

bool check_value(const struct document *document, const struct node *schema,
                 const struct node *value, enum check_side side, struct check_fault *ret)
{
    struct check whole = {.document = document, .side = side};
    bool is_good = check(&whole, schema, value);
    if (!is_good && ret)
        *ret = whole.fault;
    return is_good;
}

/* A number, when it reads as nothing else does. */
static bool read_number(const char *text, double *ret)
{
    char *end;
    if (!*text || strspn(text, "0123456789+-.eE") != strlen(text))
        return false;
    *ret = strtod(text, &end);
    return !*end && isfinite(*ret);
}

bool check_text(const struct document *document, const struct node *schema, const char *text)
{
    struct shape shape;
    struct node value = {.kind = NODE_STRING, .text = text};
    shape_of(document, schema, NULL, &shape);
    enum schema_kind kind = shape_kind(&shape);
    if ((kind == SCHEMA_INTEGER || kind == SCHEMA_NUMBER) && read_number(text, &value.number))
        value.kind = NODE_NUMBER;
    else if (kind == SCHEMA_BOOLEAN && text_bool(text, &value.boolean))
        value.kind = NODE_BOOL;
    else if (kind == SCHEMA_OBJECT || kind == SCHEMA_ARRAY)
        return true;
    return check_value(document, schema, &value, CHECK_REQUEST, NULL);
}
