/* status: API Auth Status. */
#include <stdlib.h>
#include <string.h>

#include "checkup.h"
#include "command.h"
#include "identity.h"
#include "text.h"

const struct option status_options[] = {
    {"stored", NULL, NULL, "from the last probes, without asking anybody, and how old they are"},
    {"probe_seconds", NULL, "N", "how old they may be with --stored (default 60)"},
    {0},
};

const char status_help[] =
    "Shows API Auth Status. The good profile (default) probes: one word for the whole, and the\n"
    "health of each plane (oauth, rest, events, recording, sip.primary, sip.secondary, handset)\n"
    "with the time of its last good probe and the reason when it is bad. The naive profile asks\n"
    "nobody and says what was last stored: Authenticated because a row exists.\n"
    "With --stored it asks nobody either, but says how old its knowledge is: STATUS_NOT_LIVE once\n"
    "the last probe is older than a probe period.\n"
    "\n"
    "Exit: 0 Authenticated, 1 anything else.\n";

static const char *const state_names[] = {
    [STATE_UNKNOWN] = "unknown",
    [STATE_GOOD] = "good",
    [STATE_BAD] = "bad",
    [STATE_NOT_USED] = "not used",
};

static void put_owner(struct call *call, const struct grant *grant)
{
    char who[200];
    json_put(call->result, "owner",
             identity_text(grant->owner_name, grant->owner_extension, who, sizeof(who)));
}

static int naive_status(struct call *call)
{
    struct grant grant;
    struct store *store = call->client->store;
    bool is_there =
        store_grant_load(store, SLOT_PENDING, &grant) || store_grant_load(store, SLOT_LIVE, &grant);
    json_put(call->result, "api_auth", is_there ? "Authenticated" : "Not Authenticated");
    json_put(call->result, "profile", "naive");
    if (is_there)
        put_owner(call, &grant);
    cJSON_AddObjectToObject(call->result, "planes");
    return is_there ? EXIT_OK : EXIT_NEGATIVE;
}

static void put_plane(struct call *call, cJSON *planes, const struct checkup *checkup,
                      enum plane plane)
{
    struct probe probe = {0};
    cJSON *object = cJSON_AddObjectToObject(planes, plane_name(plane));
    store_probe_load(call->client->store, plane_name(plane), &probe);
    json_put(object, "state", state_names[checkup->planes[plane]]);
    json_put_time(object, "last_good", probe.good_ms);
    json_put(object, "reason", checkup->reasons[plane][0] ? checkup->reasons[plane] : NULL);
}

/* Words for what the store knows: good until a probe said otherwise, or none was made in time. */
static int stored_status(struct call *call)
{
    struct store *store = call->client->store;
    struct grant grant;
    char why[200], word[160] = "Not Authenticated";
    long probe_s;
    if (!args_int(call->args, "probe_seconds", 1, 86400, 60, &probe_s, why, sizeof(why)))
        return call_fail(call, EXIT_USAGE, "%s", why);
    bool is_there = store_grant_load(store, SLOT_LIVE, &grant);
    struct probe probe = {0}, worst = {.is_ok = true};
    const char *worst_plane = NULL;
    int64_t last_ms = 0;
    cJSON *planes = cJSON_AddObjectToObject(call->result, "planes");
    for (int plane = 0; plane < PLANE_COUNT; plane++) {
        if (!store_probe_load(store, plane_name((enum plane)plane), &probe))
            continue;
        cJSON *object = cJSON_AddObjectToObject(planes, plane_name((enum plane)plane));
        json_put(object, "state", probe.is_ok ? "good" : "bad");
        json_put_time(object, "last_probe", probe.at_ms);
        json_put_time(object, "last_good", probe.good_ms);
        json_put(object, "reason", probe.reason[0] ? probe.reason : NULL);
        last_ms = probe.at_ms > last_ms ? probe.at_ms : last_ms;
        if (!probe.is_ok && worst.is_ok) {
            worst = probe;
            worst_plane = plane_name((enum plane)plane);
        }
    }
    bool is_old = client_now_ms(call->client) - last_ms > probe_s * 1000 &&
                  !client_is_weak(call->client, WEAK_STATUS_CACHED);
    const struct diagnosis *known = worst.is_ok ? NULL : diagnosis_find(worst.reason);
    if (is_there && is_old)
        snprintf(word, sizeof(word),
                 "Authenticated \xe2\x80\x93 degraded (oauth: STATUS_NOT_LIVE)");
    else if (is_there && known && known->needs_reconnect)
        snprintf(word, sizeof(word), "Reconnect needed (%s)", worst.reason);
    else if (is_there && worst_plane)
        snprintf(word, sizeof(word), "Authenticated \xe2\x80\x93 degraded (%s: %s)", worst_plane,
                 worst.reason);
    else if (is_there)
        text_copy(word, sizeof(word), "Authenticated");
    explicit_bzero(&grant, sizeof(grant));
    json_put(call->result, "api_auth", word);
    json_put(call->result, "profile", "good");
    json_put_time(call->result, "last_probe", last_ms);
    if (is_there && is_old)
        json_put(call->result, "remedy", diagnosis_find("STATUS_NOT_LIVE")->remedy);
    return strcmp(word, "Authenticated") == 0 ? EXIT_OK : EXIT_NEGATIVE;
}

int cmd_status(struct call *call)
{
    char word[160];
    if (call->client->profile == PROFILE_NAIVE)
        return naive_status(call);
    if (args_has(call->args, "stored"))
        return stored_status(call);
    struct checkup *checkup = xcalloc(1, sizeof(*checkup));
    checkup_run(call->client, false, checkup);
    checkup_word(checkup, word, sizeof(word));
    json_put(call->result, "api_auth", word);
    json_put(call->result, "profile", "good");
    if (checkup->has_live_grant)
        put_owner(call, &checkup->rest.grant);
    cJSON_AddBoolToObject(call->result, "unsaved", checkup->has_pending_grant);
    cJSON *planes = cJSON_AddObjectToObject(call->result, "planes");
    for (int plane = 0; plane < PLANE_COUNT; plane++)
        put_plane(call, planes, checkup, (enum plane)plane);
    bool is_good = strcmp(word, "Authenticated") == 0;
    explicit_bzero(checkup, sizeof(*checkup));
    free(checkup);
    return is_good ? EXIT_OK : EXIT_NEGATIVE;
}

void show_status(const cJSON *result, FILE *out)
{
    const cJSON *plane;
    if (!json_at(result, "api_auth"))
        return; /* refused before it began */
    fprintf(out, "API Auth Status: %s\n", json_text(result, "api_auth", "?"));
    if (json_text(result, "owner", NULL))
        fprintf(out, "Authorized by %s\n", json_text(result, "owner", "?"));
    if (json_is_true(result, "unsaved"))
        fprintf(out, "A newer authorization waits for Save.\n");
    cJSON_ArrayForEach(plane, json_at(result, "planes"))
    {
        fprintf(out, "  %-14s %-9s last good %s%s%s\n", plane->string,
                json_text(plane, "state", "?"), json_text(plane, "last_good", "never"),
                json_text(plane, "reason", NULL) ? "  " : "", json_text(plane, "reason", ""));
    }
}
