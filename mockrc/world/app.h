/*
 * A registered app of the developer console: who asks for grants. Source: oauth.md 3, 5, 6.
 */
#ifndef MOCKRC_WORLD_APP_H
#define MOCKRC_WORLD_APP_H

#include "world/scope.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world;

enum app_status { APP_ACTIVE, APP_SUSPENDED, APP_STATUS_COUNT };

enum grant {
    GRANT_AUTHORIZATION_CODE,
    GRANT_REFRESH_TOKEN,
    GRANT_JWT,
    GRANT_PASSWORD,
    GRANT_COUNT
};

struct app {
    char *client_id, *name, *vendor;
    char *secret; /* NULL: a public app (PKCE, no client secret) */
    char **redirect_uris;
    size_t redirect_count;
    scope_set scopes;    /* registered permissions, not widened */
    unsigned grants;     /* bit n = enum grant n */
    bool issues_refresh; /* "issue refresh tokens" */
    bool is_sandbox;     /* sandbox keys: OAU-165 on production */
    char *brands;        /* space-separated brand ids it is open to; NULL: all */
    char *public_key;    /* PEM, for private_key_jwt; NULL: none */
    enum app_status status;
    uint64_t status_cause, scopes_cause, secret_cause; /* journal numbers of the last change */
};

/* A JWT credential: a user's long-lived login for apps (oauth.md 6). The assertion itself is made
 * by oauth/jwt.c from these and the world's signing key. */
struct jwt_credential {
    char *id; /* the `jti` */
    int64_t user_id;
    char *client_ids;              /* space-separated; NULL: any app of the organisation */
    int64_t issued_ms, expires_ms; /* 0: decades ahead */
    bool is_revoked;
};

struct app *app_add(struct world *world, const char *client_id);
struct app *app_by_client_id(const struct world *world, const char *client_id);
/* By client id or by name. */
struct app *app_named(const struct world *world, const char *name);
bool app_may_use(const struct app *app, enum grant grant);
/* Exactly that text: oauth.md section 3. */
bool app_has_redirect(const struct app *app, const char *uri);
void app_add_redirect(struct app *app, const char *uri);
const char *grant_wire_name(enum grant grant); /* "authorization_code", "urn:ietf:..." */
bool grant_named(const char *wire_name, enum grant *ret);
const char *app_status_name(enum app_status status); /* "Active" */
bool app_status_named(const char *name, enum app_status *ret);

struct jwt_credential *jwt_credential_add(struct world *world, const char *id, int64_t user_id);
struct jwt_credential *jwt_credential_by_id(const struct world *world, const char *id);

void apps_done(struct world *world);

#endif
