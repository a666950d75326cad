/*
 * The faults of the field's clients, each a switch that is off unless `--weak NAME` turns it on
 * (failures.md section 6, group `client`, and section 5 rule 5): with one on, this client suffers
 * what such a product suffers, so that a story can prove that it catches it.
 *
 * One row per weakness; where it acts, the code asks client_is_weak. Every name is used by a
 * scenario or a test, or tests/house complains.
 */
#ifndef RC_CLIENT_WEAK_H
#define RC_CLIENT_WEAK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum weakness {
    /* tokens */
    WEAK_NO_REFRESH_LOCK,
    WEAK_TOKEN_CACHE,
    WEAK_TRANSIENT_IS_FATAL,
    WEAK_DEAD_GRANT_RETRIED,
    WEAK_PERSIST_LATE,
    WEAK_SHORT_COLUMN,
    WEAK_NO_INSTANCE_CHECK,
    /* authenticate and save */
    WEAK_SAVE_BEFORE_EXCHANGE,
    WEAK_CODE_TWICE,
    WEAK_NO_IDENTITY_CHECK,
    WEAK_STATUS_STICKS,
    WEAK_STATUS_CACHED,
    WEAK_NO_VALIDATION,
    WEAK_SETTINGS_CACHED,
    WEAK_LAST_SAVE_WINS,
    WEAK_STATE_IN_SESSION,
    /* the call log and recordings */
    WEAK_IGNORE_RETRY_AFTER,
    WEAK_FIRST_PAGE_ONLY,
    WEAK_NO_BACKFILL,
    WEAK_START_CURSOR,
    WEAK_EXTENSION_FALLBACK,
    WEAK_LOCAL_TIME,
    WEAK_SIMPLE_VIEW,
    WEAK_RECORDING_ONCE,
    /* events */
    WEAK_SUBSCRIBE_ONCE,
    WEAK_NO_RENEWAL,
    WEAK_LAST_EVENT_WINS,
    WEAK_SLOW_HOOK,
    WEAK_HOOK_SECRET,
    WEAK_TRUST_EVENTS,
    /* handsets */
    WEAK_NO_FAILOVER,
    WEAK_TRUST_REGISTRATION,
    WEAK_NO_NAME_CHECK,
    WEAK_USER_AS_AUTH_ID,
    WEAK_DIALOGS_LEFT,
    WEAK_DNS_ONCE,
    WEAK_FIRST_TARGET,
    WEAK_DNS_FATAL,
    WEAK_COUNT
};

struct weakness_row {
    const char *name;
    const char *failure; /* failures.md's id of what comes of it */
    const char *help;    /* what such a client does */
};

extern const struct weakness_row weaknesses[WEAK_COUNT];

/* Adds the names in `text` (commas or blanks between) to the set; false with a sentence in `why`
 * about the first unknown one. */
bool weak_read(const char *text, uint64_t *set, char *why, size_t cap);

#endif
