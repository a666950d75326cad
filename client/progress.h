/*
 * How far long work has come, for a person who waits: a bar on a terminal, a plain line every few
 * seconds elsewhere or where NO_COLOR is set, nothing when quiet.
 */
#ifndef RC_CLIENT_PROGRESS_H
#define RC_CLIENT_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct progress {
    FILE *out; /* NULL: tells nobody */
    bool has_bar;
    bool is_drawn;    /* a bar stands in the line */
    int64_t line_ms;  /* plain lines come no closer than this */
    int64_t began_ms; /* steady clock */
    int64_t told_ms;  /* of the last line */
};

/* `is_terminal`: there is one, and nothing else is written to it meanwhile. */
struct progress progress_begin(FILE *out, bool is_terminal);
/* `done` of it, 0 to 1, and how many records that were. */
void progress_tell(struct progress *progress, double done, int64_t records);
/* Leaves the line a bar stands in. */
void progress_end(struct progress *progress);
double progress_seconds(const struct progress *progress);

#endif
