/*
 * Whether the recordings the call log names can be had. A recording's id is known before its file
 * exists (failures.md F082), so one that answers 404 is tried again with growing pauses until some
 * minutes after its call ended, and only then called missing.
 *
 *   "" --probe--> ready
 *    |--- 404 --> pending --probe--> ready
 *                    |--- 404, RECORDINGS_DEADLINE_MS after the call --> missing
 *
 * Recordings that were old when they were first seen are not probed: asking is rate-limited, and who
 * plays one finds out.
 */
#ifndef RC_CLIENT_RECORDINGS_H
#define RC_CLIENT_RECORDINGS_H

#include "rest.h"

#define RECORDINGS_DEADLINE_MS (15 * 60 * 1000)

struct recordings_result {
    int probed, ready, pending, missing; /* of this run */
    struct apierr err;                   /* what stopped it; status 0: nothing did */
};

/* The sound at `uri` as rest_fetch gives it, `range` "" for all of it. A body that breaks off is then asked
 * for from there on (Range), RECORDINGS_PARTS times at most: the reply is the whole, or says why not. */
#define RECORDINGS_PARTS 5
void recordings_fetch(struct rest *rest, const char *uri, const char *range,
                      struct web_reply *ret_reply, struct apierr *err);

/* Asks for the first byte of at most `budget` recordings that are due. */
void recordings_probe(struct rest *rest, int budget, struct recordings_result *ret_result);

#endif
