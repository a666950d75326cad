#include "openapi/document.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECTIONS_MAX = 32, HOPS_MAX = 16 };

/* One map below `components`, its members sorted by name: there are over a thousand schemas. */
struct section {
    const char *name;
    const struct node **members;
    size_t count;
};

struct document {
    struct arena arena;
    char *name;
    const struct node *root;
    struct section sections[SECTIONS_MAX];
    size_t section_count;
};

static const char components[] = "#/components/";

static int by_name(const void *a, const void *b)
{
    const struct node *const *one = a, *const *two = b;
    return strcmp((*one)->key, (*two)->key);
}

static int name_against(const void *name, const void *member)
{
    const struct node *const *node = member;
    return strcmp(name, (*node)->key);
}

static int index_components(struct document *document, struct diag *diag)
{
    const struct node *all = node_get(document->root, "components");
    for (const struct node *map = document_members(all); map; map = map->next) {
        if (map->kind != NODE_MAP || !map->count)
            continue;
        if (document->section_count == SECTIONS_MAX)
            return diag_set(diag, ERR_USAGE, document->name, map->line, map->col,
                            "components: more than %d sections", SECTIONS_MAX);
        struct section *section = &document->sections[document->section_count++];
        section->name = map->key;
        section->members = xcalloc(map->count, sizeof *section->members);
        for (const struct node *member = map->first; member; member = member->next)
            section->members[section->count++] = member;
        qsort(section->members, section->count, sizeof *section->members, by_name);
    }
    return 0;
}

static const struct node *target_of(const struct document *document, const char *reference)
{
    if (!text_starts(reference, components))
        return NULL;
    const char *name = reference + strlen(components);
    size_t len = strcspn(name, "/");
    if (name[len] != '/')
        return NULL;
    for (size_t i = 0; i < document->section_count; i++) {
        const struct section *section = &document->sections[i];
        if (strlen(section->name) != len || strncmp(section->name, name, len) != 0)
            continue;
        const struct node **found = bsearch(name + len + 1, section->members, section->count,
                                            sizeof *section->members, name_against);
        return found ? *found : NULL;
    }
    return NULL;
}

const struct node *document_members(const struct node *map)
{
    return map && map->kind == NODE_MAP ? map->first : NULL;
}

const struct node *document_follow(const struct document *document, const struct node *node)
{
    for (int hops = 0; hops < HOPS_MAX; hops++) {
        const struct node *reference = node_get(node, "$ref");
        if (!reference || reference->kind != NODE_STRING)
            return node;
        node = target_of(document, reference->text);
    }
    return NULL;
}

/* Values that are data of the document's author: what looks like a reference in them is none. */
static bool is_data(const char *key)
{
    static const char *const names[] = {"example", "examples", "default", "enum"};
    for (size_t i = 0; key && i < sizeof names / sizeof *names; i++)
        if (strcmp(key, names[i]) == 0)
            return true;
    return false;
}

/* As deep as the reader let the tree be. */
static int check_references(const struct document *document, const struct node *at,
                            struct diag *diag)
{
    const struct node *reference = node_get(at, "$ref");
    if (reference && reference->kind == NODE_STRING && !target_of(document, reference->text))
        return diag_set(diag, ERR_USAGE, document->name, reference->line, reference->col,
                        "$ref \"%.200s\" leads nowhere", reference->text);
    for (const struct node *child = node_first(at); child; child = child->next) {
        int err = is_data(child->key) ? 0 : check_references(document, child, diag);
        if (err)
            return err;
    }
    return 0;
}

static int check(struct document *document, struct diag *diag)
{
    const struct node *root = document->root;
    const struct node *version = node_get(root, "openapi");
    if (root->kind != NODE_MAP || !version || !text_starts(node_text(version, ""), "3."))
        return diag_set(diag, ERR_USAGE, document->name, version ? version->line : root->line,
                        version ? version->col : root->col,
                        "no OpenAPI document: wanted openapi: 3.x%s%.40s%s",
                        version ? ", not \"" : "", node_text(version, ""), version ? "\"" : "");
    const struct node *paths = node_get(root, "paths");
    if (!paths || paths->kind != NODE_MAP)
        return diag_set(diag, ERR_USAGE, document->name, paths ? paths->line : root->line,
                        paths ? paths->col : root->col, "paths: wanted a map, saw %s",
                        node_kind_name(paths));
    int err = index_components(document, diag);
    return err ? err : check_references(document, root, diag);
}

/* JSON is read as such (YAML's reader does not know all of its escapes); whatever is wrong with it
 * is told by YAML's reader, which knows lines. */
static int parse(struct document *document, const char *text, size_t len, struct diag *diag)
{
    if (text[strspn(text, " \t\r\n")] == '{' && len <= YAML_BYTES_MAX)
        document->root = json_parse(&document->arena, text, len, NULL);
    if (document->root)
        return 0;
    return yaml_parse(&document->arena, document->name, text, len, &document->root, diag);
}

int document_read(const char *name, const char *text, size_t len, struct document **ret,
                  struct diag *diag)
{
    struct document *document = xcalloc(1, sizeof *document);
    arena_init(&document->arena);
    document->name = xstrdup(name);
    int err = parse(document, text, len, diag);
    if (!err)
        err = check(document, diag);
    if (err)
        document_free(document);
    else
        *ret = document;
    return err;
}

int document_load(const char *path, struct document **ret, struct diag *diag)
{
    struct buf text;
    buf_init(&text, YAML_BYTES_MAX + 1);
    int err = yaml_read(path, &text, diag);
    if (!err)
        err = document_read(path, buf_text(&text), text.len, ret, diag);
    buf_done(&text);
    return err;
}

void document_free(struct document *document)
{
    if (!document)
        return;
    for (size_t i = 0; i < document->section_count; i++)
        free(document->sections[i].members);
    arena_done(&document->arena);
    free(document->name);
    free(document);
}

const struct node *document_root(const struct document *document)
{
    return document->root;
}

const char *document_name(const struct document *document)
{
    return document->name;
}
