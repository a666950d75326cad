#include "sip/edge.h"

#include "base/mem.h"
#include "sip/edge_agent.h"
#include "sip/edge_request.h"

#include <pthread.h>
#include <sofia-sip/su.h>
#include <sofia-sip/su_log.h>
#include <stdlib.h>
#include <string.h>

enum { HEADERS_MAX = 256 << 10 };

/* One for each proxy of the world: its wish, and what is open of it. */
struct slot {
    struct edge_wish wish;
    struct edge_agent *agent; /* NULL: closed */
};

struct edge {
    struct edge_home home; /* first: the agents know only this */
    char *bind, *hop_key;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t answered;
    bool is_up;    /* the thread has its root, or could not get one */
    bool is_woken; /* a wake-up is under way; under the lock */
    struct slot *slots;
    size_t count, cap;
};

/* What another thread asks of the edge's own, and waits for. */
struct errand {
    struct edge *edge;
    int (*run)(struct edge *edge, struct errand *errand);
    struct diag *diag;
    uint64_t flow;
    size_t index;
    int fd;
    int err;
    bool is_done; /* under the edge's lock */
};

/* The wishes as they are now; the slots grow to their number. */
static void read_wishes(struct edge *edge)
{
    for (size_t i = 0;; i++) {
        struct edge_wish wish = {0};
        if (!edge->home.options.wish(edge->home.options.context, i, &wish)) {
            for (; i < edge->count; i++)
                edge->slots[i].wish.is_open = false;
            return;
        }
        if (i == edge->count) {
            xgrow(edge->slots, edge->count, &edge->cap);
            edge->slots[edge->count++] = (struct slot){0};
        }
        edge->slots[i].wish = wish;
    }
}

static bool is_as_wished(const struct slot *slot)
{
    if (!slot->agent || !slot->wish.is_open)
        return !slot->agent && !slot->wish.is_open;
    return edge_agent_generation(slot->agent) == slot->wish.generation;
}

static void tell(struct edge *edge, size_t index)
{
    const struct edge_agent *agent = edge->slots[index].agent;
    struct edge_ports ports = {0};
    if (agent)
        ports = *edge_agent_ports(agent);
    edge->home.options.opened(edge->home.options.context, index, &ports);
}

/* Takes out of `leaving` the agent that has exactly the ports wished; NULL when none has. */
static struct edge_agent *take_over(struct edge_agent **leaving, size_t count,
                                    const struct edge_wish *wish)
{
    for (size_t i = 0; i < count; i++) {
        struct edge_agent *agent = leaving[i];
        if (!agent || edge_agent_ports(agent)->udp != wish->udp ||
            edge_agent_ports(agent)->tcp != wish->tcp)
            continue;
        leaving[i] = NULL;
        return agent;
    }
    return NULL;
}

static int open_slots(struct edge *edge, bool any_port, struct diag *diag)
{
    int err = 0;
    for (size_t i = 0; i < edge->count; i++) {
        struct slot *slot = &edge->slots[i];
        bool is_any = !slot->wish.udp && !slot->wish.tcp;
        if (slot->agent || !slot->wish.is_open || is_any != any_port)
            continue;
        struct diag why;
        int failed = edge_agent_open(&edge->home, i, &slot->wish, &slot->agent, &why);
        if (failed && !err) {
            err = failed;
            if (diag)
                *diag = why;
        }
    }
    return err;
}

/* New addresses are opened while the old ones are still held, so that a proxy that moves cannot be
 * given the port it leaves. */
static int reconcile(struct edge *edge, struct errand *errand)
{
    read_wishes(edge);
    size_t count = edge->count;
    struct edge_agent **leaving = xcalloc(count, sizeof *leaving);
    bool *changes = xcalloc(count, sizeof *changes);
    for (size_t i = 0; i < count; i++) {
        changes[i] = !is_as_wished(&edge->slots[i]);
        if (!changes[i])
            continue;
        leaving[i] = edge->slots[i].agent;
        edge->slots[i].agent = NULL;
    }
    for (size_t i = 0; i < count; i++) {
        struct slot *slot = &edge->slots[i];
        if (!changes[i] || !slot->wish.is_open)
            continue;
        slot->agent = take_over(leaving, count, &slot->wish);
        if (slot->agent)
            edge_agent_rename(slot->agent, i, &slot->wish);
    }
    int err = open_slots(edge, true, errand->diag);
    for (size_t i = 0; i < count; i++)
        if (leaving[i])
            edge_agent_close(leaving[i]);
    int other = open_slots(edge, false, err ? NULL : errand->diag);
    for (size_t i = 0; i < count; i++)
        if (changes[i])
            tell(edge, i);
    free(leaving);
    free(changes);
    return err ? err : other;
}

