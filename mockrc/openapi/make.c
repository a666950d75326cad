#include "openapi/make.h"

#include "base/json.h"
#include "base/text.h"
#include "openapi/check.h"
#include "openapi/make_text.h"
#include "openapi/shape.h"

#include <stdio.h>
#include <string.h>

enum {
    DEPTH_MAX = 16,
    OPTIONAL_DEPTH = 7, /* below, only what is required is said */
    VALUES_MAX = 6000,
    OPTIONAL_VALUES = 3000,
    RECORDS = 2,
    SENT_MAX = 50, /* elements of the caller's own that are echoed */
    ITEMS_MAX = 1000,
};

struct make {
    const struct document *document;
    const struct make_wish *wish;
    struct shape_picks *picks; /* shared by all that is said of one answer */
    struct id id;
    struct json_out out;
    const struct node *open[DEPTH_MAX]; /* schemas being said, outermost first */
    size_t depth;
    size_t values;
    bool is_cut;
};

/* One object being said. */
struct place {
    const char *name; /* the property it is the value of; NULL: an element, or the whole */
    bool is_whole;
    const struct node *sent; /* what the caller sent in its place, or NULL */
};

static void make_any(struct make *make, const char *key, const struct node *schema,
                     struct place place);

static bool is_one_of(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_eq(name, names[i]))
            return true;
    return false;
}

/* There is one page and nothing went wrong: these would say otherwise. */
static bool is_unsaid(const char *name)
{
    static const char *const names[] = {"nextPage",          "previousPage", "nextPageToken",
                                        "previousPageToken", "errors",       "error"};
    return is_one_of(name, names, sizeof names / sizeof *names);
}

static bool is_open(const struct make *make, const struct node *schema)
{
    for (size_t i = 0; i < make->depth; i++)
        if (make->open[i] == schema)
            return true;
    return false;
}

/* Would saying it lead back into what is being said? */
static bool leads_back(const struct make *make, const struct node *schema)
{
    struct shape shape;
    const struct node *own = document_follow(make->document, schema);
    if (is_open(make, own))
        return true;
    shape_of(make->document, own, make->picks, &shape);
    for (size_t i = 0; i < shape.count; i++)
        if (is_open(make, shape.parts[i]))
            return true;
    const struct node *items = document_follow(make->document, shape_word(&shape, "items"));
    return items && is_open(make, items);
}

/* Names are written as they are. */
static bool is_plain(const char *name)
{
    for (; *name; name++)
        if ((unsigned char)*name < ' ' || *name == '"' || *name == '\\')
            return false;
    return true;
}

static bool is_left_out(const struct make *make, const struct shape *shape, const char *name,
                        const struct node *schema)
{
    struct shape own;
    shape_of(make->document, schema, make->picks, &own);
    if (shape_flag(&own, "writeOnly") || !is_plain(name))
        return true;
    if (shape_requires(shape, name) || text_eq(name, shape->tag))
        return false;
    return is_unsaid(name) || shape_flag(&own, "deprecated") || make->depth > OPTIONAL_DEPTH ||
           make->values > OPTIONAL_VALUES || leads_back(make, schema);
}

/* The path's parameter a property speaks of: "chatId" by its name, "extension": {id} by the
 * object's, "id" of the whole answer by being what the path ends with. */
static const char *arg_for(const struct make *make, const struct place *place, const char *name)
{
    const struct params *args = &make->wish->args;
    char wanted[80];
    const char *value = make_is_id(name) ? params_get(args, name) : NULL;
    if (value || !text_eq(name, "id"))
        return value;
    if (place->is_whole)
        return make->wish->is_of_last_arg ? args->list[args->count - 1].value : NULL;
    if (!place->name)
        return NULL;
    snprintf(wanted, sizeof wanted, "%sId", place->name);
    return params_get(args, wanted);
}

/* Page numbers of the one page there is. */
static bool paging_of(const struct make *make, const struct place *place, const char *name,
                      int64_t *ret)
{
    const struct make_wish *wish = make->wish;
    const struct {
        const char *name;
        int64_t value;
    } words[] = {
        {"page", wish->page},    {"perPage", wish->per_page}, {"pageStart", 0},
        {"totalPages", 1},       {"pageEnd", RECORDS - 1},    {"totalElements", RECORDS},
        {"totalCount", RECORDS},
    };
    for (size_t i = 0; text_eq(place->name, "paging") && i < sizeof words / sizeof *words; i++)
        if (text_eq(name, words[i].name)) {
            *ret = words[i].value;
            return true;
        }
    return false;
}

