#include "sim/sim.h"

#include "base/mem.h"
#include "base/text.h"
#include "control/admin.h"
#include "control/control.h"
#include "control/env.h"
#include "fixture/fixture.h"
#include "notify/tell.h"
#include "oauth/oauth.h"
#include "rest/rest.h"
#include "sim/internal.h"
#include "sip/calls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Monday 2026-01-05 09:00 UTC: where frozen worlds begin unless told otherwise. */
enum {
    FROZEN_START_S = 1767603600,
    WEB_THREADS = 32,
    FAMILIES_MAX = REST_FAMILIES_MAX + 8,
    PORT_MAX = 65535,
    /* From a proxy's UDP and TCP port to its others (chosen: the platform's 5096 and 8083 leave no
     * room for several proxies on one address). */
    TLS_ABOVE = 100,
    WS_ABOVE = 200,
    WSS_ABOVE = 300,
};

static int apply_sets(const struct sim *sim, struct world *world, struct diag *diag)
{
    for (const char *const *set = sim->options.sets; *set; set++) {
        char name[64];
        const char *eq = strchr(*set, '=');
        if (!eq || (size_t)(eq - *set) >= sizeof name)
            return diag_set(diag, ERR_USAGE, NULL, 0, 0, "a knob is set as name=value, not \"%s\"",
                            *set);
        snprintf(name, sizeof name, "%.*s", (int)(eq - *set), *set);
        if (!knobs_set(&world->knobs, name, eq + 1, diag))
            return ERR_USAGE;
    }
    return 0;
}

/* The ports it had at start, else the fixture's, else those that follow from the first SIP port. */
static int wish_ports(const struct sim *sim, struct proxy *proxy, size_t index, struct diag *diag)
{
    static const int above[TRANSPORTS] = {
        [TRANSPORT_TLS] = TLS_ABOVE, [TRANSPORT_WS] = WS_ABOVE, [TRANSPORT_WSS] = WSS_ABOVE};
    for (int i = 0; i < TRANSPORTS; i++) {
        int first = sim->options.sip_port, home = sim->home[index][i];
        if (!home && proxy->want[i] && sim->options.fixture_ports)
            continue;
        int wished = first ? first + (int)index + above[i] : 0;
        if (wished > PORT_MAX)
            return diag_set(diag, ERR_USAGE, NULL, 0, 0,
                            "with the first SIP port %d there is none left for proxy %s", first,
                            proxy->name);
        proxy->want[i] = home ? home : wished;
    }
    return 0;
}

int sim_build_world(struct sim *sim, struct world **ret, struct diag *diag)
{
    const struct sim_options *options = &sim->options;
    int64_t start_ms = options->start_ms;
    if (!start_ms && options->clock == CLOCK_FROZEN)
        start_ms = FROZEN_START_S * (int64_t)1000;
    struct world *world = world_new(options->seed ? options->seed : 1, options->clock, start_ms);
    if (options->clock_scale > 0)
        world->clock.scale = options->clock_scale;
    xset(&world->bind, options->bind);
    sim_tell_urls(sim, world);
    sim_serve_transports(sim, world);
    world->names_resolve = options->names_resolve;
    notice_listen(world, notify_hear, sim->api.journal);
    struct fixture_options wants = {.call_log_records = options->call_log_records};
    int err = fixture_load(world, sim->fixture_path, &wants, diag);
    if (!err)
        err = apply_sets(sim, world, diag);
    if (err) {
        world_free(world);
        return err;
    }
    for (size_t i = 0; i < world->proxy_count && i < SIM_PROXIES_MAX; i++) {
        err = wish_ports(sim, world->proxies[i], i, diag);
        if (err) {
            world_free(world);
            return err;
        }
    }
    *ret = world;
    return 0;
}

static void build_router(struct sim *sim)
{
    struct route_family families[FAMILIES_MAX];
    size_t count = 0;
    families[count++] = oauth_routes();
    families[count++] = admin_routes();
    count += rest_families(families + count, FAMILIES_MAX - count - 1);
    if (sim->openapi) {
        families[count] = openapi_routes(sim->openapi, families, count);
        count++;
    }
    sim->api.router = router_new(families, count);
}