static int leave(struct edge *edge, struct errand *errand)
{
    su_root_break(edge->home.root);
    return 0;
}

static int close_flow(struct edge *edge, struct errand *errand)
{
    for (size_t i = 0; i < edge->count; i++)
        if (edge->slots[i].agent && edge_agent_close_flow(edge->slots[i].agent, errand->flow))
            return 0;
    return ERR_EMPTY;
}

static int yield_tcp(struct edge *edge, struct errand *errand)
{
    struct edge_agent *agent =
        errand->index < edge->count ? edge->slots[errand->index].agent : NULL;
    errand->fd = agent ? edge_agent_yield_tcp(agent) : -1;
    return 0;
}

static void drain(struct edge_home *home)
{
    struct edge *edge = (struct edge *)home;
    struct sip_out *out;
    while ((out = home->options.next(home->options.context))) {
        struct edge_agent *agent = out->proxy < edge->count ? edge->slots[out->proxy].agent : NULL;
        if (agent)
            edge_agent_send(agent, out);
        else if (out->kind == SIP_OUT_REQUEST)
            edge_request_fail(home, out);
        else
            sip_out_free(out);
    }
}

static int flush(struct edge *edge, struct errand *errand)
{
    drain(&edge->home);
    return 0;
}

static void answer_errand(struct errand *errand)
{
    pthread_mutex_lock(&errand->edge->lock);
    errand->is_done = true;
    pthread_cond_broadcast(&errand->edge->answered);
    pthread_mutex_unlock(&errand->edge->lock);
}

static void run_errand(su_root_magic_t *magic, su_msg_r msg, su_msg_arg_t *arg)
{
    struct errand *errand = *(struct errand **)arg;
    errand->err = errand->run(errand->edge, errand);
    answer_errand(errand);
}

/* Runs it on the edge's thread and waits. A message is all that may come from outside. */
static int send_errand(struct edge *edge, struct errand *errand)
{
    su_msg_r msg = SU_MSG_R_INIT;
    errand->edge = edge;
    if (su_msg_create(msg, su_root_task(edge->home.root), su_task_null, run_errand,
                      sizeof errand) != 0)
        return diag_set(errand->diag, ERR_ENV, NULL, 0, 0, "the SIP edge takes no message");
    memcpy(su_msg_data(msg), &errand, sizeof errand);
    /* Locked from before it is sent: the last errand must not end the loop, and close what wakes it,
     * while that is still being written to. */
    pthread_mutex_lock(&edge->lock);
    bool is_sent = su_msg_send(msg) == 0;
    while (is_sent && !errand->is_done)
        pthread_cond_wait(&edge->answered, &edge->lock);
    pthread_mutex_unlock(&edge->lock);
    return is_sent ? errand->err
                   : diag_set(errand->diag, ERR_ENV, NULL, 0, 0, "the SIP edge takes no message");
}

static void wake_up(su_root_magic_t *magic, su_msg_r msg, su_msg_arg_t *arg)
{
    struct edge *edge = *(struct edge **)arg;
    pthread_mutex_lock(&edge->lock);
    edge->is_woken = false;
    pthread_mutex_unlock(&edge->lock);
    drain(&edge->home);
}

void edge_wake(struct edge *edge)
{
    su_msg_r msg = SU_MSG_R_INIT;
    pthread_mutex_lock(&edge->lock);
    if (!edge->is_woken && su_msg_create(msg, su_root_task(edge->home.root), su_task_null, wake_up,
                                         sizeof edge) == 0) {
        memcpy(su_msg_data(msg), &edge, sizeof edge);
        edge->is_woken = su_msg_send(msg) == 0;
    }
    pthread_mutex_unlock(&edge->lock);
}

