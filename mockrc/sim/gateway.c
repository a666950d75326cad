/* The WebSocket gateway and the sim: its connections' way through the door, and its errands. */
#include "sim/internal.h"

#include "base/mem.h"

#include <stdlib.h>

struct open_visit {
    const struct gateway_ask *ask;
    struct gateway_out *out;
};

static void open_inside(struct sim *sim, void *arg)
{
    struct open_visit *visit = arg;
    gateway_open(&sim->api, visit->ask, visit->out);
}

static void open_one(void *context, const struct gateway_ask *ask, struct gateway_out *out)
{
    struct open_visit visit = {ask, out};
    door_call_inner(context, open_inside, &visit);
}

struct hear_visit {
    int64_t wsc;
    uint64_t link;
    bool is_text;
    const char *bytes;
    size_t len;
    struct gateway_out *out;
};

static void hear_inside(struct sim *sim, void *arg)
{
    struct hear_visit *visit = arg;
    gateway_hear(&sim->api, visit->wsc, visit->link, visit->is_text, visit->bytes, visit->len,
                 visit->out);
    if (visit->out->call)
        visit->out->call->life = sim->life;
}

static void hear(void *context, int64_t wsc, uint64_t link, bool is_text, const char *bytes,
                 size_t len, struct gateway_out *out)
{
    struct hear_visit visit = {wsc, link, is_text, bytes, len, out};
    door_call_inner(context, hear_inside, &visit);
}

struct take_visit {
    struct gateway_out *out;
    bool is_taken;
};

/* Calls whose errand is performed come first, then what the world has. */
static void take_inside(struct sim *sim, void *arg)
{
    struct take_visit *visit = arg;
    struct gateway_call *call = sim->performed;
    while (call && call->life != sim->life) {
        sim->performed = call->next;
        gateway_call_free(call);
        call = sim->performed;
    }
    if (call) {
        sim->performed = call->next;
        gateway_resume(&sim->api, call, visit->out);
        if (visit->out->call)
            visit->out->call->life = sim->life;
        visit->is_taken = true;
    } else {
        visit->is_taken = gateway_take(&sim->api, visit->out);
        if (!visit->is_taken) /* as for webhooks (sim/hook.c) */
            pthread_cond_broadcast(&sim->happened);
    }
}

static bool take(void *context, struct gateway_out *out)
{
    struct take_visit visit = {.out = out};
    door_call_inner(context, take_inside, &visit);
    return visit.is_taken;
}

struct link_visit {
    int64_t wsc;
    uint64_t link, life;
    int code;
    const char *why;
};

static void ready_inside(struct sim *sim, void *arg)
{
    const struct link_visit *visit = arg;
    gateway_ready(&sim->api, visit->wsc, visit->link);
}

static void ready(void *context, int64_t wsc, uint64_t link)
{
    struct link_visit visit = {.wsc = wsc, .link = link};
    door_call_inner(context, ready_inside, &visit);
}

static void answered_inside(struct sim *sim, void *arg)
{
    const struct link_visit *visit = arg;
    gateway_answered(&sim->api, visit->wsc, visit->link);
}

static void answered(void *context, int64_t wsc, uint64_t link)
{
    struct link_visit visit = {.wsc = wsc, .link = link};
    door_call_inner(context, answered_inside, &visit);
}

static void lose_inside(struct sim *sim, void *arg)
{
    const struct link_visit *visit = arg;
    gateway_lose(&sim->api, visit->wsc, visit->link, visit->code, visit->why);
}

static void lose(void *context, int64_t wsc, uint64_t link, int code, const char *why)
{
    struct link_visit visit = {.wsc = wsc, .link = link, .code = code, .why = why};
    door_call_inner(context, lose_inside, &visit);
}

static void life_inside(struct sim *sim, void *arg)
{
    *(uint64_t *)arg = sim->life;
}

static uint64_t life(void *context)
{
    uint64_t now = 0;
    door_call_inner(context, life_inside, &now);
    return now;
}

/* On the webhooks' thread: back to the front's, which owns the connection. */
static void performed_inside(struct sim *sim, void *arg)
{
    struct gateway_call *call = arg;
    call->next = sim->performed;
    sim->performed = call;
    if (sim->front)
        front_wake(sim->front);
}

struct errand_ticket {
    struct sim *sim;
    struct gateway_call *call;
};

static void errand_done(void *context)
{
    struct errand_ticket *ticket = context;
    struct sim *sim = ticket->sim;
    door_call_inner(sim, performed_inside, ticket->call);
    free(ticket);
}

static void perform(void *context, struct gateway_call *call)
{
    struct errand_ticket *ticket = xmalloc(sizeof *ticket);
    *ticket = (struct errand_ticket){context, call};
    sim_hook_begin(context, call->reply.errand, errand_done, ticket);
}

void sim_gateway_init(struct sim *sim)
{
    struct gateway_callbacks callbacks = {.context = sim,
                                          .open = open_one,
                                          .hear = hear,
                                          .take = take,
                                          .ready = ready,
                                          .answered = answered,
                                          .lose = lose,
                                          .perform = perform,
                                          .life = life};
    sim->gateway = gateway_edge_new(&callbacks);
}

void sim_gateway_done(struct sim *sim)
{
    while (sim->performed) {
        struct gateway_call *call = sim->performed;
        sim->performed = call->next;
        gateway_call_free(call);
    }
    gateway_edge_free(sim->gateway);
}
