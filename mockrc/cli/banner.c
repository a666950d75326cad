#include "cli/banner.h"

#include "base/text.h"

#include <stdio.h>

static void row(struct buf *out, const char *label, const char *value)
{
    buf_printf(out, "  %-16s %s\n", label, value);
}

static void write_proxies(const struct world *world, struct buf *out)
{
    for (size_t i = 0; i < world->proxy_count; i++) {
        const struct proxy *proxy = world->proxies[i];
        char label[64];
        if (!proxy->is_listed)
            continue;
        snprintf(label, sizeof label, "proxy %s", proxy->name);
        buf_printf(out, "  %-16s %s %s\n", label, proxy_region_name(proxy->region),
                   proxy->is_secondary ? "secondary" : "primary");
        for (int t = 0; t < TRANSPORTS; t++) {
            char address[280];
            if (!world_serves(world, (enum transport)t))
                continue;
            proxy_address(world, proxy, proxy->port[t], address, sizeof address);
            buf_printf(out, "  %-16s %-3s %s\n", "", transport_name((enum transport)t), address);
        }
    }
}

static void write_apps(const struct world *world, struct buf *out)
{
    for (size_t i = 0; i < world->app_count; i++) {
        const struct app *app = world->apps[i];
        buf_printf(out, "  %-16s %s  %s%s\n", app->secret ? "app" : "public app", app->client_id,
                   app->secret ? "secret " : "(PKCE, no secret)", app->secret ? app->secret : "");
        if (app->redirect_count)
            row(out, "  redirect to", app->redirect_uris[0]);
    }
}

static void write_inside(struct sim *sim, void *arg)
{
    struct buf *out = arg;
    const struct world *world = sim_world(sim);
    const struct account *account = world->account_count ? world->accounts[0] : NULL;
    const struct user *admin = user_named(world, "superadmin");
    char now[TEXT_TIME_LEN], line[400];
    buf_printf(out, "mockrc %s", MOCKRC_VERSION);
    if (account)
        buf_printf(out, ": %s, %s (brand %s)", account->company, account->brand_name,
                   account->brand_id);
    buf_printf(out, "\n\n");
    row(out, "REST and OAuth", world->base_url);
    if (world->tls_url)
        row(out, "over TLS", world->tls_url);
    if (world->wss_url)
        row(out, "WebSockets", world->wss_url);
    if (world->dns_address)
        row(out, "DNS", world->dns_address);
    if (world->ca_file)
        row(out, "authority in", world->ca_file);
    buf_printf(out, "  %-16s %s/__admin/\n", "control", world->base_url);
    if (account)
        row(out, "SIP domain", account->sip_domain);
    write_proxies(world, out);
    write_apps(world, out);
    if (admin)
        buf_printf(out, "  %-16s %s  password %s  (extension %s, Super Admin)\n", "log in as",
                   admin->email, admin->password, admin->extension_number);
    snprintf(line, sizeof line, "%s, %s clock, seed %llu", text_time(clock_now(world), now),
             clock_mode_name(world->clock.mode), (unsigned long long)world->seed);
    row(out, "world time", line);
}

void banner_write(struct sim *sim, struct buf *out)
{
    door_call(sim, write_inside, out);
}
