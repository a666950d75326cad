/*
 * Reports of a run of scenarios: text for people, TAP 14, JUnit XML and JSON lines for machines.
 * A pure function of the outcomes, so that every form says the same.
 */
#ifndef MOCKRC_SCENARIO_REPORT_H
#define MOCKRC_SCENARIO_REPORT_H

#include "scenario/run.h"

/* A report as asked for: "junit=FILE", or "tap" alone for stdout. */
struct report_wish {
    const struct report_kind *kind;
    const char *file; /* NULL: stdout; borrowed */
};

/* False with the diag when it names no kind. */
bool report_wish_read(const char *text, struct report_wish *ret, struct diag *diag);
size_t report_kind_count(void);
const char *report_kind_name(size_t i);

/* Appends the whole report. */
void report_write(const struct report_kind *kind, const struct outcome *outcomes, size_t count,
                  struct buf *out);

/* One scenario's result as people read it, the story before it when there is one. */
void report_outcome(const struct outcome *outcome, bool has_color, struct buf *out);
/* The closing line: "12 scenarios: 11 passed, 1 failed (0.9 s)". */
void report_summary(const struct outcome *outcomes, size_t count, int64_t wall_ms, bool has_color,
                    struct buf *out);

/* The exit code of the whole: the worst of them; ERR_EMPTY when there are none. */
int report_exit(const struct outcome *outcomes, size_t count);

#endif
