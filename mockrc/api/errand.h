/*
 * An errand: what a handler must know from outside before it can answer. Nothing blocks inside the
 * door, so the handler hangs the errand on its reply and returns; the edge's own thread performs it
 * with the door closed and calls again (api_resume), and the same handler finds the outcome in
 * call->errand. The gate is passed a second time (a token may have died meanwhile), but neither the
 * rate nor a fault is counted twice, and only the second call is an event.
 *
 * There is one kind: the validation of a webhook's address (rest.md 6.2).
 */
#ifndef MOCKRC_API_ERRAND_H
#define MOCKRC_API_ERRAND_H

#include "base/id.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum errand_result {
    ERRAND_ANSWERED,    /* status and token are what came */
    ERRAND_UNREACHABLE, /* nobody there, or nothing in time */
    ERRAND_TOO_LARGE,   /* more bytes than allowed */
    ERRAND_MALFORMED,   /* no HTTP */
    ERRAND_BAD_TLS,
};

enum { ERRAND_TOKEN_MAX = 64, ERRAND_REASON_MAX = 160 };

struct errand {
    /* Asked; text is of the call's arena. */
    const char *url;
    char token[ERRAND_TOKEN_MAX];
    int64_t timeout_ms;
    size_t max_bytes; /* of head and body together */
    bool verifies_tls;

    /* The outcome. */
    enum errand_result result;
    int status;
    bool has_token; /* the very same came back */
    char reason
        [ERRAND_REASON_MAX]; /* in words, without addresses; an answer's: its own, "" of 2xx */

    char request_id[ID_UUID_LEN]; /* api_serve's: the first call's */
};

#endif
