/* GET /__admin/world: everything the provider knows, but secrets. */
#include "control/admin_parts.h"

#include "api/refuse.h"
#include "world/login.h"

static void id_str(struct json_out *out, const char *key, int64_t id)
{
    json_fmt(out, key, "%lld", (long long)id);
}

/* The event that last changed it, when there was one. */
static void cause(struct json_out *out, const char *key, uint64_t seq)
{
    if (seq)
        json_int(out, key, (int64_t)seq);
}

static void accounts(const struct world *world, struct json_out *out)
{
    json_list(out, "accounts");
    for (size_t i = 0; i < world->account_count; i++) {
        const struct account *account = world->accounts[i];
        json_open(out, NULL);
        id_str(out, "id", account->id);
        json_str(out, "company", account->company);
        json_str(out, "brand", account->brand_id);
        json_str(out, "brand_name", account->brand_name);
        json_str(out, "main_number", account->main_number);
        json_str(out, "sip_domain", account->sip_domain);
        json_str(out, "status", account_status_name(account->status));
        json_str(out, "status_reason", account->status_reason);
        cause(out, "status_cause", account->status_cause);
        json_list(out, "features_off");
        for (size_t bit = 0; bit < account_feature_count(); bit++)
            if (account->features_off >> bit & 1)
                json_str(out, NULL, account_feature_name(bit));
        json_list_end(out);
        json_close(out);
    }
    json_list_end(out);
}

static void users(struct world *world, struct json_out *out)
{
    int64_t now = clock_now(world);
    json_list(out, "users");
    for (size_t i = 0; i < world->user_count; i++) {
        const struct user *user = world->users[i];
        json_open(out, NULL);
        id_str(out, "id", user->id);
        id_str(out, "account", user->account_id);
        json_str(out, "extension", user->extension_number);
        json_str(out, "name", user->name);
        json_str(out, "email", user->email);
        json_str(out, "type", user_type_name(user->type));
        json_str(out, "status", user_status_name(user->status));
        json_str(out, "role", role_name(user->role));
        if (user->is_deleted)
            json_bool(out, "deleted", true);
        if (user->failed_logins)
            json_int(out, "failed_logins", user->failed_logins);
        if (user->locked_until_ms > now)
            json_time(out, "locked_until", user->locked_until_ms);
        json_str(out, "mfa_code", login_code_of(world, user->id)); /* asked for right now */
        json_int(out, "sessions_live", (int64_t)session_count_live(world, user->id, NULL));
        cause(out, "status_cause", user->status_cause);
        cause(out, "role_cause", user->role_cause);
        cause(out, "password_cause", user->password_cause);
        cause(out, "lock_cause", user->lock_cause);
        json_close(out);
    }
    json_list_end(out);
}

static void apps(struct world *world, struct json_out *out)
{
    json_list(out, "apps");
    for (size_t i = 0; i < world->app_count; i++) {
        const struct app *app = world->apps[i];
        struct buf scopes;
        buf_init(&scopes, 4096);
        scope_write(app->scopes, &scopes);
        json_open(out, NULL);
        json_str(out, "client_id", app->client_id);
        json_str(out, "name", app->name);
        json_bool(out, "public", app->secret == NULL);
        json_str(out, "status", app->status == APP_SUSPENDED ? "suspended" : "active");
        json_str(out, "scopes", buf_text(&scopes));
        json_list(out, "redirect_uris");
        for (size_t j = 0; j < app->redirect_count; j++)
            json_str(out, NULL, app->redirect_uris[j]);
        json_list_end(out);
        json_int(out, "sessions_live", (int64_t)session_count_live(world, 0, app));
        cause(out, "status_cause", app->status_cause);
        cause(out, "scopes_cause", app->scopes_cause);
        cause(out, "secret_cause", app->secret_cause);
        json_close(out);
        buf_done(&scopes);
    }
    json_list_end(out);
}

static void devices(struct world *world, struct json_out *out)
{
    json_list(out, "devices");
    for (size_t i = 0; i < world->device_count; i++) {
        const struct device *device = world->devices[i];
        json_open(out, NULL);
        json_str(out, "id", device->id);
        id_str(out, "user", device->user_id);
        json_str(out, "name", device->name);
        json_str(out, "type", device_type_name(device->type));
        json_str(out, "sip_username", device->sip_username);
        json_bool(out, "has_line", device->has_line);
        if (device->sip_username)
            json_int(out, "bindings", (int64_t)binding_count(world, device->sip_username));
        cause(out, "cause", device->cause);
        json_close(out);
    }
    json_list_end(out);
}

static void proxies(const struct world *world, struct json_out *out)
{
    json_list(out, "proxies");
    for (size_t i = 0; i < world->proxy_count; i++) {
        const struct proxy *proxy = world->proxies[i];
        json_open(out, NULL);
        json_str(out, "name", proxy->name);
        json_str(out, "host", proxy->host);
        json_str(out, "region", proxy_region_name(proxy->region));
        json_bool(out, "secondary", proxy->is_secondary);
        json_bool(out, "listed", proxy->is_listed);
        json_str(out, "state", proxy_state_name(proxy->state));
        for (int t = 0; t < TRANSPORTS; t++)
            if (world_serves(world, (enum transport)t))
                json_int(out, transport_name((enum transport)t), proxy->port[t]);
        cause(out, "cause", proxy->cause);
        json_close(out);
    }
    json_list_end(out);
}

static void binding(void *context, const char *aor, const struct binding *binding)
{
    struct json_out *out = context;
    json_open(out, NULL);
    json_str(out, "aor", aor);
    json_str(out, "contact", binding->contact);
    json_str(out, "instance", binding->instance);
    json_str(out, "proxy", binding->proxy ? binding->proxy->name : NULL);
    json_str(out, "transport", transport_name(binding->transport));
    json_time(out, "expires", binding->expires_ms);
    if (binding->is_stale)
        json_bool(out, "stale", true);
    json_close(out);
}

void admin_world(struct call *call)
{
    struct world *world = call->world;
    struct json_out out = reply_json(call, 200);
    json_open(&out, NULL);
    json_time(&out, "now", clock_now(world));
    json_int(&out, "seed", (int64_t)world->seed);
    json_str(&out, "base_url", world->base_url);
    accounts(world, &out);
    users(world, &out);
    apps(world, &out);
    devices(world, &out);
    proxies(world, &out);
    json_list(&out, "bindings");
    binding_each(world, binding, &out);
    json_list_end(&out);
    json_int(&out, "sessions_live", (int64_t)session_count_live(world, 0, NULL));
    json_int(&out, "call_log_records", (int64_t)call_log_count(world));
    json_close(&out);
}