/* What the caller sent, when it fits there. */
static const struct node *echo_of(const struct make *make, const struct node *schema,
                                  const struct node *sent)
{
    bool is_scalar = sent && sent->kind != NODE_MAP && sent->kind != NODE_LIST;
    return is_scalar && check_value(make->document, schema, sent, CHECK_ANSWER, NULL) ? sent : NULL;
}

static const struct node *nth(const struct node *list, uint64_t n)
{
    const struct node *item = node_first(list);
    while (item && n-- > 0)
        item = item->next;
    return item;
}

/* A value the document itself offers: of the enum, or an example or default that fits. */
static const struct node *offered(struct make *make, const struct shape *shape,
                                  const struct node *schema, const char *name)
{
    const struct node *words = shape_word(shape, "enum");
    if (words && words->count)
        return nth(words, id_below(&make->id, words->count));
    if (make_is_id(name) || shape_word(shape, "format"))
        return NULL;
    const struct node *example = shape_word(shape, "example");
    if (!example)
        example = shape_word(shape, "default");
    bool is_scalar = example && example->kind != NODE_MAP && example->kind != NODE_LIST &&
                     example->kind != NODE_NULL;
    return is_scalar && check_value(make->document, schema, example, CHECK_ANSWER, NULL) ? example
                                                                                         : NULL;
}

static void say_string(struct make *make, const char *key, const struct shape *shape,
                       const char *name)
{
    struct buf text;
    bool is_uri = text_eq(node_text(shape_word(shape, "format"), NULL), "uri");
    buf_init(&text, 64 << 10);
    if (is_uri && (text_eq(name, "uri") || text_eq(name, "href")))
        buf_str(&text, make->wish->url);
    else
        make_text(shape, name, &make->id, &text);
    json_strn(&make->out, key, buf_text(&text), text.len);
    buf_done(&text);
}

static void make_scalar(struct make *make, const char *key, const struct node *schema,
                        const struct shape *shape, const char *name, const struct node *sent)
{
    enum schema_kind kind = shape_kind(shape);
    const struct node *value = echo_of(make, schema, sent);
    if (!value)
        value = offered(make, shape, schema, name);
    if (value && kind == SCHEMA_STRING)
        json_str(&make->out, key, value->text); /* YAML may have read a word as a number */
    else if (value)
        json_node(&make->out, key, value);
    else if (kind == SCHEMA_STRING)
        say_string(make, key, shape, name);
    else if (kind == SCHEMA_INTEGER)
        json_int(&make->out, key, make_integer(shape, name, &make->id));
    else if (kind == SCHEMA_NUMBER)
        json_num(&make->out, key, make_number(shape, &make->id));
    else
        json_bool(&make->out, key, id_below(&make->id, 2) == 1);
}

static void make_list(struct make *make, const char *key, const struct shape *shape,
                      const struct node *sent)
{
    const struct node *items = shape_word(shape, "items");
    int64_t least = shape_int(shape, "minItems", 0);
    int64_t most = shape_int(shape, "maxItems", RECORDS);
    int64_t count = shape_flag(shape, "uniqueItems") ? 1 : RECORDS;
    bool is_beyond = items && leads_back(make, items);
    if (sent && sent->kind == NODE_LIST)
        count = (int64_t)(sent->count < SENT_MAX ? sent->count : SENT_MAX);
    if (is_beyond || (make->wish->page > 1 && text_eq(key, "records")))
        count = 0;
    if (count > most)
        count = most;
    if (count < least)
        count = least;
    if (count > ITEMS_MAX)
        make->is_cut = true;
    json_list(&make->out, key);
    const struct node *item = node_first(sent);
    for (int64_t i = 0; items && i < count && !make->is_cut; i++) {
        make_any(make, NULL, items, (struct place){.sent = item});
        item = item ? item->next : NULL;
    }
    json_list_end(&make->out);
}

/* One property, by the first of: the alternative's tag, an id of the path, the page, what was sent,
 * and then whatever fits. */
static void make_property(struct make *make, const struct shape *shape, const struct place *place,
                          const char *name, const struct node *schema)
{
    struct shape own;
    int64_t number;
    shape_of(make->document, schema, make->picks, &own);
    enum schema_kind kind = shape_kind(&own);
    const char *arg = arg_for(make, place, name);
    bool is_tag = shape->tag && text_eq(name, shape->tag);
    if (is_tag) {
        json_str(&make->out, name, shape->tag_value);
    } else if (arg && kind == SCHEMA_STRING && check_text(make->document, schema, arg)) {
        json_str(&make->out, name, arg);
    } else if (arg && kind == SCHEMA_INTEGER && text_int64(arg, &number)) {
        json_int(&make->out, name, number);
    } else if (kind == SCHEMA_INTEGER && paging_of(make, place, name, &number)) {
        json_int(&make->out, name, number);
    } else {
        make_any(make, name, schema,
                 (struct place){.name = name, .sent = node_get(place->sent, name)});
    }
}

