#include "journal/match.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WANTED_MAX = 16 };

/* What a term looks at: an event key (its enum value) or one of these. */
enum { ON_OP = EVENT_KEY_COUNT, ON_LAYER, ON_SEQ, ON_CAUSE, ON_TIME, ON_COUNT };
static const char *const extra_names[] = {"op", "layer", "seq", "cause", "time"};

enum compare { IS, IS_NOT, LIKE, NOT_LIKE, LESS, LESS_EQ, MORE, MORE_EQ, IS_UNSET };

struct wanted {
    enum compare compare;
    const char *text;
    double number;
};

struct term {
    int on;
    const char *name;
    struct wanted wanted[WANTED_MAX]; /* any of them will do */
    size_t count;
    struct term *next;
};

struct match {
    struct term *first;
    size_t count;
};

static bool target_named(const char *name, int *ret)
{
    enum event_key key;
    if (event_key_named(name, &key)) {
        *ret = (int)key;
        return true;
    }
    for (int i = 0; i < ON_COUNT - ON_OP; i++)
        if (text_eq(name, extra_names[i])) {
            *ret = ON_OP + i;
            return true;
        }
    return false;
}

static const char *nearest_target(const char *name)
{
    const char *names[ON_COUNT];
    for (int i = 0; i < EVENT_KEY_COUNT; i++)
        names[i] = event_key_name((enum event_key)i);
    for (int i = ON_OP; i < ON_COUNT; i++)
        names[i] = extra_names[i - ON_OP];
    return text_nearest(name, names, ON_COUNT);
}

static bool is_number(const char *text, double *ret)
{
    char *end;
    if (!*text)
        return false;
    *ret = strtod(text, &end);
    return !*end;
}

static struct wanted read_wanted(struct arena *arena, const char *text)
{
    static const struct {
        const char *sign;
        enum compare compare;
    } signs[] = {{">=", MORE_EQ}, {"<=", LESS_EQ}, {">", MORE}, {"<", LESS}};
    struct wanted wanted = {.compare = IS};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (text_starts(text, signs[i].sign) &&
            is_number(text + strlen(signs[i].sign), &wanted.number)) {
            wanted.compare = signs[i].compare;
            wanted.text = arena_strdup(arena, text);
            return wanted;
        }
    bool is_not = *text == '!';
    if (is_not)
        text++;
    bool is_like = strpbrk(text, "*?") != NULL;
    wanted.compare = is_like ? (is_not ? NOT_LIKE : LIKE) : (is_not ? IS_NOT : IS);
    wanted.text = arena_strdup(arena, text);
    return wanted;
}

static bool is_ignored(const char *name, const char *const *ignore)
{
    for (; ignore && *ignore; ignore++)
        if (text_eq(*ignore, name))
            return true;
    return false;
}

/* Does an event say this in numbers only? */
static bool is_numeric(int on)
{
    static const int numeric[] = {ON_SEQ,         ON_CAUSE,      EVENT_STATUS,   EVENT_RECORDS,
                                  EVENT_EXPIRES,  EVENT_SECONDS, EVENT_BINDINGS, EVENT_BYTES,
                                  EVENT_RECEIVED, EVENT_SENT,    EVENT_LOST,     EVENT_SEQUENCE};
    for (size_t i = 0; i < sizeof numeric / sizeof *numeric; i++)
        if (numeric[i] == on)
            return true;
    return false;
}

/* Could an event ever say this? A word for a number, or a layer that there is none of, is a slip. */
static int check_wanted(const struct term *term, const struct wanted *wanted, const char *file,
                        int line, int col, struct diag *diag)
{
    double number;
    bool is_word = wanted->compare == IS || wanted->compare == IS_NOT;
    if (!is_word || strstr(wanted->text, "${"))
        return ERR_OK;
    if (is_numeric(term->on) && !is_number(wanted->text, &number))
        return diag_set(diag, ERR_USAGE, file, line, col,
                        "%s: wanted a number, a comparison (\">=400\") or a pattern (\"4*\"), saw "
                        "\"%s\"",
                        term->name, wanted->text);
    if (term->on != ON_LAYER)
        return ERR_OK;
    const char *names[LAYER_COUNT];
    char all[120] = "";
    for (int i = 0; i < LAYER_COUNT; i++) {
        names[i] = layer_name((enum layer)i);
        if (text_eq(wanted->text, names[i]))
            return ERR_OK;
        snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", i ? "|" : "", names[i]);
    }
    const char *near = text_nearest(wanted->text, names, LAYER_COUNT);
    return diag_set(diag, ERR_USAGE, file, line, col, "layer: wanted %s, saw \"%s\"%s%s%s", all,
                    wanted->text, near ? "; did you mean \"" : "", near ? near : "",
                    near ? "\"?" : "");
}

