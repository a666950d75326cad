/* The client's context; see client.h. */
#include "client.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