/* Said already, for an earlier part that has it too? */
static bool is_said(const struct shape *shape, size_t part, const char *name)
{
    for (size_t i = 0; i < part; i++)
        if (node_get(node_get(shape->parts[i], "properties"), name))
            return true;
    return false;
}

static void make_object(struct make *make, const char *key, const struct shape *shape,
                        const struct place *place)
{
    json_open(&make->out, key);
    for (size_t i = 0; i < shape->count; i++) {
        const struct node *property = document_members(node_get(shape->parts[i], "properties"));
        for (; property && !make->is_cut; property = property->next) {
            const struct node *schema = shape_property(shape, property->key);
            if (is_said(shape, i, property->key) || is_left_out(make, shape, property->key, schema))
                continue;
            make_property(make, shape, place, property->key, schema);
        }
    }
    json_close(&make->out);
}

/* Says the whole of `schema` aside, with the last pick as it is. */
static const struct node *say_aside(const struct make *make, const struct node *schema,
                                    struct place place, struct arena *arena)
{
    struct make aside = *make;
    struct buf text;
    buf_init(&text, 1 << 20);
    json_out_init(&aside.out, &text);
    make_any(&aside, NULL, schema, place);
    const struct node *said =
        aside.is_cut ? NULL : json_parse(arena, buf_text(&text), text.len, NULL);
    buf_done(&text);
    return said;
}

/* Alternatives of a oneOf may fit each other's values; the first whose value fits it alone is picked,
 * once for the whole answer. */
static void pick_one(struct make *make, const struct node *schema, struct place place)
{
    const struct node *choices = node_get(schema, "oneOf");
    struct shape_picks *picks = make->picks;
    struct arena arena;
    if (!choices || choices->count < 2 || node_get(schema, "discriminator") ||
        picks->count == SHAPE_PICKS_MAX || make->depth + 1 >= DEPTH_MAX)
        return;
    size_t own = picks->count++;
    arena_init(&arena);
    picks->list[own].schema = schema;
    for (size_t i = 0; i < choices->count; i++) {
        picks->list[own].index = i;
        const struct node *said = say_aside(make, schema, place, &arena);
        if (said && check_value(make->document, schema, said, CHECK_ANSWER, NULL))
            break;
        if (i + 1 == choices->count)
            picks->list[own].index = 0;
    }
    arena_done(&arena);
}

static bool is_picked(const struct make *make, const struct node *schema)
{
    for (size_t i = 0; i < make->picks->count; i++)
        if (make->picks->list[i].schema == schema)
            return true;
    return false;
}

static void make_any(struct make *make, const char *key, const struct node *schema,
                     struct place place)
{
    struct shape shape;
    schema = document_follow(make->document, schema);
    shape_of(make->document, schema, make->picks, &shape);
    for (size_t i = 0; i < shape.count; i++)
        if (!is_picked(make, shape.parts[i]))
            pick_one(make, shape.parts[i], place);
    shape_of(make->document, schema, make->picks, &shape);
    enum schema_kind kind = shape_kind(&shape);
    if (make->depth == DEPTH_MAX || ++make->values > VALUES_MAX) {
        make->is_cut = true;
        kind = SCHEMA_BOOLEAN;
    }
    if (kind != SCHEMA_OBJECT && kind != SCHEMA_ARRAY && kind != SCHEMA_ANY) {
        make_scalar(make, key, schema, &shape, place.name, place.sent);
        return;
    }
    make->open[make->depth++] = schema;
    if (kind == SCHEMA_ARRAY)
        make_list(make, key, &shape, place.sent);
    else
        make_object(make, key, &shape, &place);
    make->depth--;
}

bool make_value(const struct document *document, const struct node *schema,
                const struct make_wish *wish, struct buf *out)
{
    struct shape_picks picks = {.count = 0};
    struct make make = {.document = document, .wish = wish, .picks = &picks};
    id_init(&make.id, wish->seed);
    json_out_init(&make.out, out);
    make_any(&make, NULL, schema, (struct place){.is_whole = true, .sent = wish->sent});
    return !make.is_cut && !out->truncated;
}
