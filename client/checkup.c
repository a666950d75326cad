/* Findings and planes; see checkup.h. */
#include "checkup.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

static const char *const plane_names[PLANE_COUNT] = {
    [PLANE_OAUTH] = "oauth",
    [PLANE_REST] = "rest",
    [PLANE_EVENTS] = "events",
    [PLANE_RECORDING] = "recording",
    [PLANE_SIP_PRIMARY] = "sip.primary",
    [PLANE_SIP_SECONDARY] = "sip.secondary",
    [PLANE_HANDSET] = "handset",
};

const char *plane_name(enum plane plane)
{
    return plane_names[plane];
}

static void mark_bad(struct checkup *checkup, const char *plane, const char *diagnosis)
{
    for (int i = 0; i < PLANE_COUNT; i++) {
        if (strcmp(plane_names[i], plane) != 0 || checkup->planes[i] == STATE_BAD)
            continue;
        checkup->planes[i] = STATE_BAD;
        text_copy(checkup->reasons[i], sizeof(checkup->reasons[i]), diagnosis);
    }
}

static struct finding *find(struct checkup *checkup, const char *diagnosis)
{
    for (int i = 0; i < checkup->count; i++) {
        if (strcmp(checkup->findings[i].diagnosis, diagnosis) == 0)
            return &checkup->findings[i];
    }
    return NULL;
}

bool checkup_has(const struct checkup *checkup, const char *diagnosis)
{
    for (int i = 0; i < checkup->count; i++) {
        if (strcmp(checkup->findings[i].diagnosis, diagnosis) == 0)
            return true;
    }
    return false;
}

static void join(struct finding *finding, const char *evidence)
{
    size_t len = strlen(finding->evidence);
    snprintf(finding->evidence + len, sizeof(finding->evidence) - len, "; %s", evidence);
}

void checkup_add(struct checkup *checkup, const char *diagnosis, const char *plane,
                 enum level level, const char *fmt, ...)
{
    char evidence[320];
    va_list args;
    va_start(args, fmt);
    vsnprintf(evidence, sizeof(evidence), fmt, args);
    va_end(args);
    if (level > LEVEL_ADVICE)
        mark_bad(checkup, plane, diagnosis);
    struct finding *finding = find(checkup, diagnosis);
    if (finding) {
        join(finding, evidence);
        finding->level = level > finding->level ? level : finding->level;
    } else if (checkup->count < FINDINGS_MAX) {
        finding = &checkup->findings[checkup->count++];
        *finding = (struct finding){.level = level, .plane = plane};
        text_copy(finding->diagnosis, sizeof(finding->diagnosis), diagnosis);
        text_copy(finding->evidence, sizeof(finding->evidence), evidence);
    }
}

bool checkup_fold(struct checkup *checkup, const char *const *causes, const char *plane,
                  const char *fmt, ...)
{
    char evidence[320];
    va_list args;
    va_start(args, fmt);
    vsnprintf(evidence, sizeof(evidence), fmt, args);
    va_end(args);
    for (; *causes; causes++) {
        struct finding *cause = find(checkup, *causes);
        if (cause == NULL)
            continue;
        join(cause, evidence);
        mark_bad(checkup, plane, *causes);
        return true;
    }
    return false;
}

void checkup_absorb(struct checkup *checkup, const char *cause, const char *effect)
{
    struct finding *to = find(checkup, cause), *from = find(checkup, effect);
    if (to == NULL || from == NULL || to == from)
        return;
    join(to, from->evidence);
    to->level = from->level > to->level ? from->level : to->level;
    for (int i = 0; i < PLANE_COUNT; i++) {
        if (strcmp(checkup->reasons[i], effect) == 0)
            text_copy(checkup->reasons[i], sizeof(checkup->reasons[i]), cause);
    }
    *from = checkup->findings[--checkup->count];
}

void checkup_probe(struct checkup *checkup, const char *name, bool is_ok, const char *fmt, ...)
{
    if (checkup->probe_count == PROBES_MAX)
        return;
    struct probing *probe = &checkup->probes[checkup->probe_count++];
    *probe = (struct probing){.name = name, .is_ok = is_ok};
    va_list args;
    va_start(args, fmt);
    vsnprintf(probe->seen, sizeof(probe->seen), fmt, args);
    va_end(args);
}

void checkup_good(struct checkup *checkup, enum plane plane)
{
    if (checkup->planes[plane] != STATE_BAD)
        checkup->planes[plane] = STATE_GOOD;
}

