#include "base/node.h"

#include "base/mem.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct node *node_get(const struct node *map, const char *key)
{
    if (!map || map->kind != NODE_MAP)
        return NULL;
    for (const struct node *child = map->first; child; child = child->next)
        if (strcmp(child->key, key) == 0)
            return child;
    return NULL;
}

/* Few keys are compared one by one. */
enum { FEW = 16 };

static const struct node *repeated_of_few(const struct node *map)
{
    for (const struct node *child = map->first; child; child = child->next)
        for (const struct node *before = map->first; before != child; before = before->next)
            if (strcmp(before->key, child->key) == 0)
                return child;
    return NULL;
}

struct member {
    const struct node *node;
    size_t index;
};

static int by_key(const void *a, const void *b)
{
    const struct member *one = a, *two = b;
    int order = strcmp(one->node->key, two->node->key);
    return order ? order : (one->index > two->index) - (one->index < two->index);
}

const struct node *node_repeated(const struct node *map)
{
    if (map->count <= FEW)
        return repeated_of_few(map);
    struct member *members = xcalloc(map->count, sizeof *members), first = {.index = SIZE_MAX};
    size_t count = 0;
    for (const struct node *child = map->first; child; child = child->next, count++)
        members[count] = (struct member){child, count};
    qsort(members, count, sizeof *members, by_key);
    for (size_t i = 1; i < count; i++)
        if (strcmp(members[i - 1].node->key, members[i].node->key) == 0 &&
            members[i].index < first.index)
            first = members[i];
    free(members);
    return first.node;
}

const struct node *node_first(const struct node *parent)
{
    return parent && parent->kind >= NODE_LIST ? parent->first : NULL;
}

const char *node_text(const struct node *node, const char *otherwise)
{
    return node && node->text && node->kind != NODE_NULL ? node->text : otherwise;
}

bool node_bool(const struct node *node, bool otherwise)
{
    return node && node->kind == NODE_BOOL ? node->boolean : otherwise;
}

bool node_int(const struct node *node, int64_t *ret)
{
    if (!node)
        return false;
    if (node->kind == NODE_NUMBER && node->number == floor(node->number) &&
        fabs(node->number) < 9007199254740992.0) {
        *ret = (int64_t)node->number;
        return true;
    }
    return node->kind == NODE_STRING && text_int64(node->text, ret);
}

const char *node_kind_name(const struct node *node)
{
    static const char *const names[] = {
        [NODE_NULL] = "nothing", [NODE_BOOL] = "a boolean", [NODE_NUMBER] = "a number",
        [NODE_STRING] = "text",  [NODE_LIST] = "a list",    [NODE_MAP] = "a map"};
    return node ? names[node->kind] : "nothing";
}

static bool path_to(const struct node *at, const struct node *wanted, char *out, size_t out_len)
{
    if (at == wanted)
        return true;
    size_t used = strlen(out), index = 0;
    for (const struct node *child = node_first(at); child; child = child->next, index++) {
        if (at->kind == NODE_MAP)
            snprintf(out + used, out_len - used, ".%s", child->key);
        else
            snprintf(out + used, out_len - used, "[%zu]", index);
        if (path_to(child, wanted, out, out_len))
            return true;
        out[used] = '\0';
    }
    return false;
}

char *node_path(const struct node *root, const struct node *node, char *out, size_t out_len)
{
    snprintf(out, out_len, "$");
    path_to(root, node, out, out_len);
    return out;
}
