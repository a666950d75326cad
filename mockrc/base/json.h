/*
 * JSON in and out. Reading goes through cJSON (this is its only user) and is stricter than it:
 * nothing after the value, UTF-8 only, no repeated member, no raw control characters, no leading
 * zeros, limited depth (reference/packages.md). Writing is a stream into a buffer: no tree, no
 * allocation per member.
 */
#ifndef MOCKRC_BASE_JSON_H
#define MOCKRC_BASE_JSON_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/node.h"

enum { JSON_DEPTH_MAX = 64, JSON_MEMBERS_MAX = 4096 /* of one object */ };

/* NULL when it is not JSON; `*ret_why` then says what is wrong (a literal). */
const struct node *json_parse(struct arena *arena, const char *text, size_t len,
                              const char **ret_why);

/* A writer. Commas and quotes are its job; members need a key (NULL inside a list). */
struct json_out {
    struct buf *buf;
    bool needs_comma;
};

void json_out_init(struct json_out *out, struct buf *buf);
void json_open(struct json_out *out, const char *key);                   /* { */
void json_close(struct json_out *out);                                   /* } */
void json_list(struct json_out *out, const char *key);                   /* [ */
void json_list_end(struct json_out *out);                                /* ] */
void json_str(struct json_out *out, const char *key, const char *value); /* NULL: left out */
void json_strn(struct json_out *out, const char *key, const char *value, size_t len);
void json_int(struct json_out *out, const char *key, int64_t value);
void json_num(struct json_out *out, const char *key, double value);
void json_bool(struct json_out *out, const char *key, bool value);
void json_null(struct json_out *out, const char *key);
/* A member whose value is JSON already. */
void json_raw(struct json_out *out, const char *key, const char *json);
/* A text value made by a format. */
void json_fmt(struct json_out *out, const char *key, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* ms since 1970 as the platform prints times. */
void json_time(struct json_out *out, const char *key, int64_t ms);

/* A whole node tree. */
void json_node(struct json_out *out, const char *key, const struct node *node);

#endif
