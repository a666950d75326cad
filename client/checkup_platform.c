/* The platform's side of a checkup: last attempt, grant, identity, call log, recordings. */
#include <stdio.h>
#include <string.h>

#include "attempt.h"
#include "calllog.h"
#include "checkup.h"
#include "events.h"
#include "identity.h"
#include "instance.h"
#include "text.h"

/* How long the platform keeps a locked login closed (oauth.md 4.1). */
#define LOCK_MS  (60 * 60 * 1000)
#define FRESH_MS (24 * 60 * 60 * 1000)
/* How long a race that did no harm is told. */
#define RACE_TOLD_MS (24 * 60 * 60 * 1000)

/* The last Authenticate, when it failed. While a good grant lives it is an obstacle ahead; without
 * one it is why nothing works. */
static void check_attempt(struct client *client, struct checkup *checkup)
{
    struct attempt_note note;
    char at[32];
    attempt_load(client->store, &note);
    if (note.error[0] == '\0')
        return;
    struct apierr err = {.status = note.status};
    text_copy(err.code, sizeof(err.code), note.code);
    text_copy(err.error, sizeof(err.error), note.error);
    const char *name = diagnosis_of(AT_SIGN_IN, err.status, err.code, err.error, ALWAYS);
    if (name && strcmp(name, "SERVICE_ACCOUNT_LOCKED") == 0 &&
        client_now_ms(client) >= note.at_ms + LOCK_MS)
        return;
    enum level level = checkup->is_oauth_good ? LEVEL_DEGRADED : LEVEL_BROKEN;
    clock_text(note.at_ms, at);
    checkup_add(checkup, name ? name : "SIGN_IN_REFUSED", "oauth", level,
                "the last Authenticate (%s) ended with %s%s%s", at, note.error,
                note.code[0] ? " " : "", note.code);
    if (name && strcmp(name, "SERVICE_ACCOUNT_LOCKED") == 0) {
        clock_text(note.at_ms + LOCK_MS, at);
        checkup_add(checkup, name, "oauth", level, "locked until about %s", at);
        /* A lock may end grants, and stands before every cure of one that ended otherwise. */
        checkup_absorb(checkup, name, "GRANT_INVALIDATED_BY_PASSWORD_CHANGE");
    }
    if (name && strcmp(name, "INTERACTIVE_LOGIN_BLOCKED_BY_POLICY") == 0)
        checkup_absorb(checkup, name, "GRANT_INVALIDATED_BY_PASSWORD_CHANGE");
}

/* The form's grant that nobody saved yet. */
static void check_pending(struct client *client, struct checkup *checkup)
{
    struct grant pending;
    char who[160], account[32] = "";
    checkup->has_pending_grant = store_grant_load(client->store, SLOT_PENDING, &pending);
    if (!checkup->has_pending_grant)
        return;
    checkup_add(checkup, "GRANT_PENDING_SAVE", "oauth",
                checkup->has_live_grant ? LEVEL_DEGRADED : LEVEL_BROKEN,
                "%s authorized, but it was not saved",
                identity_text(pending.owner_name, pending.owner_extension, who, sizeof(who)));
    store_fact_get(client->store, "service.account", account, sizeof(account));
    if (!identity_is_of(client, &pending, account))
        checkup_add(checkup, "AUTHORIZED_AS_WRONG_USER", "oauth", LEVEL_DEGRADED,
                    "the grant that waits for Save is of another account than the one connected");
}

static void check_nothing_saved(struct client *client, struct checkup *checkup)
{
    struct settings settings;
    if (checkup->count > 0)
        return; /* an attempt or a pending grant says more */
    if (checkup->rest.settings.client_id[0] ||
        store_settings_load(client->store, SLOT_PENDING, &settings))
        checkup_add(checkup, "NOT_AUTHENTICATED", "oauth", LEVEL_BROKEN, "there is no saved grant");
    else
        checkup_add(checkup, "NOT_CONFIGURED", "oauth", LEVEL_BROKEN,
                    "the store holds no settings");
}

/* Names why the grant does not open the API. The refresh's answer counts more than the 401 before
 * it: that is what says whether a person is needed. */