static void tick(su_root_magic_t *magic, su_timer_t *timer, su_timer_arg_t *arg)
{
    struct edge *edge = (struct edge *)arg;
    for (size_t i = 0; i < edge->count; i++)
        if (edge->slots[i].agent)
            edge_agent_tick(edge->slots[i].agent);
}

static void *live(void *arg)
{
    struct edge *edge = arg;
    su_root_t *root = su_root_create(NULL);
    pthread_mutex_lock(&edge->lock);
    edge->home.root = root;
    edge->is_up = true;
    pthread_cond_broadcast(&edge->answered);
    pthread_mutex_unlock(&edge->lock);
    if (!root)
        return NULL;
    su_timer_t *timer = su_timer_create(su_root_task(root), EDGE_TICK_MS);
    su_timer_set_for_ever(timer, tick, (su_timer_arg_t *)edge);
    su_root_run(root);
    su_timer_destroy(timer);
    for (size_t i = 0; i < edge->count; i++)
        if (edge->slots[i].agent)
            edge_agent_close(edge->slots[i].agent);
    su_root_destroy(root);
    return NULL;
}

/* The library writes what it thinks of the network to stderr; what matters comes back as errors. */
static void say_nothing(void *stream, const char *fmt, va_list ap)
{
}

static void edge_free(struct edge *edge)
{
    pthread_cond_destroy(&edge->answered);
    pthread_mutex_destroy(&edge->lock);
    arena_done(&edge->home.arena);
    buf_done(&edge->home.headers);
    free(edge->slots);
    free(edge->bind);
    free(edge->hop_key);
    free(edge);
}

int edge_start(const struct edge_options *options, struct edge **ret, struct diag *diag)
{
    su_init();
    su_log_redirect(NULL, say_nothing, NULL);
    struct edge *edge = xcalloc(1, sizeof *edge);
    edge->bind = xstrdup(options->bind);
    edge->home.options = *options;
    edge->home.options.bind = edge->bind;
    xset(&edge->hop_key, options->hop_key);
    edge->home.options.hop_key = edge->hop_key;
    edge->home.drain = drain;
    arena_init(&edge->home.arena);
    buf_init(&edge->home.headers, HEADERS_MAX);
    pthread_mutex_init(&edge->lock, NULL);
    pthread_cond_init(&edge->answered, NULL);
    if (pthread_create(&edge->thread, NULL, live, edge) != 0) {
        edge_free(edge);
        return diag_set(diag, ERR_ENV, NULL, 0, 0, "the SIP edge gets no thread");
    }
    pthread_mutex_lock(&edge->lock);
    while (!edge->is_up)
        pthread_cond_wait(&edge->answered, &edge->lock);
    pthread_mutex_unlock(&edge->lock);
    if (!edge->home.root) {
        pthread_join(edge->thread, NULL);
        edge_free(edge);
        return diag_set(diag, ERR_ENV, NULL, 0, 0, "the SIP edge gets no event loop");
    }
    int err = edge_reconcile(edge, diag);
    if (err) {
        edge_stop(edge);
        return err;
    }
    *ret = edge;
    return 0;
}

int edge_reconcile(struct edge *edge, struct diag *diag)
{
    struct errand errand = {.run = reconcile, .diag = diag};
    return send_errand(edge, &errand);
}

void edge_flush(struct edge *edge)
{
    struct errand errand = {.run = flush};
    send_errand(edge, &errand);
}

bool edge_close_flow(struct edge *edge, uint64_t flow)
{
    struct errand errand = {.run = close_flow, .flow = flow};
    return send_errand(edge, &errand) == 0;
}

int edge_yield_tcp(struct edge *edge, size_t index)
{
    struct errand errand = {.run = yield_tcp, .index = index, .fd = -1};
    send_errand(edge, &errand);
    return errand.fd;
}

void edge_stop(struct edge *edge)
{
    if (!edge)
        return;
    struct errand errand = {.run = leave};
    send_errand(edge, &errand);
    pthread_join(edge->thread, NULL);
    edge_free(edge);
    su_deinit();
}
