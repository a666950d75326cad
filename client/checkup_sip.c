/* The SIP side of a checkup: what is provisioned, both proxies, every handset. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "certlook.h"
#include "checkup_names.h"
#include "text.h"

struct proxy_look {
    bool is_set;
    struct hostport at;
    struct named_proxy named; /* its name, if it is one */
    bool is_up;
    bool is_provisioned; /* or nobody could say */
    struct sipua_result result;
    char text[280], said[96];
    enum certlook look; /* when it is not up over TLS; else CERTLOOK_GOOD */
    struct certlook_seen cert;
};

struct sip_look {
    struct provisioned provisioned;
    struct proxy_look proxies[2];
    struct handset *handsets;
    int count;
};

static void look_at_provisioning(struct client *client, struct checkup *checkup,
                                 struct sip_look *look)
{
    struct apierr err = {0};
    look->count = store_handset_list(client->store, &look->handsets);
    if (!checkup->is_oauth_good)
        return;
    if (look->count <= 0) {
        free(look->handsets);
        look->handsets = NULL;
        handsets_load(&checkup->rest, &look->provisioned, &err);
        look->count = store_handset_list(client->store, &look->handsets);
    } else {
        handsets_sip_info(&checkup->rest, look->handsets[0].device_id, NULL, &look->provisioned,
                          &err);
    }
    if (err.status != 0 && err.status != 200 && err.status != 404)
        checkup_refusal(checkup, AT_REST, &err, "device sip-info", LEVEL_DEGRADED);
}

/* Whether it is its certificate that keeps us from a TLS proxy (failures.md F113). */
static void look_at_certificate(struct client *client, const struct settings *settings,
                                struct proxy_look *proxy)
{
    struct hostport at, domain;
    char why[200];
    if (proxy->is_up || strcmp(settings->transport, "tls") != 0 ||
        !hostport_parse(proxy->result.by, &at, why, sizeof(why)) ||
        !hostport_parse(settings->sip_domain, &domain, why, sizeof(why)))
        return;
    proxy->look = certlook(&proxy->at, &at, domain.host, settings->ca_file, client->sip_timeout_ms,
                           &proxy->cert);
}

/* Asks a proxy for the first handset's bindings: proves that it lives and changes nothing. Without
 * a handset an OPTIONS must do. */
static void look_at_proxy(struct client *client, struct checkup *checkup,
                          const struct settings *settings, struct sip_look *look,
                          struct proxy_look *proxy)
{
    struct handset nobody = {.username = "ping", .instance = "none"};
    bool has_handset = look->count > 0;
    handsets_send(client, settings, has_handset ? &look->handsets[0] : &nobody,
                  has_handset ? SIPUA_FETCH : SIPUA_PING, &proxy->at, &proxy->result);
    proxy->is_up = !failover_is_reason(&proxy->result);
    proxy->is_provisioned = !look->provisioned.is_known || look->provisioned.count == 0 ||
                            provisioned_has(&look->provisioned, &proxy->at);
    look_at_certificate(client, settings, proxy);
    proxy->named =
        (struct named_proxy){.at = &proxy->at,
                             .route = proxy == &look->proxies[0] ? ROUTE_PRIMARY : ROUTE_SECONDARY,
                             .result = &proxy->result,
                             .is_up = proxy->is_up};
    checkup_names_look(client, checkup, settings, &proxy->named);
    hostport_text(&proxy->at, proxy->text, sizeof(proxy->text));
    sipua_text(&proxy->result, proxy->said, sizeof(proxy->said));
    checkup_probe(checkup, proxy == &look->proxies[0] ? "outbound proxy" : "secondary proxy",
                  proxy->is_up && proxy->is_provisioned, "%.60s: %s %s%s", proxy->text,
                  has_handset ? "REGISTER" : "OPTIONS",
                  proxy->look == CERTLOOK_BAD ? proxy->cert.why : proxy->said,
                  proxy->is_provisioned ? "" : ", not provisioned");
}

static void list_provisioned(const struct provisioned *provisioned, char *to, size_t cap)
{
    to[0] = '\0';
    for (int i = 0; i < provisioned->count && i < 4; i++) {
        char text[280];
        size_t len = strlen(to);
        snprintf(to + len, cap - len, "%s%s", i ? ", " : "",
                 hostport_text(&provisioned->proxies[i], text, sizeof(text)));
    }
}

