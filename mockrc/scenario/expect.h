/*
 * `expect`: consumes the journal's events in order. It looks for the first event, after the one the
 * expectation before it took, that satisfies every key (journal/match.h), and takes it.
 *
 *   - expect: { op: oauth.token, grant_type: refresh_token, status: 400, code: OAU-213 }
 *   - expect: { op: sip.register, status: 200, times: 3 }          that many, in a row of looks
 *   - expect: { op: oauth.token, status: 200, within: 5m }         may still come in world time
 *   - expect: { layer: sip, status: ">=500", absent: true }        none since the last taken
 *
 * `within` lets world time run, from one due thing to the next, until it came; with `absent` it
 * runs out first. When another program plays the client's part (live), `within` is machine time as
 * well and 10 s unless told.
 *
 * A failure tells the line, the nearest events, and per event the key that differed, wanted and
 * seen.
 */
#ifndef MOCKRC_SCENARIO_EXPECT_H
#define MOCKRC_SCENARIO_EXPECT_H

#include "scenario/step.h"

struct expectation {
    const struct match *match;
    int64_t within_ms; /* -1: not given */
    size_t times;
    bool is_absent;
};

enum { EXPECT_TIMES_MAX = 1000, EXPECT_LIVE_MS = 10000 };

int expect_read(struct arena *arena, const struct node *args, const char *file,
                struct expectation *ret, struct diag *diag);

/* Looks from event `*cursor` on; true when it holds, and then `*cursor` is behind what it took.
 * `*ret_seen` counts the matches. Inside the door. */
bool expect_look(const struct expectation *expectation, const struct journal *journal,
                 uint64_t *cursor, size_t *ret_seen);

/* Why it does not hold, some indented lines. Inside the door. */
void expect_explain(const struct expectation *expectation, const struct journal *journal,
                    uint64_t cursor, size_t seen, struct buf *out);

/* The step kind's functions. */
int expect_check(const struct step *step, const char *file, struct diag *diag);
int expect_play(struct run *run, const struct step *step, struct diag *diag);

#endif
