/* The front's connections and the sim: what they suffer, whose certificate they are shown, what is told of
 * them. */
#include "sim/internal.h"

#include "base/text.h"

#include <string.h>
#include <strings.h>

void sim_describe_listener(const struct sim *sim, const char *op, const char *listener,
                           enum front_role role, int index, struct event *event)
{
    const struct world *world = sim->api.world;
    bool is_proxy = index >= 0 && (size_t)index < world->proxy_count;
    event_init(event, LAYER_NET, op);
    event->time_ms = clock_now(world);
    event_set(event, EVENT_LISTENER, listener);
    event_set(event, EVENT_PROXY, is_proxy ? world->proxies[index]->name : NULL);
    event_set(event, EVENT_TRANSPORT, front_role_transport(role));
}

void sim_note_byte_fault(struct event *event, const struct plan *plan)
{
    event_set(event, EVENT_FAULT, plan->rule);
    event_set(event, EVENT_PLAN, byte_fault_name(plan->bytes));
    event->cause = plan->cause;
}

static void describe(const struct sim *sim, enum front_op op, const struct link_facts *facts,
                     struct event *event)
{
    sim_describe_listener(sim, front_op_at(op), facts->listener, facts->role, facts->proxy, event);
    event_set(event, EVENT_SNI, *facts->sni ? facts->sni : NULL);
}

struct visit {
    const struct link_facts *facts;
    struct front_welcome *welcome;
    const char *reason;
};

/* Only what suffers a fault is worth an event: connections come and go as clients please. */
static void suffer(struct sim *sim, struct event *event, struct front_welcome *welcome)
{
    if (welcome->plan.kind == PLAN_NONE)
        return;
    sim_note_byte_fault(event, &welcome->plan);
    journal_append(sim->api.journal, event);
    if (welcome->plan.body) {
        buf_str(&welcome->body, welcome->plan.body);
        welcome->plan.body = buf_text(&welcome->body);
    }
}

static void accepted_inside(struct sim *sim, void *arg)
{
    const struct visit *visit = arg;
    struct event event;
    describe(sim, FRONT_OP_CONNECT, visit->facts, &event);
    fault_decide(sim->api.faults, &event, event.time_ms, &visit->welcome->plan);
    suffer(sim, &event, visit->welcome);
}

void sim_link_accepted(void *context, const struct link_facts *facts, struct front_welcome *ret)
{
    struct visit visit = {.facts = facts, .welcome = ret};
    door_call_inner(context, accepted_inside, &visit);
}

/* --- certificates --- */

static const struct proxy *proxy_of(const struct sim *sim, const struct link_facts *facts)
{
    const struct world *world = sim->api.world;
    return facts->proxy >= 0 && (size_t)facts->proxy < world->proxy_count
               ? world->proxies[facts->proxy]
               : NULL;
}

/* Is the name one of those of REST? */
static bool is_rest_host(const struct world *world, const char *name)
{
    size_t len = strlen(name);
    for (size_t i = 0; i < world->account_count; i++)
        for (const char *at = world->accounts[i]->rest_hosts; *at;) {
            size_t word = strcspn(at, " ");
            if (len && word == len && strncasecmp(at, name, len) == 0)
                return true;
            at += word + (at[word] == ' ');
        }
    return false;
}

static bool is_called(const struct proxy *proxy, const char *name)
{
    return strcasecmp(proxy->host, name) == 0 || strcasecmp(proxy->realm, name) == 0;
}

/* Whose certificate: the proxy's that is called so, or REST's (NULL); the listener's own when no name is
 * asked for, or one that nobody has. */
static const struct proxy *whom(const struct sim *sim, const struct link_facts *facts)
{
    const struct world *world = sim->api.world;
    const struct proxy *own = proxy_of(sim, facts);
    if (!*facts->sni || (own && is_called(own, facts->sni)))
        return own;
    if (is_rest_host(world, facts->sni))
        return NULL;
    for (size_t i = 0; i < world->proxy_count; i++)
        if (world->proxies[i]->is_listed && is_called(world->proxies[i], facts->sni))
            return world->proxies[i];
    return own;
}

static void add_name(struct buf *out, const char *name)
{
    if (name && *name)
        buf_printf(out, "%s\n", name);
}

static void add_rest_hosts(const struct world *world, struct buf *out)
{
    for (size_t i = 0; i < world->account_count; i++)
        for (const char *at = world->accounts[i]->rest_hosts; *at;) {
            int word = (int)strcspn(at, " ");
            buf_printf(out, "%.*s\n", word, at);
            at += word + (at[word] == ' ');
        }
}

/* Whom the certificate is for: a proxy under its name and its domain's (RFC 5922 section 7), REST under its
 * hosts', and everybody as who is on this machine reaches them. */
static void add_names(const struct sim *sim, const struct proxy *proxy, struct buf *out)
{
    if (proxy) {
        add_name(out, proxy->host);
        add_name(out, proxy->realm);
    } else {
        add_rest_hosts(sim->api.world, out);
    }
    for (const char *const *name = sim->options.tls_names; *name; name++)
        add_name(out, *name);
    add_name(out, "localhost");
    add_name(out, "127.0.0.1");
    add_name(out, "::1");
    add_name(out, sim->options.bind);
}

static void asked_inside(struct sim *sim, void *arg)
{
    const struct visit *visit = arg;
    struct event event;
    describe(sim, FRONT_OP_CONNECT, visit->facts, &event);
    fault_decide_hello(sim->api.faults, &event, event.time_ms, visit->facts->is_faulty,
                       &visit->welcome->plan);
    suffer(sim, &event, visit->welcome);
    const struct proxy *proxy = whom(sim, visit->facts);
    add_names(sim, proxy, &visit->welcome->names);
    visit->welcome->leaf = proxy ? proxy->certificate : sim->api.world->certificate;
    visit->welcome->ca = sim->api.world->authority;
}

void sim_link_asked(void *context, const struct link_facts *facts, struct front_welcome *ret)
{
    struct visit visit = {.facts = facts, .welcome = ret};
    door_call_inner(context, asked_inside, &visit);
}

static void failed_inside(struct sim *sim, void *arg)
{
    const struct visit *visit = arg;
    struct event event;
    describe(sim, FRONT_OP_TLS, visit->facts, &event);
    event_set(&event, EVENT_RESULT, "failed");
    event_set(&event, EVENT_REASON, visit->reason);
    journal_append(sim->api.journal, &event);
}

void sim_link_failed(void *context, const struct link_facts *facts, const char *reason)
{
    struct visit visit = {.facts = facts, .reason = reason};
    door_call_inner(context, failed_inside, &visit);
}
