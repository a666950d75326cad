/*
 * Whether somebody may log in: the questions that the login pages and the grants share. They decide
 * and count failures; saying it is the caller's.
 */
#ifndef MOCKRC_OAUTH_SIGNIN_H
#define MOCKRC_OAUTH_SIGNIN_H

#include "oauth/refuse.h"

struct verdict {
    enum oauth_error error; /* OAUTH_ERROR_COUNT: may go on */
    uint64_t cause;         /* journal number of what made it so, 0: none known */
};

/* May this user have a grant at all: type, state, account, and is the app open to the brand? A NULL
 * or deleted user is `if_gone`. `app` may be NULL. */
struct verdict signin_state(const struct world *world, const struct user *user,
                            const struct app *app, enum oauth_error if_gone);

/* Whose login this is, also when it may not log in (a queue, say); NULL: nobody's. `brand` NULL:
 * any; else users of other brands are not found, as on a page of the wrong brand (F006). */
struct user *signin_find(const struct world *world, const char *identifier, const char *extension,
                         const char *brand);

/* Is it a phone number, in some way of writing? */
bool signin_is_number(const char *identifier);

/* Checks a password, lockout first; counts a failure and locks at the threshold. `user` NULL is
 * nobody's login. Then signin_state. */
struct verdict signin_password(struct call *call, struct user *user, const char *identifier,
                               const char *password, const struct app *app);
/* A failed try of any kind (also a wrong second factor). */
void signin_failed(struct call *call, struct user *user);
struct verdict signin_locked(const struct world *world, const struct user *user);

bool signin_needs_code(const struct world *world, const struct user *user);
bool signin_needs_sso(const struct world *world, const struct user *user);
bool signin_needs_new_password(const struct world *world, const struct user *user);

#endif