/* False: its certificate is not what is wrong with it. */
static bool judge_certificate(struct checkup *checkup, const struct proxy_look *proxy,
                              const char *caption, const char *plane, enum level level)
{
    const struct certlook_seen *cert = &proxy->cert;
    if (proxy->look != CERTLOOK_BAD)
        return false;
    checkup_add(checkup, "SIP_TLS_VERIFY_FAILED", plane, level,
                "%s %.60s: %s; %s, for %s, until %s, by %s", caption, proxy->text, cert->why,
                cert->subject, cert->names[0] ? cert->names : "no name",
                cert->until[0] ? cert->until : "no day", cert->issuer);
    return true;
}

static void judge_proxies(struct client *client, struct checkup *checkup,
                          const struct settings *settings, const struct sip_look *look)
{
    const struct proxy_look *primary = &look->proxies[0], *secondary = &look->proxies[1];
    bool has_any = primary->is_up || (secondary->is_set && secondary->is_up);
    enum level level = has_any ? LEVEL_DEGRADED : LEVEL_BROKEN;
    char list[160];
    list_provisioned(&look->provisioned, list, sizeof(list));

    bool is_told = judge_certificate(checkup, primary, "Outbound Proxy", "sip.primary", level);
    if (!is_told && !primary->is_provisioned)
        checkup_add(checkup, "OUTBOUND_PROXY_DRIFT", "sip.primary", level,
                    "Outbound Proxy %s (%s) is not among those the platform provisions: %s",
                    primary->text, primary->said, list);
    else if (!is_told && !checkup_names_judge(client, checkup, settings, &primary->named, level) &&
             !primary->is_up)
        checkup_add(checkup, "PRIMARY_PROXY_DOWN", "sip.primary", level, "Outbound Proxy %s: %s%s",
                    primary->text, primary->said, has_any ? "; the secondary answers" : "");

    if (!secondary->is_set || judge_certificate(checkup, secondary, "Secondary Outbound Proxy",
                                                "sip.secondary", LEVEL_DEGRADED))
        return;
    if (!secondary->is_provisioned)
        checkup_add(checkup, "OUTBOUND_PROXY_DRIFT", "sip.secondary", LEVEL_DEGRADED,
                    "Secondary Outbound Proxy %s (%s) is not among those the platform provisions:"
                    " %s",
                    secondary->text, secondary->said, list);
    else if (!checkup_names_judge(client, checkup, settings, &secondary->named, LEVEL_DEGRADED) &&
             !secondary->is_up)
        checkup_add(checkup, "SECONDARY_PROXY_NOT_EFFECTIVE", "sip.secondary", LEVEL_DEGRADED,
                    "Secondary Outbound Proxy %s: %s", secondary->text, secondary->said);
}

/* The configured SIP Domain is not `known`, the platform's; a port is no part of it (sip.md 1.4). */
static bool is_foreign_domain(const struct settings *settings, const char *known,
                              struct hostport *ret_domain)
{
    char why[160];
    return known[0] && hostport_parse(settings->sip_domain, ret_domain, why, sizeof(why)) &&
           !text_same_nocase(known, ret_domain->host);
}

/* A registrar may let another domain pass today and refuse it tomorrow (failures.md F100). */
static void judge_domain(struct checkup *checkup, const struct settings *settings,
                         const struct sip_look *look)
{
    const char *known = look->provisioned.domain;
    struct hostport domain = {0};
    bool is_foreign = is_foreign_domain(settings, known, &domain);
    if (known[0])
        checkup_probe(checkup, "sip domain", !is_foreign, "%.50s%s%.50s", settings->sip_domain,
                      is_foreign ? ", the platform's is " : "", is_foreign ? known : "");
    if (is_foreign)
        checkup_add(checkup, "SIP_DOMAIN_INVALID", "sip.primary", LEVEL_DEGRADED,
                    "SIP Domain is %s, the platform's is %s", domain.host, known);
}

static void judge_secondary_setting(struct checkup *checkup, const struct settings *settings,
                                    const struct sip_look *look)
{
    const char *why = NULL;
    if (settings->secondary[0] == '\0')
        why = "the Secondary Outbound Proxy is blank";
    else if (settings_secondary_is_idle(settings))
        why = "it is the same as the Outbound Proxy";
    if (why)
        checkup->planes[PLANE_SIP_SECONDARY] = STATE_NOT_USED;
    else if (look->proxies[1].is_set &&
             checkup_names_same_target(&look->proxies[0].named, &look->proxies[1].named))
        why = "it is another name for the same address as the Outbound Proxy's";
    if (why)
        checkup_add(checkup, "SECONDARY_PROXY_NOT_EFFECTIVE", "sip.secondary", LEVEL_ADVICE, "%s",
                    why);
}

