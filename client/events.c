/* The subscription; see events.h. */
#include "events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

#define ID      "events.id"
#define ADDRESS "events.address"
#define SECRET  "events.secret"
#define OWNER   "events.owner"   /* who authorized when it was subscribed */
#define CONSENT "events.consent" /* and which grant of the store was in force */
#define UNTIL   "events.until_ms"

static const char *const filters[] = {"/restapi/v1.0/account/~/telephony/sessions"};

/* How long a weak client works before it answers a webhook. */
#define SLOW_HOOK_MS 200

/* The verification token of this store, made at the first call. */
static bool read_secret(struct client *client, char *to, size_t cap)
{
    char made[33];
    if (store_fact_get(client->store, SECRET, to, cap) && *to)
        return true;
    rnd_hex(&client->rnd, made, 32);
    text_copy(to, cap, made);
    return store_fact_put(client->store, SECRET, made);
}

bool events_listen(struct client *client, int port, void (*on_arrival)(void *arg), void *arg,
                   char *why, size_t cap)
{
    char secret[64];
    if (client->hook)
        return true;
    if (!read_secret(client, secret, sizeof(secret))) {
        snprintf(why, cap, "store: %s", store_error(client->store));
        return false;
    }
    if (client_is_weak(client, WEAK_HOOK_SECRET))
        text_copy(secret, sizeof(secret), "another");
    client->hook = hook_start(
        &(struct hook_options){
            .port = port,
            .secret = secret,
            .delay_ms = client_is_weak(client, WEAK_SLOW_HOOK) ? SLOW_HOOK_MS : 0,
            .on_arrival = on_arrival,
            .arg = arg,
        },
        why, cap);
    return client->hook != NULL;
}

/* The same filter, whether an account or extension is named "~" or by its id. */
static bool is_same_filter(const char *ours, const char *theirs)
{
    while (*ours && *theirs) {
        size_t a = strcspn(ours + 1, "/") + 1, b = strcspn(theirs + 1, "/?") + 1;
        if (strncmp(ours, "/~", a) != 0 && (a != b || strncmp(ours, theirs, a) != 0))
            return false;
        ours += a;
        theirs += b;
    }
    return *ours == '\0' && (*theirs == '\0' || *theirs == '?');
}

/* Filters the platform switched off, or does not list although we asked for them (failures.md F066). */
static void read_disabled(const cJSON *subscription, char *to, size_t cap)
{
    const cJSON *item, *listed = json_at(subscription, "eventFilters");
    struct sb text = SB_MAX(cap);
    cJSON_ArrayForEach(item, json_at(subscription, "disabledFilters"))
    {
        sb_addf(&text, "%s%s (%s)", text.len ? ", " : "", json_text(item, "filter", "?"),
                json_text(item, "reason", "no reason given"));
    }
    for (size_t i = 0;
         cJSON_IsArray(listed) && text.len == 0 && i < sizeof(filters) / sizeof(*filters); i++) {
        bool is_there = false;
        cJSON_ArrayForEach(item, listed)
        {
            is_there |= cJSON_IsString(item) && is_same_filter(filters[i], item->valuestring);
        }
        if (!is_there)
            sb_addf(&text, "%s (not among those of the subscription)", filters[i]);
    }
    text_copy(to, cap, sb_text(&text));
    sb_done(&text);
}

void events_read_state(const cJSON *subscription, struct events_state *state)
{
    text_copy(state->id, sizeof(state->id), json_text(subscription, "id", ""));
    text_copy(state->status, sizeof(state->status), json_text(subscription, "status", ""));
    text_copy(state->reason, sizeof(state->reason),
              json_text(subscription, "blacklistedData.reason", ""));
    clock_parse(json_text(subscription, "expirationTime", ""), &state->until_ms);
    read_disabled(subscription, state->disabled, sizeof(state->disabled));
}

static void path_of(const char *id, const char *end, char *to, size_t cap)
{
    snprintf(to, cap, EVENTS_PATH "/%s%s", id, end);
}

bool events_read(struct rest *rest, struct events_state *ret_state, struct apierr *err)
{
    struct events_state state = {0};
    char path[128];
    *err = (struct apierr){0};
    if (store_fact_get(rest->client->store, ID, state.id, sizeof(state.id)) && state.id[0]) {
        path_of(state.id, "", path, sizeof(path));
        cJSON *found = rest_get(rest, path, "light", err);
        if (found == NULL && err->status != 404)
            return false;
        if (found)
            events_read_state(found, &state);
        cJSON_Delete(found);
    }
    *ret_state = state;
    return true;
}

cJSON *events_wish(const char *transport)
{
    cJSON *wanted = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(wanted, "eventFilters");
    for (size_t i = 0; i < sizeof(filters) / sizeof(*filters); i++)
        cJSON_AddItemToArray(list, cJSON_CreateString(filters[i]));
    json_put(cJSON_AddObjectToObject(wanted, "deliveryMode"), "transportType", transport);
    cJSON_AddNumberToObject(wanted, "expiresIn", EVENTS_LIFE_S);
    return wanted;
}

static void read_owner(struct client *client, char *to, size_t cap)
{
    struct grant *grant = xcalloc(1, sizeof(*grant));
    bool is_there = store_grant_load(client->store, SLOT_LIVE, grant);
    text_copy(to, cap, is_there ? grant->owner_id : "");
    free(grant);
}

