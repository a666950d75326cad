#include "sip/registrar.h"

#include "base/mem.h"
#include "base/text.h"
#include "sip/auth.h"

#include <arpa/inet.h>
#include <string.h>

static bool is_stale(const struct sip_exchange *exchange)
{
    return exchange->request->proxy->state == PROXY_STALE;
}

static struct binding_key key_of(const struct sip_exchange *exchange,
                                 const struct sip_contact *contact)
{
    return (struct binding_key){
        .aor = exchange->request->to_user,
        .contact = contact->uri,
        .instance = contact->instance,
        .reg_id = contact->reg_id,
        .is_stale = is_stale(exchange),
    };
}

/* Seconds asked for: the contact's own, else the header's, else all that we would grant. */
static int64_t asked_s(const struct sip_exchange *exchange, const struct sip_contact *contact)
{
    if (contact->expires_s >= 0)
        return contact->expires_s;
    if (exchange->request->expires_s >= 0)
        return exchange->request->expires_s;
    return INT32_MAX;
}

static int64_t granted_s(const struct sip_exchange *exchange, const struct sip_contact *contact)
{
    const struct knobs *knobs = &exchange->world->knobs;
    bool is_web = transport_is_web(transport_of(exchange->request));
    int64_t most_ms = is_web ? knobs->sip_expires_grant_web_ms : knobs->sip_expires_grant_ms;
    int64_t most = (most_ms + 999) / 1000;
    int64_t asked = asked_s(exchange, contact);
    return asked < most ? asked : most;
}

static bool check_address(struct sip_exchange *exchange)
{
    const char *user = exchange->request->to_user;
    if (user && *user)
        return false;
    return exchange_answer(exchange, 400, "Bad To", "the To address has no user");
}

/* Whether the Request-URI names the SIP domain; the proxy's own name or address is no other one. */
static bool is_own_domain(const struct sip_request *request)
{
    const struct proxy *proxy = request->proxy;
    const char *host = request->uri_host;
    unsigned char address[4];
    return !host || *proxy->realm == '\0' || text_eq_nocase(host, proxy->realm) ||
           text_eq_nocase(host, proxy->host) || text_eq_nocase(host, "localhost") || *host == '[' ||
           inet_pton(AF_INET, host, address) == 1;
}

/* sip.md 7 and failures.md F100: who registers in another domain gets 404 (RFC 3261 10.3 step 5) or
 * 403: a knob. Only the Request-URI counts, for clients are known to put the proxy into From and To
 * (sip.md 2); and only after the digest, which a wrong realm does not survive (401 again and again). */
static bool check_domain(struct sip_exchange *exchange)
{
    int64_t answer = exchange->world->knobs.sip_foreign_domain;
    if (answer == KNOB_FOREIGN_ACCEPT || is_own_domain(exchange->request))
        return false;
    return exchange_answer(exchange, answer == KNOB_FOREIGN_403 ? 403 : 404, NULL,
                           "the Request-URI names another domain than the SIP domain");
}

/* RFC 3261 10.2.2 and 10.3 step 6: "*" stands alone and only removes. */
static bool check_contacts(struct sip_exchange *exchange)
{
    const struct sip_request *request = exchange->request;
    if (request->has_too_many_contacts)
        return exchange_answer(exchange, 400, "Too Many Contact Headers",
                               "more contacts than one REGISTER may have");
    if (request->has_star_contact && (request->contact_count || request->expires_s != 0))
        return exchange_answer(exchange, 400, "Bad Contact",
                               "Contact * needs Expires: 0 and no other contact");
    for (size_t i = 0; i < request->contact_count; i++)
        if (strlen(request->contacts[i].uri) > BINDING_CONTACT_MAX)
            return exchange_answer(exchange, 400, "Bad Contact", "a contact URI is too long");
    return false;
}

/* RFC 3261 10.3 step 7. One hour or more is never too brief. */
static bool check_intervals(struct sip_exchange *exchange)
{
    int64_t least_ms = exchange->world->knobs.sip_min_expires_ms;
    for (size_t i = 0; i < exchange->request->contact_count; i++) {
        int64_t asked = asked_s(exchange, &exchange->request->contacts[i]);
        if (asked == 0 || asked >= 3600 || asked * 1000 >= least_ms)
            continue;
        exchange->answer->min_expires_s = (int)((least_ms + 999) / 1000);
        return exchange_answer(exchange, 423, NULL, "the interval asked for is too brief");
    }
    return false;
}

