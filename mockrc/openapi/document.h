/*
 * An OpenAPI 3.0 document (YAML or JSON), read from where the user has it: a node tree, its
 * components found by name, and references followed. Nothing of a document is ever kept elsewhere.
 *
 * What holds after loading: `paths` is a map, the version is 3.x, and every "$ref" is of the form
 * "#/components/<section>/<name>" and leads somewhere. References may be circular: who walks bounds
 * the walk.
 */
#ifndef MOCKRC_OPENAPI_DOCUMENT_H
#define MOCKRC_OPENAPI_DOCUMENT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/node.h"

struct document;

/* ERR_USAGE with file, line and column when the file cannot be read or is no such document. */
int document_load(const char *path, struct document **ret, struct diag *diag);
/* The same of a text; `name` is for messages. */
int document_read(const char *name, const char *text, size_t len, struct document **ret,
                  struct diag *diag);
void document_free(struct document *document);

const struct node *document_root(const struct document *document);
const char *document_name(const struct document *document);

/* The first member of a map; NULL of anything else: authors put lists where maps belong. */
const struct node *document_members(const struct node *map);

/* `node` itself, or what its $ref leads to, however many times over; NULL for NULL and for a
 * reference that goes round in a circle. */
const struct node *document_follow(const struct document *document, const struct node *node);

#endif
