/* handsets: register them through the outbound proxies. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "handsets.h"
#include "text.h"

const struct option handsets_options[] = {
    {"reload", NULL, NULL, "read the devices from the platform again"},
    {"unregister", NULL, NULL, "take the registrations back"},
    {"list", NULL, NULL, "show the stored handsets only"},
    {0},
};

const char handsets_help[] =
    "Registers every OtherPhone device of the account with the saved SIP Domain, through the\n"
    "saved Outbound Proxy; when that one is silent, refuses the connection or answers 408, 500,\n"
    "502, 503 or 504, through the Secondary Outbound Proxy. Any other answer is final. The\n"
    "devices and their SIP credentials are read over the API once and kept (--reload).\n"
    "\n"
    "Exit: 0 all registered, 1 some are not, 2 the SIP settings are missing.\n";

static void put_handset(cJSON *list, const struct handset *handset,
                        const struct sipua_result *result)
{
    char said[64];
    cJSON *object = cJSON_CreateObject();
    bool is_registered = strcmp(handset->used, "none") != 0;
    json_put(object, "extension", handset->extension);
    json_put(object, "name", handset->name);
    json_put(object, "username", handset->username);
    cJSON_AddBoolToObject(object, "registered", is_registered);
    json_put(object, "proxy", handset->used);
    cJSON_AddNumberToObject(object, "status", handset->status);
    if (result)
        json_put(object, "answer", sipua_text(result, said, sizeof(said)));
    if (result && result->retry_after_s >= 0)
        cJSON_AddNumberToObject(object, "retry_after", result->retry_after_s);
    if (result && is_registered)
        cJSON_AddNumberToObject(object, "expires", result->granted_s);
    cJSON_AddItemToArray(list, object);
}

/* The stored handsets, read over the API when there are none or a reload is asked for. */
static int load(struct call *call, struct handset **ret_list, int *ret_count)
{
    struct rest rest;
    struct provisioned provisioned;
    struct apierr err;
    char text[300];
    struct store *store = call->client->store;
    if (args_has(call->args, "reload") || store_count(store, "handset") == 0) {
        if (!rest_open(call->client, SLOT_LIVE, &rest))
            return call_fail(call, EXIT_NEGATIVE, "not authenticated: there is no saved grant");
        if (!handsets_load(&rest, &provisioned, &err))
            return call_fail(call, EXIT_NEGATIVE, "cannot read the devices: %s",
                             apierr_text(&err, text, sizeof(text)));
    }
    *ret_count = store_handset_list(store, ret_list);
    return *ret_count < 0 ? call_fail(call, EXIT_ENVIRONMENT, "store: %s", store_error(store))
                          : EXIT_OK;
}

static bool note_all(struct store *store, const struct handset *list, int count)
{
    bool is_ok = store_begin(store);
    for (int i = 0; is_ok && i < count; i++)
        is_ok = store_handset_note(store, &list[i]);
    if (is_ok && store_commit(store))
        return true;
    store_rollback(store);
    return false;
}

int cmd_handsets(struct call *call)
{
    struct client *client = call->client;
    struct settings settings;
    struct failover failover;
    struct handset *list = NULL;
    int count = 0, registered = 0;
    char why[250];
    bool is_list = args_has(call->args, "list");
    bool is_unregister = args_has(call->args, "unregister");
    client_settings(client, &settings);
    if (settings.proxy[0] == '\0' || settings.sip_domain[0] == '\0')
        return call_fail(call, EXIT_USAGE,
                         "SIP Domain and Outbound Proxy are not saved yet: connect, then save");
    if (!handsets_failover(client, &settings, &failover, why, sizeof(why)))
        return call_fail(call, EXIT_USAGE, "%s", why);
    int code = load(call, &list, &count);
    if (code != EXIT_OK)
        return code;
    cJSON *handsets = cJSON_AddArrayToObject(call->result, "handsets");
    for (int i = 0; i < count; i++) {
        struct sipua_result result = {0};
        if (!is_list)
            handsets_register(client, &settings, &failover, &list[i],
                              is_unregister ? SIPUA_UNREGISTER : SIPUA_REGISTER, &result);
        registered += strcmp(list[i].used, "none") != 0;
        put_handset(handsets, &list[i], is_list ? NULL : &result);
        code =
            !is_list && !is_unregister && strcmp(list[i].used, "none") == 0 ? EXIT_NEGATIVE : code;
        code = is_unregister && result.status / 100 != 2 ? EXIT_NEGATIVE : code;
    }
    if (!is_list && !note_all(client->store, list, count))
        code = call_fail(call, EXIT_ENVIRONMENT, "store: %s", store_error(client->store));
    free(list);
    cJSON_AddNumberToObject(call->result, "registered", registered);
    cJSON_AddNumberToObject(call->result, "total", count);
    if (code == EXIT_NEGATIVE)
        return call_fail(call, code, "%d of %d handsets %s", is_unregister ? 0 : registered, count,
                         is_unregister ? "answered; not all were unregistered" : "registered");
    return code;
}

/* How many bytes of a text take no column of their own: UTF-8's further ones. */
static int extra_bytes(const char *text)
{
    int extra = 0;
    for (; *text; text++)
        extra += ((unsigned char)*text & 0xc0) == 0x80;
    return extra;
}

void show_handsets(const cJSON *result, FILE *out)
{
    const cJSON *handset;
    if (!json_at(result, "total"))
        return; /* refused before it began */
    cJSON_ArrayForEach(handset, json_at(result, "handsets"))
    {
        const char *name = json_text(handset, "name", "");
        fprintf(out, "ext %-6s %-*s %-16s %-10s %s\n", json_text(handset, "extension", "?"),
                34 + extra_bytes(name), name, json_text(handset, "username", ""),
                json_text(handset, "proxy", ""), json_text(handset, "answer", ""));
    }
    fprintf(out, "%lld of %lld registered\n", (long long)json_int(result, "registered", 0),
            (long long)json_int(result, "total", 0));
}
