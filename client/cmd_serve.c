/* serve: the tenant's web page. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "text.h"
#include "web/tenant.h"

const struct option serve_options[] = {
    {"port", NULL, "N", "loopback port; 0 a free one (default: the redirect URI's, else 53210)"},
    {"admin_user", NULL, "NAME", "the page's user; kept, so needed once"},
    {"admin_password_env", NULL, "NAME",
     "the environment variable that holds that user's password (8 characters or more)"},
    {"form", NULL, "a|b",
     "a (default): Target Platform, with Secondary Outbound Proxy; b: the older window, with "
     "Enable Recording"},
    {"licence", NULL, "yes|no", "UC Realtime Logging: Enable Recording works (default: form b)"},
    {"tls_cert", NULL, "FILE", "answer HTTPS with this certificate (PEM, chain behind it)"},
    {"tls_key", NULL, "FILE", "its key (PEM, without a passphrase)"},
    {"ready_file", NULL, "FILE", "write {\"url\":..} here once the page answers"},
    {"session_seconds", NULL, "N", "how long an unused log-in lives (default 1800)"},
    {"probe_seconds", NULL, "N", "how often every plane is probed; 0 never (default 60)"},
    {"register_seconds", NULL, "N", "how often the handsets register; 0 never (default 150)"},
    {"sync_seconds", NULL, "N", "how often the call log is read; 0 never (default 60)"},
    {"days", NULL, "N", "how far back the first transfer goes (default 7)"},
    {"events", NULL, "websocket|webhook|off",
     "how the page hears of calls as they happen (default websocket)"},
    {"events_seconds", NULL, "N", "how often the subscription is read back (default 60)"},
    {"hook_port", NULL, "N", "loopback port the webhooks come to; 0 (default) a free one"},
    {"hook_url", NULL, "URL", "what the platform calls instead, as in events"},
    {"base_url", NULL, "URL", "as in connect; this and the next are the vendor's: live at once"},
    {"client_id", NULL, "ID", "as in connect"},
    {"client_secret", NULL, "SECRET", "as in connect"},
    {"redirect_uri", NULL, "URL", "as in connect; its path is where this page waits"},
    {"brand", NULL, "ID", "as in connect"},
    {"transport", NULL, "udp|tcp|tls", "as in connect"},
    {"ca_file", NULL, "FILE", "as in connect"},
    {"dns", NULL, "ADDRESS[:PORT]", "as in connect"},
    {0},
};

const char serve_help[] =
    "Serves Platform Settings in a browser, on loopback, until SIGINT or SIGTERM: log in with the\n"
    "tenant's own user, fill in the form, Authenticate at the provider, Save, OK. Beside it "
    "health\n"
    "with remedies, handsets, Cradle to Grave with recordings, and data transfer, which run in "
    "the\n"
    "background. A call that ended, as the platform's events tell, is read at once; without "
    "events\n"
    "the call log is read by its schedule.\n"
    "With --tls-cert and --tls-key it answers HTTPS, and the redirect URI is an https one; behind "
    "a\n"
    "terminator give that one's address as --redirect-uri.\n"
    "\n"
    "Example, against a simulator:\n"
    "  mockrc serve --env-file env.json &\n"
    "  PASSWORD='correct horse' rc-client serve --env-file env.json --admin-user admin \\\n"
    "    --admin-password-env PASSWORD\n"
    "\n"
    "Exit: 0 stopped by a signal, 2 a value is wrong or nobody could log in, 3 no port or store.\n";

static bool one_letter(const char *value, const char *yes, const char *no, bool fallback,
                       bool *ret_is_yes)
{
    *ret_is_yes = value ? text_same_nocase(value, yes) : fallback;
    return value == NULL || *ret_is_yes || text_same_nocase(value, no);
}

static bool read_numbers(struct call *call, struct tenant_options *options, char *why, size_t cap)
{
    const struct {
        const char *name;
        long low, high, fallback;
        int *to;
    } numbers[] = {
        {"port", 0, 65535, -1, &options->port},
        {"session_seconds", 1, 86400, 1800, &options->session_s},
        {"probe_seconds", 0, 86400, 60, &options->worker.probe_s},
        {"register_seconds", 0, 86400, 150, &options->worker.register_s},
        {"sync_seconds", 0, 86400, 60, &options->worker.sync_s},
        {"days", 1, 3650, 7, &options->worker.days},
        {"events_seconds", 1, 86400, 60, &options->worker.hearing.look_s},
        {"hook_port", 0, 65535, 0, &options->worker.hearing.hook_port},
    };
    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
        long value;
        if (!args_int(call->args, numbers[i].name, numbers[i].low, numbers[i].high,
                      numbers[i].fallback, &value, why, cap))
            return false;
        *numbers[i].to = (int)value;
    }
    return true;
}

static bool read_events(struct call *call, struct hearing_options *hearing, char *why, size_t cap)
{
    static const struct {
        const char *word;
        enum hearing_by by;
    } words[] = {{"websocket", HEARING_SOCKET}, {"webhook", HEARING_WEBHOOK}, {"off", HEARING_OFF}};
    const size_t count = sizeof(words) / sizeof(*words);
    const char *by = call_value(call, "events"), *url = call_value(call, "hook_url");
    size_t at = 0;
    while (by && at < count && !text_same_nocase(by, words[at].word))
        at++;
    if (at == count) {
        snprintf(why, cap, "events: wanted websocket, webhook or off, was \"%.40s\"", by);
        return false;
    }
    hearing->by = words[at].by;
    if (url && (!web_is_url(url, NULL, 0) ||
                !text_copy(hearing->hook_url, sizeof(hearing->hook_url), url))) {
        snprintf(why, cap, "hook_url: \"%.80s\" is no http or https URL", url);
        return false;
    }
    return true;
}

static bool read_options(struct call *call, struct tenant_options *options, char *why, size_t cap)
{
    const char *form = call_value(call, "form"), *licence = call_value(call, "licence");
    if (!one_letter(form, "b", "a", false, &options->is_form_b)) {
        snprintf(why, cap, "form: wanted a or b, was \"%.40s\"", form);
        return false;
    }
    if (!one_letter(licence, "yes", "no", options->is_form_b, &options->has_licence)) {
        snprintf(why, cap, "licence: wanted yes or no, was \"%.40s\"", licence);
        return false;
    }
    options->tls_cert = call_value(call, "tls_cert");
    options->tls_key = call_value(call, "tls_key");
    if ((options->tls_cert == NULL) != (options->tls_key == NULL)) {
        snprintf(why, cap, "tls_cert and tls_key: one is of no use without the other");
        return false;
    }
    options->like = call->client;
    options->store_path = store_path(call->client->store);
    options->clock_url = call_value(call, "clock");
    return read_numbers(call, options, why, cap) &&
           read_events(call, &options->worker.hearing, why, cap);
}

/* The page's user as the options name it; false when nobody could log in. */
static bool settle_user(struct call *call, char *why, size_t cap)
{
    struct store *store = call->client->store;
    const char *user = call_value(call, "admin_user");
    const char *name = call_value(call, "admin_password_env");
    if (user == NULL && tenant_has_user(store))
        return true;
    if (user == NULL || name == NULL || getenv(name) == NULL) {
        snprintf(why, cap,
                 "nobody could log in: give --admin-user NAME and --admin-password-env VARIABLE, "
                 "with the password in that variable");
        return false;
    }
    return tenant_set_user(store, user, getenv(name), why, cap);
}

