/* The handsets' side of a checkup: who is refused, and who is forgotten. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checkup_sip.h"
#include "events.h"
#include "phone.h"
#include "text.h"

#define THE_SAME "the same secret"
#define ANOTHER  "another secret"
#define SWAPPED  "another authorization id: the one used is its user name"
#define IS_APP   "another type of device there"

/* Asking the platform for each refused handset's credentials has its own rate limit, and each handset
 * that gets no answer costs the time of waiting for one. */
#define COMPARED_MAX 8
#define IGNORED_MAX  3

/* What the platform says of a refused handset, against what was used: a refusal of the right secret
 * has another cause (failures.md F102, F105). Empty when nobody can say. */
static const char *compare(struct checkup *checkup, const struct handset *handset, int *compared)
{
    struct handset now = {0};
    struct apierr err;
    char path[160];
    if (!checkup->is_oauth_good || ++*compared > COMPARED_MAX)
        return "";
    snprintf(path, sizeof(path), "/restapi/v1.0/account/~/device/%s", handset->device_id);
    cJSON *device = rest_get(&checkup->rest, path, "light", &err);
    const cJSON *lines = json_at(device, "phoneLines");
    bool has_no_line = cJSON_IsArray(lines) && cJSON_GetArraySize(lines) == 0;
    bool is_app = device && strcmp(json_text(device, "type", "OtherPhone"), "OtherPhone") != 0;
    cJSON_Delete(device);
    if (is_app)
        return IS_APP;
    if (has_no_line)
        return "no line";
    if (!handsets_sip_info(&checkup->rest, handset->device_id, &now, NULL, &err))
        return err.status == 404 ? "no such device" : "";
    bool is_same = strcmp(now.password, handset->password) == 0 &&
                   strcmp(now.auth_id, handset->auth_id) == 0 &&
                   strcmp(now.username, handset->username) == 0;
    bool is_swapped =
        strcmp(now.auth_id, handset->auth_id) != 0 && strcmp(now.username, handset->auth_id) == 0;
    explicit_bzero(&now, sizeof(now));
    return is_same ? THE_SAME : is_swapped ? SWAPPED : ANOTHER;
}

/* A closed account refuses every handset, a disabled service user its own. */
static bool is_explained(struct checkup *checkup, const struct handset *handset, const char *said)
{
    static const char *const account[] = {"ACCOUNT_SUSPENDED", NULL};
    static const char *const user[] = {"SERVICE_USER_DISABLED", NULL};
    if (checkup_fold(checkup, account, "handset", "ext %s: %s", handset->extension, said))
        return true;
    return strcmp(handset->extension_id, checkup->rest.grant.owner_id) == 0 &&
           checkup_fold(checkup, user, "handset", "its own handset: %s", said);
}

/* One refused handset: by its code, unless the domain it uses is not the platform's, which
 * explains every refusal. */
static void judge_refusal(struct checkup *checkup, const struct sip_look *look,
                          const struct handset *handset, const struct sipua_result *result,
                          enum level level, int *compared)
{
    char said[64], user[80];
    struct hostport domain = {0};
    const char *provisioned = look->provisioned.domain;
    sipua_text(result, said, sizeof(said));
    text_masked(handset->username, user, sizeof(user));
    /* Without the API the proxy's own realm tells the domain it serves. */
    if (look_is_foreign(&checkup->rest.settings, provisioned[0] ? provisioned : result->realm,
                        &domain)) {
        if (provisioned[0] == '\0')
            checkup_add(checkup, "SIP_DOMAIN_INVALID", "sip.primary", LEVEL_BROKEN,
                        "SIP Domain is %s, the proxy's realm is %s", domain.host, result->realm);
        checkup_add(checkup, "SIP_DOMAIN_INVALID", "sip.primary", LEVEL_BROKEN, "ext %s: %s",
                    handset->extension, said);
        return;
    }
    if (result->status == 403 && is_explained(checkup, handset, said))
        return;
    const char *name = diagnosis_of(AT_REGISTER, result->status, "", "", ALWAYS);
    const char *platform = "";
    if (look_is_ignored(result) || result->status == 401 || result->status == 403 ||
        result->status == 404)
        platform = compare(checkup, handset, compared);
    /* Refused before any secret was asked for, or not because of it. */
    if (result->status == 403 && (!result->has_answered || strncmp(platform, "no ", 3) == 0 ||
                                  strcmp(platform, THE_SAME) == 0))
        name = "SIP_LINE_REMOVED";
    if (strcmp(platform, IS_APP) == 0)
        name = "DEVICE_TYPE_UNSUPPORTED";
    else if (strcmp(platform, SWAPPED) == 0 ||
             (*platform == '\0' && result->has_answered &&
              strcmp(handset->auth_id, handset->username) == 0)) /* they are two things */
        name = "SIP_AUTH_ID_MISMATCH";
    else if (strcmp(platform, ANOTHER) == 0)
        name =
            "SIP_SECRET_REJECTED"; /* however it was refused: a registrar may ban, or not answer */
    checkup_add(checkup, name ? name : "REGISTRATION_REFUSED", "handset", level,
                "ext %s, user %s: %s%s%s", handset->extension, user, said,
                *platform ? "; the platform has " : "", platform);
}

