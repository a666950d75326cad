/*
 * An edge on real sockets in front of a small world: what the simulator is between its SIP ports and
 * the door, without the rest. The scene is only touched under the stage's lock, as behind the door.
 */
#ifndef MOCKRC_TESTS_SIP_STAGE_H
#define MOCKRC_TESTS_SIP_STAGE_H

#include "support/sip_client.h"
#include "support/sip_scene.h"

#include "sip/edge.h"

#include <pthread.h>
#include <time.h>

struct stage {
    struct scene *scene;
    pthread_mutex_t lock;
    pthread_cond_t replied;
    struct edge *edge;
    struct sip_client udp, tcp; /* connected to proxy "a" */
    int inner;                  /* where a front brings connections to proxy "a" */
};

static inline void stage_serve(void *context, struct arena *arena, size_t proxy,
                               struct sip_request *request, struct sip_answer *answer,
                               struct plan *plan)
{
    struct stage *stage = context;
    struct scene *scene = stage->scene;
    pthread_mutex_lock(&stage->lock);
    request->proxy = scene->world->proxies[proxy];
    sip_serve(&scene->service, arena, request, answer, plan);
    pthread_mutex_unlock(&stage->lock);
}

static inline bool stage_wish(void *context, size_t index, struct edge_wish *wish)
{
    struct stage *stage = context;
    pthread_mutex_lock(&stage->lock);
    bool is_there = index < stage->scene->world->proxy_count;
    if (is_there) {
        const struct proxy *proxy = stage->scene->world->proxies[index];
        snprintf(wish->name, sizeof wish->name, "%s", proxy->name);
        wish->is_open = proxy->state != PROXY_STOPPED;
        wish->generation = proxy->generation;
        wish->udp = proxy->want[TRANSPORT_UDP];
        wish->tcp = proxy->want[TRANSPORT_TCP];
    }
    pthread_mutex_unlock(&stage->lock);
    return is_there;
}

static inline void stage_opened(void *context, size_t index, const struct edge_ports *ports)
{
    struct stage *stage = context;
    pthread_mutex_lock(&stage->lock);
    stage->scene->world->proxies[index]->port[TRANSPORT_UDP] = ports->udp;
    stage->scene->world->proxies[index]->port[TRANSPORT_TCP] = ports->tcp;
    if (index == 0)
        stage->inner = ports->inner;
    pthread_mutex_unlock(&stage->lock);
}

static inline struct sip_out *stage_next(void *context)
{
    struct stage *stage = context;
    pthread_mutex_lock(&stage->lock);
    struct sip_out *out = sip_out_take(stage->scene->world);
    pthread_mutex_unlock(&stage->lock);
    return out;
}

static inline void stage_replied(void *context, const struct sip_reply *reply)
{
    struct stage *stage = context;
    struct scene *scene = stage->scene;
    pthread_mutex_lock(&stage->lock);
    sip_replied(&scene->service, reply);
    pthread_cond_broadcast(&stage->replied);
    pthread_mutex_unlock(&stage->lock);
}

static inline void stage_taken(void *context, uint64_t taken, enum sip_taken what, const char *body)
{
    struct stage *stage = context;
    pthread_mutex_lock(&stage->lock);
    sip_taken(&stage->scene->service, taken, what, body);
    pthread_cond_broadcast(&stage->replied);
    pthread_mutex_unlock(&stage->lock);
}

/* Waits, under the lock, for event number `seq`. */
static inline void stage_wait(struct stage *stage, uint64_t seq)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += SIP_CLIENT_WAIT_MS / 1000;
    while (journal_last(stage->scene->journal) < seq)
        if (pthread_cond_timedwait(&stage->replied, &stage->lock, &until) != 0)
            fail_msg("no reply became an event");
}

static inline struct edge_options stage_options(struct stage *stage)
{
    return (struct edge_options){.bind = "127.0.0.1",
                                 .serve = stage_serve,
                                 .wish = stage_wish,
                                 .opened = stage_opened,
                                 .next = stage_next,
                                 .replied = stage_replied,
                                 .taken = stage_taken,
                                 .hop_key = "secret",
                                 .context = stage};
}

