/*
 * What an app may ask for (scope) and what a user may do (permission, role): rest.md section 4.
 * Two different gates: a call needs both. Plain sets; the tables are scope.def and permission.def.
 */
#ifndef MOCKRC_WORLD_SCOPE_H
#define MOCKRC_WORLD_SCOPE_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum scope {
    SCOPE_NONE,
#define SCOPE(name, wire, words, includes) SCOPE_##name,
#include "world/scope.def"
#undef SCOPE
    SCOPE_COUNT
};

typedef uint64_t scope_set; /* bit n = enum scope n */
#define SCOPE_BIT(name) ((scope_set)1 << SCOPE_##name)

const char *scope_name(enum scope scope);  /* "ReadAccounts" */
const char *scope_words(enum scope scope); /* for the consent page */
/* SCOPE_NONE when unknown. Also knows "WebSocketsSubscription", the guide's name of WebSocket. */
enum scope scope_named(const char *name);
/* SCOPE_NONE is in every set. */
bool scope_has(scope_set set, enum scope scope);
/* The set with everything its members include. */
scope_set scope_widen(scope_set set);
/* "A B C", the form of the token's `scope` member. */
void scope_write(scope_set set, struct buf *out);
/* Reads space-separated names; false at an unknown one (the rest is still read). */
bool scope_read(const char *text, scope_set *ret);

enum permission {
    PERMISSION_NONE,
#define PERMISSION(name, wire, who) PERMISSION_##name,
#include "world/permission.def"
#undef PERMISSION
    PERMISSION_COUNT
};

const char *permission_name(enum permission permission);
enum permission permission_named(const char *name);

/* The predefined roles (not editable). Dictionary ids are enum + 1: 1 = Super Admin (chosen). */
enum role {
    ROLE_SUPER_ADMIN,
    ROLE_PHONE_SYSTEM_ADMIN,
    ROLE_BILLING_ADMIN,
    ROLE_USER_ADMIN,
    ROLE_MANAGER,
    ROLE_STANDARD_INTERNATIONAL,
    ROLE_STANDARD,
    ROLE_COUNT
};

const char *role_name(enum role role); /* "Super Admin" */
/* "super-admin" and "Super Admin" alike; false when unknown. */
bool role_named(const char *name, enum role *ret);
/* How far a role may go with a permission: not at all, own data, the whole account. */
enum reach { REACH_NONE, REACH_SELF, REACH_ACCOUNT };
enum reach role_reach(enum role role, enum permission permission);

#endif
