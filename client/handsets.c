/* Handsets: listing and registering; see handsets.h. */
#include "handsets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

#define EXPIRES_S 300
#define PAGES_MAX 100

/* --- listing --- */

static void read_proxies(const cJSON *info, struct provisioned *provisioned)
{
    const cJSON *row;
    struct provisioned read = {.is_known = true};
    text_copy(read.domain, sizeof(read.domain), json_text(info, "domain", ""));
    cJSON_ArrayForEach(row, json_at(info, "outboundProxies"))
    {
        char why[128];
        if (read.count < PROVISIONED_MAX &&
            hostport_parse(json_text(row, "proxy", ""), &read.proxies[read.count], why,
                           sizeof(why)))
            read.count++;
    }
    *provisioned = read;
}

bool handsets_sip_info(struct rest *rest, const char *device_id, struct handset *handset,
                       struct provisioned *provisioned, struct apierr *err)
{
    char path[160];
    snprintf(path, sizeof(path), "/restapi/v1.0/account/~/device/%s/sip-info", device_id);
    cJSON *info = rest_get(rest, path, "light", err);
    if (info == NULL)
        return false;
    if (handset) {
        text_copy(handset->username, sizeof(handset->username), json_text(info, "userName", ""));
        text_copy(handset->password, sizeof(handset->password), json_text(info, "password", ""));
        json_id(info, "authorizationId", handset->auth_id, sizeof(handset->auth_id));
    }
    if (provisioned)
        read_proxies(info, provisioned);
    cJSON_Delete(info);
    return true;
}

/* One reading of the account's devices. */
struct loading {
    struct rest *rest;
    struct provisioned *provisioned;
    struct apierr *err;
    struct sb seen; /* " id id ": the devices there are now */
};

static bool load_device(struct loading *loading, const cJSON *extension, const cJSON *device)
{
    struct handset handset = {0};
    if (strcmp(json_text(device, "type", ""), "OtherPhone") != 0)
        return true;
    json_id(device, "id", handset.device_id, sizeof(handset.device_id));
    json_id(extension, "id", handset.extension_id, sizeof(handset.extension_id));
    json_id(extension, "extensionNumber", handset.extension, sizeof(handset.extension));
    text_copy(handset.name, sizeof(handset.name),
              json_text(device, "name", json_text(extension, "name", "")));
    if (!handsets_sip_info(loading->rest, handset.device_id, &handset, loading->provisioned,
                           loading->err)) {
        /* A device the platform does not hand out (404 CMN-102) is no handset of ours. */
        return loading->err->status == 404;
    }
    sb_addf(&loading->seen, "%s ", handset.device_id);
    rnd_uuid(&loading->rest->client->rnd, handset.instance); /* for a new one; else the old stays */
    return store_handset_put(loading->rest->client->store, &handset);
}

static bool load_extension(struct loading *loading, const cJSON *extension)
{
    char id[32], path[160];
    /* Only a person's extension has phones, and a disabled one cannot register them. */
    if (strcmp(json_text(extension, "status", "Enabled"), "Enabled") != 0 ||
        strcmp(json_text(extension, "type", "User"), "User") != 0)
        return true;
    json_id(extension, "id", id, sizeof(id));
    snprintf(path, sizeof(path), "/restapi/v1.0/account/~/extension/%s/device?perPage=1000", id);
    cJSON *devices = rest_get(loading->rest, path, "light", loading->err);
    bool is_ok = devices != NULL || loading->err->status == 404;
    const cJSON *device;
    cJSON_ArrayForEach(device, json_at(devices, "records"))
    {
        is_ok = is_ok && load_device(loading, extension, device);
    }
    cJSON_Delete(devices);
    return is_ok;
}

static void forget_missing(struct loading *loading)
{
    struct store *store = loading->rest->client->store;
    struct handset *list = NULL;
    int count = store_handset_list(store, &list);
    for (int i = 0; i < count; i++) {
        char word[40];
        snprintf(word, sizeof(word), " %s ", list[i].device_id);
        if (strstr(sb_text(&loading->seen), word) == NULL)
            store_handset_drop(store, list[i].device_id);
    }
    free(list);
}

