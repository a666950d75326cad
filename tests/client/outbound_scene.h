/*
 * A handset's registration in made-up time against made-up proxies: who is down, how, and what the
 * platform provisions are the test's.
 */
#ifndef RC_CLIENT_TESTS_OUTBOUND_SCENE_H
#define RC_CLIENT_TESTS_OUTBOUND_SCENE_H

#include "outbound.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "settings.h"
#include "support/cmocka_all.h"

enum { TIMEOUT_MS = 5000, PROXIES = 4, GRANTED_S = 300 };

/* How a proxy is down: what a request gets, and how long that takes. */
struct way {
    const char *name;
    struct sipua_result says;
    int64_t costs_ms;
    int64_t flaps_ms; /* up and down in turns of this; 0: down */
};

#define SAYS(code)                                                                                 \
    {                                                                                              \
        .trouble = SIPUA_ANSWERED, .status = (code), .retry_after_s = -1                           \
    }

static const struct way ways[] = {
    {"refused", {.trouble = SIPUA_REFUSED, .retry_after_s = -1}, 1, 0},
    {"silent", {.trouble = SIPUA_SILENT, .retry_after_s = -1}, TIMEOUT_MS, 0},
    {"name gone", {.trouble = SIPUA_UNRESOLVED, .retry_after_s = -1}, 2, 0},
    {"408", SAYS(408), 1, 0},
    {"500", SAYS(500), 1, 0},
    {"502", SAYS(502), 1, 0},
    {"503", SAYS(503), 1, 0},
    {"503, Retry-After", {.status = 503, .retry_after_s = 120}, 1, 0},
    {"504", SAYS(504), 1, 0},
    {"slow 503", SAYS(503), TIMEOUT_MS - 1, 0},
    {"flapping", {.trouble = SIPUA_REFUSED, .retry_after_s = -1}, 1, 10000},
    {"flapping slowly", {.trouble = SIPUA_SILENT, .retry_after_s = -1}, TIMEOUT_MS, 90000},
};

/* Proxies at ports 1 to 4, each up or down from a moment on. */
struct scene {
    int64_t now_ms;
    struct rnd rnd;
    const struct way *down[PROXIES];
    int64_t since_ms[PROXIES];
    int asked[PROXIES], provisions;
    int64_t last_asked_ms;
    struct hostport provisioned[PROXIES];
    int provisioned_count;
    bool is_busy; /* a call is up */
    struct outbound outbound;
};

static inline struct hostport proxy(int port)
{
    struct hostport at = {.port = port};
    snprintf(at.host, sizeof(at.host), "127.0.0.1");
    return at;
}

static inline void given_scene(struct scene *scene, uint64_t seed)
{
    struct failover proxies = {.proxies = {proxy(1), proxy(2)}, .has_secondary = true};
    struct outbound_policy policy = outbound_policy_default();
    *scene = (struct scene){.now_ms = 1000000};
    rnd_init_seeded(&scene->rnd, seed, 1);
    outbound_start(&scene->outbound, &policy, &proxies, &scene->rnd, scene->now_ms);
}

static inline void goes_down(struct scene *scene, int port, const struct way *way)
{
    scene->down[port - 1] = way;
    scene->since_ms[port - 1] = scene->now_ms;
}

static inline struct sipua_result ask(struct scene *scene, const struct hostport *at)
{
    const struct way *way = scene->down[at->port - 1];
    int64_t since_ms = scene->now_ms - scene->since_ms[at->port - 1];
    scene->asked[at->port - 1]++;
    scene->last_asked_ms = scene->now_ms;
    if (way && (way->flaps_ms == 0 || since_ms / way->flaps_ms % 2 == 0)) {
        scene->now_ms += way->costs_ms;
        return way->says;
    }
    scene->now_ms += 2;
    return (struct sipua_result){.status = 200, .granted_s = GRANTED_S, .retry_after_s = -1};
}

/* Performs what is due next; its time comes first. */
static inline struct outbound_step play_one(struct scene *scene)
{
    struct outbound_step step = outbound_next(&scene->outbound);
    if (step.at_ms > scene->now_ms)
        scene->now_ms = step.at_ms;
    if (step.act == OUTBOUND_PROVISION) {
        const struct outbound *now = &scene->outbound;
        bool is_listed = now->route == ROUTE_NONE;
        for (int i = 0; i < scene->provisioned_count && !is_listed; i++)
            is_listed = scene->provisioned[i].port == now->proxies[now->route].port;
        scene->provisions++;
        outbound_provisioned(&scene->outbound, scene->provisioned, scene->provisioned_count,
                             is_listed        ? OUTBOUND_LISTED
                             : scene->is_busy ? OUTBOUND_LEFT_OUT_BUSY
                                              : OUTBOUND_LEFT_OUT,
                             scene->now_ms);
    } else {
        struct sipua_result result = ask(scene, &scene->outbound.proxies[step.route]);
        outbound_heard(&scene->outbound, &step, &result, scene->now_ms);
    }
    return step;
}

static inline void play_until(struct scene *scene, int64_t until_ms)
{
    while (outbound_next(&scene->outbound).at_ms < until_ms)
        play_one(scene);
    if (scene->now_ms < until_ms)
        scene->now_ms = until_ms;
}

/* Plays on until that route carries it; how long that took. Fails after a day. */
static inline int64_t until_carried_by(struct scene *scene, enum route route)
{
    int64_t begun_ms = scene->now_ms;
    while (scene->outbound.route != route) {
        assert_true(scene->now_ms - begun_ms < 86400000);
        play_one(scene);
    }
    return scene->now_ms - begun_ms;
}

#endif