/* A binding changes only by a later request of the same Call-ID, or by another Call-ID. */
static bool is_outdated(const struct sip_request *request, const struct binding *binding)
{
    return text_eq(binding->call_id, request->call_id) && request->cseq <= binding->cseq;
}

static bool check_order(struct sip_exchange *exchange)
{
    const struct sip_request *request = exchange->request;
    bool is_late = false;
    if (request->has_star_contact)
        for (const struct binding *binding = binding_list(exchange->world, request->to_user);
             binding; binding = binding->next)
            is_late |= binding->is_stale == is_stale(exchange) && is_outdated(request, binding);
    for (size_t i = 0; i < request->contact_count; i++) {
        struct binding_key key = key_of(exchange, &request->contacts[i]);
        const struct binding *binding = binding_find(exchange->world, &key);
        is_late |= binding && is_outdated(request, binding);
    }
    return is_late && exchange_answer(exchange, 400, "Invalid CSeq Number",
                                      "the CSeq is not higher than that of the binding");
}

/* sip.md 3.3, "instance stolen": the older endpoint is told once, by its next refresh. */
static bool check_interception(struct sip_exchange *exchange)
{
    if (exchange->world->knobs.sip_contact_policy != KNOB_CONTACT_INTERCEPT)
        return false;
    for (size_t i = 0; i < exchange->request->contact_count; i++) {
        struct binding_key key = key_of(exchange, &exchange->request->contacts[i]);
        struct binding *binding = binding_find(exchange->world, &key);
        if (!binding || !text_eq(binding->ousted, key.contact))
            continue;
        xset(&binding->ousted, NULL);
        return exchange_answer(exchange, 403,
                               "Forbidden, instance id is intercepted by another registration",
                               "another endpoint registered this instance id");
    }
    return false;
}

/* Flows of one instance (RFC 5626) are one endpoint. */
static bool is_same_endpoint(const struct binding *binding, const char *instance,
                             const char *contact)
{
    if (binding->instance && instance)
        return strcmp(binding->instance, instance) == 0;
    return !binding->instance && !instance && strcmp(binding->contact, contact) == 0;
}

/* The first of `list` that is of that endpoint, NULL: none. */
static const struct binding *endpoint_in(const struct sip_exchange *exchange,
                                         const struct binding *list, const char *instance,
                                         const char *contact)
{
    while (list &&
           (list->is_stale != is_stale(exchange) || !is_same_endpoint(list, instance, contact)))
        list = list->next;
    return list;
}

static size_t endpoints_of(const struct sip_exchange *exchange, const struct binding *list)
{
    size_t count = 0;
    for (const struct binding *at = list; at; at = at->next)
        count += endpoint_in(exchange, list, at->instance, at->contact) == at;
    return count;
}

/* sip.md 3.3: so many endpoints per extension; a slot is free again on expiry or unregistering. */
static bool check_room(struct sip_exchange *exchange)
{
    const struct sip_request *request = exchange->request;
    const struct binding *list = binding_list(exchange->world, request->to_user);
    size_t most = (size_t)exchange->world->knobs.sip_max_contacts;
    size_t endpoints = 0, bindings = 0;
    for (size_t i = 0; i < request->contact_count; i++) {
        const struct sip_contact *contact = &request->contacts[i];
        struct binding_key key = key_of(exchange, contact);
        if (asked_s(exchange, contact) == 0 || binding_find(exchange->world, &key))
            continue;
        bindings++;
        endpoints += !endpoint_in(exchange, list, contact->instance, contact->uri);
    }
    bool is_full = most && endpoints && endpoints_of(exchange, list) + endpoints > most;
    if (bindings &&
        binding_count(exchange->world, request->to_user) + bindings > BINDINGS_PER_AOR_MAX)
        is_full = true;
    return is_full && exchange_answer(exchange, 603, "Too Many Contacts",
                                      "the extension has as many live contacts as it may");
}

static void remove_all(struct sip_exchange *exchange)
{
    const char *aor = exchange->request->to_user;
    for (struct binding *at = binding_list(exchange->world, aor), *next; at; at = next) {
        next = at->next;
        if (at->is_stale == is_stale(exchange))
            binding_remove(exchange->world, aor, at);
    }
}

