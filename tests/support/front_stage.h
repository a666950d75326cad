/*
 * A front with listeners of the test's own choosing, and clients for it. Everything is on loopback;
 * every wait ends after ten seconds.
 */
#ifndef TESTS_SUPPORT_FRONT_STAGE_H
#define TESTS_SUPPORT_FRONT_STAGE_H

#include "fault/fault.h"
#include "front/link.h"
#include "support/cmocka_all.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { STAGE_WISHES = 8, STAGE_WAIT_MS = 10000 };

struct stage {
    pthread_mutex_t lock; /* of all that follows; the front's thread and the test take turns */
    pthread_cond_t changed;
    struct front_wish wishes[STAGE_WISHES];
    size_t count;
    int ports[STAGE_WISHES];
    struct plan plan, asked; /* the second one after a hello in TLS */
    char failed[256];        /* why the last handshake failed */
    const char *names;       /* of the certificate; NULL: this machine's */
    uint64_t leaf, ca;       /* its numbers */
    struct front_options options;
    struct front *front;
};

static bool stage_wish(void *context, size_t index, struct front_wish *wish)
{
    struct stage *stage = context;
    pthread_mutex_lock(&stage->lock);
    bool is_there = index < stage->count;
    if (is_there)
        *wish = stage->wishes[index];
    pthread_mutex_unlock(&stage->lock);
    return is_there;
}

static void stage_opened(void *context, const struct front_wish *wish, int port)
{
    struct stage *stage = context;
    pthread_mutex_lock(&stage->lock);
    for (size_t i = 0; i < stage->count; i++)
        if (strcmp(stage->wishes[i].name, wish->name) == 0)
            stage->ports[i] = port;
    pthread_mutex_unlock(&stage->lock);
}

static void stage_accepted(void *context, const struct link_facts *facts, struct front_welcome *ret)
{
    struct stage *stage = context;
    pthread_mutex_lock(&stage->lock);
    ret->plan = stage->plan;
    pthread_mutex_unlock(&stage->lock);
}

static void stage_asked(void *context, const struct link_facts *facts, struct front_welcome *ret)
{
    struct stage *stage = context;
    pthread_mutex_lock(&stage->lock);
    ret->plan = stage->asked;
    if (stage->plan.bytes == BYTES_CERTIFICATE)
        ret->plan = stage->plan;
    ret->leaf = stage->leaf;
    ret->ca = stage->ca;
    buf_str(&ret->names, stage->names ? stage->names : "localhost\n127.0.0.1\n");
    pthread_mutex_unlock(&stage->lock);
}

static void stage_failed(void *context, const struct link_facts *facts, const char *reason)
{
    struct stage *stage = context;
    pthread_mutex_lock(&stage->lock);
    snprintf(stage->failed, sizeof stage->failed, "%s", reason);
    pthread_cond_broadcast(&stage->changed);
    pthread_mutex_unlock(&stage->lock);
}

/* Named listeners are added to the wishes before and after the start. */
static inline struct front_wish *stage_add(struct stage *stage, enum front_role role,
                                           const char *name)
{
    struct front_wish *wish = &stage->wishes[stage->count++];
    *wish = (struct front_wish){.role = role, .proxy = FRONT_NO_PROXY, .is_open = true};
    snprintf(wish->name, sizeof wish->name, "%s", name);
    return wish;
}

static inline void stage_init(struct stage *stage)
{
    memset(stage, 0, sizeof *stage);
    pthread_mutex_init(&stage->lock, NULL);
    pthread_cond_init(&stage->changed, NULL);
    stage->plan.retry_after_s = stage->asked.retry_after_s = -1;
    stage->options = (struct front_options){.bind = "127.0.0.1",
                                            .wish = stage_wish,
                                            .opened = stage_opened,
                                            .accepted = stage_accepted,
                                            .asked = stage_asked,
                                            .failed = stage_failed,
                                            .context = stage};
}

static inline void stage_start(struct stage *stage)
{
    struct diag diag;
    if (front_start(&stage->options, &stage->front, &diag) || front_reconcile(stage->front, &diag))
        fail_msg("%s", diag.text);
}

static inline void stage_reconcile(struct stage *stage)
{
    struct diag diag;
    if (front_reconcile(stage->front, &diag))
        fail_msg("%s", diag.text);
}

static inline void stage_done(struct stage *stage)
{
    front_stop(stage->front);
    pthread_cond_destroy(&stage->changed);
    pthread_mutex_destroy(&stage->lock);
}

static inline int stage_port(struct stage *stage, size_t index)
{
    pthread_mutex_lock(&stage->lock);
    int port = stage->ports[index];
    pthread_mutex_unlock(&stage->lock);
    return port;
}

/* A connection; -1 when it is refused. */
static inline int dial(int port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
        return fd;
    close(fd);
    return -1;
}

static inline void say(int fd, const char *text)
{
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* What recv() said at the end of hear(). */
enum { HEARD_END = 0, HEARD_RESET = -1, HEARD_ENOUGH = 1, HEARD_NOTHING = 2 };

/* Reads until `wanted` bytes are there, or the end; returns how it ended. `out` is NUL-terminated. */
static inline int hear(int fd, char *out, size_t wanted)
{
    size_t len = 0;
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    out[0] = '\0';
    while (len < wanted) {
        if (poll(&wait, 1, STAGE_WAIT_MS) != 1)
            return HEARD_NOTHING;
        ssize_t got = recv(fd, out + len, wanted - len, 0);
        if (got <= 0)
            return got == 0 ? HEARD_END : HEARD_RESET;
        len += (size_t)got;
        out[len] = '\0';
    }
    return HEARD_ENOUGH;
}

/* True when nothing comes for a short while: for what must stay silent. */
static inline bool is_silent(int fd)
{
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    return poll(&wait, 1, 50) == 0;
}

#endif
