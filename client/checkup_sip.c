/* The SIP side of a checkup: what is provisioned, both proxies, every handset. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checkup_sip.h"
#include "text.h"

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

bool look_is_ignored(const struct sipua_result *result)
{
    return result->trouble == SIPUA_SILENT && result->has_answered;
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
    if (look_is_ignored(&proxy->result)) {
        /* It asked who we are and then fell silent: is it the proxy, or what it makes of this handset? */
        struct sipua_result ping;
        handsets_send(client, settings, &nobody, SIPUA_PING, &proxy->at, &ping);
        proxy->is_up = !failover_is_reason(&ping);
    }
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

/* A proxy that is not among those provisioned for the transport in use: the port of the other one, copied
 * from the wrong column (failures.md F101), or one the platform has moved away from (F094). */
static void add_drift(struct checkup *checkup, const struct sip_look *look,
                      const struct proxy_look *proxy, const char *caption, const char *plane,
                      enum level level)
{
    const char *transport = checkup->rest.settings.transport;
    char list[160];
    list_provisioned(&look->provisioned, list, sizeof(list));
    if (provisioned_has_other(&look->provisioned, &proxy->at))
        checkup_add(checkup, "PROXY_PORT_TRANSPORT_MISMATCH", plane, level,
                    "%s %s (%s) is the platform's for %s, and the transport here is %s: %s",
                    caption, proxy->text, proxy->said,
                    strcmp(transport, "tls") == 0 ? "UDP and TCP" : "TLS", transport, list);
    else
        checkup_add(checkup, "OUTBOUND_PROXY_DRIFT", plane, level,
                    "%s %s (%s) is not among those the platform provisions: %s", caption,
                    proxy->text, proxy->said, list);
}

/* It is there and answers, but something behind it is broken (failures.md F111); that it is in maintenance or
 * overloaded (503, 408) is for the one who waits the same as no answer. */
static const char *down_name(const struct sipua_result *result)
{
    bool is_node = result->trouble == SIPUA_ANSWERED && result->status != 503 &&
                   result->status != 504 && result->status != 408;
    return is_node ? "SIP_NODE_FAULT" : "PRIMARY_PROXY_DOWN";
}

static void judge_proxies(struct client *client, struct checkup *checkup,
                          const struct settings *settings, const struct sip_look *look)
{
    const struct proxy_look *primary = &look->proxies[0], *secondary = &look->proxies[1];
    bool has_any = primary->is_up || (secondary->is_set && secondary->is_up);
    enum level level = has_any ? LEVEL_DEGRADED : LEVEL_BROKEN;
    bool is_told = judge_certificate(checkup, primary, "Outbound Proxy", "sip.primary", level);
    if (!is_told && !primary->is_provisioned)
        add_drift(checkup, look, primary, "Outbound Proxy", "sip.primary", level);
    else if (!is_told && !checkup_names_judge(client, checkup, settings, &primary->named, level) &&
             !primary->is_up)
        checkup_add(checkup, down_name(&primary->result), "sip.primary", level,
                    "Outbound Proxy %s: %s%s", primary->text, primary->said,
                    has_any ? "; the secondary answers" : "");

    static const char *const both[] = {"PRIMARY_PROXY_DOWN", "SIP_NODE_FAULT", NULL};
    if (!secondary->is_set || judge_certificate(checkup, secondary, "Secondary Outbound Proxy",
                                                "sip.secondary", LEVEL_DEGRADED))
        return;
    if (!secondary->is_provisioned)
        add_drift(checkup, look, secondary, "Secondary Outbound Proxy", "sip.secondary",
                  LEVEL_DEGRADED);
    else if (!checkup_names_judge(client, checkup, settings, &secondary->named, LEVEL_DEGRADED) &&
             !secondary->is_up &&
             !checkup_fold(checkup, both, "sip.secondary", "nor does the secondary answer, %s: %s",
                           secondary->text, secondary->said))
        checkup_add(checkup, "SECONDARY_PROXY_NOT_EFFECTIVE", "sip.secondary", LEVEL_DEGRADED,
                    "Secondary Outbound Proxy %s: %s", secondary->text, secondary->said);
}

bool look_is_foreign(const struct settings *settings, const char *known,
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
    bool is_foreign = look_is_foreign(settings, known, &domain);
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
    checkup_handsets(client, checkup, settings, &look);
    if (look.proxies[0].is_up)
        checkup_good(checkup, PLANE_SIP_PRIMARY);
    if (look.proxies[1].is_set && look.proxies[1].is_up)
        checkup_good(checkup, PLANE_SIP_SECONDARY);
    free(look.handsets);
}
