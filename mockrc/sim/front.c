/* The front and the sim: which services it has, and which listeners the world wants of it. Its connections:
 * connections.c. */
#include "sim/internal.h"

#include "base/codec.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define GATEWAY_PATH "/ws"

/* Listeners there is one of; those of the proxies follow. */
static const enum front_role web_roles[] = {FRONT_HTTPS, FRONT_WS, FRONT_HTTP};
static const enum front_role sip_roles[] = {FRONT_SIP_TLS, FRONT_SIP_WS, FRONT_SIP_WSS,
                                            FRONT_SIP_TCP};
enum {
    /* Patience with HTTP clients, as civetweb has it. */
    HTTP_HEAD_MS = 5000,
    HTTP_BODY_MS = 30000,
    HTTP_IDLE_MS = 30000,
    HTTP_HELD_MAX = 256 << 20,
    WEB_ROLES = sizeof web_roles / sizeof *web_roles,
    SIP_ROLES = sizeof sip_roles / sizeof *sip_roles,
};

static enum transport role_transport(enum front_role role)
{
    enum transport transport = TRANSPORT_TCP;
    transport_named(front_role_transport(role), &transport);
    return transport;
}

static void mount_sip(struct sim *sim)
{
    unsigned char key[HOP_KEY_LEN / 2];
    hash_random(key, sizeof key);
    codec_hex(sim->hop_key, key, sizeof key);
    sim->sip_links = (struct sip_link_options){.key = sim->hop_key};
    sim->mounts[FRONT_SIP_TLS] = sim->mounts[FRONT_SIP_TCP] =
        (struct front_mount){&sip_stream_service, &sim->sip_links};
    sim->mounts[FRONT_SIP_WS] = sim->mounts[FRONT_SIP_WSS] =
        (struct front_mount){&sip_web_service, &sim->sip_links};
}

void sim_mount(struct sim *sim)
{
    if (sim->options.has_no_front)
        return;
    sim_gateway_init(sim);
    sim->http_links = (struct http_links){
        .path = GATEWAY_PATH,
        .gateway = &gateway_service,
        .context = sim->gateway,
        .body_max = WEB_MULTIPART_MAX,
        .held_max = HTTP_HELD_MAX,
        .head_ms = HTTP_HEAD_MS,
        .body_ms = HTTP_BODY_MS,
        .idle_ms = HTTP_IDLE_MS,
    };
    if (!sim->options.has_no_web)
        sim->mounts[FRONT_WS] = sim->mounts[FRONT_HTTPS] = sim->mounts[FRONT_HTTP] =
            (struct front_mount){&http_link_service, &sim->http_links};
    if (!sim->options.has_no_sip)
        mount_sip(sim);
}

void sim_serve_transports(const struct sim *sim, struct world *world)
{
    for (size_t i = 0; i < SIP_ROLES; i++)
        if (sim->mounts[sip_roles[i]].service)
            world->transports |= 1u << role_transport(sip_roles[i]);
}

static void set_url(char **slot, const char *url)
{
    xset(slot, *url ? url : NULL);
}

void sim_tell_urls(const struct sim *sim, struct world *world)
{
    xset(&world->base_url, sim->base_url);
    xset(&world->media_url, sim->base_url);
    set_url(&world->tls_url, sim->tls_url);
    set_url(&world->ws_url, sim->ws_url);
    set_url(&world->wss_url, sim->wss_url);
    set_url(&world->ca_file, sim->ca_file);
    set_url(&world->dns_address, sim->dns_address);
}

struct wish_visit {
    size_t index;
    struct front_wish *wish;
    bool is_there;
};

static void web_wish(const struct sim *sim, enum front_role role, struct front_wish *wish)
{
    wish->role = role;
    wish->proxy = FRONT_NO_PROXY;
    wish->is_open = sim->listener != NULL;
    wish->restarts = role == FRONT_HTTPS ? sim->api.world->restarts : 0;
    wish->port = role == FRONT_HTTPS ? sim->options.https_port
                 : role == FRONT_WS  ? sim->options.ws_port
                                     : sim_http_port(sim);
    if (sim->listener)
        wish->upstream = listener_inner_port(sim->listener, front_role_is_tls(role));
    snprintf(wish->name, sizeof wish->name, "%s",
             role == FRONT_WS ? "gateway" : front_role_transport(role));
}

