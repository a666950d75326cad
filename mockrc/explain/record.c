#include "explain/record.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "journal/event_read.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define uthash_malloc(size) xmalloc(size)
#include <uthash.h>

/* Events say their operation by a text that outlives them. */
struct op {
    UT_hash_handle hh;
    char name[];
};

struct line {
    uint64_t seq;
    const char *text, *op;
    size_t len;
};

struct record {
    struct line *lines;
    size_t count, room;
    struct op *ops;
    struct arena scratch;
};

void record_free(struct record *record)
{
    struct op *op, *next;
    if (!record)
        return;
    HASH_ITER(hh, record->ops, op, next)
    {
        HASH_DEL(record->ops, op);
        free(op);
    }
    arena_done(&record->scratch);
    free(record->lines);
    free(record);
}

/* NULL when there are too many. */
static const char *keep_op(struct record *record, const char *name)
{
    struct op *op;
    size_t len = strlen(name);
    HASH_FIND(hh, record->ops, name, len, op);
    if (op)
        return op->name;
    if (HASH_COUNT(record->ops) >= RECORD_OPS_MAX)
        return NULL;
    op = xcalloc(1, sizeof *op + len + 1);
    memcpy(op->name, name, len + 1);
    HASH_ADD(hh, record->ops, name[0], len, op);
    return op->name;
}

static void keep(struct record *record, uint64_t seq, const char *text, size_t len, const char *op)
{
    if (record->count == record->room) {
        record->room = record->room ? 2 * record->room : 1024;
        record->lines = xrealloc(record->lines, record->room * sizeof *record->lines);
    }
    record->lines[record->count++] = (struct line){seq, text, op, len};
}

static int refuse(const char *name, int number, const char *why, struct diag *diag)
{
    return diag_set(diag, ERR_USAGE, name, number, 1,
                    "wanted a line of a journal (mockrc journal --json): %s", why);
}

static int take_line(struct record *record, const char *name, int number, const char *text,
                     size_t len, struct diag *diag)
{
    struct event event;
    const char *why = NULL;
    if (strspn(text, " \t\r") >= len)
        return ERR_OK;
    arena_reset(&record->scratch);
    const struct node *json = json_parse(&record->scratch, text, len, &why);
    why = json ? event_read(json, &event) : why;
    if (why)
        return refuse(name, number, why, diag);
    uint64_t before = record->count ? record->lines[record->count - 1].seq : 0;
    if (event.seq <= before)
        return diag_set(diag, ERR_USAGE, name, number, 1,
                        "number %llu comes after %llu: that is not one journal",
                        (unsigned long long)event.seq, (unsigned long long)before);
    const char *op = keep_op(record, event.op);
    if (!op || record->count == RECORD_EVENTS_MAX)
        return diag_set(diag, ERR_USAGE, name, number, 1, "more than %d %s",
                        op ? RECORD_EVENTS_MAX : RECORD_OPS_MAX, op ? "events" : "operations");
    keep(record, event.seq, text, len, op);
    return ERR_OK;
}

int record_read(const char *name, const char *text, size_t len, struct record **ret,
                struct diag *diag)
{
    struct record *record = xcalloc(1, sizeof *record);
    const char *end = text + len;
    int err = ERR_OK;
    arena_init(&record->scratch);
    for (int number = 1; text < end && !err; number++) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        size_t line_len = (size_t)((stop ? stop : end) - text);
        err = take_line(record, name, number, text, line_len, diag);
        text += line_len + 1;
    }
    if (err)
        record_free(record);
    else
        *ret = record;
    return err;
}

static int read_stream(FILE *file, const char *path, struct buf *out, struct diag *diag)
{
    char block[65536];
    size_t got;
    while ((got = fread(block, 1, sizeof block, file)) > 0) {
        if (out->len + got > out->max)
            return diag_set(diag, ERR_USAGE, path, 0, 0, "more than %zu MB", out->max >> 20);
        buf_add(out, block, got);
    }
    if (ferror(file))
        return diag_set(diag, ERR_USAGE, path, 0, 0, "cannot be read: %s", strerror(errno));
    return ERR_OK;
}

int record_load(const char *path, struct buf *out, struct diag *diag)
{
    if (text_eq(path, "-"))
        return read_stream(stdin, "stdin", out, diag);
    FILE *file = fopen(path, "re");
    if (!file)
        return diag_set(diag, ERR_USAGE, path, 0, 0, "cannot be read: %s", strerror(errno));
    int err = read_stream(file, path, out, diag);
    fclose(file);
    return err;
}

/* The first line whose number is at least `seq`; the count when there is none. */
static size_t line_from(const struct record *record, uint64_t seq)
{
    size_t low = 0, high = record->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (record->lines[middle].seq < seq)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool get(void *context, uint64_t seq, struct event *ret)
{
    struct record *record = context;
    const char *why;
    size_t i = line_from(record, seq);
    if (i == record->count || record->lines[i].seq != seq)
        return false;
    const struct line *line = &record->lines[i];
    arena_reset(&record->scratch);
    const struct node *json = json_parse(&record->scratch, line->text, line->len, &why);
    if (event_read(json, ret))
        return false;
    ret->op = line->op;
    return true;
}

static uint64_t next(void *context, uint64_t seq)
{
    const struct record *record = context;
    size_t i = line_from(record, seq + 1);
    return i < record->count ? record->lines[i].seq : 0;
}

struct explain_source explain_of_record(struct record *record)
{
    size_t count = record->count;
    return (struct explain_source){.first = count ? record->lines[0].seq : 0,
                                   .last = count ? record->lines[count - 1].seq : 0,
                                   .get = get,
                                   .next = next,
                                   .context = record};
}
