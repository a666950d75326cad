#include "base/yaml.h"

#include "base/text.h"

#include <yaml.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct loader {
    yaml_parser_t parser;
    struct arena *arena;
    const char *name;
    const char *text;
    size_t len;
    struct diag *diag;
    int err;
};

static void refuse_at(struct loader *loader, const yaml_mark_t *mark, const char *what)
{
    loader->err = diag_set(loader->diag, ERR_USAGE, loader->name, (int)mark->line + 1,
                           (int)mark->column + 1, "%s", what);
}

/* Is there a tab before the mark, where only the line's indentation can be? */
static bool is_tab_indented(const struct loader *loader, const yaml_mark_t *mark)
{
    const char *at = loader->text, *end = loader->text + loader->len;
    for (size_t line = 0; line < mark->line && at; line++) {
        at = memchr(at, '\n', (size_t)(end - at));
        at += at != NULL;
    }
    for (; at && at < end && (*at == ' ' || *at == '\t'); at++)
        if (*at == '\t')
            return true;
    return false;
}

/* What the library says of slips that everybody makes, in words that tell what to do; told where the
 * thing begins that has no end. */
static const char *plain_words(const yaml_parser_t *parser)
{
    static const struct {
        const char *context, *problem, *words;
    } rows[] = {
        {"while scanning a simple key", "could not find expected ':'",
         "not YAML: wanted \"key: value\", saw no \":\" with a blank behind it"},
        {"while scanning a quoted scalar", "found unexpected end of stream",
         "not YAML: the quotation mark that opens here is never closed"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (text_eq(parser->context, rows[i].context) && text_eq(parser->problem, rows[i].problem))
            return rows[i].words;
    return NULL;
}

static bool next(struct loader *loader, yaml_event_t *event)
{
    if (yaml_parser_parse(&loader->parser, event))
        return true;
    yaml_parser_t *parser = &loader->parser;
    const char *words = plain_words(parser);
    char text[300];
    if (text_eq(parser->problem, "found character that cannot start any token") &&
        is_tab_indented(loader, &parser->problem_mark)) {
        refuse_at(loader, &parser->problem_mark,
                  "not YAML: a tab in the indentation; indent with blanks");
        return false;
    }
    if (words) {
        refuse_at(loader, &parser->context_mark, words);
        return false;
    }
    snprintf(text, sizeof text, "not YAML: %s%s%s",
             parser->problem ? parser->problem : "unreadable", parser->context ? ", " : "",
             parser->context ? parser->context : "");
    refuse_at(loader, &parser->problem_mark, text);
    return false;
}

/* Plain scalars mean what YAML 1.2's core schema says; quoted ones are text. */
static void resolve(struct node *node, bool is_plain)
{
    const char *text = node->text;
    node->kind = NODE_STRING;
    if (!is_plain)
        return;
    if (!*text || text_eq(text, "~") || text_eq_nocase(text, "null")) {
        node->kind = NODE_NULL;
    } else if (text_bool(text, &node->boolean)) {
        node->kind = NODE_BOOL;
    } else if (strspn(text, "0123456789+-.eE") == strlen(text) && strpbrk(text, "0123456789")) {
        char *end;
        double number = strtod(text, &end);
        if (!*end && isfinite(number)) {
            node->kind = NODE_NUMBER;
            node->number = number;
        }
    }
}

static bool is_plain_key(const yaml_event_t *event)
{
    return event->type == YAML_SCALAR_EVENT && !event->data.scalar.anchor &&
           !event->data.scalar.tag &&
           strlen((const char *)event->data.scalar.value) == event->data.scalar.length;
}

static void check_repeats(struct loader *loader, const struct node *map)
{
    char text[200];
    const struct node *again = node_repeated(map);
    if (!again)
        return;
    snprintf(text, sizeof text, "\"%s\" is there twice", again->key);
    loader->err = diag_set(loader->diag, ERR_USAGE, loader->name, again->key_line, again->key_col,
                           "%s", text);
}

static struct node *build(struct loader *loader, yaml_event_t *event, int depth);

static void children(struct loader *loader, struct node *parent, int depth)
{
    struct node **tail = &parent->first;
    const yaml_event_type_t end =
        parent->kind == NODE_MAP ? YAML_MAPPING_END_EVENT : YAML_SEQUENCE_END_EVENT;
    for (;;) {
        yaml_event_t event;
        const char *key = NULL;
        yaml_mark_t key_mark = {0};
        if (!next(loader, &event))
            return;
        if (event.type == end) {
            yaml_event_delete(&event);
            if (parent->kind == NODE_MAP)
                check_repeats(loader, parent);
            return;
        }
        if (parent->kind == NODE_MAP) {
            key_mark = event.start_mark;
            if (!is_plain_key(&event))
                refuse_at(loader, &event.start_mark, "a key must be plain text");
            else
                key = arena_strdup(loader->arena, (const char *)event.data.scalar.value);
            yaml_event_delete(&event);
            if (loader->err || !next(loader, &event))
                return;
        }
        struct node *child = build(loader, &event, depth + 1);
        yaml_event_delete(&event);
        if (loader->err)
            return;
        child->key = key;
        child->key_line = (int)key_mark.line + 1;
        child->key_col = (int)key_mark.column + 1;
        *tail = child;
        tail = &child->next;
        if (++parent->count > YAML_MEMBERS_MAX && parent->kind == NODE_MAP)
            refuse_at(loader, &key_mark, "too many members");
        if (loader->err)
            return;
    }
}

static struct node *build(struct loader *loader, yaml_event_t *event, int depth)
{
    struct node *node = arena_alloc(loader->arena, sizeof *node);
    node->line = (int)event->start_mark.line + 1;
    node->col = (int)event->start_mark.column + 1;
    const yaml_char_t *anchor = NULL, *tag = NULL;
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        anchor = event->data.scalar.anchor;
        tag = event->data.scalar.tag;
        if (strlen((const char *)event->data.scalar.value) != event->data.scalar.length)
            refuse_at(loader, &event->start_mark, "a NUL inside text");
        node->text = arena_strdup(loader->arena, (const char *)event->data.scalar.value);
        resolve(node, event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE);
        break;
    case YAML_SEQUENCE_START_EVENT:
        anchor = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
        node->kind = NODE_LIST;
        break;
    case YAML_MAPPING_START_EVENT:
        anchor = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
        node->kind = NODE_MAP;
        break;
    case YAML_ALIAS_EVENT:
        refuse_at(loader, &event->start_mark, "aliases (*name) are not supported: write it out");
        return node;
    default:
        refuse_at(loader, &event->start_mark, "a value was expected");
        return node;
    }
    if (anchor)
        refuse_at(loader, &event->start_mark, "anchors (&name) are not supported: write it out");
    else if (tag)
        refuse_at(loader, &event->start_mark, "tags (!name) are not supported");
    else if (depth > YAML_DEPTH_MAX)
        refuse_at(loader, &event->start_mark, "nested too deeply");
    if (!loader->err && node->kind >= NODE_LIST)
        children(loader, node, depth);
    return node;
}

/* Reads events up to the document's value (or the stream's end); NULL when there is none. */
static struct node *document(struct loader *loader)
{
    struct node *root = NULL;
    for (bool done = false; !done && !loader->err;) {
        yaml_event_t event;
        if (!next(loader, &event))
            return NULL;
        switch (event.type) {
        case YAML_STREAM_END_EVENT:
            done = true;
            break;
        case YAML_STREAM_START_EVENT:
        case YAML_DOCUMENT_START_EVENT:
        case YAML_DOCUMENT_END_EVENT:
            break;
        default:
            if (root)
                refuse_at(loader, &event.start_mark, "a second document: one file, one document");
            else
                root = build(loader, &event, 0);
        }
        yaml_event_delete(&event);
    }
    return root;
}

int yaml_parse(struct arena *arena, const char *name, const char *text, size_t len,
               const struct node **ret_root, struct diag *diag)
{
    if (len > YAML_BYTES_MAX)
        return diag_set(diag, ERR_USAGE, name, 0, 0, "larger than %d bytes", YAML_BYTES_MAX);
    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) { /* a byte order mark: some editors' */
        text += 3;
        len -= 3;
    }
    struct loader loader = {.arena = arena, .name = name, .text = text, .len = len, .diag = diag};
    if (!yaml_parser_initialize(&loader.parser))
        abort();
    yaml_parser_set_input_string(&loader.parser, (const unsigned char *)text, len);
    yaml_parser_set_encoding(&loader.parser, YAML_UTF8_ENCODING);
    struct node *root = document(&loader);
    yaml_parser_delete(&loader.parser);
    if (loader.err)
        return loader.err;
    if (!root) {
        root = arena_alloc(arena, sizeof *root);
        root->line = root->col = 1;
    }
    *ret_root = root;
    return 0;
}

int yaml_read(const char *path, struct buf *out, struct diag *diag)
{
    struct stat about;
    FILE *file = fopen(path, "rb");
    if (file && fstat(fileno(file), &about) == 0 && S_ISDIR(about.st_mode)) {
        fclose(file);
        file = NULL;
        errno = EISDIR;
    }
    if (!file)
        return diag_set(diag, ERR_USAGE, path, 0, 0, "cannot be read: %s", strerror(errno));
    char block[16384];
    size_t got;
    while ((got = fread(block, 1, sizeof block, file)) > 0 && !out->truncated)
        buf_add(out, block, got);
    fclose(file);
    if (out->truncated || out->len > YAML_BYTES_MAX)
        return diag_set(diag, ERR_USAGE, path, 0, 0, "larger than %d bytes", YAML_BYTES_MAX);
    return 0;
}

int yaml_load(struct arena *arena, const char *path, const struct node **ret_root,
              struct diag *diag)
{
    struct buf text;
    buf_init(&text, YAML_BYTES_MAX + 1);
    int err = yaml_read(path, &text, diag);
    if (!err)
        err = yaml_parse(arena, path, buf_text(&text), text.len, ret_root, diag);
    buf_done(&text);
    return err;
}
