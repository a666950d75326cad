/* The edges' way through the door: what runs on their threads, and what runs inside. */
#include "sim/internal.h"

#include "base/mem.h"
#include "base/text.h"
#include "control/admin.h"

#include <stdio.h>

struct web_visit {
    struct arena *arena;
    const struct web_request *request;
    struct web_reply *reply;
    struct plan *plan;
    bool is_last;
};

/* Who came over TLS is told addresses with TLS: for this call they are the world's. */
static void swap_urls(struct world *world, const struct web_request *request)
{
    char *url = world->base_url;
    if (!request->is_tls || !world->tls_url)
        return;
    bool has_media = text_eq(world->media_url, url);
    world->base_url = world->tls_url;
    world->tls_url = url;
    if (has_media)
        xset(&world->media_url, world->base_url);
}

static void web_inside(struct sim *sim, void *arg)
{
    struct web_visit *visit = arg;
    struct world *world = sim->api.world;
    swap_urls(world, visit->request);
    api_serve(&sim->api, visit->arena, visit->request, visit->reply, visit->plan);
    swap_urls(world, visit->request);
}

static void resume_inside(struct sim *sim, void *arg)
{
    struct web_visit *visit = arg;
    struct world *world = sim->api.world;
    swap_urls(world, visit->request);
    api_resume(&sim->api, visit->arena, visit->request, visit->reply, visit->plan);
    swap_urls(world, visit->request);
}

static bool wait_inside(struct sim *sim, void *arg)
{
    struct web_visit *visit = arg;
    return admin_wait_try(&sim->api, visit->arena, visit->request, visit->reply, visit->is_last);
}

void sim_serve_web(void *context, struct arena *arena, const struct web_request *request,
                   struct web_reply *reply, struct plan *plan)
{
    struct sim *sim = context;
    struct web_visit visit = {arena, request, reply, plan, false};
    *plan = (struct plan){.retry_after_s = -1};
    if (!admin_may(request, reply, sim->options.admin_token))
        return;
    if (admin_is_env(request))
        sim_write_ca(sim, NULL);
    if (!admin_is_wait(request)) {
        door_call(sim, web_inside, &visit);
        while (reply->errand) {
            sim_hook_perform(sim, reply->errand);
            door_call(sim, resume_inside, &visit);
        }
        return;
    }
    if (!door_wait(sim, wait_inside, &visit, admin_wait_timeout_ms(request))) {
        visit.is_last = true;
        door_wait(sim, wait_inside, &visit, 0);
    }
}

static void malformed_inside(struct sim *sim, void *arg)
{
    api_serve_malformed(&sim->api, arg);
}

void sim_serve_malformed(void *context, struct web_reply *reply)
{
    door_call_inner(context, malformed_inside, reply);
}

struct sip_visit {
    struct arena *arena;
    size_t proxy;
    struct sip_request *request;
    struct sip_answer *answer;
    struct plan *plan;
};

static void sip_inside(struct sim *sim, void *arg)
{
    struct sip_visit *visit = arg;
    struct world *world = sim->api.world;
    if (visit->proxy >= world->proxy_count)
        return; /* reset took the proxy away while the message was under way: silence */
    visit->request->proxy = world->proxies[visit->proxy];
    sip_serve(&sim->sip, visit->arena, visit->request, visit->answer, visit->plan);
}

void sim_serve_sip(void *context, struct arena *arena, size_t proxy, struct sip_request *request,
                   struct sip_answer *answer, struct plan *plan)
{
    struct sip_visit visit = {arena, proxy, request, answer, plan};
    *answer = (struct sip_answer){0};
    *plan = (struct plan){.retry_after_s = -1};
    door_call_inner(context, sip_inside, &visit);
}

struct wish_visit {
    size_t index;
    struct edge_wish *wish;
    bool is_there;
    const struct edge_ports *ports;
};

static void wish_inside(struct sim *sim, void *arg)
{
    struct wish_visit *visit = arg;
    const struct world *world = sim->api.world;
    visit->is_there = visit->index < world->proxy_count;
    if (!visit->is_there)
        return;
    const struct proxy *proxy = world->proxies[visit->index];
    *visit->wish = (struct edge_wish){
        .is_open = proxy->state != PROXY_STOPPED,
        .generation = proxy->generation,
        .udp = proxy->want[TRANSPORT_UDP],
        .tcp = proxy->want[TRANSPORT_TCP],
    };
    snprintf(visit->wish->name, sizeof visit->wish->name, "%s", proxy->name);
}

bool sim_proxy_wish(void *context, size_t index, struct edge_wish *wish)
{
    struct wish_visit visit = {.index = index, .wish = wish};
    door_call_inner(context, wish_inside, &visit);
    return visit.is_there;
}

void sim_proxy_has(struct sim *sim, struct proxy *proxy, size_t index, enum transport transport,
                   int port)
{
    proxy->port[transport] = port;
    /* Stopped and started again, it comes back where clients know it; only a move gives other ports. */
    if (!proxy->want[transport])
        proxy->want[transport] = port;
    if (index < SIM_PROXIES_MAX && !sim->home[index][transport])
        sim->home[index][transport] = port;
}

static void opened_inside(struct sim *sim, void *arg)
{
    struct wish_visit *visit = arg;
    struct world *world = sim->api.world;
    if (visit->index >= world->proxy_count)
        return;
    struct proxy *proxy = world->proxies[visit->index];
    sim_proxy_has(sim, proxy, visit->index, TRANSPORT_UDP, visit->ports->udp);
    sim_proxy_has(sim, proxy, visit->index, TRANSPORT_TCP, visit->ports->tcp);
    if (visit->index < SIM_PROXIES_MAX)
        sim->ports[visit->index] = *visit->ports;
}

void sim_proxy_opened(void *context, size_t index, const struct edge_ports *ports)
{
    struct wish_visit visit = {.index = index, .ports = ports};
    door_call_inner(context, opened_inside, &visit);
}

static void next_inside(struct sim *sim, void *arg)
{
    *(struct sip_out **)arg = sip_out_take(sim->api.world);
}

struct sip_out *sim_next_sip(void *context)
{
    struct sip_out *out = NULL;
    door_call_inner(context, next_inside, &out);
    return out;
}

static void replied_inside(struct sim *sim, void *arg)
{
    sip_replied(&sim->sip, arg);
}

void sim_sip_replied(void *context, const struct sip_reply *reply)
{
    door_call_inner(context, replied_inside, (void *)reply);
}

struct taken_visit {
    uint64_t taken;
    enum sip_taken what;
    const char *body;
};

static void taken_inside(struct sim *sim, void *arg)
{
    const struct taken_visit *visit = arg;
    sip_taken(&sim->sip, visit->taken, visit->what, visit->body);
}

void sim_sip_taken(void *context, uint64_t taken, enum sip_taken what, const char *body)
{
    struct taken_visit visit = {taken, what, body};
    door_call_inner(context, taken_inside, &visit);
}