static void sip_wish(const struct sim *sim, size_t index, enum front_role role,
                     struct front_wish *wish)
{
    const struct proxy *proxy = sim->api.world->proxies[index];
    *wish = (struct front_wish){
        .role = role,
        .proxy = (int)index,
        .is_open = proxy->state != PROXY_STOPPED && sim->ports[index].inner,
        .restarts = front_role_is_tls(role) ? proxy->restarts : 0,
        .generation = proxy->generation,
        .port = proxy->want[role_transport(role)],
        .upstream = sim->ports[index].inner,
    };
    snprintf(wish->name, sizeof wish->name, "%s %s", proxy->name, front_role_transport(role));
}

static void refuse_if_told(struct sim *sim, struct front_wish *wish)
{
    struct event event;
    struct plan plan;
    sim_describe_listener(sim, front_op_at(FRONT_OP_CONNECT), wish->name, wish->role, wish->proxy,
                          &event);
    wish->is_refusing =
        fault_refuses(sim->api.faults, &event, event.time_ms, &plan, &wish->is_timed);
    sim->has_timed_rules |= wish->is_timed;
}

static bool is_told_of(const struct sim *sim, const struct front_wish *wish)
{
    struct event event;
    sim_describe_listener(sim, front_op_at(FRONT_OP_CONNECT), wish->name, wish->role, wish->proxy,
                          &event);
    return fault_is_about(sim->api.faults, &event);
}

/* The plain HTTP port is civetweb's own, which is fast, until a rule is about its connections or they hold most
 * of its workers; from then on new ones come through the front. */
static void take_if_told(struct sim *sim, struct front_wish *wish)
{
    if (sim->listener && is_told_of(sim, wish))
        sim->has_plain_http = true;
    wish->is_open = sim->has_plain_http;
}

/* The same with a proxy's TCP port, which is the SIP library's: until the proxy stops or moves. */
static void take_tcp_if_told(const struct sim *sim, struct front_wish *wish)
{
    wish->is_open = wish->is_open && (sim->ports[wish->proxy].is_yielded || is_told_of(sim, wish));
}

static void wish_inside(struct sim *sim, void *arg)
{
    struct wish_visit *visit = arg;
    const struct world *world = sim->api.world;
    visit->is_there = true;
    if (visit->index == 0)
        sim->has_timed_rules = false; /* the wishes are read from the first on */
    if (visit->index < WEB_ROLES) {
        web_wish(sim, web_roles[visit->index], visit->wish);
        if (visit->wish->role == FRONT_HTTP)
            take_if_told(sim, visit->wish);
        refuse_if_told(sim, visit->wish);
        return;
    }
    size_t at = visit->index - WEB_ROLES, index = at / SIP_ROLES;
    visit->is_there = index < world->proxy_count && index < SIM_PROXIES_MAX;
    if (!visit->is_there)
        return;
    sip_wish(sim, index, sip_roles[at % SIP_ROLES], visit->wish);
    if (visit->wish->role == FRONT_SIP_TCP)
        take_tcp_if_told(sim, visit->wish);
    refuse_if_told(sim, visit->wish);
}

static void crowd_inside(struct sim *sim, void *arg)
{
    if (sim->has_plain_http)
        return;
    sim->has_plain_http = true;
    outbox_put(sim->api.world, OUTBOX_PROXY, 0);
}

void sim_web_crowded(void *context)
{
    door_call(context, crowd_inside, NULL);
}

bool sim_has_new_rules(struct sim *sim)
{
    uint64_t edition = faults_edition(sim->api.faults);
    bool is_new = sim->front && (edition != sim->fault_edition || sim->has_timed_rules);
    sim->fault_edition = edition;
    return is_new;
}

static void yielded_inside(struct sim *sim, void *arg)
{
    sim->ports[*(int *)arg].is_yielded = true;
}

