/* What notifications tell of calls; see events.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "events.h"
#include "gateway.h"
#include "text.h"

#define RECEIVED   "events.received"
#define DUPLICATES "events.duplicates"
#define LATE       "events.late"
#define ANOMALY    "events.anomaly_ms"
#define LAST       "events.last_ms"
#define FOREIGN    "events.foreign"
#define FOREIGN_AT "events.foreign_ms"
#define TROUBLE    "events.trouble"
#define SEEN       "events.seen"
#define NOTED      "events.noted_ms"

static bool count_one(struct client *client, const char *fact)
{
    struct store *store = client->store;
    bool is_anomaly = strcmp(fact, RECEIVED) != 0;
    return store_fact_put_int(store, fact, store_fact_int(store, fact, 0) + 1) &&
           (!is_anomaly || store_fact_put_int(store, ANOMALY, client_now_ms(client)));
}

/* Of another subscription than the one we know: somebody subscribed and did not clean up. */
static bool count_foreign(struct client *client, const char *subscription)
{
    struct store *store = client->store;
    char id[64] = "";
    if (!store_fact_get(store, "events.id", id, sizeof(id)) || *subscription == '\0' ||
        strcmp(id, subscription) == 0)
        return true;
    return store_fact_put_int(store, FOREIGN, store_fact_int(store, FOREIGN, 0) + 1) &&
           store_fact_put_int(store, FOREIGN_AT, client_now_ms(client));
}

/* One party as one notification tells it. */
static bool take_party(struct client *client, const char *session, int64_t sequence,
                       const cJSON *party, bool *ret_late)
{
    struct party_state known = {.sequence = -1}, told = {.sequence = sequence};
    const char *id = json_text(party, "id", "");
    text_copy(told.status, sizeof(told.status), json_text(party, "status.code", ""));
    told.is_over = strcmp(told.status, "Disconnected") == 0 || strcmp(told.status, "Gone") == 0;
    told.at_ms = client_now_ms(client);
    store_party_load(client->store, session, id, &known);
    /* What we ended ourselves may go on after all. */
    bool is_ended = known.is_over && strcmp(known.status, STORE_UNHEARD) != 0;
    if (sequence <= known.sequence || (is_ended && !told.is_over)) {
        *ret_late = true;
        if (!client_is_weak(client, WEAK_LAST_EVENT_WINS))
            return true;
    }
    return store_party_put(client->store, session, id, &told);
}

static bool take_body(struct client *client, const cJSON *body)
{
    const char *session = json_text(body, "telephonySessionId", "");
    int64_t sequence = json_int(body, "sequence", 0);
    bool is_late = false, is_ok = true;
    const cJSON *party;
    if (*session == '\0')
        return true; /* of another kind */
    int64_t newest = store_session_sequence(client->store, session);
    cJSON_ArrayForEach(party, json_at(body, "parties"))
    {
        is_ok = is_ok && take_party(client, session, sequence, party, &is_late);
    }
    is_late = is_late || (newest > 0 && sequence < newest);
    return is_ok && (!is_late || count_one(client, LATE));
}

bool events_take(struct client *client, const char *body)
{
    struct store *store = client->store;
    cJSON *json = json_parse(body);
    const char *uuid = json_text(json, "uuid", "");
    bool is_new = false;
    bool is_ok = *uuid && cJSON_IsObject(json_at(json, "body")) && store_begin(store);
    if (is_ok) {
        is_ok = store_event_see(store, uuid, client_now_ms(client), &is_new) &&
                count_one(client, RECEIVED) &&
                count_foreign(client, json_text(json, "subscriptionId", "")) &&
                store_fact_put_int(store, LAST, client_now_ms(client));
        if (is_ok && !is_new)
            is_ok = count_one(client, DUPLICATES);
        if (is_ok && (is_new || client_is_weak(client, WEAK_LAST_EVENT_WINS)))
            is_ok = take_body(client, json_at(json, "body"));
        is_ok = is_ok && store_commit(store);
        if (!is_ok)
            store_rollback(store);
    }
    cJSON_Delete(json);
    return is_ok;
}

int events_drain(struct client *client, struct hook *hook)
{
    char *body;
    int count = 0;
    while (hook && (body = hook_take(hook)) != NULL) {
        count += events_take(client, body);
        free(body);
    }
    return count + gateway_drain(client->gateway);
}

void events_count(struct store *store, struct events_counts *ret_counts)
{
    *ret_counts = (struct events_counts){
        .received = store_fact_int(store, RECEIVED, 0),
        .duplicates = store_fact_int(store, DUPLICATES, 0),
        .late = store_fact_int(store, LATE, 0),
        .anomaly_ms = store_fact_int(store, ANOMALY, 0),
        .last_ms = store_fact_int(store, LAST, 0),
        .foreign = store_fact_int(store, FOREIGN, 0),
        .foreign_ms = store_fact_int(store, FOREIGN_AT, 0),
        .calls = store_session_live(store),
    };
}

void events_explain(const struct rest *rest, bool is_socket, const char *lost,
                    const struct apierr *err, struct events_note *ret_note)
{
    bool is_refresh = rest->has_refresh_failed; /* then its refusal says why */
    if (is_refresh)
        err = &rest->refresh_err;
    enum symptom_of at = is_refresh ? AT_REFRESH : is_socket ? AT_SOCKET : AT_WEBHOOK;
    enum condition life = is_refresh ? rest_condition(rest)
                          : rest->grant.refresh_until_ms > client_now_ms(rest->client)
                              ? WITHIN_REFRESH_LIFE
                              : PAST_REFRESH_LIFE;
    const char *name = diagnosis_of(at, err->status, err->code, err->error, life);
    char text[160];
    /* What was lost explains a silence better than the silence does. */
    if (lost && (err->status == 0 || name == NULL))
        name = lost;
    *ret_note = (struct events_note){0};
    text_copy(ret_note->trouble, sizeof(ret_note->trouble), name ? name : "SUBSCRIPTION_REFUSED");
    snprintf(ret_note->seen, sizeof(ret_note->seen), "no subscription: %s",
             apierr_text(err, text, sizeof(text)));
}

void events_note_deaf(const struct events_state *state, struct events_note *ret_note)
{
    *ret_note = (struct events_note){.trouble = "EVENT_FILTER_DISABLED"};
    snprintf(ret_note->seen, sizeof(ret_note->seen), "the platform switched off %s",
             state->disabled);
}

bool events_note_put(struct client *client, const char *trouble, const char *seen)
{
    struct store *store = client->store;
    bool is_ok = store_begin(store) && store_fact_put(store, TROUBLE, trouble) &&
                 store_fact_put(store, SEEN, seen) &&
                 store_fact_put_int(store, NOTED, client_now_ms(client)) && store_commit(store);
    if (!is_ok)
        store_rollback(store);
    return is_ok;
}

bool events_note_forget(struct store *store)
{
    return store_fact_put_int(store, NOTED, 0);
}

void events_note_load(struct store *store, struct events_note *ret_note)
{
    *ret_note = (struct events_note){.at_ms = store_fact_int(store, NOTED, 0)};
    store_fact_get(store, TROUBLE, ret_note->trouble, sizeof(ret_note->trouble));
    store_fact_get(store, SEEN, ret_note->seen, sizeof(ret_note->seen));
}
