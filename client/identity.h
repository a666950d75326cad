/*
 * Who authorized, and what that person may do: the probe after every exchange and in every check
 * (failures.md F014, F034). Three calls: extension/~, service-info, authz-profile.
 */
#ifndef RC_CLIENT_IDENTITY_H
#define RC_CLIENT_IDENTITY_H

#include "rest.h"

struct identity {
    char owner_id[32], account_id[32];
    char name[128], extension[16];
    char brand_id[16]; /* "" when service-info was not readable */
    char
        recording_off[160]; /* service features of automatic recording that are off, ", " between */
    bool has_profile;       /* authz-profile was readable: the next two count */
    bool is_admin;          /* may read the company call log */
    char missing[256]; /* user permissions the product needs and the user lacks, ", " between */
    struct apierr profile_err; /* of authz-profile when !has_profile */
};

/* False when extension/~ itself was refused, with `err`; the rest degrades by itself. */
bool identity_probe(struct rest *rest, struct identity *ret_identity, struct apierr *err);

/* "Ada Admin (ext 101)" into `to`. */
const char *identity_text(const char *name, const char *extension, char *to, size_t cap);

/* Whether a grant is of the account connected before, named `account` ("": none was). One whose account
 * could not be read is, if it is the same person's. */
bool identity_is_of(const struct client *client, const struct grant *grant, const char *account);

/* The app permissions missing from the grant's scope, ", " between; "" when none are. */
void identity_missing_scopes(const struct grant *grant, bool with_recording, char *to, size_t cap);

#endif
