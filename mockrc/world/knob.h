/*
 * The knobs: every behaviour that the platform's documents leave open, or that a test wants to
 * bend. Settable at start (--set name=value), in a fixture or scenario (`knobs:`) and by the verb
 * `set`. The table is knob.def; adding a knob is a line there and one
 * in knob_help.def.
 */
#ifndef MOCKRC_WORLD_KNOB_H
#define MOCKRC_WORLD_KNOB_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Every field is an int64_t: durations in ms, counts, switches 0/1, choices as index of the word.
 */
struct knobs {
#define KNOB(field, name, kind, otherwise, words) int64_t field;
#include "world/knob.def"
#undef KNOB
};

/* The words of the choices, in the order of knob.def. */
enum { KNOB_ISSUE_APP, KNOB_ISSUE_YES, KNOB_ISSUE_NO };
enum { KNOB_PASSWORD_IMMEDIATE, KNOB_PASSWORD_AT_REFRESH };
enum { KNOB_EVICT_OLDEST, KNOB_EVICT_NEWEST };
enum { KNOB_CODE_REJECT, KNOB_CODE_REJECT_AND_REVOKE };
enum { KNOB_SCOPE_AT_CONSENT, KNOB_SCOPE_LIVE };
enum { KNOB_SCOPE_IGNORE, KNOB_SCOPE_INTERSECT };
enum { KNOB_OLD_ACCESS_IMMEDIATE, KNOB_OLD_ACCESS_GRACE };
enum { KNOB_DEAD_OAU_213, KNOB_DEAD_OAU_210 };
enum { KNOB_RATE_REAL, KNOB_RATE_OFF, KNOB_RATE_NO_PLAN };
enum { KNOB_SMS_MSG_242, KNOB_SMS_BIL_103 };
enum {
    KNOB_POLICY_ALL,
    KNOB_POLICY_INBOUND,
    KNOB_POLICY_OUTBOUND,
    KNOB_POLICY_ON_DEMAND,
    KNOB_POLICY_OFF
};
enum { KNOB_VIEW_SIMPLE, KNOB_VIEW_DETAILED };
enum { KNOB_BAD_AUTH_403, KNOB_BAD_AUTH_401, KNOB_BAD_AUTH_404, KNOB_BAD_AUTH_DROP };
enum { KNOB_ALGORITHM_MD5, KNOB_ALGORITHM_SHA256 };
enum { KNOB_QOP_NONE, KNOB_QOP_AUTH };
enum { KNOB_FOREIGN_404, KNOB_FOREIGN_403, KNOB_FOREIGN_ACCEPT };
enum { KNOB_CONTACT_LAST_WINS, KNOB_CONTACT_INTERCEPT };
enum { KNOB_PLAYS_ECHO, KNOB_PLAYS_TONE, KNOB_PLAYS_SILENCE, KNOB_PLAYS_NOTHING };
enum { KNOB_SEND_TO_SOURCE, KNOB_SEND_TO_SDP };
enum { KNOB_EARLY_WEB, KNOB_EARLY_ALL, KNOB_EARLY_NONE };
enum { KNOB_CODECS_ALL, KNOB_CODECS_G711, KNOB_CODECS_OPUS };
enum { KNOB_TTL_STRICT, KNOB_TTL_LENIENT };
enum { KNOB_RECOVER_NEVER, KNOB_RECOVER_RECONCILE };
enum { KNOB_REASON_SEEN, KNOB_REASON_TIMEOUT, KNOB_REASON_NOT_FOUND, KNOB_REASON_OMITTED };
enum { KNOB_TRANSPORTS_ALL, KNOB_TRANSPORTS_WEBHOOK, KNOB_TRANSPORTS_WEBSOCKET };
enum { KNOB_ADDRESS_CREATE, KNOB_ADDRESS_RENEW, KNOB_ADDRESS_NEVER };
enum { KNOB_OWNER_USER, KNOB_OWNER_SESSION };
enum { KNOB_REMINDER_ALWAYS, KNOB_REMINDER_WITH_GRANT, KNOB_REMINDER_NEVER };
enum { KNOB_DISABLED_LISTED, KNOB_DISABLED_SILENT, KNOB_DISABLED_REFUSED };
enum { KNOB_TOKEN_SENT, KNOB_TOKEN_GUIDE, KNOB_TOKEN_WRONG, KNOB_TOKEN_OMITTED };
enum { KNOB_REFUSAL_UPGRADE, KNOB_REFUSAL_FRAME };

void knobs_init(struct knobs *knobs);

/* Sets one from text. False: `diag->text` says what was wanted (and "did you mean"). */
bool knobs_set(struct knobs *knobs, const char *name, const char *value, struct diag *diag);

/* Listing: 0 <= i < knob_count(). Texts are static but the value, which goes to `value`. */
size_t knob_count(void);
const char *knob_name(size_t i);
const char *knob_default(size_t i);
const char *knob_value(const struct knobs *knobs, size_t i, char *value, size_t value_len);
/* What it does, in words; knob_help.def has them. */
const char *knob_help(size_t i);
/* "a duration ...", "a count ...", "true or false", or the words a choice takes. */
const char *knob_wants(size_t i);

#endif