static void explain_refusal(struct checkup *checkup, const struct apierr *err)
{
    const struct rest *rest = &checkup->rest;
    char first[300];
    bool was_tried = rest->has_refresh_failed && rest->client->refresh != REFRESH_OFF &&
                     rest->grant.refresh_token[0];
    apierr_text(err, first, sizeof(first));
    const char *at_rest = diagnosis_of(AT_REST, err->status, err->code, err->error, ALWAYS);
    if (rest->grant.access_token[0] == '\0' || !grant_is_whole(&rest->grant)) {
        checkup_add(checkup, "STORED_TOKEN_CORRUPT", "oauth", LEVEL_BROKEN, "%s",
                    rest->grant.access_token[0] ? "the stored token pair is not the one that came"
                                                : "the saved grant holds no token");
        return;
    }
    if (rest->is_copy)
        return; /* check_copy says so */
    if (at_rest && strcmp(at_rest, "STORED_TOKEN_CORRUPT") == 0) {
        /* Corrupt is not expired: what a refresh with it says counts for nothing (F030). */
        checkup_refusal(checkup, AT_REST, err, "extension/~", LEVEL_BROKEN);
        return;
    }
    if (!rest->has_refresh_failed) {
        checkup_refusal(checkup, AT_REST, err, "extension/~", LEVEL_BROKEN);
    } else if (was_tried) {
        checkup_refusal(checkup, AT_REFRESH, &rest->refresh_err, "refresh", LEVEL_BROKEN);
        if (err->status == 401)
            checkup_add(checkup, checkup->findings[checkup->count - 1].diagnosis, "oauth",
                        checkup->findings[checkup->count - 1].level, "before it extension/~: %s",
                        first);
    } else if (rest->grant.refresh_token[0] == '\0') {
        checkup_add(checkup, "NO_REFRESH_TOKEN_ISSUED", "oauth", LEVEL_BROKEN,
                    "extension/~: %s, and the grant came without a refresh token", first);
    } else {
        checkup_refusal(checkup, AT_REST, err, "extension/~", LEVEL_BROKEN);
    }
    char text[32];
    if (was_tried && checkup->count > 0 && rest->grant.refresh_until_ms) {
        const struct finding *found = &checkup->findings[checkup->count - 1];
        clock_text(rest->grant.refresh_until_ms, text);
        checkup_add(checkup, found->diagnosis, "oauth", found->level,
                    "the refresh token's nominal end is %s", text);
    }
}

/* The grant of another installation, whose store this one was copied from: refreshing it here would end
 * it there (failures.md F033). */
static void check_copy(struct client *client, struct checkup *checkup)
{
    if (!checkup->has_live_grant || client_is_weak(client, WEAK_NO_INSTANCE_CHECK) ||
        instance_is_ours(client))
        return;
    checkup_add(checkup, "GRANT_USED_BY_CLONE", "oauth",
                checkup->is_oauth_good ? LEVEL_DEGRADED : LEVEL_BROKEN,
                "the grant was given to a store in another place or on another machine; it is not "
                "refreshed here");
}

/* Another process had the pair renewed behind our lock, and ours was found in time. */
static void check_race(struct client *client, struct checkup *checkup)
{
    char at[32];
    int64_t raced_ms = rest_raced_ms(&checkup->rest);
    if (raced_ms == 0 || client_now_ms(client) - raced_ms > RACE_TOLD_MS)
        return;
    clock_text(raced_ms, at);
    checkup_add(checkup, "REFRESH_RACE_LOST", "oauth", LEVEL_ADVICE,
                "at %s another process had refreshed first; its newer pair was taken", at);
}

/* An owner who never was the administrator is the wrong person; one who was has lost the role. */
static const char *role_diagnosis(struct client *client, const struct checkup *checkup,
                                  const struct identity *identity)
{
    char owner[32] = "";
    store_fact_get(client->store, "service.owner", owner, sizeof(owner));
    bool was_admin = checkup->rest.grant.was_admin || strcmp(owner, identity->owner_id) == 0;
    return was_admin ? "ROLE_LOST_PERMISSIONS" : "AUTHORIZED_AS_WRONG_USER";
}

static void check_identity(struct client *client, struct checkup *checkup,
                           const struct identity *identity)
{
    const struct settings *settings = &checkup->rest.settings;
    char who[160], account[32] = "";
    identity_text(identity->name, identity->extension, who, sizeof(who));
    store_fact_get(client->store, "service.account", account, sizeof(account));
    if (account[0] && identity->account_id[0] && strcmp(account, identity->account_id) != 0)
        checkup_add(checkup, "AUTHORIZED_AS_WRONG_USER", "oauth", LEVEL_BROKEN,
                    "%s belongs to another account than the one connected before", who);
    else if (identity->has_profile && !identity->is_admin)
        checkup_add(checkup, role_diagnosis(client, checkup, identity), "rest", LEVEL_BROKEN,
                    "%s lacks %s", who, identity->missing);
    else if (identity->has_profile && identity->missing[0])
        checkup_add(checkup, role_diagnosis(client, checkup, identity), "rest", LEVEL_DEGRADED,
                    "%s lacks %s", who, identity->missing);
    if (identity->brand_id[0] && strcmp(identity->brand_id, settings->brand) != 0)
        checkup_add(checkup, "BRAND_MISMATCH", "oauth", LEVEL_DEGRADED,
                    "the account's brand is %s, the settings say %s", identity->brand_id,
                    settings->brand);
}