static int start_edges(struct sim *sim, struct diag *diag)
{
    int err = 0, threads = sim->options.web_threads ? sim->options.web_threads : WEB_THREADS;
    if (!sim->options.has_no_web) {
        struct listener_options web = {
            .bind = sim->options.bind,
            .port = sim->options.port,
            .threads = threads,
            .inner_threads = sim->options.has_no_front ? 0 : threads / 4 + 2,
            .crowded = sim->options.has_no_front ? NULL : sim_web_crowded,
            .serve = sim_serve_web,
            .malformed = sim_serve_malformed,
            .context = sim,
        };
        err = listener_start(&web, &sim->listener, diag);
        if (err)
            return err;
        snprintf(sim->base_url, sizeof sim->base_url, "http://%s:%d",
                 text_eq(sim->options.bind, "0.0.0.0") ? "127.0.0.1" : sim->options.bind,
                 listener_port(sim->listener));
        door_enter(sim);
        sim_tell_urls(sim, sim->api.world);
        door_leave(sim);
    }
    if (!sim->options.has_no_sip) {
        struct edge_options sip = {
            .bind = sim->options.bind,
            .serve = sim_serve_sip,
            .wish = sim_proxy_wish,
            .opened = sim_proxy_opened,
            .next = sim_next_sip,
            .replied = sim_sip_replied,
            .taken = sim_sip_taken,
            .hop_key = *sim->hop_key ? sim->hop_key : NULL,
            .context = sim,
        };
        err = edge_start(&sip, &sim->edge, diag);
    }
    if (!err && sim->front)
        err = front_reconcile(sim->front, diag);
    if (!err)
        err = sim_start_dns(sim, diag);
    if (!err && sim->front && sim->options.ca_file)
        err = sim_write_ca(sim, diag);
    return err;
}

int sim_start(const struct sim_options *options, struct sim **ret_sim, struct diag *diag)
{
    struct sim *sim = xcalloc(1, sizeof *sim);
    sim->options = *options;
    if (!sim->options.bind)
        sim->options.bind = "127.0.0.1";
    pthread_mutexattr_t adaptive;
    pthread_mutexattr_init(&adaptive);
    pthread_mutexattr_settype(&adaptive, PTHREAD_MUTEX_ADAPTIVE_NP);
    pthread_mutex_init(&sim->lock, &adaptive);
    pthread_mutex_init(&sim->edges, NULL);
    pthread_mutex_init(&sim->hook_lock, NULL);
    pthread_mutexattr_destroy(&adaptive);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&sim->happened, &monotonic);
    pthread_condattr_destroy(&monotonic);

    struct journal_limits limits = {.events = options->journal_events};
    sim->api.journal = journal_new(&limits);
    sim->api.faults = faults_new();
    sim_mount(sim);
    int err = sim_start_front(sim, diag); /* first: its keys are made beside all that follows */
    if (!err)
        err = fixture_find(options->fixture ? options->fixture : "acme-rc", sim->fixture_path,
                           sizeof sim->fixture_path, diag);
    if (!err)
        err = sim_read_hook_ca(sim, diag);
    if (!err && options->openapi)
        err = openapi_load(options->openapi, &sim->openapi, diag);
    if (!err)
        err = sim_build_world(sim, &sim->api.world, diag);
    if (!err) {
        sim->sip = (struct sip_service){sim->api.world, sim->api.journal, sim->api.faults};
        sim->api.world->sip = &sim->sip;
        sim->api.world->phones = &calls_phones;
        sim->carrier = sim_carrier(sim);
        sim->api.world->media = &sim->carrier;
        build_router(sim);
        err = start_edges(sim, diag);
    }
    if (err) {
        sim_stop(sim);
        return err;
    }
    *ret_sim = sim;
    return 0;
}

/* Whoever has mail for it finds it gone before it is. */
static void stop_front(struct sim *sim)
{
    door_enter(sim);
    struct front *front = sim->front;
    sim->front = NULL;
    pthread_mutex_unlock(&sim->lock);
    front_stop(front);
}

void sim_stop(struct sim *sim)
{
    if (!sim)
        return;
    if (sim->api.world)
        door_stop_ticker(sim);
    sim_hook_halt(sim);
    dns_edge_stop(sim->dns);
    listener_halt(sim->listener);
    stop_front(sim);
    sim_remove_ca(sim);
    edge_stop(sim->edge);
    listener_stop(sim->listener);
    if (sim->api.world)
        sim->api.world->media = NULL;
    media_stop(sim->media);
    hooks_free(sim->hooks);
    buf_done(&sim->hook_ca);
    sim_gateway_done(sim);
    router_free(sim->api.router);
    openapi_free(sim->openapi);
    world_free(sim->api.world);
    faults_free(sim->api.faults);
    journal_free(sim->api.journal);
    pthread_cond_destroy(&sim->happened);
    pthread_mutex_destroy(&sim->edges);
    pthread_mutex_destroy(&sim->hook_lock);
    pthread_mutex_destroy(&sim->lock);
    free(sim);
}