/* How the platform is reached is the vendor's part and no tenant's change: live at once, and in a
 * form that waits. */
static bool settle_platform(struct call *call)
{
    static const char *const keys[] = {"base_url", "client_id", "client_secret", "redirect_uri",
                                       "brand",    "transport", "ca_file",       "dns"};
    struct store *store = call->client->store;
    struct settings form, slots[2];
    bool changed;
    if (!call_form(call, true, &form, &changed))
        return false;
    bool has_pending = store_settings_load(store, SLOT_PENDING, &slots[SLOT_PENDING]);
    store_settings_load(store, SLOT_LIVE, &slots[SLOT_LIVE]);
    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
        const struct settings_field *field = settings_find(keys[i]);
        for (int slot = 0; slot < 2; slot++)
            text_copy(settings_value(&slots[slot], field), field->cap, settings_read(&form, field));
    }
    return !changed ||
           (store_settings_put(store, SLOT_LIVE, &slots[SLOT_LIVE]) &&
            (!has_pending || store_settings_put(store, SLOT_PENDING, &slots[SLOT_PENDING])));
}

static bool write_ready(const char *path, const char *url)
{
    FILE *file = fopen(path, "we");
    if (file == NULL)
        return false;
    bool is_ok = fprintf(file, "{\"url\":\"%s\"}\n", url) > 0;
    return fclose(file) == 0 && is_ok;
}

static void await_signal(const sigset_t *signals)
{
    int got;
    sigwait(signals, &got);
}

int cmd_serve(struct call *call)
{
    struct tenant_options options = {0};
    struct settings live;
    char why[400] = "", url[64];
    sigset_t signals;
    if (call->is_batch)
        return call_fail(call, EXIT_USAGE, "serve is no command of a batch");
    if (!read_options(call, &options, why, sizeof(why)) || !settle_user(call, why, sizeof(why)))
        return call_fail(call, EXIT_USAGE, "%s", why);
    if (!settle_platform(call))
        return call_fail(call, EXIT_USAGE, "a value of the platform is wrong; see problems");
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL); /* before the threads: they inherit it */
    struct tenant *tenant = tenant_start(&options, why, sizeof(why));
    if (tenant == NULL)
        return call_fail(call, EXIT_ENVIRONMENT, "%s", why);
    tenant_url(tenant, url, sizeof(url));
    store_settings_load(call->client->store, SLOT_LIVE, &live);
    client_log(call->client, "rc-client serve: %s", url);
    if (strncmp(live.redirect_uri, url, strlen(url)) != 0)
        client_log(call->client, "the provider's way back is %s", live.redirect_uri);
    json_put(call->result, "url", url);
    const char *ready = call_value(call, "ready_file");
    int code = EXIT_OK;
    if (ready && !write_ready(ready, url))
        code = call_fail(call, EXIT_ENVIRONMENT, "%s: cannot write", ready);
    else
        await_signal(&signals);
    tenant_stop(tenant);
    return code;
}

void show_serve(const cJSON *result, FILE *out)
{
    const cJSON *line;
    cJSON_ArrayForEach(line, json_at(result, "problems"))
    {
        fprintf(out, "problem: %s\n", line->valuestring);
    }
    if (json_text(result, "url", NULL))
        fprintf(out, "Stopped.\n");
}