static void check_scopes(struct checkup *checkup)
{
    char missing[200];
    bool with_recording = strcmp(checkup->rest.settings.recording, "yes") == 0;
    identity_missing_scopes(&checkup->rest.grant, with_recording, missing, sizeof(missing));
    checkup_probe(checkup, "scopes", missing[0] == '\0', "%s%s", missing[0] ? "lacking: " : "all",
                  missing);
    if (missing[0] == '\0')
        return;
    bool is_minor = strcmp(missing, "ReadCallRecording") == 0;
    checkup_add(checkup, "APP_SCOPE_MISSING", is_minor ? "recording" : "rest",
                is_minor ? LEVEL_DEGRADED : LEVEL_BROKEN, "the granted scope lacks %s", missing);
}

static void check_call_log(struct client *client, struct checkup *checkup,
                           const struct identity *identity)
{
    struct apierr err;
    char until[32], text[300];
    int64_t until_ms = rest_blocked_until(&checkup->rest, "heavy");
    if (until_ms) {
        /* Knocking now would only restart the penalty. One 429 whose time is kept is no trap. */
        clock_text(until_ms, until);
        if (rest_knocks(&checkup->rest, "heavy") < 2)
            return;
        checkup_add(
            checkup, "RATE_LIMIT_TRAP", "rest", LEVEL_DEGRADED,
            "the call log answered 429 %d times in a row, each inside the penalty of the one "
            "before; its group is closed until %s",
            rest_knocks(&checkup->rest, "heavy"), until);
        return;
    }
    cJSON *page = rest_get(&checkup->rest, "/restapi/v1.0/account/~/call-log?view=Simple&perPage=1",
                           "heavy", &err);
    checkup_probe(checkup, "call log", page != NULL, "%s",
                  page ? "200" : apierr_text(&err, text, sizeof(text)));
    if (page == NULL && err.status != 429) {
        const char *name = diagnosis_of(AT_CALL_LOG, err.status, err.code, err.error, ALWAYS);
        if (name && strcmp(name, "ROLE_LOST_PERMISSIONS") == 0)
            checkup_add(checkup, role_diagnosis(client, checkup, identity), "rest", LEVEL_BROKEN,
                        "account call log: %s%s%s", apierr_text(&err, text, sizeof(text)),
                        err.permission[0] ? " " : "", err.permission);
        else
            checkup_refusal(checkup, AT_CALL_LOG, &err, "account call log", LEVEL_BROKEN);
    }
    cJSON_Delete(page);
}

/* A sync token that was given up lately: told, but nothing to do. */
static void check_sync_token(struct client *client, struct checkup *checkup)
{
    char why[64] = "", at[32];
    int64_t at_ms = store_fact_int(client->store, CALLLOG_RESET_MS, 0);
    if (at_ms == 0 || client_now_ms(client) - at_ms > EVENTS_TOLD_MS ||
        !store_fact_get(client->store, CALLLOG_RESET, why, sizeof(why)))
        return;
    clock_text(at_ms, at);
    checkup_add(checkup, why, "rest", LEVEL_ADVICE,
                "the platform no longer took the call log's sync token at %s; it was read by dates",
                at);
}

/* When the call log was last read to its end: what is older than a day is a hole to come. */
static void check_freshness(struct client *client, struct checkup *checkup)
{
    char at[32];
    int64_t mark_ms = store_fact_int(client->store, CALLLOG_MARK, 0);
    if (mark_ms == 0)
        return; /* never: there is nothing to be stale */
    check_sync_token(client, checkup);
    clock_text(mark_ms, at);
    bool is_fresh = client_now_ms(client) - mark_ms <= FRESH_MS;
    checkup_probe(checkup, "call log freshness", is_fresh, "read to its end at %s", at);
    if (!is_fresh)
        checkup_add(checkup, "UNFILLED_GAP", "rest", LEVEL_ADVICE,
                    "the call log was last read to its end at %s", at);
}

