/*
 * "Did you mean": the known name nearest to one that was mistyped. '-' and '_' are the same, case does
 * not matter. Only a name near enough to be a slip of the pen is told.
 */
#ifndef RC_CLIENT_SLIP_H
#define RC_CLIENT_SLIP_H

#include <stddef.h>

enum { SLIP_MAX = 48 /* bytes of a name; longer ones are not compared */ };

struct slip {
    char word[SLIP_MAX];
    char best[SLIP_MAX]; /* "": none so far */
    int least;           /* what a further name must be nearer than */
};

/* `len` bytes of `word` were given. */
void slip_init(struct slip *slip, const char *word, size_t len);
/* Compares with a name; NULL is none. */
void slip_try(struct slip *slip, const char *name);
/* `; did you mean "PREFIXname"?` with - for _ when there is a prefix, or "" . Returns `to`. */
const char *slip_hint(const struct slip *slip, const char *prefix, char *to, size_t cap);

#endif
