/*
 * set-dns: what the name service (--dns-port) says of one name, until does: normal. About that name
 * alone, not about those below it.
 *
 *   set-dns: { name: sip10.ringcentral.com, address: 127.0.0.2, ttl: 30s }    the proxy moved in DNS
 *   set-dns: { name: sip10.ringcentral.com, does: nxdomain }
 *   set-dns: { name: _sip._tcp.sip.ringcentral.com, does: silence }
 *   set-dns: { name: sip10.ringcentral.com, does: normal }
 *
 * The address is that of its A or AAAA record; others stay as they are. Any name may be given one.
 *
 * Says: name, does, and whether names are served at all.
 */
#include "control/verbs.h"

#include "base/text.h"
#include "dns/zone.h"
#include "world/name.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

static bool is_address(const char *text)
{
    unsigned char bytes[16];
    return strlen(text) < NAME_ADDRESS_LEN &&
           (inet_pton(AF_INET, text, bytes) == 1 || inet_pton(AF_INET6, text, bytes) == 1);
}

static int refuse(const struct node *at, const char *file, struct diag *diag, const char *wanted)
{
    return diag_set(diag, ERR_USAGE, file, at->line, at->col, "set-dns: %s, saw \"%s\"", wanted,
                    node_text(at, node_kind_name(at)));
}

static bool is_variable(const char *file, const struct node *value)
{
    return file && strstr(node_text(value, ""), "${");
}

static int check(const struct node *args, const char *file, struct diag *diag)
{
    const struct node *name = node_get(args, "name"), *address = node_get(args, "address"),
                      *ttl = node_get(args, "ttl"), *does = node_get(args, "does");
    int64_t ttl_ms = 0;
    if (!is_variable(file, name) && !dns_is_name(node_text(name, "")))
        return refuse(name, file, diag, "name: wanted a name of DNS");
    if (address && !is_variable(file, address) && !is_address(node_text(address, "")))
        return refuse(address, file, diag, "address: wanted an IPv4 or IPv6 address");
    if (ttl && text_duration_ms(node_text(ttl, ""), &ttl_ms) &&
        (ttl_ms < 0 || ttl_ms > NAME_TTL_MAX_S * INT64_C(1000)))
        return refuse(ttl, file, diag, "ttl: wanted at most 7d");
    if ((address || ttl) && does && !is_variable(file, does) &&
        !text_eq(node_text(does, ""), "answer"))
        return refuse(does, file, diag, "does: with an address or a ttl wanted answer");
    if (!address && !ttl && !does)
        return diag_set(diag, ERR_USAGE, file, args->line, args->col,
                        "set-dns: wanted does, address or ttl");
    return ERR_OK;
}

static int set_dns(struct verb_call *call)
{
    struct world *world = call->world;
    const char *name = verb_text(call, "name", "");
    int64_t ttl_ms = ZONE_TTL_S * INT64_C(1000);
    struct name_rule rule = {.does = NAME_ANSWERS, .cause = journal_next(call->journal)};
    name_does_named(verb_text(call, "does", "answer"), &rule.does);
    text_duration_ms(verb_text(call, "ttl", ""), &ttl_ms);
    rule.ttl_s = (uint32_t)(ttl_ms / 1000);
    snprintf(rule.address, sizeof rule.address, "%s", verb_text(call, "address", ""));
    if (rule.does == NAME_ANSWERS && !*rule.address && !zone_is_host(world, name))
        return verb_refuse(call, verb_arg(call, "name"),
                           "%s is no proxy's name: it wants an address to answer", name);
    if (!name_set(world, name, &rule))
        return verb_refuse(call, verb_arg(call, "name"), "%d names are set already",
                           NAME_RULES_MAX);
    json_str(call->out, "name", name);
    json_str(call->out, "does", name_does_name(rule.does));
    json_bool(call->out, "served", world->dns_address != NULL);
    return ERR_OK;
}

const struct verb verb_set_dns = {
    .name = "set-dns",
    .help = "what the name service says of a name",
    .args = {{"name", "text", "a proxy's host name, or any other", true},
             {"does", "answer|nxdomain|servfail|silence|normal",
              "what it gets who asks for it (answer)", false},
             {"address", "text", "the address it answers; without one the proxy's", false},
             {"ttl", "duration", "how long that may be kept (60s)", false}},
    .check = check,
    .run = set_dns,
};
