/* connect: fill in the form. */
#include <string.h>

#include "command.h"
#include "text.h"

const struct option connect_options[] = {
    {"sip_domain", "domain", "HOST[:PORT]", "SIP Domain"},
    {"proxy", "outbound_proxy", "HOST[:PORT]", "Outbound Proxy"},
    {"secondary", "secondary_outbound_proxy", "HOST[:PORT]",
     "Secondary Outbound Proxy; \"\" blanks it"},
    {"recording", "enable_recording", "yes|no", "Enable Recording"},
    {"transport", NULL, "udp|tcp|tls", "how handsets reach the proxies"},
    {"base_url", NULL, "URL", "the platform's API"},
    {"client_id", NULL, "ID", "the app's client id"},
    {"client_secret", NULL, "SECRET", "its secret; none for a public app"},
    {"redirect_uri", NULL, "URL", "the app's registered redirect URI"},
    {"brand", NULL, "ID", "1210 RingCentral, 6010 Avaya Cloud Office"},
    {"ca_file", NULL, "FILE", "certificates to trust in place of the system's"},
    {"dns", NULL, "ADDRESS[:PORT]",
     "name server for the proxies' names; \"\" is the system's (port 53)"},
    {0},
};

const char connect_help[] =
    "Fills in Platform Settings: SIP Domain, Outbound Proxy, Secondary Outbound Proxy, Enable\n"
    "Recording, and how the platform is reached. Values are checked and kept as the form's: they\n"
    "become live with `save`. What is not named keeps its value. Every value can also come from\n"
    "the environment (RC_CLIENT_PROXY, ...) or from --env-file.\n"
    "\n"
    "Example:\n"
    "  rc-client connect --sip-domain sip.ringcentral.com --proxy sip10.ringcentral.com:5090 \\\n"
    "    --secondary sip20.ringcentral.com:5090 --recording yes \\\n"
    "    --base-url https://platform.ringcentral.com --client-id ID \\\n"
    "    --redirect-uri http://127.0.0.1:8765/callback\n"
    "\n"
    "Exit: 0 taken, 2 a value is wrong (nothing is changed then).\n";

static void put_settings(cJSON *result, const struct settings *settings)
{
    cJSON *object = cJSON_AddObjectToObject(result, "settings");
    for (size_t i = 0; i < settings_field_count; i++) {
        const struct settings_field *field = &settings_fields[i];
        const char *value = settings_read(settings, field);
        json_put(object, field->key, field->is_secret && *value ? "(secret)" : value);
    }
}

int cmd_connect(struct call *call)
{
    struct settings form;
    bool changed = false;
    if (!call_form(call, false, &form, &changed)) {
        const cJSON *first =
            cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(call->result, "problems"), 0);
        return call_fail(call, EXIT_USAGE, "%s", first->valuestring);
    }
    if (changed && !store_settings_put(call->client->store, SLOT_PENDING, &form))
        return call_fail(call, EXIT_ENVIRONMENT, "store: %s", store_error(call->client->store));
    if (form.proxy[0] && settings_secondary_is_idle(&form) && form.secondary[0]) {
        cJSON *warnings = cJSON_GetObjectItemCaseSensitive(call->result, "warnings");
        if (warnings == NULL)
            warnings = cJSON_AddArrayToObject(call->result, "warnings");
        cJSON_AddItemToArray(warnings,
                             cJSON_CreateString("Secondary Outbound Proxy: the same as the "
                                                "Outbound Proxy, so there is nothing to fall "
                                                "back to"));
    }
    put_settings(call->result, &form);
    struct settings ignored;
    cJSON_AddBoolToObject(call->result, "pending",
                          store_settings_load(call->client->store, SLOT_PENDING, &ignored));
    return EXIT_OK;
}

static void show_list(const cJSON *list, const char *mark, FILE *out)
{
    const cJSON *line;
    cJSON_ArrayForEach(line, list)
    {
        fprintf(out, "%s %s\n", mark, line->valuestring);
    }
}

void show_connect(const cJSON *result, FILE *out)
{
    if (cJSON_GetArraySize(json_at(result, "problems")) > 1) /* one is the error itself */
        show_list(json_at(result, "problems"), "problem:", out);
    show_list(json_at(result, "warnings"), "warning:", out);
    for (size_t i = 0; i < settings_field_count; i++) {
        const cJSON *value = json_at(json_at(result, "settings"), settings_fields[i].key);
        if (cJSON_IsString(value) && *value->valuestring)
            fprintf(out, "%-26s %s\n", settings_fields[i].label, value->valuestring);
    }
    if (json_is_true(result, "pending"))
        fprintf(out, "Not live yet: authenticate if needed, then save.\n");
}