/* A new empty term on `name`, or NULL with the diag filled. */
static struct term *term_new(struct arena *arena, struct match *match, const char *name,
                             const char *file, int line, int col, struct diag *diag)
{
    int on;
    if (!target_named(name, &on)) {
        const char *near = nearest_target(name);
        diag_set(diag, ERR_USAGE, file, line, col, "unknown key \"%s\"%s%s%s", name,
                 near                ? "; did you mean \""
                 : strchr(name, ':') ? "; a blank belongs behind the colon"
                                     : "",
                 near ? near : "", near ? "\"?" : "");
        return NULL;
    }
    if (match->count == MATCH_TERMS_MAX) {
        diag_set(diag, ERR_USAGE, file, line, col, "more than %d terms", MATCH_TERMS_MAX);
        return NULL;
    }
    struct term *term = arena_alloc(arena, sizeof *term);
    term->on = on;
    term->name = arena_strdup(arena, name);
    struct term **tail = &match->first;
    while (*tail)
        tail = &(*tail)->next;
    *tail = term;
    match->count++;
    return term;
}

static int term_add(struct arena *arena, struct term *term, const struct node *value,
                    const char *file, struct diag *diag)
{
    if (term->count == WANTED_MAX)
        return diag_set(diag, ERR_USAGE, file, value->line, value->col,
                        "%s: more than %d alternatives", term->name, WANTED_MAX);
    struct wanted *wanted = &term->wanted[term->count];
    if (value->kind == NODE_NULL)
        *wanted = (struct wanted){.compare = IS_UNSET};
    else if (value->kind >= NODE_LIST)
        return diag_set(diag, ERR_USAGE, file, value->line, value->col,
                        "%s: wanted text, a number or a list of these, saw %s", term->name,
                        node_kind_name(value));
    else
        *wanted = read_wanted(arena, value->text);
    term->count++;
    return value->kind == NODE_NULL
               ? ERR_OK
               : check_wanted(term, wanted, file, value->line, value->col, diag);
}

int match_from_node(struct arena *arena, const struct node *map, const char *const *ignore,
                    const char *file, const struct match **ret, struct diag *diag)
{
    if (!map || map->kind != NODE_MAP)
        return diag_set(diag, ERR_USAGE, file, map ? map->line : 0, map ? map->col : 0,
                        "wanted a map of key: value, as { op: oauth.token, status: 200 }, saw %s",
                        node_kind_name(map));
    struct match *match = arena_alloc(arena, sizeof *match);
    for (const struct node *child = map->first; child; child = child->next) {
        if (is_ignored(child->key, ignore))
            continue;
        struct term *term =
            term_new(arena, match, child->key, file, child->key_line, child->key_col, diag);
        if (!term)
            return ERR_USAGE;
        int err = 0;
        if (child->kind != NODE_LIST)
            err = term_add(arena, term, child, file, diag);
        else
            for (const struct node *item = child->first; item && !err; item = item->next)
                err = term_add(arena, term, item, file, diag);
        if (!err && term->count == 0)
            err = diag_set(diag, ERR_USAGE, file, child->line, child->col,
                           "%s: an empty list matches nothing", child->key);
        if (err)
            return err;
    }
    *ret = match;
    return 0;
}

