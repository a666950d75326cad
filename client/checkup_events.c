/* The events' side of a checkup: the subscription as the platform has it, and what came of it. */
#include <stdio.h>
#include <string.h>

#include "checkup.h"
#include "events.h"
#include "gateway.h"

/* Who may not read the company's calls may not hear of them either. */
static void add_deafness(struct checkup *checkup, const char *seen)
{
    static const char *const causes[] = {"AUTHORIZED_AS_WRONG_USER", "ROLE_LOST_PERMISSIONS",
                                         "APP_SCOPE_MISSING", NULL};
    if (!checkup_fold(checkup, causes, "events", "events: %s", seen))
        checkup_add(checkup, "EVENT_FILTER_DISABLED", "events", LEVEL_DEGRADED, "%s", seen);
}

/* `trouble`: why it could not be replaced, if that was tried. */
static void judge_subscription(struct client *client, struct checkup *checkup,
                               const struct events_state *state, const char *trouble)
{
    const char *const causes[] = {trouble, NULL};
    char until[32] = "";
    if (state->until_ms)
        clock_text(state->until_ms, until);
    if (state->status[0] == '\0' &&
        checkup_fold(checkup, causes, "events", "the one before is gone"))
        return;
    if (state->status[0] == '\0')
        checkup_add(checkup, events_gone(client), "events", LEVEL_DEGRADED,
                    "the platform no longer has the subscription: nothing is delivered");
    else if (strcmp(state->status, "Active") != 0)
        checkup_add(checkup, "WEBHOOK_BLACKLISTED", "events", LEVEL_DEGRADED,
                    "the subscription is %s: %s", state->status, state->reason);
    else if (state->disabled[0])
        add_deafness(checkup, state->disabled);
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
    int64_t dead_ms = checkup->rest.grant.dead_ms;
    bool is_after = dead_ms > 0 && counts.last_ms > dead_ms; /* else they came while it lived */
    if (!checkup->is_oauth_good && is_after && is_recent(client, counts.last_ms))
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

/* Whether what was noted tells of now: another thread or process listens, or the last try to have a
 * subscription failed and there is none. */
static bool is_telling(struct client *client, const struct events_note *note, bool is_active)
{
    bool is_own = client->hook || gateway_is_open(client->gateway) || gateway_lost(client->gateway);
    bool is_late = client_now_ms(client) - note->at_ms > EVENTS_TOLD_MS;
    bool is_refusal = !is_active && note->trouble[0];
    return note->at_ms > 0 && (is_refusal || (!is_own && !is_late));
}

/* What stood in the way then, if it still does; else only that nobody has tried again since. */
static const char *trouble_now(const struct checkup *checkup, const struct events_note *note)
{
    const struct diagnosis *known = diagnosis_find(note->trouble);
    bool is_ours = known && strcmp(known->plane, "events") == 0;
    return is_ours || !checkup->is_oauth_good || checkup_has(checkup, note->trouble)
               ? note->trouble
               : "SUBSCRIPTION_REFUSED";
}

static void judge_note(struct checkup *checkup, const struct events_note *note)
{
    char at[32];
    bool is_well = note->trouble[0] == '\0';
    clock_text(note->at_ms, at);
    checkup_probe(checkup, "events", is_well, "%s", is_well ? "listening" : note->seen);
    if (strcmp(note->trouble, "EVENT_FILTER_DISABLED") == 0)
        add_deafness(checkup, note->seen);
    else if (!is_well)
        checkup_add(checkup, trouble_now(checkup, note), "events", LEVEL_DEGRADED, "%s (%s)",
                    note->seen, at);
}

/* The subscription as the platform has it; false: nobody could be asked. */
static bool read_state(struct checkup *checkup, struct events_state *ret_state)
{
    struct apierr err;
    if (!events_read(&checkup->rest, ret_state, &err)) {
        checkup_refusal(checkup, AT_REST, &err, "subscription", LEVEL_DEGRADED);
        return false;
    }
    checkup_probe(checkup, "subscription", strcmp(ret_state->status, "Active") == 0, "%s",
                  ret_state->status[0] ? ret_state->status : "gone");
    return true;
}

void checkup_events(struct client *client, struct checkup *checkup)
{
    struct events_state state = {0};
    struct events_note note;
    char id[64] = "";
    events_drain(client, client->hook);
    store_fact_get(client->store, "events.id", id, sizeof(id));
    events_note_load(client->store, &note);
    if (id[0] == '\0' && !is_telling(client, &note, false))
        return;
    checkup->planes[PLANE_EVENTS] = STATE_UNKNOWN;
    bool is_heard = id[0] && judge_socket(client, checkup);
    bool is_read = is_heard && checkup->is_oauth_good && read_state(checkup, &state);
    bool is_gone = id[0] == '\0' || (is_read && strcmp(state.status, "Active") != 0);
    if (is_telling(client, &note, !is_gone))
        judge_note(checkup, &note);
    if (is_read) {
        judge_subscription(client, checkup, &state, note.trouble);
        checkup_good(checkup, PLANE_EVENTS);
    }
    if (id[0])
        judge_arrivals(client, checkup);
}
