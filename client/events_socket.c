/* The subscription over a WebSocket; see events.h. */
#include <string.h>

#include "events.h"
#include "gateway.h"

/* A second one replaces the first (failures.md F076): this renews, too. */
static bool subscribe(struct rest *rest, struct events_state *ret_state, struct apierr *err)
{
    struct client *client = rest->client;
    struct events_state state = {0};
    cJSON *wanted = events_wish("WebSocket");
    cJSON *made = gateway_ask(client->gateway, "POST", EVENTS_PATH, wanted, err);
    if (made)
        events_read_state(made, &state);
    cJSON_Delete(wanted);
    cJSON_Delete(made);
    *ret_state = state;
    return state.id[0] && events_keep(client, &state, EVENTS_SOCKET);
}

static bool look_again(struct rest *rest, struct events_state *ret_state,
                       enum events_done *ret_done, struct apierr *err)
{
    struct client *client = rest->client;
    if (!events_read(rest, ret_state, err))
        return false;
    bool is_due = ret_state->status[0] == '\0' ||
                  ret_state->until_ms - client_now_ms(client) < EVENTS_LIFE_S * 1000LL / 2;
    if (!is_due || client_is_weak(client, WEAK_NO_RENEWAL))
        return true;
    *ret_done = EVENTS_RENEWED;
    return subscribe(rest, ret_state, err);
}

bool events_ensure_socket(struct rest *rest, struct events_state *ret_state,
                          enum events_done *ret_done, const char **ret_lost, struct apierr *err)
{
    struct client *client = rest->client;
    struct apierr ignored;
    char id[64] = "";
    bool is_recovered;
    *ret_lost = NULL;
    *ret_done = EVENTS_KEPT;
    *ret_state = (struct events_state){0};
    if (client->gateway == NULL)
        client->gateway = gateway_new(client);
    if (gateway_beat(client->gateway))
        return look_again(rest, ret_state, ret_done, err);
    *ret_lost = gateway_lost(client->gateway);
    if (!gateway_connect(client->gateway, rest, &is_recovered, err))
        return false;
    if (is_recovered) {
        *ret_done = EVENTS_RECOVERED;
        return events_read(rest, ret_state, err);
    }
    bool is_known = store_fact_get(client->store, "events.id", id, sizeof(id)) && id[0];
    if (*ret_lost == NULL && is_known)
        events_end(rest, &ignored); /* a webhook's, or of a process that has ended */
    *ret_done = is_known ? EVENTS_REPLACED : EVENTS_CREATED;
    return subscribe(rest, ret_state, err);
}
