/*
 * YAML (and so JSON) files that people write, into a node tree with line and column. Through
 * libyaml, whose only user this is. Refused, each with its place: anchors and aliases, tags,
 * repeated keys, keys that are not plain text, more than one document, too deep, too large.
 */
#ifndef MOCKRC_BASE_YAML_H
#define MOCKRC_BASE_YAML_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/node.h"

enum { YAML_DEPTH_MAX = 64, YAML_BYTES_MAX = 16 << 20, YAML_MEMBERS_MAX = 4096 /* of one map */ };

/* ERR_USAGE with the diag filled (its file is `name`), or 0. An empty text is a null node. */
int yaml_parse(struct arena *arena, const char *name, const char *text, size_t len,
               const struct node **ret_root, struct diag *diag);

/* A file's bytes, appended to `out` (which has room for YAML_BYTES_MAX + 1): ERR_USAGE when it cannot
 * be read or is too large. */
int yaml_read(const char *path, struct buf *out, struct diag *diag);

/* Reads the file first: ERR_USAGE when it cannot be read. */
int yaml_load(struct arena *arena, const char *path, const struct node **ret_root,
              struct diag *diag);

#endif