bool handsets_load(struct rest *rest, struct provisioned *ret_provisioned, struct apierr *err)
{
    struct loading loading = {rest, ret_provisioned, err, SB_MAX(1024 * 1024)};
    char path[1024] = "/restapi/v1.0/account/~/extension?perPage=1000";
    bool is_ok = true;
    *ret_provisioned = (struct provisioned){0};
    sb_add(&loading.seen, " ");
    for (int page = 0; is_ok && *path && page < PAGES_MAX; page++) {
        cJSON *list = rest_get(rest, path, "medium", err);
        const cJSON *extension;
        is_ok = list != NULL;
        cJSON_ArrayForEach(extension, json_at(list, "records"))
        {
            is_ok = is_ok && load_extension(&loading, extension);
        }
        text_copy(path, sizeof(path), json_text(list, "navigation.nextPage.uri", ""));
        cJSON_Delete(list);
    }
    if (is_ok && !sb_is_cut(&loading.seen))
        forget_missing(&loading);
    sb_done(&loading.seen);
    return is_ok;
}

bool provisioned_has(const struct provisioned *provisioned, const struct hostport *proxy)
{
    for (int i = 0; i < provisioned->count; i++) {
        if (hostport_same(&provisioned->proxies[i], proxy, SETTINGS_SIP_PORT))
            return true;
    }
    return false;
}

/* --- registering --- */

bool handsets_failover(const struct client *client, const struct settings *settings,
                       struct failover *ret_failover, char *why, size_t cap)
{
    struct failover failover = {0};
    char reason[200];
    if (!hostport_parse(settings->proxy, &failover.proxies[ROUTE_PRIMARY], reason,
                        sizeof(reason))) {
        snprintf(why, cap, "Outbound Proxy: %s", reason);
        return false;
    }
    failover.has_secondary = client->has_failover && !settings_secondary_is_idle(settings) &&
                             hostport_parse(settings->secondary, &failover.proxies[ROUTE_SECONDARY],
                                            reason, sizeof(reason));
    *ret_failover = failover;
    return true;
}

void handsets_send(struct client *client, const struct settings *settings,
                   const struct handset *handset, enum sipua_kind kind,
                   const struct hostport *proxy, struct sipua_result *ret_result)
{
    struct hostport domain = {0};
    char why[200], name[300];
    *ret_result = (struct sipua_result){.trouble = SIPUA_UNRESOLVED, .retry_after_s = -1};
    if (client->sipua == NULL)
        client->sipua = sipua_new();
    if (client->sipua == NULL || !hostport_parse(settings->sip_domain, &domain, why, sizeof(why)))
        return;
    domain.port = 0; /* no part of the identity (sip.md 1.4, failures.md F100) */
    hostport_text(&domain, name, sizeof(name));
    sipua_send(client->sipua, &client->rnd,
               &(struct sipua_request){.kind = kind,
                                       .proxy = *proxy,
                                       .transport = settings->transport,
                                       .domain = name,
                                       .user = handset->username,
                                       .auth_id = handset->auth_id,
                                       .password = handset->password,
                                       .instance = handset->instance,
                                       .expires_s = EXPIRES_S,
                                       .timeout_ms = client->sip_timeout_ms},
               ret_result);
}

struct sending {
    struct client *client;
    const struct settings *settings;
    const struct handset *handset;
    enum sipua_kind kind;
};

static void send_one(void *arg, const struct hostport *proxy, struct sipua_result *ret_result)
{
    struct sending *sending = arg;
    handsets_send(sending->client, sending->settings, sending->handset, sending->kind, proxy,
                  ret_result);
}

void handsets_register(struct client *client, const struct settings *settings,
                       struct failover *failover, struct handset *handset, enum sipua_kind kind,
                       struct sipua_result *ret_result)
{
    struct sending sending = {client, settings, handset, kind};
    enum route route = failover_send(failover, send_one, &sending, ret_result);
    bool is_registered = route != ROUTE_NONE && kind == SIPUA_REGISTER;
    text_copy(handset->used, sizeof(handset->used), route_text(is_registered ? route : ROUTE_NONE));
    handset->status = ret_result->status;
    if (is_registered)
        handset->registered_ms = client_now_ms(client);
    store_handset_note(client->store, handset);
}
