/*
 * An extension of an account: a person, a call queue, an announcement. The platform's word is
 * extension; those of type User can log in. Source: rest.md 5.2, 5.3; oauth.md 4.1 (lockout).
 */
#ifndef MOCKRC_WORLD_USER_H
#define MOCKRC_WORLD_USER_H

#include "world/presence.h"
#include "world/scope.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world;
struct phone_party;

enum user_status {
    USER_ENABLED,
    USER_DISABLED,
    USER_FROZEN,
    USER_NOT_ACTIVATED,
    USER_UNASSIGNED,
    USER_STATUS_COUNT
};

enum user_type {
    USER_USER,
    USER_DEPARTMENT, /* a call queue */
    USER_ANNOUNCEMENT,
    USER_VOICEMAIL,
    USER_IVR_MENU,
    USER_PARK_LOCATION,
    USER_SITE,
    USER_LIMITED,
    USER_TYPE_COUNT
};

/* Whom of a queue a call rings: one after the other, the next call beginning with the next member; one
 * after the other from the first; all who are free at once. */
enum queue_order { QUEUE_ROTATING, QUEUE_FIXED_ORDER, QUEUE_SIMULTANEOUS, QUEUE_ORDER_COUNT };
const char *queue_order_name(enum queue_order order); /* "Rotating" */

/* serviceLevelSettings and the like (rest.md 5.13); user_add sets the platform's defaults. */
struct queue_settings {
    int64_t sla_goal, sla_threshold_s, abandoned_threshold_s, alert_s;
    bool counts_abandoned, lets_members_choose;
    enum queue_order order;
};

struct user {
    int64_t id, account_id;
    char *extension_number; /* NULL when Unassigned; set by user_set_extension */
    char *email;            /* set by user_set_email */
    char *first_name, *last_name, *name, *job_title, *department;
    char *password;
    enum user_type type;
    enum user_status status;
    enum role role;
    bool is_deleted; /* kept: tokens and call log still name it */

    /* Login. */
    int failed_logins;
    int64_t locked_until_ms; /* 0: not locked */
    int64_t password_changed_ms;
    bool has_mfa, has_sso, must_change_password;

    /* Journal numbers of what last changed these, so that a refusal can name its cause. */
    uint64_t status_cause, role_cause, password_cause, lock_cause;

    struct presence_state presence;
    struct phone_party *parties; /* of calls that ring or are up; world/phone_call.h */

    /* Of a queue: its members' ids, and how it judges itself. */
    int64_t *members;
    size_t member_count;
    struct queue_settings queue;
};

/*
 * world->users is in order of id. The call log holds indexes into it: once there is one, a new
 * user's id must be above all others.
 */
struct user *user_add(struct world *world, int64_t id, int64_t account_id);
void user_set_extension(struct world *world, struct user *user, const char *number);
void user_set_email(struct world *world, struct user *user, const char *email);

/* Also the deleted. */
struct user *user_by_id(const struct world *world, int64_t id);
/* Where in world->users; false when nowhere. */
bool user_index(const struct world *world, int64_t id, size_t *ret);
/* Not the deleted. E-mails are compared without case. */
struct user *user_by_extension(const struct world *world, int64_t account_id, const char *number);
struct user *user_by_email(const struct world *world, const char *email);
/* The first enabled Super Admin of an account; NULL when there is none. */
struct user *user_super_admin(const struct world *world, int64_t account_id);
/* Whom people name: an id, an extension number, an e-mail, "superadmin" (the first enabled Super
 * Admin of the first account) or a full name. NULL when nobody. */
struct user *user_named(const struct world *world, const char *name);
/* Who logs in with this identifier: an e-mail, or a number of the company plus an extension, or a
 * direct number; written with blanks, dashes, brackets, and without the country if it likes. A
 * company number with no (or an empty) extension means the Super Admin (chosen). Deleted users do
 * not; whether the one found may log in (a queue may not) is oauth's to say. oauth.md section 4. */
struct user *user_by_login(const struct world *world, const char *identifier,
                           const char *extension);

/* Members of a queue. Adding one who is there, and removing one who is not, change nothing. */
bool user_has_member(const struct user *queue, int64_t id);
void user_add_member(struct user *queue, int64_t id);
void user_remove_member(struct user *queue, int64_t id);

const char *user_status_name(enum user_status status); /* "Enabled" */
bool user_status_named(const char *name, enum user_status *ret);
const char *user_type_name(enum user_type type); /* "Department" */
bool user_type_named(const char *name, enum user_type *ret);
/* May do `permission` how far? Nothing when not enabled. */
enum reach user_reach(const struct user *user, enum permission permission);

void users_done(struct world *world);

#endif