int match_from_params(struct arena *arena, const struct params *params, const char *const *ignore,
                      const struct match **ret, struct diag *diag)
{
    struct match *match = arena_alloc(arena, sizeof *match);
    for (size_t i = 0; i < params->count; i++) {
        const struct param *param = &params->list[i];
        if (is_ignored(param->name, ignore))
            continue;
        struct term *term = match->first;
        while (term && !text_eq(term->name, param->name))
            term = term->next;
        if (!term)
            term = term_new(arena, match, param->name, NULL, 0, 0, diag);
        if (!term)
            return ERR_USAGE;
        if (term->count == WANTED_MAX)
            return diag_set(diag, ERR_USAGE, NULL, 0, 0, "%s: more than %d alternatives",
                            param->name, WANTED_MAX);
        struct wanted *wanted = &term->wanted[term->count++];
        *wanted = read_wanted(arena, param->value);
        if (check_wanted(term, wanted, NULL, 0, 0, diag))
            return ERR_USAGE;
    }
    *ret = match;
    return 0;
}

/* The event's value for a term, NULL when not set; `scratch` holds numbers in text. */
static const char *value_of(const struct term *term, const struct event *event, char scratch[32])
{
    switch (term->on) {
    case ON_OP:
        return event->op;
    case ON_LAYER:
        return layer_name(event->layer);
    case ON_SEQ:
        snprintf(scratch, 32, "%llu", (unsigned long long)event->seq);
        return scratch;
    case ON_CAUSE:
        snprintf(scratch, 32, "%llu", (unsigned long long)event->cause);
        return event->cause ? scratch : NULL;
    case ON_TIME:
        return text_time(event->time_ms, scratch);
    default:
        return event_get(event, (enum event_key)term->on);
    }
}

static bool holds(const struct wanted *wanted, const char *value)
{
    double number;
    if (!value)
        return wanted->compare == IS_UNSET || wanted->compare == IS_NOT ||
               wanted->compare == NOT_LIKE;
    switch (wanted->compare) {
    case IS:
        return strcmp(value, wanted->text) == 0;
    case IS_NOT:
        return strcmp(value, wanted->text) != 0;
    case LIKE:
        return text_glob(wanted->text, value);
    case NOT_LIKE:
        return !text_glob(wanted->text, value);
    case LESS:
        return is_number(value, &number) && number < wanted->number;
    case LESS_EQ:
        return is_number(value, &number) && number <= wanted->number;
    case MORE:
        return is_number(value, &number) && number > wanted->number;
    case MORE_EQ:
        return is_number(value, &number) && number >= wanted->number;
    case IS_UNSET:
        break;
    }
    return false;
}

static bool term_holds(const struct term *term, const char *value)
{
    for (size_t i = 0; i < term->count; i++)
        if (holds(&term->wanted[i], value))
            return true;
    return false;
}

bool match_event(const struct match *match, const struct event *event)
{
    char scratch[32];
    for (const struct term *term = match->first; term; term = term->next)
        if (!term_holds(term, value_of(term, event, scratch)))
            return false;
    return true;
}

size_t match_terms(const struct match *match)
{
    return match->count;
}

size_t match_score(const struct match *match, const struct event *event)
{
    char scratch[32];
    size_t score = 0;
    for (const struct term *term = match->first; term; term = term->next)
        score += term_holds(term, value_of(term, event, scratch));
    return score;
}

static void wanted_text(const struct term *term, struct buf *out)
{
    for (size_t i = 0; i < term->count; i++) {
        const struct wanted *wanted = &term->wanted[i];
        if (i > 0)
            buf_str(out, " or ");
        if (wanted->compare == IS_UNSET)
            buf_str(out, "(not set)");
        else
            buf_printf(out, "%s%s",
                       wanted->compare == IS_NOT || wanted->compare == NOT_LIKE ? "not " : "",
                       wanted->text);
    }
}

void match_explain(const struct match *match, const struct event *event, struct buf *out)
{
    char scratch[32];
    bool is_first = true;
    for (const struct term *term = match->first; term; term = term->next) {
        const char *value = value_of(term, event, scratch);
        if (term_holds(term, value))
            continue;
        buf_printf(out, "%s%s: wanted ", is_first ? "" : "; ", term->name);
        wanted_text(term, out);
        buf_printf(out, ", %s%s", value ? "saw " : "not there", value ? value : "");
        is_first = false;
    }
}

void match_text(const struct match *match, struct buf *out)
{
    for (const struct term *term = match->first; term; term = term->next) {
        buf_printf(out, "%s%s: ", term == match->first ? "" : ", ", term->name);
        wanted_text(term, out);
    }
}
