/* Handsets: listing and registering; see handsets.h. */
#include "handsets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sipnet.h"
#include "text.h"

#define EXPIRES_S 300
#define PAGES_MAX 100

/* --- listing --- */

static int read_proxy(const cJSON *row, const char *member, struct hostport *list, int count)
{
    char why[128];
    return count < PROVISIONED_MAX &&
                   hostport_parse(json_text(row, member, ""), &list[count], why, sizeof(why))
               ? count + 1
               : count;
}

/* One over TLS has a port of its own (rest.md section 5). */
static void read_proxies(const cJSON *info, const char *transport, struct provisioned *provisioned)
{
    bool is_tls = strcmp(transport, "tls") == 0;
    const cJSON *row;
    struct provisioned read = {.is_known = true};
    text_copy(read.domain, sizeof(read.domain), json_text(info, "domain", ""));
    cJSON_ArrayForEach(row, json_at(info, "outboundProxies"))
    {
        read.count = read_proxy(row, is_tls ? "proxyTLS" : "proxy", read.proxies, read.count);
        read.other_count =
            read_proxy(row, is_tls ? "proxy" : "proxyTLS", read.others, read.other_count);
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
        if (client_is_weak(rest->client, WEAK_USER_AS_AUTH_ID))
            text_copy(handset->auth_id, sizeof(handset->auth_id), handset->username);
    }
    if (provisioned)
        read_proxies(info, rest->settings.transport, provisioned);
    cJSON_Delete(info);
    return true;
}

/* One reading of the account's devices. */
struct loading {
    struct rest *rest;
    struct provisioned *provisioned;
    struct apierr *err;
    struct handset *list;
    int count, room;
};

static struct handset *next_handset(struct loading *loading)
{
    if (loading->count == loading->room) {
        loading->room = loading->room ? loading->room * 2 : 16;
        loading->list = realloc(loading->list, (size_t)loading->room * sizeof(*loading->list));
        if (loading->list == NULL)
            abort();
    }
    return memset(&loading->list[loading->count], 0, sizeof(*loading->list));
}