/* What we believe to be registered, the registrar no longer has (failures.md F108). */
static void judge_silence(struct client *client, struct checkup *checkup,
                          const struct handset *handset, enum route asked, bool is_provisioned,
                          const struct sipua_result *result)
{
    char at[32];
    /* Asked where it registered: whether proxies share a registrar is the platform's matter. */
    bool believes =
        strcmp(handset->used, route_text(asked)) == 0 && client_now_ms(client) < handset->until_ms;
    if (!believes || result->trouble != SIPUA_ANSWERED || result->status != 200 ||
        result->contacts > 0 || client_is_weak(client, WEAK_TRUST_REGISTRATION))
        return;
    clock_text(handset->registered_ms, at);
    /* An address the platform has left may still answer, and knows nobody. */
    static const char *const left[] = {"OUTBOUND_PROXY_DRIFT", NULL};
    if (!is_provisioned && checkup_fold(checkup, left, "handset", "ext %s is not registered there",
                                        handset->extension))
        return;
    checkup_add(checkup, "REGISTRATION_LOST", "handset", LEVEL_DEGRADED,
                "ext %s registered at %s, and the proxy lists no contact of it", handset->extension,
                at);
}

static bool is_refused(const struct sipua_result *result)
{
    return look_is_ignored(result) ||
           (result->trouble == SIPUA_ANSWERED && result->status / 100 != 2);
}

/* What a phone of ours met when it called, lately. */
static void judge_calls(struct client *client, struct checkup *checkup)
{
    char at[32];
    int64_t at_ms = store_fact_int(client->store, PHONE_REFUSED_MS, 0);
    if (at_ms == 0 || client_now_ms(client) - at_ms > EVENTS_TOLD_MS)
        return;
    clock_text(at_ms, at);
    checkup_add(checkup, "OUTBOUND_CALLS_BLOCKED", "handset", LEVEL_DEGRADED,
                "the last call, at %s, was refused with SIP 403 though its handset is registered",
                at);
}

void checkup_handsets(struct client *client, struct checkup *checkup,
                      const struct settings *settings, struct sip_look *look)
{
    const struct proxy_look *active = look->proxies[0].is_up   ? &look->proxies[0]
                                      : look->proxies[1].is_up ? &look->proxies[1]
                                                               : NULL;
    int refused = 0, ignored = 0, on_secondary = 0, compared = 0;
    struct sipua_result *results = xcalloc((size_t)look->count, sizeof(*results));
    bool goes_on = active != NULL;
    for (int i = 0; goes_on && i < look->count; i++) {
        if (i == 0)
            results[i] = active->result; /* asked already */
        else
            handsets_send(client, settings, &look->handsets[i], SIPUA_FETCH, &active->at,
                          &results[i]);
        refused += is_refused(&results[i]);
        ignored += look_is_ignored(&results[i]);
        /* A proxy that falls silent now would cost its silence once per handset. */
        goes_on =
            look_is_ignored(&results[i]) ? ignored < IGNORED_MAX : !failover_is_reason(&results[i]);
    }
    for (int i = 0; i < look->count; i++) {
        on_secondary += strcmp(look->handsets[i].used, "secondary") == 0;
        if (active && is_refused(&results[i]))
            judge_refusal(checkup, look, &look->handsets[i], &results[i],
                          refused == look->count ? LEVEL_BROKEN : LEVEL_DEGRADED, &compared);
        if (active)
            judge_silence(client, checkup, &look->handsets[i],
                          active == &look->proxies[0] ? ROUTE_PRIMARY : ROUTE_SECONDARY,
                          active->is_provisioned, &results[i]);
    }
    free(results);
    judge_calls(client, checkup);
    bool is_missed = look->proxies[0].is_up && look->proxies[0].is_provisioned;
    if (on_secondary > 0)
        checkup_add(checkup, "RUNNING_ON_SECONDARY", "sip.secondary",
                    is_missed ? LEVEL_DEGRADED : LEVEL_ADVICE,
                    "%d of %d handsets were last registered through the secondary%s", on_secondary,
                    look->count, is_missed ? "; the primary answers" : "");
    if (active && look->count > 0)
        checkup_good(checkup, PLANE_HANDSET);
    else if (look->count > 0) {
        checkup->planes[PLANE_HANDSET] = STATE_BAD;
        text_copy(checkup->reasons[PLANE_HANDSET], sizeof(checkup->reasons[0]),
                  checkup->reasons[PLANE_SIP_PRIMARY]);
    }
}
