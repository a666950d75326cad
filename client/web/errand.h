/*
 * Authorizations under way: who left for the provider's login page, by the unguessable `state` that
 * comes back. Kept here and not in the browser's session, so that an admin whose own sign-in ended
 * meanwhile finds the result all the same (failures.md F011); a second return of the same state
 * gets the first one's result (F010). Bounded; an errand ends after half an hour. Thread-safe.
 */
#ifndef RC_CLIENT_WEB_ERRAND_H
#define RC_CLIENT_WEB_ERRAND_H

#include "oauth.h"

#define ERRANDS_MAX 32

struct errand_outcome {
    bool is_ok;
    char diagnosis[64]; /* "" when ok */
    char text[400];     /* what was seen, for people; no secret */
};

enum errand_found {
    ERRAND_UNKNOWN,
    ERRAND_MINE, /* the caller runs it and ends with errands_finish */
    ERRAND_DONE  /* the outcome is there; a return under way was waited for */
};

struct errands;

struct errands *errands_new(void);
void errands_free(struct errands *errands);

/* `settings` as they are now: the return is exchanged with these. */
void errands_start(struct errands *errands, const struct pkce *pkce,
                   const struct settings *settings);
enum errand_found errands_take(struct errands *errands, const char *state, struct pkce *ret_pkce,
                               struct settings *ret_settings, struct errand_outcome *ret_outcome);
void errands_finish(struct errands *errands, const char *state,
                    const struct errand_outcome *outcome);
/* The outcome of one that is done. */
bool errands_outcome(struct errands *errands, const char *state,
                     struct errand_outcome *ret_outcome);

#endif
