/*
 * Text of bounded size: a growing buffer that is born with its maximum, and small string helpers.
 *
 * What holds: `sb.text` is always NUL-terminated once something was added; a buffer that would pass
 * its maximum drops the rest and remembers it (`sb_is_cut`). Out of memory ends the program.
 */
#ifndef RC_CLIENT_TEXT_H
#define RC_CLIENT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct sb {
    char *text; /* NULL until something is added */
    size_t len, cap, max;
    bool cut;
};

#define SB_MAX(bytes) ((struct sb){.max = (bytes)})

/* Room for `more` bytes, so that what follows does not move: for text that must be wiped. */
void sb_reserve(struct sb *sb, size_t more);
void sb_add_n(struct sb *sb, const char *text, size_t len);
void sb_add(struct sb *sb, const char *text);
void sb_addf(struct sb *sb, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* `text` as application/x-www-form-urlencoded wants it (unreserved characters pass). */
void sb_add_url(struct sb *sb, const char *text);
/* "&name=value" (without '&' in an empty buffer), both encoded. */
void sb_add_pair(struct sb *sb, const char *name, const char *value);
const char *sb_text(const struct sb *sb); /* "" when nothing was added */
bool sb_is_cut(const struct sb *sb);
void sb_reset(struct sb *sb); /* empty again, memory kept */
void sb_done(struct sb *sb);

void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
char *xstrdup(const char *text);
char *xstrndup(const char *text, size_t len);

/* Copies what fits; returns false when the end was cut off. */
bool text_copy(char *to, size_t cap, const char *from);
bool text_same(const char *a, const char *b);        /* NULL is "" */
bool text_same_nocase(const char *a, const char *b); /* NULL is "" */
bool text_has_nocase(const char *text, const char *part);
/* Decodes %xx and '+' in place. */
void text_unurl(char *text);
/* Value of `name` in a query string ("a=1&b=2"), decoded; false when it is not there or is longer
 * than `cap` allows. */
bool text_query(const char *query, const char *name, char *to, size_t cap);
/* Keeps two digits at each end of a phone number or user name, for messages: "15***01". */
const char *text_masked(const char *text, char *to, size_t cap);

#endif
