/*
 * An extension as the platform writes it: in lists, alone, and as a reference inside others. Ids
 * are numbers here (rest.md section 9).
 */
#ifndef MOCKRC_REST_USER_JSON_H
#define MOCKRC_REST_USER_JSON_H

#include "api/route.h"

/* A record of the extension list. */
void user_record(struct json_out *out, const struct call *call, const struct user *user);
/* The whole of one, as GET extension/{id} answers; serviceFeatures only for the caller itself. */
void user_whole(struct json_out *out, const struct call *call, const struct user *user);
/* {"id","uri","extensionNumber","name"?}: who owns a number or a device. */
void user_reference(struct json_out *out, const char *key, const struct call *call,
                    const struct user *user, bool has_name);
/* {"uri","id","displayName","autoAssigned",...} of the user's role, as the one record of a list. */
void user_roles(struct json_out *out, const char *key, const struct call *call,
                const struct user *user);

#endif
