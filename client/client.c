/* The client's context; see client.h. */
#include "client.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "sipnet.h"
#include "text.h"

int64_t client_now_ms(const struct client *client)
{
    return clock_now_ms(&client->clock);
}

bool client_is_weak(const struct client *client, enum weakness weakness)
{
    return client->weak >> weakness & 1;
}

struct memory *client_memory(struct client *client)
{
    if (client->memory == NULL)
        client->memory = xcalloc(1, sizeof(*client->memory));
    return client->memory;
}

void client_forget(struct client *client)
{
    if (client->memory)
        explicit_bzero(client->memory, sizeof(*client->memory)); /* tokens */
    free(client->memory);
    client->memory = NULL;
}

void client_expire_pending(struct client *client)
{
    if (client->pending_min > 0)
        store_expire_pending(client->store,
                             client_now_ms(client) - (int64_t)client->pending_min * 60000);
}

void client_settings(struct client *client, struct settings *ret_settings)
{
    struct memory *memory =
        client_is_weak(client, WEAK_SETTINGS_CACHED) ? client_memory(client) : NULL;
    if (memory && memory->has_settings) {
        *ret_settings = memory->settings;
        return;
    }
    bool is_there = store_settings_load(client->store, SLOT_LIVE, ret_settings);
    if (memory && is_there) {
        memory->settings = *ret_settings;
        memory->has_settings = true;
    }
}

static enum resolver_said ask(void *arg, const char *name, enum dns_type type,
                              struct dns_records *ret)
{
    const struct client *client = arg;
    return resolver_ask(client->resolver, name, type, ret);
}

struct names *client_names(struct client *client, const char *dns)
{
    struct hostport server;
    char why[200];
    if (client->names == NULL)
        client->names = names_new(ask, client, &client->clock, &client->rnd);
    if (client->resolver == NULL || strcmp(client->dns, dns) != 0) {
        resolver_free(client->resolver);
        client->resolver =
            resolver_new(hostport_parse(dns, &server, why, sizeof(why)) ? &server : NULL);
        text_copy(client->dns, sizeof(client->dns), dns);
        names_forget(client->names);
    }
    names_weaken(client->names,
                 (struct names_weakness){.asks_once = client_is_weak(client, WEAK_DNS_ONCE),
                                         .first_only = client_is_weak(client, WEAK_FIRST_TARGET),
                                         .gives_up = client_is_weak(client, WEAK_DNS_FATAL)});
    return client->names;
}

void client_hang_up(struct client *client)
{
    sipnet_free(client->sipnet);
    names_free(client->names);
    resolver_free(client->resolver);
    client->sipnet = NULL;
    client->names = NULL;
    client->resolver = NULL;
}

void client_log(const struct client *client, const char *fmt, ...)
{
    if (client->is_quiet)
        return;
    va_list args;
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputc('\n', stderr);
}
