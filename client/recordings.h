/*
 * Whether the recordings the call log names can be had. A recording's id is known before its file
 * exists (failures.md F082), so one that answers 404 is tried again with growing pauses until some
 * minutes after its call ended, and only then called missing.
 *
 *   "" --probe--> ready
 *    |--- 404, 410, 416 --> pending --probe--> ready
 *    |                         |--- the same, RECORDINGS_DEADLINE_MS after the call --> missing
 *    |--- no answer, 5xx, a web page --> pending, until RECORDINGS_SILENCE_MS after the call
 *    |--- 401, 403, 429: as it was; it is not this recording that is refused
 *
 * Recordings that were old when they were first seen are not probed: asking is rate-limited, and who
 * plays one finds out.
 */
#ifndef RC_CLIENT_RECORDINGS_H
#define RC_CLIENT_RECORDINGS_H

#include "rest.h"

#define RECORDINGS_DEADLINE_MS (15 * 60 * 1000)
/* The same for one whose address gives no proper answer: that says less. */
#define RECORDINGS_SILENCE_MS (24 * 3600 * 1000LL)

struct recordings_result {
    int probed, ready, pending, missing; /* of this run */
    struct apierr err;                   /* what stopped it; status 0: nothing did */
};

/* --- recordings_fetch.c --- */

/* The sound at `uri` as rest_fetch gives it. `range` "": all of it; a body that breaks off, or a part
 * where more was asked for, is followed by the rest (Range), in RECORDINGS_PARTS requests at most: the
 * reply is the whole, or says why not. A range without an end ("bytes=100-", as players ask): at most
 * RECORDINGS_STEP bytes of it, and what came of one that broke off, as a part, of which the player asks
 * the rest; so one of any length can be played. Any other range: as the platform answers it. What calls
 * itself text or JSON is no sound: status 0. */
#define RECORDINGS_PARTS 5
#define RECORDINGS_STEP  (4u * 1024 * 1024)
void recordings_fetch(struct rest *rest, const char *uri, const char *range,
                      struct web_reply *ret_reply, struct apierr *err);

/* Whether the reply may hold sound, by its Content-Type. */
bool recordings_is_sound(const struct web_reply *reply);

/* Asks for the first byte of at most `budget` recordings that are due. */
void recordings_probe(struct rest *rest, int budget, struct recordings_result *ret_result);

#endif