bool events_keep(struct client *client, const struct events_state *state, const char *address)
{
    char owner[32];
    read_owner(client, owner, sizeof(owner));
    return store_fact_put(client->store, ID, state->id) &&
           store_fact_put(client->store, OWNER, owner) &&
           store_fact_put_int(client->store, CONSENT,
                              store_fact_int(client->store, STORE_CONSENT, 0)) &&
           store_fact_put_int(client->store, UNTIL, state->until_ms) &&
           store_fact_put(client->store, ADDRESS, address);
}

const char *events_gone(struct client *client)
{
    char owner[32], kept[32] = "";
    read_owner(client, owner, sizeof(owner));
    store_fact_get(client->store, OWNER, kept, sizeof(kept));
    if (kept[0] && owner[0] && strcmp(owner, kept) != 0)
        return "SUBSCRIPTION_OWNER_CHANGED";
    int64_t consent = store_fact_int(client->store, CONSENT, 0);
    bool is_early = client_now_ms(client) < store_fact_int(client->store, UNTIL, 0);
    return is_early && consent != store_fact_int(client->store, STORE_CONSENT, 0)
               ? "REAUTH_INCOMPLETE"
               : "SUBSCRIPTION_EXPIRED";
}

static bool create(struct rest *rest, const char *address, struct events_state *ret_state,
                   struct apierr *err)
{
    struct client *client = rest->client;
    struct events_state state = {0};
    char secret[64];
    if (!read_secret(client, secret, sizeof(secret)))
        return false;
    cJSON *wanted = events_wish("WebHook"), *mode = cJSON_GetObjectItem(wanted, "deliveryMode");
    json_put(mode, "address", address);
    json_put(mode, "verificationToken", secret);
    char *body = json_line(wanted);
    cJSON *made = rest_send(rest, "POST", EVENTS_PATH, body, "medium", err);
    if (made)
        events_read_state(made, &state);
    cJSON_free(body);
    cJSON_Delete(wanted);
    cJSON_Delete(made);
    *ret_state = state;
    return state.id[0] && events_keep(client, &state, address);
}

static bool renew(struct rest *rest, struct events_state *state, struct apierr *err)
{
    char path[128];
    path_of(state->id, "/renew", path, sizeof(path));
    cJSON *renewed = rest_send(rest, "POST", path, NULL, "light", err);
    if (renewed)
        events_read_state(renewed, state);
    cJSON_Delete(renewed);
    return renewed && store_fact_put_int(rest->client->store, UNTIL, state->until_ms);
}

bool events_end(struct rest *rest, struct apierr *err)
{
    char id[64] = "", path[128];
    *err = (struct apierr){0};
    if (!store_fact_get(rest->client->store, ID, id, sizeof(id)) || id[0] == '\0')
        return true;
    path_of(id, "", path, sizeof(path));
    cJSON_Delete(rest_send(rest, "DELETE", path, NULL, "medium", err));
    bool is_gone = err->status == 204 || err->status == 200 || err->status == 404;
    return is_gone && store_fact_put(rest->client->store, ID, "");
}

/* Why the subscription that is there does not do; NULL: it does. */
static const char *trouble_of(struct client *client, const struct events_state *state,
                              const char *address, const char *kept_address)
{
    if (state->status[0] == '\0')
        return events_gone(client);
    if (strcmp(state->status, "Active") != 0)
        return "WEBHOOK_BLACKLISTED";
    return strcmp(address, kept_address) == 0 ? NULL : "WEBHOOK_ADDRESS_STALE";
}

bool events_ensure(struct rest *rest, const char *address, struct events_state *ret_state,
                   enum events_done *ret_done, const char **ret_lost, struct apierr *err)
{
    struct client *client = rest->client;
    struct events_state state = {0};
    char kept_address[600] = "";
    *ret_lost = NULL;
    *ret_done = EVENTS_KEPT;
    *err = (struct apierr){0};
    bool is_known = store_fact_get(client->store, ID, state.id, sizeof(state.id)) && state.id[0];
    store_fact_get(client->store, ADDRESS, kept_address, sizeof(kept_address));
    *ret_state = state;
    if (is_known && client_is_weak(client, WEAK_SUBSCRIBE_ONCE))
        return true;
    if (!is_known) {
        *ret_done = EVENTS_CREATED;
        return create(rest, address, ret_state, err);
    }
    if (!events_read(rest, &state, err))
        return false;
    const char *lost = trouble_of(client, &state, address, kept_address);
    if (lost) {
        struct apierr ignored;
        *ret_lost = lost;
        *ret_done = EVENTS_REPLACED;
        events_end(rest, &ignored);
        if (create(rest, address, ret_state, err))
            return true;
        store_fact_put(client->store, ID, state.id); /* there should be one: a checkup says so */
        return false;
    }
    bool is_due = state.until_ms - client_now_ms(client) < EVENTS_LIFE_S * 1000LL / 2;
    if (is_due && !client_is_weak(client, WEAK_NO_RENEWAL)) {
        *ret_done = EVENTS_RENEWED;
        bool is_ok = renew(rest, &state, err);
        *ret_state = state;
        return is_ok;
    }
    *ret_state = state;
    return true;
}
