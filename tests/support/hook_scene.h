/*
 * A simulator with someone logged in who subscribes to presence by webhook, over real sockets. The
 * receiver is the test's own. Frozen clock, no rate limits, handshakes and deliveries wait 150 ms
 * unless the options say otherwise.
 */
#ifndef TESTS_SUPPORT_HOOK_SCENE_H
#define TESTS_SUPPORT_HOOK_SCENE_H

#include "support/cmocka_all.h"

#include "base/node.h"
#include "sim/sim.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct hook_scene {
    struct sim *sim;
    char token[256]; /* an access token */
    int64_t patience_ms;
};

static inline void hook_scene_login(struct sim *sim, void *arg)
{
    struct hook_scene *scene = arg;
    struct world *world = sim_world(sim);
    world->knobs.rate_limits = KNOB_RATE_OFF;
    world->knobs.sub_validation_timeout_ms = scene->patience_ms;
    world->knobs.sub_deliver_timeout_ms = scene->patience_ms;
    struct session *session = session_start(world, world->apps[0], user_named(world, "superadmin"),
                                            UINT64_MAX, 3600000, 604800000, true, NULL, 0);
    snprintf(scene->token, sizeof scene->token, "%s", session->current.access);
}

static inline void hook_scene_start(struct hook_scene *scene, const struct sim_options *options)
{
    struct diag diag;
    if (!scene->patience_ms)
        scene->patience_ms = 150;
    if (sim_start(options, &scene->sim, &diag))
        fail_msg("%s", diag.text);
    door_call(scene->sim, hook_scene_login, scene);
}

/* One REST call; its status, and the whole answer in `out`. */
static inline int hook_scene_ask(const struct hook_scene *scene, const char *method,
                                 const char *path, const char *body, char *out, size_t out_len)
{
    char request[2048];
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)sim_http_port(scene->sim)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    int len = snprintf(request, sizeof request,
                       "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer "
                       "%s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                       method, path, scene->token, strlen(body), body);
    assert_int_equal(send(fd, request, (size_t)len, MSG_NOSIGNAL), len);
    size_t have = 0;
    ssize_t got;
    while (have + 1 < out_len && (got = recv(fd, out + have, out_len - 1 - have, 0)) > 0)
        have += (size_t)got;
    out[have] = '\0';
    close(fd);
    return have > 12 ? (int)strtol(out + 9, NULL, 10) : 0;
}

/* Subscribes `address` to presence, with the verification token v1. */
static inline int hook_scene_create(const struct hook_scene *scene, const char *address, char *out,
                                    size_t out_len)
{
    char body[512];
    snprintf(body, sizeof body,
             "{\"eventFilters\":[\"/restapi/v1.0/account/~/presence\"],\"deliveryMode\":"
             "{\"transportType\":\"WebHook\",\"address\":\"%s\",\"verificationToken\":\"v1\"}}",
             address);
    return hook_scene_ask(scene, "POST", "/restapi/v1.0/subscription", body, out, out_len);
}

/* So many presence events, numbered by `sequence`. */
static inline void hook_scene_notify(const struct hook_scene *scene, const char *times)
{
    struct diag diag;
    struct node event = {.kind = NODE_STRING,
                         .key = "event",
                         .text = "/restapi/v1.0/account/~/presence"},
                count = {.kind = NODE_NUMBER,
                         .key = "times",
                         .text = times,
                         .number = strtod(times, NULL)},
                args = {.kind = NODE_MAP, .count = 2, .first = &event};
    event.next = &count;
    if (sim_verb(scene->sim, "notify", &args, NULL, NULL, &diag))
        fail_msg("%s", diag.text);
}

#endif
