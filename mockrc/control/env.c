#include "control/env.h"

#include "base/json.h"
#include "base/text.h"
#include "oauth/oauth.h"

#include <stdio.h>
#include <string.h>

/* Everything there is to tell, gathered once. */
struct facts {
    const char *rest_url, *tls_url, *admin_url; /* tls_url NULL: not served */
    const struct app *app, *public_app;
    const struct user *admin, *peer;
    const char *jwt, *peer_jwt;
    const struct account *account;
    const struct proxy *primary, *backup;
    char sip[2][TRANSPORTS][80]; /* primary, backup; "": not served */
};

/* An app with a secret, or one without. */
static const struct app *app_of(const struct world *world, bool is_public)
{
    for (size_t i = 0; i < world->app_count; i++)
        if ((world->apps[i]->secret == NULL) == is_public)
            return world->apps[i];
    return NULL;
}

static const char *jwt_of(struct world *world, struct arena *arena, const struct user *user)
{
    for (size_t i = 0; user && i < world->credential_count; i++)
        if (world->credentials[i]->user_id == user->id && !world->credentials[i]->is_revoked)
            return oauth_jwt_assertion(world, arena, world->credentials[i]);
    return NULL;
}

/* Somebody else who holds a JWT credential. */
static const struct user *peer_of(const struct world *world, const struct user *admin)
{
    for (size_t i = 0; i < world->credential_count; i++)
        if (!admin || world->credentials[i]->user_id != admin->id)
            return user_by_id(world, world->credentials[i]->user_id);
    return NULL;
}

static const struct proxy *proxy_of(const struct world *world, int64_t account_id,
                                    bool is_secondary)
{
    for (size_t i = 0; i < world->proxy_count; i++)
        if (world->proxies[i]->account_id == account_id && world->proxies[i]->is_listed &&
            world->proxies[i]->is_secondary == is_secondary)
            return world->proxies[i];
    return NULL;
}

static void addresses(const struct world *world, const struct proxy *proxy, struct facts *facts,
                      int slot)
{
    if (!proxy)
        return;
    for (int t = 0; t < TRANSPORTS; t++)
        if (world_serves(world, (enum transport)t))
            proxy_address(world, proxy, proxy->port[t], facts->sip[slot][t],
                          sizeof *facts->sip[slot]);
}

static void gather(struct world *world, struct arena *arena, struct facts *facts)
{
    /* Who asks over TLS has them the other way round. */
    bool is_tls = text_starts(world->base_url, "https:");
    *facts = (struct facts){
        .rest_url = is_tls ? world->tls_url : world->base_url,
        .tls_url = is_tls ? world->base_url : world->tls_url,
    };
    facts->admin_url = arena_printf(arena, "%s/__admin", facts->rest_url);
    facts->app = app_of(world, false);
    facts->public_app = app_of(world, true);
    facts->admin = user_named(world, "superadmin");
    facts->peer = peer_of(world, facts->admin);
    facts->jwt = jwt_of(world, arena, facts->admin);
    facts->peer_jwt = jwt_of(world, arena, facts->peer);
    facts->account = world->account_count ? world->accounts[0] : NULL;
    if (!facts->account)
        return;
    facts->primary = proxy_of(world, facts->account->id, false);
    facts->backup = proxy_of(world, facts->account->id, true);
    addresses(world, facts->primary, facts, 0);
    addresses(world, facts->backup, facts, 1);
}

static const char *redirect_of(const struct app *app)
{
    return app && app->redirect_count ? app->redirect_uris[0] : NULL;
}

static void user_json(struct json_out *out, const struct user *user, const char *jwt)
{
    if (!user)
        return;
    json_str(out, "username", user->email);
    json_str(out, "password", user->password);
    json_str(out, "extension", user->extension_number);
    json_fmt(out, "extensionId", "%lld", (long long)user->id);
    json_str(out, "jwt", jwt);
}

static void sip_json(struct json_out *out, const char *key, const struct facts *facts,
                     const struct proxy *proxy, int slot)
{
    if (!proxy)
        return;
    json_open(out, key);
    json_str(out, "domain", facts->account->sip_domain);
    for (int t = 0; t < TRANSPORTS; t++)
        if (*facts->sip[slot][t])
            json_str(out, transport_name((enum transport)t), facts->sip[slot][t]);
    json_close(out);
}

