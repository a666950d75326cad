/*
 * The regular expressions schemas use for numbers and codes, as far as they are a row of characters
 * with counts: literals, \d, \w, classes with ranges, and ? * + {n} {n,} {n,m}, between optional ^
 * and $. Made and matched without backtracking. Others (groups, alternatives, look-ahead) are not
 * read: pattern_read says so, and nothing is then asked of the text.
 */
#ifndef MOCKRC_OPENAPI_PATTERN_H
#define MOCKRC_OPENAPI_PATTERN_H

#include "base/buf.h"
#include "base/id.h"

#include <stdbool.h>

enum { PATTERN_ATOMS_MAX = 16, PATTERN_COUNT_MAX = 255, PATTERN_TEXT_MAX = 1024 };

struct pattern_atom {
    bool has[128]; /* which ASCII characters it stands for */
    int least, most;
};

struct pattern {
    struct pattern_atom atoms[PATTERN_ATOMS_MAX];
    int count;
    bool is_from_start, is_to_end;
};

/* False when it is of another kind. */
bool pattern_read(const char *text, struct pattern *ret);
/* Text longer than PATTERN_TEXT_MAX never matches. */
bool pattern_matches(const struct pattern *pattern, const char *text);
void pattern_make(const struct pattern *pattern, struct id *id, struct buf *out);

#endif