/* The SIP edge hands its socket over, once for each time it has opened one. */
static void take_tcp(struct sim *sim, struct front_wish *wish)
{
    int fd = edge_yield_tcp(sim->edge, (size_t)wish->proxy);
    if (fd < 0)
        return;
    wish->fd = fd;
    door_call_inner(sim, yielded_inside, &wish->proxy);
}

static bool wish(void *context, size_t index, struct front_wish *ret)
{
    struct wish_visit visit = {.index = index, .wish = ret};
    struct sim *sim = context;
    door_call_inner(sim, wish_inside, &visit);
    if (visit.is_there && ret->role == FRONT_HTTP && ret->is_open && !sim->has_yielded) {
        ret->fd = listener_yield(sim->listener);
        sim->has_yielded = true;
    }
    if (visit.is_there && ret->role == FRONT_SIP_TCP && ret->is_open)
        take_tcp(sim, ret);
    return visit.is_there;
}

struct opened_visit {
    const struct front_wish *wish;
    int port;
};

/* "https://127.0.0.1:5881" and what follows it; "" when the port is 0. */
static void write_url(const struct sim *sim, char out[96], const char *scheme, int port,
                      const char *path)
{
    out[0] = '\0';
    if (port)
        snprintf(out, 96, "%s://%s:%d%s", scheme,
                 text_eq(sim->options.bind, "0.0.0.0") ? "127.0.0.1" : sim->options.bind, port,
                 path);
}

/* Nobody listens there from now on: that is the rule's hit. */
static void note_refusal(struct sim *sim, const struct front_wish *wish)
{
    struct event event;
    struct plan plan;
    bool is_timed;
    sim_describe_listener(sim, front_op_at(FRONT_OP_REFUSE), wish->name, wish->role, wish->proxy,
                          &event);
    struct event connect = event;
    connect.op = front_op_at(FRONT_OP_CONNECT);
    if (!fault_refuses(sim->api.faults, &connect, event.time_ms, &plan, &is_timed))
        return;
    fault_hit(sim->api.faults, plan.rule);
    sim_note_byte_fault(&event, &plan);
    journal_append(sim->api.journal, &event);
}

static void opened_inside(struct sim *sim, void *arg)
{
    const struct opened_visit *visit = arg;
    if (visit->wish->is_refusing && visit->port)
        note_refusal(sim, visit->wish);
    struct world *world = sim->api.world;
    enum front_role role = visit->wish->role;
    size_t proxy = (size_t)visit->wish->proxy;
    int gateway_port = sim->http_links.gateway ? visit->port : 0;
    if (front_role_is_sip(role)) {
        if (proxy < world->proxy_count && role != FRONT_SIP_TCP)
            sim_proxy_has(sim, world->proxies[proxy], proxy, role_transport(role), visit->port);
        return;
    }
    if (role == FRONT_HTTP)
        return; /* where it always was, as a proxy's TCP */
    if (front_role_is_tls(role)) {
        write_url(sim, sim->tls_url, "https", visit->port, "");
        write_url(sim, sim->wss_url, "wss", gateway_port, GATEWAY_PATH);
    } else {
        write_url(sim, sim->ws_url, "ws", gateway_port, GATEWAY_PATH);
    }
    sim_tell_urls(sim, world);
}

static void opened(void *context, const struct front_wish *ret_wish, int port)
{
    struct opened_visit visit = {ret_wish, port};
    door_call_inner(context, opened_inside, &visit);
}

int sim_start_front(struct sim *sim, struct diag *diag)
{
    if (sim->options.has_no_front)
        return ERR_OK;
    struct front_options options = {
        .bind = sim->options.bind,
        .keylog = sim->options.keylog,
        .makes_ca = sim->options.tells_ca || sim->options.ca_file,
        .wish = wish,
        .opened = opened,
        .accepted = sim_link_accepted,
        .asked = sim_link_asked,
        .failed = sim_link_failed,
        .context = sim,
    };
    memcpy(options.mounts, sim->mounts, sizeof options.mounts);
    return front_start(&options, &sim->front, diag);
}

void sim_catch_up(struct sim *sim)
{
    if (sim->front)
        front_catch_up(sim->front);
}
