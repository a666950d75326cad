/*
 * From a journal to the first broken link. Every event is shown to every cause of the table
 * (cause.h); what is broken and was not seen to work again is a finding, ranked: broken before
 * degraded before worth a note, and within these in the order of the table.
 *
 * It looks at what the simulator did and saw only. Nothing here changes anything; the same journal
 * gives the same explanation.
 */
#ifndef MOCKRC_EXPLAIN_EXPLAIN_H
#define MOCKRC_EXPLAIN_EXPLAIN_H

#include "base/json.h"
#include "explain/cause.h"
#include "journal/event.h"

/* Where events come from: a journal in this process, or a saved one (record.h). Numbers may be
 * missing in between. */
struct explain_source {
    uint64_t first, last; /* 0: there is none */
    bool (*get)(void *context, uint64_t seq, struct event *ret);
    uint64_t (*next)(void *context,
                     uint64_t seq); /* the least that is there after `seq`; 0: none */
    void *context;
};
struct journal;
/* Borrows the journal; the door is the caller's business. */
struct explain_source explain_of_journal(struct journal *journal);

enum {
    EXPLAIN_LINKS_MAX = 20000, /* links followed at once; more are not, and that is told */
    EXPLAIN_CHAIN_MAX = 8,     /* causes of causes that are followed */
    EXPLAIN_SEEN_MAX = 3       /* further symptoms of a finding told one by one */
};

struct finding {
    const struct cause *cause;
    size_t failure;                  /* index for failure_id, failure_diagnosis */
    uint64_t begin;                  /* number of the first cause; 0: not known */
    uint64_t first, last;            /* of the broken link; 0: it ran out by itself */
    uint64_t worked;                 /* when the link last worked before; 0: never seen to */
    uint64_t mended;                 /* what showed that it is over; 0: it is not */
    int64_t ran_out_ms;              /* of a thing with an end, world time */
    uint64_t seen[EXPLAIN_SEEN_MAX]; /* after the first; 0: none */
    size_t count, links;             /* events; links that broke alike (phones, operations) */
    const char *says;                /* its sentence, filled in */
};

struct explanation;
struct explanation *explain_new(const struct explain_source *source);
void explain_free(struct explanation *explanation);

/* What is broken now, the worst first; then what is over. */
size_t explain_count(const struct explanation *explanation);
const struct finding *explain_at(const struct explanation *explanation, size_t i);
/* Is something broken or degraded now? Notes do not count. */
bool explain_is_broken(const struct explanation *explanation);

/* For people. */
void explain_text(const struct explanation *explanation, struct buf *out);
/* "password-rotated-stale-grant / GRANT_...: sentence (first cause #18, first seen at #19)", without
 * a line end; nothing when nothing is broken. */
void explain_line(const struct explanation *explanation, struct buf *out);
/* One object. */
void explain_json(const struct explanation *explanation, struct json_out *out);

#endif
