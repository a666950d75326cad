/* Walks a node tree and holds what base/node.h promises about one. */
#ifndef MOCKRC_FUZZ_WALK_H
#define MOCKRC_FUZZ_WALK_H

#include "base/node.h"

#include <assert.h>
#include <string.h>

static inline void fuzz_walk(const struct node *node, int depth)
{
    assert(depth <= 64);
    size_t count = 0;
    for (const struct node *child = node_first(node); child; child = child->next) {
        assert((child->key != NULL) == (node->kind == NODE_MAP));
        fuzz_walk(child, depth + 1);
        count++;
    }
    assert(count == node->count);
    bool is_scalar = node->kind != NODE_LIST && node->kind != NODE_MAP;
    assert(is_scalar ? node->text != NULL || node->kind == NODE_NULL : node->text == NULL);
}

#endif