int sim_reset(struct sim *sim, struct diag *diag)
{
    struct world *world;
    int err = sim_build_world(sim, &world, diag);
    if (err)
        return err;
    door_enter(sim);
    struct world *old = sim->api.world;
    /* Whoever rings or talks hears that it is over: said by the old world, sent for the new. */
    while (old->phone_calls)
        switch_end(old, old->phone_calls, 480, "everything was reset");
    sip_outs_move(world, old);
    for (size_t i = 0; i < world->proxy_count && i < old->proxy_count; i++) {
        /* A listener that stays as it is will not be opened again: its ports carry over. */
        memcpy(world->proxies[i]->port, old->proxies[i]->port, sizeof old->proxies[i]->port);
    }
    sim->api.world = sim->sip.world = world;
    world->sip = &sim->sip;
    world->phones = &calls_phones;
    world->media = &sim->carrier;
    old->media = NULL; /* its calls end untold */
    media_clear(sim->media);
    sim->life++;
    journal_clear(sim->api.journal);
    fault_clear(sim->api.faults, "*");
    if (sim->front)
        front_wake(sim->front); /* sockets of the old world end */
    door_leave(sim);
    world_free(old);
    return 0;
}

struct world *sim_world(struct sim *sim)
{
    return sim->api.world;
}

struct journal *sim_journal(struct sim *sim)
{
    return sim->api.journal;
}

struct faults *sim_faults(struct sim *sim)
{
    return sim->api.faults;
}

const char *sim_base_url(const struct sim *sim)
{
    return sim->base_url;
}

int sim_http_port(const struct sim *sim)
{
    return sim->listener ? listener_port(sim->listener) : 0;
}

static void ready_inside(struct sim *sim, void *arg)
{
    *(bool *)arg = sim->options.has_no_sip || env_is_ready(sim->api.world);
}

bool sim_is_ready(struct sim *sim)
{
    bool is_ready = false;
    door_call(sim, ready_inside, &is_ready);
    return is_ready;
}

struct env_visit {
    struct buf *out;
    void (*write)(struct world *world, struct arena *arena, struct buf *out);
};

static void env_inside(struct sim *sim, void *arg)
{
    struct env_visit *visit = arg;
    struct arena arena;
    arena_init(&arena);
    visit->write(sim->api.world, &arena, visit->out);
    arena_done(&arena);
}

void sim_env(struct sim *sim, struct buf *out)
{
    struct env_visit visit = {out, env_json};
    sim_write_ca(sim, NULL);
    door_call(sim, env_inside, &visit);
}

void sim_env_shell(struct sim *sim, struct buf *out)
{
    struct env_visit visit = {out, env_shell};
    sim_write_ca(sim, NULL);
    door_call(sim, env_inside, &visit);
}

struct verb_visit {
    const struct verb *verb;
    struct verb_call call;
    int err;
};

static void verb_inside(struct sim *sim, void *arg)
{
    struct verb_visit *visit = arg;
    struct arena arena;
    arena_init(&arena);
    visit->call.world = sim->api.world;
    visit->call.journal = sim->api.journal;
    visit->call.faults = sim->api.faults;
    visit->call.arena = &arena;
    visit->err = verb_run(visit->verb, &visit->call);
    arena_done(&arena);
}

int sim_verb(struct sim *sim, const char *verb, const struct node *args, const char *file,
             struct buf *ret_out, struct diag *diag)
{
    const char *near = NULL;
    struct buf scratch;
    buf_init(&scratch, 1 << 20);
    struct json_out out;
    json_out_init(&out, ret_out ? ret_out : &scratch);
    struct event event;
    struct verb_visit visit = {
        .verb = verb_named(verb, &near),
        .call = {.args = args, .file = file, .event = &event, .out = &out, .diag = diag},
    };
    if (!visit.verb)
        visit.err = diag_set(diag, ERR_USAGE, file, args ? args->line : 0, args ? args->col : 0,
                             "unknown verb \"%s\"%s%s%s", verb, near ? "; did you mean \"" : "",
                             near ? near : "", near ? "\"?" : "");
    else {
        json_open(&out, NULL);
        door_call(sim, verb_inside, &visit);
        json_close(&out);
    }
    buf_done(&scratch);
    return visit.err;
}