static inline struct proxy *stage_proxy(struct stage *stage, const char *name)
{
    return proxy_named(stage->scene->world, name);
}

static inline int given_stage(void **state)
{
    struct stage *stage = xcalloc(1, sizeof *stage);
    given_scene((void **)&stage->scene);
    pthread_mutex_init(&stage->lock, NULL);
    pthread_cond_init(&stage->replied, NULL);
    struct edge_options options = stage_options(stage);
    struct diag diag;
    if (edge_start(&options, &stage->edge, &diag))
        fail_msg("%s", diag.text);
    assert_true(sip_client_open(&stage->udp, false, stage_proxy(stage, "a")->port[TRANSPORT_UDP]));
    assert_true(sip_client_open(&stage->tcp, true, stage_proxy(stage, "a")->port[TRANSPORT_TCP]));
    *state = stage;
    return 0;
}

static inline int stage_done(void **state)
{
    struct stage *stage = *state;
    sip_client_close(&stage->udp);
    sip_client_close(&stage->tcp);
    edge_stop(stage->edge);
    pthread_cond_destroy(&stage->replied);
    pthread_mutex_destroy(&stage->lock);
    scene_done((void **)&stage->scene);
    free(stage);
    return 0;
}

/* A request of the client with CSeq `cseq`; `more` are header lines. */
static inline const char *stage_message(struct stage *stage, struct sip_client *client,
                                        const char *method, int cseq, const char *more)
{
    return arena_printf(&stage->scene->arena,
                        "%s sip:d.test SIP/2.0\r\n"
                        "Via: SIP/2.0/%s 127.0.0.1:%d;branch=z9hG4bK-%s-%d;rport\r\n"
                        "Max-Forwards: 70\r\n"
                        "From: <sip:" SIP_WORLD_AOR "@d.test>;tag=f\r\n"
                        "To: <sip:" SIP_WORLD_AOR "@d.test>\r\n"
                        "Call-ID: c-%s\r\n"
                        "CSeq: %d %s\r\n"
                        "%s"
                        "Content-Length: 0\r\n\r\n",
                        method, client->is_tcp ? "TCP" : "UDP", client->port, method, cseq,
                        client->is_tcp ? "tcp" : "udp", cseq, method, more);
}

/* A REGISTER with the answer to the challenge in client->text (RFC 2069 form). */
static inline const char *stage_credentials(struct stage *stage, struct sip_client *client,
                                            const char *contact)
{
    char challenge[256];
    struct sip_request request = {.method = "REGISTER"};
    sip_client_header(client, "WWW-Authenticate", challenge, sizeof challenge);
    sip_answer_challenge(&stage->scene->arena, &request, challenge, &stage->scene->secret);
    const struct sip_credentials *with = &request.credentials;
    return arena_printf(&stage->scene->arena,
                        "%sAuthorization: Digest algorithm=\"MD5\", username=\"%s\", "
                        "realm=\"%s\", nonce=\"%s\", uri=\"%s\", response=\"%s\"\r\n",
                        contact, with->username, with->realm, with->nonce, with->uri,
                        with->response);
}

static inline int stage_sends(struct sip_client *client, const char *text)
{
    sip_client_send(client, text);
    return sip_client_receive(client) ? sip_client_status(client) : -1;
}

/* Registers with that Contact header line, CSeq 1 and 2. */
static inline void stage_registers(struct stage *stage, struct sip_client *client,
                                   const char *contact)
{
    assert_int_equal(stage_sends(client, stage_message(stage, client, "REGISTER", 1, contact)),
                     401);
    const char *with = stage_credentials(stage, client, contact);
    assert_int_equal(stage_sends(client, stage_message(stage, client, "REGISTER", 2, with)), 200);
}

#define on_stage(test) cmocka_unit_test_setup_teardown(test, given_stage, stage_done)

#endif
