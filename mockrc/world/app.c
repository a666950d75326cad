#include "world/app.h"

#include "base/mem.h"
#include "base/text.h"
#include "world/world.h"

#include <stdlib.h>

static const char *const status_names[APP_STATUS_COUNT] = {
    [APP_ACTIVE] = "Active",
    [APP_SUSPENDED] = "Suspended",
};

static const char *const grant_names[GRANT_COUNT] = {
    [GRANT_AUTHORIZATION_CODE] = "authorization_code",
    [GRANT_REFRESH_TOKEN] = "refresh_token",
    [GRANT_JWT] = "urn:ietf:params:oauth:grant-type:jwt-bearer",
    [GRANT_PASSWORD] = "password",
};

struct app *app_add(struct world *world, const char *client_id)
{
    struct app *app = xcalloc(1, sizeof *app);
    xset(&app->client_id, client_id);
    xgrow(world->apps, world->app_count, &world->app_cap);
    lookup_put(&world->apps_by_client_id, client_id, app);
    return world->apps[world->app_count++] = app;
}

struct app *app_by_client_id(const struct world *world, const char *client_id)
{
    return lookup_get(world->apps_by_client_id, client_id);
}

struct app *app_named(const struct world *world, const char *name)
{
    struct app *app = app_by_client_id(world, name);
    for (size_t i = 0; !app && name && i < world->app_count; i++)
        if (text_eq_nocase(world->apps[i]->name, name))
            app = world->apps[i];
    return app;
}

bool app_may_use(const struct app *app, enum grant grant)
{
    return app->grants >> grant & 1;
}

bool app_has_redirect(const struct app *app, const char *uri)
{
    for (size_t i = 0; uri && i < app->redirect_count; i++)
        if (text_eq(app->redirect_uris[i], uri))
            return true;
    return false;
}

void app_add_redirect(struct app *app, const char *uri)
{
    app->redirect_uris =
        xrealloc(app->redirect_uris, (app->redirect_count + 1) * sizeof *app->redirect_uris);
    app->redirect_uris[app->redirect_count++] = xstrdup(uri);
}

const char *grant_wire_name(enum grant grant)
{
    return grant_names[grant];
}

bool grant_named(const char *wire_name, enum grant *ret)
{
    for (int i = 0; i < GRANT_COUNT; i++)
        if (text_eq(wire_name, grant_names[i])) {
            *ret = (enum grant)i;
            return true;
        }
    return false;
}

const char *app_status_name(enum app_status status)
{
    return status_names[status];
}

bool app_status_named(const char *name, enum app_status *ret)
{
    for (int i = 0; i < APP_STATUS_COUNT; i++)
        if (text_eq(name, status_names[i])) {
            *ret = (enum app_status)i;
            return true;
        }
    return false;
}

struct jwt_credential *jwt_credential_add(struct world *world, const char *id, int64_t user_id)
{
    struct jwt_credential *credential = xcalloc(1, sizeof *credential);
    xset(&credential->id, id);
    credential->user_id = user_id;
    xgrow(world->credentials, world->credential_count, &world->credential_cap);
    lookup_put(&world->credentials_by_id, id, credential);
    return world->credentials[world->credential_count++] = credential;
}

struct jwt_credential *jwt_credential_by_id(const struct world *world, const char *id)
{
    return lookup_get(world->credentials_by_id, id);
}

static void app_free(struct app *app)
{
    char *texts[] = {app->client_id, app->name,   app->vendor,
                     app->secret,    app->brands, app->public_key};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free(texts[i]);
    for (size_t i = 0; i < app->redirect_count; i++)
        free(app->redirect_uris[i]);
    free(app->redirect_uris);
    free(app);
}

void apps_done(struct world *world)
{
    for (size_t i = 0; i < world->app_count; i++)
        app_free(world->apps[i]);
    for (size_t i = 0; i < world->credential_count; i++) {
        free(world->credentials[i]->id);
        free(world->credentials[i]->client_ids);
        free(world->credentials[i]);
    }
    free(world->apps);
    free(world->credentials);
    lookup_done(&world->apps_by_client_id);
    lookup_done(&world->credentials_by_id);
    world->apps = NULL;
    world->credentials = NULL;
    world->app_count = world->app_cap = world->credential_count = world->credential_cap = 0;
}
