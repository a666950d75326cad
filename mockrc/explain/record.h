/*
 * A saved journal: JSON lines, as `mockrc journal --json` prints and `mockrc run --journal` writes
 * them. The text stays as it is and events are read from it when asked for, so that a long journal
 * costs its own size and little more. Lines may be missing (a journal that was full, a part that
 * was picked out); their numbers must rise.
 */
#ifndef MOCKRC_EXPLAIN_RECORD_H
#define MOCKRC_EXPLAIN_RECORD_H

#include "base/buf.h"
#include "base/err.h"
#include "explain/explain.h"

enum {
    RECORD_BYTES_MAX = 256 << 20,
    RECORD_EVENTS_MAX = 2000000,
    RECORD_OPS_MAX = 10000 /* different operations */
};

struct record;

/* From text, which is borrowed for as long as the record lives; `name` for messages. ERR_USAGE with
 * the line that is none of a journal. */
int record_read(const char *name, const char *text, size_t len, struct record **ret,
                struct diag *diag);
void record_free(struct record *record);

/* A file's bytes, appended to `out`; "-" is stdin. ERR_USAGE when it cannot be read or is larger
 * than `out` may get. */
int record_load(const char *path, struct buf *out, struct diag *diag);

struct explain_source explain_of_record(struct record *record);

#endif
