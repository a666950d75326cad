/*
 * Saying no in the OAuth envelope (oauth.md 10.1): `error`, `error_description` and errors[] with
 * the code. REST's envelope is api/refuse.h; errors.def is the table of ours.
 */
#ifndef MOCKRC_OAUTH_REFUSE_H
#define MOCKRC_OAUTH_REFUSE_H

#include "api/route.h"

#include <stdint.h>

enum oauth_error {
#define OAUTH_ERROR(name, code, status, word, message, provenance) name,
#include "oauth/errors.def"
#undef OAUTH_ERROR
    OAUTH_ERROR_COUNT /* also: nothing is wrong */
};

struct oauth_error_row {
    const char *name; /* of the enum, for tests */
    const char *code; /* "" when the platform gives none */
    int status;
    const char *word, *message, *provenance;
};

const struct oauth_error_row *oauth_error_row(enum oauth_error error);

void oauth_refuse(struct call *call, enum oauth_error error);
/* With parameters[{parameterName, parameterValue}]; a NULL or secret value is left out. */
void oauth_refuse_value(struct call *call, enum oauth_error error, const char *parameter,
                        const char *value);
/* Sets event->cause too: the journal number of what made this be refused (0: none known). */
void oauth_refuse_because(struct call *call, enum oauth_error error, uint64_t cause);
/* An error of a fault's: `code` is one of the table's (OAU-213), any other OAU-nnn, or the word itself
 * (invalid_grant); what is neither (CMN-301) has REST's envelope, as on the wire (oauth.md 10.2).
 * `message` NULL: the table's. */
void oauth_refuse_planned(struct call *call, int status, const char *code, const char *message);
/* Only the event's part: for pages, which say it in words. */
void oauth_note(struct call *call, enum oauth_error error, uint64_t cause);

#endif