void checkup_refusal(struct checkup *checkup, enum symptom_of at, const struct apierr *err,
                     const char *what, enum level level)
{
    char text[300];
    enum condition life =
        at == AT_REFRESH ? rest_condition(&checkup->rest)
        : checkup->rest.grant.refresh_until_ms > client_now_ms(checkup->rest.client)
            ? WITHIN_REFRESH_LIFE
            : PAST_REFRESH_LIFE;
    const char *name = diagnosis_of(at, err->status, err->code, err->error, life);
    const struct diagnosis *known = name ? diagnosis_find(name) : NULL;
    const char *plane = at == AT_RECORDING ? "recording" : known ? known->plane : "rest";
    apierr_text(err, text, sizeof(text));
    /* What the service user may not, is one finding, whichever read showed it. */
    static const char *const roles[] = {"AUTHORIZED_AS_WRONG_USER", "ROLE_LOST_PERMISSIONS", NULL};
    const char *role = diagnosis_of(AT_CALL_LOG, err->status, err->code, err->error, life);
    if (role && strcmp(role, "ROLE_LOST_PERMISSIONS") == 0 &&
        checkup_fold(checkup, roles, plane, "%s: %s%s%s", what, text, err->permission[0] ? " " : "",
                     err->permission))
        return;
    if (apierr_is_transient(err) && level == LEVEL_BROKEN)
        level = LEVEL_DEGRADED; /* the grant lives on; time cures it */
    checkup_add(checkup, name ? name : "REST_REFUSED", plane, level, "%s: %s%s%s", what, text,
                err->permission[0] ? " " : "", err->permission);
}

/* Highest level first, then the order of the chain: the first broken link heads the list. */
static int compare(const void *a, const void *b)
{
    const struct finding *x = a, *y = b;
    if (x->level != y->level)
        return x->level > y->level ? -1 : 1;
    size_t x_rank = diagnosis_rank(x->diagnosis), y_rank = diagnosis_rank(y->diagnosis);
    return x_rank < y_rank ? -1 : x_rank > y_rank;
}

int checkup_level(const struct checkup *checkup)
{
    return checkup->count > 0 ? (int)checkup->findings[0].level : -1;
}

/* What keeps a person from the Authenticate that a dead grant needs. */
static bool blocks_login(const char *diagnosis)
{
    return strcmp(diagnosis, "SERVICE_ACCOUNT_LOCKED") == 0 ||
           strcmp(diagnosis, "INTERACTIVE_LOGIN_BLOCKED_BY_POLICY") == 0;
}

void checkup_word(const struct checkup *checkup, char *to, size_t cap)
{
    const struct finding *worst =
        checkup_level(checkup) > LEVEL_ADVICE ? &checkup->findings[0] : NULL;
    const struct diagnosis *known = worst ? diagnosis_find(worst->diagnosis) : NULL;
    for (int i = 0; i < checkup->count; i++) {
        /* A dead grant behind a lock or a refusal still needs a person. */
        const struct finding *finding = &checkup->findings[i];
        const struct diagnosis *other = diagnosis_find(finding->diagnosis);
        if (finding->level == LEVEL_BROKEN && other && other->needs_reconnect &&
            !(known && known->needs_reconnect)) {
            worst = worst && strcmp(worst->plane, "oauth") == 0 ? worst : finding;
            known = other;
        }
    }
    if (!checkup->has_live_grant)
        snprintf(to, cap, "Not Authenticated");
    else if (worst && worst->level == LEVEL_BROKEN && known &&
             (known->needs_reconnect || blocks_login(known->name)))
        snprintf(to, cap, "Reconnect needed (%s)", worst->diagnosis);
    else if (worst)
        snprintf(to, cap, "Authenticated \xe2\x80\x93 degraded (%s: %s)", worst->plane,
                 worst->diagnosis);
    else
        snprintf(to, cap, "Authenticated");
}

void checkup_run(struct client *client, bool with_refresh, struct checkup *ret_checkup)
{
    struct checkup *checkup = ret_checkup;
    memset(checkup, 0, sizeof(*checkup));
    checkup->planes[PLANE_EVENTS] = STATE_NOT_USED;
    bool is_reached = checkup_network(client, checkup);
    checkup_platform(client, with_refresh && is_reached, checkup);
    checkup_events(client, checkup);
    checkup_sip(client, checkup);
    qsort(checkup->findings, (size_t)checkup->count, sizeof(checkup->findings[0]), compare);
    if (!store_begin(client->store))
        return; /* what was found is told all the same */
    for (int i = 0; i < PLANE_COUNT; i++) {
        if (checkup->planes[i] == STATE_GOOD || checkup->planes[i] == STATE_BAD)
            store_probe_put(client->store, plane_names[i], checkup->planes[i] == STATE_GOOD,
                            checkup->reasons[i], client_now_ms(client));
    }
    if (!store_commit(client->store))
        store_rollback(client->store);
}
