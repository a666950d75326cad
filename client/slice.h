/*
 * JSON by slices: walks the members of an object and the elements of an array and says where each
 * value lies in the text, without building anything. For pages of thousands of records, of which a
 * few members are wanted and the rest is kept as it came.
 *
 * What holds: a value that was walked over is well-formed JSON (RFC 8259) but for the UTF-8 in its
 * strings and numbers' exact form; nesting is at most SLICE_DEPTH_MAX. Slices point into the text.
 */
#ifndef RC_CLIENT_SLICE_H
#define RC_CLIENT_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SLICE_DEPTH_MAX 100

struct slice {
    const char *at; /* NULL: not there */
    size_t len;
};

/* Walks one object or array; `at` stands after what was walked. */
struct walk {
    const char *at, *end;
    char close; /* what ends it; 0: broken, or it was none */
    bool has_begun;
    bool is_inside; /* walk_enter has gone into a value, walk_leave has not come back */
};

/* The one value of a text, blanks around it allowed; false when it is no JSON. */
bool slice_text(const char *text, size_t len, struct slice *ret_value);

/* Begins to walk the object or array that `value` starts with; it need not be whole. */
struct walk walk_begin(struct slice value);
/* The next member (name without quotes, escapes as they are) or element (name NULL); false at the
 * end or where the text is broken: walk_is_whole tells. `ret_name` may be NULL. */
bool walk_next(struct walk *walk, struct slice *ret_name, struct slice *ret_value);
bool walk_is_whole(const struct walk *walk);
/* As walk_next, but a value that begins with one of `open` ("[", "{" or both) is entered and not
 * walked over: `ret_inside` walks it, to its end, and then walk_leave goes on here. Any other value is
 * in `ret_value`, whose `at` is NULL when one was entered. */
bool walk_enter(struct walk *walk, const char *open, struct slice *ret_name,
                struct walk *ret_inside, struct slice *ret_value);
/* False when what was entered is broken. `ret_value` (may be NULL): all of it. */
bool walk_leave(struct walk *walk, const struct walk *inside, struct slice *ret_value);

/* The member `name` of an object; at NULL when there is none. */
struct slice slice_member(struct slice object, const char *name);
/* A string without escapes into `to`, or a number as its digits; false when it is neither, has
 * escapes, or does not fit. */
bool slice_copy(struct slice value, char *to, size_t cap);
/* A whole number; `fallback` when it is none. */
int64_t slice_int(struct slice value, int64_t fallback);

#endif
