/*
 * What a caller may write about an extension: read and checked whole before anything changes, so
 * that a refused call has changed nothing. Source: rest.md 5.2, 5.3.
 */
#ifndef MOCKRC_REST_EXTENSION_EDIT_H
#define MOCKRC_REST_EXTENSION_EDIT_H

#include "api/route.h"

/* A field the body did not have is NULL (status: -1). */
struct extension_draft {
    const char *first_name, *last_name, *email, *job_title, *department;
    const char *extension_number, *password;
    int status; /* enum user_status */
};

/* Reads the body for `user` (one in the making has no number yet); refuses and returns false when
 * something in it is wrong. */
bool extension_read_draft(struct call *call, const struct user *user, struct extension_draft *ret);
/* Makes it so. Ends sessions where password or status ask for it. */
void extension_apply_draft(struct call *call, struct user *user,
                           const struct extension_draft *draft);

/* Is this number free for `user` (or a new one) in its account? Refuses (CMN-101, CMN-406) and
 * returns false when not. */
bool extension_may_have_number(struct call *call, const struct user *user, const char *number);
/* Enabled, Disabled, Frozen ...; ends the user's sessions when it is no longer Enabled. */
void extension_set_status(struct call *call, struct user *user, enum user_status status);

/* A Super Admin's password, state and being there are Super Admins' business alone (chosen): others
 * are told CMN-402. */
bool extension_is_above(const struct call *call, const struct user *user);

/* Its numbers go back to the company, its phones lose their lines, its queues a member, and its
 * tokens are told OAU-232. */
void extension_remove(struct call *call, struct user *user);

route_fn extension_update, extension_create, extension_delete;

#endif