static bool load_device(struct loading *loading, const cJSON *extension, const cJSON *device)
{
    /* An app of the provider's own, or a phone whose line was taken away, cannot register. */
    const cJSON *lines = json_at(device, "phoneLines");
    if (strcmp(json_text(device, "type", ""), "OtherPhone") != 0 ||
        (cJSON_IsArray(lines) && cJSON_GetArraySize(lines) == 0))
        return true;
    struct handset *handset = next_handset(loading);
    json_id(device, "id", handset->device_id, sizeof(handset->device_id));
    json_id(extension, "id", handset->extension_id, sizeof(handset->extension_id));
    json_id(extension, "extensionNumber", handset->extension, sizeof(handset->extension));
    text_copy(handset->name, sizeof(handset->name),
              json_text(device, "name", json_text(extension, "name", "")));
    if (!handsets_sip_info(loading->rest, handset->device_id, handset, loading->provisioned,
                           loading->err)) {
        /* A device the platform does not hand out (404 CMN-102) is no handset of ours. */
        return loading->err->status == 404;
    }
    rnd_uuid(&loading->rest->client->rnd, handset->instance); /* a known one keeps its own */
    loading->count++;
    return true;
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

static bool is_loaded(const struct loading *loading, const char *device_id)
{
    for (int i = 0; i < loading->count; i++) {
        if (strcmp(loading->list[i].device_id, device_id) == 0)
            return true;
    }
    return false;
}

/* The store's list becomes the one just read, in one transaction. */
static bool keep(struct loading *loading)
{
    struct store *store = loading->rest->client->store;
    struct handset *known = NULL;
    int known_count = store_handset_list(store, &known);
    bool is_ok = known_count >= 0 && store_begin(store);
    for (int i = 0; is_ok && i < loading->count; i++)
        is_ok = store_handset_put(store, &loading->list[i]);
    for (int i = 0; is_ok && i < known_count; i++) {
        if (!is_loaded(loading, known[i].device_id))
            is_ok = store_handset_drop(store, known[i].device_id);
    }
    is_ok = is_ok && store_commit(store);
    if (!is_ok) {
        store_rollback(store);
        *loading->err = (struct apierr){.message = "the store refuses the handsets"};
    }
    free(known);
    return is_ok;
}

bool handsets_load(struct rest *rest, struct provisioned *ret_provisioned, struct apierr *err)
{
    struct loading loading = {.rest = rest, .provisioned = ret_provisioned, .err = err};
    char path[1024] = "/restapi/v1.0/account/~/extension?perPage=1000";
    bool is_ok = true;
    *ret_provisioned = (struct provisioned){0};
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
    is_ok = is_ok && keep(&loading);
    free(loading.list);
    return is_ok;
}

static bool is_among(const struct hostport *list, int count, const struct hostport *proxy)
{
    for (int i = 0; i < count; i++) {
        struct hostport one = list[i];
        if (proxy->port == 0)
            one.port = 0;
        if (hostport_same(&one, proxy, SETTINGS_SIP_PORT))
            return true;
    }
    return false;
}

bool provisioned_has(const struct provisioned *provisioned, const struct hostport *proxy)
{
    /* Without a port it leads where the SRV say, which are the platform's as well. */
    return (proxy->port == 0 && text_same_nocase(provisioned->domain, proxy->host)) ||
           is_among(provisioned->proxies, provisioned->count, proxy);
}

bool provisioned_has_other(const struct provisioned *provisioned, const struct hostport *proxy)
{
    return is_among(provisioned->others, provisioned->other_count, proxy);
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

struct sipnet *handsets_net(struct client *client, const struct settings *settings)
{
    client_names(client, settings->dns);
    if (client->sipnet == NULL)
        client->sipnet = sipnet_new(client->names, settings->ca_file);
    if (client->sipnet)
        sipnet_check_names(client->sipnet, !client_is_weak(client, WEAK_NO_NAME_CHECK));
    return client->sipnet;
}

void handsets_send(struct client *client, const struct settings *settings,
                   const struct handset *handset, enum sipua_kind kind,
                   const struct hostport *proxy, struct sipua_result *ret_result)
{
    struct hostport domain = {0};
    char why[200], name[300];
    *ret_result = (struct sipua_result){.trouble = SIPUA_UNRESOLVED, .retry_after_s = -1};
    if (handsets_net(client, settings) == NULL ||
        !hostport_parse(settings->sip_domain, &domain, why, sizeof(why)))
        return;
    domain.port = 0; /* no part of the identity (sip.md 1.4, failures.md F100) */
    hostport_text(&domain, name, sizeof(name));
    const struct sipua_request request = {.kind = kind,
                                          .proxy = *proxy,
                                          .transport = settings->transport,
                                          .domain = name,
                                          .user = handset->username,
                                          .auth_id = handset->auth_id,
                                          .password = handset->password,
                                          .instance = handset->instance,
                                          .expires_s = EXPIRES_S,
                                          .timeout_ms = client->sip_timeout_ms};
    sipnet_wait(client->sipnet, 0); /* connections that were closed since are not sent on */
    sipua_send(client->sipnet, &client->rnd, &request, ret_result);
}

static const char *address_fact(enum route route, char to[32])
{
    snprintf(to, 32, "sip.%s.at", route_text(route));
    return to;
}

void handsets_registered_at(struct client *client, enum route route, char *to, size_t cap)
{
    char fact[32];
    if (!store_fact_get(client->store, address_fact(route, fact), to, cap))
        to[0] = '\0';
}

static void remember_address(struct client *client, enum route route, const char *address)
{
    char fact[32], before[SIPUA_ADDRESS];
    handsets_registered_at(client, route, before, sizeof(before));
    if (strcmp(before, address) != 0)
        store_fact_put(client->store, address_fact(route, fact), address);
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
    if (is_registered && !hostport_is_address(&failover->proxies[route]))
        remember_address(client, route, ret_result->by);
    if (is_registered) {
        handset->registered_ms = client_now_ms(client);
        handset->until_ms = handset->registered_ms + (int64_t)ret_result->granted_s * 1000;
    }
}