/* Some wait for their file: told, but nothing to do. */
static void check_pending_recordings(struct client *client, struct checkup *checkup)
{
    int64_t next_ms;
    char next[32];
    int pending = store_recording_count(client->store, "pending", &next_ms);
    if (pending == 0)
        return;
    clock_text(next_ms, next);
    checkup_add(checkup, "RECORDING_PENDING", "recording", LEVEL_ADVICE,
                "%d known to the call log and answered 404; asked for again from %s", pending,
                next);
}

static void check_recording(struct client *client, struct checkup *checkup,
                            const struct identity *identity)
{
    char id[64], path[160];
    struct apierr err;
    if (strcmp(checkup->rest.settings.recording, "yes") != 0) {
        checkup->planes[PLANE_RECORDING] = STATE_NOT_USED;
        return;
    }
    if (identity->recording_off[0]) {
        /* Enable Recording is one switch, the platform's policy the other. */
        checkup_add(checkup, "RECORDING_DISABLED_AT_PLATFORM", "recording", LEVEL_DEGRADED,
                    "Enable Recording is Yes, and the account's features are off: %s",
                    identity->recording_off);
        return;
    }
    check_pending_recordings(client, checkup);
    if (!store_recording_newest(client->store, id, sizeof(id)) ||
        rest_blocked_until(&checkup->rest, "heavy"))
        return; /* nothing to try yet */
    snprintf(path, sizeof(path), "/restapi/v1.0/account/~/recording/%s", id);
    cJSON *recording = rest_get(&checkup->rest, path, "heavy", &err);
    checkup_probe(checkup, "recording", recording || err.status == 404, "HTTP %d",
                  recording ? 200 : err.status);
    if (recording)
        checkup_good(checkup, PLANE_RECORDING);
    else if (err.status != 404) /* purged by retention, or not ready: says nothing of the plane */
        checkup_refusal(checkup, AT_RECORDING, &err, "recording", LEVEL_DEGRADED);
    cJSON_Delete(recording);
}

void checkup_platform(struct client *client, bool with_refresh, struct checkup *checkup)
{
    struct identity identity;
    struct apierr err = {0};
    char text[300];
    checkup->has_live_grant = rest_open(client, SLOT_LIVE, &checkup->rest);
    checkup->rest.is_probing = true;
    if (checkup->has_live_grant && with_refresh)
        checkup_probe(checkup, "refresh", rest_refresh(&checkup->rest), "%s",
                      checkup->rest.has_refresh_failed
                          ? apierr_text(&checkup->rest.refresh_err, text, sizeof(text))
                          : "exchanged");
    if (checkup->has_live_grant)
        checkup->is_oauth_good = identity_probe(&checkup->rest, &identity, &err);
    if (checkup->has_live_grant)
        checkup_probe(checkup, "oauth", checkup->is_oauth_good, "extension/~: %s",
                      checkup->is_oauth_good ? "200" : apierr_text(&err, text, sizeof(text)));
    if (checkup->has_live_grant && !checkup->is_oauth_good)
        explain_refusal(checkup, &err);
    if (checkup->is_oauth_good) {
        if (checkup->rest.grant.refresh_token[0] == '\0')
            checkup_add(checkup, "NO_REFRESH_TOKEN_ISSUED", "oauth", LEVEL_DEGRADED,
                        "the grant has no refresh token: it ends with its access token");
        else if (checkup->rest.has_refresh_failed && !checkup->rest.is_copy)
            checkup_refusal(checkup, AT_REFRESH, &checkup->rest.refresh_err,
                            "refresh (the access token still works)", LEVEL_DEGRADED);
        if (checkup->rest.grant.refresh_token[0] && !checkup->rest.is_refreshed)
            checkup->unproven_since_ms = checkup->rest.grant.issued_ms;
        checkup_probe(checkup, "identity", identity.is_admin, "%s%s%s", identity.name,
                      identity.missing[0] ? " lacks " : "", identity.missing);
        check_race(client, checkup);
        check_scopes(checkup);
        check_identity(client, checkup, &identity);
        check_call_log(client, checkup, &identity);
        check_freshness(client, checkup);
        check_recording(client, checkup, &identity);
        checkup_good(checkup, PLANE_OAUTH);
        checkup_good(checkup, PLANE_REST);
    }
    check_copy(client, checkup);
    check_attempt(client, checkup);
    check_pending(client, checkup);
    if (!checkup->has_live_grant)
        check_nothing_saved(client, checkup);
}
