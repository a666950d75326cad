/*
 * A user's password: what the platform accepts as one, and what changing it does. The same for the
 * login pages, for REST and for the control verb. Source: oauth.md 4.1, 11.
 */
#ifndef MOCKRC_WORLD_PASSWORD_H
#define MOCKRC_WORLD_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world;
struct user;

/* NULL when `password` may be this user's next one, else what is wrong with it, in words. */
const char *password_fault(const struct user *user, const char *password);

/* Sets it and ends the user's sessions, at once or (`is_lazy`) at their next refresh; returns how
 * many. `cause` is the journal number of the call that did it. */
size_t password_set(struct world *world, struct user *user, const char *password, bool is_lazy,
                    uint64_t cause);
/* What the knob oauth.password_change.mode says about the user's sessions. */
bool password_is_lazy(const struct world *world);

#endif
