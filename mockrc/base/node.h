/*
 * A document that somebody sent or wrote, as a tree of plain nodes: the same for a JSON body, a
 * YAML fixture, a scenario and a control call's arguments. Lives in the arena it was parsed into.
 * Every node knows where it stood, so that an error can say so.
 */
#ifndef MOCKRC_BASE_NODE_H
#define MOCKRC_BASE_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum node_kind { NODE_NULL, NODE_BOOL, NODE_NUMBER, NODE_STRING, NODE_LIST, NODE_MAP };

struct node {
    enum node_kind kind;
    const char *key;  /* in a map, else NULL */
    const char *text; /* scalars: as written ("61m", "0100"), unescaped; NULL for others */
    double number;    /* NODE_NUMBER */
    bool boolean;     /* NODE_BOOL */
    int line, col;    /* 1-based; 0 in JSON bodies, where nobody counts lines */
    int key_line, key_col;
    size_t count;              /* children */
    struct node *first, *next; /* children in order; siblings */
};

/* A map's member or NULL; also NULL for a NULL node or another kind, so that calls chain. */
const struct node *node_get(const struct node *map, const char *key);

/* The first member whose key an earlier member of the map has too, or NULL. Costs n log n: whoever
 * sent the keys chose them. */
const struct node *node_repeated(const struct node *map);

/* Scalars. A NULL or other-kind node gives the default. */
const char *node_text(const struct node *node, const char *otherwise);
bool node_bool(const struct node *node, bool otherwise);
/* True when it is a whole number (a number, or text of digits). */
bool node_int(const struct node *node, int64_t *ret);

/* "a map", "a list", "text", ...: for messages. */
const char *node_kind_name(const struct node *node);

/* for (const struct node *item = node_first(list); item; item = item->next) */
const struct node *node_first(const struct node *parent);

/* Reads "$.users[3].email": the path of `node` below `root`, into `out`; returns `out`. */
char *node_path(const struct node *root, const struct node *node, char *out, size_t out_len);

#endif
