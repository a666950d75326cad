/* Permissions and roles as the platform writes them. */
#ifndef MOCKRC_REST_ROLE_JSON_H
#define MOCKRC_REST_ROLE_JSON_H

#include "api/route.h"

/* Members of a PermissionIdResource. */
void permission_members(struct json_out *out, const struct call *call, enum permission permission);
/* A RoleResource as an element; `uri` is of the account's list or, without account, the
 * dictionary's. */
void role_write(struct json_out *out, const struct call *call, enum role role,
                const struct account *account, bool has_permissions);
/* A role's id in dictionaries ("1" = Super Admin); one digit. */
const char *role_id(enum role role);
bool role_by_id(const char *id, enum role *ret);

#endif
