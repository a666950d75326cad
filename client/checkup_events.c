/* The events' side of a checkup: the subscription as the platform has it, and what came of it. */
#include <stdio.h>
#include <string.h>

#include "checkup.h"
#include "events.h"
#include "gateway.h"

static void judge_subscription(struct client *client, struct checkup *checkup,
                               const struct events_state *state)
{
    char until[32] = "";
    if (state->until_ms)
        clock_text(state->until_ms, until);
    if (state->status[0] == '\0')
        checkup_add(checkup, events_gone(client), "events", LEVEL_DEGRADED,
                    "the platform no longer has the subscription: nothing is delivered");
    else if (strcmp(state->status, "Active") != 0)
        checkup_add(checkup, "WEBHOOK_BLACKLISTED", "events", LEVEL_DEGRADED,
                    "the subscription is %s: %s", state->status, state->reason);
    else if (state->until_ms - client_now_ms(client) < EVENTS_WARN_MS)
        checkup_add(checkup, "SUBSCRIPTION_EXPIRED", "events", LEVEL_ADVICE,
                    "the subscription was not renewed; it ends %s", until);
}

static bool is_recent(struct client *client, int64_t at_ms)
{
    return at_ms != 0 && client_now_ms(client) - at_ms <= EVENTS_TOLD_MS;
}

static void judge_arrivals(struct client *client, struct checkup *checkup)
{
    struct events_counts counts;
    int64_t ghosts, ghost_ms;
    char at[32];
    events_count(client->store, &counts);
    if (client->hook && hook_refused(client->hook) > 0)
        checkup_add(checkup, "WEBHOOK_SECRET_MISMATCH", "events", LEVEL_DEGRADED,
                    "%lld notifications carried another verification token and were refused",
                    (long long)hook_refused(client->hook));
    if (is_recent(client, counts.foreign_ms))
        checkup_add(checkup, "DUPLICATE_SUBSCRIPTIONS", "events", LEVEL_ADVICE,
                    "%lld notifications were of another subscription than ours",
                    (long long)counts.foreign);
    if (!checkup->is_oauth_good && is_recent(client, counts.last_ms))
        checkup_add(checkup, "API_DEAD_EVENTS_ALIVE", "events", LEVEL_ADVICE,
                    "notifications still come although the grant is dead: they will end");
    events_count_ghosts(client->store, &ghosts, &ghost_ms);
    if (is_recent(client, ghost_ms)) {
        clock_text(ghost_ms, at);
        checkup_add(checkup, "GHOST_CALL", "events", LEVEL_ADVICE,
                    "the ends of %lld calls so far were not told, the last missed at %s",
                    (long long)ghosts, at);
    }
    if (!is_recent(client, counts.anomaly_ms))
        return;
    clock_text(counts.anomaly_ms, at);
    checkup_add(checkup, "EVENT_ORDER_ANOMALY", "events", LEVEL_ADVICE,
                "%lld of %lld notifications came late and %lld twice, the last at %s",
                (long long)counts.late, (long long)counts.received, (long long)counts.duplicates,
                at);
}

/* Whether the socket, if one is used, lives; its silence explains what a look at the subscription would find. */
static bool judge_socket(struct client *client, struct checkup *checkup)
{
    if (gateway_is_open(client->gateway))
        gateway_beat(client->gateway);
    const char *lost = gateway_lost(client->gateway);
    if (lost == NULL && !gateway_is_open(client->gateway))
        return true; /* no socket is used */
    checkup_probe(checkup, "socket", lost == NULL, "%s", lost ? lost : "answers");
    if (lost == NULL)
        return true;
    checkup_add(checkup, lost, "events", LEVEL_DEGRADED,
                strcmp(lost, "WS_HALF_OPEN") == 0
                    ? "the socket looks open, and a heartbeat on it stays unanswered"
                    : "the platform's side of the socket has ended");
    return false;
}

/* What another thread or process that listens has noted lately; false: nobody has. */
static bool read_note(struct client *client, struct events_note *ret_note)
{
    events_note_load(client->store, ret_note);
    bool is_own = client->hook || gateway_is_open(client->gateway) || gateway_lost(client->gateway);
    return !is_own && ret_note->at_ms > 0 &&
           client_now_ms(client) - ret_note->at_ms <= EVENTS_TOLD_MS;
}

static void judge_note(struct checkup *checkup, const struct events_note *note)
{
    bool is_well = note->trouble[0] == '\0';
    checkup_probe(checkup, "events", is_well, "%s", is_well ? "listening" : note->seen);
    if (!is_well)
        checkup_add(checkup, note->trouble, "events", LEVEL_DEGRADED, "%s", note->seen);
}

void checkup_events(struct client *client, struct checkup *checkup)
{
    struct events_state state;
    struct events_note note;
    struct apierr err;
    char id[64] = "";
    events_drain(client, client->hook);
    store_fact_get(client->store, "events.id", id, sizeof(id));
    bool is_noted = read_note(client, &note);
    if (id[0] == '\0' && !is_noted)
        return;
    checkup->planes[PLANE_EVENTS] = STATE_UNKNOWN;
    if (is_noted)
        judge_note(checkup, &note);
    if (id[0] == '\0')
        return;
    bool is_heard = judge_socket(client, checkup);
    if (checkup->is_oauth_good && is_heard) {
        if (events_read(&checkup->rest, &state, &err)) {
            checkup_probe(checkup, "subscription", strcmp(state.status, "Active") == 0, "%s",
                          state.status[0] ? state.status : "gone");
            judge_subscription(client, checkup, &state);
            checkup_good(checkup, PLANE_EVENTS);
        } else {
            checkup_refusal(checkup, AT_REST, &err, "subscription", LEVEL_DEGRADED);
        }
    }
    judge_arrivals(client, checkup);
}
