/* The table of commands, and what they share; see command.h. */
#include "command.h"

#include <stdarg.h>
#include <string.h>

#include "slip.h"
#include "text.h"

const struct command commands[] = {
    {"connect", "fill in Platform Settings (not live before save)", connect_help, connect_options,
     cmd_connect, show_connect},
    {"authenticate", "get a grant from the provider's login and consent pages", authenticate_help,
     authenticate_options, cmd_authenticate, show_authenticate},
    {"save", "Confirm Changes: make settings and grant live", save_help, save_options, cmd_save,
     show_save},
    {"status", "API Auth Status, plane by plane", status_help, status_options, cmd_status,
     show_status},
    {"sync", "read the call log into the store", sync_help, sync_options, cmd_sync, show_sync},
    {"calls", "write the stored call log to a file", calls_help, calls_options, cmd_calls,
     show_calls},
    {"events", "hear of calls by webhook or WebSocket, and keep the subscription alive",
     events_help, events_options, cmd_events, show_events},
    {"handsets", "register the handsets through the outbound proxies", handsets_help,
     handsets_options, cmd_handsets, show_handsets},
    {"phone", "play one handset: register, call, fail over", phone_help, phone_options, cmd_phone,
     show_phone},
    {"doctor", "probe everything and name what is wrong", doctor_help, doctor_options, cmd_doctor,
     show_doctor},
    {"serve", "the tenant's page in a browser", serve_help, serve_options, cmd_serve, show_serve},
    {0},
};

const struct option common_options[] = {
    {"db", NULL, "FILE", "the store (default: rc-client/store.db under XDG_STATE_HOME)"},
    {"durable", NULL, "yes|no",
     "wait for the disk at every commit (default yes; no for a store that is thrown away)"},
    {"profile", NULL, "naive|good",
     "good (default) probes; naive believes what was last stored, as the field's products do"},
    {"refresh", NULL, "proactive|lazy|off",
     "when the access token is renewed (default: proactive, lazy with the naive profile)"},
    {"json", NULL, NULL, "the result as JSON on stdout"},
    {"seed", NULL, "N", "draw everything random from this seed"},
    {"clock", NULL, "URL", "follow this clock: a GET answers {\"now_ms\":N}"},
    {"env_file", NULL, "FILE", "platform and SIP endpoints as JSON, as a simulator writes them"},
    {"max_wait", NULL, "SECONDS", "how long a rate limit may hold us (default 65)"},
    {"retry_ms", NULL, "MS",
     "first pause before a request that failed in passing is repeated (1000)"},
    {"http_timeout_ms", NULL, "MS", "no whole answer of the platform within this is none (30000)"},
    {"pending_minutes", NULL, "N", "how long an authorization waits for Save (default 1440)"},
    {"sip_timeout_ms", NULL, "MS", "silence of a proxy before the next is tried (default 5000)"},
    {"ws_timeout_ms", NULL, "MS",
     "silence of the WebSocket gateway before its path is dead (default 5000)"},
    {"failover", NULL, "yes|no", "use the secondary proxy (default yes)"},
    {"weak", NULL, "NAME",
     "suffer from this fault of other clients; may be repeated (rc-client weak)"},
    {"quiet", NULL, NULL, "nothing on stderr but errors"},
    {"help", NULL, NULL, "this text"},
    {0},
};

const struct command *command_find(const char *name)
{
    for (const struct command *command = commands; command->name; command++) {
        if (strcmp(command->name, name) == 0)
            return command;
    }
    return NULL;
}

const char *command_hint(const char *name, char *to, size_t cap)
{
    static const char *const others[] = {"batch", "weak", "version", "help"};
    struct slip slip;
    slip_init(&slip, name, strlen(name));
    for (const struct command *command = commands; command->name; command++)
        slip_try(&slip, command->name);
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
        slip_try(&slip, others[i]);
    return slip_hint(&slip, "", to, cap);
}

int call_fail(struct call *call, int code, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vsnprintf(call->error, sizeof(call->error), fmt, args);
    va_end(args);
    return code;
}

const char *call_value(const struct call *call, const char *name)
{
    const char *value = args_get(call->args, name);
    return value ? value : option_environment(name);
}

/* Where an env-file keeps a field; {transport} is replaced. */
static const struct {
    const char *key, *path;
    bool is_platform;
} env_paths[] = {
    {"base_url", "restUrl", true},
    {"client_id", "clientId", true},
    {"client_secret", "clientSecret", true},
    {"redirect_uri", "redirectUri", true},
    {"brand", "brand", true},
    {"ca_file", "caFile", true},
    {"dns", "dns", true},
    {"sip_domain", "sip.domain", false},
    {"proxy", "sip.{transport}", false},
    {"secondary", "sipBackup.{transport}", false},
};

static const char *from_env_file(const struct call *call, const char *key, const char *transport,
                                 bool platform_only)
{
    for (size_t i = 0; call->env && i < sizeof(env_paths) / sizeof(*env_paths); i++) {
        if (strcmp(env_paths[i].key, key) != 0 || (platform_only && !env_paths[i].is_platform))
            continue;
        char path[64];
        const char *open = strchr(env_paths[i].path, '{');
        if (open)
            snprintf(path, sizeof(path), "%.*s%s", (int)(open - env_paths[i].path),
                     env_paths[i].path, transport);
        else
            text_copy(path, sizeof(path), env_paths[i].path);
        return json_text(call->env, path, NULL);
    }
    return NULL;
}

static void note(cJSON *result, const char *list, const char *label, const char *why)
{
    char line[320];
    cJSON *array = cJSON_GetObjectItemCaseSensitive(result, list);
    if (array == NULL)
        array = cJSON_AddArrayToObject(result, list);
    snprintf(line, sizeof(line), "%s: %s", label, why);
    cJSON_AddItemToArray(array, cJSON_CreateString(line));
}

bool call_form(struct call *call, bool platform_only, struct settings *ret_form, bool *ret_changed)
{
    struct settings form, before;
    bool is_ok = true, changed = false;
    if (!store_settings_load(call->client->store, SLOT_PENDING, &form))
        store_settings_load(call->client->store, SLOT_LIVE, &form);
    before = form;
    const char *transport = call_value(call, "transport");
    for (size_t i = 0; i < settings_field_count; i++) {
        const struct settings_field *field = &settings_fields[i];
        char why[256] = "";
        const char *value = args_get(call->args, field->key);
        if (value == NULL)
            value = option_environment(field->key);
        if (value == NULL)
            value = from_env_file(call, field->key, transport ? transport : form.transport,
                                  platform_only);
        if (value == NULL)
            continue;
        if (client_is_weak(call->client, WEAK_NO_VALIDATION)) {
            text_copy(settings_value(&form, field), field->cap, value);
        } else if (!settings_set(&form, field, value, why, sizeof(why))) {
            note(call->result, "problems", field->label, why);
            is_ok = false;
        } else if (why[0]) {
            note(call->result, "warnings", field->label, why);
        }
        changed = changed || strcmp(settings_read(&form, field), settings_read(&before, field));
    }
    *ret_form = form;
    *ret_changed = changed;
    return is_ok;
}