/* Asking the platform for each refused handset's credentials has its own rate limit. */
#define COMPARED_MAX 8

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
    cJSON_Delete(device);
    if (has_no_line)
        return "no line";
    if (!handsets_sip_info(&checkup->rest, handset->device_id, &now, NULL, &err))
        return err.status == 404 ? "no such device" : "";
    bool is_same = strcmp(now.password, handset->password) == 0 &&
                   strcmp(now.auth_id, handset->auth_id) == 0 &&
                   strcmp(now.username, handset->username) == 0;
    explicit_bzero(&now, sizeof(now));
    return is_same ? "the same secret" : "another secret";
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
    if (is_foreign_domain(&checkup->rest.settings, provisioned[0] ? provisioned : result->realm,
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
    if (name && strcmp(name, "SIP_SECRET_REJECTED") == 0 && result->has_answered)
        platform = compare(checkup, handset, compared);
    /* Refused before any secret was asked for, or not because of it. */
    if (result->status == 403 && (!result->has_answered || strncmp(platform, "no ", 3) == 0 ||
                                  strcmp(platform, "the same secret") == 0))
        name = "SIP_LINE_REMOVED";
    checkup_add(checkup, name ? name : "REGISTRATION_REFUSED", "handset", level,
                "ext %s, user %s: %s%s%s", handset->extension, user, said,
                *platform ? "; the platform has " : "", platform);
}

/* What we believe to be registered, the registrar no longer has (failures.md F108). */
static void judge_silence(struct client *client, struct checkup *checkup,
                          const struct handset *handset, enum route asked,
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
    checkup_add(checkup, "REGISTRATION_LOST", "handset", LEVEL_DEGRADED,
                "ext %s registered at %s, and the proxy lists no contact of it", handset->extension,
                at);
}

static void judge_handsets(struct client *client, struct checkup *checkup,
                           const struct settings *settings, struct sip_look *look)
{
    const struct proxy_look *active = look->proxies[0].is_up   ? &look->proxies[0]
                                      : look->proxies[1].is_up ? &look->proxies[1]
                                                               : NULL;
    int refused = 0, on_secondary = 0, compared = 0;
    struct sipua_result *results = xcalloc((size_t)look->count, sizeof(*results));
    bool goes_on = active != NULL;
    for (int i = 0; goes_on && i < look->count; i++) {
        if (i == 0)
            results[i] = active->result; /* asked already */
        else
            handsets_send(client, settings, &look->handsets[i], SIPUA_FETCH, &active->at,
                          &results[i]);
        refused += results[i].trouble == SIPUA_ANSWERED && results[i].status / 100 != 2;
        /* A proxy that falls silent now would cost its silence once per handset. */
        goes_on = !failover_is_reason(&results[i]);
    }
    for (int i = 0; i < look->count; i++) {
        on_secondary += strcmp(look->handsets[i].used, "secondary") == 0;
        if (active && results[i].trouble == SIPUA_ANSWERED && results[i].status / 100 != 2)
            judge_refusal(checkup, look, &look->handsets[i], &results[i],
                          refused == look->count ? LEVEL_BROKEN : LEVEL_DEGRADED, &compared);
        if (active)
            judge_silence(client, checkup, &look->handsets[i],
                          active == &look->proxies[0] ? ROUTE_PRIMARY : ROUTE_SECONDARY,
                          &results[i]);
    }
    free(results);
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

void checkup_sip(struct client *client, struct checkup *checkup)
{
    const struct settings *settings = &checkup->rest.settings;
    struct sip_look look = {0};
    struct failover proxies;
    char why[220];
    if (settings->proxy[0] == '\0' || settings->sip_domain[0] == '\0')
        return; /* no SIP plane is configured */
    if (!handsets_failover(client, settings, &proxies, why, sizeof(why)))
        return;
    look_at_provisioning(client, checkup, &look);
    for (int i = 0; i < (proxies.has_secondary ? 2 : 1); i++) {
        look.proxies[i].is_set = true;
        look.proxies[i].at = proxies.proxies[i];
        look_at_proxy(client, checkup, settings, &look, &look.proxies[i]);
    }
    judge_proxies(client, checkup, settings, &look);
    judge_domain(checkup, settings, &look);
    judge_secondary_setting(checkup, settings, &look);
    judge_handsets(client, checkup, settings, &look);
    if (look.proxies[0].is_up)
        checkup_good(checkup, PLANE_SIP_PRIMARY);
    if (look.proxies[1].is_set && look.proxies[1].is_up)
        checkup_good(checkup, PLANE_SIP_SECONDARY);
    free(look.handsets);
}
