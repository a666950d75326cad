/*
 * The names of what can be wrong, and the one table from what a probe saw (plane, status, code,
 * condition) to a name (failures.md section 5 rule 2). Names and remedies are those of
 * failures.md section 3. What the table does not know is shown raw, never as a generic text.
 */
#ifndef RC_CLIENT_DIAGNOSIS_H
#define RC_CLIENT_DIAGNOSIS_H

#include <stdbool.h>
#include <stddef.h>

#include "apierr.h"

enum level { LEVEL_ADVICE, LEVEL_DEGRADED, LEVEL_BROKEN };

/* Where a symptom was seen. */
enum symptom_of {
    AT_SIGN_IN,   /* the provider's pages, the redirect, the code exchange */
    AT_REFRESH,   /* the token endpoint with our refresh token */
    AT_REST,      /* any REST read */
    AT_CALL_LOG,  /* the account's call log */
    AT_RECORDING, /* a recording */
    AT_WEBHOOK,   /* subscribing by webhook */
    AT_SOCKET,    /* the WebSocket gateway, and subscribing over it */
    AT_REGISTER,  /* a proxy's answer to our digest */
};

/* What else must hold for a row of the table. */
enum condition {
    ALWAYS,
    WITHIN_REFRESH_LIFE, /* the refresh token's nominal end is ahead */
    PAST_REFRESH_LIFE,
    PAST_SESSION_LIFE, /* ahead; but the grant ended at the same age as the one before it */
    TOKEN_SPENT,       /* it was exchanged before: an older pair has come back into the store */
    ANSWER_LOST,       /* it was sent before, and what came back was never kept */
};

struct diagnosis {
    const char *name;
    const char *plane;    /* "oauth", "rest", "events", "recording", "sip.primary", ... */
    bool needs_reconnect; /* only a person's Authenticate cures it */
    const char *remedy;
};

/* In the order of the chain: what comes first explains what comes after it. */
extern const struct diagnosis diagnoses[];
extern const size_t diagnosis_count;

/* NULL when there is no such name. */
const struct diagnosis *diagnosis_find(const char *name);
/* Rank in the chain, 0 first; unknown names rank last. */
size_t diagnosis_rank(const char *name);

/* The name for a symptom: the first row that fits, or NULL. `error` is OAuth's error word or "". */
const char *diagnosis_of(enum symptom_of at, int status, const char *code, const char *error,
                         enum condition condition);

const char *level_text(enum level level); /* "advice", "degraded", "broken" */

#endif