void env_json(struct world *world, struct arena *arena, struct buf *buf)
{
    struct facts facts;
    struct json_out out;
    gather(world, arena, &facts);
    json_out_init(&out, buf);
    json_open(&out, NULL);
    json_str(&out, "restUrl", facts.rest_url);
    json_str(&out, "restUrlTls", facts.tls_url);
    json_str(&out, "wsUrl", world->ws_url);
    json_str(&out, "wssUrl", world->wss_url);
    json_str(&out, "caFile", world->ca_file);
    json_str(&out, "dns", world->dns_address);
    json_str(&out, "adminUrl", facts.admin_url);
    if (facts.account) {
        json_str(&out, "brand", facts.account->brand_id);
        json_str(&out, "mainNumber", facts.account->main_number);
    }
    if (facts.app) {
        json_str(&out, "clientId", facts.app->client_id);
        json_str(&out, "clientSecret", facts.app->secret);
        json_str(&out, "redirectUri", redirect_of(facts.app));
    }
    if (facts.public_app) {
        json_str(&out, "publicClientId", facts.public_app->client_id);
        json_str(&out, "publicRedirectUri", redirect_of(facts.public_app));
    }
    user_json(&out, facts.admin, facts.jwt);
    json_open(&out, "peer");
    user_json(&out, facts.peer, facts.peer_jwt);
    json_close(&out);
    sip_json(&out, "sip", &facts, facts.primary, 0);
    sip_json(&out, "sipBackup", &facts, facts.backup, 1);
    json_close(&out);
}

void env_each(struct world *world, struct arena *arena, env_each_fn *each, void *context)
{
    struct facts facts;
    gather(world, arena, &facts);
    const struct app *app = facts.app;
    const struct user *admin = facts.admin;
    const struct {
        const char *name, *value;
    } variables[] = {
        {"RINGCENTRAL_SERVER_URL", facts.rest_url},
        {"RINGCENTRAL_CLIENT_ID", app ? app->client_id : NULL},
        {"RINGCENTRAL_CLIENT_SECRET", app ? app->secret : NULL},
        {"RINGCENTRAL_REDIRECT_URI", redirect_of(app)},
        {"RINGCENTRAL_JWT_TOKEN", facts.jwt},
        {"RINGCENTRAL_USERNAME", admin ? admin->email : NULL},
        {"RINGCENTRAL_EXTENSION", admin ? admin->extension_number : NULL},
        {"RINGCENTRAL_PASSWORD", admin ? admin->password : NULL},
        {"RC_SERVER_URL", facts.rest_url},
        {"RC_APP_CLIENT_ID", app ? app->client_id : NULL},
        {"RC_APP_CLIENT_SECRET", app ? app->secret : NULL},
        {"RC_USER_JWT", facts.jwt},
        {"MOCKRC_ADMIN_URL", facts.admin_url},
        {"MOCKRC_SERVER_URL_TLS", facts.tls_url},
        {"MOCKRC_CA_FILE", world->ca_file},
        {"MOCKRC_WS_URL", world->ws_url},
        {"MOCKRC_WSS_URL", world->wss_url},
        {"MOCKRC_DNS", world->dns_address},
        {"MOCKRC_PUBLIC_CLIENT_ID", facts.public_app ? facts.public_app->client_id : NULL},
        {"MOCKRC_SIP_DOMAIN", facts.account ? facts.account->sip_domain : NULL},
        {"MOCKRC_SIP_PROXY", facts.sip[0][TRANSPORT_UDP]},
        {"MOCKRC_SIP_PROXY_TCP", facts.sip[0][TRANSPORT_TCP]},
        {"MOCKRC_SIP_PROXY_TLS", facts.sip[0][TRANSPORT_TLS]},
        {"MOCKRC_SIP_PROXY_WSS", facts.sip[0][TRANSPORT_WSS]},
        {"MOCKRC_SIP_PROXY_BACKUP", facts.sip[1][TRANSPORT_UDP]},
        {"MOCKRC_SIP_PROXY_BACKUP_TCP", facts.sip[1][TRANSPORT_TCP]},
        {"MOCKRC_SIP_PROXY_BACKUP_TLS", facts.sip[1][TRANSPORT_TLS]},
        {"MOCKRC_SIP_PROXY_BACKUP_WSS", facts.sip[1][TRANSPORT_WSS]},
    };
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        if (variables[i].value && *variables[i].value)
            each(context, variables[i].name, variables[i].value);
}

static void export_line(void *context, const char *name, const char *value)
{
    struct buf *out = context;
    buf_printf(out, "export %s='", name);
    for (; *value; value++) {
        if (*value == '\'')
            buf_str(out, "'\\''");
        else
            buf_char(out, *value);
    }
    buf_str(out, "'\n");
}

void env_shell(struct world *world, struct arena *arena, struct buf *out)
{
    env_each(world, arena, export_line, out);
}

bool env_is_ready(const struct world *world)
{
    for (size_t i = 0; i < world->proxy_count; i++) {
        const struct proxy *proxy = world->proxies[i];
        for (int t = 0; t < TRANSPORTS; t++)
            if (proxy->state != PROXY_STOPPED && world_serves(world, (enum transport)t) &&
                !proxy->port[t])
                return false;
    }
    return true;
}