static void bind_contact(struct sip_exchange *exchange, const struct binding_key *key,
                         int64_t expires_s)
{
    const struct sip_request *request = exchange->request;
    struct world *world = exchange->world;
    struct binding *binding = binding_find(world, key);
    if (binding && world->knobs.sip_contact_policy == KNOB_CONTACT_INTERCEPT &&
        !text_eq(binding->contact, key->contact))
        xset(&binding->ousted, binding->contact);
    binding = binding_put(world, key);
    if (!text_eq(binding->call_id, request->call_id))
        xset(&binding->call_id, request->call_id);
    binding->cseq = request->cseq;
    binding->expires_ms = clock_now(world) + expires_s * 1000;
    binding->user_id = exchange->device->user_id;
    binding->proxy = request->proxy;
    binding->device = exchange->device;
    binding->flow = request->flow;
    binding->transport = transport_of(request);
    if (!text_eq(binding->peer, request->peer))
        xset(&binding->peer, request->peer);
}

/* The answer tells only what this request bound: clients take the last Contact for theirs. */
static void commit(struct sip_exchange *exchange)
{
    const struct sip_request *request = exchange->request;
    struct sip_answer *answer = exchange->answer;
    for (size_t i = 0; i < request->contact_count; i++) {
        const struct sip_contact *contact = &request->contacts[i];
        struct binding_key key = key_of(exchange, contact);
        int64_t expires_s = granted_s(exchange, contact);
        if (i == 0)
            event_set_int(exchange->event, EVENT_EXPIRES, expires_s);
        if (expires_s > 0) {
            bind_contact(exchange, &key, expires_s);
            size_t at = answer->contact_count++;
            answer->contacts[at].uri = contact->uri;
            answer->contacts[at].instance = contact->instance;
            answer->contacts[at].reg_id = contact->reg_id;
            answer->contacts[at].expires_s = expires_s;
        } else {
            struct binding *binding = binding_find(exchange->world, &key);
            if (binding)
                binding_remove(exchange->world, key.aor, binding);
        }
    }
}

/* A REGISTER without Contact asks what is bound (RFC 3261 10.2.3). */
static void list_bindings(struct sip_exchange *exchange)
{
    struct sip_answer *answer = exchange->answer;
    int64_t now = clock_now(exchange->world);
    for (const struct binding *at = binding_list(exchange->world, exchange->request->to_user); at;
         at = at->next) {
        if (at->is_stale != is_stale(exchange))
            continue;
        size_t i = answer->contact_count++;
        answer->contacts[i].uri = arena_strdup(exchange->arena, at->contact);
        if (at->instance)
            answer->contacts[i].instance = arena_strdup(exchange->arena, at->instance);
        answer->contacts[i].reg_id = at->reg_id;
        answer->contacts[i].expires_s = (at->expires_ms - now + 999) / 1000;
    }
}

static size_t count_reachable(const struct sip_exchange *exchange)
{
    size_t count = 0;
    for (const struct binding *at = binding_list(exchange->world, exchange->request->to_user); at;
         at = at->next)
        count += at->is_stale == is_stale(exchange);
    return count;
}

static bool register_it(struct sip_exchange *exchange)
{
    const struct sip_request *request = exchange->request;
    if (request->has_star_contact) {
        remove_all(exchange);
        event_set_int(exchange->event, EVENT_EXPIRES, 0);
    } else if (request->contact_count) {
        commit(exchange);
    } else {
        list_bindings(exchange);
    }
    event_set_int(exchange->event, EVENT_BINDINGS, (int64_t)count_reachable(exchange));
    if (!is_stale(exchange))
        return exchange_answer(exchange, 200, NULL, NULL);
    return exchange_refuse(exchange, 200, "the proxy is stale: its bindings lead nowhere",
                           request->proxy->cause);
}

sip_check_fn *const registrar_checks[] = {
    check_address,
    auth_check_lockout,
    auth_check_credentials,
    check_domain,
    auth_check_line,
    auth_check_account,
    auth_check_user,
    check_contacts,
    check_intervals,
    check_order,
    check_interception,
    check_room,
    register_it,
    NULL,
};
